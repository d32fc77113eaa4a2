"""Writes what a cell shows as the book has it: the lines of Python that shape it built the book (docs/_ext).

Temml, which worker.js loads, makes MathML of TeX: the book's own converter does not run here. What programs
say is told in the language of the book, as on its pages.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

from formulas import alone, named, tidy
from js import temml  # type: ignore[import-not-found]
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sentences import ENGLISH, LANGUAGE, SENTENCES, columns, is_program, made_of_words, spoken_in
from shapes import PRE, TABLE, folded, is_report, listed, report

MATH = re.compile(r"<math[^>]*>")
CLASS = re.compile(r' class="[^"]*"')
SPACED = re.compile(r'<mrow><mspace width="(.*?)"></mspace><mo>(.)</mo><mspace width=".*?"></mspace></mrow>')
RIGHT = re.compile(r'<(t[hd]) style="text-align:right">')
OUTPUT = (
    '<div class="output highlight-myst-ansi notranslate"><div class="highlight"><pre>%s</pre></div></div>'
)
if LANGUAGE != ENGLISH:
    SENTENCES.update(json.loads(Path(__file__).with_name("sentences.json").read_text("utf-8")))
TABLED = '<div class="table-wrapper colwidths-auto docutils container"><table class="docutils align-default">'


def mathml(tex: str) -> str:
    """Return TeX as MathML, its signs with the room that they have in the book."""
    math = MATH.sub("<math>", CLASS.sub("", temml.renderToString(tex)))
    return tidy(SPACED.sub(r'<mo lspace="\1" rspace="\1">\2</mo>', math))


def formula(tex: str) -> str:
    """Return a formula that stands alone."""
    return f'<div class="math">{alone(named(tex), mathml)}</div>'


def inline(_: object, tokens: Sequence[Token], at: int, *more: object) -> str:
    """Write a formula in a line of Markdown."""
    return mathml(named(tokens[at].content))


def block(_: object, tokens: Sequence[Token], at: int, *more: object) -> str:
    """Write a formula of Markdown that stands alone."""
    return formula(tokens[at].content)


reader = (
    MarkdownIt("commonmark", {"typographer": True})
    .enable(["table", "smartquotes"])
    .use(deflist_plugin)
    .use(dollarmath_plugin)
)
reader.add_render_rule("math_inline", inline)
reader.add_render_rule("math_block", block)


def markdown(text: str) -> str:
    """Return Markdown as HTML, in the shapes that the style sheets of the book know."""
    html = reader.render(text).replace("<dl>", '<dl class="simple myst">')
    html = RIGHT.sub(r'<\1 class="text-right">', html)
    html = html.replace("<table>", TABLED).replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<div class="highlight"><pre>').replace("</pre>", "</pre></div>")
    return TABLE.sub(listed, PRE.sub(folded, html))


def tell(sentence: str) -> str:
    """Return a sentence in the language of the book, if it is made of words."""
    return made_of_words(sentence) or sentence


def text(printed: str) -> str:
    """Return what is printed: as a table if it is a report."""
    is_english = LANGUAGE == ENGLISH
    if is_report(printed):
        html = report(printed) if is_english else report(printed, tell, SENTENCES["published.right"][1])
        return f'<div class="report">{html}</div>'
    if not is_english and not is_program(printed):
        printed = columns(printed, str)
    return PRE.sub(folded, OUTPUT % escape(printed))


def latex(tex: str) -> str:
    """Return TeX between dollar signs as a formula that stands alone."""
    return formula(tex.strip().strip("$"))


def nothing(_: str) -> str:
    """Return nothing: data is for the script of a page, and nobody sees it."""
    return ""


FORMS: dict[str, Callable[[str], str]] = {
    "data": nothing,
    "text": text,
    "html": str,
    "markdown": markdown,
    "latex": latex,
}


def typeset(output: Mapping[str, str]) -> str:
    """Return an output as HTML."""
    html = FORMS[output["kind"]](output["value"])
    return html if LANGUAGE == ENGLISH else spoken_in(html, str)
