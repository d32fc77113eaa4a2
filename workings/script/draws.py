"""Random networks that a script is compared at, and how many times a partial a value is there."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import product

import numpy as np

from bplit.line import Value, evaluated, exponent
from bplit.listing import Listing
from workings.check.changes import chain
from workings.script.ends import End, Script
from workings.script.followed import bare, place, slot
from workings.script.graph import SQUASHING, given_to

NETWORKS = 40  # that are compared at once
NEAR = 1e-8  # of the size of a number: far above rounding, far below any mistake
CANCELLED = 1e-13  # of the size of its terms: what is left of a sum of 0
# Local partials by line and name; the partials by name, and the sizes of their terms.
Swept = tuple[Mapping[tuple[str, str], Value], dict[str, Value], dict[str, Value]]
Values = dict[str, Value]
IN_TURN = 60  # in which rows and columns are made to add up to 1, in turn
# how often a draw is halved, up to which net input it is not, and if that falls by less than a tenth
HALVINGS, SATURATED, FALLING = 10, 6, 0.9


class Drawn:
    """The lines of a script at random networks: an array for each, of values, and of partials of the loss."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.listing = Listing(tuple(script.graph.lines.values()))
        self.values, (self.local, self.partials, self.sizes) = at_random(self.listing, script)
        for name in script.graph.own.keys() - self.values.keys():  # no line uses it
            self.values[name] = self.partials[name] = self.sizes[name] = np.zeros(NETWORKS)
        wanted = script.forward - script.targets
        self.quantities = [n for n in script.graph.home if n in wanted and np.any(self.partials.get(n, 0))]
        self.matrix = np.array([self.partials[name] for name in self.quantities])  # a row for each of them
        self.squares = np.maximum(np.sum(self.matrix * self.matrix, axis=-1), np.finfo(float).tiny)
        lines = script.graph.lines
        units = [s for (n, _), s in self.local.items() if isinstance(lines[n].expression, ast.Call)]
        slopes = np.reshape([np.broadcast_to(slope, NETWORKS) for slope in units], (-1, NETWORKS))
        self.slopes = cache(lambda n: np.concatenate([slopes, np.reshape([*self.said(n)], (-1, NETWORKS))]))

    def at_own(self, partials: bool = False) -> Mapping[str, Value]:
        """Return the values at the script's own numbers, or the partials there, if there are any."""
        own = self.script.graph.own
        with suppress(ValueError):
            values = own | self.listing.run({name: own[name] for name in self.listing.inputs})
            return self.listing.sweep(values, self.script.of).partials if partials else values
        return {}

    def factor(self, value: Value, by: str, noise: Value = 0.0) -> np.ndarray:
        """Return how many times the partial by a name values are, nan where they are no multiple of it."""
        return multiple(value, self.partials[by], self.sizes[by], noise)

    def recognized(self, name: str) -> Iterable[tuple[str, float]]:
        """Go through the quantities whose partial a line is a multiple of, and which, first in its place."""
        value = self.values[name]
        factors, bound = self.matrix @ value / self.squares, 1e-6 * np.abs(value).max()
        near = np.flatnonzero(np.abs(self.matrix[:, 0] * factors - value[0]) <= bound)  # a few of them
        off = np.abs(self.matrix[near] * factors[near, None] - value).max(axis=1)
        # of two classes the partial by one is minus that by the other
        for n in sorted(near[off <= bound], key=lambda n: place(self.quantities[n]) != place(name)):
            found = float(self.factor(value, self.quantities[n]))
            if np.isfinite(found) and abs(found) > 1e-12:
                yield self.quantities[n], found

    def is_slope(self, name: str) -> bool:
        """Say whether a line is the slope of a unit, or what its name says, as dnet_dw5."""
        value = np.broadcast_to(self.values[name], NETWORKS)
        some = self.slopes(bare(name))
        some = some[np.abs(some[:, 0] - value[0]) <= NEAR * np.abs(value[0])]  # nearly all are not
        return bool(np.any(np.all(np.abs(some - value) <= NEAR * np.abs(value), axis=1)))

    def said(self, name: str) -> Iterator[Value]:
        """Go through the partials of one line by another that a name says."""
        graph, known, name = self.script.graph, dict[str, str](), name.replace("_", "").lower()
        for line in graph.home:
            node = graph.lines[line].expression if line in graph.lines else None
            meant = node.id if isinstance(node, ast.Name) else line  # y_pred = o1: both are that output
            if meant in self.script.forward:
                known.setdefault(bare(line).replace("_", "").lower(), meant)
        for word, of in known.items():
            by = known.get(name.removeprefix(f"d{word}d"))
            if by and name.startswith(f"d{word}d") and of in graph.lines:
                yield np.broadcast_to(swept(self.listing, self.values, of)[1][by], NETWORKS)

    def tail(self, changed: Iterable[str], ends: Iterable[str]) -> list[str]:
        """Return the lines on the way from changed ones to some ends."""
        graph = self.script.graph
        wanted = graph.needed(*ends) & graph.behind({*changed}) - {*changed}
        return [name for name in graph.lines if name in wanted]

    def again(self, given: Mapping[str, Value], tail: Sequence[str]) -> dict[str, Value]:
        """Return the values of the lines of a tail if some names have other values."""
        values = {**self.values, **given}
        with np.errstate(all="ignore"):
            for name in tail:
                values[name] = evaluated(self.script.graph.lines[name].expression, values)
        return values


def swept(listing: Listing, values: Mapping[str, Value], of: str) -> Swept:
    """Return the local partials, those of a name, and the sizes of their terms, signs aside."""
    sweep = listing.sweep(values, of)
    sizes = {name: np.abs(partial) * 0.0 for name, partial in sweep.partials.items()}
    sizes[of] = sizes[of] + 1.0
    for (line, name), slope in sweep.local.items():  # in the order of the sweep, last line first
        sizes[name] = sizes[name] + sizes[line] * np.abs(slope)
    partials = dict(sweep.partials)
    for name, partial in partials.items():  # terms that cancel leave only what rounding made of them
        if np.all(np.abs(partial) <= CANCELLED * sizes[name]):
            partials[name] = partial * 0.0
    return sweep.local, partials, sizes


def multiple(value: Value, partial: Value, size: Value, noise: Value = 0.0) -> np.ndarray:
    """Return how many times a partial values are, nan where they are no multiple of it."""
    with np.errstate(all="ignore"):
        times = np.sum(value * partial, axis=-1) / np.sum(partial * partial)
        bound = NEAR * np.maximum(np.abs(times)[..., None] * size, np.abs(value)) + noise
        fits = np.all(np.abs(value - times[..., None] * partial) <= bound, axis=-1)
    return np.where(fits, times, np.nan)


def at_random(listing: Listing, script: Script) -> tuple[dict[str, Value], Swept]:
    """Return the values and the sweep at random numbers: many where they lead to the loss, elsewhere one."""
    graph = script.graph
    random, size = np.random.default_rng(0), 2 / max(4, len(listing.inputs)) ** 0.5
    many = learning_inputs(script)
    above = {n: random.uniform(0.1, 1.9, NETWORKS if n in many else None) * size for n in listing.inputs}
    signs = {name: random.choice([-1, 1], NETWORKS) for name in above if name in many}  # half below 0
    first: dict[tuple[str, float], str] = {}  # a default that two functions share is one number
    for name in sorted(above, key=lambda name: name not in many):
        twin = first.setdefault((slot(name), graph.own[name]), name)
        if twin != name and name not in graph.steps:
            above[name], signs[name] = above[twin], signs.get(twin, np.ones(1))
    # a 1 behind the loss is no rate: it is the local partial of a sum, as dz_db = 1
    lines = [graph.lines[name] for name in script.forward & graph.lines.keys()]
    parts = [part for line in lines for part in ast.walk(line.expression)]
    nets = [net for line in lines for net in given_to(line.expression, *SQUASHING)]
    counted = counts(script, parts)  # it stays
    # a number that stands in the loss as it is: handed to a function, it is no other one
    written = {0, 1, *(part.value for part in parts if isinstance(part, ast.Constant))}
    alone = {n for n in above if n not in many and first[slot(n), graph.own[n]] not in many}
    held = {n: graph.own[n] for n in above if n in counted or (n in alone and graph.own[n] in written)}
    mixed = {name: value * signs.get(name, 1) for name, value in above.items()}
    errors = list[ValueError]()
    for shrink, start in product((1.0, 0.1, 0.01), (mixed, above)):
        small = {name: value * shrink if name in many else value for name, value in start.items()}
        try:
            summed = adding_up(small | held, script)  # to 1, targets whose own numbers do
            free = {name for name, value in summed.items() if value is small.get(name)} - held.keys()
            found = unsaturated(listing, nets, summed, free)
            values = {name: np.broadcast_to(value, NETWORKS) for name, value in found.items()}
            return values, swept(listing, values, script.of)
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def learning_inputs(script: Script) -> set[str]:
    """Return the script's own numbers that lead to the loss, or are trained and were meant to."""
    graph, lines = script.graph, {name for name in script.forward if name in script.graph.lines}
    lost = {old for old in graph.steps.keys() - script.forward if graph.needed(graph.steps[old]) & lines}
    found = {*script.forward}
    for name in graph.lines:
        if name not in script.forward and lost.intersection(graph.uses(name)):
            below = graph.needed(name)
            found |= below if not below & lines else set()
    return found


def counts(script: Script, parts: Sequence[ast.AST]) -> set[str]:
    """Return the script's own numbers that only divide: how many examples or outputs there are."""
    ratios = [part for part in parts if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)]
    factors = [part for ratio in ratios for part in chain(ratio.right, ast.Mult)]
    dividing, used = (Counter(p.id for p in some if isinstance(p, ast.Name)) for some in (factors, parts))
    whole = {name for name, value in script.graph.own.items() if value >= 1 and value == int(value)}
    return {name for name in whole - script.graph.steps.keys() if 0 < dividing[name] == used[name]}


def unsaturated(listing: Listing, nets: list[ast.expr], given: Values, free: set[str]) -> Values:
    """Return values at given numbers, smaller where 1 minus the output of a unit would lose its digits."""
    before = np.full(NETWORKS, np.inf)  # a number that is taken away, as the largest one, stays as it is
    for _ in range(HALVINGS):
        values = listing.run(given)
        wide = [np.broadcast_to(np.abs(evaluated(net, values)), NETWORKS) for net in nets]
        sizes = np.reshape(wide, (-1, NETWORKS))
        hot = np.any((sizes > SATURATED) & (sizes < FALLING * before), axis=0)
        if not np.any(hot):
            return values
        before = sizes
        halved = {name: value for name, value in given.items() if np.ndim(value) and name in free}
        given = given | {name: np.where(hot, value / 2, value) for name, value in halved.items()}
    return listing.run(given)


def adding_up(given: dict[str, Value], script: Script) -> dict[str, Value]:
    """Return given numbers with targets that add up to 1 if their own numbers do, as of softmax."""
    graph = script.graph
    forward = [graph.lines[name] for name in graph.lines if name in script.forward]
    logs = {line.name for line in forward if any(given_to(line.expression, "log"))}
    ends = logs | {line.name for line in forward if bare(line.name) == bare(script.of)}
    users: dict[str, set[str]] = {}
    for line in reversed(forward):
        copy = users.get(line.name, set()) if isinstance(line.expression, ast.Name) else {line.name}
        for name in graph.uses(line.name):
            users[name] = users.get(name, set()) | copy
    targets = {name for name in given if users.get(name) and users[name] <= ends and name not in graph.steps}
    for some in in_groups(targets, script) * IN_TURN if logs else ():
        if all(graph.own[name] >= 0 for name in some):
            total = sum(abs(given[name]) for name in some)
            given = given | {name: abs(given[name]) / total for name in some}
    return given


def in_groups(names: set[str], script: Script) -> list[list[str]]:
    """Return targets by what adds up to 1: single ones, or numbers along the axis along which most do."""
    own, sides = script.graph.own, list[list[list[str]]]()
    for axis in range(3):
        groups = dict[tuple[str, ...], list[str]]()
        for name in (name for name in own if name in names):
            places = place(name)[1:-1].split(",")
            key = bare(name) * bool(place(name)), *places[:axis], *places[axis + 1 :]
            groups.setdefault(key, []).append(name)
        several = [some for some in groups.values() if len(some) > 1]
        sides.append([some for some in several if same(sum(own[name] for name in some), 1)])
    most = max(sum(map(len, side)) for side in sides)  # in a square table it may be both of them
    return [some for side in sides if sum(map(len, side)) == most for some in side]


def rooted(script: Script) -> list[End]:
    """Return the steps with a root or a fractional power in them, outside of what leads to the loss."""
    graph, roots = script.graph, set[str]()
    for name in graph.lines.keys() - script.forward:
        node = graph.lines[name].expression
        powers = [n for n in ast.walk(node) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow)]
        if any(given_to(node, "sqrt")) or any(exponent(power.right) % 1 for power in powers):
            roots.add(name)
    return [end for end in script.ends if roots and end.step and roots & graph.needed(end.line)]


def same(a: float | None, b: float | None) -> bool:
    """Say whether two factors are equal."""
    return a is not None and b is not None and bool(abs(a - b) <= 1e-6 * max(abs(a), abs(b)))


def mode(some: Iterable[float | None], otherwise: float) -> float:
    """Return the number that comes most often, the first of as many, or another one if there is none."""
    found = np.array([one for one in some if one is not None and np.isfinite(one)][:200])
    alike = np.isclose(found[:, None], found, rtol=1e-6, atol=0).sum(axis=1)
    return float(found[np.argmax(alike)]) if found.size else otherwise
