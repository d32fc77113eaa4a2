"""The desk of a page, as its users have it: fields, buttons, what it says. And its sources by themselves."""

import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import expect

from workings.net import read

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
import playground  # noqa: E402
import playground_model  # noqa: E402

EXAMPLES = sorted(path.stem for path in (ROOT / "docs" / "examples").glob("*.toml"))
MODELS = playground_model.models()
FRAME = 16  # milliseconds of the page's clock
PATIENCE = 30_000  # milliseconds, which only matter where something fails
# The sources that touch no page.
PURE = ("numbers", "write", "model", "state", "address", "check")


@cache
def worked(name):
    """Return the worked listing of an example."""
    return read(ROOT / "docs" / "examples" / f"{name}.toml").worked()


def names_of(net):
    """Return every name of a network, the given ones first."""
    worked = MODELS[net].worked
    return (*worked.given, *worked.listing.names)


def setting(net="article", *parts, **given):
    """Return the address of a setting: a network, what else is asked for, and numbers of its own."""
    numbers = dict(MODELS[net].worked.given) | given
    pairs = ",".join(f"{name}={float(value)!r}" for name, value in numbers.items())
    asked = ["1", f"net:{net}", f"given:{pairs}", *parts]
    return "?desk=" + ";".join(asked)


def sources():
    """Return the sources that touch no page, with what the book's build sets in them."""
    known = {"FUNCTIONS": playground_model.functions(), "SIGNS": playground.SIGNS}
    return "\n".join([*map(playground.source, PURE), *(playground.assigned(*each) for each in known.items())])


class Play:
    """A desk. The page's clock is the test's: what is put off happens as soon as a test lets time pass."""

    def __init__(self, page):
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.clock.install()

    def opens(self, address):
        """Open an address, as a link from elsewhere does."""
        self.page.goto("about:blank")
        self.page.goto(address)

    def has(self, net):
        """Wait until it has the numbers of a network."""
        self.page.wait_for_function("net => document.querySelector('.play').dataset.net === net", arg=net)
        self.settle()

    def chooses(self, net):
        """Choose a network from the list."""
        option = f".network option[data-net='{net}']"
        self.page.select_option(".network", self.page.locator(option).first.get_attribute("value"))
        self.has(net)

    def settle(self):
        """Let a change be drawn, in the frame after the next one."""
        self.page.clock.run_for(2 * FRAME)

    def later(self):
        """Let more time pass than anything is put off for."""
        self.page.clock.run_for(1000)

    def number(self, name):
        """Return a number of the picture."""
        return self.page.locator(f".net [data-n='{name}']").first

    def value(self, name):
        """Return what the picture shows of a number."""
        return self.number(name).locator(".value").text_content()

    def table(self):
        """Return the numbers of the table, by the name of each."""
        if not self.page.evaluate("document.querySelector('.all').open"):
            self.page.locator(".all summary").click()
            self.page.wait_for_selector(".all tbody tr")
        return dict(
            self.page.eval_on_selector_all(
                ".all tbody tr",
                """rows => rows.map(row =>
                    [row.querySelector('[data-look]').dataset.look, row.lastChild.textContent])""",
            )
        )

    def looks(self, name):
        """Bring a number into focus."""
        self.number(name).click()
        self.settle()

    def sets(self, name, text):
        """Type another number, and leave the field."""
        self.looks(name)
        self.page.fill(".edit [type=text]", text)
        self.page.keyboard.press("Enter")
        self.settle()

    def turns(self, mode):
        """Choose a mode."""
        self.page.locator(f"[name=mode][value={mode}] + span").click()
        self.settle()

    def press(self, does):
        """Press a button."""
        self.page.locator(f"[data-do='{does}']").first.click()
        self.settle()

    def types(self, name, text):
        """Type a number of one's own into its box."""
        self.page.fill(f"[data-mine='{name}']", text)
        self.page.keyboard.press("Tab")
        self.settle()

    def said(self, text):
        """Wait until it says something."""
        self.later()
        expect(self.page.locator(".said")).to_contain_text(text, timeout=PATIENCE)

    def text(self, where):
        """Return the text of a part, as one reads it."""
        return " ".join(self.page.locator(where).first.inner_text().replace("\u200b", "").split())

    def formula(self):
        """Return the line in focus without spaces."""
        return "".join(self.page.locator(".focused .line").first.text_content().split())

    def copied(self, what):
        """Press a button that copies, and return what it copied."""
        self.page.evaluate("navigator.clipboard.writeText('')")
        self.press(what)
        self.said("Copied.")
        return self.page.evaluate("navigator.clipboard.readText()")

    def asks(self):
        """Return what the address says, once it has caught up."""
        self.later()
        return self.page.evaluate("decodeURIComponent(location.search)")
