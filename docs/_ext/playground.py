"""The playground: a network with all its numbers in a page, to be changed and followed.

What a page shows is written here, by docs/_templates/playground.html, with the numbers in it: so it stands
there without scripts as well. What it calculates comes from playground_model.py.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playground_model import Model, models, script
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bplit import forward, partials
from workings import draw, words
from workings.write.languages import SIGNS, SUM, TEXT, Written, figure, numeral, written

DOCS = Path(__file__).parent.parent

# Every word that the playground shows or says; braces are filled in.
WORDS = words.WORDS["playground"] | {"given": words.WORDS["solution"]["given"]}

# Weights of the article's network: all different; and two hidden units that are alike, but not all ones.
OWN = {
    "ones": (),
    "tell": (0.3, -0.5, 0.8, 0.2, 1.2, -0.7, 0.4, 0.9),
    "alike": (0.3, 0.6, 0.3, 0.6, 0.9, 0.9, -0.4, -0.4),
}

# What a page shows: which lines it steps through, all if none are named, and the panels.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": ("", ("choose", "crossed", "steps", "passes", "copy")),
    "forward": ("forward", ("steps",)),
    "loss": ("loss", ("steps",)),
    "output": ("output", ("steps",)),
    "hidden": ("hidden", ("steps",)),
    "update": ("update", ("steps",)),
    "passes": ("", ("passes",)),
    "crossed": ("", ("crossed", "passes")),
}

# Heights, distances and widths in the picture, in its type size, with room for an unusually wide type.
ROW, GAP, SIDE, DISC, PAD = 2.3, 2.6, 0.5, 1.05, 0.3
FIELD, PARTIAL, LETTER, CAPITAL = 5.9, 6.9, 0.5, 0.65


class Row(NamedTuple):
    """A number in a unit: what it is called aloud if it is given, its partial, and its name when updated."""

    name: str
    said: str = ""
    partial: str = ""
    new: str = ""

    @property
    def lit(self) -> str:
        """The names of which one has to be lit for the row to be."""
        return "|".join(filter(None, (self.name, self.partial, self.new)))


class Block(NamedTuple):
    """A unit of the picture: its name, its numbers, and what it and the edges into it are lit by.

    An edge comes from the unit of the same number in the level above. Names that have to be lit together
    stand together; | stands between such groups.
    """

    name: str
    rows: list[Row]
    lit: str
    edges: list[str]

    @property
    def bare(self) -> bool:
        """Whether it is an input: one number, whose name is the unit's own."""
        return not self.edges

    @property
    def column(self) -> float:
        """How wide the names are."""
        wide = max(sum(CAPITAL if c.isupper() else LETTER for c in row.name) for row in self.rows)
        return 0.0 if self.bare else round(max(1.6, wide + 0.2), 2)

    @property
    def width(self) -> float:
        """How wide it is."""
        partials = PARTIAL if any(row.partial for row in self.rows) else 0.0
        return round(self.column + FIELD + partials + 2 * PAD, 2)

    @property
    def height(self) -> float:
        """How high it is, with room for the upper half of its disc."""
        return len(self.rows) * ROW + 2 * PAD + DISC


class Edge(NamedTuple):
    """A line of the picture, and what it is lit by."""

    lit: str
    x0: float
    y0: float
    x1: float
    y1: float


class Placed(NamedTuple):
    """A unit and its place in the picture; the loss is the end."""

    block: Block
    left: float
    top: float
    end: bool


class Picture(NamedTuple):
    """Where everything stands."""

    width: float
    height: float
    edges: list[Edge]
    units: list[Placed]


def levels(model: Model) -> list[list[Block]]:
    """Return the units of the picture, level by level: the inputs, the layers, the loss."""
    worked = model.worked
    by = {means: line for line, means in reversed(worked.means.items())}
    columns = draw.units(worked, {}, "")

    def ways(labels: Sequence[tuple[str, list[set[str]]]]) -> list[str]:
        return ["|".join(" ".join(sorted(way)) for way in groups) for _, groups in labels]

    def trained(name: str, what: str, start: str, end: str) -> Row:
        said = WORDS[what].format(name=name, start=start, end=end)
        return Row(name, said, by.get(name, ""), worked.updates.get(name, ""))

    found = [[Block(x, [Row(x, WORDS["input"].format(name=x))], x, []) for x in worked.x]]
    for layer, before, column in zip(worked.layers, columns, columns[1:], strict=False):
        level = []
        for k, unit in enumerate(column):
            joined = zip(layer.weights[k], before, strict=True)
            rows = [trained(name, "weight", start.name, unit.name) for name, start in joined]
            rows += [trained(layer.biases[k], "bias", "", unit.name)] if layer.biases else []
            rows += [Row(layer.nets[k], partial=layer.deltas[k]), Row(layer.outs[k])]
            if layer is worked.layers[-1]:
                rows += [Row(y, WORDS["target"].format(name=y)) for y in worked.y[k : k + 1]]
                error = min(columns[-1][0].labels[k][1][0])
                rows += [Row(error)] if error != worked.loss else []
            lit = f"{layer.nets[k]}|{layer.outs[k]}"
            level.append(Block(unit.name, rows, lit, ways(unit.labels[: len(before)])))
        found.append(level)
    return [*found, [Block(worked.loss, [Row(worked.loss)], worked.loss, ways(columns[-1][0].labels))]]


def picture(model: Model) -> Picture:
    """Return where everything stands: level below level, each spread over the whole width."""
    stacks = levels(model)
    widths = [sum(block.width + SIDE for block in level) - SIDE for level in stacks]
    wide, top = max(widths), 0.0
    edges, units = [], []
    starts: list[tuple[float, float]] = []
    for level, width in zip(stacks, widths, strict=True):
        spread = (wide - width) / (len(level) + 1)
        left, ends = spread, []
        for block in level:
            for k, (lit, start) in enumerate(zip(block.edges, starts, strict=False)):
                x = left + block.width * (k + 0.5) / len(block.edges)
                edges.append(Edge(lit, *(round(place, 2) for place in (*start, x, top))))
            units.append(Placed(block, round(left, 2), round(top, 2), level is stacks[-1]))
            ends.append((left + block.width / 2, top + block.height + DISC))
            left += block.width + SIDE + spread
        starts = ends
        top += max(block.height for block in level) + DISC + GAP
    return Picture(round(wide, 2), round(top - GAP - 2 * DISC + 2 * PAD, 2), edges, units)


@cache
def template() -> Any:
    """Return the template of what a page shows."""
    loader = FileSystemLoader(DOCS / "_templates")
    options: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(loader=loader, undefined=StrictUndefined, **options).get_template("playground.html")


def rendered(model: Model, part: str = "all", **more: Any) -> Any:
    """Return the template's parts, filled in for a model."""
    worked = model.worked
    values = worked.listing.run(worked.given)
    lines = {line.name: written(Written(line.expression)) for line in worked.listing.lines}
    place = picture(model)
    shown = {row.name for unit in place.units for row in unit.block.rows}
    others = [name for name in worked.listing.inputs if name not in shown]
    others.sort(key=lambda name: name != model.rate)

    def said(name: str) -> str:
        return WORDS["rate" if name == model.rate else "number"].format(name=name)

    return template().make_module(
        {
            "words": WORDS,
            "part": part,
            "values": values,
            "picture": place,
            "others": [(name, said(name)) for name in others],
            "formulas": [(name, lines.get(name, WORDS["start"])) for name in model.names],
            "called": TEXT.name,
            "spelled": lambda name: numeral(figure(values[name], 6, short=False), TEXT, SUM, first=True),
            "short": lambda name: figure(values[name], 6, short=True),
            **more,
        }
    )


@cache
def scripts() -> dict[str, str]:
    """Return the script of every model, by the name of its file."""
    written = {}
    for name, model in models().items():
        parts = rendered(model)
        shown = {"net": parts.net(), "more": parts.more(), "table": parts.table()}
        written[f"models/{name}.js"] = script(model, shown)
    return written


def page(part: str) -> str:
    """Return the playground of a page as HTML, with the article's numbers in it."""
    model = models()["article"]
    wanted, panels = PARTS[part]
    texts = {"playground.js": (DOCS / "_static" / "playground.js").read_text("utf-8"), **scripts()}
    marked = [
        (name, hashlib.sha256(texts[name].encode()).hexdigest()[:8])
        for name in ("playground.js", "models/article.js")
    ]
    parts = rendered(
        model,
        part,
        panels=panels,
        lines=" ".join(chosen(wanted, model)),
        said=json.dumps(WORDS | {"symbols": SIGNS}, ensure_ascii=False),
        own=[
            (address(dict(zip(model.trained, numbers, strict=False))), WORDS[key])
            for key, numbers in OWN.items()
        ],
        published=[(f"net={name}", label(each)) for name, each in models().items() if each is not model],
        scripts=marked,
        version=hashlib.sha256("".join(scripts().values()).encode()).hexdigest()[:8],
    )
    return str(parts.page())


@cache
def called() -> dict[str, str]:
    """Return what chapter 14 calls the examples."""
    chapter = (DOCS / "other-numbers.md").read_text("utf-8")
    return dict(re.findall(r'^    "examples/([\w-]+)\.toml": "(.*)",$', chapter, re.M))


def label(model: Model) -> str:
    """Return what a published example is called in a list: as in chapter 14, then by its title."""
    name = called()[model.name]
    return f"{name[0].upper()}{name[1:]}: {model.sheet.title}"


def address(weights: Mapping[str, float]) -> str:
    """Return how the address of a page says that the article's network has other weights."""
    return "&".join(("net=article", *(f"{name}={value}" for name, value in weights.items())))


def chosen(wanted: str, model: Model) -> list[str]:
    """Return the names of the lines of a stage; the backward lines go by their layer, output or hidden."""
    worked = model.worked
    last = {*worked.layers[-1].deltas, *(name for row in worked.layers[-1].weights for name in row)}

    def belongs(name: str, kind: str) -> bool:
        layer = "output" if {name, worked.means.get(name)} & last else "hidden"
        return wanted == (layer if kind == "backward" else kind)

    stages = {name: stage.kind for stage in worked.stages for name in stage.names}
    return [name for name in worked.listing.names if belongs(name, stages[name])]


class Place(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of a playground in a page, with the words that lead to it."""


class Playground(SphinxDirective):
    """A playground: the whole one, or the part that a chapter is about, after the words that lead to it."""

    has_content = True
    option_spec = {"part": partial(directives.choice, values=tuple(PARTS))}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Leave its place."""
        return [Place("", *self.parse_content_to_nodes(), part=self.options.get("part", "all"))]


def visit(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a picture instead into an EPUB, which runs no script; a chapter has its pictures already."""
    if self.builder.name == "html":
        self.body.append(f'<div class="played{" part" * (node["part"] != "all")}">')
        return
    if node["part"] == "all":
        f = forward()
        self.body.append(f"<p>{WORDS['paper']}</p>{draw.network(f, partials(f))._repr_html_()}")
    raise nodes.SkipNode


def depart(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the playground after its words."""
    self.body.append(f"{page(node['part'])}</div>")


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the models beside the pages, if this build has written a page that asks for them."""
    if error or app.builder.name != "html" or not scripts.cache_info().currsize:
        return
    folder = Path(app.outdir) / "_static"
    (folder / "models").mkdir(exist_ok=True)
    for name, text in scripts().items():
        (folder / name).write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the directive to Sphinx."""
    app.add_node(Place, html=(visit, depart))
    app.add_directive("playground", Playground)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
