"""A table of wrong answers: the slips of a network file, each with the digits that it gives.

Slips that give the same digits share a row: what differs from the right figures of the first pass, and the
loss of the second. The likely slips depend on no given number: they can be run at anybody's own.

>>> from workings.net import TEMPLATE, parsed
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> lookup(sheet, 6).row("path forgotten", "delta_h1").figures["dE_dw1"], likely(sheet)[0].kind
('0.000668', 'updated weights')
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from bplit.line import Value, evaluated
from workings.check.changes import minus, said, ten_times
from workings.check.mistakes import Slip, slip_of, slips
from workings.check.roles import Roles
from workings.check.worlds import Lines, outcome, slipped
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat
from workings.write.formulas import Markdown
from workings.write.languages import TEXT, Written, written

SIZES = ("sign", "half", "double")
# Of these there would be much.
SELDOM = (
    *("decimal point", "another name", "factor forgotten", "sign of a term", "one term"),
    *("slope twice", "rate in the partial", "activation twice", "slope of another", "outer product"),
)
EXACTLY = 12  # in so many digits the losses of a hidden slip are compared
SPACE = "\N{NO-BREAK SPACE}"
EQUALS = f"{SPACE}={SPACE}"  # a figure stays in one piece
FAR = 100  # in so many passes
ROOM = 60_000  # so many characters the mistakes of a network have together
AT_RANDOM = 3  # at so many random numbers two mistakes are compared: at one a relu may be off
NEGLIGIBLE = 1e-14  # what is smaller may be what is left of a difference


class Answer(NamedTuple):
    """Slips that give the same digits, the figures that are not the right ones, and the next loss.

    ``differs`` is the pass in which the loss first differs, if the first pass hides the slips; 0 if none is.
    """

    part: str
    slips: tuple[Slip, ...]
    figures: Mapping[str, str]
    after: str
    differs: int | None = None


class Lookup(NamedTuple):
    """The right figures of the first pass by name, the right next loss, and a row for each wrong answer."""

    name: str
    loss: str
    right: Mapping[str, str]
    after: str
    rows: tuple[Answer, ...]

    def row(self, kind: str, *changed: str) -> Answer:
        """Return the row of the slip of a kind that changes these lines, and no others."""
        for row in self.rows:
            if any(slip.kind == kind and {*slip.changes} == {*changed} for slip in row.slips):
                return row
        raise ValueError(f"kind: expected a slip of the table, got {kind} in {', '.join(changed)}")

    def answers(self) -> Markdown:
        """Return the right figures as a list."""
        return Markdown(f"{said('right')}\n: {in_one(self.right)}, {self.next(self.after)}")

    def wrong(self, part: str) -> Markdown:
        """Return the rows of a part as a list, each with an anchor."""
        texts = []
        for row, anchor in zip(self.rows, self.anchors(), strict=True):
            if row.part == part and row.differs is None:
                first, *others = told_apart(row.slips)
                figures = ", ".join(filter(None, [in_one(row.figures), self.next(row.after)]))
                same = f"\n: {said('same digits', slips='; '.join(others))}" if others else ""
                texts.append(f'<span id="{anchor}"></span>{first}\n: {figures}{same}')
        return Markdown("\n\n".join(texts))

    def next(self, digits: str) -> str:
        """Return the loss of the second pass as a text."""
        return said("next loss", loss=self.loss, digits=digits).replace(" ", SPACE)

    def unseen(self) -> Markdown:
        """Return the rows that the first pass hides: when the loss first differs, and all slips of a row."""
        texts = []
        hidden = [row for row in self.rows if row.differs is not None]
        for row in sorted(hidden, key=lambda row: row.differs or FAR + 1):
            key = "first differs" if row.differs else "no difference"
            first = said(key, loss=self.loss, number=row.differs, count=FAR)
            texts.append("\n: ".join([first, *told_apart(row.slips)]))
        return Markdown("\n\n".join(texts))

    def anchors(self) -> list[str]:
        """Return a name for each row, to link to."""
        stems = [re.sub(r"\W+", "-", f"{self.name} {row.slips[0].kind}".lower()) for row in self.rows]
        return [f"{stem}-{stems[: n + 1].count(stem)}" for n, stem in enumerate(stems)]


def lookup(sheet: Sheet, places: int, name: str = "slip") -> Lookup:
    """Return the table of a network file, its figures with so many decimals; anchors begin with the name."""
    roles = Roles(sheet.worked())
    right, after = digits(sheet, places)
    losses_right = [*losses(sheet)]
    rows: dict[tuple[int | None, str, tuple[tuple[str, str], ...]], list[Slip]] = {}
    for slip in slips(sheet):
        if flood(slip, roles):
            continue
        try:
            other, last = digits(sheet, places, slip)
        except ValueError:  # it leaves the range of numbers, and gives no digits
            continue
        unlike = tuple((name, text) for name, text in other.items() if right.get(name) != text)
        differs = None
        if not unlike and last == after:
            pairs = zip(losses(sheet, slip), losses_right, strict=True)
            differs = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 0)
        rows.setdefault((differs, last, unlike), []).append(slip)
    answers = tuple(
        Answer(section(made[0], roles), tuple(made), dict(unlike), last, differs)
        for (differs, last, unlike), made in rows.items()
    )
    return Lookup(name, roles.worked.loss, right, after, answers)


def flood(slip: Slip, roles: Roles) -> bool:
    """Say whether a slip is left out of the table."""
    if slip.given:
        trained = any(roles.what(name) in ("weight", "bias") for name in slip.given)
        seldom = trained and slip.kind not in ("transposed", "transposed digits")
        return seldom or slip.kind == "numbers exchanged"
    if slip.kind in SIZES:
        return section(slip, roles) == "forward" or (slip.kind != "sign" and len(slip.changes) == 1)
    return slip.kind in SELDOM


def section(slip: Slip, roles: Roles) -> str:
    """Return in which part a slip is made: forward, loss, output, hidden, update, numbers or rules."""
    if not slip.changes:
        return "numbers" if slip.given else "rules"
    role = roles.role(min(slip.changes, key=roles.worked.listing.names.index))
    if role.what in ("delta", "partial"):
        return "output" if role.layer == len(roles.layers) else "hidden"
    return role.what if role.what in ("loss", "update") else "forward"


def digits(sheet: Sheet, places: int, *made: Slip) -> tuple[dict[str, str], str]:
    """Return the digits of a first pass with slips, by name, and those of the loss of the second pass."""
    worked, values = slipped(sheet, *made), outcome(sheet, *made)
    deltas = {name for layer in worked.layers for name in layer.deltas}
    shown = {*worked.layers[-1].outs, worked.loss, *worked.means, *worked.updates.values()} - deltas
    texts = {name: f"{values[name]:.{places}f}" for name in worked.listing.names if name in shown}
    return texts, f"{outcome(sheet, *made, after=1)[worked.loss]:.{places}f}"


def losses(sheet: Sheet, *made: Slip) -> Iterator[str]:
    """Go through the losses of many passes, with slips made in every pass."""
    worked = slipped(sheet, *made)
    state = dict(worked.given)
    for _ in range(FAR):
        values = repeat(worked.listing, 1, state, worked.updates)
        yield f"{values[worked.loss]:.{EXACTLY}g}"
        state |= {name: values[new] for name, new in worked.updates.items()}


def in_one(figures: Mapping[str, str]) -> str:
    """Return figures by name as a text; those of the same digits stand together."""
    names: dict[str, list[str]] = {}
    for name, text in figures.items():
        names.setdefault(text, []).append(name)
    return ", ".join(EQUALS.join([*those, text]) for text, those in names.items())


def told_apart(slips: Sequence[Slip]) -> list[str]:
    """Return slips of the same digits as texts; one that makes another in fewer lines is told with that."""
    lines = [slip.changes.items() for slip in slips]
    texts = []
    for slip, made in zip(slips, lines, strict=True):
        if not made or not any(made < other for other in lines):
            fewer = [said("only in", lines=", ".join(dict(o))) for o in lines if o and o < made]
            says = slip.says.replace(" * ", TEXT.times).replace(" - ", f" {TEXT.minus} ")
            line = slip._replace(says=says).text(lambda node: written(Written(node), TEXT))
            texts.append("".join([line, *fewer]))
    return texts


class Calculation:
    """A worked listing at numbers, at many at once if they are arrays, and what a mistake makes of it."""

    def __init__(self, worked: Worked, given: Mapping[str, Value]) -> None:
        self.lines, self.right = Lines(worked, ()), dict(given)
        with np.errstate(all="ignore"):
            for name, line in self.lines.lines.items():
                self.right[name] = evaluated(line.expression, self.right)
        self.digits = {name: figures_of(value) for name, value in self.right.items()}

    def wrong(self, mistake: Slip) -> dict[str, Value]:
        """Return what a mistake gives for the lines of which it gives anything else, by name."""
        values, found = dict(self.right), dict[str, Value]()
        changed = {*mistake.given}
        with np.errstate(all="ignore"):
            values |= {name: evaluated(node, self.right) for name, node in mistake.given.items()}
            for name, line in self.lines.lines.items():
                if name in mistake.changes or not changed.isdisjoint(self.lines.uses[name]):
                    values[name] = evaluated(mistake.changes.get(name, line.expression), values)
                    if figures_of(values[name]) != self.digits[name]:
                        found[name] = values[name]
                        changed.add(name)
        return found


def likely(sheet: Sheet, room: int = ROOM) -> list[Slip]:
    """Return the likely mistakes of a network, likeliest first, no two of which give the same numbers.

    What few people do comes last, and only if there is room for it; each kind of mistake gets as much room.
    """
    roles = Roles(sheet.worked())
    generic = Calculation(roles.worked, numbers_at_random(roles))
    found = [(flood(slip, roles), slip) for slip in [*of_lines(sheet, generic.lines), *of_given(roles)]]
    spent = Counter[tuple[bool, str]]()
    turns = []
    for place, (seldom, slip) in enumerate(sorted(found, key=lambda one: (one[0], one[1].cost))):
        nodes = {**slip.changes, **slip.given}
        # about how many characters it has as JSON
        size = 16 + len(slip.says) + sum(8 + len(name) + len(ast.unparse(nodes[name])) for name in nodes)
        spent[seldom, slip.kind] += size
        turns.append((seldom, spent[seldom, slip.kind], place, size, slip))
    kept: dict[object, tuple[int, Slip]] = {}
    for _, _, place, size, slip in sorted(turns):
        if size <= room and (wrong := generic.wrong(slip)):
            numbers = frozenset((name, figures_of(value)) for name, value in wrong.items())
            room -= size * (numbers not in kept)
            kept[numbers] = min((place, slip), kept.get(numbers, (place, slip)))
    return [slip for _, slip in sorted(kept.values())]


def figures_of(value: Value) -> tuple[str, ...]:
    """Return numbers to as many digits as floats that mean the same have in common, whatever their order."""
    return tuple(f"{0 if abs(x) <= NEGLIGIBLE else x:.9g}" for x in np.ravel(value).tolist())


def numbers_at_random(roles: Roles) -> dict[str, Value]:
    """Return random numbers for all that is given: weights, biases and inputs of both signs."""
    random, numbers = Random(0), {}
    for name in roles.worked.given:
        signs = (1, -1) if roles.what(name) in ("weight", "bias", "x") else (1,)
        numbers[name] = np.array([random.choice(signs) * random.uniform(0.1, 0.9) for _ in range(AT_RANDOM)])
    return numbers


def of_lines(sheet: Sheet, lines: Lines) -> Iterator[Slip]:
    """Go through the slips that write lines otherwise, some of them by another rule."""
    right = {name: ast.unparse(line.expression) for name, line in lines.lines.items()}
    for slip in slips(sheet):
        changes = slip.changes
        if slip.worked:
            other = {line.name: line.expression for line in slip.worked.listing.lines}
            changes = {name: node for name, node in other.items() if right.get(name) != ast.unparse(node)}
        made = Slip(slip.kind, slip.says, changes)
        if changes and lines.fits(made):
            yield made


def of_given(roles: Roles) -> Iterator[Slip]:
    """Go through the given numbers that are copied wrongly: by columns, a sign, a point, exchanged."""
    turned, given = roles.maps["turned"], roles.worked.given
    for n, layer in enumerate(roles.layers, 1):
        rows = {w: ast.Name(turned[w]) for row in layer.weights for w in row if w in turned}
        yield slip_of("transposed", rows, layer=n)
    for name in given:
        node = ast.Name(name)
        yield slip_of("minus lost", {name: minus(node)}, name=name, new=f"-{name}")
        for moved in ten_times(node, name):
            yield slip_of("size * ten", {name: moved.node}, old=moved.old)
    for a, b in roles.together():
        yield slip_of("numbers exchanged", {a: ast.Name(b), b: ast.Name(a)}, old=a, new=b)
