"""The calculation of any network as a worked listing: every net input, partial and update an assignment.

The matrices of `workings.net.matrices` write it themselves when they are handed symbols in place of numbers.
"""

import re
from collections.abc import Iterator
from itertools import count, groupby
from typing import NamedTuple

import numpy as np

from bplit.line import Value, plain
from bplit.listing import Listing
from bplit.reading import LENGTH
from workings.net.matrices import Layer, Task, ahead, stepped, together
from workings.net.notation import NUMBERINGS, Namer, Notation, distinct, one_of
from workings.net.rules import Rules
from workings.symbol import Array, Symbol, expression


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


TOO_LARGE = "network: too large for paper"
# To which stage the lines of a kind belong.
STAGES = {
    **dict.fromkeys(("net", "exp", "sum", "out"), "forward"),
    **dict.fromkeys(("error", "loss"), "loss"),
    **dict.fromkeys(("back", "mixed", "delta", "partial"), "backward"),
    **dict.fromkeys(("velocity", "update"), "update"),
}


class Said(NamedTuple):
    """A line that was said. Its block and its turn in it are where a person would write it."""

    block: int
    turn: int
    stage: str
    example: int
    name: str
    text: str


class Writer:
    """Names the parts of a network, and writes down what its matrices say: a line for each element."""

    def __init__(self, task: Task, rules: Rules, notation: str | Notation, numbering: str) -> None:
        one_of("numbering", numbering, NUMBERINGS)
        self.sizes = task.sizes
        self.name = Namer(notation, self.sizes).name
        self.task, self.rules, self.numbering = task, rules, numbering
        self.given: dict[str, Value] = {}
        self.lines: list[Said] = []
        self.means: dict[str, str] = {}
        self.now: dict[str, str] = {}  # what each is called after the updates so far
        self.examples: list[int] = []  # those that are calculated now
        # the number of the present block of lines, and of what they are
        self.block: tuple[int, tuple[str, ...]] = (0, ())
        # the name of each weight and bias: layer, "weights" or "biases", then its place
        self.parts: dict[tuple[int, str], Array] = {}
        numbers, bias_numbers = count(1), count(1)
        for n, (weights, bias, _) in enumerate(task.layers, 1):
            self.parts[n, "weights"] = self.named(weights, numbers, n, "weights")
            if bias is not None:
                self.parts[n, "biases"] = self.named(bias, bias_numbers, n, "biases")

    def named(self, array: Array, numbers: Iterator[int], n: int, part: str) -> Array:
        """Name the weights or biases of a layer, and say what they are."""
        matrix = part == "weights"
        shape = array.shape[-2:] if matrix else array.shape[-1:]
        shared = not matrix and shape[0] == 1 < self.sizes[n]
        what = "weight" if matrix else "shared" if shared else "bias"
        names: Array = np.empty(shape, dtype=object)
        by_rows = self.numbering == "rows"
        for place in sorted(np.ndindex(shape), key=lambda place: place if by_rows else place[::-1]):
            row, *column = (part + 1 for part in place)
            edge = (row, *column) if matrix else None
            name = self.name(what, n, 0 if shared else row, edge=edge, k=next(numbers))
            self.give(what, name, array[(..., *place)])
            names[place] = self.now[name] = name
        return names

    def give(self, what: str, name: str, value: Value) -> None:
        """Say what an input is, which the pattern called what has named."""
        if name in self.given:
            raise ValueError(f"notation: {what}: {name} stands for two things")
        self.given[name] = plain(value)

    def named_examples(self, what: str, n: int, array: Array, numbers: list[int]) -> Array:
        """Name the inputs or targets of all examples."""
        names: Array = np.empty(array.shape[-2:], dtype=object)
        for e, unit in np.ndindex(names.shape):
            names[e, unit] = self.name(what, n, unit + 1, numbers[e])
            self.give(what, names[e, unit], array[..., e, unit])
        return names

    def symbols(self) -> Task:
        """Return the network with symbols for its numbers."""
        layers, velocity = [], []
        for n in range(len(self.task.layers), 0, -1):
            bias = self.parts.get((n, "biases"))
            weights, biases = self.parts[n, "weights"], None if bias is None else symbols(bias)
            layers.append(Layer(symbols(weights), biases, self.task.layers[n - 1].activation))
            if self.task.velocity:
                of_weights = self.velocity(n, 0, weights)
                velocity.append((of_weights, None if bias is None else self.velocity(n, 1, bias)))
        return self.task._replace(layers=tuple(layers[::-1]), velocity=tuple(velocity[::-1]) or None)

    def velocity(self, n: int, k: int, names: Array) -> Array:
        """Return the symbols of the velocities of weights (0) or biases (1), and say what they are."""
        values: Array = (self.task.velocity or ())[n - 1][k]
        axes = np.shape(values)[: -names.ndim] if np.ndim(values) > names.ndim else ()
        values = np.broadcast_to(values, (*axes, *names.shape))
        found: Array = np.empty(names.shape, dtype=object)
        for place in np.ndindex(names.shape):
            found[place] = self.name("velocity", name=names[place])
            if k == 0 or self.rules.biases != "frozen":
                self.give("velocity", found[place], values[(..., *place)])
                self.now[found[place]] = found[place]
        return symbols(found)

    def say(self, what: str, array: Array, n: int = 0, part: str = "") -> Array:
        """Write an array down, and return the symbols of its lines.

        A person writes the forward passes example by example, and so what goes back through a layer; of a
        weight the velocity and the new value stand together.
        """
        stage, every = STAGES[what], self.examples[0] if len(self.examples) == 1 else 0
        single = not np.ndim(array)  # the loss of all examples together
        ahead = stage in ("forward", "loss") and not single
        kind = ("ahead",) if ahead else (stage, str(n), "partial" if what == "partial" else "", part)
        self.block = self.block if self.block[1] == kind else (self.block[0] + 1, kind)
        found: Array = np.empty(np.shape(array), dtype=object)
        for number, place in enumerate(np.ndindex(found.shape)):
            e = every if part or single else self.examples[place[0]]
            if part:
                name = self.name_of(what, self.parts[n, part][place], every)
            else:
                unit = 0 if what in ("sum", "mixed") or len(place) < 2 else place[1] + 1
                name = self.name(what, n, unit, e)
                # of the mean of several examples a delta is no partial
                if what == "delta" and (e == 0 or self.rules.examples != "batch_mean"):
                    self.means[name] = self.name("net", n, unit, e)
            text = str(Symbol(expression(array[place] if place else array)))
            turn = number if part else e
            self.lines.append(Said(self.block[0], turn, stage, e if ahead else every, name, text))
            found[place] = Symbol.named(name)
        return found[()] if single else found

    def name_of(self, what: str, weight: str, example: int) -> str:
        """Return the name of the partial, the new velocity or the new value of a weight or bias."""
        if what == "partial":
            name = self.name("partial", name=weight, example=example)
            self.means[name] = self.now[weight]
            return name
        about = self.name("velocity", name=weight) if what == "velocity" else weight
        self.now[about] = self.name("update", name=about, example=example)
        return self.now[about]


def symbols(names: Array) -> Array:
    """Return the symbols of names."""
    return np.frompyfunc(Symbol.named, 1, 1)(names)


def worked(task: Task, x: Array, y: Array, rules: Rules, notation: str | Notation, numbering: str) -> Worked:
    """Write one pass over the examples x and y (examples, units): forward, loss, partials, update.

    Raises ValueError for a notation that gives two things one name, and for a listing too long.
    """
    weights = sum(np.prod(layer.weights.shape[-2:]) for layer in task.layers)
    if weights * x.shape[-2] > LENGTH:  # each of them stands in several lines
        raise ValueError(
            f"{TOO_LARGE}: {weights * x.shape[-2]} products, and {LENGTH} characters to write them"
        )
    writer = Writer(task, rules, notation, numbering)
    if rules.momentum:
        writer.give("momentum", "momentum", rules.momentum)
    rate = writer.name("rate")
    writer.give("rate", rate, rules.rate)
    numbers = [e + 1 for e in range(x.shape[-2])] if x.shape[-2] > 1 else [0]
    names = [
        writer.named_examples("x", 0, x, numbers),
        writer.named_examples("y", len(task.layers), y, numbers),
    ]
    named = object.__new__(Rules)  # with symbols for its numbers
    named.__dict__.update(vars(rules), rate=Symbol.named(rate), momentum=Symbol.named("momentum"))
    state = writer.symbols()
    online = rules.examples == "online"
    for places in [slice(e, e + 1) for e in range(len(numbers))] if online else [slice(None)]:
        writer.examples = numbers[places]
        inputs, targets = (symbols(part[places]) for part in names)
        at = ahead(state, inputs, targets, writer.say)
        if len(writer.examples) > 1:
            writer.say("loss", together(at.loss, rules.examples))
        state = stepped(state, at, targets, named, writer.say)
    return result(writer, names[0][0], names[1][0], numbers[0])


def result(writer: Writer, x: Array, y: Array, example: int) -> Worked:
    """Return what was written, with the names of the first example."""
    lines = sorted(writer.lines, key=lambda line: line[:2])
    distinct([*writer.given, *(line.name for line in lines)])
    text = "\n".join(f"{line.name} = {line.text}" for line in lines)
    if len(text) > LENGTH:
        raise ValueError(f"{TOO_LARGE}: {len(text)} characters, expected up to {LENGTH}")
    try:
        read = Listing.read(text).lines
    except ValueError as error:  # the line of a text that nobody sees says nothing
        raise ValueError(re.sub(r"^line \d+: ", f"{TOO_LARGE}: ", str(error))) from None
    listing = Listing(tuple(line._replace(place="calculation") for line in read))
    stages = tuple(
        Stage(kind, e, tuple(line.name for line in together))
        for (kind, e), together in groupby(lines, lambda line: (line.stage, line.example))
    )
    layers = []
    for n, units in enumerate(writer.sizes[1:], 1):
        biases = writer.parts.get((n, "biases"))
        names = (
            tuple(writer.name(what, n, unit, example) for unit in range(1, units + 1))
            for what in ("net", "out", "delta")
        )
        every = None if biases is None else tuple(np.broadcast_to(biases, units))
        layers.append(Names(tuple(map(tuple, writer.parts[n, "weights"])), every, *names))
    given = {name: value for name, value in writer.given.items() if name in listing.inputs}
    updates = {name: new for name, new in writer.now.items() if new != name}
    total = writer.name("loss")
    loss = total if total in listing.names else writer.name("loss", example=example)
    targets = tuple(name for name in y if name in given)
    return Worked(listing, given, stages, updates, writer.means, tuple(layers), tuple(x), targets, loss)
