r"""A worked solution on paper: the four forms that it may have, with rules for what a sheet leaves open.

>>> figures = {"w": "2", "x": "-3"}
>>> section = Section("given", "Given", figures)
>>> print(in_form("markdown", Solution("A product", "", [], [section])))
# A product
<BLANKLINE>
## Given
<BLANKLINE>
- $\mathrm{w} = 2$
- $\mathrm{x} = -3$
<BLANKLINE>
<BLANKLINE>
"""

import ast
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from bplit.line import KNOWN
from workings.words import WORDS
from workings.write.formulas import Formula, in_rows
from workings.write.languages import LATEX, TEXT, Written, numeral

SAID = WORDS["solution"]
FORMS = ("text", "markdown", "latex", "python")
# The lines that a sheet leaves to be filled in: for a number in a formula, for a result, for a whole formula.
SHORT_GAP, GAP, LONG_GAP = "_" * 6, "_" * 12, "_" * 36
FUNCTIONS = {
    name: f"def {name}(t):\n    return {known.program}\n" for name, known in KNOWN.items() if known.program
}
HEAD = r"""\documentclass[fleqn]{article}
\usepackage{amsmath}
\usepackage{url}
\setlength{\parindent}{0pt}
\setlength{\mathindent}{0pt}
\addtolength{\textwidth}{2em}
\addtolength{\oddsidemargin}{-1em}
\begin{document}
"""
LATEX_SIGNS = {letter: rf"\{letter}" for letter in "&%$#_{}"} | {letter: f"${letter}$" for letter in "<>|"}
LATEX_SIGNS |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
LATEX_SIGNS |= {"–": "--", "—": "---", "’": "'", "“": "``", "”": "''", '"': "''"}
LATEX_SIGNS |= {"×": r"$\times$", "−": "$-$", "½": r"$\frac12$", "σ": r"$\sigma$", "²": "$^2$"}
# The letters and accents that the fonts of every LaTeX have.
LETTERS, ACCENTS = "ßæœøÆŒØłŁ", "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327"
ADDRESS = ":/?#[]@!$&()*+,;=%~"  # the signs that an address may hold as they are
MARKS = r"\`*_{}[]<>()#+-!|$&~"  # the signs that mean something in Markdown


class Entry(NamedTuple):
    """A line of the listing as it is written, and below it wrong answers, each with what gives it."""

    formula: Formula
    wrong: Sequence[tuple[str, str]] = ()


class Section(NamedTuple):
    """A heading, and below it figures by name, as of what is given, or lines with their formulas.

    ``tables`` hold the names of weights and biases by row, with a row of names above; figures that stand in
    one stand nowhere else. Notes stand below the heading.
    """

    kind: str
    title: str
    figures: Mapping[str, str] = {}
    entries: Sequence[Entry] = ()
    tables: Sequence[Sequence[Sequence[str]]] = ()
    notes: Sequence[str] = ()


class Solution(NamedTuple):
    """What all forms write. The notes stand at the top; the key of a sheet is its last part."""

    title: str
    url: str
    notes: list[str]
    sections: list[Section]


def in_form(form: str, solution: Solution) -> str:
    """Return a solution as one of the forms writes it."""
    writer = {"text": as_text, "markdown": as_markdown, "latex": as_latex, "python": as_python}[form]
    return "\n".join(writer(solution)) + "\n"


def equations(section: Section) -> dict[str, Formula]:
    """Return what number each name stands for, of the figures of a section."""
    return {name: in_rows(name, Written(ast.Name(name), section.figures)) for name in section.figures}


def outside_tables(section: Section, figures: Mapping[str, str]) -> list[str]:
    """Return the figures of a section that stand in none of its tables."""
    held = {name for rows in section.tables for row in rows for name in row}
    return [text for name, text in figures.items() if name not in held]


def with_rules(text: str) -> str:
    """Return LaTeX or Markdown with rules for what is to be filled in, half an em for each sign."""
    rule = r"\underline{\hspace{%dem}\rule{0pt}{2.2ex}}"
    return re.sub(f"(?<!_)_{{{len(SHORT_GAP)},}}", lambda gap: rule % (len(gap[0]) // 2), text)


def as_text(solution: Solution) -> Iterator[str]:
    """Write plain text."""
    yield from filter(None, (solution.title, solution.url, *solution.notes))
    for section in solution.sections:
        yield from ("", section.title, "-" * len(section.title), *(f"{note}\n" for note in section.notes))
        figures = {name: one.text() for name, one in equations(section).items()}
        yield from outside_tables(section, figures)
        for rows in section.tables:
            cells = [[figures.get(name, TEXT.name(name)) for name in row] for row in rows]
            widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
            yield ""
            for row in cells:
                yield "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for n, (formula, wrong) in enumerate(section.entries):
            yield from [""] if n else []
            yield formula.text()
            for value, cause in wrong:
                yield f"  {SAID['wrong'].format(value=numeral(value, TEXT), cause=cause)}"


def as_markdown(solution: Solution) -> Iterator[str]:
    """Write Markdown with mathematics between dollar signs."""

    def plain(text: str) -> str:
        return "".join(f"\\{c}" if c in MARKS else c for c in text)

    def upright(latex: str) -> str:
        r"""Write names by \mathrm: within \text not every page takes \_ for an underscore."""
        return with_rules(latex.replace(r"\text{", r"\mathrm{"))

    if solution.title:
        yield f"# {plain(solution.title)}\n"
    yield from (f"{line}\n" for line in (solution.url and f"<{solution.url}>", *solution.notes) if line)
    for section in solution.sections:
        yield from (f"## {section.title}\n", *(f"{note}\n" for note in section.notes))
        figures = {name: f"${upright(one.latex())}$" for name, one in equations(section).items()}
        yield from (f"- {text}" for text in outside_tables(section, figures))
        yield from [""] if figures else []
        for head, *rows in section.tables:
            for row in (head, ["---"] * len(head), *rows):
                cells = (figures.get(name, name if name == "---" else plain(name)) for name in row)
                yield f"| {' | '.join(cells)} |"
            yield ""
        for formula, wrong in section.entries:
            yield f"$$\n{upright(formula.latex())}\n$$\n"
            for value, cause in wrong:
                yield f"- {SAID['wrong'].format(value=f'${numeral(value, LATEX)}$', cause=plain(cause))}"
            yield from [""] if wrong else []


def set_in_latex(text: str) -> str:
    r"""Return a text with the signs that mean something in LaTeX as it has them.

    >>> print(set_in_latex("50% of σ(t) = 1 / (1 + e^−t)"))
    50\% of $\sigma$(t) = 1 / (1 + $e^{-t}$)
    """
    pieces = re.split(r"\be\^(−?\w)\b", text)  # every second one is a power of e
    return "".join(
        f"$e^{{{piece.replace(TEXT.minus, '-')}}}$"
        if n % 2
        else "".join(LATEX_SIGNS.get(letter, letter) for letter in piece)
        for n, piece in enumerate(pieces)
    )


def as_latex(solution: Solution) -> Iterator[str]:
    """Write a document that pdfLaTeX sets; of a title in letters that it has not, a comment remains."""
    yield HEAD.rstrip()
    plain = unicodedata.normalize("NFD", solution.title)
    known = all(c.isascii() or c in LETTERS or c in ACCENTS or c in LATEX_SIGNS for c in plain)
    if solution.title:
        yield rf"\section*{{{set_in_latex(solution.title)}}}" if known else f"% {solution.title}"
    if solution.url:
        yield rf"{{\raggedright\url{{{quote(solution.url, safe=ADDRESS)}}}\par}}" + "\n"
    yield from (f"{with_rules(note)}\n" for note in solution.notes)
    for section in solution.sections:
        yield from ["\\clearpage"] if section.kind == "key" else []
        yield from (rf"\subsection*{{{section.title}}}", *map(set_in_latex, section.notes))
        figures = {name: f"${one.latex()}$" for name, one in equations(section).items()}
        if above := outside_tables(section, figures):
            yield "{\\raggedright\n" + ",\\quad\n".join(above) + "\\par}"
        for rows in section.tables:
            yield rf"\[\begin{{array}}{{{'l' * len(rows[0])}}}"
            for row in rows:
                cells = (figures[name].strip("$") if name in figures else LATEX.name(name) for name in row)
                yield f"{' & '.join(cells)} \\\\"
            yield r"\end{array}\]"
        for formula, wrong in section.entries:
            yield f"\\[\n{with_rules(formula.latex())}\n\\]"
            for value, cause in wrong:
                note = SAID["wrong"].format(value=f"${numeral(value, LATEX)}$", cause=set_in_latex(cause))
                yield rf"{{\small\raggedright {note}\par}}"
    yield r"\end{document}"


def as_python(solution: Solution) -> Iterator[str]:
    """Write a script that calculates the same; on a sheet, ... stands for every result."""
    yield from (f"# {line}" for line in (solution.title, solution.url, *solution.notes) if line)
    every = [entry.formula.rows[0].right.node for section in solution.sections for entry in section.entries]
    calls = [part for node in every for part in ast.walk(node) if isinstance(part, ast.Call)]
    used = {ast.unparse(part.func) for part in calls}
    inner = {name for name in KNOWN for own in used & KNOWN.keys() if f"{name}(" in KNOWN[own].program}
    if imported := sorted((used | inner) - FUNCTIONS.keys()):
        yield f"from math import {', '.join(imported)}"
    yield from (f"\n\n{FUNCTIONS[name].rstrip()}" for name in FUNCTIONS if name in used)
    is_key = False
    for section in solution.sections:
        is_key = is_key or section.kind == "key"
        yield "\n# " + "\n# ".join((section.title, *section.notes))
        yield from (f"{name} = {text}" for name, text in section.figures.items())
        for formula, wrong in section.entries:
            first, *rows = formula.python().split("\n")
            name, _, right = first.partition(" = ")
            if is_key:
                yield f"# {first}"
            elif GAP in formula.python():
                yield f"{name} = ..." + (f"  # {right}" if GAP not in right else "")
            else:
                yield first
            yield from (row for row in rows if GAP not in row)
            yield from (f"#   {SAID['wrong'].format(value=value, cause=cause)}" for value, cause in wrong)
