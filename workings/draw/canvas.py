"""What every picture stands on: an empty figure, the page's colours, and the way to SVG."""

import re
from collections.abc import Mapping
from html import escape
from io import StringIO
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from workings.words import WORDS

SAYS = WORDS["picture"]  # what pictures show and say of themselves
# Matplotlib wants colours, the page has names for them: each of these colours stands for a name, which
# docs/_static/book.css sets for light and for dark. Where there is no such page the colour itself holds.
INK = "#1b1b1a"
QUIET = "#8a8a89"
GROUND = "#fffffe"
# Two inks: what the forward pass calculates, and what is carried back: partials, slopes, paths, steps.
FORWARD = "#0b5cad"
BACKWARD = "#b3450f"
NAMES = {INK: "ink", QUIET: "quiet", GROUND: "paper", FORWARD: "forward", BACKWARD: "backward"}
# Two lines of one ink are told apart by their strokes: the right one is solid, the crossed one is dashed.
STYLES: tuple[dict[str, Any], ...] = (
    {"color": BACKWARD, "lw": 2.2, "ls": "-"},
    {"color": BACKWARD, "lw": 2.2, "ls": (0, (4, 2))},
)
SIZE = 13.0  # of type, at least
PHONE = 350.0  # as wide as a picture may be if nothing in it is to be smaller on a phone
MINUS = re.compile(r"(?<![\w.-])-(?=[\d.])")  # the sign of a number, not what joins or an exponent's


class Picture(NamedTuple):
    """A drawing as SVG, and what it shows in words and numbers, for readers who do not see it.

    ``given`` are the given numbers of a whole network that it shows: a page may open it with them.
    """

    svg: str
    alt: str
    given: Mapping[str, float] = {}

    def _repr_html_(self) -> str:
        numbers = ",".join(f"{name}={value!r}" for name, value in self.given.items())
        marks = f' data-given="{numbers}"' if numbers else ""
        return f'<div class="picture" role="img" aria-label="{escape(self.alt)}"{marks}>{self.svg}</div>'


def blank(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure, width by height units, and its axes: two thin lines and no box."""
    colors: dict[Any, str] = dict.fromkeys(("axes.facecolor", "figure.facecolor"), "none")
    colors |= dict.fromkeys(("axes.labelcolor", "xtick.color", "ytick.color"), INK)
    colors["axes.edgecolor"] = QUIET
    with mpl.rc_context(colors):
        fig = Figure(figsize=(width / 72, height / 72), layout="constrained")
        ax = fig.subplots()
    ax.spines[["top", "right"]].set_visible(False)
    return fig, ax


def picture(fig: Figure, alt: str) -> Picture:
    """Return the figure as a Picture: without a size, a date or a font of its own, in the page's colours.

    >>> fig, ax = blank(100, 50)
    >>> picture(fig, "nothing").svg[:38]
    '<svg xmlns="http://www.w3.org/2000/svg'
    """
    for text in fig.findobj(Text):
        text.set_fontsize(max(SIZE, text.get_fontsize()))
    written = StringIO()
    # Text stays text: small, searchable, in the page's type. The ids are made from the salt, and
    # two pictures on one page must not share them.
    salt = " ".join([alt, *(part.get_text() for part in fig.axes[0].texts)])
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        fig.savefig(written, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", written.getvalue(), flags=re.DOTALL)
    svg = re.sub(
        r'\A.*<svg [^>]*?viewBox="(0 0 ([\d.]+) [^"]*)"[^>]*>',
        r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\1" style="--width: \2" aria-hidden="true">',
        svg,
        flags=re.DOTALL,
    )
    # small, and without the names of Matplotlib's groups, which every picture of a page would repeat
    svg = re.sub(r">\s+<", "><", re.sub(r'<g id="[a-z]+(?:_\d+)+">|<g id="[a-z0-9_.]+">', "<g>", svg))
    svg = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda found: re.sub(r"(\.\d\d)\d+", r"\1", found[0]), svg)
    svg = re.sub(r'(?<= d=")[^"CQ]*', lambda found: found[0].replace("\nL", ""), svg)  # as it is after an M
    svg = re.sub(r"(?<=>)[^<]+", lambda found: MINUS.sub("−", found[0]), svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    for color, name in NAMES.items():
        svg = svg.replace(color, f"var(--{name}, {color})")
    return Picture(svg, MINUS.sub("−", alt))
