"""Mathematics as MathML, written when the book is built: no script, no other host, real text.

No package on PyPI joins Sphinx to a TeX-to-MathML converter, so these lines do; math-core converts.
In a formula the article's names stand as they do in the code: ``o_out_1`` means what it says there.
"""

import logging as standard_logging
import re
from html import escape
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from math_core import LatexToMathML
from site_parts import is_newer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)
standard_logging.getLogger("fontTools").setLevel(standard_logging.WARNING)
converter = LatexToMathML()
NAME = re.compile(
    r"(?<!\\text\{)\b(?:[ho]_(?:in|out|delta)_[12]|(?:diff|update)_w[1-8]|lost[12]?|[wxy][1-8])\b"
)
# A browser writes <mi>x</mi> with these letters, and draws <msqrt> with this sign.
ITALIC = {chr(0x61 + k): chr(0x1D44E + k) for k in range(26)} | {
    chr(0x41 + k): chr(0x1D434 + k) for k in range(26)
}
ITALIC |= {"h": "\u210e"} | {chr(0x3B1 + k): chr(0x1D6FC + k) for k in range(25)}
RADICAL = 0x221A
CELL = re.compile(r'<mtd style="[^"]*">')


def mathml(node: nodes.Element, display: bool) -> str:
    """Return the node's TeX as MathML; TeX that math-core does not know is a warning, so no book."""
    tex = NAME.sub(lambda name: r"\text{" + name[0].replace("_", r"\_") + "}", node.astext())
    try:
        math = converter.convert_with_local_state(tex, displaystyle=display)
    except Exception as error:
        plain = re.sub(r"\x1b\[[\d;]*m", "", str(error))
        log.warning("mathematics: %s", plain, location=node, type="math")
        return f"<code>{escape(node.astext())}</code>"
    # an EPUB is XHTML: it knows no named characters and asks for the namespace; book.css aligns the cells
    math = CELL.sub("<mtd>", math.replace("&ApplyFunction;", "\u2061"))
    return math.replace("<math", '<math xmlns="http://www.w3.org/1998/Math/MathML"', 1)


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line."""
    self.body.append(mathml(node, display=False))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone; one that is too wide scrolls inside itself."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(mathml(node, display=True) + "</div>\n")
    raise nodes.SkipNode


def font(app: Sphinx, error: Exception | None) -> None:
    """Write the mathematics font, cut down to the characters that the built pages use."""
    if error or app.builder.name != "html":  # a reader of EPUBs has a font of its own
        return
    pages = {path: path.read_text("utf-8") for path in Path(app.outdir).rglob("*.html")}
    target = Path(app.outdir) / "_static" / "mathematics.woff2"
    if is_newer(target, [path for path, page in pages.items() if "<math" in page]):
        return
    formulas = "".join(re.findall(r"<math.*?</math>", "".join(pages.values()), re.DOTALL))
    used = set(map(ord, re.sub(r"<[^>]*>", "", formulas)))
    letters = set(re.findall(r"<mi>(.)</mi>", formulas))
    used |= {ord(ITALIC.get(letter, letter)) for letter in letters} | {RADICAL}
    whole = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
    features = ["ccmp", "kern", "mark", "ssty"]
    options = subset.Options(flavor="woff2", hinting=False, layout_features=features, recalc_timestamp=False)
    small = subset.load_font(str(whole), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=used)
    cutter.subset(small)
    subset.save_font(small, str(target), options)


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the renderer and the font to Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("build-finished", font, priority=700)  # once the pages are finished
    return {"parallel_read_safe": True, "parallel_write_safe": True}
