r"""The worked solution of a network file: every line in names, in numbers, and its result.

>>> from workings.net import TEMPLATE, parsed
>>> lines = explain(parsed(TEMPLATE, "network.toml"), digits=9).splitlines()
>>> print(*lines[lines.index("Backward") + 2 :][:3], sep="\n")
delta_o1 = (out_o1 − target_o1) × out_o1 × (1 − out_o1)
         = (0.751365070 − 0.01) × 0.751365070 × (1 − 0.751365070)
         = 0.138498562
"""

import ast
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from bplit.line import KNOWN, Line
from workings.net.files import Sheet
from workings.net.notation import one_of
from workings.words import WORDS
from workings.write.formulas import Formula, Row, spelled_out, written_figures
from workings.write.languages import PYTHON, TEXT, Written, numeral, written

SAID = WORDS["solution"]
FORMS = ("text", "markdown", "latex", "python")
# The line that a sheet leaves to be filled in, in text and in mathematics.
GAP, RULE = "_" * 12, r"\underline{\hspace{6em}}"
FUNCTIONS = {
    name: f"def {name}(t):\n    return {known.program}\n" for name, known in KNOWN.items() if known.program
} | {
    "rounded": """\
def rounded(t, places):
    digits = f"{t:.14g}" if abs(t) * 10.0**places < 1e13 else repr(t)
    return float(Decimal(digits).quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP", Context(700)))
"""
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
# The letters and accents that the fonts of every LaTeX have.
LETTERS, ACCENTS = "ßæœøÆŒØłŁ", "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327"
ADDRESS = ":/?#[]@!$&()*+,;=%~"  # the signs that an address may hold as they are
MARKS = r"\`*_{}[]<>()#+-!|$&~"  # the signs that mean something in Markdown


class Section(NamedTuple):
    """A heading, and below it figures by name, as of what is given, or lines with their formulas."""

    kind: str
    title: str
    figures: dict[str, str]
    lines: list[tuple[Line, Formula]]


class Solution(NamedTuple):
    """What all forms write. Of a sheet, which is blank, the last section is the key."""

    title: str
    url: str
    note: str
    sections: list[Section]
    blank: bool
    places: int | None


def explain(
    sheet: Sheet,
    form: str = "text",
    digits: int | None = None,
    places: int | None = None,
    blank: bool = False,
) -> str:
    """Return the whole calculation of a sheet as text, markdown, latex (a document) or python (a script).

    Given numbers are written in full.

    Args:
        sheet: What a network file holds.
        form: One of `FORMS`.
        digits: How many decimals of a result are shown, 6 if left out, or as many as places. A result
            that would show none of its digits is written with a power of ten.
        places: If given, every result is rounded to so many decimals before it is used, as on paper.
        blank: Whether results are left open, for a sheet; they follow as a key.

    Raises:
        ValueError: If an argument is not as above, or a number of the calculation is not finite.
    """
    one_of("form", form, FORMS)
    worked = sheet.worked()
    values = worked.listing.run(worked.given, places)
    digits = (6 if places is None else places) if digits is None else digits
    given = {name: repr(value).removesuffix(".0") for name, value in worked.given.items()}
    figures = written_figures(worked.listing, values, digits) | given
    formulas = {}
    for line in worked.listing.lines:
        rows = spelled_out(line.name, line.expression, figures).rows
        formulas[line.name] = line, Formula(rows[:1] if blank else rows)
    sections = [Section("given", SAID["given"], given, [])]
    for kind, example, names in worked.stages:
        sections.append(Section(kind, heading(kind, example), {}, [formulas[name] for name in names]))
    if blank:
        key = {name: figures[name] for name in worked.listing.names}
        sections.append(Section("key", SAID["key"], key, []))
    note = "" if places is None else SAID["rounded"].format(places=places)
    writer = {"text": as_text, "markdown": as_markdown, "latex": as_latex, "python": as_python}[form]
    return "\n".join(writer(Solution(sheet.title, sheet.url, note, sections, blank, places))) + "\n"


def heading(kind: str, example: int) -> str:
    """Return what a stage is called, of one example among several with its number."""
    return SAID["example"].format(kind=SAID[kind], example=example) if example else SAID[kind]


def equation(name: str, spelled: str) -> str:
    """Return LaTeX that says what number a name stands for."""
    return Formula((Row(name, Written(ast.Name(name), {name: spelled})),)).latex()


def mathematics(formula: Formula, blank: bool) -> str:
    """Return a formula in LaTeX, with room for its result if it is left open."""
    text = formula.latex()
    if not blank:
        return text
    body, end, _ = text.partition("\n\\end{aligned}")
    return f"{body} \\\\\n&= {RULE}{end}" if end else f"{text} = {RULE}"


def as_text(solution: Solution) -> Iterator[str]:
    """Write plain text."""
    yield from filter(None, (solution.title, solution.url, solution.note))
    for _, title, figures, lines in solution.sections:
        yield from ("", title, "-" * len(title))
        yield from (f"{TEXT.name(name)} = {numeral(text, TEXT, 0, True)}" for name, text in figures.items())
        for n, (line, formula) in enumerate(lines):
            yield from [""] if n else []
            yield formula.text()
            yield from [f"{' ' * len(TEXT.name(line.name))} = {GAP}"] if solution.blank else []


def as_markdown(solution: Solution) -> Iterator[str]:
    """Write Markdown with mathematics between dollar signs."""
    if solution.title:
        yield f"# {''.join(f'{chr(92)}{c}' if c in MARKS else c for c in solution.title)}\n"
    yield from (f"{line}\n" for line in (solution.url and f"<{solution.url}>", solution.note) if line)

    def upright(latex: str) -> str:
        r"""Write names by \mathrm: within \text not every page takes \_ for an underscore."""
        return latex.replace(r"\text{", r"\mathrm{")

    for _, title, figures, lines in solution.sections:
        yield f"## {title}\n"
        yield from (f"- ${upright(equation(name, text))}$" for name, text in figures.items())
        yield from [""] if figures else []
        for _, formula in lines:
            yield f"$$\n{upright(mathematics(formula, solution.blank))}\n$$\n"


def as_latex(solution: Solution) -> Iterator[str]:
    """Write a document that pdfLaTeX sets; of a title in letters that it has not, a comment remains."""
    yield HEAD.rstrip()
    plain = unicodedata.normalize("NFD", solution.title)
    known = all(c.isascii() or c in LETTERS or c in ACCENTS or c in LATEX_SIGNS for c in plain)
    if solution.title:
        set_title = "".join(LATEX_SIGNS.get(letter, letter) for letter in solution.title)
        yield rf"\section*{{{set_title}}}" if known else f"% {solution.title}"
    if solution.url:
        yield rf"{{\raggedright\url{{{quote(solution.url, safe=ADDRESS)}}}\par}}" + "\n"
    yield from filter(None, [solution.note])
    for kind, title, figures, lines in solution.sections:
        yield from ["\\clearpage"] if kind == "key" else []
        yield rf"\subsection*{{{title}}}"
        if figures:
            equations = (f"${equation(name, text)}$" for name, text in figures.items())
            yield "{\\raggedright\n" + ",\\quad\n".join(equations) + "\\par}"
        for _, formula in lines:
            yield f"\\[\n{mathematics(formula, solution.blank)}\n\\]"
    yield r"\end{document}"


def as_python(solution: Solution) -> Iterator[str]:
    """Write a script that calculates the same; on a sheet, ... stands for every result."""
    places = solution.places
    yield from (f"# {line}" for line in (solution.title, solution.url, solution.note) if line)
    used = {"rounded"} if places is not None else set()
    for line, _ in (line for section in solution.sections for line in section.lines):
        used |= {ast.unparse(part.func) for part in ast.walk(line.expression) if isinstance(part, ast.Call)}
    if places is not None:
        yield "from decimal import Context, Decimal"
    inner = {name for name in KNOWN for own in used & KNOWN.keys() if f"{name}(" in KNOWN[own].program}
    if imported := sorted((used | inner) - FUNCTIONS.keys()):
        yield f"from math import {', '.join(imported)}"
    yield from (f"\n\n{FUNCTIONS[name].rstrip()}" for name in FUNCTIONS if name in used)
    for kind, title, figures, lines in solution.sections:
        yield f"\n# {title}"
        mark = "# " if kind == "key" else ""
        yield from (f"{mark}{name} = {text}" for name, text in figures.items())
        for line, formula in lines:
            right = written(formula.rows[0].right, PYTHON)
            right = right if places is None else f"rounded({right}, {places})"
            yield f"{line.name} = ...  # {right}" if solution.blank else f"{line.name} = {right}"
            yield from formula.python().split("\n")[1:]
