"""The built book as a web page: sealed, light, within everyone's reach, the same twice."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from fontTools.ttLib import TTFont
from nbclient import NotebookClient
from soak import tries

from conftest import BUILD, soup

ROOT = Path(__file__).parent.parent
NAMES = sorted(path.stem for path in (ROOT / "docs").glob("*.md"))
LOOK_UP = {"index", "module", "glossary", "references", "built"}
CHAPTERS = [name for name in NAMES if name not in LOOK_UP]
KILOBYTE = 1000
LINK = re.compile(rb'\n  <a href="bplit.pdf" download>[^<]*</a>')  # to the book on paper
# Some pages of the Chinese edition, as far as they are translated: the frame and the scripts are the same.
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
from edition import translated_pages  # noqa: E402

CHINESE = [f"zh/{name}" for name in ("index", "forward", "check") if name in translated_pages()]


# Sealed


@pytest.fixture
def guarded(page):
    """Return a function that lets a page ask one place only, and the list of all others that it asks."""
    elsewhere = []

    def guard(start):
        def judge(route):
            if route.request.url.startswith((start, "data:")):
                route.continue_()
            else:
                elsewhere.append(route.request.url)
                route.abort("blockedbyclient")

        page.route("**/*", judge)
        return elsewhere

    return guard


def test_from_a_disk_no_page_asks_anybody_and_nothing_is_missing(site, page, guarded):
    elsewhere = guarded(site.as_uri())
    for name in (*NAMES, "search", *CHINESE):
        page.goto(f"{site.as_uri()}/{name}.html", wait_until="load")
    assert not elsewhere
    assert not page.wrong


# What scrolls inside itself may be wide, nothing else; and a key has to reach it.
OUTSIDE = """() => [...document.querySelectorAll("article *")]
    .filter(part => !part.closest("pre, div.math, .table-wrapper, .picture, .visually-hidden"))
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
    .map(part => part.outerHTML.slice(0, 80))"""
OUT_OF_REACH = """() => [...document.querySelectorAll("pre, div.math, .table-wrapper, .picture")]
    .filter(box => box.scrollWidth > box.clientWidth && box.tabIndex < 0)
    .map(box => box.outerHTML.slice(0, 80))"""
# On a phone nothing is cut off, and no label of a picture is smaller than 12 pixels.
CUT_OFF = """() => [...document.querySelectorAll("article pre[style], div.math, .table-wrapper")]
    .filter(box => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
    .map(box => box.textContent.trim().slice(0, 60))"""
TINY = """() => [...document.querySelectorAll(".picture svg")].filter(svg => svg.clientWidth).flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return [...svg.querySelectorAll("text")].map(text => scale * parseFloat(getComputedStyle(text).fontSize));
}).filter(size => size < 11.95)"""
# The files of fonts that a page asks for at once, and those that it is set in.
ASKED_AND_USED = """() => {
    const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
        .filter(rule => rule instanceof CSSFontFaceRule);
    const file = address => address.match(/[a-z]+(?=\\.woff2)/)[0];
    const used = [...document.fonts].map((face, k) => face.status !== "unloaded" && file(rules[k].cssText));
    const asked = [...document.querySelectorAll("link[rel=preload]")].map(link => file(link.href));
    return [asked.sort(), [...new Set(used.filter(Boolean))].sort()];
}"""
# Of what looks alike, axe looks at a few: words of a listing, formulas, rows of a table.
THIN = """() => {
    const look = part => {
        const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(part);
        return [part.tagName, part.className, color, backgroundColor, fontSize, fontWeight].join();
    };
    const shape = row => [...row.querySelectorAll("*")].map(part => part.tagName + part.className).join();
    const alike = (parts, kind, keep) => {
        const kinds = {};
        for (const part of parts) (kinds[kind(part)] ??= []).push(part);
        return Object.values(kinds).flatMap(some => some.slice(keep));
    };
    const words = [...document.querySelectorAll("pre span")].filter(part => !part.firstElementChild);
    const formulas = document.querySelectorAll("math"), tables = document.querySelectorAll("table");
    for (const part of alike(words, look, 1)) part.replaceWith(part.textContent);
    for (const part of alike(formulas, part => look(part) + look(part.parentElement), 3)) part.remove();
    for (const table of tables) for (const row of alike(table.rows, shape, 2)) row.remove();
}"""
FRAME = [".sidebar-drawer", ".toc-drawer", ".mobile-header", "footer"]
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SHAPES = {"rules": {rule: {"enabled": False} for rule in COLOURS["runOnly"]}}


@pytest.mark.parametrize("name", [*NAMES, "search", "_modules/index", "_modules/workings/cli", *CHINESE])
def test_a_page_asks_nobody_else_fits_its_screen_and_is_within_reach(name, address, page, guarded):
    """The frame is the same around all pages: axe looks at it around some, at every width and in the dark."""
    elsewhere = guarded(address)
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{address}/{name}.html", wait_until="load")
    page.evaluate("document.fonts.ready")
    for width in (360, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(OUT_OF_REACH) == []
        if width >= 390:
            assert page.evaluate(CUT_OFF) == []
            assert page.evaluate(TINY) == []
    asked, used = page.evaluate(ASKED_AND_USED)
    assert asked == [font for font in used if font in asked or not name.startswith("zh/")]
    page.evaluate(THIN)
    framed = name in ("index", "hidden-layer", "playground", "search", "zh/index")
    parts = None if framed else {"exclude": [[part] for part in FRAME]}
    # the dark changes nothing but colours, and the width none of a page's own
    looks = [(1440, "light", None), (390, "light", None if framed else SHAPES), (390, "dark", COLOURS)]
    looks += [(1440, "dark", COLOURS)] if framed else []
    found = []
    for width, scheme, rules in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour half way
        page.evaluate("new Promise(requestAnimationFrame)")
        for violation in Axe().run(page, parts, rules).response["violations"]:
            nodes = [node["target"][0] for node in violation["nodes"]]
            found.append(f"{width}, {scheme}: {violation['id']}: {nodes[:3]}")
    # a line breaks elsewhere with another machine's fonts: what a finger has to hit stays apart
    page.set_viewport_size({"width": 390, "height": 900})
    for spacing in ("normal", "0.06em", "0.12em"):
        page.evaluate("spacing => { document.body.style.letterSpacing = spacing; }", spacing)
        for violation in Axe().run(page, parts, {"runOnly": ["target-size"]}).response["violations"]:
            nodes = [node["target"][0] for node in violation["nodes"]]
            found.append(f"{spacing}: {violation['id']}: {nodes[:3]}")
    assert not found
    assert not elsewhere
    assert not page.wrong


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_search_finds(scheme, site, address, page):
    start = address if scheme == "http" else site.as_uri()
    page.goto(f"{start}/search.html?q=sigmoid")
    page.locator("#search-results li a").nth(3).wait_for()  # they come one after the other


def test_no_page_leads_nowhere(site):
    names = [path.relative_to(site).with_suffix("") for path in site.rglob("*.html") if path.stem != "404"]
    pages = {site / f"{name}.html": soup(site, name.as_posix()) for name in names}
    dead = []
    for path, page in pages.items():
        for link in page.select("[href], [src]"):
            url, anchor = urldefrag(unquote(link.get("href") or link.get("src")))
            if re.match(r"[a-z]+:", url):
                continue
            place = Path(os.path.normpath(path.parent / url.split("?")[0])) if url else path
            target = pages.get(place)
            if target is None and not place.is_file():
                dead.append(f"{path}: {url}")
            elif target and anchor and not target.find(id=anchor) and not anchor.startswith("svg-"):
                dead.append(f"{path}: {url}#{anchor}")
    assert not dead


def test_mathematics_is_text_for_everyone(site):
    for name in CHAPTERS[1:]:
        assert not soup(site, name).select("img.math, script[src*=athJax], script[src*=katex]")
    for name in ("forward", "output-layer", "hidden-layer", "loss", "update"):
        assert len(soup(site, name).select("math")) > 1


# Within everyone's reach


@pytest.mark.parametrize("name", ["index", "output-layer", "how-we-know"])
@pytest.mark.parametrize("width", [390, 1440])
def test_a_keyboard_reaches_everything_and_shows_where_it_is(width, name, address, page):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{name}.html", wait_until="load")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to content"
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    hidden, seen = [], 0
    where = """() => {
        const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
        return {
            body: at === document.body,
            what: at.tagName + " " + (at.textContent || at.id).trim().slice(0, 30),
            marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
            shown: box.width > 0 && box.height > 0 && style.visibility === "visible"
                && box.right > 0 && box.left < innerWidth,
        };
    }"""
    for _ in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(where)
        if at["body"]:
            break
        seen += 1
        if not (at["marked"] and at["shown"]):
            hidden.append(at["what"])
    assert at["body"], "a trap"
    assert not hidden
    scrolling = page.evaluate(
        """() => [...document.querySelectorAll("pre, div.math, .table-wrapper, .picture")]
                 .filter(box => box.scrollWidth > box.clientWidth && box.tabIndex < 0).length"""
    )
    assert (scrolling, seen > 10) == (0, True)


def test_the_menu_of_a_narrow_screen_opens_and_closes_by_key(address, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/output-layer.html", wait_until="load")
    button, menu = page.locator("button.nav-overlay-icon"), page.locator(".sidebar-drawer")
    assert not menu.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.sidebar-drawer')).visibility === 'hidden'"
    )


def test_a_minus_in_the_text_is_no_hyphen(site):
    for name in NAMES:
        texts = soup(site, name).find("article").find_all(string=re.compile(r"(?<![\w.])-\d+\.\d"))
        code = {"pre", "code", "script", "style", "svg"}
        said = [text for text in texts if not code.intersection(part.name for part in text.parents)]
        assert [text for text in said if "blank" not in text.parent.get("class", [])] == [], name


def test_no_id_stands_twice(site):
    for name in NAMES:
        ids = [part["id"] for part in soup(site, name).select("[id]")]
        assert len(ids) == len(set(ids)), name


def test_pictures_follow_the_reader_s_switch(address, browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{address}/index.html")
    colour = "() => getComputedStyle(document.querySelector('.picture svg text')).fill"
    light = page.evaluate(colour)
    for _ in range(3):
        page.locator(".theme-toggle-content button").click()
        theme = page.evaluate("document.body.dataset.theme")
        assert (page.evaluate(colour) == light) == (theme != "dark"), theme
    context.close()


def luminance(colour):
    """Return how bright a colour is, as WCAG 2 has it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    return sum(
        share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_inks_can_be_read(scheme, address, page):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/hidden-layer.html")
    colour = """name => {
        const part = document.querySelector("article").appendChild(document.createElement("i"));
        part.style.color = `var(--${name})`;
        return getComputedStyle(part).color;
    }"""
    for paper in ("paper", "color-code-background", "color-background-secondary"):
        ground = luminance(page.evaluate(colour, paper))
        for ink in ("ink", "forward", "backward"):
            dark, light = sorted((ground, luminance(page.evaluate(colour, ink))))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)
    fills = page.eval_on_selector_all(".picture text", "all => all.map(one => getComputedStyle(one).fill)")
    assert len(set(fills)) >= 3


def test_a_formula_is_broken_where_there_is_no_room_for_it(address, page):
    """What begins a line below the first is a sign: a further term or factor."""
    page.goto(f"{address}/hidden-layer.html")
    begun = """() => [...document.querySelectorAll("#w1 div.math .right")].flatMap(side => {
        const left = part => part.getBoundingClientRect().left, parts = [...side.querySelectorAll("math")];
        const below = parts.filter((part, n) => n && left(part) < left(parts[n - 1]));
        return below.map(part => part.textContent[0]);
    })"""
    wide = page.evaluate(begun)
    page.set_viewport_size({"width": 390, "height": 844})
    narrow = page.evaluate(begun)
    assert len(narrow) > len(wide)
    assert set(narrow) <= set("+−×")


def test_what_a_phone_folds_is_copied_as_it_was(site):
    """Folding puts something around a line, and nothing into it."""
    page = soup(site, "other-numbers")
    long = [part for part in page.select("pre .long") if len(part.get_text()) > 60]
    assert long
    assert not [part for part in long if "\n" in part.get_text()]


def test_nothing_moves_for_who_wants_it_still(address, browser):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/output-layer.html")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(part => {
            const style = getComputedStyle(part);
            return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0
                || style.scrollBehavior === "smooth";
        }).length"""
    )
    context.close()
    assert moving == 0


# Light


OBSERVER = """window.shift = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture
def visit(address, browser):
    """Return a function that opens pages one after the other, as one reader, and says what each took."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script(OBSERVER)
    sent = []
    page.on("requestfinished", lambda request: sent.append(request))  # a list.append is not taken

    def visit(name):
        sent.clear()
        page.goto(f"{address}/{name}.html", wait_until="networkidle")
        sizes = [request.sizes() for request in sent]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)

    visit.page = page
    yield visit
    context.close()


@pytest.mark.parametrize("name", [*CHAPTERS, *CHINESE])
def test_a_page_is_light_and_stands_still(name, visit):
    first = visit(name)
    shift = visit.page.evaluate("window.shift")
    folder = name.rpartition("/")[0]
    second = visit(f"{folder}/how-we-know".lstrip("/") if name != "how-we-know" else "output-layer")
    assert first <= (80 if "playground" in name else 120) * KILOBYTE, f"first load: {first}"
    assert second <= 50 * KILOBYTE, f"second page: {second}"
    assert shift < 0.01, f"layout shift {shift}"


def test_nothing_moves_when_the_scripts_come(address, page):
    page.set_viewport_size({"width": 390, "height": 844})
    held = []
    page.route("**/*.js*", lambda route: held.append(route))  # an append is not taken
    page.goto(f"{address}/update.html", wait_until="commit")
    title = page.locator(".mobile-header .brand")
    before = title.bounding_box()
    page.unroute("**/*.js*")  # lets go what is held
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.matches('.no-js')") is False
    assert held
    assert title.bounding_box() == before


@pytest.mark.parametrize("name", ["forward", "hidden-layer"])
def test_mathematics_is_there_at_once(name, site, address, page):
    """No script makes the formulas, and no style sheet has to come before their font is asked for."""
    happened = []
    page.on("request", lambda request: happened.append(request.url.split("/")[-1]))
    page.on("load", lambda _: happened.append("load"))
    page.goto(f"{address}/{name}.html", wait_until="networkidle")
    for font in ("text", "bold", "mathematics"):
        assert happened.index(f"{font}.woff2") < happened.index("load")
    shown = page.eval_on_selector_all("math", "all => all.map(one => one.textContent)")
    assert shown == [formula.get_text() for formula in soup(site, name).select("math")]
    page.route("**/*.css*", lambda route: None)  # is held back
    mathematics, bold, sheet = (
        page.expect_request(f"**/{file}*") for file in ("mathematics.", "bold.", "site.css")
    )
    with mathematics, bold, sheet:
        page.reload(wait_until="commit")


@pytest.mark.parametrize("pair", ["of", "mp", "op", "fy"])
def test_italic_letters_make_words(pair, site):
    """They are those of formulas, where a tail stays clear of the letter before it."""
    font = TTFont(site / "_static" / "italic.woff2")
    high = font["OS/2"].sxHeight

    def room(pair):
        """Return how much there is between two letters, on the line and above it up to the height of an x."""
        (before, width), (after, _) = (
            ([x for x, y in glyph.coordinates if 0 <= y <= high], font["hmtx"][name][0])
            for name in (font.getBestCmap()[ord(letter)] for letter in pair)
            for glyph in [font["glyf"][name]]
        )
        return width - max(before) + min(after)

    assert 0 < room(pair) < 2 * room("on")


# Useful around the edges


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_is(name, site):
    page = soup(site, name)
    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert 40 < len(page.find("meta", {"name": "description"})["content"]) < 400
    image = page.find("meta", {"property": "og:image"})["content"].split("/_images/")[1]
    assert (site / "_images" / image).is_file()
    assert page.find("link", {"rel": "icon"}) or page.select_one("link[rel~=icon]")
    assert page.select_one(f".content-icon-container a[href$='docs/{name}.md']"), "edit this page"
    assert page.select_one("a[href='bplit.epub']")
    if name not in ("index",):
        assert page.select_one(".prev-page")


def test_the_sitemap_lists_every_page_and_there_is_a_page_for_a_wrong_address(site, address, page):
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    listed = {url.text for url in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {f"{name}.html" for name in NAMES} <= {url.rsplit("/", 1)[1] for url in listed}
    assert not [url for url in listed if "404" in url or "_modules" in url]
    assert page.goto(f"{address}/no-such-page.html").status == 404
    assert "not found" in page.title().lower()


def test_the_foot_of_the_first_page_leads_into_the_story(site):
    assert soup(site, "index").select_one(".next-page")["href"] == "network.html"
    assert soup(site, "network").select_one(".prev-page")["href"] == "index.html"


def test_an_old_address_leads_on(site, address, page):
    page.goto(f"{address}/start.html")
    page.wait_for_url(f"{address}/index.html")
    assert soup(site, "start").find("link", rel="canonical")["href"].endswith("/index.html")
    assert "start.html" not in (site / "sitemap.xml").read_text("utf-8")


def test_code_is_copied_without_prompts(address, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/index.html")
    block = page.locator(".cell_input .highlight").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    shown = block.locator("pre").inner_text()
    context.close()
    assert copied.strip() == shown.strip()
    assert ">>>" not in copied


def test_a_chapter_prints(address, page):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/output-layer.html")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 1000})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.solution .cell_output").first.is_visible()
    for part in (".sidebar-drawer", ".toc-drawer", ".mobile-header", "footer", ".copybtn"):
        assert not page.locator(part).first.is_visible(), part
    assert page.evaluate("getComputedStyle(document.querySelector('article p')).color") == "rgb(0, 0, 0)"
    cut = page.evaluate(
        """() => [...document.querySelectorAll("article pre, article div.math, article .table-wrapper")]
                 .filter(box => box.scrollWidth > box.clientWidth + 1).length"""
    )
    assert cut == 0
    assert page.pdf(format="A4").startswith(b"%PDF")


EXECUTED = [name for name in NAMES if "{code-cell}" in (ROOT / "docs" / f"{name}.md").read_text("utf-8")]


@pytest.mark.parametrize("name", EXECUTED)
def test_a_page_s_notebook_holds_its_cells_and_the_files_that_they_read(name, site, tmp_path, monkeypatch):
    notebook = nbformat.read(site / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    page = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    own = re.findall(r"^`{3,}\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^`{3,}$", page, re.DOTALL | re.MULTILINE)
    assert [code.strip() for code in own] == cells[-len(own) :]
    code = "\n".join(cells[-len(own) :])
    named = {path for path in re.findall(r"[\w/-]+\.(?:toml|json)", code) if (ROOT / "docs" / path).is_file()}
    monkeypatch.chdir(tmp_path)
    for first in cells[: -len(own)]:
        exec(first, {})
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} == named
    for path in named:
        assert Path(path).read_text("utf-8") == (ROOT / "docs" / path).read_text("utf-8")


@pytest.mark.soak
@pytest.mark.parametrize("name", tries(["benchmarks", "update"], EXECUTED))
def test_a_page_s_notebook_runs_elsewhere(name, site, tmp_path):
    """The build has run the cells of all pages; here some are run where there is nothing but the notebook."""
    notebook = nbformat.read(site / "notebooks" / f"{name}.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)


def test_the_epub_holds_the_whole_book(site):
    with zipfile.ZipFile(site / "bplit.epub") as book:
        assert book.namelist()[0] == "mimetype"
        assert book.read("mimetype") == b"application/epub+zip"
        pages = {Path(name).stem: book.read(name) for name in book.namelist() if name.endswith(".xhtml")}
        for name in NAMES:
            ElementTree.fromstring(re.sub(rb"<!DOCTYPE.*?>", b"", pages[name], flags=re.DOTALL))
        assert pages["output-layer"].count(b"<math") > 10


# The same twice


def test_what_a_slow_cell_prints_in_pieces_is_joined():
    executing = runpy.run_path(str(ROOT / "conf.py"))["executing"]
    code = "import time\nprint('a', end='', flush=True)\ntime.sleep(0.5)\nprint()\nprint('b')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    (output,) = executing.executenb(notebook).cells[0].outputs
    assert output.text == "a\nb\n"


@pytest.mark.slow
def test_two_builds_are_the_same_and_hold_no_path(site, tmp_path):
    """Beside the book that was built here, step by step, another one is built elsewhere, at once."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    files = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    assert files, listed.stderr
    place = tmp_path / "another place"
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    if (ROOT / "build" / "live").is_dir():  # what `make live` has fetched
        shutil.copytree(ROOT / "build" / "live", place / "build" / "live")
    environment = os.environ | {"PYTHONHASHSEED": "2"}
    subprocess.run([sys.executable, *BUILD], cwd=place, env=environment, check=True)
    paths = [path for path in (place / "build" / "html").rglob("*") if path.is_file()]
    different = []
    for path in paths:
        data = path.read_bytes()
        assert str(tmp_path).encode() not in data, path
        assert str(ROOT).encode() not in data, path
        other = site / path.relative_to(place / "build" / "html")
        # a book that is built step by step keeps the pictures of before; its PDF is named when it is printed
        if not other.is_file() or LINK.sub(b"", other.read_bytes()) != data:
            different.append(path.name)
    assert len(paths) > 100
    assert not different
