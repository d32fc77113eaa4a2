"""Worlds: a calculation with many different slips in it, side by side."""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import inf, nan

import numpy as np

from bplit.line import Line, Value, evaluated, names
from bplit.listing import Listing
from workings.check.mistakes import Slip
from workings.check.report import Figure
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat

Choice = tuple[Slip, ...]  # slips that are made together
Choices = Sequence[Choice]
Put = Mapping[tuple[int, str], tuple[Value, Value]]  # what is put in place of a number, where a mask says so
UNROUNDED, PRINTED = 0, 1  # in column 0 exact numbers are gone on with, in column 1 the printed ones
LONG = 600  # so many passes go on without a look at them: quicker one slip at a time
# What floats made of a 5 in the last place is rounded up all the same, or, as programs may, down.
ABOVE, BELOW = 1 + 5e-14, 1 - 5e-14


def in_units(value: Value, units: Value, half: float = ABOVE) -> Value:
    """Return numbers rounded to whole parts, of which one has so many: a half away from 0, as on paper."""
    return np.copysign(np.floor(np.abs(value) * units * half + 0.5) / units, value)


def in_digits_of(value: Value, digits: int, half: float) -> Value:
    """Return numbers rounded to so many digits, from the first that is not 0, a half up or down."""
    sizes = np.floor(np.log10(np.where(value == 0, 1.0, np.abs(value))))
    return in_units(value, 10.0 ** (digits - 1 - sizes), half)


class Lines:
    """The lines of a pass, each right below what it uses, so that every slip can be calculated."""

    def __init__(self, worked: Worked, means: Sequence[Line]) -> None:
        self.given, self.updates = worked.given, worked.updates
        moved = {name for stage in worked.stages if stage.kind == "update" for name in stage.names}
        own = [line for line in means if line.name not in worked.listing.names]
        ends = moved.union(line.name for line in own)  # what goes behind the block that it is calculated from
        block, last = dict.fromkeys(worked.listing.inputs, 0), 0
        for line in (*worked.listing.lines, *own):
            if line.name not in ends:  # the partials of a layer are one block
                last += worked.means.get(line.name) not in {*worked.updates, *moved}
                block[line.name] = last
            elif block.keys() >= {*line.uses}:  # other rules may lack what an own line needs
                block[line.name] = max((block[name] for name in line.uses), default=0)
        every = [line for line in (*worked.listing.lines, *own) if line.name in block]
        every.sort(key=lambda line: (block[line.name], line.name in ends))
        self.lines = {line.name: line for line in every}
        self.uses = {line.name: line.uses for line in every}
        self.place = dict.fromkeys(self.given, -1) | {name: n for n, name in enumerate(self.lines)}

    @cached_property
    def listing(self) -> Listing:
        """The lines as a listing, which looks them all through: few passes are run without it."""
        return Listing(tuple(self.lines.values()))

    def expressions(self, slips: Iterable[Slip]) -> Listing:
        """Return the lines with the expressions of slips."""
        changes = {name: node for slip in slips for name, node in slip.changes.items()}
        lines = self.listing.lines
        return Listing(tuple(one._replace(expression=changes.get(one.name, one.expression)) for one in lines))

    def fits(self, slip: Slip) -> bool:
        """Say whether what the changed lines use stands above them."""
        uses = [(use, name) for name, node in slip.changes.items() for use in names(node)]
        return all(self.place.get(use, inf) < self.place.get(name, -1) for use, name in uses)


class Worlds:
    """Many calculations side by side: a row for each choice of slips, and columns that go on otherwise.

    What a line gives is gone on with as ``keep`` returns it, rounded for one, or as ``put`` has it.
    """

    def __init__(
        self,
        lines: Lines,
        choices: Choices,
        columns: int,
        put: Put,
        keep: Callable[[Value], Value],
        aliases: Mapping[str, str] = {},
    ) -> None:
        self.lines, self.choices, self.put, self.keep, self.aliases = lines, choices, put, keep, aliases
        self.at, self.shape = 0, (len(choices), columns)
        self.state: dict[str, Value] = dict(lines.given)
        self.variants: dict[str, dict[int, tuple[ast.expr, list[int]]]] = {}
        for row, slip in ((row, slip) for row, choice in enumerate(choices) for slip in choice):
            for name, node in slip.changes.items():
                self.variants.setdefault(name, {}).setdefault(id(node), (node, []))[1].append(row)
            for name, value in slip.given.items():
                self.state[name] = np.full(self.shape, self.state[name], float)
                self.state[name][row] = value

    def values(self, count: int | None = None) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return for the present pass what the first lines, or all, calculate, and what is gone on with."""
        calculated: dict[str, Value] = {}
        values = {name: self.printed(name, value) for name, value in self.state.items()}
        with np.errstate(all="ignore"):
            for name, line in islice(self.lines.lines.items(), count):
                seen = values
                if alias := self.aliases.get(name):  # what is printed of it is no reason for itself
                    seen = {**values, alias: calculated[alias]}
                value = evaluated(line.expression, seen)
                if name in self.variants:
                    value = np.full(self.shape, value)
                    for node, rows in self.variants[name].values():
                        used = {use: seen[use] for use in names(node)}
                        own = {u: v[rows] for u, v in used.items() if np.shape(v)[:-1] == self.shape[:1]}
                        value[rows] = evaluated(node, used | own)
                calculated[name] = value
                values[name] = self.printed(name, self.keep(value))
        return calculated, values

    def printed(self, name: str, value: Value) -> Value:
        """Return what is gone on with in place of a number: where it is put in, what is printed."""
        return np.where(*self.put[self.at, name], value) if (self.at, name) in self.put else value

    def forward(self, to: int) -> None:
        """Go on to a later pass: one world after the other if it is far, and from exact numbers only."""
        while self.at < to and (self.at == 0 or to < self.at + LONG):
            values = self.values()[1]
            self.state |= {name: values[new] for name, new in self.lines.updates.items()}
            self.at += 1
        if self.at == to:
            return
        state = {name: np.full(self.shape, value) for name, value in self.state.items()}
        for row, choice in enumerate(self.choices):
            listing = self.lines.expressions(choice)
            given = {name: float(state[name][row, UNROUNDED]) for name in listing.inputs}
            try:
                last = repeat(listing, to - self.at, given, self.lines.updates)
            except ValueError:  # a slip whose numbers leave all bounds explains nothing
                last = dict.fromkeys(listing.names, nan)
            for name, new in self.lines.updates.items():
                state[name][row] = nan  # nobody rounds so many passes, or goes on with printed ones
                state[name][row, UNROUNDED] = last[new]
        self.state, self.at = state, to

    def figures(self, figures: Sequence[Figure]) -> Value:
        """Return for each figure what each world calculates: an array of figures, choices and columns."""
        results = np.full((len(figures), *self.shape), nan)
        for at in sorted({figure.at for figure in figures}):
            self.forward(at)
            ends = [self.lines.place.get(figure.line, -1) for figure in figures if figure.at == at]
            calculated, _ = self.values(max(ends) + 1)
            for place, figure in enumerate(figures):
                if figure.at == at:
                    results[place] = calculated.get(figure.line, self.state.get(figure.line, nan))
        return results


def slipped(sheet: Sheet, *made: Slip) -> Worked:
    """Return the worked listing of a network file with slips made in it."""
    worked = next((slip.worked for slip in made if slip.worked), None) or sheet.worked()
    listing = Lines(worked, ()).expressions(made)
    given = worked.given | {name: value for slip in made for name, value in slip.given.items()}
    updates = {name: new for name, new in worked.updates.items() if name in listing.inputs}
    return worked._replace(listing=listing, given={n: given[n] for n in listing.inputs}, updates=updates)


def outcome(sheet: Sheet, *made: Slip, after: int = 0) -> dict[str, float]:
    """Return the value of every name in the pass after so many updates, with slips made in every pass.

    >>> from workings.check import slips
    >>> from workings.net import TEMPLATE, parsed
    >>> sheet = parsed(TEMPLATE, "network.toml")
    >>> slip = next(slip for slip in slips(sheet) if slip.kind == "path forgotten")
    >>> f"{outcome(sheet)['delta_h1']:.6f}, {outcome(sheet, slip)['delta_h1']:.6f}"
    '0.008771, 0.013368'
    """
    worked = slipped(sheet, *made)
    return repeat(worked.listing, after + 1, worked.given, worked.updates)
