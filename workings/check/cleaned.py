"""A pasted text in one way of writing: its signs, its numbers, what consoles put around them."""

import re
from decimal import Decimal
from typing import Any

import numpy as np

from workings.net.numerals import Numeral
from workings.symbol import Array
from workings.words import WORDS

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w.])"
NUMBERS = rf"(?:[\s,;\[\]]*{NUMBER})+[\s,;\[\]]*"
PROMPT = r"(?:julia>|octave(?::\d+)?>|In ?\[\d+\]:|>{1,3})"
GONE, SENTENCE = "\0", "\1"  # in place of a line that says nothing; between sentences
BETWEEN = re.compile(r"(?<![=:→+*/(,; ]) {2,}(?![=:→+*/)]|- )")  # what stands between columns
ABOUT = {
    key: "|".join(words.split())
    for key, words in WORDS["pasted words"].items()
    if key not in ("spoken", "is")
}
# What is written in many ways, in one: signs, then what programs put around numbers.
ONE_WAY = [
    (r"(?m)^([^\W\d]+ \d+)\. ", r"\1) "),
    (rf"(?m)^{PROMPT} ?", ">>> "),  # consoles: their prompts and labels
    (r"(?m)^(?:\d+(?:×\d+|-element) \w+\{.*|\s*(?:\[,\d+\]\s*?)+|[ |]*:?-{2,}[-:| ]*)$", GONE),
    (r"(?m)^(?:Out ?\[\d+\]: ?|\s*\[\d+,?\] +(?=[-+.\d]))", ""),
    (r"[·×⋅∙]|\\(?:cdot|times)(?![a-z])", "*"),
    (r"\\begin\{\w?matrix\}", "["),
    (r"\\end\{\w?matrix\}", "]"),
    (r"\\\\", "; "),
    (r"(?<=[\])])\^T(?!\w)|\\[ ,;!\[\]]|\\q?quad\b|\b(?:nn\.|layers\.)?(?:Linear|Dense)\(\d[^()]*\)", " "),
    (r"\bmatrix\(\s*(c\([^()]*\))[^()]*\)", r"\1"),  # of R: which way it is filled the numbers tell
    (r"(?m)((?:^|; ?|>>> ?)[\w.]+) <- ?(?=(?:c|rbind)\(|[-+.\d\[])", r"\1 = "),  # so R gives a name
    (r"(?<![\w.])\d{1,3}(?: ?[-×] ?\d{1,3}){2,}(?!\w|\.\d)", ""),
    (r"->|=>|:=|⇒|⟶|←|<-|\\(?:to|(?:long)?rightarrow)(?![a-z])", "→"),
    (r"(\w)\((\w+)→(\w+)\)", r"\1_\2_\3"),  # w(x1→h1)
    (r"(?<![\w=)] )(?<!\w)([^\W\d]\w?\d*) ?→ ?([^\W\d]\w?\d*)(?= ?:| [-+]?\d)", r"\1_\2"),  # x1→h1 0.3
    (r"(?m)^([^=:→\n]{1,40}) ?→ (?=[^\W\d]\w* ?=)", r"\1: "),
    (r"(?<=[^\W\d])\(([^\W\d]\w?)\)(?=\s*[=≈])", r"_\1"),  # net(h1)
    (r"(?<!\w)([^\W\dw]\w*) \([^()=]*→[^()=]*\)", r"weight \1"),  # p1 (x1→h1)
    (r"\s\([^()=]*[,;][^()=]*\)(?=\s*=)|\s\([^()=]*→[^()=]*\)|\s\([^()]*\)(?=\s*:)", ""),
    (r"(?<=\d)\s*\((?=[^()]*[^\W\d])(?:[^()=+*/ ]| (?![-+*/] ))*\)", ""),  # where a weight leads
    (r"~=|[≈≃≅]|\\(?:approx|simeq)(?![a-z])", "="),
    (r"[${}`\"]|\*\*(?![\d(])|\.\.\.|…|\bnp\.|\\(?:left|right|text|math)[a-z]*", ""),
    (r"\\frac\s*\\partial\s*([^\\]+)\\partial\s*(\S+)", r"∂\1/∂\2"),
    (r"\\(?=[^\W\d])", ""),
    (r"(_[^\W_]+)?\^[\[(](\d)[\])]", r"^(\2)\1"),
    (r"(?<=[^\W\d])(\d+)\((\d)\)(?=\s*[=:])", r"^(\2)_\1"),
    (r",\s*(?:dtype|grad_fn|requires_grad|device)=[^,)\n]*", ""),
    (r"OrderedDict\(\[|[,(] ?\(?'([\w.]+)'[,:] ?(?=(?:tensor|array)\()", rf"{SENTENCE}\1 = "),
    (r"\b(?:[a-z]+\.)?(?:array|tensor|matrix|rbind|c(?=\()|float\d+)\s*\(", "("),
    (r"(?<=\s)\((?=[^\W\d][^()=]*=)", ", "),
    (r"(?<=\d) (?:and|und|et|y|e|и|和) (?=[-+]?[\d.])", ", "),
    (rf"(?i) (?:{WORDS['pasted words']['is']}) (?=[-+]?[\d.])", " = "),
    (rf"(?i)(?<![\w.])\(?({WORDS['pasted words']['spoken']}) +(?=[-+]?[\d.])", r", \1 = "),
    (r"(?m)(?<!^\d)(?<=[\w)²])\.[^\S\n]+(?=[^\W\d](?:[^\W\d]| ?=| [^\W\d]))", SENTENCE),
    (r"(?<=\d)\s*[*x]\s*10\s*(?:\^|\*\*)\s*\(?([-+]?\d+)\)?", r"e\1"),
]
CHARACTERS: dict[int, Any] = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₕₒᵢⱼₖₙₜₓ−–&", "0123456789hoijkntx-- ")
CHARACTERS |= {ord("Σ"): " ", ord("："): ": ", **dict.fromkeys(map(ord, "，、；。"), ", ")}
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
LINKED = re.compile("[=:→]")


def cleaned(text: str) -> str:
    """Return a text with signs and numbers written in one way, and tabs between what stands in columns."""
    text = text.translate(CHARACTERS)
    text = re.sub("[⁻⁰¹²³⁴-⁹]+", lambda found: "^" + found[0].translate(POWERS), text)
    for pattern, way in ONE_WAY:
        text = re.sub(pattern, way, text)
    for n, key in enumerate(("first", "second", "third"), 1):
        text = re.sub(rf"(?im)^\W*(?:{ABOUT[key]})\s*(?:{ABOUT['round']})(?=[\s:.]|$)", f"round {n}", text)
    rows = (row if "[" in row else BETWEEN.sub("\t", row.strip(" ")) for row in text.split("\n"))
    text = "\n".join(rows)
    text = re.sub(r" *[\t|] *", "\t", re.sub(r"[^\S\t\n]+", " ", text))
    text = text if re.search(r"\d\.\d", text) else re.sub(r"(?<=\d),(?=\d)", ".", text)
    share = r"(?m)(?<![\d.])(\d{1,9}\.?\d{0,12}) ?%(?=[,;) ]{0,9}$)"
    return re.sub(share, lambda found: str(Decimal(found[1]).scaleb(-2)), text)


def commanded(row: str) -> tuple[list[str], str]:
    """Return what a line at a prompt gives numbers to, and the name of what it may show below.

    >>> commanded("x = [0.6; 0.1]; z = W*x + b; z")
    (['x = [0.6; 0.1]'], 'z')
    """
    found, below = list[str](), ""
    for part in re.split(r";(?![^\[(]*[\])])", re.sub(r"(?:^|\s)[#%].*", "", row)):
        part = re.sub(r"^print ?\((.*)\)$", r"\1", part.strip())
        name, value, bare, less = re.findall(r"^(?:([\w.]+) ?[-+*/]?[=→] ?(.*)|([\w.]+)|(\w+) -.*)$|$", part)[
            0
        ]
        found += [f"{name} = {value}"] if numeric(value).size else []
        total = "loss" if re.search(r"(?:sum|mean)\(", part) else ""
        below = name or bare or (f"new {less}" if less else total) if part else below
    return found, below


def numbered_rows(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text with their numbers, those of a console as what they give and show."""
    lines = [line.strip() if line.strip(" |\t") else "" for line in cleaned(text).split("\n")]
    found = list[tuple[int, str]]()
    for n, row in enumerate(lines, 1):
        if row == GONE or (not row and found and found[-1][1].endswith("=")):
            continue
        if row.startswith("=") and found and LINKED.search(found[-1][1]):
            found[-1] = found[-1][0], f"{found[-1][1]} {row}"
        elif row.startswith(">>>"):
            said, below = commanded(row[3:])
            found += [(n, one) for one in said]
            follows = next((line for line in lines[n:] if line != GONE), "")
            found += [(n, f"{below} =")] if below and numeric(follows).size else []
        else:
            found += [(n, part.strip()) for part in row.split(SENTENCE)]
    return found


def numeric(text: str) -> Array:
    """Return the number, list or matrix that a text is, with the digits as they are written, or nothing."""
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
    # a column is one if it stands in lines
    return array if matrix or len(inner) > 1 or 1 not in array.shape or "\n" in text else array.ravel()


def depth(row: str) -> int:
    """Return how many brackets a line leaves open."""
    return len(re.findall(r"[\[(]", row)) - len(re.findall(r"[\])]", row))
