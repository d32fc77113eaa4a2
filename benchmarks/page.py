"""How quick the built book is in a browser: ``python -m benchmarks.page``.

Every time is compared with that of a yardstick in the same page.
"""

import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Error, Page, sync_playwright

from benchmarks.ratios import Ratio, report

HTML = Path(__file__).parent.parent / "build" / "html"
TITLE = "The built book in a browser, next to a yardstick in the same page"
STATES = {
    "the first pass": "net:article;focus:w3",
    "pass 1000, crossed, training": "net:article;pass:1000;partials:crossed;mode:train;focus:w3",
}
# A change, its calculation, its drawing, and the layout that it asks for, at once: no frame is waited for.
# The yardstick is a table of 100 rows that is written and laid out, in a box that leaves the page alone.
CHANGES = """async () => {
    const own = self.requestAnimationFrame, box = document.createElement("div");
    self.requestAnimationFrame = (does) => { does(); return 0; };
    box.style = "position: absolute; contain: strict; width: 600px; height: 600px";
    document.body.append(box);
    const field = document.querySelector(".edit [type=text]"), changes = [], yardsticks = [];
    field.focus();
    const take = (list, does) => {
        const start = performance.now();
        does();
        document.body.getBoundingClientRect();
        list.push(performance.now() - start);
    };
    for (let k = 0; k < 300; k++) {
        take(changes, () => {
            field.value = String(1 + k / 1000);
            field.dispatchEvent(new Event("input", { bubbles: true }));
        });
        take(yardsticks, () => {
            let rows = "";
            for (let n = 0; n < 100; n++)
                rows += `<tr><th>${n}</th><td>${k}</td><td>${(k / 7).toFixed(6)}</td></tr>`;
            box.innerHTML = `<table>${rows}</table>`;
        });
        box.textContent = "";
        await new Promise((done) => setTimeout(done, 4));
    }
    box.remove();
    self.requestAnimationFrame = own;
    const middle = (list) => list.sort((a, b) => a - b)[150];
    return middle(changes) / middle(yardsticks);
}"""
# Frames in which a slider moves on and is drawn. The yardstick is a frame in which nothing happens.
SLIDE = """async () => {
    const slide = document.querySelector(".slide"), drawn = [], still = [];
    const frame = () => new Promise(requestAnimationFrame);
    for (let k = 0, start = await frame(); k < 240; k++) {
        const list = k % 60 < 30 ? drawn : still;
        if (list === drawn) {
            slide.value = String(k / 240);
            slide.dispatchEvent(new Event("input", { bubbles: true }));
        }
        const end = await frame();
        list.push(end - start);
        start = end;
    }
    const middle = (list) => list.sort((a, b) => a - b)[60];
    return middle(drawn) / middle(still);
}"""
# The load of a page, and when its first text and the font of its formulas are there.
MATHEMATICS = """() => {
    const fonts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".woff2"));
    const there = [performance.getEntriesByName("first-contentful-paint")[0].startTime];
    there.push(...fonts.map(({ responseEnd }) => responseEnd));
    return Math.max(...there) / performance.getEntriesByType("navigation")[0].loadEventEnd;
}"""
# Measured: 1.5 to 2.6 for a change, most of it layout. The limit is about 6 ms where the table takes 1.6.
CHANGE_LIMIT = 3.5
# Measured: 1.0. The limit lets no frame be left out.
SLIDE_LIMIT = 1.5
# Measured: 0.7 to 1.2. The limit is about 150 ms after the load where that takes as long.
MATHEMATICS_LIMIT = 2.0


class Server(SimpleHTTPRequestHandler):
    """Serves the built book, quietly."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def main() -> int:
    """Print what the pages take. Returns the exit status."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = ("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        try:
            program = next(filter(None, map(shutil.which, names)), None)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            print(f"\n{TITLE}: not measured, no browser: {error.message.splitlines()[0]}")
            return 0
        status = report("benchmarks.page", TITLE, measured(browser, f"http://127.0.0.1:{server.server_port}"))
        browser.close()
    return status


def measured(browser: Browser, address: str) -> Iterator[Ratio]:
    """Go through what is measured, each in a page of its own."""
    for what, state in STATES.items():
        page = opened(browser, f"{address}/playground.html?desk=1;{state}")
        yield Ratio(f"a change is calculated and drawn, {what}", page.evaluate(CHANGES), CHANGE_LIMIT)
        page.close()
    page = opened(browser, f"{address}/playground.html?desk=1;net:article;focus:w5")
    yield Ratio("a frame of a slide, next to one of a page at rest", page.evaluate(SLIDE), SLIDE_LIMIT)
    page.close()
    for name in ("forward", "hidden-layer"):
        late = []
        for _ in range(9):
            page = opened(browser, f"{address}/{name}.html")
            late.append(page.evaluate(MATHEMATICS))
            page.close()
        yield Ratio(f"mathematics is there, next to the load, {name}", median(late), MATHEMATICS_LIMIT)


def opened(browser: Browser, address: str) -> Page:
    """Open a page as a reader who has kept nothing of the book."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address, wait_until="networkidle")
    return page


if __name__ == "__main__":
    sys.exit(main())
