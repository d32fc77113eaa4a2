"""The calculation of any network as a worked listing: every net input, partial and update an assignment.

The matrices of `workings.net.matrices` write it themselves when they are handed symbols in place of numbers.
"""

import re
from collections.abc import Callable
from itertools import count, groupby
from typing import NamedTuple

import numpy as np

from bplit.line import Value, plain
from bplit.listing import Listing
from bplit.reading import LENGTH
from workings.net.matrices import Layer, Rules, Task, ahead, stepped, together
from workings.net.notation import NUMBERINGS, Namer, Notation, distinct, one_of
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
        self.task, self.rules = task, rules
        self.given: dict[str, Value] = {}
        self.lines: list[Said] = []
        self.means: dict[str, str] = {}
        self.now: dict[str, str] = {}  # what is called otherwise after the updates so far
        self.examples: list[int] = []  # those that are calculated now
        # the number of the present block of lines, and of what they are
        self.block: tuple[int, tuple[object, ...]] = (0, ())
        # the names of the weights and the biases of each layer
        self.parts: dict[tuple[int, str], Array] = {}
        numbers, bias_numbers = count(1), count(1)
        for n, (weights, bias, _) in enumerate(task.layers, 1):

            def weight(row: int, column: int, n: int = n) -> str:
                return self.name("weight", n, row + 1, edge=(row + 1, column + 1), k=next(numbers))

            self.parts[n, "weights"] = self.inputs("weight", weights, 2, weight, numbering == "columns")
            if bias is not None:
                shared = bias.shape[-1] == 1 < self.sizes[n]
                what = "shared" if shared else "bias"
                units = [
                    self.name(what, n, 0 if shared else unit, k=next(bias_numbers))
                    for unit in range(1, bias.shape[-1] + 1)
                ]
                self.parts[n, "biases"] = self.inputs(what, bias, 1, units.__getitem__)

    def inputs(
        self, what: str, values: Array, axes: int, name: Callable[..., str], by_columns: bool = False
    ) -> Array:
        """Name each number of the last axes by its place, for a pattern, and return the names."""
        names: Array = np.empty(values.shape[values.ndim - axes :], dtype=object)
        for place in sorted(np.ndindex(names.shape), key=lambda place: place[::-1] if by_columns else place):
            names[place] = name(*place)
            if names[place] in self.given:
                raise ValueError(f"notation: {what}: {names[place]} stands for two things")
            self.given[names[place]] = plain(values[(..., *place)])
        return names

    def symbols(self) -> Task:
        """Return the network with symbols for its numbers."""
        layers, velocity = [], []
        for n in range(len(self.task.layers), 0, -1):
            weights, bias = self.parts[n, "weights"], self.parts.get((n, "biases"))
            layers.append(Layer(symbols(weights), symbols(bias), self.task.layers[n - 1].activation))
            if self.task.velocity:
                of_weights, of_bias = self.task.velocity[n - 1]
                velocity.append((self.velocity(of_weights, weights), self.velocity(of_bias, bias)))
        return self.task._replace(layers=tuple(layers[::-1]), velocity=tuple(velocity[::-1]) or None)

    def velocity(self, values: Array, names: Array | None) -> Array:
        """Return the symbols of the velocities of weights or biases, if there are any."""
        if names is None:
            return None
        values = np.broadcast_to(values, np.broadcast_shapes(values.shape, names.shape))
        called = np.frompyfunc(lambda name: self.name("velocity", name=name), 1, 1)(names)
        return symbols(self.inputs("velocity", values, names.ndim, lambda *place: called[place]))

    def say(self, what: str, array: Array, n: int = 0, part: str = "") -> Array:
        """Write an array down, and return the symbols of its lines.

        A person writes the forward passes example by example, and so what goes back through a layer; of a
        weight the velocity and the new value stand together.
        """
        array = np.asarray(array, dtype=object)
        stage, every = STAGES[what], self.examples[0] if len(self.examples) == 1 else 0
        single = not array.ndim  # the loss of all examples together
        ahead = stage in ("forward", "loss") and not single
        kind = ("ahead",) if ahead else (stage, n, what == "partial", part)
        self.block = self.block if self.block[1] == kind else (self.block[0] + 1, kind)
        found: Array = np.empty(array.shape, dtype=object)
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
            text = str(Symbol(expression(array[place])))
            turn = number if part else e
            self.lines.append(Said(self.block[0], turn, stage, e if ahead else every, name, text))
            found[place] = Symbol.named(name)
        return found[()]

    def name_of(self, what: str, weight: str, example: int) -> str:
        """Return the name of the partial, the new velocity or the new value of a weight or bias."""
        if what == "partial":
            name = self.name("partial", name=weight, example=example)
            self.means[name] = self.now.get(weight, weight)
            return name
        about = self.name("velocity", name=weight) if what == "velocity" else weight
        self.now[about] = self.name("update", name=about, example=example)
        return self.now[about]


def symbols(names: Array | None) -> Array:
    """Return the symbols of names, if there are any."""
    return None if names is None else np.frompyfunc(Symbol.named, 1, 1)(names)


def worked(task: Task, x: Array, y: Array, rules: Rules, notation: str | Notation, numbering: str) -> Worked:
    """Write one pass over the examples x and y (examples, units): forward, loss, partials, update.

    Raises ValueError for a notation that gives two things one name, and for a listing too long.
    """
    products = x.shape[-2] * sum(np.prod(layer.weights.shape[-2:]) for layer in task.layers)
    if products > LENGTH:  # each of them stands in several lines
        raise ValueError(f"{TOO_LARGE}: {products} products, and {LENGTH} characters to write them")
    writer = Writer(task, rules, notation, numbering)
    if rules.momentum:
        writer.inputs("momentum", np.array(rules.momentum), 0, lambda: "momentum")
    rate = writer.name("rate")
    writer.inputs("rate", np.array(rules.rate), 0, lambda: rate)
    numbers = [e + 1 for e in range(x.shape[-2])] if x.shape[-2] > 1 else [0]

    def named(what: str, array: Array, n: int) -> Array:
        return writer.inputs(what, array, 2, lambda e, unit: writer.name(what, n, unit + 1, numbers[e]))

    names = [named("x", x, 0), named("y", y, len(task.layers))]
    symbolic = object.__new__(Rules)  # with symbols for its numbers
    symbolic.__dict__.update(vars(rules), rate=Symbol.named(rate), momentum=Symbol.named("momentum"))
    state = writer.symbols()
    online = rules.examples == "online"
    for places in [slice(e, e + 1) for e in range(len(numbers))] if online else [slice(None)]:
        writer.examples = numbers[places]
        inputs, targets = (symbols(part[places]) for part in names)
        at = ahead(state, inputs, targets, writer.say)
        if len(writer.examples) > 1:
            writer.say("loss", together(at.loss, rules.examples))
        state = stepped(state, at, targets, symbolic, writer.say)
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
    updates = {name: writer.now[name] for name in given if name in writer.now}
    total = writer.name("loss")
    loss = total if total in listing.names else writer.name("loss", example=example)
    targets = tuple(name for name in y if name in given)
    return Worked(listing, given, stages, updates, writer.means, tuple(layers), tuple(x), targets, loss)
