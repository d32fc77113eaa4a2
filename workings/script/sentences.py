"""What is told of a script: a sentence for each line that is wrong, and for what one had better know."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from bplit.line import Line
from workings.script.draws import NETWORKS
from workings.script.ends import NET, printable
from workings.script.followed import slot
from workings.script.graph import row_of
from workings.script.repairs import Group, Repair
from workings.words import WORDS

SLOT = r"(\w+(?:\[[\d,]+\])?)"  # the name of a line in front of its version


def sentence(key: str, **filled: object) -> str:
    """Return a sentence about a script, filled in.

    >>> sentence("instead", name="diff_w7", old="h_out_2", new="h_out_1")
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

    The kind is partial, factor, order, sign, rate, other (another weight's partial), frozen, dead, rest,
    loss, or open: of what could not be judged, so that the script is not known to be right.
    """

    line: int
    source: str
    kind: str
    says: str
    error: bool = True
    instead: tuple[str, ...] = ()

    def __str__(self) -> str:
        key = "line" if self.error else "line, open" if self.kind == "open" else "line, remark"
        return f"{sentence(key, number=self.line, says=self.says)}\n    {self.source}"


class Judgement(NamedTuple):
    """What the check of a script tells: errors before remarks, in the order of the lines."""

    script: str
    findings: tuple[Note, ...]
    partials: int
    updates: int

    def __str__(self) -> str:
        errors = sum(note.error for note in self.findings)
        none = sentence("no error" if self.covered else "no error where it was judged")
        head = sentence(
            "head",
            script=self.script,
            errors=counted("error", errors) if errors else none,
            partials=counted("partial", self.partials),
            updates=counted("update", self.updates),
            networks=NETWORKS,
        )
        return "\n".join([head, *map(str, self.findings)])

    @property
    def covered(self) -> bool:
        """Whether everything that matters was judged."""
        return not any(note.kind == "open" for note in self.findings)

    @property
    def faultless(self) -> bool:
        """Whether there is no error, as far as it was judged."""
        return not any(note.error for note in self.findings)

    @property
    def right(self) -> bool:
        """Whether everything was judged, and there is no error."""
        return self.covered and self.faultless

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        findings = [{**note._asdict(), "instead": list(note.instead)} for note in self.findings]
        whole = {"right": self.right, "covered": self.covered}
        return {**whole, **self._asdict(), "findings": findings, "networks": NETWORKS}


def note(line: Line, kind: str, says: str, error: bool = True, instead: Iterable[str] = ()) -> Note:
    """Return what is told of a line."""
    return Note(row_of(line), printable(line.source), kind, says, error, tuple(instead))


def own_name(name: str) -> str:
    """Return what a reader calls a line: the script's own name, with the place in an array.

    >>> own_name("W1[0,1]@22"), own_name("h[0]@net")
    ('W1[0,1]', 'the net input of h[0]')
    """
    text = slot(name)
    return sentence("net input", name=text) if NET in name else text


def group_name(group: Group) -> str:
    """Return what a reader calls what a statement assigns to."""
    return own_name(group.name if group.shape else group.lines[0])


def repaired(repair: Repair, name: str) -> str:
    """Say how a statement would be right."""
    filled = {key: own(text) for key, text in repair.filled.items()}
    return sentence(repair.key, name=name, **filled)


def own(text: str) -> str:
    """Return a text with the script's own names, and the lines of those that it assigns more than once."""
    text = re.sub(rf"{SLOT}@net\d*", lambda part: sentence("net input", name=part[1]), text)
    return re.sub(rf"{SLOT}@(\d+)'*\d*", lambda part: sentence("of line", name=part[1], line=part[2]), text)
