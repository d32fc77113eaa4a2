"""Worlds: a calculation with many different slips in it, side by side.

>>> from workings.net import TEMPLATE, parsed
>>> from workings.check.mistakes import slips
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> slip = next(slip for slip in slips(sheet) if slip.kind == "updated weights" and len(slip.changes) > 1)
>>> print(f"{outcome(sheet, after=1)['E']:.9f} {outcome(sheet, slip, after=1)['E']:.9f}")
0.291027774 0.291027924
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from math import inf, nan

import numpy as np

from bplit.line import Line, Value, evaluated, names
from bplit.listing import Listing
from workings.check.mistakes import Slip
from workings.check.report import Figure
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat

EXACTLY, PRINTED = 0, 1  # in column 0 exact numbers are gone on with, in column 1 the printed ones
LONG = 300  # so many passes go on without a look at them: quicker one slip at a time
ABOVE = 1 + 5e-14  # what floats made of a 5 in the last place is rounded up all the same


class Lines:
    """The lines of a pass, in an order in which every slip can be calculated, and what is carried on.

    An update stands where its partial is known, and a line of the source's own right below what it uses.
    """

    def __init__(self, worked: Worked, means: Sequence[Line]) -> None:
        self.given, self.updates = worked.given, worked.updates
        moved = {name for stage in worked.stages if stage.kind == "update" for name in stage.names}
        every = {line.name: line for line in (*worked.listing.lines, *means)}
        waiting = {name: line for name, line in every.items() if name in moved or line in means}
        known, trained = {*worked.listing.inputs}, {*worked.updates, *moved}
        self.uses = {name: line.uses for name, line in every.items()}
        self.lines: dict[str, Line] = {}

        def add(line: Line) -> None:
            self.lines[line.name] = line
            known.add(line.name)

        def add_ready() -> None:
            while found := next(
                (line for line in waiting.values() if known.issuperset(self.uses[line.name])), None
            ):
                add(waiting.pop(found.name))

        for line in worked.listing.lines:
            if line.name not in moved:
                if worked.means.get(line.name) not in trained:  # the partials of a layer stay together
                    add_ready()
                add(line)
        add_ready()
        self.listing = Listing(tuple(self.lines.values()))
        self.place = {name: place for place, name in enumerate(self.lines)}

    def expressions(self, slips: Iterable[Slip]) -> Listing:
        """Return the lines with the expressions of slips."""
        changes = {name: node for slip in slips for name, node in slip.changes.items()}
        lines = self.lines.values()
        return Listing(
            tuple(line._replace(expression=changes.get(line.name, line.expression)) for line in lines)
        )

    def fits(self, slip: Slip) -> bool:
        """Say whether what the changed lines use stands above them."""
        place = dict.fromkeys(self.given, -1) | self.place
        if not (slip.changes.keys() <= self.place.keys() and slip.given.keys() <= self.given.keys()):
            return False
        uses = [(use, name) for name, node in slip.changes.items() for use in names(node)]
        return all(place.get(use, inf) < place[name] for use, name in uses)


class Worlds:
    """Many calculations side by side: a row for each choice of slips.

    In column 0 exact numbers are gone on with, in column 1 the printed figures wherever one is printed. In
    each of the others every result is rounded, to as many decimals as ``places`` say, before it is used.
    """

    def __init__(
        self,
        lines: Lines,
        choices: Sequence[tuple[Slip, ...]],
        told: Mapping[tuple[int, str], float],
        aliases: Mapping[str, str],
        places: Sequence[int] = (),
    ) -> None:
        self.lines, self.choices, self.told, self.aliases = lines, choices, told, aliases
        self.units = 10.0 ** np.array(places, float)
        self.shape = len(choices), 2 + len(places)
        self.state: dict[str, Value] = dict(lines.given)
        self.variants: dict[str, dict[int, tuple[ast.expr, list[int]]]] = {}
        for place, choice in enumerate(choices):
            for slip in choice:
                for name, node in slip.changes.items():
                    _, rows = self.variants.setdefault(name, {}).setdefault(id(node), (node, []))
                    rows.append(place)
                for name, value in slip.given.items():
                    if not np.ndim(self.state[name]):
                        self.state[name] = np.full(self.shape, self.state[name])
                    self.state[name][place] = value
        self.at = 0

    def values(self) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return for the present pass what every line calculates, and what is gone on with."""
        calculated: dict[str, Value] = {}
        values: dict[str, Value] = dict(self.state)
        with np.errstate(all="ignore"):
            for name, line in self.lines.lines.items():
                seen = values
                if alias := self.aliases.get(name):  # what is printed of it is no reason for itself
                    seen = {**values, alias: calculated[alias]}
                value = evaluated(line.expression, seen)
                if name in self.variants:
                    value = np.array(np.broadcast_to(value, self.shape))
                    for node, rows in self.variants[name].values():
                        used = {use: seen[use] for use in names(node)}
                        some = {
                            use: v[rows] if np.shape(v)[:-1] == (len(value),) else v
                            for use, v in used.items()
                        }
                        value[rows] = evaluated(node, some)
                if self.units.size:
                    value = self.rounded_off(value)
                calculated[name] = value
                printed = self.told.get((self.at, name))
                if printed is not None:
                    value = np.array(np.broadcast_to(value, (*np.shape(value)[:-1], self.shape[1])))
                    value[..., PRINTED] = printed
                values[name] = value
        return calculated, values

    def rounded_off(self, value: Value) -> Value:
        """Return the values of a line, rounded in all columns but the first two."""
        value = np.array(np.broadcast_to(value, (*np.shape(value)[:-1], self.shape[1])))
        some = value[..., 2:]
        value[..., 2:] = np.copysign(np.floor(np.abs(some) * self.units * ABOVE + 0.5) / self.units, some)
        return value

    def forward(self, values: Mapping[str, Value], to: int) -> None:
        """Go on to a later pass."""
        self.carry(values)
        while self.at < to < self.at + LONG:
            self.carry(self.values()[1])
        if self.at < to:
            self.leap(to)

    def carry(self, values: Mapping[str, Value]) -> None:
        """Take the new values over into the next pass."""
        self.state |= {name: values[new] for name, new in self.lines.updates.items()}
        self.at += 1

    def leap(self, to: int) -> None:
        """Go on by many passes, one world after the other, from exact numbers only."""
        state = {name: np.array(np.broadcast_to(self.state[name], self.shape)) for name in self.lines.given}
        updates = self.lines.updates
        for row, choice in enumerate(self.choices):
            listing = self.lines.expressions(choice)
            given = {name: float(state[name][row, 0]) for name in listing.inputs}
            try:
                last = repeat(listing, to - self.at, given, updates)
            except ValueError:  # a slip whose numbers leave all bounds explains nothing
                last = dict.fromkeys(listing.names, nan)
            for name, new in updates.items():
                state[name][row] = (
                    nan  # nobody rounds so many passes, or prints them for others to go on with
                )
                state[name][row, EXACTLY] = last[new]
        self.state = state
        self.at = to

    def figures(self, figures: Sequence[Figure]) -> Value:
        """Return for each figure what each world calculates: an array of figures, choices and columns."""
        results = np.full((len(figures), *self.shape), nan)
        values: Mapping[str, Value] = {}
        for at in sorted({figure.at for figure in figures}):
            if at > self.at:
                if not values:
                    _, values = self.values()
                self.forward(values, at)
            calculated, values = self.values()
            for place, figure in enumerate(figures):
                if figure.at == at:
                    results[place] = calculated.get(figure.line, values.get(figure.line, nan))
        return results


def slipped(sheet: Sheet, *made: Slip) -> Worked:
    """Return the worked listing of a network file with slips made in it."""
    worked = next((slip.worked for slip in made if slip.worked), None) or sheet.worked()
    listing = Lines(worked, ()).expressions(made)
    given = worked.given | {name: value for slip in made for name, value in slip.given.items()}
    return worked._replace(listing=listing, given={name: given[name] for name in listing.inputs})


def outcome(sheet: Sheet, *made: Slip, after: int = 0) -> dict[str, float]:
    """Return the value of every name in the pass after so many updates, with slips made in every pass."""
    worked = slipped(sheet, *made)
    return repeat(worked.listing, after + 1, worked.given, worked.updates)
