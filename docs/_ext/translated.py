"""The book in another language: its words, its catalogs, and what Sphinx leaves untranslated.

The words of the pages are in catalogs, docs/locale/zh_CN/LC_MESSAGES, one a page, which Sphinx fills in. Two
kinds of words it does not find: those in HTML, as in the pictures that cells draw, and the text that cells
print. They are found here, so that all words of a page are in its catalog. What is no page's own, as the
sentences of workings/words.toml, is in the catalog ``words``.

The cells are run once, for the English book; the other language takes over what they put out.
"""

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from docutils import nodes
from sentences import (
    CHINESE,
    ENGLISH,
    FAULTS,
    LANGUAGE,
    PRINTED,
    SENTENCES,
    SPACE,
    SPOKEN,
    columns,
    is_program,
    is_said,
    made_of_words,
    spoken,
    spoken_in,
)
from shapes import is_report
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import init as catalog_of
from sphinx.transforms import SphinxTransform

from workings.words import WORDS

HERE = Path(__file__).parent
DOCS = HERE.parent
CATALOGS = DOCS / "locale" / CHINESE / "LC_MESSAGES"
# What is made from the docstrings of the sources stays as it is there: English, like the code around it.
SOURCES = ("house", "module", *(f"room-{room}" for room in "net write check script draw files".split()))
# In workings/words.toml these say nothing: they are what others write, by which it is understood.
UNDERSTOOD = (
    *("called", "given first", "pasted words", "activations", "losses", "examples", "policies"),
    "script names",
    "script options",
    "stand-ins",
)
HEADER = (
    "# The Chinese edition. `make catalogs` renews what is English in it; README.md says how it is "
    'translated.\nmsgid ""\nmsgstr ""\n'
    f'"Language: {CHINESE}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
)


class Asked(nodes.Element, addnodes.translatable):  # type: ignore[misc]
    """Stands for words that Sphinx does not find itself, while the catalogs are written."""

    def preserve_original_messages(self) -> None:
        """Keep nothing: no page is made of it."""

    def extract_original_messages(self) -> list[str]:
        """Return the words."""
        return list(self["said"])


class FindWords(SphinxTransform):
    """Find the words in HTML and in what cells print: ask for them, or put in their translation."""

    default_priority = 8  # before Sphinx takes care of the rest

    def apply(self, **kwargs: Any) -> None:
        """Go through the page."""
        asking = self.app.builder.name == "gettext"
        if not asking and LANGUAGE == ENGLISH:
            return
        catalog, _ = catalog_of([str(DOCS / "locale")], LANGUAGE, self.env.current_document.docname)
        for node in [*self.document.findall(is_from_cell)]:
            self.fill(node)
        for node in [*self.document.findall(has_words)]:
            parts = SPOKEN if isinstance(node, nodes.raw) else PRINTED
            text = node.astext()
            if asking:
                said = [
                    words
                    for part in parts.finditer(text)
                    if is_said(words := spoken(part)) and not made_of_words(words)
                ]
                place = outermost(node)
                place.parent.insert(place.parent.index(place), Asked("", said=said))
            else:
                node[:] = [nodes.Text((columns if parts is PRINTED else spoken_in)(text, catalog.gettext))]
                node.rawsource = node.astext()

    def fill(self, node: nodes.TextElement) -> None:
        """Translate the text of a node if it is made of words that are no page's own."""
        texts = [(text, made_of_words(text.replace(SPACE, " "))) for text in node.findall(nodes.Text)]
        if all(new is not None for _, new in texts):
            node["translatable"] = False
            for text, new in texts:
                text.parent.replace(text, nodes.Text(str(new).replace(" ", SPACE if SPACE in text else " ")))


def is_from_cell(node: nodes.Node) -> bool:
    """Say whether a node is text that a cell put out as Markdown."""
    return isinstance(node, nodes.paragraph | nodes.term) and node is not outermost(node)


def outermost(node: nodes.Node) -> nodes.Node:
    """Return the output of a cell that holds a node, of which one form is kept; or the node itself."""
    place = found = node
    while place := place.parent:
        if place.get("nb_element"):
            found = place
    return found


def untranslated(made: list[nodes.Node]) -> list[nodes.Node]:
    """Return nodes that a program made, of words in the language of the book: nobody is asked for them."""
    for part in made:
        for node in part.findall(lambda node: isinstance(node, nodes.TextElement)):
            node["translatable"] = False
    return made


def has_words(node: nodes.Node) -> bool:
    """Say whether Sphinx may leave words in a node: HTML, or what a cell prints, if not its own."""
    if isinstance(node, nodes.raw):
        return bool(node.get("format") == "html" and node.get("translatable", True))
    return (
        isinstance(node, nodes.literal_block)
        and "stream" in node.get("classes", [])
        and not is_report(node.astext())
        and not is_program(node.astext())
    )


@cache
def own_words() -> dict[str, str]:
    """Return the words that are no page's own, each by its place in its file.

    A mistake has its kind before its sentence; the programs call it so, and the pages by a name of its own.
    What is said of a script begins with its place, which stands in other sentences as well.
    """
    site, examples = (
        tomllib.loads((HERE / name).read_text("utf-8")) for name in ("words.toml", "published.toml")
    )
    found: dict[str, str] = {}
    for section, sentences in (WORDS | site).items():
        for key, text in sentences.items() if section not in UNDERSTOOD else ():
            if section == "slip":
                kind, _, text = text.partition(": ")
                found.setdefault(f"kind.{kind}", kind)
            found[f"{section}.{key}"] = text
    found["script.place"] = found["script.line"].partition(": ")[0]
    found |= {f"kind.{kind}": text for kind, text in site["kind"].items()}
    for name, example in examples.items():
        told = {key: example[key] for key in ("called", "about", "read") if key in example}
        told |= example.get("by_hand", {})
        found |= {f"example.{name}.{key}": text for key, text in told.items()}
    return found


def renew(app: Sphinx, error: Exception | None) -> None:
    """Renew the catalogs: take in what is new, keep what is translated, mark what has changed as fuzzy."""
    if error or app.builder.name != "gettext":
        return
    found = {path.stem: read(path) for path in Path(app.outdir).glob("*.pot")}
    found = {name: template for name, template in found.items() if name not in SOURCES}
    found["words"] = Catalog()
    for place, text in own_words().items():
        found["words"].add(text, context=place)
    folder = Path(app.srcdir, app.config.locale_dirs[0], CHINESE, "LC_MESSAGES")
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in found.items():
        wanted = Catalog()
        for message in template:
            if message.id and is_said(str(message.id)):
                wanted.add(message.id, context=message.context)
        path = folder / f"{name}.po"
        catalog = read(path) if path.is_file() else Catalog(CHINESE)
        catalog.update(wanted)
        path.write_text(HEADER + written(catalog), "utf-8")


def read(path: Path) -> Catalog:
    """Return a catalog."""
    return read_po(BytesIO(path.read_bytes()), CHINESE)


def written(catalog: Catalog) -> str:
    """Return a catalog as text, without what changes from day to day."""
    for message in catalog:
        message.flags &= {"fuzzy"}  # a brace is TeX or a role of MyST, not Python's
    text = BytesIO()
    write_po(text, catalog, width=110, omit_header=True, ignore_obsolete=True, include_previous=True)
    return text.getvalue().decode()


@cache
def catalog_of_words() -> dict[str, str]:
    """Return the translated words by their places, those that are translated as they are now."""
    own = own_words()
    told = [m for m in read(CATALOGS / "words.po") if m.string and not m.fuzzy]
    return {str(m.context): str(m.string) for m in told if m.id == own.get(str(m.context))}


def sentences(language: str) -> dict[str, tuple[str, str]]:
    """Return the sentences that programs fill in, each in English and in a language, by their places."""
    told = {} if language == ENGLISH else catalog_of_words()
    own = {
        place: text
        for place, text in own_words().items()
        if place.partition(".")[0] in (*FAULTS, "published")
    }
    return {place: (text, told.get(place, text)) for place, text in own.items()}


@cache
def said(section: str) -> dict[str, str]:
    """Return the words of a section, as in its file, in the language of the book.

    >>> said("blank")["right"]
    'right'
    """
    words = own_words() | ({} if LANGUAGE == ENGLISH else catalog_of_words())
    return {
        place.removeprefix(f"{section}."): text
        for place, text in words.items()
        if place.startswith(f"{section}.")
    }


def in_language(text: str) -> str:
    """Return a text that is made of words in the language of the book; what is not so made is a mistake."""
    made = text if LANGUAGE == ENGLISH else made_of_words(text)
    if made is None:
        raise ValueError(f"not made of words: {text}")
    return made


def picture(html: str) -> str:
    """Return a picture, as HTML, with what it shows and says in the language of the book."""
    return html if LANGUAGE == ENGLISH else spoken_in(html, in_language)


SENTENCES.update(sentences(LANGUAGE))


def setup(app: Sphinx) -> dict[str, bool]:
    """Join it to Sphinx."""
    app.add_transform(FindWords)
    app.connect("build-finished", renew)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
