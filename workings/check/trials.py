"""Trials: what slips give for printed figures, calculated for many at once, as long as there is work left."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

import numpy as np

from bplit.given import DIGITS
from bplit.line import Value
from workings.check.case import Case
from workings.check.mistakes import Slip, slips
from workings.check.report import NOISE, Figure
from workings.check.worlds import Lines, Worlds

PAIRS = 20_000  # so many pairs of slips are tried for a file, commonest first
COMMON = 400  # pairs are made of so many slips
PIECE = 2_000  # and so many pairs are tried at once
WORK = 20_000_000  # so many lines are calculated in all searches for slips
EARLY = 20  # in figures of so many passes all slips are tried, in later ones what gives those
COLUMNS = 3  # so many counts of decimals are tried, to which all results may be rounded
Choice = tuple[Slip, ...]


class Trials:
    """Calculates what choices of slips give for figures, as long as there is work left."""

    def __init__(self, case: Case) -> None:
        self.case, self.work, self.left = case, WORK, PAIRS
        self.variants: dict[int, Lines | None] = {}
        self.early: dict[Figure, Value] = {}  # what each single slip gives, calculated in one go

    @cached_property
    def singles(self) -> list[Choice]:
        """The slips that can be calculated, each alone."""
        every = slips(self.case.sheet, self.case.means)
        return [(slip,) for slip in every if slip.worked or self.case.lines.fits(slip)]

    @cached_property
    def base(self) -> dict[Figure, Value]:
        """What is calculated for each figure without a slip, in the columns of `Worlds`."""
        figures = self.case.figures
        return dict(zip(figures, self.worlds([()], figures, DIGITS)[:, 0], strict=True))

    def begin(self, wrong: Sequence[Figure]) -> None:
        """Calculate every single slip for the wrong figures of the first passes."""
        figures = [f for f in wrong if f.at <= EARLY]
        self.work -= max(map(self.cost, figures), default=0) * len(self.singles)
        if figures:
            self.early = dict(zip(figures, self.worlds(self.singles, figures), strict=True))

    def touching(self, figure: Figure) -> tuple[list[Choice], Value]:
        """Return the single slips that change a figure, and what each gives for it."""
        values = self.early.get(figure)
        if values is None:
            values = self.worlds(self.affordable(figure, self.singles), [figure])[0]
        with np.errstate(invalid="ignore"):
            base = self.base[figure][: values.shape[-1]]
            touched = np.any(np.abs(values - base) > NOISE * np.abs(values), axis=1)
        return [choice for choice, on in zip(self.singles, touched, strict=False) if on], values[touched]

    def cost(self, figure: Figure) -> int:
        """Return how many lines are calculated up to a figure."""
        return (figure.at + 1) * len(self.case.lines.lines)

    def affordable(self, figure: Figure, every: Iterable[Choice], most: int = PAIRS) -> list[Choice]:
        """Return as many choices of slips as the work that is left allows."""
        some = [*islice(every, max(0, min(most, self.work // self.cost(figure))))]
        self.work -= len(some) * self.cost(figure)
        return some

    def worlds(self, choices: Sequence[Choice], figures: Sequence[Figure], rounded: int = COLUMNS) -> Value:
        """Return what each choice of slips calculates for each figure: (figures, choices, columns)."""
        told, aliases, places = self.case.told, self.case.aliases, self.case.places[:rounded]
        plain = [n for n, choice in enumerate(choices) if not any(slip.worked for slip in choice)]
        results = np.full((len(figures), len(choices), 2 + len(places)), np.nan)
        if plain:
            worlds = Worlds(self.case.lines, [choices[n] for n in plain], told, aliases, places)
            results[:, plain] = worlds.figures(figures)
        for n in sorted({*range(len(choices))} - {*plain}):
            lines = self.lines_of(next(slip for slip in choices[n] if slip.worked))
            rest = tuple(slip for slip in choices[n] if not slip.worked)
            if lines and all(map(lines.fits, rest)):
                here = [place for place, figure in enumerate(figures) if figure.line in lines.place]
                worlds = Worlds(lines, [rest], told, aliases, places)
                results[here, n] = worlds.figures([figures[place] for place in here])[:, 0]
        return results

    def lines_of(self, slip: Slip) -> Lines | None:
        """Return the lines of a slip that takes another rule, or None if [means] needs names it lacks."""
        if id(slip) not in self.variants and slip.worked:
            try:
                self.variants[id(slip)] = Lines(slip.worked, self.case.means)
            except ValueError:
                self.variants[id(slip)] = None
        return self.variants[id(slip)]

    def pairs(self, figure: Figure, touching: Sequence[Choice]) -> Iterator[list[Choice]]:
        """Go through pairs of slips of which one at least changes the figure, piece by piece."""
        every = [slip for (slip,) in self.singles if not slip.worked][:COMMON]
        known = {id(choice[0]) for choice in touching}
        some = ((a, b) for a, b in in_order(every) if id(a) in known or id(b) in known)
        while piece := self.affordable(figure, some, min(PIECE, self.left)):
            self.left -= len(piece)
            yield piece


def in_order(slips: Sequence[Slip]) -> Iterator[tuple[Slip, Slip]]:
    """Go through the pairs of slips that change different things, the commonest first."""
    for both in range(2 * len(slips)):
        for i in range(max(0, both - len(slips) + 1), (both + 1) // 2):
            a, b = slips[i], slips[both - i]
            if not (a.changes.keys() & b.changes.keys() or a.given.keys() & b.given.keys()):
                yield a, b
