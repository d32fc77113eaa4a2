r"""Pasted text: the names and numbers in it, as people and programs write them down.

>>> text = "net_h1 = w1*x1 + b1 = 0,3775\nout_h1 ≈ 5,93·10⁻¹   w5 -> 0,4\nW1 = [[0,1 0,2]\n [0,3 0,4]]"
>>> for found in statements(text):
...     print(found.line, found.name, found.numbers.tolist(), found.arrow)
1 net_h1 0.3775 False
2 out_h1 0.593 False
2 w5 0.4 True
3 W1 [[0.1, 0.2], [0.3, 0.4]] False
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from workings.net.numerals import Numeral
from workings.symbol import Array
from workings.words import WORDS

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w.])"
NUMBERS = rf"(?:[\s,;\[\]]*{NUMBER})+[\s,;\[\]]*"
MATRIX = 500  # so many lines a matrix may have
# What is written in many ways, in one: signs, then what programs put around numbers.
ONE_WAY = [
    (r"[−–]", "-"),
    ("：", ": "),
    ("[，、；。]", ", "),
    (r"[·×⋅∙]", "*"),
    (r"(?m)^>>> ?(\w+) -[^\n]*\n", r"new \1 = "),
    (r"(?m)^>>> ?(?:[^\n]*; *)?(\w+) *\n", r"\1 = "),
    (r"(?m)^>>> ?[\w.]*(?:sum|mean)\([^\n]*\n", "loss = "),
    (r"(?m)^(\w+) -[^=\n]*=\s*$", r"new \1 ="),
    (r"\s\([^()=]*,[^()=]*\)(?=\s*=)|\s\([^()=]*→[^()=]*\)", ""),
    (r"->|=>|:=|⇒|⟶|←|<-", "→"),
    (r"~=|[≈≃≅]", "="),
    (r"[${}`\"]|\*\*(?=[^\W\d])|\.\.\.|…|\bnp\.", ""),
    (r",\s*(?:dtype|grad_fn|requires_grad|device)=[^,)\n]*", ""),
    (r"\b(?:[a-z]+\.)?(?:array|tensor|matrix|float\d+)\s*\(", "("),
    (r"(?m)^\[[^\W\d]+\]\s+(?=\S)", ""),
    (r"(?<=\s)\((?=[^\W\d][^()=]*=)", ", "),
    (rf"(?i)(?<![\w.])\(?({WORDS['pasted words']['spoken']}) +(?=[-+]?[\d.])", r", \1 = "),
    (r"(?<=\d)\s*[*x]\s*10\s*(?:\^|\*\*)\s*\(?([-+]?\d+)\)?", r"e\1"),
]
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
START = re.compile(
    r"(?:^|[,;\t]|(?<=[\d\])])\s)\s*"
    r"((?:[^\W\d]|[∂∇]|\d\.(?=[wb]))(?:\[[\d, ]+\]|[^=:;,\t→\[\]]){0,60}?)\s*([=:→])"
)
BARE = re.compile(rf"((?:[^\W\d]|[∂∇])[^=:→]{{0,60}}?)[\s:]+([\s(]*{NUMBERS}\)?,?)|([^\W\d]+)\s+([^\d].*)")
ABOUT = {key: "|".join(words.split()) for key, words in WORDS["pasted words"].items() if key != "spoken"}
# Behind a number: where a weight leads, or words.
TO = r"(?<=\d)(?:\s+(?:to|into|→|zu|vers|para)\s+[^\W\d][^=]*|\s+[^\W\d][^\d=*/+\-]*|,\s+[^\W\d][^=]*)$"
AFTER = rf"\b(?:{ABOUT['after']})\s+(\d{{1,6}})"
HEADS = {
    "after": rf"{AFTER}\s+[^\W\d]+\s*[:.]?",
    "round": rf"(?:{ABOUT['round']})\s*#?(\d{{1,4}})\s*(?:[:.)-]|$)",
    "example": rf"(?:{ABOUT['example']})\s*#?(\d{{1,4}})\s*(?:[:.)-]|$)",
}


class Typed(NamedTuple):
    """What stands in a line: a name and numbers, or words in place of them.

    ``numbers`` are a number, a list or a matrix of `Numeral`, empty if there is none. ``arrow`` says whether
    an arrow leads to them; ``after`` and ``example`` are the count of updates and the example that are
    spoken of, or 0.
    """

    line: int
    name: str
    numbers: Array
    words: str
    arrow: bool
    after: int
    example: int


def cleaned(text: str) -> str:
    """Return a text with signs and numbers written in one way."""
    text = text.translate(SUBSCRIPTS)
    text = re.sub("[⁻⁰¹²³⁴-⁹]+", lambda found: "^" + found[0].translate(POWERS), text)
    for pattern, way in ONE_WAY:
        text = re.sub(pattern, way, text)
    text = re.sub(r"[ \t|]*[\t|][ \t|]*", "\t", re.sub(r"[^\S\t\n]+", " ", text))
    return text if re.search(r"\d\.\d", text) else re.sub(r"(?<=\d),(?=\d)", ".", text)


def numeric(text: str) -> Array:
    """Return the number, list or matrix that a text is, with the digits as they are written, or nothing.

    >>> numeric("[0.1 0.20; .3 4e-1]").tolist(), numeric("0,5").tolist(), numeric("w1 + 2").size
    ([[0.1, 0.2], [0.3, 0.4]], 0.5, 0)
    """
    text = re.sub(r"(?<=[\d\]\s])\(\D[^()]*\)?\s*$", "", text.strip())  # what is said of a number
    text = re.sub(r"^([-+]?\d+),(\d+)$", r"\1.\2", text.rstrip(".;, "))
    text = text if depth(text) >= 0 else text.removesuffix(")")
    text = text.replace("(", "[").replace(")", "]").replace("[ [", "[[")
    if not re.fullmatch(NUMBERS, text):
        return np.array([])
    inner, matrix = re.findall(r"\[([^\[\]]*)\]", text), "[[" in text
    rows = inner if len(inner) > 1 or matrix else re.split("[;\n]", text)
    found = [[*map(Numeral, some)] for row in rows if (some := re.findall(NUMBER, row))]
    if len({*map(len, found)}) > 1:
        return np.array([])
    array = np.array(found, dtype=object)
    if array.size == 1 and "[" not in text:
        return array.reshape(())
    return array if matrix or len(inner) > 1 or 1 not in array.shape else array.ravel()


def statements(text: str) -> Iterator[Typed]:
    """Go through the names in a text, each with its numbers, or with the words that stand for them."""
    rows = [row.strip() for row in cleaned(text).split("\n")]
    after = example = n = 0
    first = -1  # the number of the first round
    heads: list[str] = []
    while n < len(rows):
        row, here, line = re.sub(r"^(?:[-*•>#]+|\d+[.)])\s+", "", rows[n]), 0, n + 1
        for key, head in HEADS.items():
            if found := re.match(head, row, re.IGNORECASE):
                row = row[found.end() :].strip()
                after = int(found[1]) if key == "after" else after
                if key == "round":
                    first = int(found[1]) if first < 0 else first
                    after = max(int(found[1]) - first, 0)
                if key == "example":  # in a line of its own it counts for those that follow
                    here, example = int(found[1]), example if row else int(found[1])
        row = re.sub(r"^[^=:→]*:\s+(?=[^\W\d][^\s:]*\s*=)", "", row)  # what the numbers of a line are
        row, n = extended(row, rows, n + 1)
        cells = re.split(r"\s*[,;\t]\s*", row.strip())
        values = [numeric(cell).size for cell in cells]
        parts: list[tuple[str, str, bool]] = []
        if len(cells) == len(heads) and all(values):
            parts = [(name, cell, False) for name, cell in zip(heads, cells, strict=True)]
        else:
            heads = cells if len(cells) > 1 and not re.search(r"[=:→]", row) and not any(values) else []
            parts = [*parts_of_row(row)]
        for name, words, arrow in parts:
            now = re.search(rf"\s*{AFTER}(?:\s+\w+)?$", name, re.IGNORECASE)
            name, when = (name[: now.start()], int(now[1])) if now else (name, after)
            leads = arrow or first >= 0  # a round prints the weights that it leads to
            yield Typed(line, name.strip(), numeric(words), words, leads, when, here or example)


def extended(row: str, rows: Sequence[str], n: int) -> tuple[str, int]:
    """Return a line with the lines from n on that hold the rest of its matrix, and the number of the next."""
    bare, opened, whole, end = row.endswith(("=", ":")), depth(row), row, n
    while end < min(len(rows), n + MATRIX) and not re.search("[=:→]", rows[end]):
        if opened <= 0 and not (bare and numeric(rows[end]).size):
            break
        whole += f"\n{rows[end]}"
        opened += depth(rows[end])
        end += 1
    return (row, n) if opened > 0 else (whole, end)


def depth(row: str) -> int:
    """Return how many brackets a line leaves open."""
    return len(re.findall(r"[\[(]", row)) - len(re.findall(r"[\])]", row))


def parts_of_row(row: str) -> Iterator[tuple[str, str, bool]]:
    """Go through the names in a line, each with what stands behind it, and whether an arrow leads there."""
    starts = [found for found in START.finditer(row) if not re.search(r"\*|\s[-+]\s", found[1])]
    front = row[: starts[0].start()] if starts else row
    if (bare := BARE.fullmatch(front)) and (not starts or bare[2]):
        yield bare[1] or bare[3], bare[2] or bare[4], False
    ends = [*(found.start() for found in starts[1:]), len(row)]
    for found, end in zip(starts, ends, strict=False):
        words = re.sub(TO, "", row[found.end() : end].strip(" ,;\t"))
        last = re.split("[=→]", words)[-1]  # behind how it is calculated
        yield found[1], last if numeric(last).size else words, "→" in found[2] + words
