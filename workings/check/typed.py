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

from workings.check.cleaned import ABOUT, LINKED, NUMBER, NUMBERS, depth, numbered_rows, numeric
from workings.check.wording import NEW_WORDS, OF_PARTIALS, ROLES
from workings.symbol import Array

# What stands before an entry of a list, or a count of units; a line that says what stands below it.
MARK = r"^(?:(?:[-*•>#]+|(?:[^\W\d]+ )?\d+[.)]|\(?[^\W\d_]\))\s+|\d+ (?=[^\W\d]{3,}.*=))"
MATRIX = 500  # so many lines a matrix may have
LONGEST_HEAD = 60  # no heading, and nothing before a colon that says what follows, is longer
REMARKED = re.compile(
    rf"\s*({NUMBER})\s*(?:[^\s\d*+/^=()\[\],;.eE·-]|//).*", re.DOTALL
)  # a number, and words
START = re.compile(
    r"(?:^|[,;\t→]|(?<=[\d\])])\s)\s*"
    r"((?:[^\W\d]|[∂∇]|\d\.(?=[wb]))(?:\[[\d, ]+\]|[^=:;,\t→\[\]]){0,60}?)\s*([=:→])"
)
BARE = re.compile(
    rf"((?:[^\W\d]|[∂∇]|\d\.(?=[wb]))[^=:→]{{0,60}}?)[\s:;,]+([\s(]*{NUMBERS}\)?,?)|([^\W\d]+)\s+([^\d].*)"
)
HEADING = rf"(?:[^\W\d]|[∂∇])[^=\d\t]{{0,{LONGEST_HEAD}}}(?<!\.)"
RULES = {"activation": "activations", "loss": "losses", "examples": "examples", "biases": "policies"}
RENEWED = re.compile(rf"(?i)(?<![^\W_])(?:{NEW_WORDS}|after)(?![^\W_])")
# Behind a number: where a weight leads, or words.
TO = r"(?<=\d)((?:\s+(?:to|into|→|zu|vers|para)|[,;])\s+[^\W\d][^=]*|\s+[^\W\d][^\d=*/+\-]*|;?\s*[%#].*)$"
AFTER = rf"\b(?:{ABOUT['after']})\s+(\d{{1,6}})"
HEADS = {"after": rf"{AFTER}\s+[^\W\d]+\s*[:.]?"}
HEADS |= {key: rf"(?:{ABOUT[key]})\s*#?(\d{{1,4}})\s*(?:[:.)-]|$)" for key in ("round", "example")}


class Typed(NamedTuple):
    """What stands in a line: a name and numbers, or words in place of them.

    ``under`` is what stands above, or before a colon. ``numbers`` are a number, a list or a matrix of
    `Numeral`, empty if there is none. ``arrow`` says whether an arrow leads to them; ``after`` and
    ``example`` are the count of updates and the example that are spoken of, or 0; ``derived`` says whether
    it is calculated there.
    """

    line: int
    name: str
    under: str
    numbers: Array
    words: str
    arrow: bool
    after: int
    example: int
    derived: bool = False

    @property
    def full(self) -> str:
        """The name, with what it stands under."""
        return f"{self.under} {self.name}".strip()

    @property
    def label(self) -> str:
        """What an answer calls it: the name, with what it stands under if that says what it is."""
        above = re.findall(r"[^\W\d_]+", self.under.lower())
        alone = " " in self.name or not all(word in ROLES for word in above)
        return self.name if alone else self.full


def statements(text: str) -> Iterator[Typed]:
    """Go through the names in a text, each with its numbers, or with the words that stand for them."""
    rows = numbered_rows(text)
    after = example = here = n = under = 0  # so many rows stand under a row of names
    first = -1  # the number of the first round
    heading, nameless = "", 0  # and so many lines of numbers alone stand under it
    heads: list[str] = []
    while n < len(rows):
        line, row = rows[n]
        row = re.sub(MARK, "", row)
        here, heading = (here, heading) if row else (0, "")
        for key, head in HEADS.items():
            if found := re.match(head, row, re.IGNORECASE):
                row = row[found.end() :].strip()
                after = int(found[1]) if key == "after" else after
                if key == "round":
                    first = int(found[1]) if first < 0 else first
                    after = max(int(found[1]) - first, 0)
                if key == "example":  # up to a blank line; in a line of its own it counts on
                    here, example = int(found[1]), example if row else int(found[1])
        row, n = extended(row, rows, n + 1)
        if several := re.fullmatch(rf"([^\W\d]\w*,[\w\s,]*)=({NUMBERS})", row):  # a, b = 1, 2
            heads, row, under = re.findall(r"\w+", several[1]), several[2], 0
        if re.fullmatch(HEADING, row) and row.count(" ") < 7:
            heading, nameless = re.sub(r"\([^()]*\)|[: ]+$", "", row), 0
        cells = cells_of(row)
        table, of_example = tabled(cells, heads)
        if table:
            under += of_example
            parts = [("", name, words, False, False) for name, words in table]
        else:
            heads, under = (cells if is_head(cells) else []), 0
            parts = [*parts_of_row(row)]
            if re.match(
                r"[^=:→\d]*: +[^=:→\d\s]+\d*:", row
            ):  # a heading, and the first of what stands below it
                heading, nameless = row.partition(":")[0], 0
        counted = ""
        for label, name, words, arrow, derived in parts:
            now = re.search(rf"\s*{AFTER}(?:\s+\w+)?$", name, re.IGNORECASE)
            name, when = (name[: now.start()], int(now[1])) if now else (name, after)
            name = re.sub(rf"(?i)^(?:{ABOUT['talk']})\s+(?!hat|pred)(?=\w)", "", name.strip())
            leads = arrow or first >= 0  # a round prints the weights that it leads to
            above = " ".join(filter(None, (heading if heading != label else "", label)))
            if not name and above and numeric(words).size:
                nameless += 1
                name = counted = str(nameless)
            elif counted:  # what stands beside these numbers
                above = f"{above} {counted}"
            number, of = numeric(words), here or example or under
            yield Typed(line, name.strip(), above, number, words, leads, when, of, derived)


def cells_of(row: str) -> list[str]:
    """Return what stands in the columns of a line."""
    mark = next((mark for mark in "\t;," if mark in row), "\t")
    return [cell.strip() for cell in row.strip("\t ").split(mark)]


def is_head(cells: Sequence[str]) -> bool:
    """Say whether these are the names of columns."""
    plain = (not re.search(r"[=:→]|\d\.\d", cell) and not numeric(cell).size for cell in cells)
    return len(cells) > 1 and all(plain) and max(map(len, cells)) < LONGEST_HEAD / 2


def tabled(cells: Sequence[str], heads: Sequence[str]) -> tuple[list[tuple[str, str]], bool]:
    """Return the numbers of a line of a table, each with the name that its column and its line give it.

    And whether the line is of an example, as it has no name.
    """
    cells = [cell if not re.match(r"[-\d(]", cell) else cell.split("=")[-1].strip() for cell in cells]
    sizes = [numeric(cell).size for cell in cells]
    if (
        heads
        and len(cells) > 2
        and not any(sizes[::2])
        and all(sizes[1::2])
        and len(cells) == len(heads)
        and len(cells) % 2 == 0
    ):
        return [*zip(cells[::2], cells[1::2], strict=True)], False  # names and numbers in turn
    corner = ["", *heads] if len(cells) - len(heads) == 1 and not sizes[0] else heads  # it may be empty
    if not heads or len(corner) != len(cells) or not any(sizes) or any(map(LINKED.search, cells)):
        return [], False
    start = next(n for n, size in enumerate(sizes) if size)
    counted = not start and about("example|unit", corner[0].lower()) and cells[0].isdigit()
    start = start or int(counted)
    label = " ".join(
        re.sub(r"(?:^|\s)\S*[*+=^].*|\d\.\d.*", "", cell) for cell in cells[:start] if cell
    ).strip()
    label = "" if counted and about("example", corner[0].lower()) else label
    turned = RENEWED.search(corner[0]) or re.search(OF_PARTIALS, corner[0])
    new = f"{corner[0]} " if turned and start else ""
    plain = (
        ""
        if ROLES.get(head.lower()) == ["filler"] and label and not about("old", head.lower())
        else f"{head} "
        for head in corner
    )  # value
    every = zip(plain, cells, sizes, strict=True)
    named = [(f"{new}{head}{label}".strip(), cell) for head, cell, size in [*every][start:] if size]
    return named, not label


def about(key: str, text: str) -> bool:
    """Say whether a text has a word for something, in any language."""
    words = "|".join(ABOUT[one] for one in key.split("|"))
    return bool(re.search(rf"(?<![a-zà-ÿа-я])(?:{words})(?![a-zà-ÿа-я])", text))


def extended(row: str, rows: Sequence[tuple[int, str]], n: int) -> tuple[str, int]:
    """Return a line with the lines from n on that hold the rest of its matrix, and the number of the next."""
    bare, opened, whole, end = row.endswith(("=", ":")), depth(row), row, n
    # below a name and a row of numbers, a row of as many belongs to the same matrix
    first = re.fullmatch(rf"[^\W\d][^=:→]*?[\s=:]({NUMBERS})", row)
    count = len(re.findall(NUMBER, first[1])) if first else 0
    while end < min(len(rows), n + MATRIX) and not re.search("[=:→]", rows[end][1]):
        size = numeric(rows[end][1]).size
        if opened <= 0 and not (size and (bare or size == count)):
            break
        whole += f"\n{rows[end][1]}"
        opened += depth(rows[end][1])
        end += 1
    return (row, n) if opened > 0 else (whole, end)


def parts_of_row(row: str) -> Iterator[tuple[str, str, str, bool, bool]]:
    """Go through the names in a line, each with what it stands under, and with what stands behind it.

    And whether an arrow leads there, and a calculation. In columns, a first one without a number says what
    the others are of.
    """
    cells, label = [*filter(None, row.split("\t"))], ""
    if len(cells) > 2 and not re.search(r"[=:→]|\d\.\d", cells[0]) and re.match(r"[^\W\d]", cells[1]):
        label, *cells = cells
    for cell in re.split(r"\t(?=[^\W\d]|[∂∇])", "\t".join(cells)):
        if lead := re.match(rf"{NUMBERS}(?=$|[^\W\d])", cell):
            yield label, "", lead[0], False, False
            continue
        said, rest = re.findall(
            rf"^(?:([^\W\d][^=:]{{0,{LONGEST_HEAD}}}):\s+(?=\S*[^\W\d]|.*\*))?(.*)$", cell, re.DOTALL
        )[0]
        if not re.search(r"\d", rest) or re.search(r"\d\.\d", said):
            said, rest = "", cell
        if about("|".join(RULES), said.lower()) and not LINKED.search(rest):  # activation: ReLU
            yield "", said, rest, False, False
            continue
        label = said or label
        listed = next(iter(LINKED.findall(rest)), "")
        for name, words, arrow, derived in named_in(rest):
            unnamed = not name and label and numeric(words).size
            yield "" if unnamed else label, label if unnamed else name, words, arrow, derived
            if not label and numeric(words).size > 1 and listed != "=":
                label = name  # h1: 0.3 -0.8, and beside it b 0.1


def named_in(row: str) -> Iterator[tuple[str, str, bool, bool]]:
    """Go through the names in a piece of a line, each with what is behind it: an arrow, a calculation."""
    starts: list[re.Match[str]] = []
    for found in START.finditer(row):
        between = row[starts[-1].end() : found.start()] if starts and found[0][0] not in ",;\t" else ""
        link = between and not numeric(re.split("[=→]", between)[-1]).size  # how a number is calculated
        if not link and not re.search(r"\*(?!$)|\s[-+]\s|\^\d$", found[1]):
            starts.append(found)
    front = row[: starts[0].start()] if starts else row
    pieces = re.split(r"[,;]\s+(?=[^\W\d])", front.strip(" ,;."))
    each = [BARE.fullmatch(piece) for piece in pieces]
    if each[0] and each[0][2]:
        pairs = zip(each, pieces, strict=True)
        yield from (
            (bare[1] or bare[3], bare[2] or bare[4], False, False) if bare else ("", said, False, False)
            for bare, said in pairs
        )
    elif (whole := BARE.fullmatch(front)) and (not starts or whole[2]):
        yield whole[1] or whole[3], whole[2] or whole[4], False, False
    elif front.strip():
        last = re.split("[=→]", front.rstrip("→ "))[-1] if "," not in front else front
        yield "", last if numeric(last).size else front, False, last != front
    ends = [*(found.start() for found in starts[1:]), len(row)]
    for found, end in zip(starts, ends, strict=False):
        words, *talk = re.split(TO, row[found.end() : end].strip(" ,;\t"))
        last = re.split("[=→]", words)[-1]  # behind how it is calculated
        if (remarked := REMARKED.match(last)) and not numeric(last).size:
            last = remarked[1]
        arrow = "→" in found[2] + words + row[end : end + 1]
        derived = not numeric(words).size and bool(re.search(r"[*+/^(]", words))
        yield found[1], last if numeric(last).size else words, arrow, derived
        for said in talk[:1]:
            yield from named_in(said) if BARE.fullmatch(said.strip(" ,;.")) else [("", said, False, False)]
