"""Python in the page: every cell of every chapter runs there, and says what the book says."""

import gzip
import re
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bplit import Weights, forward, partials
from conftest import wrong_in

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
import live_pack  # noqa: E402

PATIENCE = 120_000  # milliseconds, which only matter where something fails
CELL = re.compile(r"^`{3,}\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)^`{3,}$", re.DOTALL | re.MULTILINE)
PAGES = {path.stem: CELL.findall(path.read_text("utf-8")) for path in sorted((ROOT / "docs").glob("*.md"))}
# A page with a cell that is shown has the button, unless its cells need what is not packed.
LIVE = [
    name
    for name, cells in PAGES.items()
    if any("remove-" not in tags for tags, _ in cells)
    and not any("import autograd" in code for _, code in cells)
]
# What a page says in its outputs: text and formulas, and a picture in words.
SAID = """() => [...document.querySelectorAll(".cell_output")].map(output => {
    const copy = output.cloneNode(true);
    for (const part of copy.querySelectorAll(".copybtn, .opens, .headerlink")) part.remove();
    for (const picture of copy.querySelectorAll(".picture"))
        picture.textContent = picture.getAttribute("aria-label");
    return copy.textContent.replace(/[\\s\\u2061-\\u2064]/g, "");
}).filter(Boolean)"""


@pytest.fixture
def chapter(packed, address, page):
    """Return a function that opens a chapter and presses its button."""

    def chapter(name, start=address):
        page.goto(f"{start}/{name}.html")
        page.get_by_role("button", name="Change and run the code").click()
        expect(page.get_by_role("button", name="Run all")).to_be_visible(timeout=PATIENCE)
        return page

    return chapter


def cell(page, number):
    """Return the field of a cell."""
    return page.get_by_role("textbox", name=f"Cell {number}", exact=True)


def output(page, number):
    """Return where the output of a cell stands."""
    return (
        cell(page, number).locator("xpath=ancestor::div[contains(@class, 'cell ')]").locator(".cell_output")
    )


def unfold(page):
    """Open all that is folded."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")


def done(page, text="Done."):
    """Wait until all that was asked for has run."""
    expect(page.locator(".live [role=status]")).to_have_text(text, timeout=PATIENCE)


def test_a_chapter_has_the_button_if_its_cells_can_run(packed, site):
    found = {path.stem for path in site.glob("*.html") if "data-live=" in path.read_text("utf-8")}
    assert found == {*LIVE}
    assert {"forward", "hidden-layer", "any-network"} < found
    assert not {"how-we-know", "built", "benchmarks"} & found


@pytest.mark.slow
@pytest.mark.parametrize(("how", "names"), [("http", LIVE[::2]), ("disk", LIVE[1::2])], ids=["http", "disk"])
def test_every_cell_of_every_chapter_says_what_the_book_says(how, names, chapter, site, address, page):
    """Python starts anew in each chapter, so half of them are opened from a disk, and the others over http.

    What a chapter draws is compared by what is said of it.
    """
    start = address if how == "http" else site.as_uri()
    asked = []
    page.on("request", lambda request: asked.append(request.url))  # an append is not taken
    for name in names:
        chapter(name, start)
        book = page.evaluate(SAID)
        page.get_by_role("button", name="Run all").click()
        done(page)
        assert page.evaluate(SAID) == book, name
        assert page.locator("[data-live=same]").count() == len(PAGES[name]), name
    assert not [url for url in asked if not url.startswith((start, "blob:", "data:"))]
    assert not page.wrong


def test_a_translated_page_keeps_its_words_when_its_cells_run(packed, address, page):
    page.goto(f"{address}/zh/forward.html")
    book = page.evaluate(SAID)
    page.get_by_role("button", name="改一改代码，当场运行").click()
    page.get_by_role("button", name="全部运行").click(timeout=PATIENCE)
    expect(page.locator("[data-live=same]")).to_have_count(len(PAGES["forward"]), timeout=PATIENCE)
    assert page.evaluate(SAID) == book
    assert not page.wrong


def test_another_weight_gives_another_partial(chapter):
    page = chapter("output-layer")
    number = next(n for n, (_, code) in enumerate(PAGES["output-layer"], 1) if "diff_w5 = {" in code)
    changed = cell(page, number).input_value().replace("forward()", "forward(w=Weights(w5=0.5))")
    cell(page, number).fill(changed)
    cell(page, number).press("Shift+Enter")
    done(page)
    expected = partials(forward(w=Weights(w5=0.5))).diff_w5
    expect(output(page, number).locator("pre")).to_have_text(f"diff_w5 = {expected:.6f}")
    assert page.get_by_text("other than in the book").count() == 1
    page.get_by_role("button", name=f"Undo: cell {number}").click()
    page.get_by_role("button", name=f"Run: cell {number}", exact=True).click()
    done(page)
    expect(output(page, number).locator("pre")).to_have_text(f"diff_w5 = {partials(forward()).diff_w5:.6f}")


def test_a_formula_follows_the_cell_that_the_page_begins_with(chapter):
    page = chapter("output-layer")
    page.get_by_text("What this page begins with").click()
    cell(page, 1).fill(cell(page, 1).input_value().replace("given())", "given() | {'w5': 0.5})"))
    page.get_by_role("button", name="Run from here on: cell 1", exact=True).click()
    done(page)
    number = next(n for n, (_, code) in enumerate(PAGES["output-layer"], 1) if '"w5", "lost", values' in code)
    expected = partials(forward(w=Weights(w5=0.5))).diff_w5
    numbers = page.locator("div.cell").nth(number - 1).locator(".math math mn")
    expect(numbers.last).to_have_text(f"{expected:.6f}")


def test_an_error_is_said_as_python_says_it_and_what_runs_on_is_stopped(chapter):
    page = chapter("forward")
    shown = next(n for n, (tags, _) in enumerate(PAGES["forward"], 1) if "remove-" not in tags)
    book = page.evaluate(SAID)
    cell(page, shown).fill("one = 0\n1 / one")
    cell(page, shown).press("Shift+Enter")
    done(page, "ZeroDivisionError: division by zero")
    expect(output(page, shown)).to_contain_text('File "<cell>", line 2, in <module>')
    cell(page, shown).fill("while True: pass")
    cell(page, shown).press("Shift+Enter")
    page.get_by_role("button", name=f"Run: cell {shown}", exact=True).filter(has_text="Stop").click()
    done(page, "Stopped.")
    page.get_by_role("button", name="All as it was").click()
    assert page.evaluate(SAID) == book
    page.get_by_role("button", name=f"Run: cell {shown}", exact=True).click()
    done(page)
    assert page.evaluate(SAID) == book


def test_ten_runs_of_a_page_take_no_more_memory_than_three(chapter):
    page = chapter("activations")
    tools = page.context.new_cdp_session(page)
    last = len(PAGES["activations"])
    asked = "\nimport pyodide_js\nprint(pyodide_js._module.HEAP8.length)"
    unfold(page)
    cell(page, last).fill(cell(page, last).input_value() + asked)
    taken = []
    for _ in range(10):
        page.get_by_role("button", name="Run all").click()
        done(page)
        tools.send("HeapProfiler.collectGarbage")
        nodes = tools.send("Memory.getDOMCounters")["nodes"]
        taken.append((int(output(page, last).inner_text().split()[-1]), nodes))
    assert taken[9] <= taken[2]


@pytest.mark.parametrize("gone", ["WebAssembly", "memory", "connection", "half of a pack"])
def test_where_python_cannot_come_a_sentence_says_so_and_the_page_is_as_it_was(
    gone, packed, address, browser
):
    page = browser.new_context().new_page()
    late = []  # what the page has asked for and gets when another pack has failed
    if gone == "WebAssembly":
        page.add_init_script("delete globalThis.WebAssembly")
    if gone == "memory":
        body = hungry()
        page.route("**/live/core.js*", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    if gone == "connection":
        page.route("**/live/numpy.js*", lambda route: route.abort())
        page.route("**/live/book.js*", lambda route: late.append(route))  # an append is not taken
    if gone == "half of a pack":
        page.route("**/live/numpy.js*", cut_off)
    page.goto(f"{address}/forward.html")
    book = page.locator("article").inner_html()
    page.get_by_role("button", name="Change and run the code").click()
    words = {"WebAssembly": "too old", "memory": "not enough memory"}.get(gone, "connection")
    expect(page.locator(".live [role=status]")).to_contain_text(words, timeout=PATIENCE)
    if late:
        late[0].continue_()
        expect(page.locator("script[src*='live/book.js']")).to_have_count(0)
        page.evaluate("new Promise(requestIdleCallback)")
        assert words in page.locator(".live [role=status]").inner_text()
    # without what it says, and without the theme's mark on the section that is in view
    without = re.compile(r'<div class="live">.*?</div>| class="(?:active)?"', re.DOTALL)
    assert without.sub("", page.locator("article").inner_html()) == without.sub("", book)
    if words == "connection":
        page.unroute_all()
        page.get_by_role("button", name="Change and run the code").click()
        expect(page.get_by_role("button", name="Run all")).to_be_visible(timeout=PATIENCE)
    page.context.close()


def cut_off(route):
    """Answer with the first half, as a connection that breaks down may."""
    body = route.fetch().body()
    route.fulfill(body=body[: len(body) // 2], content_type="text/javascript")


def hungry():
    """Return a pack whose Python takes memory until there is none, as the real one does on a small phone."""
    takes = b"self.loadPyodide = () => { for (const all = []; ; ) all.push(new WebAssembly.Memory(SIZE)); };"
    takes = b"var _createPyodideModule, temml;" + takes.replace(b"SIZE", b"{ initial: 65536 }")
    names = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "temml.js")
    return live_pack.script("core", dict.fromkeys(names, takes))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_the_cells_on_a_phone(scheme, packed, address, browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",  # no colour half way
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    wrong = wrong_in(page)
    page.goto(f"{address}/output-layer.html")
    page.get_by_role("button", name="Change and run the code").tap()
    expect(page.get_by_role("button", name="Run all")).to_be_visible(timeout=PATIENCE)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = (
        "keys => keys.filter(key => key.checkVisibility()).map(key => key.getBoundingClientRect().height)"
    )
    assert min(page.locator(".live button, .live-keys button").evaluate_all(heights)) >= 44
    sizes = "fields => fields.map(field => parseFloat(getComputedStyle(field).fontSize))"
    assert min(page.locator(".live-code textarea").evaluate_all(sizes)) >= 16
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert not wrong
    context.close()


def test_before_the_button_a_page_takes_less_than_a_kilobyte_for_it(packed, site, address, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))  # an append is not taken
    page.goto(f"{address}/output-layer.html", wait_until="networkidle")
    assert not [url for url in asked if "/live/" in url]
    html = (site / "output-layer.html").read_text("utf-8")
    less = re.sub(r'<div class="live">.*?</div>', "", html, flags=re.DOTALL)
    assert less != html
    script = (ROOT / "docs" / "_static" / "book.js").read_text("utf-8")
    shorter = re.sub(r"  // The cells of a page run in it.*?(?=  // The theme)", "", script, flags=re.DOTALL)
    css = (ROOT / "docs" / "_static" / "book.css").read_text("utf-8")
    rules = re.sub(r"/\* the button that makes them run.*?\n(?=body)", "", css, flags=re.DOTALL)
    grown = [
        len(gzip.compress(new.encode())) - len(gzip.compress(old.encode()))
        for new, old in ((html, less), (script, shorter), (css, rules))
    ]
    assert min(grown) > 0
    assert sum(grown) < 1000, grown


def test_a_wheel_that_is_not_the_locked_one_is_refused(tmp_path):
    wheel = tmp_path / "numpy.whl"
    wheel.write_bytes(b"another file")
    with pytest.raises(live_pack.WrongFileError, match=r"numpy\.whl: expected the sha256 0123, got 100ef6a7"):
        live_pack.wheels({"numpy.whl": "0123"}, tmp_path)


def test_what_is_fetched_is_refused_before_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(live_pack, "released", lambda name: b"another file")
    with pytest.raises(live_pack.WrongFileError, match="expected the sha256"):
        live_pack.wheels({"numpy.whl": "0123"}, tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_pack_depends_on_nothing_but_its_files():
    one = {"b.py": b"2", "a.py": b"1"}
    assert live_pack.archive(one) == live_pack.archive(dict(sorted(one.items())))
