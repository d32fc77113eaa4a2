"""The playground: it calculates what Python does, follows every change, and is there for everyone."""

import base64
import math
import re
import runpy
import sys
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from soak import tries

from bplit.article import FIRST_PASS, RUN, crossed
from bplit.byhand import forward, partials, passes, update
from bplit.line import KNOWN
from bplit.listing import Listing
from conftest import wrong_in
from workings.check import check
from workings.net import parsed, read
from workings.speed import repeat
from workings.write import explain

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
import playground  # noqa: E402
import playground_model  # noqa: E402

STATIC = ROOT / "docs" / "_static"
EXAMPLES = sorted(path.stem for path in (ROOT / "docs" / "examples").glob("*.toml"))
PARTS = {
    "forward": ("h_in_1", "h_in_2", "h_out_1", "h_out_2", "o_in_1", "o_in_2", "o_out_1", "o_out_2"),
    "loss": ("lost1", "lost2", "lost"),
    "output-layer": ("o_delta_1", "o_delta_2", "diff_w5", "diff_w6", "diff_w7", "diff_w8"),
    "hidden-layer": ("h_delta_1", "h_delta_2", "diff_w1", "diff_w2", "diff_w3", "diff_w4"),
    "update": tuple(f"update_w{k}" for k in (5, 6, 7, 8, 1, 2, 3, 4)),
}
FRAME = 16  # milliseconds of the page's clock
PATIENCE = 30_000  # milliseconds, which only matter where something fails


@cache
def worked(name):
    """Return the worked listing of an example."""
    return read(ROOT / "docs" / "examples" / f"{name}.toml").worked()


class Play:
    """The playground in a page, as its users have it: fields, buttons, what it says.

    The page's clock is the test's: what is put off happens as soon as a test lets time pass, however busy
    the machine is.
    """

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
        self.page.select_option(".play select", f"net={net}")
        self.has(net)

    def later(self):
        """Let more time pass than anything is put off for."""
        self.page.clock.run_for(1000)

    def stop_clock(self):
        """Stop the clock: from now on every frame has to be asked for."""
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000") + 10)

    def field(self, name):
        """Return a field for a given number."""
        return self.page.locator(f".play input[data-n='{name}']").first

    def value(self, name):
        """Return the number that the table shows."""
        return self.page.locator(f".all td[data-n='{name}']").text_content()

    def press(self, does):
        """Press a button."""
        self.page.locator(f"[data-do='{does}']").click()
        self.settle()

    def settle(self):
        """Let a change be drawn, in the frame after the next one."""
        self.page.clock.run_for(2 * FRAME)

    def said(self, text):
        """Wait until it says something."""
        self.later()
        expect(self.page.locator(".said")).to_contain_text(text, timeout=PATIENCE)

    def text(self, where):
        """Return the text of a part."""
        return self.page.locator(where).first.text_content()

    def lit(self, kind):
        """Return the names of the units, and the numbers of the edges, that are lit in a style."""
        return self.page.eval_on_selector_all(
            f".net .unit.{kind}", "units => units.map(unit => unit.ariaLabel)"
        ), self.page.eval_on_selector_all(f".net line.{kind}", "lines => lines.map(line => line.dataset.on)")

    def copied(self, what):
        """Press a button that copies, and return what it copied."""
        self.page.evaluate("navigator.clipboard.writeText('')")
        self.press(f"copy {what}")
        self.said("Copied.")
        return self.page.evaluate("navigator.clipboard.readText()")

    def asks(self):
        """Return what the address says, once it has caught up."""
        self.later()
        return self.page.evaluate("location.hash.slice(1)")


@pytest.fixture(scope="module")
def tab(browser):
    """Open one page, which every test begins anew with an address, and collect what goes wrong in it."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    yield Play(page), wrong_in(page)
    context.close()


@pytest.fixture
def play(address, tab):
    """Return a function that opens a playground as an address says, and fails if anything went wrong."""
    shown, wrong = tab
    wrong.clear()
    shown.page.set_viewport_size({"width": 1440, "height": 900})
    shown.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    shown.page.clock.resume()

    def opened(state="", name="playground", start=address):
        shown.opens(f"{start}/{name}.html{'#' * bool(state)}{state}")
        shown.has(re.search(r"net=([\w-]+)|$", state)[1] or "article")
        return shown

    yield opened
    shown.page.mouse.up()
    shown.page.unroute_all()
    assert not wrong


# It calculates what Python does

TAKE = """name => new Promise(done => {
    const own = self.playground;
    self.playground = (name, model, write) => {
        own(name, model, write);
        self.got = model;
        done(model.names);
    };
    const script = document.createElement("script");
    script.src = `_static/models/${name}.js`;
    document.head.append(script);
})"""
# All numbers of every pass, for each row of given ones, as the bytes of their floats.
CALCULATE = """([which, rows, count]) => {
    const { pass } = got.variants[which], size = got.names.length;
    const all = new Float64Array(rows.length * count * size), values = new Float64Array(size);
    rows.forEach((row, k) => {
        values.set(row);
        for (let n = 0; n < count; n++) {
            pass(values);
            all.set(values, (k * count + n) * size);
            for (const [to, from] of got.updates) values[to] = values[from];
        }
    });
    const bytes = new Uint8Array(all.buffer);
    let text = "";
    for (let k = 0; k < bytes.length; k += 0x8000)
        text += String.fromCharCode(...bytes.subarray(k, k + 0x8000));
    return btoa(text);
}"""


def calculated(page, which, rows, count):
    """Return what the page calculates: rows, passes, numbers."""
    text = page.evaluate(CALCULATE, [which, np.asarray(rows).tolist(), count])
    return np.frombuffer(base64.b64decode(text), float).reshape(len(rows), count, -1)


@pytest.mark.soak
@pytest.mark.parametrize(("which", "rule"), [("right", partials), ("crossed", crossed)])
def test_every_number_of_many_networks_and_1000_passes_is_python_s(which, rule, play):
    page = play().page
    names = page.evaluate(TAKE, "article")
    listing = Listing.of(forward, rule, update)
    random, size = np.random.default_rng(8), tries(20, 200)
    # with larger steps the crossed partials, which are no descent, multiply the last bits of two machines
    given = {name: random.uniform(-1.5, 1.5, size) for name in listing.inputs}
    given["theta"] = random.uniform(0.01, 1, size)
    rows = np.stack([given[name] for name in names[: len(given)]], axis=1)
    found = np.concatenate([calculated(page, which, rows[k : k + 10], 1000) for k in range(0, size, 10)])
    values, expected = dict(given), []
    for _ in range(1000):
        values = listing.run(values)
        expected.append([values[name] for name in names])
        values = {name: values.get(f"update_{name}", values[name]) for name in given}
    np.testing.assert_allclose(found, np.transpose(expected, (2, 0, 1)), rtol=1e-12, atol=1e-12)


def test_every_number_of_every_example_is_python_s(play):
    page = play().page
    for name in EXAMPLES:
        names = page.evaluate(TAKE, name)
        listing, given, updates = worked(name).listing, worked(name).given, worked(name).updates
        random = Random(name)
        worlds = [given]
        for _ in range(5):
            worlds.append({key: value * random.uniform(0.9, 1.1) for key, value in given.items()})
        rows = [[world[key] for key in names[: len(world)]] for world in worlds]
        found = calculated(page, "right", rows, 3)
        for world, numbers in zip(worlds, found, strict=True):
            for n in (1, 2, 3):
                values = repeat(listing, n, world, updates)
                expected = [values[key] for key in names]
                np.testing.assert_allclose(numbers[n - 1], expected, rtol=1e-12, atol=1e-12, err_msg=name)


def test_the_functions_are_those_of_a_listing(play):
    page = play().page
    places = [-750.0, -40.0, -1.5, -1e-9, 0.0, 1e-9, 0.98, 3.0, 40.0, 700.0]
    for name, known in KNOWN.items():
        at = [place for place in places if place > 0 or name not in ("log", "sqrt")]
        found = page.evaluate(
            f"""(at) => {{
                const {{ exp, log, sqrt, tanh }} = Math;
                {playground_model.functions()}
                return at.map({name});
            }}""",
            at,
        )
        np.testing.assert_allclose(found, [known.value(place) for place in at], rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_model_is_its_listing(name):
    """The script's assignments, read as a listing, are the listing; no other number stands in it."""
    model = playground_model.models()[name]
    for listing in (model.worked.listing, *model.others.values()):
        text = playground_model.variant(model, listing)
        lines = re.findall(r"^const (\w+ = [^$\n]*);$", text, re.M)
        assert str(Listing.read("\n".join(lines))) == str(listing)


def test_no_formula_stands_in_the_script():
    text = (STATIC / "playground.js").read_text("utf-8")
    every = {name for model in playground_model.models().values() for name in model.names}
    named = {name for name in every if re.search(r"[\d_]", name)}
    assert {"w1", "x1", "h_in_1", "lost1"} < named
    assert not named & set(re.findall(r"\w+", text))
    size = len(text.encode()) + len((STATIC / "playground.css").read_bytes())
    assert size <= 30_000


def test_a_name_that_a_page_cannot_have_is_refused():
    model = playground_model.models()["mazur"]
    sheet = model.sheet._replace(notation=model.sheet.notation._replace(loss="new"))
    with pytest.raises(ValueError, match="mazur: new already means something else in a page"):
        playground_model.script(model._replace(sheet=sheet, worked=sheet.worked()), {})


# It shows what it calculates


def test_the_article_s_figures_stand_in_picture_and_table(play):
    shown = play()
    for name, printed in FIRST_PASS.items():
        assert shown.value(name) == printed.replace("-", "−")
    pills = shown.page.eval_on_selector_all(
        ".net .d", "all => all.map(one => [one.dataset.n, one.textContent])"
    )
    assert {f"∂ {FIRST_PASS[name]}".replace("-", "−") for name in FIRST_PASS if "diff" in name} <= {
        text for _, text in pills
    }
    assert len(pills) == 12


def test_every_example_can_be_chosen(play):
    shown = play()
    for name in EXAMPLES:
        shown.chooses(name)
        values = worked(name).listing.run(worked(name).given)
        table = str(playground.rendered(playground_model.models()[name]).table())
        assert shown.page.locator(".all tbody tr").count() == len(values), name
        rows = shown.page.eval_on_selector_all(
            ".all td[data-n]", "all => all.map(one => [one.dataset.n, one.textContent])"
        )
        for key, text in rows:
            size = abs(values[key])
            if size == 0 or 1e-6 <= size < 1e9:
                assert abs(float(text.replace("−", "-")) - values[key]) <= 0.5000001e-6, (name, key)
            assert f'data-n="{key}">{text}<' in table, name
        fields = shown.page.eval_on_selector_all(
            ".play input[data-n]", "all => all.map(one => one.dataset.n)"
        )
        assert set(fields) == set(worked(name).given), name
        assert shown.page.locator(".which").is_visible() == (name == "article"), name
        assert shown.asks() == ("" if name == "article" else f"net={name}")


def test_a_change_is_followed_everywhere(play):
    shown = play()
    shown.field("w2").fill("-0.25")
    shown.said("w2 is −0.25. lost is")
    f = forward(w=(1, -0.25, 1, 1, 1, 1, 1, 1))
    assert shown.value("lost") == f"{f.lost:.6f}"
    assert shown.value("diff_w1") == f"{partials(f).diff_w1:.6f}".replace("-", "−")
    assert shown.text(".net .d[data-n=diff_w1]") == f"∂ {partials(f).diff_w1:.6f}".replace("-", "−")
    assert shown.field("w2").get_attribute("aria-valuenow") == "-0.25"
    assert shown.asks() == "net=article&w2=-0.25"
    assert (
        shown.page.locator("select").evaluate("list => list.selectedOptions[0].textContent")
        == "Your own numbers (The article: all weights 1)"
    )
    shown.press("reset")
    assert (shown.value("lost"), shown.field("w2").input_value(), shown.asks()) == ("0.051896", "1", "")


def test_keys_change_a_number(play):
    shown = play()
    keys = {
        "ArrowUp": "1.1",
        "ArrowDown": "0.9",
        "Shift+ArrowUp": "2",
        "Alt+ArrowDown": "0.99",
        "PageUp": "2",
        "PageDown": "0",
    }
    for key, value in keys.items():
        shown.press("reset")
        shown.field("w5").focus()
        shown.page.keyboard.press(key)
        shown.settle()
        assert shown.field("w5").input_value() == value, key
        w = [1, 1, 1, 1, float(value), 1, 1, 1]
        assert shown.value("lost") == f"{forward(w=w).lost:.6f}", key


def test_dragging_changes_a_number_and_a_click_does_not(play):
    shown = play()
    box = shown.field("w7").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = shown.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 150, y, steps=12)
    mouse.up()
    shown.said("w7 is −0.5")
    assert shown.field("w7").input_value() == "−0.5"
    assert shown.value("lost") == f"{forward(w=(1, 1, 1, 1, 1, 1, -0.5, 1)).lost:.6f}"
    shown.field("w7").click()
    assert shown.page.evaluate("document.activeElement.dataset.n") == "w7"
    assert shown.field("w7").input_value() == "-0.5"


def test_a_drag_is_calculated_and_drawn_once_a_frame_at_its_last_place(play):
    shown = play()
    page, box = shown.page, shown.field("w5").bounding_box()
    x, y = box["x"] + 5, box["y"] + 8
    page.evaluate("""() => {
        self.drawn = self.asked = 0;
        new MutationObserver((all) => drawn += all.length)
            .observe(document.querySelector(".all td[data-n=lost]"), { childList: true });
        const own = self.requestAnimationFrame;
        self.requestAnimationFrame = (does) => { asked++; return own(does); };
    }""")
    shown.stop_clock()
    page.mouse.move(x, y)
    page.mouse.down()
    lost = shown.value("lost")
    for frame in range(1, 11):
        for k in range(5):
            page.mouse.move(x + 20 * frame + k, y)
        assert shown.value("lost") == lost  # what is drawn waits for the frame
        page.clock.run_for(FRAME)
        if frame > 1:  # the frame before has calculated it
            lost = f"{forward(w=(1, 1, 1, 1, 1 + (20 * frame - 16) / 100, 1, 1, 1)).lost:.6f}"
        assert shown.value("lost") == lost
        assert page.evaluate("drawn") == frame - 1
        assert page.evaluate("asked") == 2 * frame
    page.mouse.move(x + 300, y)
    page.mouse.up()
    page.clock.run_for(FRAME)
    assert shown.field("w5").get_attribute("aria-valuenow") == "4"
    assert shown.value("lost") == f"{forward(w=(1, 1, 1, 1, 4, 1, 1, 1)).lost:.6f}"


def test_a_press_that_slips_off_a_number_changes_nothing_later(play):
    shown = play()
    box = shown.field("w1").bounding_box()
    mouse = shown.page.mouse
    mouse.move(box["x"] + 10, box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] + 12, box["y"] + 200)
    mouse.up()
    mouse.move(box["x"] + 10, box["y"] + 8)
    mouse.move(box["x"] + 50, box["y"] + 8, steps=5)
    shown.settle()
    assert shown.field("w1").get_attribute("aria-valuenow") == "1"


def test_no_message_squeezes_the_controls(play):
    shown = play()
    where = """(({ x, y, width }) =>
        [x, y + scrollY, width])(document.querySelector('.panel').getBoundingClientRect())"""
    for width in (390, 768, 820, 1440):
        shown.page.set_viewport_size({"width": width, "height": 900})
        shown.press("reset")
        shown.press("pass 10")
        shown.field("w1").press("Escape")
        shown.later()
        assert shown.text(".said") == ""
        before = shown.page.evaluate(where)
        shown.field("w1").fill("0.25")
        shown.said("The weights of pass 10 are now those of pass 1.")
        assert shown.page.evaluate(where) == before, width
        box = shown.page.locator(".said").bounding_box()
        assert 0 <= box["y"] < 900, width  # in sight


def test_bad_input_is_said_and_the_last_good_state_stays(play):
    shown = play("net=article&w4=0.5")
    field, before = shown.field("w4"), shown.text(".all")
    for bad in ("abc", "", "1e999", "-", "1 2", "0x10", "NaN", "1,5", "--1", "2e51"):
        field.fill(bad)
        shown.said(f"w4: expected a number like −0.5, up to 1e50, got “{bad}”. It stays 0.5.")
        assert field.get_attribute("aria-invalid") == "true", bad
        shown.field("w1").focus()
        assert field.input_value() == bad
        assert shown.text(".all") == before, bad
        assert shown.asks() == "net=article&w4=0.5", bad
        field.focus()
        shown.page.keyboard.press("Escape")
        assert (field.input_value(), field.get_attribute("aria-invalid")) == ("0.5", None), bad


def test_numbers_are_read_as_people_write_them(play):
    shown = play()
    for typed, value in {"−0.5": -0.5, " .5 ": 0.5, "+1e-3": 0.001, "2.": 2, "-0": 0}.items():
        shown.field("w5").fill(typed)
        shown.settle()
        assert shown.value("lost") == f"{forward(w=(1, 1, 1, 1, value, 1, 1, 1)).lost:.6f}", typed


def test_a_rate_is_above_0(play):
    shown = play()
    for bad in ("0", "-1", "x"):
        shown.field("theta").fill(bad)
        shown.said(f"θ: expected a number above 0 and up to 1e50, got “{bad}”. It stays 0.5.")


def test_what_cannot_be_calculated_is_refused(play):
    shown = play("net=ahammadnafiz")
    for name in ("W1_11", "W2_11", "W3_11", "W4_11", "x1"):
        before = shown.page.locator(".all").text_content()
        shown.field(name).fill("1e50")
        shown.later()
        if "is no finite number" in shown.text(".said"):
            break
    assert shown.text(".said").startswith(f"With {name} = 1e50, ")
    assert shown.field(name).get_attribute("aria-invalid") == "true"
    shown.settle()
    assert shown.page.locator(".all").text_content() == before
    assert not re.search("NaN|Infinity", shown.page.locator(".play").text_content())


def test_a_run_that_leaves_all_bounds_stops_there(play):
    shown = play("net=hmkcode-spanish&rate=100")
    assert re.search(r"From pass \d+ on the numbers leave what can be calculated", shown.text(".curved"))
    shown.press("pass 1000")
    shown.said("on the numbers leave what can be calculated")
    assert shown.page.locator(".pass").input_value() == "1"


# Line by line


@pytest.mark.parametrize("name", PARTS)
def test_a_chapter_steps_through_its_own_lines(name, play):
    shown = play(name=name)
    page, lines = shown.page, []
    start = page.locator(".formula").text_content()
    assert "All lines are calculated" in start
    while page.locator("[data-do=next]").is_enabled():
        shown.press("next")
        lines.append(page.locator(".formula .names").text_content())
        text = page.locator(".formula .result").text_content().removeprefix("= ")
        assert re.fullmatch(r"−?\d+\.\d{6}", text)
    lines = [line.split(" = ")[0] for line in lines if not line.startswith("path")]
    assert tuple(lines) == PARTS[name]
    assert (
        page.locator(".where")
        .text_content()
        .endswith(page.locator(".play [type=range]").get_attribute("max"))
    )
    shown.press("all")
    assert page.locator(".formula").text_content() == start


def test_a_line_is_shown_in_names_and_in_numbers_and_what_comes_later_is_not(play):
    shown = play("net=article&w1=-0.5&line=o_in_1")
    assert shown.text(".formula .names") == "o_in_1 = w5 × h_out_1 + w6 × h_out_2"
    f = forward(w=(-0.5, 1, 1, 1, 1, 1, 1, 1))
    assert shown.text(".formula .figures") == f"= 1 × {f.h_out_1:.6f} + 1 × {f.h_out_2:.6f}"
    assert shown.text(".formula .result") == f"= {f.o_in_1:.6f}"
    assert shown.lit("one") == (["h1", "h2", "o1"], ["w5|h_out_1 o_in_1", "w6|h_out_2 o_in_1"])
    assert shown.value("o_in_1") == f"{f.o_in_1:.6f}"
    assert {shown.value(name) for name in ("o_in_2", "lost", "diff_w1")} == {"·"}
    shown.press("back")
    shown.press("back")
    assert shown.text(".formula .figures") == f"= σ({f.h_in_1:.6f})"
    assert shown.page.evaluate(
        "document.querySelector('.play [type=range]').getAttribute('aria-valuetext')"
    ).startswith("Forward h_out_1 = σ(h_in_1)")


def test_the_two_paths_of_a_hidden_weight_are_shown_and_then_summed(play):
    shown = play("net=article&w7=-2&line=diff_w1:1")
    f = forward(w=(1, 1, 1, 1, 1, 1, -2, 1))
    deltas, slope = partials(f), f.h_out_1 * (1 - f.h_out_1) * f.x1
    parts = [deltas.o_delta_1 * f.w5 * slope, deltas.o_delta_2 * f.w7 * slope]
    assert shown.text(".formula .title") == "Backward, ∂lost/∂w1, path 1 of 2"
    assert shown.text(".formula .result") == f"= {parts[0]:.6f}"
    units, edges = shown.lit("one")
    assert units == ["x1", "h1", "o1", "lost"]
    assert edges[:2] == ["w1|h_in_1 x1", "w5|h_out_1 o_in_1"]
    assert len(edges) == 3
    assert shown.lit("two") == ([], [])
    shown.press("next")
    assert shown.text(".formula .title") == "Backward, ∂lost/∂w1, path 2 of 2"
    assert shown.text(".formula .result") == f"= {parts[1]:.6f}"
    assert shown.lit("two")[0] == ["x1", "h1", "o2", "lost"]
    assert shown.value("diff_w1") == "·"
    shown.press("next")
    assert shown.text(".formula .result") == f"= {deltas.diff_w1:.6f}"
    assert shown.text(".formula .sum") == (
        f"2 paths, added up: {parts[0]:.6f} + {parts[1]:.6f} = {sum(parts):.6f}"
    )
    assert {*shown.lit("one")[0]} | {*shown.lit("two")[0]} == {"x1", "h1", "o1", "o2", "lost"}


def test_the_paths_convict_a_crossed_line(play):
    shown = play("net=article&partials=crossed&pass=2&line=diff_w3")
    run = [*passes(2, rule=crossed)][1]
    right, wrong = partials(run).diff_w3, crossed(run).diff_w3
    assert f"add up to {right:.6f}, and this line states {wrong:.6f}" in shown.text(".formula")
    assert shown.text(".net .d[data-n=diff_w3]") == f"≠ {wrong:.6f}"
    assert "o_delta_2 × w6 + o_delta_1 × w8" in shown.text(".all")


def test_the_update_shows_the_new_weight(play):
    shown = play("net=article&line=update_w7")
    assert shown.text(".net .d[data-n=diff_w7]") == "→ 1.010567"
    assert shown.text(".net .d[data-n=diff_w5]") == "→ 0.985455"
    assert shown.text(".net .d[data-n=diff_w8]") == "∂ −0.021134"


# Pass by pass


def test_the_crossed_partials_give_the_article_s_figures_and_the_right_ones_do_not(play):
    shown = play("partials=crossed")
    for n in RUN:
        shown.page.check("[name=partials][value=crossed]")
        shown.press(f"pass {n}")
        printed = RUN[n]["lost"]
        assert f"The source prints {printed} for pass {n}. Here it is {printed}." in shown.text(".curved")
        assert shown.page.locator(".curve .mark").count() == 4
        shown.page.check("[name=partials][value=right]")
        shown.settle()
        *_, right = passes(n)
        digits = len(printed.split(".")[1])
        assert f"The source prints {printed} for pass {n}. Here it is {right.lost:.{digits}f}." in shown.text(
            ".curved"
        )


def test_the_first_pass_at_which_the_partials_differ_is_the_second(play):
    shown = play("partials=crossed")
    assert shown.text(".compared") == "Pass 1: all crossed partials are the same as the right ones."
    assert shown.page.locator(".differs").count() == 0
    shown.press("pass +")
    assert shown.text(".compared").startswith(
        "Pass 2: 2 of 8 crossed partials by weights are not the right ones.\n∂w3:"
    )
    assert shown.page.locator(".net .differs").count() == 3  # the delta as well
    shown.press("pass -")
    assert "are the same" in shown.text(".compared")
    weights = [0.3, -0.5, 0.8, 0.2, 1.2, -0.7, 0.4, 0.9]
    shown.page.select_option("select", label="Weights that tell: all different")
    shown.settle()
    f = forward(w=weights)
    right, other = partials(f), crossed(f)
    differ = [getattr(right, f"diff_w{k}") != getattr(other, f"diff_w{k}") for k in range(1, 9)]
    assert f"{sum(differ)} of 8" in shown.text(".compared")
    delta = shown.text(".net .d[data-n=h_delta_2]")
    assert delta == f"≠ {crossed(f).h_delta_2:.6f}".replace("-", "−")


def test_symmetric_units_stay_alike_and_crossed_partials_part_them(play):
    shown = play()
    shown.page.select_option("select", label="Symmetric: two hidden units alike")
    shown.settle()
    shown.press("pass 100")
    assert [shown.value(f"w{k}") for k in (1, 2, 5, 7)] == [shown.value(f"w{k}") for k in (3, 4, 6, 8)]
    shown.page.check("[name=partials][value=crossed]")
    shown.settle()
    assert shown.value("w1") != shown.value("w3")


def test_a_run_goes_on_by_itself_and_pauses(play):
    shown = play()
    shown.press("run")
    shown.later()
    shown.press("run")
    paused = shown.page.locator(".pass").input_value()
    assert 20 < int(paused) < 1000
    shown.later()
    assert shown.page.locator(".pass").input_value() == paused
    *_, f = passes(int(paused))
    assert shown.value("lost") == f"{f.lost:.6f}"
    shown.press("run")
    assert shown.text("[data-do=run]") != "Run"
    shown.page.clock.run_for(10_000)
    assert shown.page.locator(".pass").input_value() == "1000"
    assert shown.text("[data-do=run]") == "Run"


def test_a_change_ends_a_run_and_random_weights_are_drawn(play):
    shown = play()
    shown.press("run")
    shown.later()
    assert int(shown.page.locator(".pass").input_value()) > 10
    shown.press("random")
    assert shown.text("[data-do=run]") == "Run"
    weights = [float(shown.field(f"w{k}").get_attribute("aria-valuenow")) for k in range(1, 9)]
    assert len(set(weights)) > 4
    assert all(-2 <= weight <= 2 for weight in weights)
    assert shown.value("lost") == f"{forward(w=weights).lost:.6f}"
    shown.press("run")
    shown.later()
    assert int(shown.page.locator(".pass").input_value()) > 10
    shown.field("x1").fill("0.5")
    shown.said("x1 is 0.5")
    assert shown.text("[data-do=run]") == "Run"


def test_a_run_only_jumps_for_who_wants_it_still(play):
    shown = play()
    shown.page.emulate_media(reduced_motion="reduce")
    shown.stop_clock()
    shown.page.evaluate("""() => {
        self.seen = [];
        new MutationObserver(() => seen.push(document.querySelector(".pass").value))
            .observe(document.querySelector(".curve"), { childList: true });
    }""")
    shown.press("run")
    shown.page.clock.run_for(1800)
    shown.press("run")
    assert shown.page.evaluate("seen") == ["2", "4", "7"]  # every half second one


def test_a_pass_is_a_whole_number(play):
    shown = play("pass=7")
    lost = f"{[*passes(7)][-1].lost:.6f}"
    for bad in ("0", "1.5", "x", "20001", ""):
        shown.page.locator(".pass").fill(bad)
        shown.said(f"pass: expected a whole number from 1 to 20000, got “{bad}”. It stays 7.")
        assert shown.value("lost") == lost, bad


def test_a_weight_that_is_changed_later_starts_again_from_there(play):
    shown = play("pass=100")
    shown.field("w5").fill("0")
    shown.said("The weights of pass 100 are now those of pass 1.")
    *_, f = passes(100)
    assert shown.page.locator(".pass").input_value() == "1"
    assert shown.value("lost") == f"{forward(w=f.w._replace(w5=0.0)).lost:.6f}"
    shown.press("pass 100")
    shown.field("x1").fill("0.2")
    shown.settle()
    assert shown.page.locator(".pass").input_value() == "100"


# The address, and what can be taken away


def test_an_anchor_of_the_page_leaves_the_setting_alone(play):
    shown = play("net=mazur&i1=0.5&pass=7")
    before = shown.page.locator(".all").text_content()
    shown.page.evaluate("location.hash = 'take-it-with-you'")
    shown.later()
    assert shown.page.locator(".all").text_content() == before
    again = play("take-it-with-you")
    assert (again.asks(), again.value("lost")) == ("take-it-with-you", "0.051896")


def test_of_two_networks_the_one_chosen_last_is_shown(play):
    shown, held = play(), []
    page = shown.page
    page.route("**/ahammadnafiz.js*", lambda route: held.append(route))
    page.evaluate("""() => {
        const own = self.playground;
        self.playground = (name, ...rest) => { own(name, ...rest); self.came = name; };
    }""")
    with page.expect_request("**/ahammadnafiz.js*"):
        page.select_option("select", "net=ahammadnafiz")
    shown.chooses("mazur")
    (late,) = held
    late.continue_()
    page.wait_for_function("self.came === 'ahammadnafiz'")
    assert shown.asks() == "net=mazur"
    assert page.locator(".play").get_attribute("data-net") == "mazur"


def test_a_network_that_does_not_load_is_told(address, browser):
    page = browser.new_page()
    shown = Play(page)
    page.route("**/rgu.js*", lambda route: route.abort())
    shown.opens(f"{address}/playground.html")
    page.select_option("select", "net=rgu")
    shown.said("The numbers of the network “rgu” could not be loaded.")
    assert page.locator("select").input_value() == "net=article"
    page.close()


SETTINGS = [
    "net=article&x1=0.3&w2=-0.25&w8=1e-07&theta=0.1&pass=12&partials=crossed&line=diff_w4:2",
    "net=mazur&b1=0.4&pass=3&line=net_h1",
    "net=brownlee-training&i1_e2=0.25&pass=2",
    "net=keras-5018&pass=4",
    "net=ahammadnafiz&W1_11=0.3",
    "net=prakash-jay",
    "net=singman&w1=-2e-05&pass=5",
    "net=han-kamber",
]


def test_an_address_brings_everything_back(play):
    for state in SETTINGS:
        shown = play(state)
        assert shown.asks() == state
        first = shown.text(".play")
        assert shown.copied("address").endswith(f"playground.html#{state}")
        again = play(state)
        again.later()
        assert again.text(".play") == first, state


IMPOSSIBLE = {
    "w5=abc": "The address asks for w5 = “abc”, which cannot be. It was left out.",
    "w5=1e999&w6=2": "The address asks for w5 = “1e999”, which cannot be. It was left out.",
    "theta=0": "The address asks for theta = “0”",
    "pass=0": "The address asks for pass = “0”",
    "line=nothing": "The address asks for line = “nothing”",
    "partials=wrong": "The address asks for partials = “wrong”",
    "partials=constructor": "The address asks for partials = “constructor”",
    "net=constructor": "The numbers of the network “constructor” could not be loaded.",
    "net=__proto__": "The numbers of the network “__proto__” could not be loaded.",
    "h_in_1=3": "The address asks for h_in_1 = “3”",
    "__proto__=3&x=<b>": "The address asks for x = “",
    "net=nowhere": "The numbers of the network “nowhere” could not be loaded.",
    "net=../../evil": "The numbers of the network “../../evil” could not be loaded.",
}


def test_an_address_that_asks_for_what_cannot_be_is_told(address, browser):
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    shown = Play(page)
    for state, said in IMPOSSIBLE.items():
        shown.opens(f"{address}/playground.html#{state}")
        shown.said(said)
        assert shown.value("lost") == ("0.078674" if "w6=2" in state else "0.051896"), state
        assert not wrong, state
    page.close()


@pytest.mark.parametrize("state", SETTINGS)
def test_what_is_copied_calculates_the_same(state, play, tmp_path):
    shown = play(state.split("&line")[0])
    name = re.match(r"net=([\w-]+)", state)[1]
    n = int((re.search(r"pass=(\d+)", state) or [0, 1])[1])
    model = playground_model.models()[name]
    listing = model.others["crossed"] if "crossed" in state else model.worked.listing
    given = dict(model.worked.given)
    given |= {k: float(v) for k, v in re.findall(r"(\w+)=([-\d.e]+)", state) if k in given}
    values = repeat(listing, n, given, model.worked.updates)

    script = tmp_path / "copied.py"
    script.write_text(shown.copied("script"), "utf-8")
    ran = runpy.run_path(str(script))
    assert {key: ran[key] for key in model.names} == pytest.approx(values, rel=1e-12, abs=1e-12)

    sheet = parsed(shown.copied("file"), "copied.toml")
    assert sheet.worked().given == pytest.approx(given)
    assert [after for after, figures in sheet.printed.items() if figures] == [n - 1]
    assert set(sheet.printed[n - 1]) == set(listing.names)
    for key, text in sheet.printed[n - 1].items():
        assert float(text) == pytest.approx(values[key], rel=1e-5, abs=0.5000001e-6)
    report = check(sheet)
    if "crossed" in state:
        assert not report.right
        assert "the inputs of w7 and w8 are exchanged" in " ".join(str(report).split())
        assert "o_delta_1 and o_delta_2 are exchanged" in " ".join(str(report).split())
    else:
        assert report.right, str(report)

    solution = shown.copied("solution")
    if "crossed" not in state:
        now = {key: values[key] for key in given}
        text = shown.copied("file").split("\n[printed]")[0].split("\n[after")[0]
        here = parsed(text, "t")
        worked = here.worked()._replace(given={key: now[key] for key in here.worked().given})

        class Sheet:
            """The copied network with the weights of the pass."""

            title, url = here.title, here.url

            def worked(self):
                return worked

        if n > 1:
            assert script.read_text("utf-8").startswith(f"# Pass {n}. Partials: right.\n")
            solution = solution.removeprefix(f"Pass {n}. Partials: right.\n")
        assert solution.split() == explain(Sheet()).split()


def test_the_file_of_every_example_opens_and_agrees(play):
    shown = play()
    for name in EXAMPLES:
        shown.chooses(name)
        shown.press("pass +")
        sheet = parsed(shown.copied("file"), f"{name}.toml")
        model = playground_model.models()[name]
        assert sheet.worked().given == pytest.approx(dict(model.worked.given)), name
        assert str(sheet.worked().listing) == str(model.sheet.worked().listing), name
        values = repeat(model.worked.listing, 2, model.worked.given, model.worked.updates)
        for key, text in sheet.printed[1].items():
            assert float(text) == pytest.approx(values[key], rel=1e-5, abs=0.5000001e-6), (name, key)
        assert shown.copied("script").startswith("# Pass 2. Partials: right.\n"), name
        assert "undefined" not in shown.copied("solution"), name


def test_the_paths_of_every_weight_add_up_to_its_partial(play):
    page = play().page
    for name in EXAMPLES:
        page.evaluate(TAKE, name)
        worst = page.evaluate("""() => {
            let worst = 0;
            for (let tries = 0; tries < 50; tries++) {
                const near = (value = 0) => value * (0.9 + 0.2 * Math.random());
                const values = Float64Array.from(got.names, (_, n) => near(got.given[n]));
                got.variants.right.pass(values);
                for (const [n, share] of Object.entries(got.variants.right.shares)) {
                    const parts = share.values(values), sum = parts.reduce((a, b) => a + b, 0);
                    const size = parts.reduce((a, b) => a + Math.abs(b), 1e-300);
                    worst = Math.max(worst, Math.abs(sum - values[n]) / size);
                }
            }
            return worst;
        }""")
        assert worst < 1e-12, name


def test_what_may_not_be_copied_can_be_taken_by_hand(address, browser):
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    shown.press("copy file")
    shown.said("This page may not copy by itself.")
    assert parsed(page.locator("textarea").input_value(), "t").title
    page.close()


# For everyone


def test_it_works_from_a_disk(site, play):
    shown = play("net=mazur&pass=2", start=site.as_uri())
    assert shown.value("E") == "0.291028"
    shown.field("w5").fill("0.5")
    assert shown.asks().startswith("net=mazur&")
    shown.chooses("rgu")


def test_without_scripts_the_numbers_stand_there(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name in ("playground", *PARTS, "passes", "crossed-wires"):
        page.goto(f"{address}/{name}.html")
        if name not in ("forward", "loss"):
            assert page.text_content(".net .d[data-n=diff_w5]") == f"∂ {FIRST_PASS['diff_w5']}", name
        assert page.locator(".net [data-n=w5]").input_value() == "1", name
        assert page.locator(".net [data-n=w5]").get_attribute("readonly") is not None, name
        assert page.locator(".play button:visible, .play select:visible").count() == 0, name
        assert page.locator(".all td[data-n=lost]").is_visible(), name
        assert page.locator(".all td[data-n=lost]").text_content() == FIRST_PASS["lost"], name
    context.close()


STATES = ["", "net=article&partials=crossed&pass=2&line=diff_w3", "net=keras-18324&line=dE_dw1", "net=mazur"]


def test_axe_finds_nothing_in_any_state(play):
    """The rest of the page is the same in every state, and is looked at with the other pages of the book."""
    found = []
    for state in STATES:
        shown = play(state)
        shown.field(shown.page.locator(".play input[data-n]").first.get_attribute("data-n")).fill("x")
        shown.said("expected")
        for width in (390, 1440):
            shown.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                shown.page.emulate_media(color_scheme=scheme)
                for violation in Axe().run(shown.page, context=".play").response["violations"]:
                    nodes = [node["target"][0] for node in violation["nodes"]]
                    found.append(f"{state}, {width}, {scheme}: {violation['id']}: {nodes[:3]}")
    assert not found


def tab_to(page, where, most=150):
    """Go on by the tab key until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("where => document.activeElement.matches(where)", where):
            return
    raise AssertionError(f"no key reaches {where}")


def test_a_stranger_with_only_a_keyboard(play):
    shown = play()
    page = shown.page
    tab_to(page, ".net input[data-n=x1]")
    page.keyboard.type("0")
    shown.said("x1 is 0.")
    assert shown.text(".net .d[data-n=diff_w1]") == "∂ 0.000000"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    shown.settle()
    assert page.is_checked("[name=partials][value=crossed]")
    tab_to(page, "[data-do='pass +']")
    page.keyboard.press("Enter")
    shown.said("Pass 2.")
    tab_to(page, "[data-do='copy address']")
    page.keyboard.press("Space")
    shown.said("Copied.")
    sent = page.evaluate("navigator.clipboard.readText()")
    assert sent.endswith("#net=article&x1=0&pass=2&partials=crossed")
    assert "∂w4" in shown.text(".compared")
    tab_to(page, "summary")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.play')"), "a trap"


def test_a_stranger_on_a_phone(address, browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    field = shown.field("x1")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)

    def send(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]}
        )

    send("touchStart", (x, y))
    for k in range(1, 11):
        send("touchMove", (x - k, y))
    send("touchEnd")
    shown.said("x1 is 0.")
    assert shown.text(".net .d[data-n=diff_w1]") == "∂ 0.000000"
    page.tap("[name=partials][value=crossed]")
    page.tap("[data-do='pass +']")
    shown.settle()
    assert shown.text(".compared").startswith("Pass 2: 1 of 8 crossed partials")
    # wide and high enough for a finger, or as far apart: WCAG 2.2, 2.5.8
    centres = page.eval_on_selector_all(
        ".play :is(button, select, label, .net input, .pass)",
        """parts => parts.map(part => part.getBoundingClientRect())
            .map(({x, y, width, height}) => [x + width / 2, y + height / 2, width >= 24 && height >= 24])""",
    )
    near = [
        (one, other)
        for n, one in enumerate(centres)
        for other in centres[n + 1 :]
        if math.dist(one[:2], other[:2]) < 24 and not (one[2] and other[2])
    ]
    assert not near
    assert shown.asks() == "net=article&x1=0&pass=2&partials=crossed"
    context.close()


def test_a_scroll_that_begins_on_a_number_leaves_it_alone(address, browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    field = shown.field("w1")
    field.scroll_into_view_if_needed()
    box, before = field.bounding_box(), page.evaluate("scrollY")
    touch = context.new_cdp_session(page)
    for kind, move in (("touchStart", 0), *(("touchMove", 12 * k) for k in range(1, 12))):
        points = [{"x": box["x"] + 15, "y": box["y"] + 8 - move}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("before => scrollY > before", arg=before)
    shown.later()
    assert field.input_value() == "1"
    context.close()


def test_every_word_is_used():
    text = (STATIC / "playground.js").read_text("utf-8")
    text += (ROOT / "docs" / "_templates" / "playground.html").read_text("utf-8")
    text += Path(playground.__file__).read_text("utf-8").split("PARTS:")[1]
    made = {*playground.OWN, "no number", "no rate", "copy solution"}
    made |= {f"copy {what}" for what in ("address", "script", "file")}
    asked = r"\"{0}\"|\bwords\.{0}\b|WORDS\['{0}'\]"
    assert not [
        word for word in playground.WORDS if word not in made and not re.search(asked.format(word), text)
    ]
    assert set(re.findall(r"say\(\"([\w ]+)\"", text)) <= playground.WORDS.keys()
