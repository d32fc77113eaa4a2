r"""Printed figures against the exact ones: which agree, which are rounding, which are wrong, and why.

Every figure of a network file is compared with the worked listing. One that differs may still be right:
calculated from rounded results, or from a wrong one before it. What is left is searched for a way of
calculating that gives exactly the printed digits.

>>> from workings.net import TEMPLATE, parsed
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> report = grade(sheet, {"delta_h1": "0.013368", "dE_dw1": "0.000668"})  # and check, of a file with these
>>> [(verdict.word, f"{verdict.exact:.6f}") for verdict in report.verdicts]
[('wrong', '0.008771'), ('follows', '0.000439')]
"""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import numpy as np

from bplit.line import Value
from workings.check.case import Case, Rounding
from workings.check.changes import said
from workings.check.report import NOISE, SINGLE_DIGITS, TELLING, Figure, Found, Report, described
from workings.check.trials import EARLY, WORK, Trials, solutions
from workings.check.worlds import PRINTED, Choice, Choices
from workings.net.files import Sheet, expect_figure

PAIR_DIGITS = 7  # with fewer digits, out of so many pairs some fit by chance
MANY, FEW = 400, 12  # so many slips that give a figure are compared in all figures; in long runs
FEWEST = 2  # so many digits a cause gives at least: a single one fits by chance
NEARLY = 1.5  # times the last digit: so far off is what is calculated from rounded parts
HOPELESS = 30  # after so many wrong figures without a cause no slips are tried
FREE = 2  # digits of a solution, which do not speak for it
SINGLE_NOISE = 2.0**-21  # of a number: what single precision does to the last of its digits


class Search:
    """Searches for what gives exactly the printed digits of the wrong figures."""

    def __init__(self, case: Case, work: int) -> None:
        self.case, self.trials = case, Trials(case, work)
        self.nothing = said("ends", text=said("nothing"))
        rounding = Rounding(case)
        self.verdicts, self.roughly = rounding.verdicts, rounding.roughly
        for figure in self.wrong():
            if figure in self.wrong():  # and not explained with one before it
                self.explain(figure)
            if sum(verdict.why == self.nothing for verdict in self.verdicts.values()) == HOPELESS:
                self.trials.steps = 0

    def wrong(self) -> list[Figure]:
        """Return the figures that are wrong and not yet explained."""
        return [f for f, verdict in self.verdicts.items() if verdict.word == "wrong" and not verdict.why]

    def unknown(self) -> set[Figure]:
        """Return the figures that are wrong, and for which nothing is found so far."""
        return {f for f, v in self.verdicts.items() if v.word == "wrong" and v.why in ("", self.nothing)}

    def explain(self, figure: Figure) -> None:
        """Find what explains a wrong figure, and say it also of the others that it gives."""

        def order(one: Found) -> tuple[float, bool, bool, int]:
            """Put first what explains most, then slips, those in the figure's own line, what is common."""
            far = any(not slip.worked and figure.line not in slip.changes for slip in one.slips)
            return -one.score, not one.slips, far, sum(slip.cost for slip in one.slips)

        less = min(self.trials.work, self.trials.steps) <= 0 or self.trials.near
        nothing = said("given" if figure.given else "not all" if less else "nothing")
        found = next(filter(None, self.ways(figure)), [Found((), nothing, (figure,))])
        best, *found = sorted(found, key=order)
        pen = [self.found(says, figure) for says in by_pen(self.trials, figure)]
        if pen and best.slips and best.gives == (figure,):
            own = best.slips[0].changes.keys() == {figure.line}
            named = best.slips[0].kind == "another name" and said("another figure", name="") in pen[0].says
            if last_digit(self.case, figure) or not own or named:  # a slip would be too much of a reason
                best, found = pen[0], [] if last_digit(self.case, figure) else [*pen[1:], best, *found]
        if best.slips and best.gives == (figure,) and self.case.telling[figure] < FEWEST:
            best, found = Found((), said("one digit alone"), (figure,)), []
        same = tuple(one for one in found if one.score == best.score)
        best = best._replace(equals=same)
        start = best.gives[0] if best.score >= TELLING else figure
        for other in best.gives if best.score >= TELLING or not best.slips else (figure,):
            word, why = "follows", said("same cause", figure=start)
            if other == start:
                word, why = "wrong", described(best, other)
            self.verdicts[other] = self.verdicts[other]._replace(word=word, why=why, found=best)

    def found(self, says: str, *gives: Figure, slips: Choice = (), **more: Any) -> Found:
        """Return what explains figures, with what speaks for it: their digits that tell anything."""
        against = 2 * len(more.get("breaks", ())) + max(0, len(slips) - 1)
        against += sum(FREE for slip in slips if slip.kind == "another number")
        return Found(slips, says, gives, sum(self.case.telling[f] for f in gives) - against, **more)

    def ways(self, figure: Figure) -> Iterator[list[Found]]:
        """Go through the ways of calculating that give a figure, the cheapest first, a kind at a time."""
        choices, values = self.trials.touching(figure)
        if more := solutions(self.trials, figure):
            choices = [*choices, *more]
            values = np.concatenate([values, self.trials.worlds(more, [figure])[0]])
        yield [*self.another_pass(figure), *self.matching(figure, choices, values)]
        yield self.matching(figure, choices, values, cut=True)
        long = figure.digits > SINGLE_DIGITS
        if figure.single and long:
            yield self.matching(figure, choices, values, SINGLE_NOISE)
        yield [self.found(says, figure) for says in by_pen(self.trials, figure)]
        yield [*self.and_one_digit(figure, choices, values)] if long else []
        own = [n for n, (slip, *_) in enumerate(choices) if figure.line in slip.changes and figure.digits > 3]
        noise = NEARLY * figure.unit / (abs(figure.value) or 1)
        nearly = self.matching(figure, [choices[n] for n in own], values[own], noise)
        yield [one._replace(finish="nearly") for one in nearly]
        yield self.by_pairs(figure, choices)
        if long:  # calculated with some numbers of single precision
            share = self.case.step(figure) / (abs(figure.value) or 1)
            nearly = self.matching(figure, choices, values, SINGLE_NOISE * share)
            yield [one._replace(finish="nearly") for one in nearly]

    def another_pass(self, figure: Figure) -> Iterator[Found]:
        """Try the figure of a pass more or less."""
        for shift in (-1, 1) if figure.line not in self.case.worked.given else ():
            if figure.at + shift >= 0 and in_digits(figure, self.case.value(figure, shift)):
                late = [f for f in self.wrong() if f.at + shift >= 0]
                hits = [f for f in late if in_digits(f, self.case.value(f, shift))]
                count = figure.after + shift
                yield self.found(said(f"another pass{', one' * (count == 1)}", count=count), *hits)

    def and_one_digit(self, figure: Figure, choices: Choices, values: Value) -> Iterator[Found]:
        """Try whether one digit was copied wrongly after a slip."""
        for choice, row in zip(choices, values[:, :2].tolist(), strict=True):
            for text in {figure.shown(value) for value in row if isfinite(value)}:
                if len(other_places(text, figure.printed)) == 1:
                    says = said("slip and one digit", slip=choice[0], right=text)
                    yield self.found(says, figure, slips=choice)

    def by_pairs(self, figure: Figure, touching: Choices) -> list[Found]:
        """Try pairs of slips, of which one at least changes the figure."""
        found: list[Found] = []
        enough = self.trials.steps > 0 and sum(self.case.telling[f] for f in self.wrong()) >= PAIR_DIGITS
        for pairs in self.trials.pairs(figure, touching) if enough else ():
            done = bool(found)  # one more piece is tried: what is alike stands near
            values = self.trials.worlds(pairs, [figure], 0)[0]
            found += [one for one in self.matching(figure, pairs, values) if one.score >= PAIR_DIGITS]
            if done:
                break
        return found

    def matching(
        self, figure: Figure, choices: Choices, values: Value, noise: float = NOISE, cut: bool = False
    ) -> list[Found]:
        """Return those choices that give a figure, each with all the figures that it gives."""
        columns = [column for column in self.case.columns(figure) if column < values.shape[-1]]
        fits = in_digits(figure, values[:, columns], noise, cut).any(axis=1)
        good = [choice for choice, on in zip(choices, fits, strict=True) if on]
        good = good[: FEW if self.case.figures[-1].at > EARLY else MANY]
        every = self.case.figures if good else []
        table = zip(every, self.trials.worlds(good, every), strict=True)
        hits = {f: self.hits(f, rows, good, noise, cut or f != figure) for f, rows in table}
        found = []
        for n, choice in enumerate(good):
            given = {f: hit[n] for f, hit in hits.items()}
            ways = [self.explained(choice, column, given) for column in columns if given[figure][column] > 1]
            found += sorted(ways, key=lambda one: -one.score)[:1]
        return [one for one in found if one.score > 0]  # of others more speaks against than for it

    def hits(self, figure: Figure, values: Value, choices: Choices, noise: float, cut: bool) -> Value:
        """Say with 2 which choices give a figure, with 1 which nearly do in a line that they change."""
        own = [any(figure.line in slip.changes for slip in choice) for choice in choices]
        far = abs(figure.value - self.case.value(figure)) > NEARLY**2 * figure.unit
        near = far & (abs(values - figure.value) <= NEARLY * figure.unit) & np.array(own)[:, None]
        return np.where(in_digits(figure, values, noise, cut), 2, near & (figure in self.unknown()))

    def explained(self, choice: Choice, column: int, hits: Mapping[Figure, Value]) -> Found:
        """Return what slips explain if they are gone on from as a column says."""
        wrong, gives, breaks = self.unknown(), list[Figure](), list[Figure]()
        for f, hit in hits.items():
            given = hit[column] or (column > PRINTED and hit[self.case.columns(f)[-1] % len(hit)])
            # what is so only roughly has the cause of what is wrong above it, if that gives its digits
            if f in wrong or (gives and f in self.roughly and self.verdicts[f].word != "wrong"):
                gives += [f] if given else []
            # what the printed figures break is no fault of the slip
            elif not given and f.is_(self.trials.base[f][PRINTED]):
                breaks += [f] if self.verdicts[f].word == "agrees" or not hit[PRINTED] else []
        finish = ("", "printed", "rounded")[min(column, 2)] if hits[gives[0]][column] != 1 else "nearly"
        says = said("and").join(map(str, choice))
        sure = [f for f in gives if hits[f][column] != 1]
        found = self.found(says, *sure, slips=choice, breaks=tuple(breaks), finish=finish)
        return found._replace(gives=tuple(gives), score=found.score + len(gives) - len(sure))


def other_places(text: str, printed: str) -> list[int]:
    """Return where the digits of two figures differ that are equally long; otherwise nothing."""
    if len(text) != len(printed):
        return []
    return [n for n, (a, b) in enumerate(zip(text, printed, strict=True)) if a != b]


def last_digit(case: Case, figure: Figure) -> bool:
    """Say whether only the last digit of a figure is wrong, by 1, and it is not the only one."""
    return figure.digits >= 3 and abs(figure.value - case.value(figure)) < 1.5 * figure.unit


def by_pen(trials: Trials, figure: Figure) -> list[str]:
    """Return the slips of the pen that give a figure: of its digits, or the figure of another one."""
    case, value = trials.case, trials.case.value(figure)
    carried = float(trials.base[figure][PRINTED])  # what the printed numbers above it give
    if last_digit(case, figure):
        return [said("last place", right=figure.shown(value))]
    slips = [says for one in (value, carried) if isfinite(one) for says in in_digits_only(figure, one)]
    for name, other in case.exact[figure.at].items() if figure.digits >= 3 else ():
        if name in case.lines.lines and name != figure.line and figure.is_(other):
            slips.append(said("another figure", name=name))
    return [*dict.fromkeys(slips)]


def in_digits_only(figure: Figure, value: float) -> Iterator[str]:
    """Go through slips of the pen in what should be a number: two digits exchanged, one wrong or dropped."""
    exact, printed = figure.shown(value), figure.printed.replace("−", "-")
    match other_places(exact, printed):
        case [a, b] if (exact[a], exact[b]) == (printed[b], printed[a]) and (b == a + 1 or figure.digits > 4):
            yield said("two digits")
        case [_] if figure.digits >= 4:
            yield said("one digit", right=exact)
    longer = figure.shown(value, 1)
    begin = longer.find(".") + 1 or len(longer)
    # the last decimal is not missed
    shorter = [longer[:n] + longer[n + 1 :] for n in range(begin, len(longer) - 1)]
    if figure.digits >= 4 and printed in shorter:
        yield said("digit dropped", right=longer)


def in_digits(figure: Figure, values: Value, noise: float = NOISE, cut: bool = True) -> Value:
    """Say whether numbers have the printed digits: rounded, or with the others cut off."""
    return figure.is_(values, noise) | (figure.cut(values) if cut and figure.digits >= TELLING else False)


def check(sheet: Sheet, work: int = WORK) -> Report:
    """Return the verdict on every printed figure of a network file, with so many lines of work at most.

    Raises ValueError if there is none, and if the calculation leaves the range of numbers.
    """
    if not any(sheet.printed.values()):
        raise ValueError("printed: expected figures to check, got none")
    search = Search(Case(sheet), work)
    return Report(tuple(search.verdicts[figure] for figure in search.case.figures))


def grade(sheet: Sheet, figures: Mapping[str, str]) -> Report:
    """Return the verdict on figures of the first pass, by name, as somebody calculated them.

    Raises ValueError for an unknown name, and for anything but a decimal number as text.
    """
    for name, text in figures.items():
        expect_figure(("printed", name), text)
    return check(sheet._replace(printed={0: dict(figures)}))
