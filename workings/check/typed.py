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

from workings.check.cleaned import ABOUT, LINKED, NUMBER, NUMBERS, cells_of, depth, numbered_rows, numeric
from workings.check.wording import OF_PARTIALS, ROLES, TURNED_NEW, is_of_several, kinds, words_of
from workings.symbol import Array

# What stands before an entry of a list, or a count of units; a line that says what stands below it.
MARK = r"^(?:(?:[-*•>#]+|(?:[^\W\d]+ )?\d+[.)]|\(?[^\W\d_]\))\s+|\d+ (?=[^\W\d]{3,}.*=))"
MATRIX = 500  # so many lines a matrix may have
LONGEST_HEAD = 60  # no heading, and nothing before a colon that says what follows, is longer
LONGEST_LIST = 300  # no line of names and their numbers is longer
REMARKED = re.compile(
    rf"\s*({NUMBER})\s*(?:[^\s\d*+/^=()\[\],;.eE·-]|//|- (?=[^\W\d]{{4,}} [^\W\d]{{2,}})).*", re.DOTALL
)  # a number, and words
START = re.compile(
    r"(?:^|[,;\t→]|(?<=[\d\])])\s)\s*"
    r"((?:[^\W\d]|[∂∇]|\d\.(?=[wb])|1 ?- ?(?=[^\W\d]))(?:\[[\d, ]+\]|[^=:;,\t→\[\]]){0,60}?)\s*([=:→])"
)
BARE = re.compile(
    rf"((?:[^\W\d]|[∂∇]|\d\.(?=[wb]))[^=:→]{{0,60}}?)[\s:;,]+([\s(]*{NUMBERS}\)?,?)|([^\W\d]+)\s+([^\d].*)"
)
SAID_OF = re.compile(rf"^(?:([^\W\d][^=:→]{{0,{LONGEST_HEAD}}}):\s+(?=\S*[^\W\d]|.*\*))?(.*)$", re.DOTALL)
A_NAME = r"(?:weight )?[^\W\d]\w*"
BETWEEN_NAMES = r", ?(?:and )?| (?:and|und|et|y|e|и|och|en|i|a) "
LISTED = re.compile(rf"(.*?)((?:{A_NAME}(?:{BETWEEN_NAMES}))+{A_NAME})\s*[:=\t]\s*({NUMBERS})")
DERIVED = r"[*+/^(]|(?<!^)- ?[^\W\d]|^ ?- ?[^\W\d]"  # how a number is calculated
HEADING = rf"(?:[^\W\d]|[∂∇])[^=\d\t]{{0,{LONGEST_HEAD}}}(?<!\.)"
RULES = {"activation": "activations", "loss": "losses", "examples": "examples", "biases": "policies"}
OF_OLD = re.compile(rf"(?i)(?<!\w)(?:{ABOUT['old']})(?!\w) *")
# Behind a number: where a weight leads, or words.
TO = r"(?:\s+(?:to|into|→|zu|vers|para)\s+|\s?[,;]\s*)[^\W\d][^=]*|\s+[^\W\d][^\d=*/+\-]*|;?\s*[%#].*"
TO = rf"(?<=[\d\]])({TO})$"
OF_COLUMN = re.compile(rf"(?i)(?:^|(?<= ))(?:{ABOUT['example']}) ?#?(\d) (?=\S)")  # a column has an example
OF_PASS = re.compile(rf"(?i)(?:^|(?<= ))(?:{ABOUT['round']}) ?#?(\d)(?: (?=\S)|$)")
AFTER = rf"\b(?:{ABOUT['after']})\s+(\d{{1,6}})"
HEADS = {"after": rf"{AFTER}\s+[^\W\d]+\s*[:.]?"}
HEADS |= {
    key: rf"\[?(?:{ABOUT[key]}|{more})\s*#?(\d{{1,4}}|[a-d])(?:\s*(?:[]:.)-]|$)|\s[^\d:=]{{1,30}}:)"
    for key, more in (("round", "cycle"), ("example", "data"))
}


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
    heading, nameless, first = "", 0, -1  # so many lines of numbers alone stand under it; the first round
    fresh = False  # it is one of a kind of numbers, and nothing stands under it yet
    heads: list[str] = []
    while n < len(rows):
        line, row = rows[n]
        row = re.sub(MARK, "", row)
        here = here if row else 0
        row, said = headed(row)
        heading = heading if (row or fresh) and not said else ""
        after = said.get("after", after)
        if "round" in said:
            first = said["round"] if first < 0 else first
            after = max(said["round"] - first, 0)
        if "example" in said:  # up to a blank line; in a line of its own it counts on
            here, example = said["example"], example if row else said["example"]
        row, n = extended(row, rows, n + 1)
        bare = re.sub(r"\([^()]*\)|(?:,[^\t]*)?[: ;]+$", "", row[:LONGEST_LIST])
        ends = row[:1].islower() and line in [one for one, _ in rows[n : n + 1]]  # as a sentence does
        if re.fullmatch(HEADING, bare) and bare.count(" ") < 7 and not ({",", "→"} & {*bare} or ends):
            heading, nameless, fresh = "" if is_of_several(row) else bare.strip(), 0, is_of_kind(bare)
        cells = cells_of(row)
        listed = names_listed(row)
        table, of_example = ([], False) if listed else tabled(cells, heads)
        if table:
            under += of_example
            parts = [("", name, words, False, False) for name, words in table]
        else:
            heads, under = heads if listed else heads_in(cells), 0
            parts = [*(listed or parts_of_row(row))]
            parts = [part for part in parts if listed or not (heads and numeric(part[2]).size)]
        by_example = table and any(OF_COLUMN.search(name) for name, _ in table)
        counted, fresh = "", fresh and not any(numeric(words).size for _, _, words, *_ in parts)
        for label, name, words, arrow, derived in parts:
            name, when = bare_name(name, after)
            # a round prints the weights that it leads to
            leads = arrow or (first >= 0 and not kinds(name) <= {"x", "y"})
            above = " ".join(filter(None, (heading if heading != label else "", label)))
            if not name and above and numeric(words).size:
                nameless += 1
                name = counted = str(nameless)
            elif counted:  # what stands beside these numbers
                above = f"{above} {counted}"
            number, of = numeric(words), 0 if by_example else here or example or under
            if column := OF_COLUMN.search(name):
                name, of = name[: column.start()] + name[column.end() :], int(column[1])
            if table and (column := OF_PASS.search(name)):
                name, when = name[: column.start()] + name[column.end() :], int(column[1]) - 1
            of = headed(label)[1].get("example", of)  # several in one line
            yield Typed(line, name.strip(), above, number, words, leads, when, of, derived)


def is_of_kind(heading: str) -> bool:
    """Say whether a heading is of one kind of numbers, by its words, or as new ones or partials."""
    turned = re.search(TURNED_NEW, heading) or re.search(OF_PARTIALS, heading)
    roles = {role for word in re.findall(r"[^\W\d_]{3,}", heading.lower()) for role in ROLES.get(word, ())}
    short = heading.count(" ") < (5 if {"weight", "bias"} & roles else 3)
    return bool(words_of(heading)[0] or (turned and short))


def headed(row: str) -> tuple[str, dict[str, int]]:
    """Return a line without what it says first of its round, its example or an update, and their numbers."""
    said = dict[str, int]()
    for key, head in HEADS.items():
        if found := re.match(head, row, re.IGNORECASE):
            row = row[found.end() :].strip()
            said[key] = int(found[1]) if found[1].isdecimal() else "abcd".index(found[1].lower()) + 1
    return row, said


def bare_name(name: str, after: int) -> tuple[str, int]:
    """Return a name without talk and remarks, and after how many updates its number is."""
    now = re.search(rf"\s*{AFTER}(?:\s+\w+)?$", name, re.IGNORECASE)
    name, when = (name[: now.start()], int(now[1])) if now else (name, after)
    name = re.sub(r" \([^()]*\)$", "", name)
    name = re.sub(r"^([^\W\d_]{3,}) (?:-|\d|log|ln)[\w/]*[*^(][^=]*$", r"\1", name)  # cost -log(1-y)
    return re.sub(rf"(?i)^(?:{ABOUT['talk']})\s+(?!hat|pred)(?=\w)", "", name.strip()), when


def names_listed(row: str) -> list[tuple[str, str, str, bool, bool]]:
    """Return the names that a line lists before as many numbers, as a, b = 1, 2 does, or nothing."""
    row = re.sub(r" \([^()]*\)", "", row[: LONGEST_LIST + 1])
    if len(row) > LONGEST_LIST or not (found := LISTED.fullmatch(row)):
        return []
    names, leaves = re.split(BETWEEN_NAMES, found[2]), numeric(found[3])
    pairs = zip(names, leaves.flat, strict=True) if len(names) == leaves.size else ()
    return [(found[1].strip(), name, leaf.text, False, False) for name, leaf in pairs]


def heads_in(cells: Sequence[str]) -> list[str]:
    """Return the names of columns, without what they are calculated with; nothing if these are none."""
    bare = [re.sub(r"(?<=\w) \([^()]*\)$", "", cell) for cell in cells]
    if len({*bare}) < len(bare):  # w (x1), w (x2)
        bare = [re.sub("[()]", "", cell) for cell in cells]
    names = [
        re.sub("=.*", "", one) if k > 1 and re.search(DERIVED, one) else one for k, one in enumerate(bare)
    ]
    plain = (not re.search(r"[=:→]|\d\.\d", name) and not numeric(name).size for name in names)
    fits = len(names) > 1 and all(plain) and max(map(len, names)) < LONGEST_HEAD / 2
    return names if fits else []


def tabled(cells: Sequence[str], heads: Sequence[str]) -> tuple[list[tuple[str, str]], bool]:
    """Return the numbers of a line of a table, each with the name that its column and its line give it.

    And whether the line is of an example, as it has no name.
    """
    cells = [cell if not re.match(r"[-\d(]", cell) else cell.split("=")[-1].strip() for cell in cells]
    sizes = [numeric(cell).size for cell in cells]
    pairs = [cell for cell in cells if cell]  # names and numbers in turn
    in_turn = [bool(numeric(cell).size) for cell in pairs] == [False, True] * (len(pairs) // 2)
    if heads and len(pairs) > 2 and in_turn:
        return [*zip(pairs[::2], pairs[1::2], strict=True)], False
    corner = ["", *heads] if len(cells) - len(heads) == 1 and not sizes[0] else heads  # it may be empty
    if not heads or len(corner) != len(cells) or not any(sizes) or any(map(LINKED.search, cells)):
        return [], False
    start = next(n for n, size in enumerate(sizes) if size)
    first = corner[0].lower()
    counted = not start and (about("example|unit|number", first) or first == "j") and cells[0].isdecimal()
    start = start or int(counted)
    said = [cell for n, cell in enumerate(cells[:start]) if cell and not (n and re.search(DERIVED, cell))]
    label = " ".join(re.sub(r"(?:^|\s)\S*[*+=^].*|\d\.\d.*", "", cell) for cell in said).strip()
    label = "" if about("example|number", first) and re.fullmatch(r"\d+|[A-D]", label) else label
    turned = re.search(TURNED_NEW, corner[0]) or re.search(OF_PARTIALS, corner[0])
    new = corner[0] if turned and start else ""
    slopes, named = re.match(OF_PARTIALS, label), []  # of what a column is of
    for head, cell in [*zip(corner, cells, strict=True)][start:]:
        filler = ROLES.get(head.lower()) == ["filler"] and label and not about("old", head.lower())  # value
        plain = "" if filler else head
        parts = (label, plain) if slopes else ("" if re.search(TURNED_NEW, plain) else new, plain, label)
        if numeric(cell).size:
            named.append((" ".join(filter(None, parts)), cell))
    return named, not label


def about(key: str, text: str) -> bool:
    """Say whether a text has a word for something, in any language."""
    words = "|".join(ABOUT[one] for one in key.split("|"))
    return bool(re.search(rf"(?<![a-zà-ÿа-я])(?:{words})(?![a-zà-ÿа-я])", text))


def extended(row: str, rows: Sequence[tuple[int, str]], n: int) -> tuple[str, int]:
    """Return a line with the lines from n on that hold the rest of its matrix, and the number of the next."""
    below = rows[n][1] if n < len(rows) else ""
    # an array stands below its name, as a console prints it
    named = re.match(r"\(?\[", below) and re.fullmatch(r"[^\W\d][\w.]*", row)
    bare, opened, whole, end = named or row.endswith(("=", ":")), depth(row), row, n
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
    row = re.sub(r"^([^\W\d]\w*)\t(?=[^\t=→:]*=[^\t=→:]*$)", r"\1 = ", row)  # w46  0.3 + 0.1 = 0.4
    cells, label = [*filter(None, row.split("\t"))], ""
    if len(cells) > 2 and not re.search(r"[=:→]|\d\.\d", cells[0]) and re.match(r"[^\W\d]", cells[1]):
        label, *cells = cells
    for cell in re.split(r"\t(?=[^\W\d]|[∂∇])", "\t".join(cells)):
        if lead := re.match(rf"{NUMBERS}(?=$|[^\W\d])", cell):
            yield label, "", lead[0], False, False
            continue
        said, rest = SAID_OF.findall(cell)[0]
        if not re.search(r"\d", rest) or re.search(r"\d\.\d", said):
            said, rest = "", cell
        if about("|".join(RULES), said.lower()) and not LINKED.search(rest):  # activation: ReLU
            yield "", said, rest, False, False
            continue
        label = said or label
        first_link = next(iter(LINKED.findall(rest)), "")
        for name, words, arrow, derived in named_in(rest):
            unnamed = not name and label and numeric(words).size
            yield "" if unnamed else label, label if unnamed else name, words, arrow, derived
            if not label and numeric(words).size > 1 and first_link != "=":
                label = name  # h1: 0.3 -0.8, and beside it b 0.1


def named_in(row: str) -> Iterator[tuple[str, str, bool, bool]]:
    """Go through the names in a piece of a line, each with what is behind it: an arrow, a calculation."""
    starts: list[re.Match[str]] = []
    for found in START.finditer(row):
        since = max(starts[-1].end(), found.start() - LONGEST_LIST) if starts else 0
        between = row[since : found.start()] if starts and found[0][0] not in ",;\t" else ""
        link = between and not numeric(re.split("[=→]", between)[-1]).size  # how a number is calculated
        if not link and (found[1][0] == "1" or not re.search(r"\*(?!$)|\s[-+]\s|\^\d$", found[1])):
            starts.append(found)
    front = row[: starts[0].start()] if starts else row
    pieces = re.split(r"[,;]\s+(?=[^\W\d])", front.strip(" ,;."))
    first, whole = BARE.fullmatch(pieces[0]), BARE.fullmatch(front)
    if (first and first[2]) or (whole and (not starts or whole[2])):
        for piece in pieces if first and first[2] else [front]:
            bare = BARE.fullmatch(piece)
            yield (
                (bare[1] or bare[3], bare[2] or bare[4], False, False) if bare else ("", piece, False, False)
            )
    elif front.strip():
        last = re.split("[=→]", front.rstrip("→ "))[-1] if "," not in front else front
        yield "", last if numeric(last).size else front, False, last != front
    ends = [*(found.start() for found in starts[1:]), len(row)]
    for found, end in zip(starts, ends, strict=False):
        words, *talk = re.split(TO, row[found.end() : end].strip(" ,;\t"))
        last = re.split("[=→]", words)[-1]  # behind how it is calculated
        if (columns := re.search(rf"\t({NUMBERS})$", last)) and not numeric(last).size:
            last = columns[1]
        if (remarked := REMARKED.match(last)) and not numeric(last).size:
            last = remarked[1]
        arrow = "→" in found[2] + words + row[end : end + 1]
        derived = not (numeric(words).size or (remarked and "=" not in words))
        derived = derived and bool(re.search(DERIVED, words))
        # a0 = x = 0.3
        own = re.fullmatch(r"\s*([^\W\d]\w*)\s*=[^=]*", words) if numeric(last).size else None
        name = own[1] if own and "x" in kinds(own[1]) else found[1]
        yield name, last if numeric(last).size else words, arrow, derived and name == found[1]
        for said in talk[:1]:
            yield from named_in(said) if BARE.fullmatch(said.strip(" ,;.")) else [("", said, False, False)]
