"""The playground: a network with all its numbers in a page, to be changed, followed and checked.

The scripts of docs/playground are joined here, with the words they say, and minified; each network is a file
of its own, which playground_model.py writes. What a page shows without scripts is written here too.
"""

import json
import re
from collections.abc import Sequence
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import minify
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import Inliner
from filelock import FileLock
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playground_model import Model, data, functions, mistakes, models
from published import EXAMPLES
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator
from translated import in_language, picture, said, untranslated

from bplit import forward, partials
from workings import draw
from workings.write.languages import SIGNS, TEXT, Written, figure, numeral, written
from workings.write.pages import FUNCTIONS

DOCS = Path(__file__).parent.parent


class Bundle(NamedTuple):
    """Files of docs/playground that are one script, each knowing those before it."""

    files: tuple[str, ...]
    handed: tuple[str, ...] = ()  # what the first script uses of it
    made: str = "$"  # its words whose keys are put together
    knows: tuple[str, ...] = ()  # the scripts that are there before it


BUNDLES = {
    # what every page needs
    "playground": Bundle(
        (
            *("numbers", "write", "model", "state", "address", "picture", "explain", "train", "skeleton"),
            *("loaded", "load", "desk", "draw", "doing", "input", "sentence", "main"),
        ),
        made="(mode|hint|output|hidden|deep) |crossed",
    ),
    # what the whole playground has in addition
    "below": Bundle(
        ("browse", "below"),
        ("drawnTaking", "drawTaking", "addressOf", "browsed", "browsedTo", "arrive"),
        "(level|copy) ",
        ("playground",),
    ),
    # what comes when somebody asks for it
    "more": Bundle(
        ("check", "checking", "take", "sheet", "printing"),
        (
            *("judged", "drawBoxes", "reveal", "toBoxes", "printSheets"),
            *("asPython", "asFile", "asSolution"),
        ),
        knows=("playground",),
    ),
    # only the page that answers a single number has it
    "find": Bundle(("lookup", "find"), ("beginFinder",), "slip ", ("playground", "below", "more")),
}
TOP = re.compile(r"^(?:async )?(?:function|const) (\w+)", re.M)  # what a file has at its top level
# Where the picture is shown without scripts; a chapter has its own.
PICTURED = ("all", "opening")
PARTS = ("all", "opening", "forward", "loss", "output", "hidden", "update", "passes", "crossed")

# Every word that the playground shows or says; braces are filled in.
WORDS = (
    said("playground")
    | {"given": said("solution")["given"], "ends": said("mistake")["ends"]}
    | {f"paper {key}": text for key, text in said("solution").items()}
    | {key: said("picture")[key] for key in ("hidden unit", "deep unit", "output unit")}
)

# Weights of the article's network: all different; and two hidden units that are alike, but not all ones.
OWN = {
    "ones": (),
    "tell": (0.3, -0.5, 0.8, 0.2, 1.2, -0.7, 0.4, 0.9),
    "alike": (0.3, 0.6, 0.3, 0.6, 0.9, 0.9, -0.4, -0.4),
}


@cache
def template() -> Any:
    """Return the template of what a page shows."""
    loader = FileSystemLoader(DOCS / "_templates")
    options: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(loader=loader, undefined=StrictUndefined, **options).get_template("playground.html")


def choices() -> dict[str, list[dict[str, Any]]]:
    """Return what can be chosen: the article's network with several weights, then the published examples."""
    found = models()
    own = [
        {
            "net": "article",
            "label": WORDS[key],
            "given": dict(zip(found["article"].trained, numbers, strict=False)),
        }
        for key, numbers in OWN.items()
    ]
    # what came first stands before what copies it
    ordered = sorted(
        (name for name in EXAMPLES if name != "article"), key=lambda name: "copy" in EXAMPLES[name]
    )
    published = [{"net": name, "label": label(found[name])} for name in ordered]
    return {"own": own, "published": published}


def bundles() -> dict[str, str]:
    """Return the page's scripts by their names.

    What one uses of those before it is handed to it by name: no name of theirs is seen by other scripts.
    """
    files = {name: "\n".join(map(source, bundle.files)) for name, bundle in BUNDLES.items()}
    article = models()["article"]
    uneven = dict(zip(article.trained, OWN["tell"], strict=True))
    programs = {name: text for name, text in FUNCTIONS.items() if name in functions()}
    constants: dict[str, dict[str, Any]] = {
        "playground": {"FUNCTIONS": functions(), "SIGNS": SIGNS, "UNEVEN": uneven},
        "below": {"CHOICES": choices()},
        "more": {"PROGRAMS": programs},
    }
    texts = {
        name: "\n".join(
            [text]
            + [assigned(*each) for each in constants.get(name, {}).items()]
            + [
                assigned("WORDS", words_of(name, files)),
                f"desk.more({{ {', '.join(BUNDLES[name].handed)} }});",
            ]
        )
        for name, text in files.items()
    }
    texts["playground"] += f"\ndesk.add({as_json(shown(article))});"
    found = {}
    for name, bundle in BUNDLES.items():
        before = used_of("\n".join(files[other] for other in bundle.knows), [texts[name]])
        later = used_of(files[name], [texts[key] for key, other in BUNDLES.items() if name in other.knows])
        parts = (
            f"const {{ {before} }} = desk.shared;" if bundle.knows else "",
            texts[name],
            f"Object.assign(desk.shared, {{ {later} }});",
        )
        found[f"{name}.js"] = minified(parts)
    return found


def words_of(name: str, texts: dict[str, str]) -> dict[str, str]:
    """Return the words that a script says, and that none has that it knows. One of them says the rest."""

    def says(script: str, key: str) -> bool:
        return f'"{key}"' in texts[script] or bool(re.match(BUNDLES[script].made, key))

    return {
        key: text
        for key, text in WORDS.items()
        if not any(says(other, key) for other in BUNDLES[name].knows)
        and (says(name, key) or (name == "more" and not any(says(script, key) for script in texts)))
    }


def used_of(script: str, later: Sequence[str]) -> str:
    """Return the names at the top level of a script that others use, in a row."""
    texts = "\n".join(later)
    return ", ".join(name for name in TOP.findall(script) if re.search(rf"\b{name}\b", texts))


def source(name: str) -> str:
    """Return a file of docs/playground."""
    return (DOCS / "playground" / f"{name}.js").read_text("utf-8")


def assigned(name: str, value: Any) -> str:
    """Return JavaScript that gives a constant what stands in it."""
    return f"Object.assign({name}, {as_json(value)});"


def minified(texts: Sequence[str]) -> str:
    """Return texts as the body of a function that is called at once."""
    body = "\n".join(["(() => {", '"use strict";', *texts, "})();"])
    return str(minify.string("application/javascript", body))


def as_json(value: Any) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def scripts(folder: Path) -> dict[str, str]:
    """Return every script by the name of its file."""
    found = bundles()
    likely = all_mistakes(folder)
    for name, model in models().items():
        told = [one | {"says": in_language(one["says"])} for one in likely[name]]
        found[f"models/{name}.js"] = f"desk.add({as_json(shown(model))});\n"
        found[f"models/{name}.mistakes.js"] = f"desk.mistakes({as_json(name)},{as_json(told)});\n"
    return found


def shown(model: Model) -> dict[str, Any]:
    """Return a model as it is handed to the page, in the language of the book."""
    found = data(model)
    for stage in found["stages"]:
        stage["title"] = in_language(stage["title"])
    found["defined"] = in_language(found["defined"])
    return found


def all_mistakes(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the likely mistakes of every network, from the file in the folder if there is one.

    They take a while. So they are found once for every language, by the build that comes first.
    """
    source = (DOCS / "_ext" / "playground_model.py").read_bytes()
    kept = folder / f"likely-{sha256(source).hexdigest()[:16]}.json"
    with FileLock(kept.with_suffix(".lock")):
        if not kept.is_file():
            new = {name: mistakes(model) for name, model in models().items()}
            kept.write_text(json.dumps(new), "utf-8")
    found: dict[str, list[dict[str, Any]]] = json.loads(kept.read_text("utf-8"))
    return found


def page(part: str, version: str) -> str:
    """Return the playground of a page as HTML, with the article's numbers in it."""
    drawn = network() if part in PICTURED else ""
    return str(template().module.page(part, WORDS, rows() if part == "all" else [], drawn, version))


def network() -> str:
    """Return the picture of the article's network."""
    f = forward()
    return picture(draw.network(f, partials(f))._repr_html_())


def rows() -> list[tuple[str, str, str]]:
    """Return every number of the article's network: its name, its formula, its value."""
    worked = models()["article"].worked
    lines = {line.name: written(Written(line.expression)) for line in worked.listing.lines}
    return [
        (TEXT.name(name), lines.get(name, WORDS["start"]), spelled(value, name in lines))
        for name, value in worked.listing.run(worked.given).items()
    ]


def spelled(value: float, calculated: bool) -> str:
    """Return a number as text: a result in six digits, a given one short."""
    return numeral(figure(value, 6, short=not calculated), TEXT)


def label(model: Model) -> str:
    """Return what a published example is called in a list: whose it is and its title, or whose copy it is."""
    told, names = said("published"), said("example")
    called, about = names[f"{model.name}.called"], names.get(f"{model.name}.about")
    if original := EXAMPLES[model.name].get("copy"):
        text = told["copy"].format(original=names[f"{original}.called"], name=about or called)
    else:
        text = told["listed"].format(name=called, title=about or model.sheet.title)
    return f"{text[0].upper()}{text[1:]}"


class Place(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of a playground in a page, with the words that lead to it."""


class Playground(SphinxDirective):
    """A playground: the whole one, or the part that a chapter is about, after the words that lead to it."""

    has_content = True
    option_spec = {"part": partial(directives.choice, values=PARTS)}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Leave its place."""
        return [Place("", *self.parse_content_to_nodes(), part=self.options.get("part", "all"))]


class Now(nodes.Inline, nodes.TextElement):  # type: ignore[misc]
    """A number of the article's network in a sentence; where a script runs, that of the page's playground."""


def now(
    role: str, raw: str, text: str, line: int, inliner: Inliner, options: Any = None, content: Any = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Read the name of a number: {now}`lost` follows, {turn}`w5` has a slider to turn it by."""
    worked = models()["article"].worked
    values = worked.listing.run(worked.given)
    if text not in values:
        return [], [
            inliner.reporter.error(f"expected a name of the article's network, not {text}", line=line)
        ]
    value = spelled(values[text], text not in worked.given)
    ink = "backward" if text in worked.means else "forward"
    return [Now(raw, value, name=text, ink=ink, turns=role == "turn")], []


def visit_now(self: HTML5Translator, node: Now) -> None:
    """Begin a number in a sentence."""
    self.body.append(self.starttag(node, "span", "", CLASS=node["ink"], **{"data-now": node["name"]}))


def depart_now(self: HTML5Translator, node: Now) -> None:
    """End a number in a sentence, and put a slider after one to be turned."""
    self.body.append("</span>")
    if node["turns"] and self.builder.name == "html":
        self.body.append(str(template().module.slider(node["name"], models()["article"].worked.given)))


class Turning(nodes.General, nodes.Element):  # type: ignore[misc]
    """Sentences with a number to turn."""


class Turned(SphinxDirective):
    """Sentences with a number to turn by a slider, others that follow it, and weights to choose."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave the sentences."""
        return [Turning("", *self.parse_content_to_nodes())]


def visit_turning(self: HTML5Translator, node: Turning) -> None:
    """Begin the sentences."""
    self.body.append('<div class="turning">')


def depart_turning(self: HTML5Translator, node: Turning) -> None:
    """Put the choice of weights after the sentences."""
    choice = template().module.weights(WORDS) if self.builder.name == "html" else ""
    self.body.append(f"{choice}</div>")


class Finder(SphinxDirective):
    """A box for one number: where it may have come from. Another page's box leads to the one with answers."""

    option_spec = {"answers": directives.flag}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Write the box."""
        if self.env.app.builder.name != "html":
            return []
        box = template().module.finder(WORDS, self.config.playground_version, "answers" in self.options)
        return untranslated([nodes.raw("", str(box), format="html")])


def visit(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a picture instead into an EPUB, which runs no script; a chapter has its pictures already."""
    if self.builder.name == "html":
        self.body.append(f'<div class="played{" part" * (node["part"] != "all")}">')
        return
    if node["part"] in PICTURED:
        self.body.append(f"<p>{WORDS['paper']}</p>{network()}")
    raise nodes.SkipNode


def depart(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the playground after its words."""
    self.body.append(f"{page(node['part'], self.config.playground_version)}</div>")


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the scripts beside the pages, unless they are there: the likely mistakes take a while."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static"
    stamp = folder / "models" / "version"
    if stamp.is_file() and stamp.read_text("utf-8") == app.config.playground_version:
        return
    stamp.parent.mkdir(exist_ok=True)
    for name, text in scripts(Path(app.config.nb_execution_cache_path)).items():
        (folder / name).write_text(text, "utf-8")
    stamp.write_text(app.config.playground_version, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the directives to Sphinx."""
    app.add_config_value("playground_version", "", "html", str)
    app.add_node(Place, html=(visit, depart))
    app.add_node(Now, html=(visit_now, depart_now))
    app.add_node(Turning, html=(visit_turning, depart_turning))
    app.add_role("now", now)
    app.add_role("turn", now)
    app.add_directive("turning", Turned)
    app.add_directive("playground", Playground)
    app.add_directive("finder", Finder)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
