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

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from bplit.line import Value
from workings.check.case import Case, Rounding
from workings.check.edits import said
from workings.check.pen import by_pen, last_digit, other_places
from workings.check.report import NOISE, SINGLE_DIGITS, TELLING, Figure, Found, Report, described
from workings.check.solving import solutions
from workings.check.trials import EARLY, Choice, Trials
from workings.check.worlds import EXACTLY, PRINTED
from workings.net.files import Sheet

PAIR_DIGITS = 7  # with fewer digits, out of so many pairs some fit by chance
MANY, FEW = 400, 12  # so many slips that give a figure are compared in all figures; in long runs
FREE = 2  # digits of a solution, which do not speak for it
SINGLE_NOISE = 2.0**-21  # of a number: what single precision does to the last of its digits


class Search:
    """Searches for what gives exactly the printed digits of the wrong figures."""

    def __init__(self, case: Case) -> None:
        self.case, self.trials = case, Trials(case)
        self.verdicts = Rounding(case, self.trials.base).verdicts
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
        found = next(filter(None, self.ways(figure)), [])
        if not found:
            says = said("nothing" if self.trials.work > 0 else "not all")
            self.say(figure, Found((), says, (figure,)))
            return

        def order(one: Found) -> tuple[float, bool, int]:
            """Put first what explains most, then a slip in the figure's own line, then what is common."""
            far = any(not slip.worked and figure.line not in slip.changes for slip in one.slips)
            return -one.score, far, sum(slip.cost for slip in one.slips)

        best, *found = sorted(found, key=order)
        pen = [self.found(says, figure) for says in by_pen(self.case, figure)]
        if pen and best.slips and best.gives == (figure,):
            own = best.slips[0].changes.keys() == {figure.line}
            named = best.slips[0].kind == "another name" and said("another figure", name="") in pen[0].says
            if last_digit(self.case, figure) or not own or named:  # a slip would be too much of a reason
                best, found = pen[0], [*pen[1:], best, *found]
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

    def found(self, says: str, *gives: Figure, slips: Choice = (), **more: Any) -> Found:
        """Return what explains figures, with what speaks for it: their digits that tell anything."""
        against = 2 * len(more.get("breaks", ())) + max(0, len(slips) - 1)
        against += sum(FREE for slip in slips if slip.kind == "another number")
        return Found(slips, says, gives, sum(self.case.telling[f] for f in gives) - against, **more)

    def ways(self, figure: Figure) -> Iterator[list[Found]]:
        """Go through the ways of calculating that give a figure, the cheapest first, a kind at a time."""
        yield self.another_pass(figure)
        if not self.trials.early:
            self.trials.begin(self.wrong())
        choices, values = self.trials.touching(figure)
        if solved := solutions(self.trials, figure):
            choices, values = (
                [*choices, *solved],
                np.concatenate([values, self.trials.worlds(solved, [figure])[0]]),
            )
        yield self.matching(figure, choices, values)
        yield self.matching(figure, choices, values, cut=True)
        if figure.single and figure.digits > SINGLE_DIGITS:
            yield self.matching(figure, choices, values, SINGLE_NOISE)
        yield [one for known in self.findings if known.slips for one in self.and_more(figure, known)]
        yield [self.found(says, figure) for says in by_pen(self.case, figure)]
        yield self.and_one_digit(figure, choices, values)
        yield self.by_pairs(figure, choices)
        if figure.digits > SINGLE_DIGITS:  # calculated with some numbers of single precision
            share = self.case.step(figure) / (abs(figure.value) or 1)
            nearly = self.matching(figure, choices, values, SINGLE_NOISE * share)
            yield [one._replace(finish="nearly") for one in nearly]

    def another_pass(self, figure: Figure) -> list[Found]:
        """Try the figure of a pass more or less."""
        case, found = self.case, []
        for shift in (-1, 1) if figure.line not in case.worked.given else ():
            hits = [f for f in self.wrong() if f.at + shift >= 0 and fitting(f, case.value(f, shift))]
            if figure in hits:
                found.append(self.found(pass_says("another pass", figure, shift), *hits))
        return found

    def and_more(self, figure: Figure, known: Found) -> Iterator[Found]:
        """Try what was found before, and another pass, the figure of another quantity, or one wrong digit."""
        shifted = [figure._replace(at=figure.at + shift) for shift in (-1, 1) if figure.at + shift >= 0]
        lines = [figure._replace(line=name) for name in self.case.lines.lines if name != figure.line]
        others = [figure, *shifted, *(lines if figure.digits > TELLING else ())]
        values = self.trials.worlds([known.slips], others, 0)[:, 0, EXACTLY]
        for other, value in zip(others, map(float, values), strict=True):
            says = ""
            if other is figure:
                right = figure.shown(value) if isfinite(value) else ""
                if figure.digits > TELLING and len(other_places(right, figure.printed)) == 1:
                    says = said("slip and one digit", slip=known.says, right=right)
            elif fitting(figure, value):
                says = pass_says("slip and another pass", figure, other.at - figure.at, slip=known.says)
                if other.line != figure.line:
                    says = said("slip and another figure", slip=known.says, name=other.line)
            if says:
                yield self.found(says, figure, slips=known.slips)

    def and_one_digit(self, figure: Figure, choices: Sequence[Choice], values: Value) -> list[Found]:
        """Try whether one digit was copied wrongly after a slip."""
        found = {}
        for choice, row in zip(choices, values, strict=True) if figure.digits > SINGLE_DIGITS else ():
            for text in {figure.shown(value) for value in map(float, row[:2]) if isfinite(value)}:
                if len(other_places(text, figure.printed)) == 1:
                    says = said("slip and one digit", slip=choice[0], right=text)
                    found[says] = self.found(says, figure, slips=choice)
        self.fit = len(found)
        return [*found.values()]

    def by_pairs(self, figure: Figure, touching: Sequence[Choice]) -> list[Found]:
        """Try pairs of slips, of which one at least changes the figure."""
        if sum(self.case.telling[f] for f in self.wrong()) < PAIR_DIGITS:
            return []
        found: list[Found] = []
        for pairs in self.trials.pairs(figure, touching):
            done = bool(found)  # one more piece is tried: what is alike stands near
            values = self.trials.worlds(pairs, [figure], 0)[0]
            found += [one for one in self.matching(figure, pairs, values) if one.score >= PAIR_DIGITS]
            if done:
                break
        return found

    def matching(
        self,
        figure: Figure,
        choices: Sequence[Choice],
        values: Value,
        noise: float = NOISE,
        cut: bool = False,
    ) -> list[Found]:
        """Return those choices that give a figure, each with all the figures that it gives."""
        own = self.case.column(figure)
        columns = [EXACTLY, PRINTED, *([own] if PRINTED < own < values.shape[-1] else [])]
        fits = fitting(figure, values, noise, cut)[:, columns]
        good = [choice for choice, on in zip(choices, fits.any(axis=1), strict=True) if on]
        if not good:
            return []
        self.fit = len(good)
        compared = self.fewer(good, noise)
        hits: dict[Figure, Value] = {}
        for f, rows in zip(self.case.figures, self.trials.worlds(compared, self.case.figures), strict=True):
            hits[f] = fitting(f, rows, noise, cut or f != figure)
        found = []
        for n, choice in enumerate(compared):
            some = [
                self.explained(figure, choice, column, hits, n)
                for column in columns
                if hits[figure][n, column]
            ]
            found += sorted(some, key=lambda one: -one.score)[:1]
        return [one for one in found if one.score > 0]  # of others more speaks against than for it

    def explained(
        self, figure: Figure, choice: Choice, column: int, hits: Mapping[Figure, Value], n: int
    ) -> Found:
        """Return what the n-th choice of slips explains if it is gone on as a column says."""
        wrong, gives, breaks = {*self.wrong()}, [], []
        for f, hit in hits.items():
            own = min(self.case.column(f), hit.shape[1] - 1)
            given = hit[n, column] or (column > PRINTED and hit[n, own])
            if f in wrong and given:
                gives.append(f)
            # what the printed figures break is no fault of the slip
            elif f not in wrong and not given and f.is_(self.trials.base[f][PRINTED]):
                breaks += [f] if self.verdicts[f].word == "agrees" or not hit[n, PRINTED] else []
        exactly = hits[figure][n, EXACTLY]
        finish = "" if exactly or column == EXACTLY else "printed" if column == PRINTED else "rounded"
        says = said("and").join(map(str, choice))
        return self.found(says, *gives, slips=choice, breaks=tuple(breaks), finish=finish)

    def fewer(self, good: list[Choice], noise: float) -> list[Choice]:
        """Return not too many choices: in long runs those that give most of the figures before."""
        some = good[:MANY]
        if self.case.figures[-1].at > EARLY and len(good) > FEW:
            early = [f for f in self.wrong() if f.at <= EARLY]
            rows = self.trials.worlds(some, early)
            hits = sum(f.digits * f.is_(row, noise).any(axis=1) for f, row in zip(early, rows, strict=True))
            some = [some[n] for n in np.argsort(-hits, kind="stable")[:FEW]]
        return some


def fitting(figure: Figure, values: Value, noise: float = NOISE, cut: bool = True) -> Value:
    """Say whether numbers have the printed digits: rounded, or with the others cut off."""
    return figure.is_(values, noise) | (figure.cut(values) if cut and figure.digits >= TELLING else False)


def pass_says(key: str, figure: Figure, shift: int, **filled: object) -> str:
    """Say that a figure is that of another pass."""
    count = figure.after + shift
    return said(f"{key}{', one' * (count == 1)}", count=count, **filled)


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
