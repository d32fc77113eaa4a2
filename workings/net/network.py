"""Any fully connected network, in matrices: forward, backwards, a step, a training run.

A row of a weight matrix leads into one unit, a column comes from one. What is calculated for many
examples at once has an axis of examples in front of the last one; networks that are calculated at once
have axes in front of that. All numbers are float64 without units.

>>> article = Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]])])
>>> x, y = [0.1, 0.88], [0.55, 1]
>>> gradient = article.gradient(x, y)
>>> print(f"{article.forward(x, y).loss:.6f} {gradient.weights[1][0, 0]:.6f}")
0.051896 0.029091
>>> print(f"{article.step(x, y, Rules(rate=0.5)).layers[1].weights[0, 0]:.6f}")
0.985455
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bplit.byhand import LIMIT, rate, real, shown, whole
from bplit.listing import Value, plain
from workings.net.writer import Notation, Worked, one_of, worked
from workings.speed import logistic, reals, repeat

Array = Any  # a NumPy array of float64


def softmax(t: Array) -> Array:
    """Turn the net inputs of a layer, its last axis, into shares of 1: e**t over their sum.

    The largest is taken from all of them first, which changes no share and keeps e**t finite.

    >>> print(*(f"{share:.6f}" for share in softmax(np.array([1001.0, 1000.0, 999.0]))))
    0.665241 0.244728 0.090031
    """
    e = np.exp(t - t.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Activation(NamedTuple):
    """What a layer does with its net inputs t, and how a partial goes back through it.

    ``value(t, leak)`` returns the outputs, and ``back(t, out, d, leak)`` turns d, the partials by the
    outputs, into those by the net inputs.
    """

    value: Callable[[Array, float], Array]
    back: Callable[[Array, Array, Array, float], Array]


ACTIVATIONS = {
    "sigmoid": Activation(lambda t, _: logistic(t), lambda t, out, d, _: d * out * (1 - out)),
    "tanh": Activation(lambda t, _: np.tanh(t), lambda t, out, d, _: d * (1 - out * out)),
    # at 0, where a kink has no slope, the slope is that of the left side, as is the custom
    "relu": Activation(lambda t, _: np.maximum(t, 0), lambda t, out, d, _: d * (t > 0)),
    "leaky_relu": Activation(
        lambda t, leak: np.where(t > 0, t, leak * t), lambda t, out, d, leak: d * np.where(t > 0, 1, leak)
    ),
    "linear": Activation(lambda t, _: t, lambda t, out, d, _: d),
    # every output depends on every net input of the layer: the shares of the others fall as one rises
    "softmax": Activation(
        lambda t, _: softmax(t), lambda t, out, d, _: out * (d - (d * out).sum(-1, keepdims=True))
    ),
}


class Loss(NamedTuple):
    """A loss: the error of each output, ``value(out, y)``, and its slope by the output, ``slope(out, y)``.

    The loss of an example is the sum of its errors, or their mean.
    """

    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    mean: bool = False


def logs(y: Array, out: Array) -> Array:
    """Return y * log(out), which is 0 where y is 0."""
    return y * np.log(np.where(y == 0, 1, out))


def shares(y: Array, out: Array) -> Array:
    """Return y / out, which is 0 where y is 0."""
    return y / np.where(y == 0, 1, out)


LOSSES = {
    "half_sse": Loss(lambda out, y: (y - out) ** 2 / 2, lambda out, y: out - y),
    "sse": Loss(lambda out, y: (y - out) ** 2, lambda out, y: 2 * (out - y)),
    "half_mse": Loss(lambda out, y: (y - out) ** 2 / 2, lambda out, y: out - y, mean=True),
    "mse": Loss(lambda out, y: (y - out) ** 2, lambda out, y: 2 * (out - y), mean=True),
    # where an output is its target there is a kink, and by custom no slope
    "mae": Loss(lambda out, y: abs(y - out), lambda out, y: np.sign(out - y), mean=True),
    "binary_cross_entropy": Loss(
        lambda out, y: -logs(y, out) - logs(1 - y, 1 - out),
        lambda out, y: shares(1 - y, 1 - out) - shares(y, out),
    ),
    "cross_entropy": Loss(lambda out, y: -logs(y, out), lambda out, y: -shares(y, out)),
    # no loss at all: the outputs themselves are differentiated, whatever the targets
    "output": Loss(lambda out, y: out, lambda out, y: np.ones_like(out)),
}
# Together their values follow from the net inputs, without a logarithm of nearly 0, and the delta is
# output minus target.
FUSED: Mapping[tuple[str, str], Callable[[Array, Array], Array]] = {
    ("sigmoid", "binary_cross_entropy"): lambda t, y: np.logaddexp(0, t) - y * t,
    ("softmax", "cross_entropy"): lambda t, y: y * (np.logaddexp.reduce(t, -1, keepdims=True) - t),
}
# Networks of up to so many products in a pass are quicker by their listing, number by number, than by
# small matrices, if there are many of them.
SMALL = 100
ORDERS = ("simultaneous", "output_first")
BIASES = ("per_unit", "shared", "frozen")
EXAMPLES = ("batch_mean", "batch_sum", "online")


class Layer(NamedTuple):
    """A layer: a row of weights for each of its units, their biases or None, and its activation.

    Shapes: weights (..., units, inputs); bias (..., units), or (..., 1) for one that the units share. In
    front may stand axes of networks.
    """

    weights: Array
    bias: Array | None = None
    activation: str = "sigmoid"


@dataclass(frozen=True)
class Rules:
    """How a step is taken. The rules that people mix up have names.

    Args:
        rate: The learning rate.
        order: ``simultaneous`` calculates all partials from the old weights. ``output_first`` updates a
            layer before it carries the partials back through it, which is not gradient descent.
        biases: ``per_unit`` steps each bias by its own partial, ``shared`` the one bias of a layer by the
            sum of them, ``frozen`` none.
        examples: ``batch_mean`` steps by the mean of the examples' partials, ``batch_sum`` by their sum,
            ``online`` once for each example in turn.
        momentum: The share of the step before that is added: v = momentum * v + partial, w = w - rate * v.
        decay: Weight decay: decay * w is added to the partial of every weight w, and to no bias.

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
    decay: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", rate("rate", self.rate))
        one_of("order", self.order, ORDERS)
        one_of("biases", self.biases, BIASES)
        one_of("examples", self.examples, EXAMPLES)
        for name, end in (("momentum", 1.0), ("decay", LIMIT)):
            value = real(getattr(self, name))
            if not 0 <= value < end:
                got = shown(getattr(self, name))
                raise ValueError(f"{name}: expected a number from 0 to below {end:g}, got {got}")
            object.__setattr__(self, name, value)


class Pass(NamedTuple):
    """A forward pass. Shapes: (..., examples, units of the layer), without examples for a single one.

    ``outs[0]`` holds the inputs, so layer k reads ``outs[k]`` and writes ``nets[k]`` and ``outs[k + 1]``.
    ``losses`` are the errors of the outputs, and ``loss`` is their sum or mean, a number for each example.
    Without targets both are None.
    """

    nets: tuple[Array, ...]
    outs: tuple[Array, ...]
    losses: Array | None
    loss: Value


class Gradient(NamedTuple):
    """The partials of the loss, layer by layer: by the weights, by the biases, by the net inputs.

    Those by weights and biases are summed over the examples, or their mean; the deltas are those of each
    example. A layer without biases has None.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    deltas: tuple[Array, ...]


class Run(NamedTuple):
    """What a training run leaves: the network, and the loss after 0, 1, 2, ... passes."""

    network: "Network"
    losses: Array


@dataclass(frozen=True, eq=False)
class Network:
    """A fully connected network: its layers from the first hidden one to the output, and its loss.

    It never changes: a step returns a new one. `ACTIVATIONS` and `LOSSES` hold the names that may be used;
    leak is the slope of leaky_relu below 0.

    Raises ValueError, which says which layer, which axis and what was expected, for shapes that do not fit,
    for unknown names and for anything but finite numbers within LIMIT.

    >>> Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1, 1]])])
    Traceback (most recent call last):
    ValueError: layer 2: weights: expected 2 in a row, one for each unit of layer 1, got 3
    >>> Network([Layer([[1]], activation="sigmoidal")])
    Traceback (most recent call last):
    ValueError: layer 1: activation: expected one of sigmoid, tanh, relu, leaky_relu, linear, softmax, \
got 'sigmoidal', perhaps sigmoid
    """

    layers: tuple[Layer, ...]
    loss: str = "half_sse"
    leak: float = 0.01
    # with momentum, the last step's changes before the rate: by the weights and by the biases of each layer
    velocity: tuple[tuple[Array, Array], ...] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        one_of("loss", self.loss, LOSSES)
        leak = real(self.leak)
        if not 0 <= leak < 1:
            raise ValueError(f"leak: expected a number from 0 to below 1, got {shown(self.leak)}")
        object.__setattr__(self, "leak", leak)
        try:
            layers = [Layer(*layer) for layer in self.layers]
        except TypeError:
            raise ValueError(f"layers: expected layers, got {shown(self.layers)}") from None
        if not layers:
            raise ValueError("layers: expected at least one layer, got none")
        object.__setattr__(self, "layers", tuple(checked(layers)))

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of networks: () for a single one."""
        shapes = [layer.weights.shape[:-2] for layer in self.layers]
        shapes += [layer.bias.shape[:-1] for layer in self.layers if layer.bias is not None]
        return np.broadcast_shapes(*shapes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, then of the units of each layer.

        >>> Network([Layer([[1, 1, 1], [1, 1, 1]]), Layer([[1, 1]])]).sizes
        (3, 2, 1)
        """
        return (self.layers[0].weights.shape[-1], *(layer.weights.shape[-2] for layer in self.layers))

    def forward(self, x: Value, y: Value = None) -> Pass:
        """Calculate every net input and output from inputs x, and the loss if targets y are given.

        Shapes: x (inputs,) for one example, otherwise (..., examples, inputs); y the same with outputs.

        Raises ValueError for shapes that do not fit, for targets that the loss does not allow, and if a
        number leaves the finite ones.

        >>> net = Network([Layer([[0.5, -1], [2, 0]], [0, 1], "relu"), Layer([[1, 1]], None, "linear")])
        >>> net.forward([[1, 1], [2, 3]]).outs[2].tolist()
        [[3.0], [5.0]]
        """
        x, y, one = self.given(x, y, needed=False)
        with np.errstate(all="ignore"):
            at = self.ahead(x, y)
        self.finite(at)
        if not one:
            return at
        squeezed = [None if part is None else part[..., 0, :] for part in (*at.nets, *at.outs, at.losses)]
        depth = len(at.nets)
        loss = None if at.loss is None else plain(at.loss[..., 0])
        return Pass(tuple(squeezed[:depth]), tuple(squeezed[depth:-1]), squeezed[-1], loss)

    def gradient(self, x: Value, y: Value, examples: str = "batch_mean") -> Gradient:
        """Calculate the partial of the loss by every weight and bias, and every delta.

        Shapes as in `forward`. Of several examples it is the mean, or with ``batch_sum`` the sum.

        >>> net = Network([Layer([[1, 2]], [0], "linear")], "sse")
        >>> net.gradient([[1, 0], [0, 1]], [[0], [0]], "batch_sum").weights[0].tolist()
        [[2.0, 4.0]]
        """
        one_of("examples", examples, EXAMPLES[:2])
        x, y, one = self.given(x, y)
        with np.errstate(all="ignore"):
            at = self.ahead(x, y)
            self.finite(at)
            weights, biases, deltas = [], [], []
            for k, delta in self.backwards(at, y, self.layers):
                by_weights, by_bias = self.partials(k, at, delta, examples)
                weights.append(by_weights)
                biases.append(by_bias)
                deltas.append(delta[..., 0, :] if one else delta)
                if not np.all(np.isfinite(by_weights)):
                    raise ValueError(f"layer {k + 1}: a partial is not a finite number")
        return Gradient(tuple(weights[::-1]), tuple(biases[::-1]), tuple(deltas[::-1]))

    def step(self, x: Value, y: Value, rules: Rules = Rules()) -> "Network":
        """Return the network after one step downhill, or with ``online`` one step for each example.

        Shapes as in `forward`. With momentum the new network carries its velocity along.

        >>> net = Network([Layer([[1.0]], None, "linear")])
        >>> net.step([2], [0], Rules(rate=0.1)).layers[0].weights.tolist()
        [[0.6]]
        """
        return self.train(x, y, 1, rules).network

    def train(self, x: Value, y: Value, passes: int, rules: Rules = Rules(), every: int = 1) -> Run:
        """Take so many passes over the examples: a step in each, or with ``online`` one for each example.

        ``losses[k]`` is the loss after k * every passes, of shape (...): the mean over the examples with
        ``batch_mean``, otherwise their sum. Many small networks are quickest if there are many passes
        between two losses: then each piece of them goes through these while it is in a cache.

        Raises ValueError as `forward` does, and with the number of the pass in which a number leaves the
        finite ones.

        >>> net = Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]])])
        >>> losses = net.train([0.1, 0.88], [0.55, 1], 999).losses
        >>> print(f"{losses[0]:.12g} {losses[9]:.12g} {losses[99]:.12g} {losses[999]:.12g}")
        0.0518956728931 0.0409317918877 0.00465138805325 0.000399983376811
        """
        passes, every = whole("passes", passes, 0), whole("every", every, 1)
        if passes % every:
            raise ValueError(f"every: expected a divisor of {passes} passes, got {every}")
        x, y, _ = self.given(x, y)
        network, losses = self.ready(rules), []
        axes = np.broadcast_shapes(self.axes, x.shape[:-2], y.shape[:-2])
        products = x.shape[-2] * sum(a * b for a, b in pairwise(self.sizes))
        online = rules.examples == "online" and x.shape[-2] > 1
        if axes and passes and every > 2 and products <= SMALL and not (online or rules.momentum):
            return network.by_listing(x, y, passes, rules, every)
        with np.errstate(all="ignore"):
            for done in range(passes + 1):
                at = network.ahead(x, y)
                losses += [] if done % every else [whole_loss(at, rules)]
                # a sum tells quickly that all is well, and seldom that it is not
                if not np.isfinite(sum(np.sum(part) for part in (at.loss, *at.nets))):
                    try:
                        network.finite(at)
                    except ValueError as error:
                        late = f"rate: {rules.rate:g} is too large, after {done} passes {error}"
                        raise ValueError(late if done else str(error)) from None
                if done == passes:
                    break
                if rules.examples != "online":
                    network = network.stepped(at, y, rules)
                    continue
                for n in range(x.shape[-2]):
                    one, target = x[..., n : n + 1, :], y[..., n : n + 1, :]
                    network = network.stepped(network.ahead(one, target), target, rules)
        return Run(network, np.stack(losses))

    def by_listing(self, x: Array, y: Array, passes: int, rules: Rules, every: int) -> Run:
        """Train many small networks by their listing, which works in pieces that stay in a cache."""
        sheet = worked(self, x, y, rules, "article", "rows")
        at = self.ahead(x, y)
        self.finite(at)
        losses = [whole_loss(at, rules)]
        values = sheet.given
        for done in range(every, passes + 1, every):
            try:
                now = sheet.given | {name: values[name] for name in sheet.updates}
                values = repeat(sheet.listing, every + 1, now, sheet.updates)
            except ValueError as error:
                late = f"rate: {rules.rate:g} is too large, after {done - every} to {done} passes {error}"
                raise ValueError(late) from None
            losses.append(values[sheet.loss])
        layers = []
        for (_, bias, activation), names in zip(self.layers, sheet.layers, strict=True):
            weights = np.stack([np.stack([values[name] for name in row], -1) for row in names.weights], -2)
            if bias is not None:
                bias = np.stack([values[name] for name in dict.fromkeys(names.biases or ())], -1)
            layers.append(Layer(weights, bias, activation))
        return Run(self.with_layers(layers, None), np.stack(losses))

    def worked(
        self,
        x: Value,
        y: Value,
        rules: Rules = Rules(),
        notation: str | Notation = "article",
        numbering: str = "rows",
    ) -> Worked:
        """Write one pass, from the inputs to the new weights, as a worked listing.

        Shapes as in `forward`. Weights are numbered through all layers, in each by ``rows``, so that those
        into one unit follow each other, or by ``columns``, so that those out of one do. Of several examples
        every name of one ends in _e1, _e2, ...

        Raises ValueError also for a notation that gives two things one name, and for a listing too long.

        >>> net = Network([Layer([[1.0, 1.0]], [0.5], "tanh")])
        >>> print(net.worked([1, 2], [0], Rules(biases="frozen"), "net_out").listing)
        net_o1 = w1 * i1 + w2 * i2 + b1
        out_o1 = tanh(net_o1)
        E = (target_o1 - out_o1) ** 2 / 2
        delta_o1 = (out_o1 - target_o1) * (1 - out_o1 ** 2)
        dE_dw1 = delta_o1 * i1
        dE_dw2 = delta_o1 * i2
        new_w1 = w1 - rate * dE_dw1
        new_w2 = w2 - rate * dE_dw2
        """
        x, y, _ = self.given(x, y)
        return worked(self.ready(rules), x, y, rules, notation, numbering)

    def ready(self, rules: Rules) -> "Network":
        """Return the network with as many biases as its policy steps, and a velocity if there is momentum."""
        if not isinstance(rules, Rules):
            raise ValueError(f"rules: expected Rules(...), got {shown(rules)}")
        layers = []
        velocity = list(self.velocity or ((np.zeros(()), np.zeros(())),) * len(self.layers))
        for k, layer in enumerate(self.layers):
            bias = layer.bias
            if bias is not None and rules.biases == "per_unit":
                bias = np.broadcast_to(bias, (*bias.shape[:-1], layer.weights.shape[-2]))
            if bias is not None and rules.biases == "shared":
                if not np.all(bias == bias[..., :1]):
                    raise ValueError(
                        f"layer {k + 1}: bias: the policy shared wants one for all units, got {shown(bias)}"
                    )
                bias = bias[..., :1]
                by_weights, by_bias = velocity[k]
                velocity[k] = by_weights, by_bias.sum(-1, keepdims=True) if by_bias.ndim else by_bias
            layers.append(layer._replace(bias=bias))
        return self.with_layers(layers, tuple(velocity) if rules.momentum else None)

    def with_layers(self, layers: Iterable[Layer], velocity: Any) -> "Network":
        """Return a network with other numbers, which need no check."""
        new = object.__new__(Network)
        new.__dict__.update(layers=tuple(layers), loss=self.loss, leak=self.leak, velocity=velocity)
        for part in (*new.layers, *(velocity or ())):
            for array in part[:2]:
                if array is not None:
                    array.setflags(write=False)
        return new

    def given(self, x: Value, y: Value, needed: bool = True) -> tuple[Array, Array | None, bool]:
        """Return inputs and targets as arrays with an axis of examples, and whether only one was given."""
        x = numbers("x", x)
        one = np.ndim(x) == 1
        x = fitting("x", x, self.sizes[0], "inputs")
        axes = fits("x: its axes of networks", x.shape[:-2], self.axes)
        if y is None and not needed:
            return x, None, one
        y = numbers("y", y)
        if (np.ndim(y) == 1) != one:
            raise ValueError(f"y: expected {1 if one else x.ndim} axes, as the inputs have, got {np.ndim(y)}")
        y = fitting("y", y, self.sizes[-1], "outputs")
        fits("y: its axes of networks", y.shape[:-2], axes)
        if y.shape[-2] != x.shape[-2]:
            raise ValueError(f"y: expected {x.shape[-2]} examples, as the inputs have, got {y.shape[-2]}")
        self.allow(y)
        return x, y, one

    def allow(self, y: Array) -> None:
        """Raise a ValueError if the loss does not allow the targets."""
        if self.loss == "binary_cross_entropy" and not np.all((y >= 0) & (y <= 1)):
            bad = y[(y < 0) | (y > 1)][0]
            raise ValueError(f"y: {self.loss} expects targets from 0 to 1, got {bad:.17g}")
        if self.loss == "cross_entropy":
            if not np.all(y >= 0):
                raise ValueError(f"y: {self.loss} expects targets from 0 on, got {y[y < 0][0]:g}")
            sums = y.sum(-1)
            if not np.all(abs(sums - 1) <= 1e-9):
                bad = sums[abs(sums - 1) > 1e-9][0]
                raise ValueError(f"y: {self.loss} expects targets that add up to 1, got {bad:.12g}")

    def ahead(self, x: Array, y: Array | None) -> Pass:
        """Calculate a forward pass of arrays that fit."""
        nets, outs = [], [x]
        for layer in self.layers:
            t = outs[-1] @ layer.weights.swapaxes(-1, -2)
            if layer.bias is not None:
                t = t + layer.bias[..., None, :]
            nets.append(t)
            outs.append(ACTIVATIONS[layer.activation].value(t, self.leak))
        if y is None:
            return Pass(tuple(nets), tuple(outs), None, None)
        fused = FUSED.get((self.layers[-1].activation, self.loss))
        losses = LOSSES[self.loss].value(outs[-1], y) if fused is None else fused(nets[-1], y)
        loss = losses.mean(-1) if LOSSES[self.loss].mean else losses.sum(-1)
        return Pass(tuple(nets), tuple(outs), losses, loss)

    @property
    def fused(self) -> bool:
        """Whether the last activation and the loss are calculated together."""
        return (self.layers[-1].activation, self.loss) in FUSED

    def backwards(self, at: Pass, y: Array, layers: Sequence[Layer]) -> Iterator[tuple[int, Array]]:
        """Go through the deltas, last layer first; the weights of layers carry them back."""
        delta = None
        for k in reversed(range(len(layers))):
            delta = self.delta(k, at, y, None if delta is None else delta @ layers[k + 1].weights)
            yield k, delta

    def delta(self, k: int, at: Pass, y: Array, back: Array | None) -> Array:
        """Calculate the delta of layer k: of the output from the loss, of another from what comes back."""
        layer = self.layers[k]
        if back is not None:
            d = back
        elif self.fused:
            # the targets of a cross-entropy add up to 1 but for rounding
            share = y.sum(-1, keepdims=True) if layer.activation == "softmax" else 1
            return at.outs[-1] * share - y
        else:
            d = LOSSES[self.loss].slope(at.outs[-1], y)
            d = d / y.shape[-1] if LOSSES[self.loss].mean else d
        return ACTIVATIONS[layer.activation].back(at.nets[k], at.outs[k + 1], d, self.leak)

    def partials(self, k: int, at: Pass, delta: Array, examples: str) -> tuple[Array, Array]:
        """Calculate the partials by the weights and biases of layer k: the examples' sum or mean."""
        count = delta.shape[-2] if examples == "batch_mean" else 1
        by_weights, bias = delta.swapaxes(-1, -2) @ at.outs[k] / count, self.layers[k].bias
        if bias is None:
            return by_weights, None
        by_bias = delta.sum(-2) / count
        return by_weights, by_bias.sum(-1, keepdims=True) if bias.shape[-1] == 1 else by_bias

    def stepped(self, at: Pass, y: Array, rules: Rules) -> "Network":
        """Return the network after a step from a forward pass."""
        layers, velocity = list(self.layers), list(self.velocity or ())
        # with output_first the layers that carry back are those that are updated on the way
        for k, delta in self.backwards(at, y, layers if rules.order == "output_first" else self.layers):
            by_weights, by_bias = self.partials(k, at, delta, rules.examples)
            weights, bias, activation = layers[k]
            if rules.decay:
                by_weights = by_weights + rules.decay * weights
            still = by_bias is None or rules.biases == "frozen"
            if rules.momentum:
                by_weights = rules.momentum * velocity[k][0] + by_weights
                by_bias = velocity[k][1] if still else rules.momentum * velocity[k][1] + by_bias
                velocity[k] = by_weights, by_bias
            bias = bias if still else bias - rules.rate * by_bias
            layers[k] = Layer(weights - rules.rate * by_weights, bias, activation)
        return self.with_layers(layers, tuple(velocity) or None)

    def finite(self, at: Pass) -> None:
        """Raise a ValueError that names the layer if a number of a pass is not finite."""
        for k, (net, out) in enumerate(zip(at.nets, at.outs[1:], strict=True), 1):
            for what, part in (("net input", net), ("output", out)):
                if not np.all(np.isfinite(part)):
                    raise ValueError(f"layer {k}: its {what} is not a finite number")
        if at.loss is not None and not np.all(np.isfinite(at.loss)):
            raise ValueError(f"loss: {self.loss} is not a finite number at these outputs")


def checked(layers: list[Layer]) -> Iterator[Layer]:
    """Go through the layers, checked: known names, shapes that fit each other, arrays that nobody changes."""
    before = 0
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
        yield Layer(weights, bias, activation)


def whole_loss(at: Pass, rules: Rules) -> Value:
    """Return the loss of all examples together: their mean with batch_mean, otherwise their sum."""
    return np.mean(at.loss, -1) if rules.examples == "batch_mean" else np.sum(at.loss, -1)


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
