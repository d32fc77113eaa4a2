"""A case: the printed figures of a network file, and the exact values that they are compared with."""

import re
from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from bplit.listing import Listing, Value, derivative, evaluated, names
from workings.check.report import Figure
from workings.check.worlds import Lines
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat


class Case:
    """The figures of a file in the order of the calculation, the exact values, and what is printed of them.

    ``told`` is what is printed for a name in a pass, ``behind`` the figure that says so. ``aliases`` are
    the source's own names that are a multiple of a line: what is printed of one is told of the line.
    """

    def __init__(self, sheet: Sheet) -> None:
        meant = sheet.meant()
        lines, own = meant.listing.lines, len(meant.listing.lines) - len(sheet.means)
        self.sheet, self.worked = sheet, meant._replace(listing=Listing(lines[:own]))
        self.means = lines[own:]
        self.lines = Lines(self.worked, self.means)
        printed = [(after, *item) for after, table in sheet.printed.items() for item in table.items()]
        self.figures = sorted((figure_of(self.worked, *one) for one in printed), key=self.order)
        self.behind: dict[tuple[int, str], Figure] = {}
        for figure in self.figures:
            self.behind.setdefault((figure.at, figure.line), figure)
        self.told = {key: figure.value for key, figure in self.behind.items()}
        self.aliases: dict[str, str] = {}
        for (at, name), figure in [*self.behind.items()]:
            if (alias := self.alias(name)) and (at, alias[0]) not in self.told:
                self.aliases[name] = alias[0]
                self.told[at, alias[0]] = figure.value / alias[1]
                self.behind[at, alias[0]] = figure
        self.exact = self.values_at({f.at for f in self.figures} | {f.at - 1 for f in self.figures if f.at})

    def order(self, figure: Figure) -> tuple[int, int, bool]:
        """Return where a figure stands in the calculation: a multiple of a line right after it."""
        alias = self.alias(figure.line)
        name = alias[0] if alias else figure.line
        return figure.at, self.lines.place.get(name, -1), alias is not None

    def alias(self, name: str) -> tuple[str, float] | None:
        """Return the line that a source's own name is a multiple of, and the factor."""
        if name not in {line.name for line in self.means}:
            return None
        node = self.lines.lines[name].expression
        lines = [used for used in dict.fromkeys(names(node)) if used in self.lines.lines]
        if len(lines) != 1:
            return None
        given: dict[str, Value] = dict(self.worked.given)
        slope = derivative(node, lines[0])
        if lines[0] in names(slope) or any(used in self.worked.updates for used in names(node)):
            return None
        with np.errstate(all="ignore"):
            factor = float(evaluated(slope, given))
            rest = float(evaluated(node, {**given, lines[0]: 0.0}))
        return (lines[0], factor) if factor and rest == 0 else None

    def values_at(self, passes: Iterable[int]) -> dict[int, dict[str, float]]:
        """Return the exact value of every name in some passes."""
        found, given, done = {}, self.worked.given, 0
        for at in sorted(passes):
            try:
                values = repeat(self.lines.listing, at - done + 1, given, self.worked.updates)
            except ValueError as error:
                what = re.sub(r"^given: in pass \d+ ", "", str(error))
                raise ValueError(f"after {at} updates {what}") from None
            found[at] = {**self.worked.given, **values}
            given, done = {name: values[name] for name in self.lines.listing.inputs}, at
        return found

    def value(self, figure: Figure, shift: int = 0) -> float:
        """Return the exact value of a figure, or of one some updates later."""
        at = figure.at + shift
        if at not in self.exact:
            self.exact |= self.values_at([at])
        return self.exact[at][figure.line]

    def sources(self, figure: Figure) -> list[tuple[int, str]]:
        """Return the printed figures that a figure is calculated from, nearest first, as pass and name."""
        found: list[tuple[int, str]] = []
        queue, seen = [figure.line], {figure.line}
        for name in queue:
            for used in self.lines.lines[name].uses if name in self.lines.lines else ():
                if used not in seen:
                    queue.append(used)
                    seen.add(used)
                    here = (figure.at, used)
                    key = here if here in self.told else (figure.at - 1, self.worked.updates.get(used, ""))
                    if key in self.told and self.behind[key] is not figure:
                        found.append(key)
        return found


def figure_of(worked: Worked, after: int, name: str, printed: str) -> Figure:
    """Return a printed figure, with the pass and the line that calculate it."""
    at, line = after, name
    if after and name in worked.updates:  # a weight after n updates is what pass n - 1 made of it
        at, line = after - 1, worked.updates[name]
    number = Decimal(printed.replace("−", "-"))
    unit = float(Decimal(1).scaleb(int(number.as_tuple().exponent)))
    return Figure(after, name, printed, at, line, float(number), unit)
