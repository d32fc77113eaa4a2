"""Shapes and numbers that a network takes: what fits, and how an error says what does not."""

from collections.abc import Iterable

import numpy as np

from bplit.given import shown
from bplit.line import Value
from workings.net.matrices import ACTIVATIONS, Layer, Pass, Task
from workings.net.notation import one_of
from workings.speed import reals
from workings.symbol import Array


def unfit(name: str, wanted: str, got: object) -> ValueError:
    """Return an error that says what was wanted, and what was given."""
    return ValueError(f"{name}: expected {wanted}, got {got}")


def layers_of(given: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return layers, checked: known names, shapes that fit each other, arrays that nobody changes."""
    try:
        layers = [Layer(*layer) for layer in given]
    except TypeError:
        raise unfit("layers", "layers", shown(given)) from None
    if not layers:
        raise unfit("layers", "at least one layer", "none")
    axes: tuple[int, ...] = ()
    for k, (weights, bias, activation) in enumerate(layers):
        place = f"layer {k + 1}"
        one_of(f"{place}: activation", activation, ACTIVATIONS)
        weights = fixed(f"{place}: weights", weights)
        if weights.ndim < 2 or not all(weights.shape[-2:]):
            raise unfit(f"{place}: weights", "a row for each unit", f"an array of shape {weights.shape}")
        units, inputs = weights.shape[-2:]
        before = layers[k - 1].weights.shape[-2] if k else inputs
        if inputs != before:
            raise unfit(f"{place}: weights", f"{before} in a row, one for each unit of layer {k}", inputs)
        axes = fits(f"{place}: weights: their axes of networks", weights.shape[:-2], axes)
        if bias is not None:
            bias = np.atleast_1d(fixed(f"{place}: bias", bias))
            if bias.shape[-1] not in (1, units):
                raise unfit(f"{place}: bias", f"one, or {units}: one for each unit", bias.shape[-1])
            axes = fits(f"{place}: bias: its axes of networks", bias.shape[:-1], axes)
        layers[k] = Layer(weights, bias, activation)
    return tuple(layers)


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
        raise unfit("y", f"{1 if one else x.ndim} axes, as the inputs have", np.ndim(y))
    y = fitting("y", y, task.sizes[-1], "outputs")
    fits("y: its axes of networks", y.shape[:-2], axes)
    if y.shape[-2] != x.shape[-2]:
        raise unfit("y", f"{x.shape[-2]} examples, as the inputs have", y.shape[-2])
    sums = y.sum(-1)
    allowed = {
        "binary_cross_entropy": [(y, (y >= 0) & (y <= 1), "from 0 to 1", ".17g")],
        "cross_entropy": [
            (y, y >= 0, "from 0 on", "g"),
            (sums, abs(sums - 1) <= 1e-9, "that add up to 1", ".12g"),
        ],
    }
    for values, fine, what, digits in allowed.get(task.loss, []):
        if not np.all(fine):
            raise ValueError(f"y: {task.loss} expects targets {what}, got {values[~fine][0]:{digits}}")
    return x, y, one


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
        raise unfit(name, f"an array of shape (..., examples, {size})", shown(array))
    if array.shape[-1] != size:
        raise unfit(name, f"{size} {units} on the last axis", array.shape[-1])
    array = np.atleast_2d(array)
    if not array.shape[-2]:
        raise unfit(name, "at least one example", "none")
    return array


def fits(name: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return axes as they are with those of one more array, or raise a ValueError if they do not fit."""
    try:
        return np.broadcast_shapes(shape, axes)
    except ValueError:
        raise unfit(name, f"them to fit the {axes} of the others", shape) from None


def numbers(name: str, value: Value) -> Value:
    """Return numbers as a float or an array, or raise a ValueError."""
    if isinstance(value, list | tuple) and all(isinstance(row, list | tuple) for row in value):
        lengths = list(map(len, value))
        if len({*lengths}) > 1:
            raise unfit(name, "rows of one length", ", ".join(map(str, lengths)))
    return reals(name, value)


def fixed(name: str, value: Value) -> Array:
    """Return a copy of numbers as an array that cannot be changed, or raise a ValueError."""
    array = np.array(numbers(name, value))
    array.setflags(write=False)
    return array


def trimmed(array: np.ndarray, some: set[str]) -> np.ndarray:
    """Return an array of names without the rows and columns that have none of some, as a column of ones."""
    there = np.isin(array, [*some.intersection(array.flat)])
    others = (tuple(k for k in range(array.ndim) if k != n) for n in range(array.ndim))
    return array[np.ix_(*(np.flatnonzero(there.any(axis)) for axis in others))]
