"""A case: the printed figures of a network file, the exact values, and what is rounding or follows."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import product
from math import isclose

import numpy as np

from bplit.given import DIGITS
from bplit.line import Line, Value, evaluated, mapped, names, replaced
from workings.check.changes import chain, said, substituted
from workings.check.report import SINGLE_DIGITS, VERDICTS, Figure, Verdict, figure_of
from workings.check.roles import Roles
from workings.check.worlds import ABOVE, BELOW, PRINTED, UNROUNDED, Lines, Worlds, in_digits_of, in_units
from workings.net.files import Sheet
from workings.speed import repeat

SUBSETS = 8  # of so many printed figures every choice is tried
OF_CANCELLED = 2.0**-50  # of the terms of a sum: what floats leave of it where they cancel each other
STEP = 2.0**-23  # from one number of single precision to the next, of a number
PROGRAMS = 48  # so many programs, which round in other places, are calculated side by side
FARTHEST = 15_000_000  # so many names stand in the lines of all passes
DIFFERENT = 300  # of so many figures that differ it is looked into why
MOVED = 3  # so many times its last digit rounding may move a figure
WIDE, CLOSELY = 2.0, 1.5  # a program may be so many times farther off than these; from what it has printed
UNROUNDED_OPS = (ast.Add, ast.Sub, ast.USub)  # of rounded numbers


class Case:
    """The figures of a file in the order of the calculation, the exact values, and what is printed of them.

    ``told`` is what is printed for a name in a pass, ``behind`` the figure that says so. ``aliases`` are
    the source's own names that are a multiple of a line: what is printed of one is told of the line.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.worked = sheet, sheet.worked()
        self.means = sheet.meant().listing.lines[len(self.worked.listing.lines) :]
        self.lines = Lines(self.worked, self.means)
        self.multiples = {line.name: found for line in self.means if (found := self.multiple(line))}
        printed = [(after, *item) for after, table in sheet.printed.items() for item in table.items()]
        self.figures = sorted((figure_of(self.worked, *one) for one in printed), key=self.order)
        self.behind: dict[tuple[int, str], Figure] = {}
        for figure in self.figures:
            self.behind.setdefault((figure.at, figure.line), figure)
        self.told = {key: figure.value for key, figure in self.behind.items()}
        self.aliases: dict[str, str] = {}
        for (at, name), figure in [*self.behind.items()]:
            if (alias := self.multiples.get(name)) and (at, alias[0]) not in self.told:
                self.aliases[name] = alias[0]
                self.told[at, alias[0]] = figure.value / alias[1]
                self.behind[at, alias[0]] = figure
        self.exact = self.values_at({f.at for f in self.figures} | {f.at - 1 for f in self.figures if f.at})
        self.telling = {figure: self.digits_that_tell(figure) for figure in self.figures}
        places = Counter(figure.places for figure in self.figures if 0 <= figure.places <= DIGITS)
        self.places = [count for count, _ in places.most_common()]
        # the count of digits that most figures have in common, or 0: one or two figures have none in common
        digits = Counter(f.digits for f in self.figures if f.value and not f.given)
        often = max(digits.values(), default=0)
        self.common_digits = digits.most_common(1)[0][0] if 2 * often > max(4, digits.total()) else 0

    def step(self, figure: Figure) -> float:
        """Return what a figure says: of an update only how far it is from the old weight, 0 if not at all."""
        old = next((w for w, new in self.worked.updates.items() if new == figure.line), "")
        return abs(figure.value - self.exact[figure.at][old]) if old else abs(figure.value)

    def unit(self, figure: Figure) -> float:
        """Return how exactly a figure says anything: single precision has fewer digits than its text may."""
        return max(figure.unit, 2 * STEP * abs(figure.value)) if figure.single else figure.unit

    def digits_that_tell(self, figure: Figure) -> int:
        """Return how many digits of a figure say something."""
        step = self.step(figure) / self.unit(figure)
        return min(figure.digits, len(f"{step:.0f}")) if step > 0.5 else figure.digits

    def order(self, figure: Figure) -> tuple[int, int, bool]:
        """Return where a figure stands in the calculation: a multiple of a line right after it."""
        name, _ = self.multiples.get(figure.line, (figure.line, 1))
        return figure.at, self.lines.place.get(name, -1), figure.line in self.multiples

    def multiple(self, line: Line) -> tuple[str, float] | None:
        """Return the line that a source's own name is a multiple of, and the factor."""
        node, lines = line.expression, [used for used in line.uses if used in self.lines.lines]
        if len(lines) != 1 or any(used in self.worked.updates for used in line.uses):
            return None
        with np.errstate(all="ignore"):
            values = evaluated(node, self.worked.given | {lines[0]: np.array([0.0, 1.0, -2.5])})
        rest, factor, other = values.tolist()
        return (lines[0], factor) if factor and rest == 0 and isclose(other, -2.5 * factor) else None

    def values_at(self, passes: Iterable[int]) -> dict[int, dict[str, float]]:
        """Return the exact value of every name in some passes."""
        found, given, done = {}, self.worked.given, 0
        most = FARTHEST // (1 + sum(map(len, self.lines.uses.values())))
        for at in sorted(passes):
            if at > most:
                raise ValueError(f"after {max(passes)} updates: expected up to {most} of so many lines")
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

    def alike(self, name: str, number: float) -> str:
        """Return the given weight, bias, input or target that has a number, for one of these; or nothing."""
        roles = Roles(self.worked)
        kin = (other for other in self.worked.given if roles.what(other) == roles.what(name) != "other")
        return next((other for other in kin if other != name and self.worked.given[other] == number), "")

    def so_printed(self, figure: Figure) -> bool:
        """Say whether a sheet may be rounded as a figure is: half of its others have no more decimals."""
        others = [f.places <= figure.places for f in self.figures if f is not figure and not f.given]
        return 2 * sum(others) >= len(others)

    def columns(self, figure: Figure) -> list[int]:
        """Return the columns of `Worlds` that may give a figure: the last has results rounded as it is."""
        return [UNROUNDED, PRINTED, *(2 + n for n, count in enumerate(self.places) if count == figure.places)]

    def sources(self, figure: Figure) -> list[tuple[int, str]]:
        """Return the printed figures, of this pass or the one before, that a figure is calculated from."""
        found: list[tuple[int, str]] = []
        queue = [(figure.at, figure.line)]
        for at, name in queue:
            before = [(at - 1, self.worked.updates[name])] if name in self.worked.updates else []
            for key in [*((at, used) for used in self.lines.uses.get(name, ())), *before]:
                if key not in queue and key[0] >= max(0, figure.at - 1):
                    queue.append(key)
                    if key in self.told and self.behind[key] is not figure:
                        found.append(key)
        return found


class Rounding:
    """Gives the first verdict on each figure: whether rounding, or a wrong one before it, leads there."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.verdicts: dict[Figure, Verdict] = {}
        self.moved = {f for f in case.figures if 0.5 < abs(f.value - case.value(f)) / f.unit <= MOVED}
        if sum(not f.is_(case.value(f)) for f in case.figures) > DIFFERENT:
            raise ValueError(f"printed: expected up to {DIFFERENT} figures that are not exact, got more")
        self.roughly: set[Figure] = set()  # what follows only within the digits of the wrong ones
        for figure in case.figures:  # in this order: a verdict may need those before it
            self.verdicts[figure] = self.first(figure)

    def singly(self, figure: Figure) -> bool:
        """Say whether a figure may be of single precision, by its text, and by that of others.

        In so many digits that only such a number has them, they cannot; two that are printed as no such
        number is and are right do; and few digits alone tell nothing.
        """
        long = [f for f in self.case.figures if f.digits > SINGLE_DIGITS]
        double = [f for f in long if not f.single and f.is_(self.case.value(f))]
        alone = figure.digits <= SINGLE_DIGITS and not any(f.single for f in long)
        possible = figure.single and not figure.given
        return possible and (figure.digits > SINGLE_DIGITS + 2 or not (double[1:] or alone))

    def first(self, figure: Figure) -> Verdict:
        """Return the verdict on a figure; those before it have theirs."""
        exact = self.case.value(figure)
        if figure.is_(exact):
            return Verdict(figure, exact, "agrees")
        line, values = self.case.lines.lines.get(figure.line), self.case.exact[figure.at]
        if line and abs(figure.value - exact) <= OF_CANCELLED * uncancelled(line.expression, values):
            return Verdict(figure, exact, "agrees")
        if figure.cut(exact, noise=0):  # a program cuts off what floats made of 0.1
            return Verdict(figure, exact, "rounding", said("cut off"))
        ways = [*self.from_printed(figure), *self.rounding(figure)] or [*self.in_parts(figure)]
        word, why = min(ways, key=lambda way: VERDICTS.index(way[0]), default=("wrong", ""))
        return Verdict(figure, exact, word, why)

    def from_printed(self, figure: Figure) -> list[tuple[str, str]]:
        """Say whether a figure follows from the printed ones before it: rounded ones, or wrong ones."""
        case, sources = self.case, self.case.sources(figure)
        far = len(sources[SUBSETS:])
        choices = [[*choice, *[False] * far] for choice in product((False, True), repeat=len(sources) - far)]
        masks = np.array([*sorted(choices, key=sum), [True] * len(sources)])  # the fewest figures first
        # the number behind the digits of a wrong figure is not known: each is moved by half of its last digit
        unknown = [n for n, key in enumerate(sources) if self.astray(case.behind[key])]
        put = {}
        for place, key in enumerate(sources):
            moved = np.array([[0.0], *([float(place == n)] for n in unknown)])
            put[key] = masks[:, place], case.told[key] + moved * case.behind[key].unit / 2
        found: dict[str, str] = {}
        for why, keep in self.keeping(figure):
            worlds = Worlds(case.lines, [()] * (1 + len(unknown)), len(masks), put, keep)
            worlds.at = max(0, figure.at - 1)
            worlds.state = {name: case.exact[worlds.at][name] for name in case.lines.given}
            ((results, *others),) = worlds.figures([figure])
            with np.errstate(invalid="ignore"):  # of what grew beyond all numbers
                off = sum((np.abs(other - results) for other in others), np.zeros(len(masks)))
            for near in (results, np.clip(figure.value, results - off, results + off)):
                for mask in masks[figure.is_(near) | figure.cut(near)]:
                    used = [case.behind[key] for key, on in zip(sources, mask, strict=True) if on]
                    word, those = self.standing(used)
                    if used or why:
                        if word not in found and near is not results:
                            self.roughly.add(figure)
                        found.setdefault(word, said("from printed", figures=those) if used else why)
        return [(word, found[word]) for word in VERDICTS if word in found]

    def keeping(self, figure: Figure) -> Iterator[tuple[str, Callable[[Value], Value]]]:
        """Go through what is done to numbers that are not printed: nothing, or they are rounded, too."""
        yield "", lambda value: value
        for places in {figure.places, *self.case.places[:1]} if self.case.so_printed(figure) else ():
            yield said("on paper", places=places), partial(in_units, units=10.0**places)
        for half in (ABOVE, BELOW) if (count := self.case.common_digits) else ():
            yield said("to digits", digits=count), partial(in_digits_of, digits=count, half=half)

    def astray(self, figure: Figure) -> bool:
        """Say whether a figure is wrong, or follows from a wrong one."""
        return self.verdicts[figure].word in VERDICTS[2:]

    def standing(self, used: Sequence[Figure]) -> tuple[str, str]:
        """Return what a figure is that is calculated from printed ones, and which of them make it so."""
        wrong = [*filter(self.astray, used)]
        return "follows" if wrong else "rounding", ", ".join(map(str, wrong or used))

    @cached_property
    def programs(self) -> dict[Figure, Value]:
        """What programs give for each figure, of exact numbers and of printed ones, and how far they differ.

        The first one rounds nothing, each of the others every number, somewhere in single precision.
        """
        case, random = self.case, np.random.default_rng(0)
        printed = np.repeat([False, True], 1 + PROGRAMS)
        rounds = np.tile(np.arange(1 + PROGRAMS) > 0, 2)

        def off(value: Value) -> Value:
            return value * (1 + STEP * rounds * random.uniform(-0.5, 0.5, rounds.size))

        with np.errstate(all="ignore"):
            long = [key for key, figure in case.behind.items() if figure.digits >= SINGLE_DIGITS - 1]
            put = {key: (printed, off(float(np.float32(case.told[key])))) for key in long}
            worlds = Worlds(case.lines, [()], rounds.size, put, off)
            worlds.state = {name: off(value) for name, value in worlds.state.items()}
            values = off(worlds.figures(case.figures)).reshape(-1, 2, 1 + PROGRAMS)
            first = values[..., 0]
            far = np.abs(values - first[..., None]).max(-1)
        return dict(zip(case.figures, np.stack([first, far], -1), strict=True))

    def rounding(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Go through the ways in which single precision explains a figure."""
        case, uses = self.case, self.case.lines.uses.get(figure.line, ())
        used = [case.behind[key] for key in case.sources(figure) if key[0] == figure.at and key[1] in uses]
        told = [one for one in used if one.digits >= SINGLE_DIGITS - 1]
        if self.singly(figure):
            value, far = self.programs[figure][int(bool(told))]
            every = len(told) == sum(name in case.lines.lines for name in uses)
            if abs(figure.value - value) <= (CLOSELY if every else WIDE) * far + figure.unit / 2:
                yield self.standing(told)[0], said("single precision")

    def in_parts(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Try whether rounding each part of the line leads there."""
        line, at, sources = self.case.lines.lines.get(figure.line), figure.at, self.case.sources(figure)
        if not line or not self.case.so_printed(figure):
            return
        told = {name: self.case.told[at, name] for name in line.uses if (at, name) in sources}
        sure = {*self.case.lines.given, *told}
        node, unit = line.expression, figure.unit / 2
        if self.moved - {figure}:  # without others that are off nothing was cut off, or rounded farther back
            every = {name: one.expression for name, one in self.case.lines.lines.items() if name not in sure}
            node, unit = replaced(node, every), figure.unit
        value, far = reach(node, {**self.case.exact[at], **told}, sure, unit)
        far = min(far, (figure.digits + 0.5) * figure.unit)  # few digits fit by chance
        if abs(figure.value - value) <= far and len(self.case.figures) > 1:  # one alone shows no working
            word, those = self.standing([self.case.behind[at, name] for name in told])
            self.roughly.add(figure)
            yield word, said(f"in parts{', from printed' * bool(told)}", places=figure.places, figures=those)


def uncancelled(node: ast.expr, values: Mapping[str, float]) -> float:
    """Return how large an expression is if none of its terms is taken away."""
    less = [part for part in ast.walk(node) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub)]
    plus = mapped(node, lambda part: ast.BinOp(part.left, ast.Add(), part.right) if part in less else part)
    return float(evaluated(plus, {name: abs(values[name]) for name in names(node)}))


def reach(node: ast.expr, values: Mapping[str, float], sure: set[str], unit: float) -> tuple[float, float]:
    """Return what an expression is worth, and how far off if its parts are that are not sure, by a unit."""
    parts: list[ast.expr] = []
    match node:
        case ast.UnaryOp(operand=part) | ast.Call(args=[part]) | ast.BinOp(left=part, op=ast.Pow()):
            parts = [part]
        case ast.BinOp(left=left, right=right):
            parts = [left, right]
    found = [reach(part, values, sure, unit) for part in parts]
    ends = np.meshgrid(*(value + off * np.array([0, -1, 1]) for value, off in found))
    whole = node
    for name, part in zip("lr", parts, strict=False):
        whole = substituted(whole, part, ast.Name(name))
    with np.errstate(all="ignore"):
        every = np.ravel(evaluated(whole, {**values, **dict(zip("lr", ends, strict=False))}))
        # a product of three may be put together in any order
        sizes = [abs(float(evaluated(part, values))) for part in chain(node, ast.Mult)]
        far = float(np.abs(every - every[0]).max())
    exact = {*names(node)} <= sure if not parts else isinstance(getattr(node, "op", node), UNROUNDED_OPS)
    off = 0 if exact or not every.any() else unit * (1 + max(sizes) * (len(sizes) > 2))
    return float(every[0]), far + off
