"""Shapes and numbers that a network takes: what fits, and how an error says what does not."""

from collections.abc import Iterable

import numpy as np

from bplit.given import shown
from bplit.line import Value
from workings.net.matrices import ACTIVATIONS, Layer, Pass, Task
from workings.net.notation import one_of
from workings.speed import reals
from workings.symbol import Array


def layers_of(given: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return layers, checked: known names, shapes that fit each other, arrays that nobody changes."""
    try:
        layers = [Layer(*layer) for layer in given]
    except TypeError:
        raise ValueError(f"layers: expected layers, got {shown(given)}") from None
    if not layers:
        raise ValueError("layers: expected at least one layer, got none")
    before, found = 0, []
    axes: tuple[int, ...] = ()
    for k, (weights, bias, activation) in enumerate(layers):
        place = f"layer {k + 1}"
        one_of(f"{place}: activation", activation, ACTIVATIONS)
        weights = fixed(f"{place}: weights", weights)
        if weights.ndim < 2 or not all(weights.shape[-2:]):
            raise ValueError(
                f"{place}: weights: expected a row for each unit, got an array of shape {weights.shape}"
            )
        units, inputs = weights.shape[-2:]
        if k and inputs != before:
            raise ValueError(
                f"{place}: weights: expected {before} in a row, one for each unit of layer {k}, got {inputs}"
            )
        axes = fits(f"{place}: weights: their axes of networks", weights.shape[:-2], axes)
        if bias is not None:
            bias = fixed(f"{place}: bias", bias)
            bias = bias[None] if bias.ndim == 0 else bias
            if bias.shape[-1] not in (1, units):
                raise ValueError(
                    f"{place}: bias: expected one, or {units}: one for each unit, got {bias.shape[-1]}"
                )
            axes = fits(f"{place}: bias: its axes of networks", bias.shape[:-1], axes)
        before = units
        found.append(Layer(weights, bias, activation))
    return tuple(found)


def examples_of(task: Task, x: Value, y: Value, needed: bool = True) -> tuple[Array, Array | None, bool]:
    """Return inputs and targets as arrays with an axis of examples, and whether only one was given."""
    x = numbers("x", x)
    one = np.ndim(x) == 1
    x = fitting("x", x, task.sizes[0], "inputs")
    axes = fits("x: its axes of networks", x.shape[:-2], task.axes)
    if y is None and not needed:
        return x, None, one
    y = numbers("y", y)
    if (np.ndim(y) == 1) != one:
        raise ValueError(f"y: expected {1 if one else x.ndim} axes, as the inputs have, got {np.ndim(y)}")
    y = fitting("y", y, task.sizes[-1], "outputs")
    fits("y: its axes of networks", y.shape[:-2], axes)
    if y.shape[-2] != x.shape[-2]:
        raise ValueError(f"y: expected {x.shape[-2]} examples, as the inputs have, got {y.shape[-2]}")
    allow(task.loss, y)
    return x, y, one


def allow(loss: str, y: Array) -> None:
    """Raise a ValueError if the loss does not allow the targets."""
    if loss == "binary_cross_entropy" and not np.all((y >= 0) & (y <= 1)):
        bad = y[(y < 0) | (y > 1)][0]
        raise ValueError(f"y: {loss} expects targets from 0 to 1, got {bad:.17g}")
    if loss == "cross_entropy":
        if not np.all(y >= 0):
            raise ValueError(f"y: {loss} expects targets from 0 on, got {y[y < 0][0]:g}")
        sums = y.sum(-1)
        if not np.all(abs(sums - 1) <= 1e-9):
            bad = sums[abs(sums - 1) > 1e-9][0]
            raise ValueError(f"y: {loss} expects targets that add up to 1, got {bad:.12g}")


def finite(task: Task, at: Pass) -> None:
    """Raise a ValueError that names the layer if a number of a pass is not finite."""
    for k, (net, out) in enumerate(zip(at.nets, at.outs[1:], strict=True), 1):
        for what, part in (("net input", net), ("output", out)):
            if not np.all(np.isfinite(part)):
                raise ValueError(f"layer {k}: its {what} is not a finite number")
    if at.loss is not None and not np.all(np.isfinite(at.loss)):
        raise ValueError(f"loss: {task.loss} is not a finite number at these outputs")


def fitting(name: str, array: Array, size: int, units: str) -> Array:
    """Return an array with an axis of examples, or raise a ValueError that says what does not fit."""
    if np.ndim(array) < 1:
        raise ValueError(f"{name}: expected an array of shape (..., examples, {size}), got {shown(array)}")
    if array.shape[-1] != size:
        raise ValueError(f"{name}: expected {size} {units} on the last axis, got {array.shape[-1]}")
    array = array[None] if array.ndim == 1 else array
    if not array.shape[-2]:
        raise ValueError(f"{name}: expected at least one example, got none")
    return array


def fits(name: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return axes as they are with those of one more array, or raise a ValueError if they do not fit."""
    try:
        return np.broadcast_shapes(shape, axes)
    except ValueError:
        raise ValueError(f"{name}: expected them to fit the {axes} of the others, got {shape}") from None


def numbers(name: str, value: Value) -> Value:
    """Return numbers as a float or an array, or raise a ValueError."""
    if isinstance(value, list | tuple) and all(isinstance(row, list | tuple) for row in value):
        lengths = list(map(len, value))
        if len({*lengths}) > 1:
            raise ValueError(f"{name}: expected rows of one length, got {', '.join(map(str, lengths))}")
    return reals(name, value)


def fixed(name: str, value: Value) -> Array:
    """Return a copy of numbers as an array that cannot be changed, or raise a ValueError."""
    array = np.array(numbers(name, value))
    array.setflags(write=False)
    return array
