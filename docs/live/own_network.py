"""What the page "Type in your network" asks of `bplit`, in the reader's browser.

What is handed in is parsed, never executed. A fault of it is a ValueError that says what the command says.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from playground_model import Model, data, mistakes
from sentences import ENGLISH, LANGUAGE, made_of_words, told_fault

from workings.check import check, paste, step_of
from workings.check.handed import Reply
from workings.check.pasted import drafted, of_examples
from workings.check.typed import statements
from workings.check.ways import network_of
from workings.net import parsed
from workings.net.files import Sheet
from workings.net.numerals import content_of
from workings.script import judge, parse_script
from workings.write import Markdown, explain

# How a line of Python begins, and no sentence: "from the table we read", "print this", "for the first row:".
STATEMENTS = [
    r"import [\w.]+( as \w+)?\s*([,;#]|$)",
    r"from [\w.]+ import\b",
    r"def \w+\(",
    r"class \w+\s*(\(.*\))?:\s*(#|$)",
    r"while .*:\s*(#|$)",
    r"print\s*[(\"']",
    r"for [\w, ()]+ in .*:\s*(#|$)",
]
# On paper, a result stands behind it.
POWER = r"^\s*\w+ *=[^=\n]*[\w)\]](\*\*| \*\* )[\d(](?![^=\n]{0,99}=)"
# How a text shows what it is. What shows nothing are printed numbers.
SIGNS = {
    "step": r"\A\s*\{|^\s*\[before\]|^\s*before\s*=\s*[\[{]",
    "network": r"^\s*\[+(layer|rules|names|printed)\b",
    "script": r"^\s*(" + "|".join(STATEMENTS) + rf")|{POWER}|[-+*/]= *[^\s\d.+-]|\bnp\.",
}


@contextmanager
def faults_told() -> Iterator[None]:
    """Say faults in the language of the book."""
    try:
        yield
    except ValueError as error:
        raise ValueError(told_fault(str(error))) from None


class Data(str):
    """A text for the script of the page, which is not set as the book sets what is printed."""

    def _repr_data_(self) -> str:
        return self


class Work(NamedTuple):
    """What was handed in: its kind, the network in it, and what is said of its numbers; if there are any."""

    kind: str
    sheet: Sheet | None
    report: Any | None

    @property
    def about(self) -> Data:
        """What the page has to know of it, as JSON: whether there are numbers to judge, and a network."""
        right = self.report.right if self.report else None
        verdicts = (
            self.report.report.verdicts if isinstance(self.report, Reply) and self.report.report else ()
        )
        unread = right is False and bool(verdicts) and all(v.word in ("agrees", "rounding") for v in verdicts)
        about = {"kind": self.kind, "right": right, "unread": unread, "network": self.sheet is not None}
        return Data(json.dumps(about))

    def network(self) -> Sheet:
        """Return the network."""
        if self.sheet is None:
            raise ValueError(f"there is no network in this {self.kind}")
        return self.sheet

    def lines(self) -> Markdown:
        """Return every line in names, in numbers, and its result."""
        return Markdown(explain(self.network(), "markdown"))

    def written(self, form: str) -> Data:
        """Return the worked solution in a form to take away."""
        return Data(explain(self.network(), form))

    def model(self) -> Data:
        """Return the network for the playground, as JSON."""
        found = data(self.played())
        for stage in found["stages"]:
            stage["title"] = told(stage["title"])
        return Data(json.dumps(found | {"defined": told(found["defined"])}))

    def mistakes(self) -> Data:
        """Return its likely mistakes for the playground, as JSON."""
        return Data(json.dumps([one | {"says": told(one["says"])} for one in mistakes(self.played())]))

    def played(self) -> Model:
        """Return the network as the playground has it."""
        sheet = self.network()
        return Model("own", sheet, sheet.worked(), {})


def told(sentence: str) -> str:
    """Return a sentence in the language of the book."""
    return (LANGUAGE != ENGLISH and made_of_words(sentence)) or sentence


def kind_of(text: str) -> str:
    """Return what a text is.

    >>> [kind_of(text) for text in ('{"inputs": [1]}', "[[layer]]", "import numpy as np", "w5 = 0.3")]
    ['step', 'network', 'script', 'numbers']
    """
    found = (kind for kind, sign in SIGNS.items() if re.search(sign, text, re.MULTILINE))
    console = re.search(r"^(?:>>>? |\$ |In \[\d+\]:)", text, re.MULTILINE)
    return "numbers" if console else next(found, "numbers")


def taken(path: str) -> Work:
    """Return what the page wrote into a file: a text, of which kind it is, and numbers that belong to it."""
    given = json.loads(Path(path).read_text("utf-8"))
    with faults_told():
        return work(given["text"], given["kind"], given["numbers"])


def finite(sheet: Sheet) -> Sheet:
    """Return a network whose lines all have a value: in a browser NumPy does not say where there is none."""
    listing, given, *_ = sheet.worked()
    values = listing.run(given)
    for line in listing.lines:
        if not isfinite(values[line.name]):
            raise ValueError(f"calculation: not a finite number: {line}")
    return sheet


def work(text: str, kind: str = "", numbers: str = "") -> Work:
    """Check a text that was handed in. Numbers of a network need not be in its file."""
    kind = kind or kind_of(text)
    if kind in ("step", "script") and numbers.strip():
        raise ValueError(f"numbers: printed numbers go with a network, a {kind} has its own: leave them out")
    try:
        if kind == "network":
            sheet = finite(parsed(text, kind))
            if numbers.strip():
                return Work(kind, sheet, paste(numbers, "numbers", sheet))
            return Work(kind, sheet, check(sheet) if any(sheet.printed.values()) else None)
        if kind == "step":
            form = "JSON" if text.lstrip().startswith("{") else "TOML"
            return Work(kind, None, step_of(content_of(text, kind, form)))
        if kind == "script":
            return Work(kind, None, judge(parse_script(text, kind)))
        draft = drafted(of_examples([*statements(text)]), True)
        if draft.given["weight"] and not (draft.figures or numbers.strip()):
            return Work(kind, network_of(draft)[0].sheet, None)
        reply = paste(f"{text}\n{numbers}", kind)
    except ValueError as error:
        what = str(error)
        raise ValueError(what if what.startswith((kind, "numbers:")) else f"{kind}: {what}") from None
    return Work(kind, reply.sheet, reply)
