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

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import islice, product
from math import isfinite, nan
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np

from bplit.calculus import derivative
from bplit.given import DIGITS, EXACT, rounded
from bplit.line import Line, Value, evaluated, names
from bplit.listing import Listing
from workings.check.changes import Slip, slips, within
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat

NOISE = 1e-13  # of a number: what floats do to the last of its 16 digits
SINGLE = 2.0**-23  # the step from one number of single precision to the next, of a number
SINGLE_DIGITS = 7  # so many digits single precision has; figures with more show it
SUBSETS = 8  # of so many printed figures every choice is tried
SINGLE_PASSES = 2000  # nobody prints more passes of single precision
PAPER = 100  # so many passes are calculated with rounded results
PAIRS = 60_000  # so many pairs of slips are tried for a figure, commonest first
PAIR_DIGITS = 7  # with fewer digits, out of so many pairs some fit by chance
WORK = 50_000_000  # so many lines are calculated in all searches for slips
LONG = 300  # so many passes go on without a look at them: quicker one slip at a time
MANY, FEW = 400, 12  # so many slips that give a figure are compared in all figures; in long runs
NEARLY = 5  # so many digits must be left where the last one is left out
TELLING = 3  # so much must speak for a slip that it is told from others
RIVALS = 3  # so many other explanations are written out
WIDTH = 88  # of a report
WORDS = ("agrees", "rounding", "follows", "wrong")
COUNTED = {"agrees": "agree", "rounding": "rounding", "follows": "follow", "wrong": "wrong"}


class Figure(NamedTuple):
    """A printed figure: after how many updates, under which name, its digits.

    ``at`` is the pass in which ``line`` calculates it; ``value`` is what is printed, ``unit`` the worth
    of its last digit.
    """

    after: int
    name: str
    printed: str
    at: int
    line: str
    value: float
    unit: float

    def __str__(self) -> str:
        return f"{self.name} after {self.after}" if self.after else self.name

    @property
    def digits(self) -> int:
        """How many digits are printed, from the first that is not 0."""
        return len(self.decimal.as_tuple().digits)

    @property
    def decimal(self) -> Decimal:
        """What is printed, as a decimal number."""
        return Decimal(self.printed.replace("−", "-"))

    def shown(self, value: float, more: int = 0) -> str:
        """Return a number to as many decimals as are printed, and to more if it would show no digit."""
        unit = Decimal(1).scaleb(int(self.decimal.as_tuple().exponent) - more)
        text = Decimal(repr(value)).quantize(unit, ROUND_HALF_UP, EXACT)
        if text and "e" not in self.printed.lower():
            return f"{text:f}"
        return f"{value or 0.0:.{max(self.digits, 3)}g}"  # a zero has no sign

    def is_(self, value: Value, noise: float = NOISE) -> Value:
        """Say whether a number, or each of many, has the printed digits, rounded."""
        few = min(1e-15, self.unit / 2)  # a sum of 0 may come out as 1e-17
        with np.errstate(invalid="ignore"):
            return np.abs(value - self.value) <= self.unit / 2 + noise * abs(self.value) + few

    def cut(self, value: Value, noise: float = NOISE) -> Value:
        """Say whether a number, or each of many, has the printed digits if the others are cut off."""
        sign = -1.0 if self.printed[0] in "-−" else 1.0
        with np.errstate(invalid="ignore"):
            rest = (sign * value - abs(self.value)) / self.unit
            size = abs(self.value) / self.unit
            return (rest >= -NOISE * size) & (rest < 1 - noise * size)


class Found(NamedTuple):
    """What explains a wrong figure: its words, the figures that it gives, and what speaks against it.

    ``equals`` are other explanations for which as much speaks, ``others`` is the number of those for which
    less does. ``breaks`` are figures that are right and would not be. ``printed`` says whether it gives the
    figure only from the printed ones above it, ``nearly`` whether its last digit is another.
    """

    slips: tuple[Slip, ...]
    says: str
    gives: tuple[Figure, ...]
    breaks: tuple[Figure, ...] = ()
    equals: tuple["Found", ...] = ()
    others: int = 0
    printed: bool = False
    nearly: bool = False

    @property
    def score(self) -> float:
        """How much speaks for it: the digits that it gives, less for what it breaks and for more slips."""
        return sum(f.digits for f in self.gives) - 2 * len(self.breaks) - max(0, len(self.slips) - 1)


class Verdict(NamedTuple):
    """What a printed figure is: one of `WORDS`, the exact value, and why."""

    figure: Figure
    exact: float
    word: str
    why: str = ""
    found: Found | None = None


class Report(NamedTuple):
    """The verdicts on all figures, in the order of the calculation."""

    verdicts: tuple[Verdict, ...]

    @property
    def right(self) -> bool:
        """Whether every figure agrees, or is explained by rounding."""
        return all(verdict.word in WORDS[:2] for verdict in self.verdicts)

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        rows = []
        for figure, exact, word, why, found in self.verdicts:
            row: dict[str, Any] = {"after": figure.after, "name": figure.name, "printed": figure.printed}
            row |= {"verdict": word, "exact": exact, "why": why}
            if found:
                row["slip"] = {
                    "kinds": [slip.kind for slip in found.slips],
                    "says": found.says,
                    "lines": {
                        name: ast.unparse(node) for slip in found.slips for name, node in slip.changes.items()
                    },
                    "gives": [str(other) for other in found.gives],
                    "breaks": [str(other) for other in found.breaks],
                    "rivals": [rival.says for rival in found.equals],
                    "others": found.others,
                }
            rows.append(row)
        return {"right": self.right, "counts": self.counts, "figures": rows}

    @property
    def counts(self) -> dict[str, int]:
        """How many figures got each verdict."""
        return {word: sum(v.word == word for v in self.verdicts) for word in WORDS}

    def __str__(self) -> str:
        wide = max((len(str(v.figure)) for v in self.verdicts), default=0)
        long = max((len(v.figure.printed) for v in self.verdicts), default=0)
        rows = []
        for figure, exact, word, why, _ in self.verdicts:
            row = f"{figure!s:{wide}}  {figure.printed:{long}}  {word:8}"
            row += f" {figure.shown(exact, more=word == 'rounding')}" if word != "agrees" else ""
            rows.append(row.rstrip())
            for line in why.splitlines():
                rows += wrap(line, WIDTH, initial_indent="    ", subsequent_indent="      ")
        counts = ", ".join(f"{n} {COUNTED[word]}" for word, n in self.counts.items() if n)
        first = next((v.figure for v in self.verdicts if v.word == "wrong"), None)
        rows.append(f"\n{len(self.verdicts)} figure{'s'[: len(self.verdicts) != 1]}: {counts or 'none'}.")
        if first:
            rows[-1] += f" The trouble starts at {first}."
        return "\n".join(rows)


class Lines:
    """The lines of a pass, in an order in which every slip can be calculated, and what is carried on.

    An update stands where its partial is known, and a line of the source's own right below what it uses.
    """

    def __init__(self, worked: Worked, means: Sequence[Line]) -> None:
        self.given, self.updates = worked.given, worked.updates
        moved = {name for stage in worked.stages if stage.kind == "update" for name in stage.names}
        waiting = [(line, {*line.uses}) for line in (*worked.listing.lines, *means)]
        waiting = [(line, uses) for line, uses in waiting if line.name in moved or line in means]
        self.lines: dict[str, Line] = {}
        known = set(worked.listing.inputs)

        def ready() -> None:
            while found := next((item for item in waiting if item[1] <= known), None):
                waiting.remove(found)
                self.lines[found[0].name] = found[0]
                known.add(found[0].name)

        trained = {*worked.updates, *moved}
        for line in worked.listing.lines:
            if line.name not in moved:
                if worked.means.get(line.name) not in trained:  # the partials of a layer stay together
                    ready()
                self.lines[line.name] = line
                known.add(line.name)
        ready()
        self.listing = Listing(tuple(self.lines.values()))
        self.place = {name: place for place, name in enumerate(self.lines)}

    def expressions(self, changes: Mapping[str, ast.expr]) -> Listing:
        """Return the lines with other expressions."""
        return Listing(
            tuple(
                line._replace(expression=changes.get(name, line.expression))
                for name, line in self.lines.items()
            )
        )

    def fits(self, slip: Slip) -> bool:
        """Say whether what the changed lines use stands above them."""
        return (
            all(
                name in self.lines
                and all(
                    self.place[use] < self.place[name] if use in self.place else use in self.given
                    for use in names(node)
                )
                for name, node in slip.changes.items()
            )
            and slip.given.keys() <= self.given.keys()
        )


class Some(dict[str, Value]):
    """The values of some worlds out of all, by name: cut out when they are asked for."""

    def __init__(self, values: Mapping[str, Value], rows: list[int]) -> None:
        self.all, self.rows = values, rows

    def __missing__(self, name: str) -> Value:
        value = self.all[name]
        return value[self.rows] if np.ndim(value) else value


class Worlds:
    """Many calculations side by side: a row for each choice of slips.

    In column 0 exact numbers are gone on with, in column 1 the printed figures wherever one is printed.
    """

    def __init__(
        self,
        lines: Lines,
        choices: Sequence[tuple[Slip, ...]],
        told: Mapping[tuple[int, str], float],
        aliases: Mapping[str, str],
    ) -> None:
        self.lines, self.choices, self.told, self.aliases = lines, choices, told, aliases
        self.state: dict[str, Value] = dict(lines.given)
        self.variants: dict[str, dict[int, tuple[ast.expr, list[int]]]] = {}
        for place, choice in enumerate(choices):
            for slip in choice:
                for name, node in slip.changes.items():
                    _, rows = self.variants.setdefault(name, {}).setdefault(id(node), (node, []))
                    rows.append(place)
                for name, value in slip.given.items():
                    if not np.ndim(self.state[name]):
                        self.state[name] = np.full((len(choices), 2), self.state[name])
                    self.state[name][place] = value
        self.at = 0

    def values(self) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return for the present pass what every line calculates, and what is gone on with."""
        calculated: dict[str, Value] = {}
        values: dict[str, Value] = dict(self.state)
        shape = (len(self.choices), 2)
        with np.errstate(all="ignore"):
            for name, line in self.lines.lines.items():
                seen = values
                if alias := self.aliases.get(name):  # what is printed of it is no reason for itself
                    seen = {**values, alias: calculated[alias]}
                value = evaluated(line.expression, seen)
                if name in self.variants:
                    value = np.array(np.broadcast_to(value, shape))
                    for node, rows in self.variants[name].values():
                        value[rows] = evaluated(node, Some(seen, rows))
                calculated[name] = value
                printed = self.told.get((self.at, name))
                if printed is not None:
                    value = np.array(np.broadcast_to(value, shape))
                    value[:, 1] = printed
                values[name] = value
        return calculated, values

    def forward(self, values: Mapping[str, Value], to: int) -> None:
        """Go on to a later pass."""
        self.state |= {name: values[new] for name, new in self.lines.updates.items()}
        self.at += 1
        while self.at < to and to - self.at < LONG:
            _, values = self.values()
            self.state |= {name: values[new] for name, new in self.lines.updates.items()}
            self.at += 1
        if self.at < to:
            self.leap(to)

    def leap(self, to: int) -> None:
        """Go on by many passes, one world after the other."""
        shape = (len(self.choices), 2)
        state = {name: np.array(np.broadcast_to(self.state[name], shape)) for name in self.lines.given}
        updates = self.lines.updates
        for row, choice in enumerate(self.choices):
            changes = {name: node for slip in choice for name, node in slip.changes.items()}
            listing = self.lines.expressions(changes)
            given = {name: float(state[name][row, 0]) for name in listing.inputs}
            try:
                last = repeat(listing, to - self.at, given, updates)
            except ValueError:  # a slip whose numbers leave all bounds explains nothing
                last = dict.fromkeys(listing.names, nan)
            for name, new in updates.items():
                state[name][row] = last[new], nan  # nobody prints so many passes for others to go on with
        self.state = state
        self.at = to

    def figures(self, figures: Sequence[Figure]) -> Value:
        """Return for each figure what each world calculates: an array of figures, choices and columns."""
        results = np.full((len(figures), len(self.choices), 2), np.nan)
        passes = sorted({figure.at for figure in figures})
        values: Mapping[str, Value] = {}
        for at in passes:
            if at > self.at:
                if not values:
                    _, values = self.values()
                self.forward(values, at)
            calculated, values = self.values()
            for place, figure in enumerate(figures):
                if figure.at == at:
                    results[place] = calculated.get(figure.line, values[figure.line])
        return results


class Checker:
    """Holds the figures of a file, the exact values, and what has been found so far."""

    def __init__(self, sheet: Sheet) -> None:
        meant = sheet.meant()
        lines, own = meant.listing.lines, len(meant.listing.lines) - len(sheet.means)
        self.sheet, self.worked = sheet, meant._replace(listing=Listing(lines[:own]))
        self.means = lines[own:]
        self.lines = Lines(self.worked, self.means)
        self.own = {line.name for line in self.means}
        self.figures = sorted(
            (self.figure(after, *item) for after, table in sheet.printed.items() for item in table.items()),
            key=self.order,
        )
        self.behind: dict[tuple[int, str], Figure] = {}  # the figure that is printed for a name in a pass
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
        self.verdicts: dict[Figure, Verdict] = {}
        self.findings: list[Found] = []
        self.singly: dict[int, dict[str, float]] = {}
        self.papers: dict[int, dict[tuple[int, str], float]] = {}
        self.variants: dict[int, Lines | None] = {}
        self.work = WORK
        self.fit = 0  # how many slips gave the last figure that was searched for

    def figure(self, after: int, name: str, printed: str) -> Figure:
        """Return a printed figure, with the pass and the line that calculate it."""
        at, line = after, name
        if after and name in self.worked.updates:  # a weight after n updates is what pass n - 1 made of it
            at, line = after - 1, self.worked.updates[name]
        number = Decimal(printed.replace("−", "-"))
        unit = float(Decimal(1).scaleb(int(number.as_tuple().exponent)))
        return Figure(after, name, printed, at, line, float(number), unit)

    def order(self, figure: Figure) -> tuple[int, int, bool]:
        """Return where a figure stands in the calculation: a multiple of a line right after it."""
        alias = self.alias(figure.line)
        name = alias[0] if alias else figure.line
        return figure.at, self.lines.place.get(name, -1), alias is not None

    def alias(self, name: str) -> tuple[str, float] | None:
        """Return the line that a source's own name is a multiple of, and the factor."""
        if name not in self.own:
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

    def report(self) -> Report:
        """Return the verdict on every figure."""
        for figure in self.figures:
            self.verdicts[figure] = self.first(figure)
        for figure in self.wrong():
            if figure in self.wrong():  # and not explained with one before it
                self.explain(figure)
        return Report(tuple(self.verdicts[figure] for figure in self.figures))

    def first(self, figure: Figure) -> Verdict:
        """Return the verdict on a figure, as far as no slip is asked for."""
        exact = self.value(figure)
        if figure.is_(exact):
            return Verdict(figure, exact, "agrees")
        if figure.cut(exact, noise=0):  # a program cuts off what floats made of 0.1
            return Verdict(figure, exact, "rounding", "The other digits are cut off, not rounded.")
        ways = [*self.from_printed(figure), *self.rounding(figure)]
        word, why = min(ways, key=lambda way: WORDS.index(way[0]), default=("wrong", ""))
        return Verdict(figure, exact, word, why)

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

    def from_printed(self, figure: Figure) -> list[tuple[str, str]]:
        """Say whether a figure follows from the printed ones before it: rounded ones, or wrong ones."""
        sources = self.sources(figure)
        far = len(sources[SUBSETS:])
        choices = [[*choice, *[False] * far] for choice in product((False, True), repeat=len(sources) - far)]
        masks = np.array([*sorted(choices, key=sum), [True] * len(sources)])  # the fewest figures first
        origin = {new: w for w, new in self.worked.updates.items()}
        put = {}
        for place, (at, name) in enumerate(sources):
            put[name if at == figure.at else origin[name]] = masks[:, place], self.told[at, name]
        values: dict[str, Value] = dict(self.exact[figure.at])
        with np.errstate(all="ignore"):
            for name in [*self.lines.given, *self.lines.lines] if sources else ():
                if name in self.lines.lines:
                    values[name] = evaluated(self.lines.lines[name].expression, values)
                if name == figure.line:
                    break
                if name in put:
                    mask, told = put[name]
                    values[name] = np.where(mask, told, values[name])
        results = np.broadcast_to(values[figure.line], len(masks))
        found: dict[str, str] = {}
        for mask in masks[(figure.is_(results) | figure.cut(results)) & masks.any(axis=1)]:
            word, those = self.standing(
                [self.behind[key] for key, on in zip(sources, mask, strict=True) if on]
            )
            found.setdefault(word, f"It follows from the printed {those}.")
        return [(word, found[word]) for word in WORDS if word in found]

    def standing(self, used: Sequence[Figure]) -> tuple[str, str]:
        """Return what a figure is that is calculated from printed ones, and which of them make it so."""
        wrong = [f for f in used if self.verdicts[f].word in WORDS[2:]]
        return "follows" if wrong else "rounding", ", ".join(map(str, wrong or used))

    def rounding(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Go through the ways in which rounding explains a figure."""
        places = -int(figure.decimal.as_tuple().exponent)
        if 0 <= places <= DIGITS and figure.at < PAPER:
            value = self.on_paper(places).get((figure.at, figure.line), nan)
            if figure.is_(value):
                yield "rounding", f"Every result is rounded to {places} decimals before it is used."
        yield from self.part_by_part(figure)
        if figure.digits > SINGLE_DIGITS and figure.at <= SINGLE_PASSES and not self.double:
            near = np.float32(self.single(figure))
            for number in (
                near,
                np.nextafter(near, np.float32(-np.inf)),
                np.nextafter(near, np.float32(np.inf)),
            ):
                if figure.is_(float(number)):
                    yield "rounding", "It is calculated in single precision."

    def part_by_part(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Try whether each operation of the line was rounded, from the exact values or the printed ones."""
        places = -int(figure.decimal.as_tuple().exponent)
        line = self.lines.lines.get(figure.line)
        if line is None or not 0 <= places <= DIGITS:
            return
        printed = {name: self.told[at, name] for at, name in self.sources(figure) if at == figure.at}
        why = f"Each part of the line is rounded to {places} decimals"
        for known in ({}, {name: printed[name] for name in line.uses if name in printed}):
            try:
                value = step_by_step(line.expression, {**self.exact[figure.at], **known}, places)
            except (ArithmeticError, ValueError):  # a part that is rounded to 0, and divided by
                continue
            if figure.is_(value):
                word, those = self.standing([self.behind[figure.at, name] for name in known])
                yield word, f"{why}, from the printed {those}." if known else f"{why}."

    def on_paper(self, places: int) -> dict[tuple[int, str], float]:
        """Return the values, by pass and name, if every result is rounded before it is used."""
        if places not in self.papers:
            found: dict[tuple[int, str], float] = {}
            given = self.worked.given
            for at in range(min(PAPER, max(figure.at for figure in self.figures) + 1)):
                try:
                    values = self.lines.listing.run({n: given[n] for n in self.lines.listing.inputs}, places)
                except ValueError:  # a divisor that is rounded to 0
                    break
                found |= {(at, name): values[name] for name in self.lines.lines}
                given = {**values, **{w: values[new] for w, new in self.worked.updates.items()}}
            self.papers[places] = found
        return self.papers[places]

    @cached_property
    def double(self) -> bool:
        """Whether a figure has right digits that single precision does not have."""
        shown = [f for f in self.figures if f.digits > SINGLE_DIGITS and f.at <= SINGLE_PASSES]
        return any(f.is_(self.value(f)) and not f.is_(self.single(f)) for f in shown)

    def single(self, figure: Figure) -> float:
        """Return the value of a figure, calculated in single precision."""
        if not self.singly:
            values = {name: np.array([value], "float32") for name, value in self.worked.given.items()}
            last = max(f.at for f in self.figures if f.at <= SINGLE_PASSES)
            with np.errstate(all="ignore"):
                for at in range(last + 1):
                    if at:
                        values |= {w: values[new] for w, new in self.worked.updates.items()}
                    for name, line in self.lines.lines.items():
                        values[name] = np.asarray(evaluated(line.expression, values), "float32")
                    if any(f.at == at for f in self.figures):
                        self.singly[at] = {name: float(value.item()) for name, value in values.items()}
        return self.singly[figure.at][figure.line]

    # The search: what gives exactly the printed digits?

    def explain(self, figure: Figure) -> None:
        """Find what explains a wrong figure, and say it also of the others that it gives."""
        found = self.by_count(figure) + self.by_known(figure) or self.by_slips(figure)
        if not found:
            says = (
                "Nothing that was tried gives it"
                if self.work > 0
                else "Not all was tried: the search is long"
            )
            self.say(figure, Found((), says, (figure,)))
            return

        def order(one: Found) -> tuple[float, bool, int]:
            """Put first what explains most, then a slip in the figure's own line, then what is common."""
            own = any(slip.changes.keys() == {figure.line} for slip in one.slips)
            return -one.score, not own, sum(slip.cost for slip in one.slips)

        best, *found = sorted(found, key=order)
        if best.gives == (figure,) and self.last_digit(figure):  # a slip would be too much of a reason
            best, found = self.by_digits(figure)[0], []
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
            why = f"It has the same cause as {start}."
            self.verdicts[figure] = old._replace(word="follows", why=why, found=found)

    def wrong(self) -> list[Figure]:
        """Return the figures that are wrong and not yet explained."""
        return [f for f, verdict in self.verdicts.items() if verdict.word == "wrong" and not verdict.why]

    def by_count(self, figure: Figure) -> list[Found]:
        """Try the figure of a pass more or less."""
        found = []
        for shift in (-1, 1) if figure.line not in self.worked.given else ():
            if figure.at + shift >= 0 and figure.is_(self.value(figure, shift)):
                others = [f for f in self.wrong() if f.at + shift >= 0 and f.is_(self.value(f, shift))]
                says = f"It is the figure after {counted(figure.after + shift)}"
                found.append(Found((), says, tuple(others)))
        return found

    def by_known(self, figure: Figure) -> list[Found]:
        """Try the slips that were found before, in a pass more or less."""
        found = []
        for known in self.findings:
            for shift in (-1, 1):
                if known.slips and figure.at + shift >= 0:
                    values = self.worlds([known.slips], [figure._replace(at=figure.at + shift)])
                    if figure.is_(float(values[0, 0, 0])):
                        says = f"{known.says}, and it is the figure after {counted(figure.after + shift)}"
                        found.append(known._replace(says=says, gives=(figure,), breaks=()))
        return found

    def worlds(self, choices: Sequence[tuple[Slip, ...]], figures: Sequence[Figure]) -> Value:
        """Return what each choice of slips calculates for each figure: (figures, choices, columns)."""
        plain = [n for n, choice in enumerate(choices) if not any(slip.worked for slip in choice)]
        results = np.full((len(figures), len(choices), 2), np.nan)
        if plain:
            worlds = Worlds(self.lines, [choices[n] for n in plain], self.told, self.aliases)
            results[:, plain] = worlds.figures(figures)
        for n in sorted({*range(len(choices))} - {*plain}):
            choice = choices[n]
            lines = self.lines_of(next(slip for slip in choice if slip.worked))
            if lines is None:
                continue
            here = [f for f in figures if f.line in lines.lines]
            rest = tuple(slip for slip in choice if not slip.worked)
            if all(lines.fits(slip) for slip in rest):
                part = Worlds(lines, [rest], self.told, self.aliases).figures(here)
                for place, figure in enumerate(figures):
                    if figure in here:
                        results[place, n] = part[here.index(figure), 0]
        return results

    def lines_of(self, slip: Slip) -> Lines | None:
        """Return the lines of a slip that takes another rule, or None if [means] needs names it lacks."""
        if id(slip) not in self.variants and slip.worked:
            try:
                self.variants[id(slip)] = Lines(slip.worked, self.means)
            except ValueError:
                self.variants[id(slip)] = None
        return self.variants[id(slip)]

    @cached_property
    def singles(self) -> list[tuple[Slip, ...]]:
        """The slips that can be calculated, each alone."""
        every = slips(self.sheet, self.means)
        return [(slip,) for slip in every if slip.worked or self.lines.fits(slip)]

    @cached_property
    def base(self) -> dict[Figure, Value]:
        """What is calculated for each figure without a slip, from exact numbers and from printed ones."""
        return dict(zip(self.figures, self.worlds([()], self.figures)[:, 0], strict=True))

    @cached_property
    def given_by_singles(self) -> dict[Figure, Value]:
        """What each single slip gives for the wrong figures of the first passes, calculated in one go."""
        early = [f for f in self.wrong() if self.cost(f) * len(self.singles) <= self.work // 2]
        self.work -= max(map(self.cost, early), default=0) * len(self.singles)
        return dict(zip(early, self.worlds(self.singles, early), strict=True)) if early else {}

    def by_slips(self, figure: Figure) -> list[Found]:
        """Try every slip, also with one that was found before; then slips of the pen; then pairs of slips."""
        values = self.given_by_singles.get(figure)
        if values is None:
            some = self.affordable(figure, self.singles)
            values = self.worlds(some, [figure])[0]
        touched = np.any(np.abs(values - self.base[figure]) > NOISE * np.abs(values), axis=1)
        choices = [choice for choice, on in zip(self.singles, touched, strict=False) if on]
        values = values[touched]
        single = figure.digits > SINGLE_DIGITS and not self.double
        return (
            self.matching(figure, choices, values)
            or self.by_one_more(figure)
            or self.matching(figure, choices, values, cut=True)
            or (self.matching(figure, choices, values, 4 * SINGLE) if single else [])
            or self.by_digits(figure)
            or self.by_one_digit(figure, choices, values)
            or self.by_pairs(figure, {id(choice[0]) for choice in choices})
            or self.nearly(figure, choices, values)
        )

    def by_one_digit(self, figure: Figure, choices: Sequence[tuple[Slip, ...]], values: Value) -> list[Found]:
        """Try whether one digit was copied wrongly after a slip."""
        found = {}
        for choice, row in zip(choices, values, strict=True) if figure.digits > SINGLE_DIGITS else ():
            for text in {figure.shown(value) for value in map(float, row) if isfinite(value)}:
                other = [a != b for a, b in zip(text, figure.printed, strict=False)]
                if len(text) == len(figure.printed) and sum(other) == 1:
                    says = f"{choice[0]}; and of that figure, {text}, one digit is another"
                    found[says] = Found(choice, says, (figure,))
        self.fit = len(found)
        return [*found.values()]

    def nearly(self, figure: Figure, choices: Sequence[tuple[Slip, ...]], values: Value) -> list[Found]:
        """Try every slip again, and leave the last digit out: it may be that of rounded results."""
        if figure.digits <= NEARLY or not figure.value:
            return []
        found = self.matching(figure, choices, values, noise=9 * figure.unit / abs(figure.value))
        return [f._replace(nearly=True) for f in found]

    def by_pairs(self, figure: Figure, touching: set[int]) -> list[Found]:
        """Try pairs of slips, of which one at least changes the figure."""
        every = in_order([slip for (slip,) in self.singles if not slip.worked])
        some = ((a, b) for a, b in every if id(a) in touching or id(b) in touching)
        enough = sum(f.digits for f in self.wrong()) >= PAIR_DIGITS
        pairs = self.affordable(figure, some) if enough else []
        found = self.matching(figure, pairs, self.worlds(pairs, [figure])[0]) if pairs else []
        return [f for f in found if f.score >= PAIR_DIGITS]

    def by_one_more(self, figure: Figure) -> list[Found]:
        """Try a slip that was found before together with another one; it must still give what it gave."""
        for old in self.findings:
            known = [f.slips[0] for f in (old, *old.equals) if len(f.slips) == 1 and not f.slips[0].worked]
            others = [slip for (slip,) in self.singles if not slip.worked]
            pairs = self.affordable(figure, ((a, b) for a in known for b in others if apart(a, b)))
            before = {f: self.verdicts[f] for f in old.gives}
            for f, verdict in before.items():
                self.verdicts[f] = verdict._replace(word="wrong", why="", found=None)
            found = self.matching(figure, pairs, self.worlds(pairs, [figure])[0]) if pairs else []
            enough = [f for f in found if f.score >= PAIR_DIGITS]
            if found := [new for new in enough if {*old.gives} <= {*new.gives}]:
                self.findings.remove(old)
                return found
            self.verdicts |= before
        return []

    def cost(self, figure: Figure) -> int:
        """Return how many lines are calculated up to a figure."""
        return (figure.at + 1) * len(self.lines.lines)

    def affordable(self, figure: Figure, every: Iterable[tuple[Slip, ...]]) -> list[tuple[Slip, ...]]:
        """Return as many choices of slips as the work that is left allows."""
        some = [*islice(every, max(0, min(PAIRS, self.work // self.cost(figure))))]
        self.work -= len(some) * self.cost(figure)
        return some

    def matching(
        self,
        figure: Figure,
        choices: Sequence[tuple[Slip, ...]],
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
        compared = good[:MANY]
        if self.figures[-1].at > LONG and len(good) > FEW:  # those that give most of the figures before
            early = [f for f in self.wrong() if f.at <= LONG]
            rows = self.worlds(compared, early)
            hits = sum(f.digits * f.is_(row, noise).any(axis=1) for f, row in zip(early, rows, strict=True))
            compared = [compared[n] for n in np.argsort(-hits, kind="stable")[:FEW]]
        table = self.worlds(compared, self.figures)
        wrong = {*self.wrong()}
        gives, breaks = {}, {}
        for f, rows in zip(self.figures, table, strict=True):
            hit = f.is_(rows, noise if f == figure else min(noise, 4 * SINGLE)) | (
                f.cut(rows) if cut or f != figure else False
            )
            if f in wrong:
                gives[f] = hit
            elif self.verdicts[f].word == "agrees":
                breaks[f] = ~hit & f.is_(
                    self.base[f]
                )  # what the printed figures break is no fault of the slip
        found = []
        for n, choice in enumerate(compared):
            every = [
                Found(
                    choice,
                    ", and ".join(map(str, choice)),
                    tuple(f for f, hit in gives.items() if hit[n, column]),
                    tuple(f for f, miss in breaks.items() if miss[n, column]),
                    printed=bool(column) and not gives[figure][n, 0],
                )
                for column in (0, 1)
                if gives[figure][n, column]
            ]
            best = max(every, key=lambda f: f.score)
            if best.score > 0:  # otherwise more speaks against it than for it
                found.append(best)
        return found

    def last_digit(self, figure: Figure) -> bool:
        """Say whether only the last digit of a figure is wrong, by 1, and it is not the only one."""
        return figure.digits >= 3 and abs(figure.value - self.value(figure)) < 1.5 * figure.unit

    def by_digits(self, figure: Figure) -> list[Found]:
        """Try slips of the pen: the last digit, two exchanged, one wrong, another quantity's figure."""
        found = []
        exact = figure.shown(self.value(figure))
        if self.last_digit(figure):
            return [Found((), f"It is off by 1 in the last place: {exact} is right", (figure,))]
        if len(exact) == len(figure.printed):
            other = [n for n, (a, b) in enumerate(zip(exact, figure.printed, strict=True)) if a != b]
            if len(other) == 2 and other[1] == other[0] + 1:
                a, b = other
                if (exact[a], exact[b]) == (figure.printed[b], figure.printed[a]):
                    found.append(Found((), "Two digits have changed places", (figure,)))
            if len(other) == 1 and figure.digits >= 4:
                found.append(Found((), f"It differs from the right one, {exact}, in one digit", (figure,)))
        if figure.digits >= 3:
            for name, value in self.exact[figure.at].items():
                if name in self.lines.lines and name != figure.line and figure.is_(value):
                    found.append(Found((), f"It is the figure of {name}", (figure,)))
        return found


def in_order(slips: Sequence[Slip]) -> Iterator[tuple[Slip, Slip]]:
    """Go through the pairs of slips that change different things, the commonest first."""
    for total in range(2 * len(slips)):
        for i in range(max(0, total - len(slips) + 1), (total + 1) // 2):
            a, b = slips[i], slips[total - i]
            if apart(a, b):
                yield a, b


def apart(a: Slip, b: Slip) -> bool:
    """Say whether two slips change different things."""
    return not (
        (a.worked and b.worked) or a.changes.keys() & b.changes.keys() or a.given.keys() & b.given.keys()
    )


def counted(n: int) -> str:
    """Return a number of updates in words."""
    return f"{n} update{'s'[: n != 1]}"


def described(found: Found, figure: Figure) -> str:
    """Return what explains a figure as a person reads it."""
    more = [str(other) for other in found.gives if other != figure]
    also = f"So {'are' if len(more) > 1 else 'is'} {', '.join(more)}." if more else ""
    if not found.slips:
        others = [f"Or: {other.says}." for other in found.equals[:RIVALS]]
        return "\n".join(filter(None, [f"{found.says}.", also, *others]))
    wider = [
        o for o in found.equals if len(o.slips) == 1 == len(found.slips) and within(*found.slips, *o.slips)
    ]
    equals = [other.says for other in found.equals if other not in wider]
    if found.score < TELLING:
        fit = "; or ".join([found.says, *equals[:RIVALS]])
        count = 1 + len(found.equals) + found.others
        text = f"{count} slips fit, such as" if count > 1 else "One slip fits"
        return f"Too few digits to tell why. {text}: {fit}."
    start = "From the printed figures above, it" if found.printed else "It"
    as_printed = "nearly as printed, but for the last digit," if found.nearly else "as printed"
    rows = [f"{start} is {as_printed} if {found.says}.", also]
    if found.breaks:
        rows.append(f"Against it speaks that {', '.join(map(str, found.breaks))} would then be different.")
    if wider:
        rows.append("Made in more lines, the slip gives these digits too.")
    if equals:
        rows.append(f"They also come if {'; or '.join(equals[:RIVALS])}.")
    if rest := max(0, len(equals) - RIVALS) + found.others:
        slips, them = ("slips", "them") if rest > 1 else ("slip", "it")
        rows.append(f"{rest} more {slips} would give this figure; another figure may rule {them} out.")
    return "\n".join(filter(None, rows))


def step_by_step(node: ast.expr, values: Mapping[str, float], places: int) -> float:
    """Return the value of an expression, each operation rounded to so many decimals."""
    match node:
        case ast.UnaryOp(operand=operand):
            return -step_by_step(operand, values, places)
        case ast.BinOp(left=left, op=op, right=right):
            parts = {"l": step_by_step(left, values, places), "r": step_by_step(right, values, places)}
            whole = ast.BinOp(ast.Name("l"), op, ast.Name("r") if not isinstance(op, ast.Pow) else right)
            with np.errstate(all="raise", under="ignore"):
                return rounded(float(evaluated(whole, parts)), places)
        case ast.Call(func=function, args=[argument]):
            inner = {"t": step_by_step(argument, values, places)}
            return rounded(float(evaluated(ast.Call(function, [ast.Name("t")], []), inner)), places)
    return float(evaluated(node, values))


def check(sheet: Sheet) -> Report:
    """Return the verdict on every printed figure of a network file.

    Raises ValueError if there is none, and if the calculation leaves the range of numbers.
    """
    if not any(sheet.printed.values()):
        raise ValueError("printed: expected figures to check, got none")
    return Checker(sheet).report()


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


def slipped(sheet: Sheet, *made: Slip) -> Worked:
    """Return the worked listing of a network file with slips made in it."""
    worked = next((slip.worked for slip in made if slip.worked), None) or sheet.worked()
    listing = Lines(worked, ()).expressions(
        {name: node for slip in made for name, node in slip.changes.items()}
    )
    given = worked.given | {name: value for slip in made for name, value in slip.given.items()}
    return worked._replace(listing=listing, given={name: given[name] for name in listing.inputs})


def outcome(sheet: Sheet, *made: Slip, after: int = 0) -> dict[str, float]:
    """Return the value of every name in the pass after so many updates, with slips made in every pass.

    >>> from workings.net import TEMPLATE, parsed
    >>> sheet = parsed(TEMPLATE, "network.toml")
    >>> slip = next(slip for slip in slips(sheet) if slip.kind == "updated weights" and len(slip.changes) > 1)
    >>> print(f"{outcome(sheet, after=1)['E']:.9f} {outcome(sheet, slip, after=1)['E']:.9f}")
    0.291027774 0.291027924
    """
    worked = slipped(sheet, *made)
    return repeat(worked.listing, after + 1, worked.given, worked.updates)
