"""Trials: what slips give for printed figures, calculated for many at once, as long as there is work left."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from math import floor, log10

import numpy as np

from bplit.given import DIGITS
from bplit.line import Value, evaluated, replaced
from workings.check.case import Case
from workings.check.mistakes import Slip, slip_of, slips
from workings.check.report import NOISE, Figure
from workings.check.worlds import LONG, PRINTED, Choice, Choices, Lines, Worlds, in_units

BROADEST = 90_000  # so many names stand in what lines may become: of a larger listing only some are changed
LINES_ALONE = 200  # one line of so many is gone through alone, however many are calculated side by side
SINGLY = 4  # so many times more a line costs that is not calculated side by side
PAIRS = 20_000  # so many pairs of slips are tried for a file, commonest first
COMMON = 400  # pairs are made of so many slips
AT_ONCE = 2_000  # and so many pairs are tried at once
BLOCK = 24  # so many figures are calculated at once
WORK = 20_000_000  # so many lines are calculated in all searches for slips
EARLY = 20  # in figures of so many passes all slips are tried, in later ones what gives those
COLUMNS = 3  # so many counts of decimals are tried, to which all results may be rounded
SHORTER = 3  # so many digits a solution has less than the figure
SURE = 100  # so many times nearer than by chance a short number must be
LONGEST_FIGURE = 3  # so many digits it has at most
ROUNDS = 12  # of the secant method
SOLVED = 10  # in more passes nobody looks for a number


class Trials:
    """Calculates what choices of slips give for figures, as long as there is work left."""

    def __init__(self, case: Case, work: int = WORK) -> None:
        self.case, self.work, self.left = case, work, PAIRS
        self.steps, self.near = work // LINES_ALONE, self.nearest()
        self.block: dict[Figure, Value] = {}
        self.lines = {id(None): case.lines}  # of each listing, by that of a slip
        # what is calculated for each figure without a slip, in the columns of `Worlds`
        self.base = dict(zip(case.figures, self.worlds([()], case.figures, DIGITS)[:, 0], strict=True))

    @cached_property
    def singles(self) -> list[Choice]:
        """The slips that can be calculated, each alone."""
        every = slips(self.case.sheet, self.case.means, self.near)
        return [(slip,) for slip in every if slip.worked or self.case.lines.fits(slip)]

    def nearest(self) -> set[str]:
        """Return which lines of a large listing are changed: those nearest to what is wrong; if all, none."""
        uses, rules = self.case.lines.uses, 2 * len(self.case.worked.layers)  # each may have other rules
        costs = {name: len(used) ** 2 * (len(used) + 10) + rules for name, used in uses.items()}
        left, found = BROADEST, {""}
        if sum(costs.values()) <= BROADEST:
            return set()
        queue = [f.line for f in self.case.figures if not f.is_(self.case.value(f))]
        for name in queue:
            if name in costs and name not in found and costs[name] <= left:
                left, found = left - costs[name], found | {name}
                queue += [used for used in uses[name] if used not in queue]
        return found

    def touching(self, figure: Figure) -> tuple[list[Choice], Value]:
        """Return the single slips that change a figure, and what each gives for it."""
        if figure not in self.block:  # what is calculated for one is calculated for those below it
            below = [one for one in self.case.figures if one.at == figure.at]
            below = below[below.index(figure) :][:BLOCK]
            choices = self.affordable(figure, self.singles)
            self.block = dict(zip(below, self.worlds(choices, below), strict=True))
        values = self.block[figure]
        with np.errstate(invalid="ignore"):
            base = self.base[figure][: values.shape[-1]]
            touched = np.any(np.abs(values - base) > NOISE * np.abs(values), axis=1)
        return [choice for choice, on in zip(self.singles, touched, strict=False) if on], values[touched]

    def affordable(self, figure: Figure, every: Iterable[Choice], most: int = PAIRS) -> list[Choice]:
        """Return as many choices of slips as the work that is left allows."""
        cost = (figure.at + 1) * len(self.case.lines.lines) * (SINGLY if figure.at > LONG else 1)  # in lines
        some = [*islice(every, max(0, min(most, self.work // cost if self.steps > 0 else 0)))]
        self.work -= len(some) * cost
        return some

    def worlds(self, choices: Choices, figures: Sequence[Figure], rounded: int = COLUMNS) -> Value:
        """Return what each choice of slips calculates for each figure: (figures, choices, columns)."""
        units = 10.0 ** np.array([np.nan, np.nan, *self.case.places[:rounded]])  # in a column
        printed = np.arange(units.size) == PRINTED
        put = {key: (printed, told) for key, told in self.case.told.items()}
        results = np.full((len(figures), len(choices), units.size), np.nan)

        def keep(value: Value) -> Value:
            return np.where(units > 0, in_units(value, units), value) if units[2:].size else value

        listings = [choice[0].worked if choice else None for choice in choices]
        for key, worked in {id(one): one for one in listings}.items():  # those of one listing together
            if worked and key not in self.lines:
                self.lines[key] = Lines(worked, self.case.means)
            some = [n for n, one in enumerate(listings) if one is worked]
            made = [choices[n] for n in some]
            self.steps -= len(self.case.lines.lines) * min(LONG, 1 + max([f.at for f in figures], default=0))
            worlds = Worlds(self.lines[key], made, units.size, put, keep, self.case.aliases)
            results[:, some] = worlds.figures(figures)
        return results

    def pairs(self, figure: Figure, touching: Choices) -> Iterator[list[Choice]]:
        """Go through pairs of slips, of which one at least changes the figure, commonest first, in pieces."""
        every = [slip for (slip,) in self.singles if not slip.worked][: COMMON if self.left else 0]
        known = {id(slip) for (slip,) in touching}
        pairs = (
            (every[place], every[both - place])
            for both in range(2 * len(every))
            for place in range(max(0, both - len(every) + 1), (both + 1) // 2)
        )
        some = (
            (a, b)
            for a, b in pairs
            if (id(a) in known or id(b) in known)
            and not (a.changes.keys() & b.changes.keys() or a.given.keys() & b.given.keys())
        )
        while piece := self.affordable(figure, some, min(AT_ONCE, self.left)):
            self.left -= len(piece)
            yield piece


def solutions(trials: Trials, figure: Figure) -> list[Choice]:
    """Return the numbers that give a figure in place of one that it is calculated from, shortest first."""
    case, telling = trials.case, trials.case.telling[figure]
    line = case.lines.lines.get(figure.line)
    if telling <= SHORTER or trials.steps <= 0 or figure.at > SOLVED or not line or not line.uses:
        return []
    numbers = np.array([*case.lines.given.values()], float)
    sizes = np.abs(numbers[numbers != 0])
    weights = {w for layer in case.worked.layers for row in layer.weights for w in row}
    given = sorted(case.lines.given, key=lambda name: name in weights or name in case.worked.x)
    exact = case.exact[figure.at]
    used = {
        name: np.array([exact[name], case.told.get((figure.at, name), exact[name])]) for name in line.uses
    }

    def put_in(rows: Value) -> Value:
        choices = [(Slip("", "", {}, {name: row}),) for name, row in zip(given, rows, strict=False)]
        in_line = zip(used, rows[len(given) :], strict=True)
        own = [evaluated(line.expression, used | {name: row}) for name, row in in_line]
        return np.concatenate([trials.worlds(choices, [figure], 0)[0], own])

    # each number that is given, put in everywhere, then those that the line uses, put in there alone
    start = np.array([[case.lines.given[name]] * 2 for name in given] + [*used.values()])
    solved = secant(put_in, start, figure.value, case.unit(figure))
    found = []
    for place, (name, ends) in enumerate(zip([*given, *used], solved, strict=True)):
        for x, off in ends.T:
            known = numbers[(np.abs(numbers - x) <= 2 * off) & (SURE * off <= np.abs(numbers))]
            for number in {*known.tolist()} | short(x, off, min(LONGEST_FIGURE, telling - SHORTER)):
                if sizes.min() / 10 <= abs(number) <= max(1.0, sizes.max()) and number != exact[name]:
                    slip = slip_of("number", new=number, name=name, old=f"{exact[name]:.6g}")
                    new: ast.expr = ast.Constant(number)
                    if other_name := case.alike(name, number):
                        slip, new = slip_of("name * *", new=other_name, old=name), ast.Name(other_name)
                    node = replaced(line.expression, {name: new})
                    everywhere = {"given": {name: number}}
                    other = everywhere if place < len(given) else {"changes": {line.name: node}}
                    found.append((len(repr(number)), (slip._replace(**other),)))
    return [choice for _, choice in sorted(found, key=lambda one: one[0])]


def short(x: float, off: float, digits: int) -> set[float]:
    """Return the short numbers that are as near to one as it is known, and are not so by chance."""
    if not (np.isfinite(x) and np.isfinite(off) and x):
        return set()
    size = floor(log10(abs(x))) + 1
    near = {float(f"{x:.{n}g}") for n in range(1, digits + 1) if SURE * off <= 10.0 ** (size - n)}
    return {number for number in near if abs(number - x) <= 2 * off}


def secant(function: Callable[[Value], Value], start: Value, wanted: float, unit: float) -> Value:
    """Return where a function has a value, or nan or nonsense, by the secant method, and how exactly."""
    with np.errstate(all="ignore"):
        before, x = start, start + 0.01 * np.maximum(np.abs(start), 0.1)
        last, slope = function(before) - wanted, np.ones_like(x)
        for _ in range(ROUNDS):
            now = function(x) - wanted
            slope = np.where(x == before, slope, (now - last) / (x - before))
            before, last, x = x, now, x - now / slope
        return np.stack([x, unit / 2 / np.abs(slope)], axis=-2)
