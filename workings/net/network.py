"""Any fully connected network, in matrices: forward, backwards, a step, a training run.

A row of a weight matrix leads into one unit, a column comes from one. What is calculated for many
examples at once has an axis of examples in front of the last one; networks that are calculated at once
have axes in front of that. All numbers are float64 without units.

>>> article, x, y = Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]])]), [0.1, 0.88], [0.55, 1]
>>> print(f"{article.forward(x, y).loss:.6f} {article.gradient(x, y).weights[1][0, 0]:.6f}")
0.051896 0.029091
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bplit.given import shown, whole
from bplit.line import Value, plain
from workings.net.matrices import LOSSES, Layer, Pass, Rules, Task, ahead, backwards, stepped, together
from workings.net.notation import Notation, one_of
from workings.net.shapes import examples_of, finite, layers_of
from workings.net.writer import Worked, worked
from workings.symbol import Array


class Gradient(NamedTuple):
    """The partials of the loss, layer by layer: by the weights, by the biases, by the net inputs.

    Those by weights and biases are summed over the examples, or their mean; the deltas are those of each
    example. A layer without biases has None.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    deltas: tuple[Array, ...]


class Run(NamedTuple):
    """What a training run leaves: the network, and the losses on the way, from before the first pass on."""

    network: "Network"
    losses: Array


@dataclass(frozen=True, eq=False)
class Network:
    """A fully connected network: its layers from the first hidden one to the output, and its loss.

    It never changes: a step returns a new one. `ACTIVATIONS` and `LOSSES` hold the names that may be used;
    mean says whether the loss of an example is the mean of its outputs' errors in place of their sum, as that
    of mse, half_mse and mae is if nothing is said.

    Raises ValueError, which says which layer, which axis and what was expected, for shapes that do not fit,
    for unknown names and for anything but finite numbers within LIMIT.

    >>> Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1, 1]])])
    Traceback (most recent call last):
    ValueError: layer 2: weights: expected 2 in a row, one for each unit of layer 1, got 3
    """

    layers: tuple[Layer, ...]
    loss: str = "half_sse"
    mean: bool | None = None
    # with momentum, the last step's changes before the rate: by the weights and by the biases of each layer
    velocity: tuple[tuple[Array, Array], ...] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        one_of("loss", self.loss, LOSSES)
        if not isinstance(self.mean, bool | None):
            raise ValueError(f"mean: expected True or False, got {shown(self.mean)}")
        object.__setattr__(self, "mean", LOSSES[self.loss].mean if self.mean is None else self.mean)
        object.__setattr__(self, "layers", layers_of(self.layers))

    @property
    def task(self) -> Task:
        """What the matrices calculate."""
        return Task(self.layers, self.loss, bool(self.mean), self.velocity)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, then of the units of each layer.

        >>> Network([Layer([[1, 1, 1], [1, 1, 1]]), Layer([[1, 1]])]).sizes
        (3, 2, 1)
        """
        return self.task.sizes

    def forward(self, x: Value, y: Value = None) -> Pass:
        """Calculate every net input and output from inputs x, and the loss if targets y are given.

        Shapes: x (inputs,) for one example, otherwise (..., examples, inputs); y the same with outputs.

        Raises ValueError for shapes that do not fit, for targets that the loss does not allow, and if a
        number leaves the finite ones.

        >>> net = Network([Layer([[0.5, -1], [2, 0]], [0, 1], "relu"), Layer([[1, 1]], None, "linear")])
        >>> net.forward([[1, 1], [2, 3]]).outs[2].tolist()
        [[3.0], [5.0]]
        """
        x, y, one = examples_of(self.task, x, y, needed=False)
        with np.errstate(all="ignore"):
            at = ahead(self.task, x, y)
        finite(self.task, at)
        if not one:
            return at
        nets, outs = (tuple(part[..., 0, :] for part in parts) for parts in (at.nets, at.outs))
        if at.losses is None:
            return Pass(nets, outs, None, None)
        return Pass(nets, outs, at.losses[..., 0, :], plain(at.loss[..., 0]))

    def gradient(self, x: Value, y: Value, examples: str = "batch_mean") -> Gradient:
        """Calculate the partial of the loss by every weight and bias, and every delta.

        Shapes as in `forward`. Of several examples it is the mean, or with ``batch_sum`` the sum.

        >>> net = Network([Layer([[1, 2]], [0], "linear")], "sse")
        >>> net.gradient([[1, 0], [0, 1]], [[0], [0]], "batch_sum").weights[0].tolist()
        [[2.0, 4.0]]
        """
        one_of("examples", examples, ("batch_mean", "batch_sum"))
        x, y, one = examples_of(self.task, x, y)
        with np.errstate(all="ignore"):
            at = ahead(self.task, x, y)
            finite(self.task, at)
            found = [*backwards(self.task, at, y, Rules(examples=examples), self.layers)][::-1]
        for k, _, by_weights, _ in found:
            if not np.all(np.isfinite(by_weights)):
                raise ValueError(f"layer {k + 1}: a partial is not a finite number")
        _, deltas, weights, biases = zip(*found, strict=True)
        return Gradient(weights, biases, tuple(delta[..., 0, :] if one else delta for delta in deltas))

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
        ``batch_mean``, otherwise their sum.

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
        x, y, _ = examples_of(self.task, x, y)
        task, losses = trained(ready(self, rules), x, y, passes, rules, every)
        return Run(rebuilt(task), np.stack(losses))

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
        >>> for line in net.worked([1, 2], [0], Rules(biases="frozen"), "net_out").listing.lines[:4]:
        ...     print(line)
        net_o1 = w1 * i1 + w2 * i2 + b1
        out_o1 = tanh(net_o1)
        E = (target_o1 - out_o1) ** 2 / 2
        delta_o1 = (out_o1 - target_o1) * (1 - out_o1 ** 2)
        """
        return worked(ready(self, rules), *examples_of(self.task, x, y)[:2], rules, notation, numbering)


def rebuilt(task: Task) -> Network:
    """Return a network of numbers that need no check."""
    new = object.__new__(Network)
    new.__dict__.update(task._asdict())
    for pair in [*(layer[:2] for layer in task.layers), *(task.velocity or ())]:
        for array in pair:
            if array is not None:
                array.setflags(write=False)
    return new


def ready(net: Network, rules: Rules) -> Task:
    """Return the task with as many biases as its policy steps, and a velocity if there is momentum."""
    if not isinstance(rules, Rules):
        raise ValueError(f"rules: expected Rules(...), got {shown(rules)}")
    layers = []
    velocity = list(net.velocity or ((np.zeros(()), np.zeros(())),) * len(net.layers))
    for k, (weights, bias, activation) in enumerate(net.layers):
        if bias is not None and rules.biases == "per_unit":
            bias = np.broadcast_to(bias, (*bias.shape[:-1], weights.shape[-2]))
        if bias is not None and rules.biases == "shared":
            if not np.all(bias == bias[..., :1]):
                what = f"the policy shared wants one for all units, got {shown(bias)}"
                raise ValueError(f"layer {k + 1}: bias: {what}")
            bias = bias[..., :1]
            by_weights, by_bias = velocity[k]
            velocity[k] = by_weights, by_bias.sum(-1, keepdims=True) if by_bias.ndim else by_bias
        layers.append(Layer(weights, bias, activation))
    return net.task._replace(layers=tuple(layers), velocity=tuple(velocity) if rules.momentum else None)


def trained(
    task: Task, x: Array, y: Array, passes: int, rules: Rules, every: int
) -> tuple[Task, list[Array]]:
    """Train pass by pass, and return what came of it with the losses."""
    losses, turns = [], [(x, y)]  # online a step for each example, otherwise one for all
    if rules.examples == "online":
        turns = [(x[..., e : e + 1, :], y[..., e : e + 1, :]) for e in range(x.shape[-2])]
    with np.errstate(all="ignore"):
        for done in range(passes + 1):
            at = ahead(task, x, y)
            losses += [] if done % every else [together(at.loss, rules.examples)]
            # a sum tells quickly that all is well, and seldom that it is not
            if not np.isfinite(sum(np.sum(part) for part in (at.loss, *at.nets))):
                try:
                    finite(task, at)
                except ValueError as error:
                    what = f"rate: {rules.rate:g} is too large, after {done} passes {error}"
                    raise ValueError(what) if done else error from None
            for inputs, targets in turns if done < passes else ():
                task = stepped(task, at if targets is y else ahead(task, inputs, targets), targets, rules)
    return task, losses
