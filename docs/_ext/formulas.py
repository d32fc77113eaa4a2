"""The parts of a formula: where its lines may end, which of its words are names.

A browser does not break MathML into lines. So a formula that stands alone is written in pieces, each a
formula of its own: the page breaks it before an equals sign, before a plus or a minus, then before a factor.
The book and the cells that run in its pages (docs/live) write their formulas so, each with a converter of its
own from TeX to MathML.

>>> pieces("a = b + c", {"="})
['a ', '= b + c']
"""

import re
from collections.abc import Callable, Iterator

Write = Callable[[str], str]  # from TeX to MathML
NAME = re.compile(
    r"(?<!\\text\{)\b(?:[ho]_(?:in|out|delta)_[12]|(?:diff|update)_w[1-8]|lost[12]?|[wxy][1-8])\b"
)
UPRIGHT = re.compile(r"\\mathrm\{((?:[A-Za-z0-9]|\\_)+)\}")
WORD = re.compile(r"<mtext>([A-Za-z]\w*?)(?:_?(\d+))?</mtext>")
PRIME = re.compile(
    r"<msup>(<mi>[^<]*</mi>|<mrow>(?:<mspace[^>]*/>)?<mi>\w+</mi></mrow>)"
    r"(?:<mrow>)?<mo[^>]*>([′″‴])</mo>(?:</mrow>)?</msup>"
)
TOKEN = re.compile(
    r"\\(?:begin|end)\{\w+\}|\\(?:[Bb]igg?[lr]?|left|right)(?:\\\W|[^\w\\])|\\[A-Za-z]+|\\.|.", re.DOTALL
)
OPENS = re.compile(r"\\begin\{|\\left\W|\\[Bb]igg?l\W|[{(\[]$")
CLOSES = re.compile(r"\\end\{|\\right\W|\\[Bb]igg?r\W|[})\]]$")
# Where a formula may be broken: first before these, and only what is still too wide before the next.
BREAKS = ({r"\qquad"}, {"=", r"\approx"}, {"+", "-"}, {r"\times", r"\odot", r"\cdot"})
SIGNS = set[str]().union(*BREAKS) - {r"\qquad"}
ALIGNED = re.compile(r"\s*\\begin\{aligned\}(.*)\\end\{aligned\}\s*", re.DOTALL)
GOES_ON = re.compile(r"\s*(?:\\quad\s*)+(?:\{\})?(.*)", re.DOTALL)  # a row that was broken already


def tidy(math: str) -> str:
    """Return MathML whose names are no texts, and whose primes stand close."""
    # a name is no text: browsers take text for empty space, and leave none beside a sign that is next to it
    math = WORD.sub(identifier, math)
    return PRIME.sub(r'<mrow>\1<mo form="postfix" lspace="0" rspace="0">\2</mo></mrow>', math)


def identifier(found: re.Match[str]) -> str:
    """Return a name as an identifier, and the number at its end as its index."""
    name, index = found.groups()
    upright = f'<mi mathvariant="normal">{name}</mi>' if len(name) == 1 else f"<mi>{name}</mi>"
    return f"<msub>{upright}<mn>{index}</mn></msub>" if index else upright


def tokens(tex: str) -> Iterator[tuple[str, int]]:
    """Go through the tokens of TeX, each with the number of brackets and groups around it."""
    depth = 0
    for token in TOKEN.findall(tex):
        depth -= bool(CLOSES.match(token))
        yield token, depth
        depth += bool(OPENS.match(token))


def pieces(tex: str, signs: set[str]) -> list[str]:
    """Return TeX in pieces: each but the first begins with a sign that stands outside of brackets."""
    found, side = [""], False
    for token, depth in tokens(tex):
        if token in signs and depth == 0 and side:
            found.append("")
        if not token.isspace():
            side = token not in {*SIGNS, r"\quad", r"\qquad", "^", "_"}
        found[-1] += token
    return found


def flow(tex: str, write: Write, breaks: tuple[set[str], ...] = BREAKS) -> str:
    """Return TeX as formulas between which a line may end."""
    if not breaks:
        # {}: a sign between two sides, not before one
        return write(f"{{}}{tex}" if next(tokens(tex.strip()), ("", 0))[0] in SIGNS else tex)
    found = [flow(piece, write, breaks[1:]) for piece in pieces(tex, breaks[0])]
    return found[0] if len(found) == 1 else f'<span class="flow">{"".join(found)}</span>'


def rows(tex: str) -> list[tuple[str, str]]:
    """Return the rows of a formula: the left side and the rest; none if it has another shape."""
    aligned = ALIGNED.fullmatch(tex)
    if not aligned:
        first, *others = pieces(tex, {"="})
        return [(first, "".join(others))] if others else []
    lines: list[list[str]] = [[""]]
    for token, depth in tokens(aligned[1]):
        if depth == 0 and token == r"\\":
            lines.append([""])
        elif depth == 0 and token == "&":
            lines[-1].append("")
        else:
            lines[-1][-1] += token
    if any(len(line) != 2 for line in lines):
        return []
    found: list[tuple[str, str]] = []
    for left, right in lines:
        goes_on = GOES_ON.fullmatch(right)
        if goes_on and not left.strip() and found:
            left, before = found.pop()
            right = f"{before} {goes_on[1]}"
        found.append((left, right))
    return found


def alone(tex: str, write: Write) -> str:
    """Return the inside of a formula that stands alone: its rows, broken into lines by the width there is."""
    parts = []
    for left, right in rows(tex) or [("", tex)]:
        for side, part in (("left", left), ("right", right)):
            broken = flow(part, write) if part.strip() else ""
            parts.append(f'<span class="{side}">{broken}</span>')
    return "".join(parts)


def named(tex: str) -> str:
    r"""Return TeX with the article's names, and all that are set upright, as words.

    >>> print(named(r"w1 \times \mathrm{w10}"))
    \text{w1} \times \text{w10}
    """
    tex = UPRIGHT.sub(r"\\text{\1}", tex)
    return NAME.sub(lambda name: r"\text{" + name[0].replace("_", r"\_") + "}", tex)
