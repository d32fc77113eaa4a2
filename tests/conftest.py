"""The book, built once for all tests, and a browser to read it with."""

import gzip
import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from hypothesis import settings

settings.register_profile("bplit", deadline=None)  # no test reads a clock
settings.load_profile("bplit")

ROOT = Path(__file__).parent.parent
HTML = ROOT / "build" / "html"
BUILD = "-m sphinx -j auto -W -n -q -c . -d build/doctrees docs build/html".split()
# Where a browser is required, as in .ci/run, its absence is a failure and not a reason to skip.
REQUIRED = os.environ.get("BROWSER") == "required"


def pytest_collection_modifyitems(items):
    """Mark what needs the built book, so that the rest can be run alone. It comes last, the slow of it first.

    So all workers wait for the book together, and at the end none is left alone with what is slow.
    """
    for item in items:
        if {"site", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("site")
    items.sort(
        key=lambda item: (item.get_closest_marker("site") is not None, not item.get_closest_marker("slow"))
    )


@pytest.fixture(scope="session")
def site(testrun_uid):
    """Build the book, with every warning an error, and return its folder. All workers share it."""
    (ROOT / "build").mkdir(exist_ok=True)
    mark = ROOT / "build" / "tested"
    with FileLock(mark.with_suffix(".lock")):
        if not (mark.is_file() and mark.read_text("utf-8") == testrun_uid):
            built = subprocess.run(
                [sys.executable, *BUILD], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
            )
            assert built.returncode == 0, built.stderr
            mark.write_text(testrun_uid, "utf-8")
    return HTML


@cache
def soup(site, name):
    """Return a parsed page of the built book. Nobody changes it."""
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


@pytest.fixture
def packed():
    """Skip where `make live` has not been run, unless a browser is required: there all has to be there."""
    if not (ROOT / "build" / "live" / "LICENSES.txt").is_file():
        assert not REQUIRED, "make live has not been run"
        pytest.skip("make live has not been run")


class Server(SimpleHTTPRequestHandler):
    """Serves as a host of static pages does: compressed, and to be kept for a while."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Keep quiet."""

    def do_GET(self):
        """Send a file, or 404.html."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        data = (path if found else Path(self.directory) / "404.html").read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(path if found else "404.html"))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix not in {".woff2", ".png", ".epub"} and "gzip" in self.headers.get(
            "Accept-Encoding", ""
        ):
            data = gzip.compress(data, 9, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):  # a page that was left before all of it was there
            self.wfile.write(data)


@pytest.fixture(scope="session")
def address(site):
    """Serve the built book on this machine and return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    """Start Chromium: the one that the system has, or the one that Playwright installed."""
    from playwright.sync_api import Error, sync_playwright

    # without windows to draw, the shell takes a third of the time
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            if REQUIRED:
                raise
            pytest.skip(f"no browser: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()


def wrong_in(page):
    """Return a list that collects what goes wrong in a page.

    That a font was not used *within a few seconds* is left out: on a busy machine it may come later.
    Whether each is used is asked of every page.
    """
    wrong = []
    late = "not used within a few seconds"
    page.on(
        "console",
        lambda m: wrong.append(m.text) if m.type in ("error", "warning") and late not in m.text else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda r: None if "ABORTED" in r.failure else wrong.append(f"failed: {r.url}"))
    page.on("response", lambda r: wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    return wrong


@pytest.fixture
def page(browser):
    """Open an empty page of its own, and collect what goes wrong in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.wrong = wrong_in(page)
    yield page
    context.close()
