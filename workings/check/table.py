"""A table of wrong answers: the slips of a network file, each with the digits that it gives.

Slips that give the same digits share a row. A row has what differs from the right figures of the first
pass, and the loss of the second.

>>> from workings.net import TEMPLATE, parsed
>>> table = lookup(parsed(TEMPLATE, "network.toml"), 9)
>>> row = table.row("path forgotten", "delta_h1")
>>> print(row.slips[0])
only the path through delta_o1 is followed back: delta_h1 = delta_o1 * w5 * out_h1 * (1 - out_h1)
>>> print(row.figures["dE_dw1"], "and not", table.right["dE_dw1"])
0.000668396 and not 0.000438568
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workings.check.changes import Changes, Slip, slips, within
from workings.check.figures import outcome, slipped
from workings.net.files import Sheet
from workings.net.writer import Worked
from workings.speed import repeat
from workings.write.formulas import Markdown
from workings.write.languages import TEXT, Written, written

PARTS = ("forward", "loss", "output", "hidden", "update", "numbers", "rules")  # where a slip is made
SIZES = ("sign", "half", "double")
EXACTLY = 12  # in so many digits the losses of a hidden slip are compared
EQUALS = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"  # a figure stays in one piece
FAR = 100  # in so many passes


class Row(NamedTuple):
    """Slips that give the same digits: the figures that are not the right ones, and the next loss.

    ``differs`` is the pass in which the loss first differs, if the first pass hides the slips, or 0 for
    one that makes no difference to any.
    """

    part: str
    slips: tuple[Slip, ...]
    figures: Mapping[str, str]
    after: str
    differs: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether no figure of the first pass differs."""
        return self.differs is not None


class Lookup(NamedTuple):
    """The right figures of the first pass by name, the right next loss, and a row for each wrong answer."""

    name: str
    loss: str
    right: Mapping[str, str]
    after: str
    rows: tuple[Row, ...]

    def row(self, kind: str, *changed: str) -> Row:
        """Return the row of the slip of a kind that changes these lines, and no others."""
        for row in self.rows:
            if any(slip.kind == kind and {*slip.changes} == {*changed} for slip in row.slips):
                return row
        raise ValueError(f"kind: expected a slip of the table, got {kind} in {', '.join(changed)}")

    def answers(self) -> Markdown:
        """Return the right figures as a list."""
        return Markdown(f"right\n: {said(self.right)}, {self.next(self.after)}")

    def wrong(self, part: str) -> Markdown:
        """Return the rows of a part as a list, each with an anchor."""
        texts = []
        for row, anchor in zip(self.rows, self.anchors(), strict=True):
            if row.part == part and not row.hidden:
                first, *others = described(row.slips)
                figures = ", ".join(filter(None, [said(row.figures), self.next(row.after)]))
                same = f"\n: The same digits: {'; '.join(others)}." if others else ""
                texts.append(f'<span id="{anchor}"></span>{first}\n: {figures}{same}')
        return Markdown("\n\n".join(texts))

    def next(self, digits: str) -> str:
        """Return the loss of the second pass as a text."""
        return f"{self.loss} of pass 2 = {digits}".replace(" ", "\N{NO-BREAK SPACE}")

    def unseen(self) -> Markdown:
        """Return the rows that the first pass hides: when the loss first differs, and all slips of a row."""
        texts = []
        for row in sorted((row for row in self.rows if row.hidden), key=lambda row: row.differs or FAR + 1):
            first = f"first differs in pass {row.differs}" if row.differs else f"is right for {FAR} passes"
            texts.append("\n: ".join([f"{self.loss} {first}", *described(row.slips)]))
        return Markdown("\n\n".join(texts))

    def anchors(self) -> list[str]:
        """Return a name for each row, to link to."""
        seen: dict[str, int] = {}
        found = []
        for row in self.rows:
            stem = re.sub(r"\W+", "-", f"{self.name} {row.slips[0].kind}".lower())
            seen[stem] = seen.get(stem, 0) + 1
            found.append(f"{stem}-{seen[stem]}")
        return found


def lookup(sheet: Sheet, places: int, name: str = "slip") -> Lookup:
    """Return the table of a network file, its figures with so many decimals; anchors begin with the name.

    Left out is what few people do and what there would be much of: half, double and a turned sign in the
    forward pass, half and double of a single line, and a decimal point or a minus but in an input, a
    target or the rate.
    """
    worked = sheet.worked()
    changes = Changes(worked)
    right, after = digits(sheet, places)
    runs = {0: [*losses(sheet)]}
    rows: dict[tuple[str, ...], list[Slip]] = {}
    for slip in slips(sheet):
        if flood(slip, worked, changes):
            continue
        try:
            other, last = digits(sheet, places, slip)
        except ValueError:  # it leaves the range of numbers, and gives no digits
            continue
        unlike = [f"{name} {text}" for name, text in other.items() if right.get(name) != text]
        pass_ = ""
        if not unlike and last == after:
            pairs = zip(losses(sheet, slip), runs[0], strict=True)
            pass_ = str(next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 0))
        rows.setdefault((pass_, last, *unlike), []).append(slip)
    found = []
    for (pass_, last, *unlike), made in rows.items():
        figures = dict(text.split() for text in unlike)
        part = part_of(made[0], worked, changes)
        found.append(Row(part, tuple(made), figures, last, int(pass_) if pass_ else None))
    return Lookup(name, worked.loss, right, after, tuple(found))


def flood(slip: Slip, worked: Worked, changes: Changes) -> bool:
    """Say whether a slip is left out of the table."""
    if slip.given:
        layers = worked.layers
        learnt = {name for layer in layers for row in (*layer.weights, layer.biases or ()) for name in row}
        return slip.kind != "transposed digits" and bool(learnt & slip.given.keys())
    if slip.kind in SIZES:
        forward = part_of(slip, worked, changes) == "forward"
        return forward or (slip.kind != "sign" and len(slip.changes) == 1)
    return slip.kind == "decimal point"


def part_of(slip: Slip, worked: Worked, changes: Changes) -> str:
    """Return in which part of the calculation a slip is made: one of `PARTS`."""
    if not slip.changes:
        return "numbers" if slip.given else "rules"
    role = changes.roles.get(min(slip.changes, key=worked.listing.names.index))
    if role is None:  # a line of a softmax
        return "forward"
    if role.what in ("delta", "partial"):
        return "output" if role.layer == len(worked.layers) else "hidden"
    return role.what if role.what in PARTS else "forward"


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


def said(figures: Mapping[str, str]) -> str:
    """Return figures by name as a text; those of the same digits stand together."""
    names: dict[str, list[str]] = {}
    for name, text in figures.items():
        names.setdefault(text, []).append(name)
    return ", ".join(EQUALS.join([*those, text]) for text, those in names.items())


def described(slips: Sequence[Slip]) -> list[str]:
    """Return slips of the same digits as texts; one that makes another in fewer lines is told with that."""
    texts = []
    for slip in slips:
        if not any(within(slip, other) for other in slips):
            fewer = [", or only in " + ", ".join(other.changes) for other in slips if within(other, slip)]
            texts.append("".join([text_of(slip), *fewer]))
    return texts


def text_of(slip: Slip) -> str:
    """Return a slip as a text: its words, the first of the changed lines, and the names of the others."""
    says = slip.says.replace(" * ", TEXT.times).replace(" - ", f" {TEXT.minus} ")
    if not slip.changes:
        return says
    (name, node), *more = slip.changes.items()
    text = f"{says}: {name} = {written(Written(node), TEXT)}"
    if len(more) > 3:
        return f"{text}, and the same in {len(more)} more lines"
    return f"{text}, and the same in {', '.join(other for other, _ in more)}" if more else text
