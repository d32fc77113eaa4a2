"""The calculation of any network as a worked listing: every net input, partial and update an assignment.

`Network.worked` writes it. What the lines are called is a `Notation`: the article's, that of
net and out, or that of z and a.
"""

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bplit.given import shown
from bplit.line import KNOWN, Value, plain
from bplit.listing import Listing
from bplit.reading import LENGTH

if TYPE_CHECKING:
    from workings.net.network import Network, Rules


class Notation(NamedTuple):
    """What everything is called: patterns, in which the words in braces are filled in.

    {layer} is h for the hidden layer (h1, h2, ... if there are several) and o for the output, {n} the number
    of the layer, {unit} that of the unit, {at} both, as h2 or h1_2, {edge} the unit a weight leads to and the
    one it comes from, as 21, {k} a number through all weights, all biases or the shared biases, {name} the
    name of the weight or bias.
    """

    x: str = "x{unit}"
    y: str = "y{unit}"
    weight: str = "w{k}"
    bias: str = "b{k}"
    shared: str = "b{k}"
    net: str = "{layer}_in_{unit}"
    out: str = "{layer}_out_{unit}"
    exp: str = "{layer}_exp_{unit}"
    sum: str = "{layer}_sum"
    error: str = "lost{unit}"
    loss: str = "lost"
    back: str = "{layer}_back_{unit}"
    mixed: str = "{layer}_mixed"
    delta: str = "{layer}_delta_{unit}"
    partial: str = "diff_{name}"
    velocity: str = "v_{name}"
    update: str = "update_{name}"
    rate: str = "theta"


NOTATIONS = {
    "article": Notation(),
    "net_out": Notation(
        x="i{unit}",
        y="target_{at}",
        net="net_{at}",
        out="out_{at}",
        exp="exp_{at}",
        sum="sum_{layer}",
        error="E_{at}",
        loss="E",
        back="back_{at}",
        mixed="mixed_{layer}",
        delta="delta_{at}",
        partial="dE_d{name}",
        update="new_{name}",
        rate="rate",
    ),
    "z_a": Notation(
        weight="W{n}_{edge}",
        bias="b{n}_{unit}",
        shared="b{n}",
        net="z{n}_{unit}",
        out="a{n}_{unit}",
        exp="e{n}_{unit}",
        sum="s{n}",
        error="L{unit}",
        loss="L",
        back="da{n}_{unit}",
        mixed="m{n}",
        delta="dz{n}_{unit}",
        partial="d{name}",
        update="new_{name}",
        rate="alpha",
    ),
}
NUMBERINGS = ("rows", "columns")
# What an output is, and what its slope multiplies a partial by; words in braces are filled in.
WRITTEN = {
    "sigmoid": ("sigmoid({net})", "{d} * {out} * (1 - {out})"),
    "tanh": ("tanh({net})", "{d} * (1 - {out} ** 2)"),
    "relu": ("relu({net})", "{d} * step({net})"),
    "leaky_relu": ("{leak} * {net} + {rest} * relu({net})", "{d} * ({leak} + {rest} * step({net}))"),
    "linear": ("{net}", "{d}"),
    "softmax": ("{exp} / {sum}", "{out} * ({d} - {mixed})"),
}
# The error of an output, and its slope by the output, with the number in front of it.
ERRORS = {
    "half_sse": ("({y} - {out}) ** 2 / 2", 1, "({out} - {y})"),
    "sse": ("({y} - {out}) ** 2", 2, "({out} - {y})"),
    "binary_cross_entropy": (
        "-({y} * log({out}) + (1 - {y}) * log(1 - {out}))",
        1,
        "({out} - {y}) / ({out} * (1 - {out}))",
    ),
    "cross_entropy": ("-{y} * log({out})", 1, "(-{y} / {out})"),
    # |y - out|, and the sign of out - y
    "mae": ("relu({y} - {out}) + relu({out} - {y})", 1, "(step({out} - {y}) - step({y} - {out}))"),
    "output": ("{out}", 1, "1"),
}
MEANS = {"half_mse": "half_sse", "mse": "sse", "mae": "mae"}  # the means of these errors over the outputs
# Names that a solution in Python uses otherwise.
TAKEN = {*KNOWN, *dir(builtins), "Context", "Decimal", "rounded"}


class Stage(NamedTuple):
    """Lines that belong together: forward, loss, backward or update, of an example or of all (0)."""

    kind: str
    example: int
    names: tuple[str, ...]


class Names(NamedTuple):
    """What stands in a layer, by name: a row of weights for each unit, its bias, net, output and delta.

    Units that share a bias name the same one. Of several examples, nets, outs and deltas are the first's.
    """

    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...] | None
    nets: tuple[str, ...]
    outs: tuple[str, ...]
    deltas: tuple[str, ...]


class Worked(NamedTuple):
    """A worked listing with its numbers.

    ``given`` has a number for every input, or arrays of many networks' numbers. ``stages`` say which lines
    belong together, ``updates`` what each weight and bias is called after the step, and ``means`` what
    weight, bias or net input a line states the partial by. ``layers``, ``x`` and ``y`` say what
    the parts of the network are called, of several examples those of the first, and ``loss`` the whole loss.
    With the loss ``output`` there are no targets, and ``y`` is empty.
    """

    listing: Listing
    given: dict[str, Value]
    stages: tuple[Stage, ...]
    updates: dict[str, str]
    means: dict[str, str]
    layers: tuple[Names, ...]
    x: tuple[str, ...]
    y: tuple[str, ...]
    loss: str


class Writer:
    """Writes the lines of one step of a network on its examples."""

    def __init__(self, network: "Network", rules: "Rules", notation: Notation, numbering: str) -> None:
        self.network, self.rules, self.notation = network, rules, notation
        self.depth = len(network.layers)
        self.stages: list[tuple[str, int, list[tuple[str, str]]]] = []
        self.given: dict[str, Value] = {}
        self.means: dict[str, str] = {}
        self.first: tuple[list[list[str]], list[list[str]]] | None = None  # the first example's names
        self.weights: list[list[list[str]]] = []  # the name of each weight: layer, row, column
        self.biases: list[list[str] | None] = []  # the name of each unit's bias; a shared one is repeated
        self.velocities: dict[str, Value] = {}  # that of each weight and bias, if there is momentum
        numbers, bias_numbers = count(1), count(1)
        for n, (weights, bias, _) in enumerate(network.layers, 1):
            rows, columns = weights.shape[-2:]
            by_weights, by_bias = network.velocity[n - 1] if network.velocity else (np.zeros(()),) * 2
            by_weights = np.broadcast_to(by_weights, weights.shape)
            by_bias = np.broadcast_to(by_bias, (*weights.shape[:-2], rows))
            named = [[""] * columns for _ in range(rows)]
            places = [(row, column) for row in range(rows) for column in range(columns)]
            for row, column in places if numbering == "rows" else sorted(places, key=lambda place: place[1]):
                name = self.name("weight", n, row + 1, edge=(row + 1, column + 1), k=next(numbers))
                self.give("weight", name, weights[..., row, column])
                self.velocities[name] = by_weights[..., row, column]
                named[row][column] = name
            self.weights.append(named)
            if bias is None:
                self.biases.append(None)
            elif bias.shape[-1] == 1 < rows:
                name = self.name("shared", n, k=next(bias_numbers))
                self.biases.append([name] * rows)
                self.give("shared", name, bias[..., 0])
                self.velocities[name] = by_bias[..., 0]
            else:
                names = [self.name("bias", n, row + 1, k=next(bias_numbers)) for row in range(rows)]
                self.biases.append(names)
                for row, name in enumerate(names):
                    self.give("bias", name, bias[..., row])
                    self.velocities[name] = by_bias[..., row]
        self.now = {name: name for name in self.given}  # what each is called after the updates so far
        for name, value in (("momentum", rules.momentum), ("decay", rules.decay)):
            if value:
                self.give(name, name, value)
        self.rate = self.name("rate")
        self.give("rate", self.rate, rules.rate)

    def name(self, what: str, n: int = 0, unit: int = 0, example: int = 0, **more: Any) -> str:
        """Return the name of something in layer n (0: the inputs)."""
        hidden = f"h{n}" if self.depth > 2 else "h"
        layer = "o" if n == self.depth else hidden
        wide = max(self.network.sizes) > 9
        if "edge" in more:
            more["edge"] = ("_" if wide else "").join(map(str, more["edge"]))
        at = f"{layer}_{unit}" if layer[-1].isdigit() else f"{layer}{unit}"
        pattern = str(getattr(self.notation, what))
        words = {"layer": layer, "n": n, "unit": unit, "at": at, **more}
        if not re.fullmatch(rf"(\w|\{{({'|'.join(words)})\}})+", pattern, re.ASCII):
            braces = ", ".join(f"{{{word}}}" for word in words)
            raise ValueError(
                f"notation: {what}: expected letters, digits, _ and any of {braces}, got {shown(pattern)}"
            )
        name = pattern.format(**words)
        return f"{name}_e{example}" if example else name

    def give(self, what: str, name: str, value: Value) -> None:
        """Say what an input is, which the pattern called what has named."""
        if name in self.given:
            raise ValueError(f"notation: {what}: {name} stands for two things")
        self.given[name] = plain(value)

    def write(self, name: str, expression: str) -> str:
        """Write a line into the present stage, and return its name."""
        self.stages[-1][2].append((name, expression))
        return name

    def stage(self, kind: str, example: int) -> None:
        """Begin a stage."""
        self.stages.append((kind, example, []))

    def ahead(self, x: list[str], y: list[str], e: int) -> tuple[list[list[str]], list[list[str]]]:
        """Write a forward pass and the loss, and return the names of all net inputs and outputs."""
        self.stage("forward", e)
        nets: list[list[str]] = []
        outs = [x]
        for n, layer in enumerate(self.network.layers, 1):
            net, out, biases = [], [], self.biases[n - 1]
            units = range(1, len(self.weights[n - 1]) + 1)
            for unit in units:
                row = self.weights[n - 1][unit - 1]
                terms = [f"{self.now[w]} * {a}" for w, a in zip(row, outs[-1], strict=True)]
                terms += [] if biases is None else [self.now[biases[unit - 1]]]
                net.append(self.write(self.name("net", n, unit, e), " + ".join(terms)))
            exps = [""] * len(units)
            if layer.activation == "softmax":
                exps = [self.write(self.name("exp", n, unit, e), f"exp({net[unit - 1]})") for unit in units]
                self.write(self.name("sum", n, 0, e), " + ".join(exps))
            for unit in units:
                words = {"net": net[unit - 1], "exp": exps[unit - 1], "sum": self.name("sum", n, 0, e)}
                text = WRITTEN[layer.activation][0].format(**words, **self.leak())
                out.append(self.write(self.name("out", n, unit, e), text))
            nets.append(net)
            outs.append(out)
        self.stage("loss", e)
        loss = self.name("loss", 0, 0, e)
        error = ERRORS[MEANS.get(self.network.loss, self.network.loss)][0]
        if len(y) == 1:
            self.write(loss, error.format(y=y[0], out=outs[-1][0]))
        else:
            errors = [
                self.write(self.name("error", self.depth, unit, e), error.format(y=target, out=out))
                for unit, (target, out) in enumerate(zip(y, outs[-1], strict=True), 1)
            ]
            self.write(loss, self.summed(errors, self.network.loss in MEANS, len(errors)))
        return nets, outs

    def leak(self) -> dict[str, str]:
        """Return the slope of a leaky unit, and what is missing to 1, as they are written."""
        leak = Fraction(repr(self.network.leak))
        return {"leak": repr(self.network.leak), "rest": repr(float(1 - leak))}

    def summed(self, terms: list[str], mean: bool, count: int) -> str:
        """Write the sum of some terms, or their mean over so many."""
        text = " + ".join(terms)
        return f"({text}) / {count}" if mean and count > 1 else text

    def deltas(
        self, n: int, nets: list[str], outs: list[str], y: list[str], after: list[str], e: int
    ) -> list[str]:
        """Write the deltas of layer n, from the loss or from the deltas after it."""
        activation, loss = self.network.layers[n - 1].activation, self.network.loss
        backs = []
        for unit, out in enumerate(outs, 1):
            if after:
                rows = self.weights[n]
                terms = [f"{d} * {self.now[row[unit - 1]]}" for d, row in zip(after, rows, strict=True)]
                backs.append(f"({' + '.join(terms)})" if len(terms) > 1 else terms[0])
            elif self.network.fused:
                backs.append(f"{out} - {y[unit - 1]}")
            else:
                _, front, slope = ERRORS[MEANS.get(loss, loss)]
                factor = Fraction(front, len(outs) if loss in MEANS else 1)
                text = slope.format(out=out, y=y[unit - 1])
                text = text if factor.numerator == 1 else f"{factor.numerator} * {text}"
                backs.append(text if factor.denominator == 1 else f"{text} / {factor.denominator}")
        pattern = "{d}" if not after and self.network.fused else WRITTEN[activation][1]
        mixed = ""
        if "{mixed}" in pattern:
            backs = [self.write(self.name("back", n, unit, e), text) for unit, text in enumerate(backs, 1)]
            terms = [f"{back} * {out}" for back, out in zip(backs, outs, strict=True)]
            mixed = self.write(self.name("mixed", n, 0, e), " + ".join(terms))
        deltas = []
        for unit, (back, net, out) in enumerate(zip(backs, nets, outs, strict=True), 1):
            text = pattern.format(d=back, net=net, out=out, mixed=mixed, **self.leak()).removeprefix("1 * ")
            deltas.append(self.write(self.name("delta", n, unit, e), text))
            if e == 0 or self.rules.examples != "batch_mean":  # of a mean it is no partial
                self.means[deltas[-1]] = net
        return deltas

    def partials(self, n: int, deltas: list[list[str]], outs: list[list[str]], e: int) -> dict[str, str]:
        """Write the partials by the weights and biases of layer n, from each example's deltas and inputs."""
        found: dict[str, list[str]] = {}
        for row, names in enumerate(self.weights[n - 1]):
            for column, name in enumerate(names):
                found[name] = [f"{d[row]} * {a[column]}" for d, a in zip(deltas, outs, strict=True)]
        for row, name in enumerate(self.biases[n - 1] or ()):
            if self.rules.biases != "frozen":
                found.setdefault(name, []).extend(d[row] for d in deltas)
        partials = {}
        for name, terms in found.items():
            text = self.summed(terms, self.rules.examples == "batch_mean", len(deltas))
            partials[name] = self.write(self.name("partial", name=name, example=e), text)
            self.means[partials[name]] = self.now[name]
        return partials

    def updates(self, partials: Mapping[str, str], e: int) -> None:
        """Write the new weights and biases."""
        biases = {name for names in self.biases for name in names or ()}
        for name, partial in partials.items():
            old = self.now[name]
            step = partial
            if self.rules.decay and name not in biases:
                step = f"({partial} + decay * {old})"
            if self.rules.momentum:
                velocity = self.name("velocity", name=name)
                if velocity not in self.now:
                    self.give("velocity", velocity, self.velocities[name])
                    self.now[velocity] = velocity
                new = self.name("update", name=velocity, example=e)
                step = self.write(new, f"momentum * {self.now[velocity]} + {step.strip('()')}")
                self.now[velocity] = new
            new = self.name("update", name=name, example=e)
            self.now[name] = self.write(new, f"{old} - {self.rate} * {step}")

    def step(self, xs: list[list[str]], ys: list[list[str]], examples: list[int]) -> None:
        """Write one step on some examples: all forward passes, then layer after layer from the last one."""
        passes = [self.ahead(x, y, e) for x, y, e in zip(xs, ys, examples, strict=True)]
        self.first = self.first or passes[0]
        every = examples[0] if len(examples) == 1 else 0
        if len(examples) > 1:
            self.stage("loss", 0)
            losses = [self.name("loss", 0, 0, e) for e in examples]
            self.write(
                self.name("loss"), self.summed(losses, self.rules.examples == "batch_mean", len(losses))
            )
        after: list[list[str]] = [[] for _ in examples]
        ready: dict[str, str] = {}
        for n in range(self.depth, 0, -1):
            self.stage("backward", every)
            for place, (e, y, (nets, outs)) in enumerate(zip(examples, ys, passes, strict=True)):
                after[place] = self.deltas(n, nets[n - 1], outs[n], y, after[place], e)
            partials = self.partials(n, after, [outs[n - 1] for _, outs in passes], every)
            ready |= partials
            if self.rules.order == "output_first":
                self.stage("update", every)
                self.updates(partials, every)
        if self.rules.order == "simultaneous":
            self.stage("update", every)
            self.updates(ready, every)


def worked(
    network: "Network", x: Any, y: Any, rules: "Rules", notation: str | Notation, numbering: str
) -> Worked:
    """Write one pass over the examples x and y (examples, units): forward, loss, partials, update."""
    if not isinstance(notation, Notation):
        one_of("notation", notation, NOTATIONS)
        notation = NOTATIONS[notation]
    one_of("numbering", numbering, NUMBERINGS)
    writer = Writer(network, rules, notation, numbering)
    several = x.shape[-2] > 1
    examples = [n + 1 if several else 0 for n in range(x.shape[-2])]
    named: dict[str, list[list[str]]] = {"x": [], "y": []}
    for what, array in (("x", x), ("y", y)):
        for place, e in enumerate(examples):
            layer = 0 if what == "x" else writer.depth
            names = [writer.name(what, layer, unit + 1, e) for unit in range(array.shape[-1])]
            named[what].append(names)
            for unit, name in enumerate(names):
                writer.give(what, name, array[..., place, unit])
    if rules.examples == "online":
        for place, e in enumerate(examples):
            writer.step(named["x"][place : place + 1], named["y"][place : place + 1], [e])
    else:
        writer.step(named["x"], named["y"], examples)
    lines = [line for _, _, lines in writer.stages for line in lines]
    distinct([*writer.given, *(name for name, _ in lines)])
    stages: list[Stage] = []
    for kind, e, part in writer.stages:
        together = tuple(name for name, _ in part)
        if stages and stages[-1][:2] == (kind, e):
            together = stages.pop().names + together
        stages.append(Stage(kind, e, together))
    text = "\n".join(f"{name} = {text}" for name, text in lines)
    if len(text) > LENGTH:
        raise ValueError(f"network: too large for paper: {len(text)} characters, expected up to {LENGTH}")
    try:
        lines_read = Listing.read(text).lines
    except ValueError as error:  # the line of a text that nobody sees says nothing
        raise ValueError(re.sub(r"^line \d+: ", "network: too large for paper: ", str(error))) from None
    listing = Listing(tuple(line._replace(place="calculation") for line in lines_read))
    given = {name: writer.given[name] for name in writer.given if name in listing.inputs}
    updates = {name: new for name, new in writer.now.items() if new != name}
    nets, outs = writer.first or ([], [])
    layers = tuple(
        Names(
            tuple(map(tuple, weights)),
            None if biases is None else tuple(biases),
            tuple(net),
            tuple(out),
            tuple(writer.name("delta", n, unit, examples[0]) for unit in range(1, len(net) + 1)),
        )
        for n, (weights, biases, net, out) in enumerate(
            zip(writer.weights, writer.biases, nets, outs[1:], strict=True), 1
        )
    )
    total = writer.name("loss")
    loss = total if total in listing.names else writer.name("loss", example=examples[0])
    first = tuple(named["x"][0]), tuple(name for name in named["y"][0] if name in given)
    return Worked(listing, given, tuple(stages), updates, writer.means, layers, *first, loss)


def distinct(names: Iterable[str]) -> None:
    """Raise a ValueError if a name is none, or stands for two things."""
    for name, times in Counter(names).items():
        if not name.isidentifier():
            raise ValueError(f"notation: expected names that begin with a letter, got {shown(name)}")
        if keyword.iskeyword(name) or name in TAKEN:
            raise ValueError(f"notation: {name} already means something else in Python or in a solution")
        if times > 1:
            raise ValueError(f"notation: {name} stands for {times} things")


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Raise a ValueError if a name is not a known one, with the nearest of them.

    >>> one_of("numbering", "row", NUMBERINGS)
    Traceback (most recent call last):
    ValueError: numbering: expected one of rows, columns, got 'row', perhaps rows
    """
    known = tuple(known)
    if not (isinstance(value, str) and value in known):
        raise ValueError(
            f"{name}: expected one of {', '.join(known)}, got {shown(value)}{nearest(value, known)}"
        )


def nearest(value: object, known: Iterable[str]) -> str:
    """Return a hint at the known name that is nearest, if one is near."""
    near = get_close_matches(value.lower(), known, 1) if isinstance(value, str) else []
    return f", perhaps {near[0]}" if near else ""
