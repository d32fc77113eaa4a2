"""The calculation of a network in matrices, of numbers or of symbols: each formula stands here once.

With numbers it gives numbers. With symbols it writes the worked listing: what is handed to ``say`` becomes
a line for each of its elements, and comes back as the names of those lines. Units stand on the last axis,
examples on the one before; axes of networks stand in front.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial as bind
from math import gcd
from typing import Any, NamedTuple

import numpy as np

from bplit.calculus import split
from bplit.given import rate, real, shown
from bplit.line import KNOWN
from workings.net.notation import one_of
from workings.speed import logistic
from workings.symbol import Array, call

ORDERS = ("simultaneous", "output_first")
BIASES = ("per_unit", "shared", "frozen")
EXAMPLES = ("batch_mean", "batch_sum", "online")


@dataclass(frozen=True)
class Rules:
    """How a step is taken.

    Args:
        rate: The learning rate.
        order: ``simultaneous`` calculates all partials from the old weights. ``output_first`` updates a
            layer before it carries the partials back through it, which is not gradient descent.
        biases: ``per_unit`` steps each bias by its own partial, ``shared`` the one bias of a layer by the
            sum of them, ``frozen`` none.
        examples: ``batch_mean`` steps by the mean of the examples' partials, ``batch_sum`` by their sum,
            ``online`` once for each example in turn.
        momentum: The share of the step before that is added: v = momentum * v + partial, w = w - rate * v.

    Raises:
        ValueError: If an argument is not as above.

    >>> Rules(order="output first")
    Traceback (most recent call last):
    ValueError: order: expected one of simultaneous, output_first, got 'output first', perhaps output_first
    """

    rate: float = 0.5
    order: str = "simultaneous"
    biases: str = "per_unit"
    examples: str = "batch_mean"
    momentum: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", rate("rate", self.rate))
        one_of("order", self.order, ORDERS)
        one_of("biases", self.biases, BIASES)
        one_of("examples", self.examples, EXAMPLES)
        momentum = real(self.momentum)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum: expected a number from 0 to below 1, got {shown(self.momentum)}")
        object.__setattr__(self, "momentum", momentum)


class Layer(NamedTuple):
    """A layer: a row of weights for each of its units, their biases or None, and its activation.

    Shapes: weights (..., units, inputs); bias (..., units), or (..., 1) for one that the units share. In
    front may stand axes of networks.
    """

    weights: Array
    bias: Array | None = None
    activation: str = "sigmoid"


# Writes an array down, what it is, of which layer n and of which part of it, and returns what stands for it.
Say = Callable[..., Array]


def unsaid(what: str, array: Array, n: int = 0, part: str = "") -> Array:
    """Write nothing down, as of numbers."""
    return array


class Activation(NamedTuple):
    """What a layer does with its net inputs t, and how a partial goes back through it.

    ``value(t, say)`` returns the outputs, and ``back(t, out, d, say)`` turns d, the partials by the outputs,
    into those by the net inputs.
    """

    value: Callable[[Array, Say], Array]
    back: Callable[[Array, Array, Array, Say], Array]


def element(name: str) -> Activation:
    """Return an activation that takes each net input by itself: a known function and its written slope."""
    function = logistic if name == "sigmoid" else KNOWN[name].value  # quicker than with a look at signs
    # of a product each factor by itself, as a person multiplies
    _, written = split(ast.parse(KNOWN[name].written, mode="eval").body)
    factors = [compile(ast.unparse(part), "<slope>", "eval") for part in written]
    known = {"__builtins__": {}, **{other: bind(call, other) for other in KNOWN}}

    def value(t: Array, say: Say) -> Array:
        return call(name, t) if t.dtype == object else function(t)

    def back(t: Array, out: Array, d: Array, say: Say) -> Array:
        for factor in factors:
            d = d * eval(factor, known, {"t": t, "out": out})
        return d

    return Activation(value, back)


def softmax(t: Array, say: Say = unsaid) -> Array:
    """Turn the net inputs of a layer, its last axis, into shares of 1: e**t over their sum.

    Of numbers the largest is taken from all first, which changes no share and keeps e**t finite.

    >>> print(*(f"{share:.6f}" for share in softmax(np.array([1001.0, 1000.0, 999.0]))))
    0.665241 0.244728 0.090031
    """
    e = say("exp", call("exp", t if t.dtype == object else t - t.max(-1, keepdims=True)))
    return e / say("sum", e.sum(-1, keepdims=True))


def unmixed(t: Array, out: Array, d: Array, say: Say) -> Array:
    """Go back through softmax: as a share rises, those of the others fall."""
    d = say("back", d)
    return out * (d - say("mixed", (d * out).sum(-1, keepdims=True)))


ACTIVATIONS = {
    **{name: element(name) for name, known in KNOWN.items() if known.unit},
    "linear": Activation(lambda t, say: t, lambda t, out, d, say: d),
    "softmax": Activation(softmax, unmixed),
}


class Loss(NamedTuple):
    """A loss: the error of each output, ``value(y, out)``, and front times ``slope(y, out)``, its slope.

    The loss of an example is the sum of its errors, or their mean.
    """

    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    front: int = 1
    mean: bool = False


def logs(y: Array, out: Array) -> Array:
    """Return y * log(out), which is 0 where y is 0."""
    return y * call("log", np.where(y == 0, 1, out))


def binary(y: Array, out: Array) -> Array:
    """Return the slope of the binary cross-entropy, also where an output is its target, 0 or 1."""
    general = (out - y) / np.where((y == 0) | (y == 1), 1, out * (1 - out))
    return np.where(y == 0, 1 / (1 - out), np.where(y == 1, -1 / out, general))


LOSSES = {
    "half_sse": Loss(lambda y, out: (y - out) ** 2 / 2, lambda y, out: out - y),
    "sse": Loss(lambda y, out: (y - out) ** 2, lambda y, out: out - y, 2),
    "half_mse": Loss(lambda y, out: (y - out) ** 2 / 2, lambda y, out: out - y, mean=True),
    "mse": Loss(lambda y, out: (y - out) ** 2, lambda y, out: out - y, 2, mean=True),
    # |y - out|; where an output is its target there is a kink, and by custom no slope
    "mae": Loss(
        lambda y, out: call("relu", y - out) + call("relu", out - y),
        lambda y, out: call("step", out - y) - call("step", y - out),
        mean=True,
    ),
    "binary_cross_entropy": Loss(lambda y, out: -(logs(y, out) + logs(1 - y, 1 - out)), binary),
    "cross_entropy": Loss(lambda y, out: logs(-y, out), lambda y, out: -y / np.where(y == 0, 1, out)),
    # no loss at all: the outputs themselves are differentiated, whatever the targets
    "output": Loss(lambda y, out: out, lambda y, out: np.ones_like(out)),
}
# Together their values follow from the net inputs, without a logarithm of nearly 0, and the delta is
# output minus target.
FUSED: dict[tuple[str, str], Callable[[Array, Array], Array]] = {
    ("sigmoid", "binary_cross_entropy"): lambda t, y: y * np.logaddexp(0, -t) + (1 - y) * np.logaddexp(0, t),
    ("softmax", "cross_entropy"): lambda t, y: y * (np.logaddexp.reduce(t, -1, keepdims=True) - t),
}


class Pass(NamedTuple):
    """A forward pass. Shapes: (..., examples, units of the layer), without examples for a single one.

    ``outs[0]`` holds the inputs, so layer k reads ``outs[k]`` and writes ``nets[k]`` and ``outs[k + 1]``.
    ``losses`` are the errors of the outputs, and ``loss`` is their sum or mean, a number for each example.
    Without targets both are None.
    """

    nets: tuple[Array, ...]
    outs: tuple[Array, ...]
    losses: Array | None
    loss: Any


class Task(NamedTuple):
    """What is calculated: the layers, the loss, with momentum the changes of the step before.

    ``velocity`` has for each layer those of its weights and of its biases, before the rate.
    """

    layers: tuple[Layer, ...]
    loss: str
    mean: bool
    velocity: tuple[tuple[Array, Array | None], ...] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, then of the units of each layer."""
        return (self.layers[0].weights.shape[-1], *(layer.weights.shape[-2] for layer in self.layers))

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of networks: () for a single one."""
        shapes = [layer.weights.shape[:-2] for layer in self.layers]
        shapes += [layer.bias.shape[:-1] for layer in self.layers if layer.bias is not None]
        return np.broadcast_shapes(*shapes)

    @property
    def fused(self) -> Callable[[Array, Array], Array] | None:
        """How the last activation and the loss are calculated together, if they are."""
        return FUSED.get((self.layers[-1].activation, self.loss))


def ahead(task: Task, x: Array, y: Array | None, say: Say = unsaid) -> Pass:
    """Calculate a forward pass: every net input and output and, given targets, the loss of each example."""
    nets, outs = [], [x]
    for n, (weights, bias, activation) in enumerate(task.layers, 1):
        t = (weights @ outs[-1].swapaxes(-1, -2)).swapaxes(-1, -2)
        nets.append(say("net", t if bias is None else t + bias[..., None, :], n))
        outs.append(say("out", ACTIVATIONS[activation].value(nets[-1], bind(say, n=n)), n))
    if y is None:
        return Pass(tuple(nets), tuple(outs), None, None)
    if task.fused and x.dtype != object:
        losses = task.fused(nets[-1], y)
    else:
        losses = LOSSES[task.loss].value(y, outs[-1])
    many = losses.shape[-1]
    losses = say("error", losses, len(nets)) if many > 1 else losses
    total = losses.sum(-1)
    total = total / many if task.mean and many > 1 else total
    return Pass(tuple(nets), tuple(outs), losses, say("loss", total))


def together(loss: Array, examples: str) -> Array:
    """Return the loss of all examples together: their mean with batch_mean, otherwise their sum."""
    return loss.sum(-1) / loss.shape[-1] if examples == "batch_mean" else loss.sum(-1)


def backwards(
    task: Task, at: Pass, y: Array, rules: Rules, layers: Sequence[Layer], say: Say = unsaid
) -> Iterator[tuple[int, Array, Array, Array | None]]:
    """Go through the layers, the last one first: its number, deltas, partials by weights and by biases.

    The weights of ``layers``, which may change on the way, carry the deltas back.
    """
    delta = None
    count = y.shape[-2] if rules.examples == "batch_mean" else 1
    for k in reversed(range(len(layers))):
        _, bias, activation = task.layers[k]
        if delta is None:
            loss = LOSSES[task.loss]
            front, outputs = 1 if task.fused else loss.front, y.shape[-1] if task.mean else 1
            above, below = front // gcd(front, outputs), outputs // gcd(front, outputs)
            d = at.outs[-1] - y if task.fused else loss.slope(y, at.outs[-1])
            d = d if above == 1 else above * d
            d = d if below == 1 else d / below
        else:
            d = delta @ layers[k + 1].weights
        if delta is not None or not task.fused:
            d = ACTIVATIONS[activation].back(at.nets[k], at.outs[k + 1], d, bind(say, n=k + 1))
        delta = say("delta", d, k + 1)
        turned = delta.swapaxes(-1, -2)
        by_weights = say("partial", turned @ at.outs[k] / count, k + 1, "weights")
        by_bias = None
        if bias is not None and rules.biases != "frozen":
            turned = turned.reshape(*turned.shape[:-2], 1, -1) if bias.shape[-1] == 1 else turned
            by_bias = say("partial", turned.sum(-1) / count, k + 1, "biases")
        yield k, delta, by_weights, by_bias


def stepped(task: Task, at: Pass, y: Array, rules: Rules, say: Say = unsaid) -> Task:
    """Return the task after a step from a forward pass, as the rules say."""
    layers, velocity = list(task.layers), list(task.velocity or ())
    found = backwards(task, at, y, rules, layers, say)
    # all partials first, or those of a layer only after the step of the one behind it
    for k, _, *partials in found if rules.order == "output_first" else [*found]:
        values, before = [*layers[k][:2]], [*velocity[k]] if velocity else []
        for place, (part, step) in enumerate(zip(("weights", "biases"), partials, strict=True)):
            if step is None:
                continue
            if before:
                step = before[place] = say("velocity", rules.momentum * before[place] + step, k + 1, part)
            values[place] = say("update", values[place] - rules.rate * step, k + 1, part)
        layers[k] = Layer(values[0], values[1], layers[k].activation)
        velocity[k : k + 1] = [(before[0], before[1])] if before else []
    return task._replace(layers=tuple(layers), velocity=tuple(velocity) or None)
