"""A pasted text in one way of writing: its signs, its numbers, what consoles put around them."""

import re
from decimal import Decimal
from functools import lru_cache

import numpy as np

from workings.net.numerals import Numeral
from workings.symbol import Array
from workings.words import WORDS

UNSIGNED = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w.])"
NUMBER = rf"[-+]?{UNSIGNED}"
NUMBERS = rf"(?:[\s,;\[\]]*{NUMBER})+[\s,;\[\]]*"
PROMPT = r"(?:[ \t]*\.\.\.:|julia>|octave(?::\d+)?>|In ?\[\d+\]:|>{1,3})"
GONE, SENTENCE, RULE = "\0", "\1", "\2"  # a line that says nothing; between sentences; below a head
BETWEEN = re.compile(r"(?<![=:→+*/(,; |]) {2,}(?![ =:→+*/)|]|- )")  # what stands between columns
ABOUT = {key: "|".join(words.split()) for key, words in WORDS["pasted words"].items()}
# What is written in many ways, in one: signs, then what programs put around numbers.
ONE_WAY = [
    ("[，、；。]", ", "),
    ("：", ": "),
    (r"(?m)^[ \t]*[=#~*-]{3,}(?=\s*[^\W\d])|(?<=\S) {0,9}[=#~*-]{3,99} *$", ""),  # around a head
    (r"~~[^~\n]*~~|(?<=[=→|]) ?\*\*(?=[-\d.])", " "),  # what is struck through, or bold
    # x1 = x2 = 1
    (rf"(?<!\w)([^\W\d]{{1,20}}_?)(\d{{1,3}}) ?= ?\1(\d{{1,3}}) ?= ?({NUMBER})", r"\1\2 = \4, \1\3 = \4"),
    (r"(?m)^([^\W\d]+ \d+)\. ", r"\1) "),
    (r"(?im)^(?:tab\w*|fig\w*|ex\w*|beispiel)\.? \d+\.\d+\b[.:]?", ""),  # Table 3.1
    (r"(?m)(?<=,)\n\+ +", " "),  # where a console goes on
    (rf"(?m)^{PROMPT} ?", ">>> "),  # consoles: their prompts and labels
    (r"(?m)^(?:\d+(?:×\d+|-element) \w+\{.*|[ \t]*(?:\[,\d+\][ \t]*)+|[ |+]*:?-[-|][-:|+ ]*)$", RULE),
    (r"(?m)^(?:Out ?\[\d+\]|Parameter containing): *$", GONE),
    (r"(?m)^(?:Out ?\[\d+\]: ?|\[[^\W\d]+\] +|[ \t]*\[\d+,?\] +(?=[-+.\d]))", ""),
    # remarks
    (r"(?m)(?:\t| {2,})\([^(),=\n]*(?:=[^()\n]*)?\)$|(?<!\\)\[(?=[^\[\]]*[^\W\d] ?=)[^\[\]]*\](?!\w)", ""),
    (r"(?<!\w)D(?=(?:theta|[wvbθ])_?\d)", "Δ"),
    (r"[·×⋅∙]|\\(?:cdot|times)(?![a-z])|(?<=[\d)]) x (?=[-(]?\d)", "*"),
    (r"\\[td]?frac ?(?:\{(\d)\} ?\{(\d)\}|(\d) ?(\d)) ?", r"\1\3/\2\4 "),
    (
        r"\\[td]?frac ?\{([-\d(][^{}]{0,99})\} ?\{([-\d(][^{}]{0,99}(?:\{[^{}]{0,99}\})?[^{}]{0,99})\}",
        r"(\1)/(\2)",
    ),
    (r"\\begin\{\w?matrix\}", "["),
    (r"\\end\{\w?matrix\}", "]"),
    (r"\\\\", "; "),
    (r"\\(?:begin|end)\{[^{}]*\}(?:\{[^{}]*\})?|\\(?:(?:sub)*section|paragraph)\*?", " "),
    (r"(?<=[\])])\^(?:T(?!\w)|\\top)|\\[ ,;!\[\]]|\\q?quad\b", " "),
    (r"\bmatrix\(\s*(c\([^()]*\))[^()]*\)", r"\1"),  # of R: which way it is filled the numbers tell
    (r"(?m)((?:^|; ?|>>> ?)[\w.]+) <- ?(?=(?:c|rbind)\(|[-+.\d\[])", r"\1 = "),  # so R gives a name
    # the sizes of layers
    (r"\b(?:(?:nn|layers)\.)?(?:Linear|Dense)\(\d[^()]*\)", " "),
    (r"(?<![\w.])\d{1,3}(?: ?[-×] ?\d{1,3}){2,}(?!\w|\.\d)", " "),
    (r"->|=>|:=|⇒|⟶|←|<-|\\(?:to|gets|(?:long)?(?:left|right)arrow)(?![a-z])", "→"),
    (r"(?<!\w)([^\W\d]\w{0,20})\((\w{1,20})→(\w{1,20})\)", r"\1_\2_\3"),  # w(x1→h1)
    (r"(?<=[^\W\d]{2}) → (?=\d+ [^\W\d]{3})| → (?=[^\W\d]+\d*\([^\W\d]{4,}\))", ", "),  # 2 inputs → 3 units
    (r"(?i)\bone[- ]hot |(?m:(?<=[^\W\d]{4} )(?:a|à|to|auf|op|na|до) \d{1,2}$)", ""),  # rounded to 5
    (r"(?<=\d) / (?=[^\W\d]{2,}|[^\W\d]\w* ?=)", ", "),  # x = 0.3 / t = 0.2
    (r"(?m)(?:^|(?<=[|\t]) ?|(?<=[^→\d] ) ?)(\d) ?(?:→|-) ?(\d)(?= *[:|\t])", r"w\1_\2"),  # 1→3: 0.3
    (
        r"(?<![\w=)] )(?<!\w)([^\W\d]\w?\d*) ?(?:→|(?<=\d)-|(?<=\d )-) ?([^\W\d]\w?\d*)"
        r"(?= *[:|\t]| +[-+]?[\d.])",
        r"\1_\2",
    ),  # x1→h1 0.3
    (
        r"(?<!\w)([^\W\d]\w{0,20}) ?-{1,9} ?[(\[]?([-+]?\d+[.,]?\d*)[)\]]? ?-{0,9}→ ?([^\W\d]\w*)",
        r"\1_\3 = \2",
    ),  # x1 --(0.3)--> h1
    (r"(?m)^([^=:→\n]{1,40}) ?→ (?=[^\W\d]\w* ?=)", r"\1: "),
    (r"(?<=[,;]) ?(?=[^=:→,;\n]{0,20}[^\W\d]{3})[^=:→,;\n]{1,25}→ (?=[^\W\d]\w* ?=)", " "),  # class A → y =
    (r"(?<=[^\W\d])(?<!exp)\(([^\W\d]\w?)\)(?=\s*[=≈])", r"_\1"),  # net(h1)
    (r"(?<!\w)([^\W\dw]\w*) \([^()=]*→[^()=]*\)", r"weight \1"),  # p1 (x1→h1)
    (r"\s\((?![-+]?\d+,\d+\))[^()=]*[,;][^()=]*\)(?=\s*=)|\s\([^()=]*→[^()=]*\)|\s\([^()]*\)(?=\s*:)", ""),
    # where a weight leads
    (
        r"(?<![^\W\d]\d)(?<=\d)(?:\s+\(|\((?!\w+-))(?!1 ?-)(?=[^()]*[^\W\d])"
        r"(?:[^()=+*/ ]| (?![-+*/] ))*\)(?! ?\^)",
        "",
    ),
    (r"~=|[≈≃≅]|\\(?:approx|simeq)(?![a-z])", "="),
    (r"[;,] ?(?=[^\W\d_]{2,12} ?: ?[^\W\d]\w{0,9} ?[=→])", SENTENCE),  # x1 = 0.3; targets: t1 = 0.5
    (r"(?m)^([^\W\d]\w* = [^=:\n]*[^=:\n\d]): (?=\[)", r"\1 = "),  # dZ2 = A2 - y: [0.3]
    (r"(?<=[ぁ-ヿ一-鿿가-힣]) ?: ?", ": "),
    (r"(?m)\\\s*$", ""),
    (r"[${}`\"]|\*\*(?![\d(])|\.\.\.|…|\bnp\.|\\(?:left|right|text|math|emph|bold|operatorname)[a-z]*", ""),
    (r"\\frac\s*\\partial\s*([^\\]+)\\partial\s*(\S+)", r"∂\1/∂\2"),
    (r"\\partial(?![a-z])\s*", "∂"),
    (r"\\(?=(?:ln|log|exp|tanh)(?![a-z]))", " "),
    (r"\\(?=[^\W\d])", ""),
    (r"(_[^\W_]+)?\^[\[(](\d)[\])]", r"^(\2)\1"),
    (r"(?<=[^\W\d])(\d+)\^?\((\d)\)(?=\s*[=:])", r"^(\2)_\1"),
    (r",\s*(?:dtype|grad_fn|requires_grad|device)=[^,)\n]*", ""),
    (r"OrderedDict\(\[|[,(] ?\(?'([\w.]+)'[,:] ?(?=(?:tensor|array)\()", rf"{SENTENCE}\1 = "),
    (r"\b(?:[a-z]+\.)?(?:array|tensor|matrix|rbind|c(?=\()|float\d+)\s*\(", "("),
    (r"(?<=\s)\((?=[^\W\d][^()=]*=)", ", "),
    (rf"(?i) (?:{ABOUT['is']}) (?=[-+]?[\d.])", " = "),
    (r"(?<=\d) (?:and|und|et|y|e|и|和) (?=[-+]?[\d.])", ", "),
    (r"(?<=\S) (?:and|und|et|y|e|и|och|en) (?=[^\W\d]{2,} ?= ?[-+]?[\d.])", ", "),
    (rf"(?i)(?<![\w.])\(?({ABOUT['spoken']})(?: of)? +(?=[-+]?[\d.]+(?![\d.]| ?=))", r", \1 = "),
    (r"(?m)(?<!^\d)(?<=[\w)²\]])\.[^\S\n]+(?=[^\W\d](?:[^\W\d]| ?=| [^\W\d]))", SENTENCE),
    (r"(?<=\d)\s*[*x]\s*10\s*(?:\^|\*\*)\s*\(?([-+]?\d+)\)?", r"e\1"),
]
CHARACTERS = str.maketrans(
    "₀₁₂₃₄₅₆₇₈₉ₕₒᵢⱼₖₙₜₓ−–&⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠Σ（）", "0123456789hoijkntx-- |||||||||||| ()", "ᵀ"
)
INDEXED = r"(?<=\w)(?<!\bIn)(?<!\bOut)\[(\d)\]"
SHOWS = r"(?:print|float|disp|(?:np\.)?(?:round|around)|r|rd)"  # what only shows numbers
INDENT = 30  # so many blanks may stand before a row of a matrix
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBERED = re.compile(NUMBER)
ROW = re.compile(r"[|\[(]([^|\[\]()=\d]*\d[^|\[\]()=]*)[|\])]")  # of a matrix
LINKED = re.compile("[=:→]")


def rows_joined(text: str) -> str:
    r"""Return a text in which the rows of matrices that stand below each other are in one line.

    >>> rows_joined("W = | 0.1 0.2 |  b = | 1 |\n    | 0.3 0.4 |      | 2 |").splitlines()[0]
    'W = [ 0.1 0.2 ; 0.3 0.4 ]  b = [ 1 ; 2 ]'
    """
    lines = text.split("\n")
    for n, line in enumerate(lines):
        first = [
            row
            for row in ROW.finditer(line)
            if re.search(r"(?:[=←→:]|<-)\s*$", line[max(0, row.start() - INDENT) : row.start()])
        ]
        rows = {row.start(): [row[1]] for row in first}
        for m, below in enumerate(lines[n + 1 :] if rows else (), n + 1):
            if not re.fullmatch(r"[\s\d.,;|\[\]()+eE-]+", below) or not ROW.search(below):
                break
            for row in ROW.finditer(below):
                distances = {abs(start - row.start()): start for start in rows}
                rows[distances[min(distances)]].append(row[1])
            lines[m] = GONE
        for row in reversed(first):
            if len(rows[row.start()]) > 1:
                matrix = "[" + ";".join(rows[row.start()]) + "]"
                lines[n] = lines[n][: row.start()] + matrix + lines[n][row.end() :]
    return "\n".join(lines)


def columned(text: str) -> str:
    r"""Return a text with tabs between the names of columns, and between the numbers below them.

    >>> columned("x1 x2 t\n0 1   1")
    'x1\tx2\tt\n0\t1\t1'
    """
    lines, count = text.split("\n"), 0
    for n, line in enumerate(lines):
        cells, below = line.split(), " ".join(lines[n + 1 : n + 2]).split()
        if len(cells) > 2 and len(cells) == len(below) and all(re.match(r"[^\W\d]", cell) for cell in cells):
            count = len(cells) if all(map(NUMBERED.fullmatch, below)) else 0
            lines[n] = "\t".join(cells) if count else line
        elif count == len(cells) and all(map(NUMBERED.fullmatch, cells)):
            lines[n] = "\t".join(cells)
        else:
            count = 0
    return "\n".join(lines)


def cleaned(text: str) -> str:
    """Return a text with signs and numbers written in one way, and tabs between what stands in columns."""
    text = re.sub(" {99,}", " " * 99, text)
    text = columned(rows_joined(text.translate(CHARACTERS)))
    text = re.sub("[⁻⁰¹²³⁴-⁹]+", lambda found: "^" + found[0].translate(POWERS), text)
    if not re.search(r"\w\[0[\],]", text):  # where it counts from 1: w[1][2]
        text = re.sub(rf"{INDEXED}\[(\d)\]", r"_\1_\2", text)
        text = re.sub(r"(?<=[^\W\d])(\d?)\[(\d), ?(\d)\]", r"\1_\2_\3", re.sub(INDEXED, r"_\1", text))
    for pattern, way in ONE_WAY:
        text = re.sub(pattern, way, text)
    for n, key in enumerate(("first", "second", "third"), 1):
        text = re.sub(rf"(?im)^[^\w\n]*(?:{ABOUT[key]}) *(?:{ABOUT['round']})(?![^\s:.])", f"round {n}", text)
    rows = (row if "[" in row else BETWEEN.sub("\t", row.strip(" ")) for row in text.split("\n"))
    text = "\n".join(rows)
    text = re.sub(r" *[\t|] *", "\t", re.sub(r"[^\S\t\n]+", " ", text))
    text = text if re.search(r"\d\.\d", text) else re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(rf"(?m)^([^=;\n]+?) ?=[^;=\n]*;(?={NUMBER}(?:;|$))", r"\1;", text)
    share = r"(?m)(?<![\d.])(\d{1,9}\.?\d{0,12}) ?%(?=[,;) ]{0,9}$)"
    return re.sub(share, lambda found: str(Decimal(found[1]).scaleb(-2)), text)


def commanded(row: str) -> tuple[list[str], str]:
    """Return what a line at a prompt gives numbers to, and the name of what it may show below.

    >>> commanded("x = [0.6; 0.1]; z = W*x + b; z")
    (['x = [0.6; 0.1]'], 'z')
    """
    found, below = list[str](), ""
    for part in re.split(r";(?![^\[(]*[\])])", re.sub(r"(?:^|\s)[#%].*", "", row)):
        for _ in range(3):  # as in print(round(float(x), 4))
            part = re.sub(rf"^{SHOWS} ?\((.*?)(?:, ?(?:\w+=)?\d+)?\)$", r"\1", part.strip())
        name, value, bare, less = re.findall(r"^(?:([\w.]+) ?[-+*/]?[=→] ?(.*)|([\w.]+)|(\w+) -.*)$|$", part)[
            0
        ]
        found += [f"{name} = {value}"] if numeric(value).size else []
        total = "loss" if re.search(r"(?:sum|mean)\(", part) else ""
        below = name or bare or (f"new {less}" if less else total or part) if part else below
    return found, below


@lru_cache(maxsize=1)  # a text is read for its names, and for its sums
def numbered_rows(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text with their numbers, those of a console as what they give and show."""
    lines = [line.strip() if line.strip(" |\t") else "" for line in cleaned(text).split("\n")]
    found = list[tuple[int, str]]()
    for n, row in enumerate(lines, 1):
        if row == RULE and found and "\t" in (head := found[-1][1]):  # what stands above a line is a head
            found[-1] = found[-1][0], re.sub(r" ?[=≈][^\t]*", "", head)
        if row in (GONE, RULE) or (not row and found and found[-1][1][-1:] in ("", "=")):
            continue
        if row.startswith("=") and found and LINKED.search(found[-1][1]):
            found[-1] = found[-1][0], f"{found[-1][1]} {row}"
        elif row.startswith(">>>"):
            said, below = commanded(row[3:])
            found += [(n, one) for one in said]
            follows = next((line for line in lines[n:] if line not in (GONE, RULE)), "")
            found += [(n, f"{below} =")] if below and numeric(follows).size else []
        else:
            found += [(n, part.strip()) for part in row.split(SENTENCE)]
    return found


def cells_of(row: str) -> list[str]:
    """Return what stands in the columns of a line."""
    mark = next((mark for mark in "\t;," if mark in row), "\t")
    return [cell.strip() for cell in row.strip("\t ").split(mark)]


def numeric(text: str) -> Array:
    """Return the number, list or matrix that a text is, with the digits as they are written, or nothing."""
    text = re.sub(r"(?<=[\d\]\s])\(\D[^()]*\)?\s*$", "", text.strip())  # what is said of a number
    text = re.sub(r"^([-+]?\d+),(\d+)$", r"\1.\2", text.rstrip(".;, "))
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
    # a column is one if it stands in lines
    return array if matrix or len(inner) > 1 or 1 not in array.shape or "\n" in text else array.ravel()


def depth(row: str) -> int:
    """Return how many brackets a line leaves open."""
    return len(re.findall(r"[\[(]", row)) - len(re.findall(r"[\])]", row))
