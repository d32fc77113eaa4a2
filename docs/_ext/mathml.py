"""Mathematics as MathML, written when the book is built: no script, no other host, real text.

No package on PyPI joins Sphinx to a TeX-to-MathML converter, so these lines do; math-core converts.
In a formula the article's names stand as they do in the code, with a number at their end as an index.
"""

import logging as standard_logging
import re
from collections.abc import Mapping
from html import escape, unescape
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from formulas import alone, named, tidy
from math_core import LatexToMathML
from sentences import CHINESE, LANGUAGE
from site_parts import is_newer, written
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)
standard_logging.getLogger("fontTools").setLevel(standard_logging.WARNING)
converter = LatexToMathML()
CELL = re.compile(r'<mtd style="[^"]*">')
# A browser writes <mi>x</mi> with these letters, and draws <msqrt> with this sign.
SMALL, LARGE = range(0x61, 0x7B), range(0x41, 0x5B)
ITALIC = {k: 0x1D44E + k - 0x61 for k in SMALL} | {k: 0x1D434 + k - 0x41 for k in LARGE} | {0x68: 0x210E}
GREEK = {0x3B1 + k: 0x1D6FC + k for k in range(25)}
ASCII = range(0x20, 0x7F)
ALPHANUMERIC = {k for k in ASCII if chr(k).isalnum()}  # formulas have these from the font of the text
SPACE, RADICAL = 0x20, 0x221A
MATH = re.compile(r"<math.*?</math>", re.S)
SIGN = re.compile(r"[.,;:?!)，。；：？！、）]+")
CHINESE_SIGNS = "“”‘’…—·"  # as wide as a letter in Chinese: its font has them
# The text has the letters of the formulas: its font holds their italic and bold as well.
BOLD = {k: 0x1D41A + k - 0x61 for k in SMALL} | {k: 0x1D400 + k - 0x41 for k in LARGE}
BOLD |= {0x30 + k: 0x1D7CE + k for k in range(10)}
FACES: dict[str, Mapping[int, int]] = {"italic": ITALIC, "bold": BOLD}
APART, UNDER = 50, 100  # thousandths: beside most italic letters; so far a tail may reach under another


def mathml(tex: str, node: nodes.Element) -> str:
    """Return TeX as MathML; TeX that math-core does not know is a warning, so no book."""
    try:
        math = converter.convert_with_local_state(tex, displaystyle=isinstance(node, nodes.math_block))
    except Exception as error:
        plain = re.sub(r"\x1b\[[\d;]*m", "", str(error))
        log.warning("mathematics: %s", plain, location=node, type="math")
        return f"<code>{escape(tex)}</code>"
    # an EPUB is XHTML: it knows no named characters and asks for the namespace; book.css aligns the cells
    math = CELL.sub("<mtd>", math.replace("&ApplyFunction;", "\u2061"))
    math = tidy(math).replace(' display="block"', ' displaystyle="true"', 1)
    return math.replace("<math", '<math xmlns="http://www.w3.org/1998/Math/MathML"', 1)


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line."""
    self.body.append(mathml(named(node.astext()), node))
    raise nodes.SkipNode


def keep(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Keep a formula with the sign that follows it: browsers would begin a line with a full stop."""
    for math in [*doctree.findall(nodes.math)]:
        after = math.next_node(descend=False, siblings=True)
        sign = SIGN.match(after.astext()) if isinstance(after, nodes.Text) else None
        if sign:
            parent, text = math.parent, after.astext()
            at = parent.index(math)
            whole = nodes.inline("", "", math, nodes.Text(sign[0]), classes=["whole"])
            parent[at : at + 2] = [whole, nodes.Text(text[sign.end() :])]


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone: its rows, broken into lines by the width there is."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(alone(named(node.astext()), lambda tex: mathml(tex, node)))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def font(app: Sphinx, error: Exception | None) -> None:
    """Write the book's fonts, cut down to the characters that the built pages use.

    The mathematics font has the letters of a text font as well. So a number looks alike in a formula, in a
    sentence, in a table and in a picture. Its italic and bold, made for formulas, are those of the text. What
    only formulas have is a file of its own: a page without them does not fetch it.
    """
    if error or app.builder.name != "html":  # a reader of EPUBs has a font of its own
        return
    pages = [path for path in written(Path(app.outdir)) if path.parent.name != "_modules"]
    folder = Path(app.outdir) / "_static"
    if is_newer(folder / "mathematics.woff2", pages):
        return
    text = "".join(path.read_text("utf-8") for path in pages)
    formulas = "".join(MATH.findall(text))
    letters = set(map(ord, re.findall(r"<mi>(.)</mi>", formulas)))
    slanted = {(ITALIC | GREEK).get(letter, letter) for letter in letters}
    signs = (shown(formulas) | slanted | {SPACE, RADICAL}) - ALPHANUMERIC
    cut(folder / "mathematics.woff2", signs, formulas=True)
    plain = shown(MATH.sub("", text)) | {*ASCII}
    cut(folder / "text.woff2", plain - ({*map(ord, CHINESE_SIGNS)} if LANGUAGE == CHINESE else set()))
    for name, face in FACES.items():
        cut(folder / f"{name}.woff2", {face.get(sign, sign) for sign in ASCII}, face)


def shown(html: str) -> set[int]:
    """Return the characters that a page shows."""
    return set(map(ord, unescape(re.sub(r"<[^>]*>", "", html))))


def cut(target: Path, signs: set[int], face: Mapping[int, int] | None = None, formulas: bool = False) -> None:
    """Write a font of some characters; in that of a face its letters stand in place of the plain ones."""
    whole = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
    features = [] if face else ["kern"]
    options = subset.Options(flavor="woff2", hinting=False, layout_features=features, recalc_timestamp=False)
    options.drop_tables += [] if formulas else ["MATH"]  # how formulas are set
    small = subset.load_font(str(whole), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    cutter.subset(small)
    if face:
        glyphs = small.getBestCmap()
        for table in small["cmap"].tables:
            table.cmap = {sign: glyphs[face.get(sign, sign)] for sign in ASCII}
    if face is ITALIC:
        close_up(small)
    subset.save_font(small, str(target), options)


def close_up(font: TTFont) -> None:
    """Let the letters of formulas make words.

    In a formula the tail of an f or a p stays clear of the letter before it. In a word it reaches under that:
    only what lies between the line and the height of an x keeps the letters apart.
    """
    glyphs, sizes, high = font["glyf"], font["hmtx"], font["OS/2"].sxHeight
    for name in map(font.getBestCmap().__getitem__, SMALL):
        places = [x for x, y in glyphs[name].getCoordinates(glyphs)[0] if 0 <= y <= high]
        width, left = sizes[name]
        before = min(max(0, min(places) - APART), UNDER)
        after = max(0, width - max(places) - APART)
        glyphs[name].coordinates.translate((-before, 0))
        glyphs[name].recalcBounds(glyphs)
        sizes[name] = width - before - after, left - before


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the renderer and the font to Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("doctree-resolved", keep)
    app.connect("build-finished", font, priority=700)  # once the pages are finished
    return {"parallel_read_safe": True, "parallel_write_safe": True}
