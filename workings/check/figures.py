"""Printed figures against the exact ones: which agree, which are rounding, where the trouble starts, and why.

Every figure of a network file is compared with the worked listing. One that differs may still be right:
calculated from rounded results, or from a wrong one before it. What is left is searched for a slip that
gives exactly the printed digits.

>>> from workings.net import TEMPLATE, parsed
>>> figures = '''
... [printed]
... out_o1 = "0.75136507"
... delta_h1 = "0.013368"
... dE_dw1 = "0.000668"
... '''
>>> print(check(parsed(TEMPLATE + figures, "network.toml")))
out_o1    0.75136507  agrees
delta_h1  0.013368    wrong    0.008771
    It is as printed if only the path through delta_o1 is followed back: delta_h1 =
      delta_o1 * w5 * out_h1 * (1 - out_h1).
    Made in more lines, the slip gives these digits too.
    They also come if a decimal point has slipped: the result is ten times too large:
      net_o2 = 10 * (w7 * out_h1 + w8 * out_h2 + b2).
    1 more slip would give this figure; another figure may rule it out.
dE_dw1    0.000668    follows  0.000439
    It follows from the printed delta_h1.
<BLANKLINE>
3 figures: 1 agree, 1 follow, 1 wrong. The trouble starts at delta_h1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import isfinite

import numpy as np

from bplit.line import Value
from workings.check.case import SINGLE, SINGLE_DIGITS, Case, Rounding
from workings.check.edits import said
from workings.check.mistakes import Slip, slips
from workings.check.report import NOISE, TELLING, Figure, Found, Report, described
from workings.check.worlds import LONG, Lines, Worlds
from workings.net.files import Sheet

PAIRS = 60_000  # so many pairs of slips are tried for a figure, commonest first
WORK = 50_000_000  # so many lines are calculated in all searches for slips
PAIR_DIGITS = 7  # with fewer digits, out of so many pairs some fit by chance
MANY, FEW = 400, 12  # so many slips that give a figure are compared in all figures; in long runs
Choice = tuple[Slip, ...]


class Trials:
    """Calculates what choices of slips give for figures, as long as there is work left."""

    def __init__(self, case: Case) -> None:
        self.case, self.work = case, WORK
        self.variants: dict[int, Lines | None] = {}
        self.early: dict[Figure, Value] = {}  # what each single slip gives, calculated in one go

    @cached_property
    def singles(self) -> list[Choice]:
        """The slips that can be calculated, each alone."""
        every = slips(self.case.sheet, self.case.means)
        return [(slip,) for slip in every if slip.worked or self.case.lines.fits(slip)]

    @cached_property
    def base(self) -> dict[Figure, Value]:
        """What is calculated for each figure without a slip, from exact numbers and from printed ones."""
        figures = self.case.figures
        return dict(zip(figures, self.worlds([()], figures)[:, 0], strict=True))

    def begin(self, wrong: Sequence[Figure]) -> None:
        """Calculate every single slip for the wrong figures of the first passes."""
        figures = [f for f in wrong if self.cost(f) * len(self.singles) <= self.work // 2]
        self.work -= max(map(self.cost, figures), default=0) * len(self.singles)
        if figures:
            self.early = dict(zip(figures, self.worlds(self.singles, figures), strict=True))

    def touching(self, figure: Figure) -> tuple[list[Choice], Value]:
        """Return the single slips that change a figure, and what each gives for it."""
        values = self.early.get(figure)
        if values is None:
            values = self.worlds(self.affordable(figure, self.singles), [figure])[0]
        touched = np.any(np.abs(values - self.base[figure]) > NOISE * np.abs(values), axis=1)
        return [choice for choice, on in zip(self.singles, touched, strict=False) if on], values[touched]

    def cost(self, figure: Figure) -> int:
        """Return how many lines are calculated up to a figure."""
        return (figure.at + 1) * len(self.case.lines.lines)

    def affordable(self, figure: Figure, every: Iterable[Choice]) -> list[Choice]:
        """Return as many choices of slips as the work that is left allows."""
        some = [*islice(every, max(0, min(PAIRS, self.work // self.cost(figure))))]
        self.work -= len(some) * self.cost(figure)
        return some

    def worlds(self, choices: Sequence[Choice], figures: Sequence[Figure]) -> Value:
        """Return what each choice of slips calculates for each figure: (figures, choices, columns)."""
        told, aliases = self.case.told, self.case.aliases
        plain = [n for n, choice in enumerate(choices) if not any(slip.worked for slip in choice)]
        results = np.full((len(figures), len(choices), 2), np.nan)
        if plain:
            worlds = Worlds(self.case.lines, [choices[n] for n in plain], told, aliases)
            results[:, plain] = worlds.figures(figures)
        for n in sorted({*range(len(choices))} - {*plain}):
            lines = self.lines_of(next(slip for slip in choices[n] if slip.worked))
            rest = tuple(slip for slip in choices[n] if not slip.worked)
            if lines and all(map(lines.fits, rest)):
                here = [place for place, figure in enumerate(figures) if figure.line in lines.lines]
                worlds = Worlds(lines, [rest], told, aliases)
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


def in_order(slips: Sequence[Slip]) -> Iterator[tuple[Slip, Slip]]:
    """Go through the pairs of slips that change different things, the commonest first."""
    for both in range(2 * len(slips)):
        for i in range(max(0, both - len(slips) + 1), (both + 1) // 2):
            a, b = slips[i], slips[both - i]
            if not (a.changes.keys() & b.changes.keys() or a.given.keys() & b.given.keys()):
                yield a, b


class Search:
    """Searches for what gives exactly the printed digits of the wrong figures."""

    def __init__(self, case: Case) -> None:
        self.case, self.trials = case, Trials(case)
        self.rounding = Rounding(case)
        self.verdicts = self.rounding.verdicts
        self.findings: list[Found] = []
        self.fit = 0  # how many slips gave the last figure that was searched for

    def report(self) -> Report:
        """Return the verdict on every figure."""
        for figure in self.wrong():
            if figure in self.wrong():  # and not explained with one before it
                self.explain(figure)
        return Report(tuple(self.verdicts[figure] for figure in self.case.figures))

    def wrong(self) -> list[Figure]:
        """Return the figures that are wrong and not yet explained."""
        return [f for f, verdict in self.verdicts.items() if verdict.word == "wrong" and not verdict.why]

    def explain(self, figure: Figure) -> None:
        """Find what explains a wrong figure, and say it also of the others that it gives."""
        found = self.by_count(figure) or self.by_slips(figure)
        if not found:
            says = said("nothing" if self.trials.work > 0 else "not all")
            self.say(figure, Found((), says, (figure,)))
            return

        def order(one: Found) -> tuple[float, bool, int]:
            """Put first what explains most, then a slip in the figure's own line, then what is common."""
            own = any(slip.changes.keys() == {figure.line} for slip in one.slips)
            return -one.score, not own, sum(slip.cost for slip in one.slips)

        best, *found = sorted(found, key=order)
        if best.gives == (figure,) and last_digit(self.case, figure):  # a slip would be too much of a reason
            best, found = by_digits(self.case, figure)[0], []
        same = [f for f in found if f.score == best.score]
        others = max(self.fit - 1, len(found)) - len(same) if best.slips else 0
        best = best._replace(equals=tuple(same), others=others)
        self.findings.append(best)
        for other in best.gives if best.score >= TELLING or not best.slips else (figure,):
            self.say(other, best, best.gives[0] if best.score >= TELLING else figure)

    def say(self, figure: Figure, found: Found, start: Figure | None = None) -> None:
        """Note what explains a figure, or that it has the same cause as another one."""
        old = self.verdicts[figure]
        if start in (None, figure):
            self.verdicts[figure] = old._replace(why=described(found, figure), found=found)
        else:
            why = said("same cause", figure=start)
            self.verdicts[figure] = old._replace(word="follows", why=why, found=found)

    def by_count(self, figure: Figure) -> list[Found]:
        """Try the figure of a pass more or less, without a slip and with those that were found before."""
        case, found = self.case, []
        shifts = [shift for shift in (-1, 1) if figure.at + shift >= 0]
        for shift in shifts if figure.line not in case.worked.given else ():
            if figure.is_(case.value(figure, shift)):
                others = [f for f in self.wrong() if f.at + shift >= 0 and f.is_(case.value(f, shift))]
                found.append(Found((), another_pass("another pass", figure, shift), tuple(others)))
        for known in self.findings:
            for shift in shifts if known.slips else ():
                other = figure._replace(at=figure.at + shift)
                if figure.is_(float(self.trials.worlds([known.slips], [other])[0, 0, 0])):
                    says = another_pass("slip and another pass", figure, shift, slip=known.says)
                    found.append(known._replace(says=says, gives=(figure,), breaks=()))
        return found

    def by_slips(self, figure: Figure) -> list[Found]:
        """Try every slip; then slips of the pen; then pairs of slips."""
        if not self.trials.early:
            self.trials.begin(self.wrong())
        choices, values = self.trials.touching(figure)
        single = figure.digits > SINGLE_DIGITS and not self.rounding.double
        return (
            self.matching(figure, choices, values)
            or self.matching(figure, choices, values, cut=True)
            or (self.matching(figure, choices, values, 4 * SINGLE) if single else [])
            or by_digits(self.case, figure)
            or self.by_one_digit(figure, choices, values)
            or self.by_pairs(figure, {id(choice[0]) for choice in choices})
        )

    def by_one_digit(self, figure: Figure, choices: Sequence[Choice], values: Value) -> list[Found]:
        """Try whether one digit was copied wrongly after a slip."""
        found = {}
        for choice, row in zip(choices, values, strict=True) if figure.digits > SINGLE_DIGITS else ():
            for text in {figure.shown(value) for value in map(float, row) if isfinite(value)}:
                if len(other_places(text, figure.printed)) == 1:
                    says = said("slip and one digit", slip=choice[0], right=text)
                    found[says] = Found(choice, says, (figure,))
        self.fit = len(found)
        return [*found.values()]

    def by_pairs(self, figure: Figure, touching: set[int]) -> list[Found]:
        """Try pairs of slips, of which one at least changes the figure."""
        every = in_order([slip for (slip,) in self.trials.singles if not slip.worked])
        some = ((a, b) for a, b in every if id(a) in touching or id(b) in touching)
        enough = sum(f.digits for f in self.wrong()) >= PAIR_DIGITS
        pairs = self.trials.affordable(figure, some) if enough else []
        found = self.matching(figure, pairs, self.trials.worlds(pairs, [figure])[0]) if pairs else []
        return [f for f in found if f.score >= PAIR_DIGITS]

    def matching(
        self,
        figure: Figure,
        choices: Sequence[Choice],
        values: Value,
        noise: float = NOISE,
        cut: bool = False,
    ) -> list[Found]:
        """Return those choices that give a figure, each with all the figures that it gives."""
        fits = figure.is_(values, noise) | (figure.cut(values) if cut else False)
        good = [choice for choice, on in zip(choices, fits.any(axis=1), strict=True) if on]
        if not good:
            return []
        self.fit = len(good)
        compared = self.fewer(good, noise)
        gives, breaks = {}, {}
        wrong = {*self.wrong()}
        table = self.trials.worlds(compared, self.case.figures)
        for f, rows in zip(self.case.figures, table, strict=True):
            hit = f.is_(rows, noise) | (f.cut(rows) if cut or f != figure else False)
            if f in wrong:
                gives[f] = hit
            elif self.verdicts[f].word == "agrees":  # what the printed figures break is no fault of the slip
                breaks[f] = ~hit & f.is_(self.trials.base[f])
        found = [
            max(each(choice, n, figure, gives, breaks), key=lambda one: one.score)
            for n, choice in enumerate(compared)
        ]
        return [one for one in found if one.score > 0]  # of others more speaks against than for it

    def fewer(self, good: list[Choice], noise: float) -> list[Choice]:
        """Return not too many choices: in long runs those that give most of the figures before."""
        some = good[:MANY]
        if self.case.figures[-1].at > LONG and len(good) > FEW:
            early = [f for f in self.wrong() if f.at <= LONG]
            rows = self.trials.worlds(some, early)
            hits = sum(f.digits * f.is_(row, noise).any(axis=1) for f, row in zip(early, rows, strict=True))
            some = [some[n] for n in np.argsort(-hits, kind="stable")[:FEW]]
        return some


def each(
    choice: Choice, n: int, figure: Figure, gives: Mapping[Figure, Value], breaks: Mapping[Figure, Value]
) -> Iterator[Found]:
    """Go through what the n-th choice of slips explains: from exact numbers, and from printed ones."""
    says = said("and").join(map(str, choice))
    for column in (0, 1):
        if gives[figure][n, column]:
            given = tuple(f for f, hit in gives.items() if hit[n, column])
            broken = tuple(f for f, miss in breaks.items() if miss[n, column])
            printed = bool(column) and not gives[figure][n, 0]
            yield Found(choice, says, given, broken, printed=printed)


def another_pass(key: str, figure: Figure, shift: int, **filled: object) -> str:
    """Say that a figure is that of another pass."""
    count = figure.after + shift
    return said(f"{key}{', one' * (count == 1)}", count=count, **filled)


def other_places(text: str, printed: str) -> list[int]:
    """Return where the digits of two figures differ that are equally long; otherwise nothing."""
    if len(text) != len(printed):
        return []
    return [n for n, (a, b) in enumerate(zip(text, printed, strict=True)) if a != b]


def last_digit(case: Case, figure: Figure) -> bool:
    """Say whether only the last digit of a figure is wrong, by 1, and it is not the only one."""
    return figure.digits >= 3 and abs(figure.value - case.value(figure)) < 1.5 * figure.unit


def by_digits(case: Case, figure: Figure) -> list[Found]:
    """Try slips of the pen: the last digit, two exchanged, one wrong, another quantity's figure."""
    exact = figure.shown(case.value(figure))
    if last_digit(case, figure):
        return [Found((), said("last place", right=exact), (figure,))]
    reasons = []
    match other_places(exact, figure.printed):
        case [a, b] if b == a + 1 and exact[a : b + 1] == figure.printed[b] + figure.printed[a]:
            reasons.append(said("two digits"))
        case [_] if figure.digits >= 4:
            reasons.append(said("one digit", right=exact))
    for name, value in case.exact[figure.at].items() if figure.digits >= 3 else ():
        if name in case.lines.lines and name != figure.line and figure.is_(value):
            reasons.append(said("another figure", name=name))
    return [Found((), reason, (figure,)) for reason in reasons]


def check(sheet: Sheet) -> Report:
    """Return the verdict on every printed figure of a network file.

    Raises ValueError if there is none, and if the calculation leaves the range of numbers.
    """
    if not any(sheet.printed.values()):
        raise ValueError("printed: expected figures to check, got none")
    return Search(Case(sheet)).report()


def grade(sheet: Sheet, figures: Mapping[str, str]) -> Report:
    """Return the verdict on figures of the first pass, by name, as somebody calculated them.

    Raises ValueError for an unknown name, and for anything but a decimal number as text.

    >>> from workings.net import TEMPLATE, parsed
    >>> print(grade(parsed(TEMPLATE, "network.toml"), {"delta_o1": "0.741365"}))
    delta_o1  0.741365  wrong    0.138499
        It is as printed if the slope of the activation is left out: delta_o1 = out_o1 -
          target_o1.
        Made in more lines, the slip gives these digits too.
    <BLANKLINE>
    1 figure: 1 wrong. The trouble starts at delta_o1.
    """
    return check(sheet.with_printed(figures))
