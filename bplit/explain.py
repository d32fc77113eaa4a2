r"""The worked solution of a network file: every line in names, in numbers, and its result.

>>> from bplit.files import TEMPLATE, parsed
>>> lines = explain(parsed(TEMPLATE, "network.toml"), digits=9).splitlines()
>>> print(*lines[lines.index("Backward") :][:10], sep="\n")
Backward
--------
delta_o1 = (out_o1 − target_o1) × out_o1 × (1 − out_o1)
         = (0.751365070 − 0.01) × 0.751365070 × (1 − 0.751365070)
         = 0.138498562
<BLANKLINE>
delta_o2 = (out_o2 − target_o2) × out_o2 × (1 − out_o2)
         = (0.772928465 − 0.99) × 0.772928465 × (1 − 0.772928465)
         = −0.038098237
<BLANKLINE>
"""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from bplit.files import Sheet
from bplit.listing import Line
from bplit.typeset import PYTHON, TEXT, Formula, Row, Written, figure, formula, numeral, written
from bplit.worked import one_of

# Every word that a solution says of itself; a translation replaces these.
WORDS = {
    "given": "Given",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
    "example": "{kind}, example {example}",
    "key": "Key",
    "rounded": "Every result is rounded to {places} decimals before it is used.",
}
FORMS = ("text", "markdown", "latex", "python")
RULE = 12  # how long the line is that a sheet leaves to be filled in
FUNCTIONS = {
    "sigmoid": "def sigmoid(t):\n    return 1 / (1 + exp(-t)) if t >= 0 else exp(t) / (1 + exp(t))\n",
    "relu": "def relu(t):\n    return max(t, 0.0)\n",
    "step": "def step(t):\n    return float(t > 0)\n",
    "rounded": (
        "def rounded(t, places):\n"
        '    return float(Decimal(f"{t:.14g}").quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP"))\n'
    ),
}
HEAD = r"""\documentclass[fleqn]{article}
\usepackage{amsmath}
\usepackage{url}
\setlength{\parindent}{0pt}
\setlength{\mathindent}{0pt}
\allowdisplaybreaks
\begin{document}
"""


class Section(NamedTuple):
    """A heading, and the lines of the listing below it, each with its formula."""

    title: str
    lines: list[tuple[Line, Formula]]


def explain(
    sheet: Sheet,
    form: str = "text",
    digits: int | None = None,
    places: int | None = None,
    blank: bool = False,
) -> str:
    """Return the whole calculation of a sheet as text, markdown, latex (a document) or python (a script).

    Args:
        sheet: What a network file holds.
        form: One of `FORMS`.
        digits: How many decimals are shown, 6 if left out, or as many as places.
        places: If given, every result is rounded to so many decimals before it is used, as on paper.
        blank: Whether results are left open, for a sheet; they follow as a key.

    Raises:
        ValueError: If an argument is not as above, or a number of the calculation is not finite.
    """
    one_of("form", form, FORMS)
    worked = sheet.worked()
    values = worked.listing.run(worked.given, places)
    if digits is None:
        digits = 6 if places is None else places
    sections = []
    for kind, example, together in worked.stages:
        title = WORDS["example"].format(kind=WORDS[kind], example=example) if example else WORDS[kind]
        lines = []
        for name in together:
            whole = formula(worked.listing, name, values, (), digits)
            lines.append((worked.listing.line(name), Formula(whole.rows[:1]) if blank else whole))
        sections.append(Section(title, lines))
    given = {name: repr(value).removesuffix(".0") for name, value in worked.given.items()}
    key = {name: figure(values[name], digits, False) for name in worked.listing.names} if blank else {}
    writer = {"text": as_text, "markdown": as_markdown, "latex": as_latex, "python": as_python}[form]
    return "\n".join(writer(sheet.title, sheet.url, given, sections, key, places)) + "\n"


Figures = dict[str, str]


def note(places: int | None) -> list[str]:
    """Return what is said of rounding, if there is any."""
    return [] if places is None else [WORDS["rounded"].format(places=places)]


def equation(name: str, spelled: str) -> Formula:
    """Return a formula that says what number a name stands for."""
    return Formula((Row(name, Written(ast.Name(name), {name: spelled})),))


def as_text(
    title: str, url: str, given: Figures, sections: Iterable[Section], key: Figures, places: int | None
) -> Iterator[str]:
    """Write plain text."""
    yield from (line for line in (title, url, *note(places)) if line)

    def table(head: str, figures: Figures) -> Iterator[str]:
        yield from ("", head, "-" * len(head))
        yield from (
            f"{TEXT.name(name)} = {numeral(spelled, TEXT, 0, True)}" for name, spelled in figures.items()
        )

    yield from table(WORDS["given"], given)
    for section in sections:
        yield from ("", section.title, "-" * len(section.title))
        for n, (line, whole) in enumerate(section.lines):
            yield from [""] if n else []
            yield whole.text()
            if key:
                yield " " * len(TEXT.name(line.name)) + " = " + "_" * RULE
    if key:
        yield from table(WORDS["key"], key)


def as_markdown(
    title: str, url: str, given: Figures, sections: Iterable[Section], key: Figures, places: int | None
) -> Iterator[str]:
    """Write Markdown with mathematics between dollar signs."""
    if title:
        yield f"# {markdown(title)}\n"
    yield from (f"{line}\n" for line in (url and f"<{url}>", *note(places)) if line)

    def table(head: str, figures: Figures) -> Iterator[str]:
        yield f"## {head}\n"
        for name, spelled in figures.items():
            yield f"- ${equation(name, spelled).latex()}$"
        yield ""

    yield from table(WORDS["given"], given)
    for section in sections:
        yield f"## {section.title}\n"
        for _, whole in section.lines:
            yield display(whole, "$$\n", "\n$$\n", bool(key))
    if key:
        yield from table(WORDS["key"], key)


def as_latex(
    title: str, url: str, given: Figures, sections: Iterable[Section], key: Figures, places: int | None
) -> Iterator[str]:
    """Write a document that pdfLaTeX sets; of a title in letters that it has not, a comment remains."""
    yield HEAD.rstrip()
    latin = all(letter.isascii() or (letter.isalpha() and letter < "ſ") for letter in title)
    if title:
        escaped = "".join(LATEX_SIGNS.get(letter, letter) for letter in title)
        yield rf"\section*{{{escaped}}}" if latin else f"% {' '.join(title.split())}"
    if url:
        quoted = quote(url, safe=":/?#[]@!$&()*+,;=%~")
        yield rf"{{\raggedright\url{{{quoted}}}\par}}" + "\n"
    yield from note(places)

    def table(head: str, figures: Figures) -> Iterator[str]:
        yield rf"\subsection*{{{head}}}"
        equations = [f"${equation(name, spelled).latex()}$" for name, spelled in figures.items()]
        yield "{\\raggedright\n" + ",\\quad\n".join(equations) + "\\par}"

    yield from table(WORDS["given"], given)
    for section in sections:
        yield rf"\subsection*{{{section.title}}}"
        for _, whole in section.lines:
            yield display(whole, "\\[\n", "\n\\]", bool(key))
    if key:
        yield "\\clearpage"
        yield from table(WORDS["key"], key)
    yield r"\end{document}"


LATEX_SIGNS = {letter: rf"\{letter}" for letter in "&%$#_{}"}
LATEX_SIGNS |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def markdown(text: str) -> str:
    """Write a text so that Markdown takes none of it for a sign."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+-!|$" else letter for letter in text)


def display(whole: Formula, begin: str, end: str, blank: bool) -> str:
    """Write a formula on a line of its own, with room for its result if it is left open."""
    text = whole.latex()
    return begin + (rf"{text} = \underline{{\hspace{{6em}}}}" if blank else text) + end


def as_python(
    title: str, url: str, given: Figures, sections: list[Section], key: Figures, places: int | None
) -> Iterator[str]:
    """Write a script that calculates the same; on a sheet, ... stands for every result."""
    yield from (f"# {' '.join(line.split())}" for line in (title, url, *note(places)) if line)
    if not key:
        used = {
            part.func.id
            for section in sections
            for line, _ in section.lines
            for part in ast.walk(line.expression)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        used |= {"rounded"} if places is not None else set()
        own = [FUNCTIONS[name] for name in FUNCTIONS if name in used]
        imported = sorted((used - FUNCTIONS.keys()) | ({"exp"} if "sigmoid" in used else set()))
        if places is not None:
            yield "from decimal import Decimal"
        if imported:
            yield f"from math import {', '.join(imported)}"
        yield from (f"\n\n{text.rstrip()}" for text in own)
    yield f"\n# {WORDS['given']}"
    yield from (f"{name} = {spelled}" for name, spelled in given.items())
    for section in sections:
        yield f"\n# {section.title}"
        for line, whole in section.lines:
            if key:
                yield f"{line.name} = ...  # {written(whole.rows[0].right, PYTHON)}"
                continue
            text = whole.python()
            if places is not None:
                first, _, rest = text.partition("\n")
                text = f"{line.name} = rounded({first.removeprefix(line.name + ' = ')}, {places})\n{rest}"
            yield text
    if key:
        yield f"\n# {WORDS['key']}"
        yield from (f"# {name} = {spelled}" for name, spelled in key.items())
