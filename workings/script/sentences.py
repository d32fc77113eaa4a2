"""What is told of a script: a sentence for each line that is wrong, and for what one had better know."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from bplit.line import Line, Value
from bplit.listing import Listing
from workings.check.stated import DRAWS, Edit, Finding, contradictions
from workings.script.draws import same
from workings.script.naming import NEW, Script, printable
from workings.script.reader import bare
from workings.script.steps import Step
from workings.words import WORDS


def sentence(key: str, **filled: object) -> str:
    """Return a sentence about a script, filled in.

    >>> sentence("uses", name="diff_w7", old="h_out_2", new="h_out_1")
    'diff_w7 uses h_out_2, the sweep says h_out_1'
    """
    return WORDS["script"][key].format(**filled)


def counted(noun: str, count: int) -> str:
    """Return a number of things in words.

    >>> counted("error", 1), counted("error", 2)
    ('1 error', '2 errors')
    """
    return sentence(noun if count == 1 else f"{noun}s", count=count)


class Note(NamedTuple):
    """What is told of a line: an error, or a remark. Each text in ``instead`` is a change that mends it.

    The kind is partial, factor, order, sign, rate, other (another weight's partial), frozen, dead or rest.
    """

    line: int
    source: str
    kind: str
    says: str
    error: bool = True
    instead: tuple[str, ...] = ()

    def __str__(self) -> str:
        key = "line" if self.error else "line, remark"
        return f"{sentence(key, number=self.line, says=self.says)}\n    {self.source}"


class Judgement(NamedTuple):
    """What the check of a script tells: errors before remarks, in the order of the lines."""

    script: str
    findings: tuple[Note, ...]
    partials: int
    updates: int

    def __str__(self) -> str:
        errors = sum(note.error for note in self.findings)
        head = sentence(
            "head",
            script=self.script,
            errors=counted("error", errors) if errors else sentence("no error"),
            partials=counted("partial", self.partials),
            updates=counted("update", self.updates),
            networks=DRAWS,
        )
        return "\n".join([head, *map(str, self.findings)])

    @property
    def right(self) -> bool:
        """Whether there is no error."""
        return not any(note.error for note in self.findings)

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        findings = [{**note._asdict(), "instead": list(note.instead)} for note in self.findings]
        return {"right": self.right, **self._asdict(), "findings": findings, "networks": DRAWS}


def note(line: Line, kind: str, says: str, error: bool = True, instead: Iterable[str] = ()) -> Note:
    """Return what is told of a line."""
    return Note(int(line.place.split()[-1]), printable(line.source), kind, says, error, tuple(instead))


def readable(text: str) -> str:
    """Return a text with the script's own names, and the lines of those that it assigns more than once."""
    text = re.sub(r"(\S+)@net", lambda match: sentence("net input", name=match[1]), text)
    return re.sub(r"(\w+)@(\d+)'*", lambda match: sentence("of line", name=match[1], line=match[2]), text)


def quantity(name: str) -> str:
    """Return the script's own name for a quantity."""
    return sentence("net input", name=bare(name)) if name.endswith("@net") else bare(name)


def mending(name: str, edit: Edit | None) -> str:
    """Say what a line has and the sweep has not, if one name stands for another, or nothing.

    >>> mending("d", Edit("exchanged", "w6@9", "w8"))
    'd exchanges w6 of line 9 and w8'
    """
    if edit is None or edit.how not in RENAMING:
        return ""
    return sentence(RENAMING[edit.how], name=name, new=readable(edit.new), old=readable(edit.old))


RENAMING = {"name": "uses", "one name": "uses", "exchanged": "exchanges"}


def alike(edit: Edit, own: Mapping[str, Value]) -> str:
    """Return two names that an edit exchanges and whose numbers are equal, as an equation."""
    pair = {edit.new, edit.old}
    if edit.how not in RENAMING or not pair <= own.keys() or own[edit.new] != own[edit.old]:
        return ""
    return f"{readable(edit.new)} = {readable(edit.old)}"


def part_of(c: float) -> str:
    """Say what a line is to hold, if all partials are to be so many times the right ones.

    >>> part_of(1), part_of(-1), part_of(2)
    ('the partial', 'minus the partial', '2 times the partial')
    """
    text = sentence("the partial") if same(abs(c), 1) else sentence("times the partial", size=f"{abs(c):g}")
    return sentence("minus", what=text) if c < 0 else text


def told_factor(
    listing: Listing, of: str, c: float, means: Mapping[str, str], shares: Mapping[str, float | None]
) -> Note:
    """Return what is told of partials that all are off by one factor."""
    off = [line for line in means if same(shares[line], c)]
    all_ = len(off) == len(means)
    some = sentence("all partials" if all_ else "some partials", count=len(off), all=len(means))
    size = f"{abs(c):g}"
    size = sentence("minus", what=size) if c < 0 else size
    reasons = {2.0: "without ½", 0.5: "one more ½"}
    key = next((f"factor, {why}" for size_, why in reasons.items() if same(abs(c), size_)), "factor")
    return note(listing.line(off[0]), "factor", sentence(key, some=some, size=size, of=bare(of)))


class Compared(NamedTuple):
    """What was compared with the sweep: lines with what they state, and what it should be.

    ``c`` is how many times the right ones the partials are, ``rate`` that of the updates, and ``steps``
    are the updates that state no partial.
    """

    listing: Listing
    of: str
    means: Mapping[str, str]
    rate: float
    c: float
    steps: Mapping[str, str]

    def findings(self, given: Mapping[str, Value]) -> list[Finding]:
        """Return the lines that are wrong at given numbers."""
        return contradictions(self.listing, self.of, self.means, self.rate, given, self.steps)

    def is_not(self, line: str) -> str:
        """Say what a line is not, where no change of it is told."""
        of = bare(self.of)
        if line in self.steps:
            return sentence("no step", weight=bare(self.steps[line]), of=of)
        by = quantity(self.means[line])
        return sentence("no partial", name=bare(line), partial=part_of(self.c), of=of, by=by)


def told(script: Script, compared: Compared, found: Iterable[Finding]) -> Iterator[Note]:
    """Go through what contradicts the sweep: how it would be right, and whether its own numbers show it."""
    listing, means = compared.listing, compared.means
    own: dict[str, Value] = {}
    shown_there: set[str] = set()
    try:
        at = {name: script.given[name] for name in listing.inputs}
        own = listing.run(at)
        right = listing.sweep(own, compared.of).partials
        shown_there = {finding.line.name for finding in compared.findings(at)}
    except ValueError:  # no value at its own numbers
        own = {}
    shared = Counter(edit for finding in found for edit in finding.edits if edit.helper)
    for finding in found:
        line = finding.line
        elsewhere = [edit for edit in finding.edits if shared[edit] > 1]
        edits = elsewhere or [*finding.edits]
        equal = [(edit, pair) for edit in edits if (pair := alike(edit, own))]
        first = equal[0][0] if equal else next(iter(edits), None)
        if first and {edit.helper for edit in edits} == {first.helper} != {""}:
            line = listing.line(first.helper)
            edits = [edit._replace(helper="") for edit in edits]
            first = first._replace(helper="")
        says = mending(bare(line.name), first)
        if not says or line is not finding.line:
            is_not = compared.is_not(finding.line.name)
            says = sentence("so", says=says, what=is_not) if says and not elsewhere else says or is_not
            if first and says == is_not:
                says = sentence("would be", says=says, edit=readable(str(first)))
        if own and finding.line.name not in shown_there:
            key = "invisible, since" if equal else "invisible"
            says = sentence(key, says=says, equal=equal[0][1] if equal else "")
        elif own and line is finding.line and line.name in means:
            it, would = f"{own[line.name]:.6g}", f"{right[means[line.name]]:.6g}"
            says = sentence("it is", says=says, it=it, right=would) if it != would else says
        yield note(line, "partial", says, True, (readable(str(edit)) for edit in edits))


def told_steps(
    listing: Listing, taken: Iterable[Step], rate: float, means: Mapping[str, str], spare: Mapping[str, Value]
) -> Iterator[Note]:
    """Go through what is wrong with the updates, rate being the one that they should have."""

    def called(size: float) -> str:
        return next((bare(name) for name, value in spare.items() if same(size, float(value))), f"{size:g}")

    def twice(size: float) -> bool:
        square = any(same(size, float(value) ** 2) for value in spare.values())
        return square or (same(size, rate**2) and not same(rate, 1))

    stated = {by: bare(line) for line, by in means.items()}
    for step in taken:
        line, name, size = listing.line(step.new), bare(step.weight), step.times
        names = {form.format(name) for form in NEW}
        while isinstance(line.expression, ast.Name) and bare(line.expression.id) in names:
            line = listing.line(line.expression.id)  # w5 = update_w5: what is wrong stands there
        kind, key, filled = "rate", "", {}
        if step.others:
            some = [bare(other) if other else sentence("no weight", name=name) for other in step.others]
            kind, key = "other", "updated by, not" if step.weight in stated else "updated by"
            filled = {"others": sentence("and").join(some), "own": stated.get(step.weight)}
        elif size is None:
            if step.inline:
                continue  # told with the partials
            key, filled = "no multiple", {"partial": stated[step.weight]}
        elif size < 0:
            kind, key = "sign", "climbs"
        elif twice(size):
            key = "rate twice"
        elif same(size, 1) and not same(rate, 1):
            key, filled = "no rate", {"rate": called(rate)}
        elif not same(size, rate):
            key, filled = "another rate", {"rate": called(size), "others": called(rate)}
        if key:
            yield note(line, kind, sentence(key, name=name, **filled))


def frozen(script: Script, means: Mapping[str, str]) -> Iterator[Note]:
    """Go through the weights that are never updated although others are; of biases alone that is a remark."""
    stems = {stem(name) for name in script.updates}
    forward = script.listing.needed(script.of)
    stated = {by: line for line, by in means.items()}
    biases = []
    for name in script.listing.inputs:
        if not stems or name not in forward or name in script.updates:
            continue
        if name in stated and stem(name)[:1] in {"w", "b", *(one[:1] for one in stems)}:
            says = sentence("never updated, though", name=bare(name))
            yield note(script.listing.line(stated[name]), "frozen", says)
            continue
        user = next(line for line in script.listing.lines if name in line.uses)
        if stem(name) in stems:
            others = ", ".join(bare(other) for other in script.updates if stem(other) == stem(name))
            yield note(user, "frozen", sentence("never updated, as", name=bare(name), others=others))
        elif stem(name) in {"b", "bias"}:
            biases.append((bare(name), user))
    if biases:
        key = "biases stay" if len(biases) > 1 else "bias stays"
        says = sentence(key, names=", ".join(name for name, _ in biases))
        yield note(biases[0][1], "frozen", says, False)


def dead(script: Script) -> Iterator[Note]:
    """Go through the inputs that do not lead to the loss and take a new value from what a pass calculates.

    A rate that falls by itself is none of them, nor is a running step that an update takes over.
    """
    listing, forward = script.listing, script.listing.needed(script.of)
    taken = {name for new in script.updates.values() for name in listing.needed(new)} | forward
    found = {}
    for line in listing.lines:
        name = bare(line.name)
        useless = name in listing.inputs and name not in forward and line.name not in taken
        if useless and listing.needed(line.name) & forward & {*listing.names}:
            found[name] = line
    for name, line in found.items():
        yield note(line, "dead", sentence("reaches nothing", name=name, of=bare(script.of)))


def stem(name: str) -> str:
    """Return the letters that a name begins with: what it has in common with others of its kind."""
    return re.split(r"[^A-Za-z]", name)[0].lower()
