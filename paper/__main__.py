"""The story on paper, one A4 document, printed by Chromium from the built book: ``python -m paper``.

A page of the site is opened, changed and run; what cannot be done on paper is left out of it. Blanks become
lines to write on, and what is folded on the screen stands at the end. The document is printed twice: after
the first time it is known on which page everything is. It is in the language of the book that
``BOOK_LANGUAGE`` names, as the site is.
"""

import io
import re
import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

import pikepdf
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Error, Route, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
from edition import FOLDER, TAGS  # noqa: E402
from sentences import ENGLISH, LANGUAGE  # noqa: E402
from translated import said  # noqa: E402

HTML = ROOT / "build" / "html" / ("" if LANGUAGE == ENGLISH else FOLDER)
STYLE = Path(__file__).with_name("paper.css").read_text("utf-8")
PART = re.compile(
    r"[IVX]+\. |[一二三]、"
)  # the parts of the story have numbers, those of the tools have none
LOOK_UP = ("glossary", "references")  # what else a reader of paper needs
# What only a screen can do, and the code of cells whose picture is meant.
SCREEN = "script, button, .live, .turning, .headerlink, .play, .opening, .copybtn, details.above-input"
LONG = 12  # lines of code that may stand on two pages, parted at an empty line
WORDS, SITE = said("paper"), said("site")
UNKNOWN = "000"  # holds the room of the number of a page
PLACE = "http://paper/"  # where the document is, as the browser sees it
EPUB = f'<a href="bplit.epub" download>{SITE["epub"]}</a>'
LINK = f'\n  <a href="bplit.pdf" download>{SITE["pdf"]}</a>'
HEAD_OF_TABLE = re.compile(r"node\d+")
DATE = "D:20260101000000Z"  # no clock in the document


class Site(NamedTuple):
    """The built book: its folder, where it is published, and the pages of it that are printed."""

    folder: Path
    base: str
    names: list[str]

    def read(self, name: str) -> BeautifulSoup:
        """Return a page."""
        return parsed((self.folder / f"{name}.html").read_text("utf-8"))

    def target(self, page: str, href: str) -> str:
        """Return where a link of a page leads: to a place in the document, or to the published site."""
        address, anchor = urldefrag(urljoin(f"{self.base}{page}.html", href))
        name = address.removeprefix(self.base).removesuffix(".html")
        if name in self.names:
            return f"#{name}--{anchor}" if anchor else f"#{name}"
        return f"{address}#{anchor}" if anchor else address


class Chapter(NamedTuple):
    """A chapter: the name of its page, its title, what it says, and what stands at the end."""

    name: str
    title: str
    body: Tag
    answers: list[str]
    solutions: list[Tag]


def parsed(text: str) -> BeautifulSoup:
    """Return some HTML as a tree."""
    return BeautifulSoup(text, "html.parser")


def only(tree: Tag, selector: str) -> Tag:
    """Return the first part of a tree that is meant, which has to be there."""
    found = tree.select_one(selector)
    if found is None:
        raise ValueError(f"the built book has no {selector}")
    return found


def parts(index: Tag) -> dict[str, list[str]]:
    """Return the names of the pages of each part of the story, as the contents of the site have them."""
    found = {
        caption.get_text(strip=True): [str(link["href"]).removesuffix(".html") for link in pages("a")]
        for caption in index.select(".sidebar-tree p.caption")
        if isinstance(pages := caption.find_next_sibling("ul"), Tag)
    }
    return {part: names for part, names in found.items() if PART.match(part)} | {WORDS["look up"]: [*LOOK_UP]}


def page_of(target: str) -> Tag:
    """Return the number of the page that something is on, not known yet."""
    return only(parsed(f'<a class="at" href="#{target}">{UNKNOWN}</a>'), "a")


def chapter(site: Site, name: str) -> Chapter:
    """Return a page of the site as it stands on paper."""
    body = only(site.read(name), "article > section")
    for part in body.select(SCREEN):
        part.decompose()
    for link in body.select("a[href]"):
        link["href"] = site.target(name, str(link["href"]))
    for code in body.select("a > code"):
        code.unwrap()  # the browser would give the link now the one's height, now the other's
    for box in body.select("details.hide"):
        only(box, "summary").decompose()
        box.unwrap()
    for part in body.select("[id]"):
        if not part.find_parent("svg"):
            part["id"] = f"{name}--{part['id']}"
    for code in body.select("pre"):
        divide(code)
    answers = [blank(field, number) for number, field in enumerate(body.select(".blank"), 1)]
    solutions = body.select("details.solution")
    for number, box in enumerate(solutions, 1):
        box["id"] = f"{name}-solution-{number}"
        told = escape(WORDS["turn"].format(what=only(box, "summary").get_text(strip=True)))
        turn = only(parsed(f'<p class="turn">{told} </p>'), "p")
        turn.append(page_of(str(box["id"])))
        box.replace_with(turn)
    for box in [*body.select("details"), *solutions]:
        only(box, "summary").name = "h4"
        box.name = "div"
    body.name, body["id"] = "section", name
    return Chapter(name, only(body, "h1").get_text(" ", strip=True), body, answers, solutions)


def divide(code: Tag) -> None:
    """Have a long piece of code broken between two pages where it has an empty line."""
    text = code.decode_contents()
    if text.count("\n") > LONG:
        pieces = "\n".join(f'<span class="piece">{piece}</span>' for piece in text.split("\n\n"))
        # inside pre, or the parser would not keep what is indented
        whole = only(parsed(f'<pre class="long-code">{pieces}</pre>'), "pre")
        whole["style"] = str(code.get("style", ""))
        code.replace_with(whole)


def blank(field: Tag, number: int) -> str:
    """Make a line to write on of a blank, or a choice to underline, and return its answer."""
    answer = field.get_text()
    choices = str(field.attrs.pop("data-choices", ""))
    field.clear()
    field.append(parsed(f"<i>{choices.replace('|', ' / ')}</i><sup>{number}</sup>"))
    if choices:
        field["class"] = "choice"
    return answer


def joined(folder: Path) -> BeautifulSoup:
    """Return the document: a cover, its contents, the story, and the solutions."""
    index = parsed((folder / "index.html").read_text("utf-8"))
    held = parts(index)
    base = urljoin(str(only(index, "link[rel=canonical]")["href"]), ".")
    site = Site(folder, base, ["index", *(name for names in held.values() for name in names)])
    preface, *chapters = (chapter(site, name) for name in site.names)
    title = only(preface.body, "h1")
    cover = [
        f"<h1>{preface.title}</h1>",
        only(preface.body, ".lead").extract(),
        only(index, ".still .picture"),
    ]
    title.string = WORDS["begin"]
    sheets_of = "".join(
        f'<link rel="stylesheet" href="_static/{name}.css">' for name in ("styles/furo", "site")
    )
    web = f'<p>{WORDS["web"]} <a href="{base}">{base}</a></p>'
    document = parsed(
        f"""<!doctype html><html lang="{TAGS[LANGUAGE]}"><head><meta charset="utf-8">
        <title>{preface.title}</title>{sheets_of}<style>{STYLE}</style></head>
        <body data-theme="light"><article><div class="cover">{"".join(map(str, cover))}{web}</div>
        <nav><h1>{WORDS["contents"]}</h1></nav></article></body></html>"""
    )
    article, contents = only(document, "article"), only(document, "nav")
    contents.append(entry("", "index", WORDS["begin"]))
    article.append(preface.body)
    first = {names[0]: part for part, names in held.items()}
    for number, one in enumerate(chapters, 1):
        heading = only(one.body, "h1")
        heading.insert(0, parsed(f'<span class="number">{number}</span> '))
        if part := first.get(one.name):
            contents.append(parsed(f"<h2>{part}</h2>"))
            heading.insert_before(parsed(f'<p class="part">{part}</p>'))
        contents.append(entry(str(number), one.name, one.title))
        article.append(one.body)
    contents.append(parsed("<hr>"))
    contents.append(entry("", "solutions", WORDS["solutions"]))
    article.append(solved(chapters))
    return document


def entry(number: str, name: str, title: str) -> Tag:
    """Return a line of the contents."""
    row = f'<p><span>{number}</span> <a href="#{name}">{escape(title)}</a> <i></i></p>'
    line = only(parsed(row), "p")
    line.append(page_of(name))
    return line


def solved(chapters: list[Chapter]) -> Tag:
    """Return the last chapter: what is filled into the blanks of the others, and their solutions."""
    last = only(parsed(f'<section id="solutions"><h1>{WORDS["solutions"]}</h1></section>'), "section")
    for number, one in enumerate(chapters, 1):
        if not one.answers and not one.solutions:
            continue
        last.append(parsed(f"<h2>{number} {escape(one.title)}</h2>"))
        if one.answers:
            given = (
                f"<span><sup>{k}</sup>&#8239;{escape(text)}</span>" for k, text in enumerate(one.answers, 1)
            )
            last.append(parsed(f'<p class="answers">{" ".join(given)}</p>'))
        for box in one.solutions:
            last.append(box)
    return last


def printed(browser: Browser, document: BeautifulSoup, folder: Path) -> bytes:
    """Print the document until it says on which page everything is. The same one gives the same bytes."""
    for _ in range(3):
        data = sheets(browser, document, folder)
        if not numbered(document, pages_in(data)):
            return packed(data)
    raise ValueError("the numbers of the pages move what they count")


def numbered(document: BeautifulSoup, pages: dict[str, int]) -> bool:
    """Write the numbers of the pages into the document, and say whether there were others."""
    links = document.select("a.at")
    before = [link.get_text() for link in links]
    for link in links:
        link.string = str(pages[str(link["href"])[1:]])
    return [link.get_text() for link in links] != before


def sheets(browser: Browser, document: BeautifulSoup, folder: Path) -> bytes:
    """Return the document as the browser prints it. It is given the files of the site and nothing else.

    It is opened anew: the browser numbers the parts of all that a page has shown, and writes the numbers.
    """

    def give(route: Route) -> None:
        name = route.request.url.split("?")[0].removeprefix(PLACE)
        if name:
            route.fulfill(path=folder / name)
        else:
            route.fulfill(body=str(document), content_type="text/html")

    page = browser.new_page()
    page.route("**/*", give)
    page.goto(PLACE)
    page.evaluate("document.fonts.ready")
    data = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    page.close()
    return data


def pages_in(data: bytes) -> dict[str, int]:
    """Return the number of the page of everything in a document that a link leads to."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {name[1:]: pikepdf.Page(place[0]).index + 1 for name, place in pdf.Root.Dests.items()}


def places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Go through the texts in a part of a document: what holds each, and where."""
    for place in range(len(part)) if isinstance(part, pikepdf.Array) else part.keys():
        value = part[place]
        if isinstance(value, pikepdf.String):
            yield part, place
        elif isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect:
            yield from places(value)


def numbered_anew(pdf: pikepdf.Pdf) -> None:
    """Count the heads of tables from 1: the browser's numbers count all that it has ever shown."""
    parts = (part for part in pdf.objects if isinstance(part, pikepdf.Array | pikepdf.Dictionary))
    texts = [(*found, str(found[0][found[1]])) for part in parts for found in places(part)]
    heads = [found for found in texts if HEAD_OF_TABLE.fullmatch(found[2])]
    numbers = {name: number for number, name in enumerate(sorted({name for *_, name in heads}), 1)}
    for part, place, name in heads:
        part[place] = pikepdf.String(f"node{numbers[name]:08}")


def packed(data: bytes) -> bytes:
    """Return a document as few bytes, and without the clock of the machine."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbered_anew(pdf)
        pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = DATE
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def link(folder: Path) -> None:
    """Name the document beside the EPUB, on every page of the site."""
    for path in folder.glob("*.html"):
        page = path.read_text("utf-8")
        if LINK not in page:
            path.write_text(page.replace(EPUB, EPUB + LINK), "utf-8")


def main() -> None:
    """Write the document into the built book."""
    if not (HTML / "index.html").is_file():
        sys.exit("There is no built book to print: make book")
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            sys.exit(f"It takes Chromium to print the book: {error.message.splitlines()[0]}")
        data = printed(browser, joined(HTML), HTML)
        browser.close()
    (HTML / "bplit.pdf").write_bytes(data)
    link(HTML)
    print(f"The book is printed: {HTML / 'bplit.pdf'}, {len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
