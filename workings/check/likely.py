r"""Likely mistakes of a network as data: what each is, and the lines that are then written otherwise.

Nothing in them depends on the numbers that were given, so that anybody can run the listing with these lines
in place, at numbers of their own: numbers that are copied wrongly are expressions of the right ones. Two of
them are what the article's listing does, and give the loss that it prints for pass 1000:

>>> from workings.net import parsed
>>> row = "[[layer]]\nweights = [[1, 1], [1, 1]]\n"
>>> sheet = parsed(f"inputs = [0.1, 0.88]\ntargets = [0.55, 1]\n{row}{row}", "article.toml")
>>> crossed = [slip for slip in likely(sheet) if slip.kind == "crossed wires"]
>>> outputs = next(slip for slip in crossed if "inputs of w7 and w8" in slip.says)
>>> hidden = next(slip for slip in crossed if {*slip.changes} == {"h_delta_2"})
>>> print(hidden)
o_delta_1 and o_delta_2 are exchanged: h_delta_2 = (o_delta_2 * w6 + o_delta_1 * w8) * h_out_2 * (1 - h_out_2)
>>> from workings.check import outcome
>>> print(f"{outcome(sheet, outputs, hidden, after=999)['lost']:.12g}")
0.000467508796192
"""

import ast
from collections.abc import Iterator, Mapping
from random import Random

import numpy as np

from bplit.line import Value, evaluated
from workings.check.changes import minus, ten_times
from workings.check.mistakes import Slip, slip_of, slips
from workings.check.roles import Roles
from workings.check.table import flood
from workings.check.worlds import Lines
from workings.net.files import Sheet
from workings.net.writer import Worked

ROOM = 60_000  # so many characters the mistakes of a network have together
AT_RANDOM = 3  # at so many random numbers two mistakes are compared: at one a relu may be off
NEGLIGIBLE = 1e-14  # what is smaller may be what is left of a difference


class Calculation:
    """A worked listing at numbers, at many at once if they are arrays, and what a mistake makes of it."""

    def __init__(self, worked: Worked, given: Mapping[str, Value]) -> None:
        self.lines, self.right = Lines(worked, ()), dict(given)
        with np.errstate(all="ignore"):
            for name, line in self.lines.lines.items():
                self.right[name] = evaluated(line.expression, self.right)
        self.digits = {name: figures_of(value) for name, value in self.right.items()}

    def wrong(self, mistake: Slip) -> dict[str, Value]:
        """Return what a mistake gives for the lines of which it gives anything else, by name."""
        values, found = dict(self.right), dict[str, Value]()
        changed = {*mistake.given}
        with np.errstate(all="ignore"):
            values |= {name: evaluated(node, self.right) for name, node in mistake.given.items()}
            for name, line in self.lines.lines.items():
                if name in mistake.changes or not changed.isdisjoint(self.lines.uses[name]):
                    values[name] = evaluated(mistake.changes.get(name, line.expression), values)
                    if figures_of(values[name]) != self.digits[name]:
                        found[name] = values[name]
                        changed.add(name)
        return found


def likely(sheet: Sheet, room: int = ROOM) -> list[Slip]:
    """Return the likely mistakes of a network, likeliest first, no two of which give the same numbers.

    What few people do comes last, and only if there is room for it; each kind of mistake gets as much room.
    """
    roles = Roles(sheet.worked())
    generic = Calculation(roles.worked, numbers_at_random(roles))
    found = [(flood(slip, roles), slip) for slip in [*of_lines(sheet, generic.lines), *of_given(roles)]]
    spent: dict[tuple[bool, str], int] = {}
    turns = []
    for place, (seldom, slip) in enumerate(sorted(found, key=lambda one: (one[0], one[1].cost))):
        nodes = {**slip.changes, **slip.given}
        # about how many characters it has as JSON
        size = 16 + len(slip.says) + sum(8 + len(name) + len(ast.unparse(nodes[name])) for name in nodes)
        spent[seldom, slip.kind] = spent.get((seldom, slip.kind), 0) + size
        turns.append((seldom, spent[seldom, slip.kind], place, size, slip))
    kept: dict[object, tuple[int, Slip]] = {}
    for _, _, place, size, slip in sorted(turns):
        if size <= room and (wrong := generic.wrong(slip)):
            numbers = frozenset((name, figures_of(value)) for name, value in wrong.items())
            room -= size * (numbers not in kept)
            kept[numbers] = min((place, slip), kept.get(numbers, (place, slip)))
    return [slip for _, slip in sorted(kept.values())]


def figures_of(value: Value) -> tuple[str, ...]:
    """Return numbers to as many digits as floats that mean the same have in common, whatever their order."""
    return tuple(f"{0 if abs(x) <= NEGLIGIBLE else x:.9g}" for x in np.ravel(value).tolist())


def numbers_at_random(roles: Roles) -> dict[str, Value]:
    """Return random numbers for all that is given: weights, biases and inputs of both signs."""
    random, numbers = Random(0), {}
    for name in roles.worked.given:
        signs = (1, -1) if roles.what(name) in ("weight", "bias", "x") else (1,)
        some = [random.choice(signs) * random.uniform(0.1, 0.9) for _ in range(AT_RANDOM)]
        numbers[name] = np.array(some)
    return numbers


def of_lines(sheet: Sheet, lines: Lines) -> Iterator[Slip]:
    """Go through the slips that write lines otherwise, some of them by another rule."""
    right = {name: ast.unparse(line.expression) for name, line in lines.lines.items()}
    for slip in slips(sheet):
        changes = slip.changes
        if slip.worked:
            other = {line.name: line.expression for line in slip.worked.listing.lines}
            changes = {name: node for name, node in other.items() if right.get(name) != ast.unparse(node)}
        made = Slip(slip.kind, slip.says, changes)
        if changes and lines.fits(made):
            yield made


def of_given(roles: Roles) -> Iterator[Slip]:
    """Go through the given numbers that are copied wrongly: by columns, a sign, a point, exchanged."""
    turned, given = roles.maps["turned"], roles.worked.given
    for n, layer in enumerate(roles.layers, 1):
        rows = {w: ast.Name(turned[w]) for row in layer.weights for w in row if w in turned}
        yield slip_of("transposed", rows, layer=n)
    for name in given:
        node = ast.Name(name)
        yield slip_of("minus lost", {name: minus(node)}, name=name, new=f"-{name}")
        for moved in ten_times(node, name):
            yield slip_of("size * ten", {name: moved.node}, old=moved.old)
    for a, b in roles.together():
        yield slip_of("numbers exchanged", {a: ast.Name(b), b: ast.Name(a)}, old=a, new=b)
