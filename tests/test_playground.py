"""The playground: it calculates what Python does, follows every change, and is there for everyone."""

import base64
import math
import re
import runpy
from random import Random

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from desk import EXAMPLES, MODELS, PATIENCE, ROOT, Play, names_of, playground, setting, sources, worked
from playwright.sync_api import expect
from soak import tries

from bplit.article import FIRST_PASS, RUN, crossed
from bplit.byhand import Weights, forward, partials, passes, update
from bplit.line import KNOWN
from bplit.listing import Listing
from conftest import wrong_in
from workings.check import check
from workings.net import parsed
from workings.speed import repeat
from workings.write import explain
from workings.write.languages import TEXT, Written, written

PARTS = {
    "forward": ("h_in_1", "h_in_2", "h_out_1", "h_out_2", "o_in_1", "o_in_2", "o_out_1", "o_out_2"),
    "loss": ("lost1", "lost2", "lost"),
    "output-layer": ("o_delta_1", "o_delta_2", "diff_w5", "diff_w6", "diff_w7", "diff_w8"),
    "hidden-layer": ("h_delta_1", "h_delta_2", "diff_w1", "diff_w2", "diff_w3", "diff_w4"),
    "update": tuple(f"update_w{k}" for k in (5, 6, 7, 8, 1, 2, 3, 4)),
}


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
        shown.opens(f"{start}/{name}.html{state}")
        shown.has(re.search(r"net:([\w-]+)|$", state)[1] or "article")
        return shown

    yield opened
    shown.page.unroute_all()
    assert not wrong


@pytest.fixture(scope="module")
def engine(browser):
    """Open an empty page with the sources that touch none."""
    page = browser.new_page()
    page.add_script_tag(content=sources())
    for name, model in MODELS.items():
        data = playground.as_json(playground.data(model))
        page.add_script_tag(content=f"(self.M ??= {{}})[{name!r}] = makeModel({data});")
    yield page
    page.close()


# It calculates what Python does

# All numbers of every pass, for each row of given ones, as the bytes of their floats.
CALCULATE = """([net, which, rows, count]) => {
    const model = M[net], size = model.names.length, run = runner(model, which);
    const all = new Float64Array(rows.length * count * size), values = new Float64Array(size);
    rows.forEach((row, k) => {
        values.set(row);
        for (let n = 0; n < count; n++) {
            run(values);
            all.set(values, (k * count + n) * size);
            for (const [to, from] of Object.entries(model.updates))
                values[placeOf(model, to)] = values[placeOf(model, from)];
        }
    });
    const bytes = new Uint8Array(all.buffer);
    let text = "";
    for (let k = 0; k < bytes.length; k += 0x8000)
        text += String.fromCharCode(...bytes.subarray(k, k + 0x8000));
    return btoa(text);
}"""


def calculated(engine, net, which, rows, count):
    """Return what the page calculates: rows, passes, numbers."""
    text = engine.evaluate(CALCULATE, [net, which, np.asarray(rows).tolist(), count])
    return np.frombuffer(base64.b64decode(text), float).reshape(len(rows), count, -1)


@pytest.mark.soak
@pytest.mark.parametrize(("which", "rule"), [("right", partials), ("crossed", crossed)])
def test_every_number_of_many_networks_and_1000_passes_is_python_s(which, rule, engine):
    names = names_of("article")
    listing = Listing.of(forward, rule, update)
    random, size = np.random.default_rng(8), tries(20, 200)
    # with larger steps the crossed partials, which are no descent, multiply the last bits of two machines
    given = {name: random.uniform(-1.5, 1.5, size) for name in listing.inputs}
    given["theta"] = random.uniform(0.01, 1, size)
    rows = np.stack([given[name] for name in names[: len(given)]], axis=1)
    found = np.concatenate(
        [calculated(engine, "article", which, rows[k : k + 10], 1000) for k in range(0, size, 10)]
    )
    values, expected = dict(given), []
    for _ in range(1000):
        values = listing.run(values)
        expected.append([values[name] for name in names])
        values = {name: values.get(f"update_{name}", values[name]) for name in given}
    np.testing.assert_allclose(found, np.transpose(expected, (2, 0, 1)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_number_of_an_example_is_python_s(name, engine):
    listing, given, updates = worked(name).listing, worked(name).given, worked(name).updates
    names, random = names_of(name), Random(name)
    worlds = [given]
    for _ in range(5):
        worlds.append({key: value * random.uniform(0.9, 1.1) for key, value in given.items()})
    found = calculated(
        engine, name, "right", [[world[key] for key in names[: len(world)]] for world in worlds], 3
    )
    for world, numbers in zip(worlds, found, strict=True):
        for n in (1, 2, 3):
            values = repeat(listing, n, world, updates)
            np.testing.assert_allclose(
                numbers[n - 1], [values[key] for key in names], rtol=1e-12, atol=1e-12, err_msg=name
            )


def test_the_functions_are_those_of_a_listing(engine):
    places = [-750.0, -40.0, -1.5, -1e-9, 0.0, 1e-9, 0.98, 3.0, 40.0, 700.0]
    for name, known in KNOWN.items():
        at = [place for place in places if place > 0 or name not in ("log", "sqrt")]
        found = engine.evaluate(
            """([name, at]) => at.map(evaluated(`(t) => ${program([name, "t"], () => "t")}`))""", [name, at]
        )
        np.testing.assert_allclose(found, [known.value(place) for place in at], rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_line_is_written_as_in_a_worked_solution(name, engine):
    lines = MODELS[name].worked.listing.lines
    texts = engine.evaluate("net => Object.values(M[net].lines).map((tree) => written(tree, TEXT))", name)
    assert texts == [written(Written(line.expression), TEXT) for line in lines]


def test_the_paths_of_every_weight_add_up_to_its_partial_and_the_sweep_is_python_s(engine):
    for name in EXAMPLES:
        model = MODELS[name]
        found = engine.evaluate(
            """net => {
                const model = M[net], values = startOf(model, model.given);
                runner(model, "right")(values);
                const slopes = localSlopes(model, values), swept = sweep(model, slopes);
                const paths = Object.keys(model.given).map((by) => (pathsFrom(model, by) ?? []).reduce(
                    (sum, path) => sum + factorsAlong(model, path)
                        .reduce((share, { line, by }) => share * slopes.get(`${line} ${by}`), 1), 0));
                return Object.keys(model.given).map((by, n) => [by, swept.get(by) ?? 0, paths[n]]);
            }""",
            name,
        )
        listing = model.worked.listing
        right = listing.sweep(listing.run(model.worked.given), model.worked.loss).partials
        for by, swept, paths in found:
            assert swept == pytest.approx(right[by], rel=1e-11, abs=1e-15), (name, by)
            assert paths == pytest.approx(right[by], rel=1e-9, abs=1e-13) or not paths, (name, by)


def test_the_sources_know_no_network():
    texts = [path.read_text("utf-8") for path in (ROOT / "docs" / "playground").glob("*.js")]
    named = {name for model in MODELS.values() for name in names_of(model.name) if re.search(r"\d", name)}
    code = re.sub(r"//.*|/\*.*?\*/|placeholder=\"[^\"]*\"|focus: \"w5\"", "", "\n".join(texts), flags=re.S)
    assert {"w1", "x1", "h_in_1", "lost1"} < named
    assert not named & set(re.findall(r"[A-Za-z]\w*", code)) - {"x0", "y0", "x1", "y1"}


# It shows what it calculates


def test_the_article_s_numbers_stand_in_picture_and_table(play):
    shown = play()
    table = shown.table()
    for name, printed in FIRST_PASS.items():
        assert table[name] == printed.replace("-", "−")
        if name in {"diff_w5", "h_delta_1", "o_out_2", "lost1", "lost"}:
            assert shown.value(name) == printed.replace("-", "−")
    assert shown.number("diff_w5").get_attribute("aria-label") == "∂lost/∂w5: 0.029091"


def test_every_example_can_be_chosen(play):
    shown = play()
    for name in EXAMPLES:
        shown.chooses(name)
        values = worked(name).listing.run(worked(name).given)
        table = shown.table()
        assert table.keys() == values.keys(), name
        for key, text in table.items():
            if values[key] == 0 or 1e-6 <= abs(values[key]) < 1e9:
                assert abs(float(text.replace("−", "-")) - values[key]) <= 0.5000001e-6, (name, key)
        drawn = shown.page.eval_on_selector_all(".net .given", "all => all.map(one => one.dataset.n)")
        assert set(drawn) == set(worked(name).given), name
        assert f"net:{name};given:" in shown.asks()


def test_a_change_is_followed_everywhere(play):
    shown = play()
    shown.sets("w5", "0.5")
    f = forward(w=(1, 1, 1, 1, 0.5, 1, 1, 1))
    d = partials(f)
    assert shown.value("lost") == f"{f.lost:.6f}"
    assert shown.value("diff_w1") == f"{d.diff_w1:.6f}".replace("-", "−")
    shown.said(f"w5 is 0.5. lost is {f.lost:.6f}; it was 0.051896.")
    shown.press("more")
    assert shown.value("w5") == "0.51"


def test_a_number_in_focus_says_its_line_and_what_is_around_it(play):
    shown = play()
    shown.looks("h_delta_1")
    assert shown.formula().startswith(
        "h_delta_1=(o_delta_1×w5+o_delta_2×w7)×h_out_1×(1−h_out_1)=(0.040009×1+(−0.029066)×1)"
    )
    assert shown.formula().endswith("=0.002171")
    assert "diff_w1 diff_w2" in shown.text(".focused")
    shown.said("∂lost/∂h_in_1, 0.002171, from o_delta_1, w5, o_delta_2, w7 and h_out_1.")
    marked = shown.page.eval_on_selector_all(".net .feeds", "all => all.map(one => one.dataset.n)")
    assert set(marked) == {"o_delta_1", "w5", "o_delta_2", "w7", "h_out_1"}
    shown.looks("o_out_1")
    assert "∂o_out_1/∂o_in_1" in shown.page.locator(".focused math mfrac").first.evaluate(
        "one => [...one.children].map((each) => each.textContent).join('/')"
    )


def test_the_two_paths_of_a_hidden_weight_are_shown_and_summed(play):
    shown = play()
    shown.looks("diff_w1")
    text = shown.text(".focused")
    assert "h_in_1 → h_out_1 → o_in_1 → o_out_1 → lost1" in text
    assert "h_in_1 → h_out_1 → o_in_2 → o_out_2 → lost2" in text
    assert "2 paths, added up: 0.000217." in text
    # the factors in the order of the names: x1, a slope, w7, a slope, an error
    assert "0.100000×0.198422×1.000000×0.153499×(−0.189354)=−0.000577" in re.sub(r"\s", "", text)


def test_a_nudge_agrees_with_the_partial(play):
    shown = play()
    shown.looks("w5")
    by, change, partial = 0.01, *(0.0, 0.0)
    text = shown.text(".nudge")
    change = forward(w=(1, 1, 1, 1, 1 + by, 1, 1, 1)).lost - forward().lost
    partial = partials(forward()).diff_w5
    assert f"by {by}: lost changes by {change:.6f}. Divided by {by} it is {change / by:.6f}." in text
    assert f"The partial says {partial:.6f}" in text


def test_error_times_slope_stands_at_a_delta_and_a_flat_unit_is_marked(play):
    shown = play()
    made = shown.page.locator(".unit:has([data-n=o_delta_1]) .made").text_content()
    assert made == "= 0.260646 × 0.153499"
    assert not shown.page.locator(".unit:has([data-n=h_out_1]) .flat").is_visible()
    shown.sets("x2", "9")
    assert shown.page.locator(".unit:has([data-n=h_out_1]) .flat").is_visible()


def test_arrows_go_through_the_picture(play):
    shown = play()
    shown.looks("w1")
    for key, name in [
        ("ArrowDown", "diff_w1"),
        ("ArrowRight", "diff_w2"),
        ("ArrowUp", "w2"),
        ("ArrowUp", "x1"),
    ]:
        shown.page.keyboard.press(key)
        shown.settle()
        assert shown.page.evaluate("document.activeElement.dataset.n") == name
        assert shown.number(name).get_attribute("aria-pressed") == "true"


# Every step can be taken back


def test_undo_redo_and_the_browser_s_back(play):
    shown = play()
    shown.sets("w1", "5")
    shown.turns("train")
    shown.press("pass 1000")
    shown.sets("w2", "−3")
    shown.page.go_back()
    shown.settle()
    assert (shown.value("x1"), shown.page.input_value(".pass")) == ("0.1", "1000")
    assert shown.asks().count(",-3.0") == shown.asks().count(",-3,") == 0
    shown.press("undo")
    shown.page.wait_for_function("document.querySelector('.pass').value === '1'")
    assert shown.value("w1") == "5"
    shown.press("undo")
    shown.page.wait_for_function("document.querySelector('.net [data-n=w1] .value').textContent === '1'")
    shown.press("redo")
    shown.page.wait_for_function("document.querySelector('.net [data-n=w1] .value').textContent === '5'")


def test_what_is_said_is_of_the_numbers_that_are_shown(play):
    shown = play()
    shown.sets("w5", "2")
    shown.said("it was 0.051896")
    shown.press("undo")
    shown.page.wait_for_function("document.querySelector('.net [data-n=w5] .value').textContent === '1'")
    shown.said("Pass 1. lost is 0.051896.")
    shown.press("random")
    shown.said(f"Pass 1. lost is {shown.value('lost')}.")
    shown.turns("check")
    shown.press("reset")
    shown.said("")
    expect(shown.page.locator(".said")).not_to_contain_text("it was")


def test_what_a_slider_goes_through_is_one_step(play):
    shown = play()
    shown.looks("w5")
    slide = shown.page.locator(".slide")
    slide.focus()
    for _ in range(5):
        shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert float(shown.value("w5")) > 1
    shown.press("undo")
    shown.page.wait_for_function("document.querySelector('.net [data-n=w5] .value').textContent === '1'")


# What is typed


@pytest.mark.parametrize(
    ("typed", "shows"),
    [
        ("0,5", "0.5"),
        ("1/3", "0.333333"),
        ("−.25", "−0.25"),
        ("2e-3", "0.002"),
        ("2 × 10^-3", "0.002"),
        (" 7 ", "7"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, shows, play):
    shown = play()
    shown.sets("w5", typed)
    assert shown.value("w5") == shows


def test_only_a_complete_number_counts(play):
    shown = play()
    shown.looks("w5")
    field = shown.page.locator(".edit [type=text]")
    field.fill("0,")
    shown.settle()
    assert shown.value("w5") == "1"
    field.fill("")
    shown.settle()
    assert shown.value("w5") == "1"
    assert field.get_attribute("aria-invalid") is None
    field.fill("0,25")
    shown.settle()
    assert shown.value("w5") == "0.25"


@pytest.mark.parametrize("typed", ["x", "", "1e51", "nan", "1 2", "2 **", "alert(1)", "9" * 3000])
def test_bad_input_is_said_and_the_number_stays(typed, play):
    shown = play()
    shown.sets("w5", typed)
    shown.said("It stays 1.")
    assert len(shown.text(".said")) < 200
    assert shown.value("w5") == "1"
    shown.page.keyboard.press("Escape")
    assert shown.page.input_value(".edit [type=text]") == "1"


def test_a_rate_is_above_0(play):
    shown = play()
    shown.sets("theta", "-0.5")
    shown.said("expected a number above 0")
    assert shown.value("theta") == "0.5"


def test_what_cannot_be_calculated_is_refused(play):
    shown = play()
    shown.sets("y1", "1e50")
    shown.sets("x1", "1e50")
    shown.said("x1")
    assert all("NaN" not in text and "Infinity" not in text for text in shown.table().values())


def test_several_numbers_at_once(play):
    shown = play()
    shown.page.fill(".many", "w1 = 0,3; x1: 1/2, θ=0.1")
    shown.page.keyboard.press("Enter")
    shown.settle()
    assert [shown.value(name) for name in ("w1", "x1", "theta")] == ["0.3", "0.5", "0.1"]
    shown.said("Set: 3.")
    shown.page.fill(".many", "w9 = 1")
    shown.page.keyboard.press("Enter")
    shown.said("There is no given number w9 here.")


# Step


@pytest.mark.parametrize("name", PARTS)
def test_a_chapter_steps_through_its_own_lines(name, play):
    shown = play(name=name)
    shown.turns("step")
    for line in PARTS[name]:
        shown.press("next")
        assert shown.page.locator(".net .focus").count() <= 1
        assert shown.formula().startswith(f"{line}=")
    assert shown.page.get_attribute("[data-do=next]", "aria-disabled") == "true"


def test_stepping_hides_what_comes_later_and_any_number_can_still_be_looked_at(play):
    shown = play()
    shown.turns("step")
    for _ in range(5):
        shown.press("next")
    assert shown.text(".where") == "line 5 of 31"
    assert shown.value("o_in_1") == "1.454216"
    assert shown.value("o_out_1") == "·"
    shown.looks("h_out_1")
    assert shown.text(".where") == "line 5 of 31"
    shown.press("all")
    assert shown.value("o_out_1") == "0.810646"


def test_the_update_shows_the_new_weight_beside_the_partial(play):
    shown = play(name="update")
    shown.turns("step")
    shown.press("next")
    assert shown.value("update_w5") == "0.985455"
    assert shown.value("diff_w5") == "0.029091"


def test_the_ways_to_make_a_partial_zero_that_the_page_tells():
    for x, w in [((0, 0.88), Weights()), ((0.1, 0.88), Weights(w5=0, w7=0))]:
        assert partials(forward(x=x, w=w)).diff_w1 == 0
    low, high = (partials(forward(w=Weights(w5=w5))).diff_w1 for w5 in (0.735, 0.745))
    assert low < 0 < high


# Train


def test_the_crossed_partials_give_the_article_s_losses_and_the_right_ones_do_not(play):
    shown = play(setting("article", "mode:train"))
    for which in ("crossed", "right"):
        shown.page.check(f"[name=which][value={which}]")
        for n in (10, 100, 1000):
            shown.press(f"pass {n}")
            rule = crossed if which == "crossed" else partials
            *_, f = passes(n, rule=rule)
            assert shown.value("lost") == f"{f.lost:.6f}"
            printed = float(RUN[n]["lost"])
            assert (abs(f.lost - printed) < 1e-9) == (which == "crossed")


def test_the_first_pass_at_which_the_partials_differ_is_the_second(play):
    shown = play(setting("article", "mode:train"))
    assert shown.text(".compared") == "Pass 1: all crossed partials are the same as the right ones."
    shown.press("pass +")
    assert shown.text(".compared").startswith("Pass 2: ")
    assert re.findall(r"(\S+): crossed", shown.text(".compared")) == ["∂w3", "∂w4"]


def test_the_curve_answers(play):
    shown = play(setting("article", "mode:train"))
    box = shown.page.locator(".curve").bounding_box()
    at = box["width"] * (56 + 264 * math.log10(100) / 3) / 340
    shown.page.locator(".curve").hover(position={"x": at, "y": box["height"] / 2})
    *_, f = passes(100)
    assert re.match(r"Pass (9\d|10\d): lost = 0\.004", shown.text(".point"))
    shown.page.locator(".curve").click(position={"x": at, "y": box["height"] / 2})
    shown.settle()
    assert 90 <= int(shown.page.input_value(".pass")) <= 110
    shown.press("pass 100")
    shown.page.select_option(".watch", "o_out_1")
    shown.settle()
    assert f"{f.o_out_1:.6f}" in shown.text(".curved")


def test_the_chapter_of_the_passes_leaves_the_answer_to_the_next_one(play):
    shown = play(name="passes")
    shown.press("pass 10")
    said = shown.text(".play")
    assert "0.0409254668911" in said
    assert "crossed" not in said


def test_a_setting_can_be_pinned_to_compare(play):
    shown = play(setting("article", "mode:train"))
    shown.press("pass 10")
    shown.press("pin")
    shown.sets("theta", "5")
    *_, f = passes(10)
    assert f"what you pinned, where lost is {f.lost:.6f}" in shown.text(".curved")
    shown.press("unpin")
    assert "pinned" not in shown.text(".curved")


def test_a_run_goes_on_by_itself_pauses_and_ends_at_a_change(play):
    shown = play(setting("article", "mode:train"))
    shown.press("run")
    shown.page.clock.run_for(2000)
    shown.press("run")
    at = int(shown.page.input_value(".pass"))
    assert 1 < at < 1000
    shown.later()
    assert int(shown.page.input_value(".pass")) == at
    shown.press("run")
    shown.page.clock.run_for(30_000)
    assert shown.page.input_value(".pass") == "1000"
    shown.said("Pass 1000.")


def test_a_number_that_is_changed_later_is_that_of_pass_1(play):
    """At any pass a given number means one thing: the one that the run began with."""
    shown = play(setting("article", "mode:train", "pass:100"))
    shown.looks("w5")
    assert "Here you change the w5 of pass 1" in shown.text(".later")
    shown.page.fill(".edit [type=text]", "0.5")
    shown.page.keyboard.press("Enter")
    shown.settle()
    *_, f = passes(100, w=(1, 1, 1, 1, 0.5, 1, 1, 1))
    assert shown.value("lost") == f"{f.lost:.6f}"
    shown.press("start")
    assert shown.page.input_value(".pass") == "1"
    assert shown.value("lost") == f"{f.lost:.6f}"


@pytest.mark.parametrize("typed", ["0", "1.5", "20001", "x"])
def test_a_pass_is_a_whole_number(typed, play):
    shown = play(setting("article", "mode:train"))
    shown.page.fill(".pass", typed)
    shown.page.keyboard.press("Enter")
    shown.said("expected a whole number from 1 to 20000")


def test_a_run_that_leaves_all_bounds_stops_there(play):
    shown = play(setting("ahammadnafiz", "mode:train"))
    shown.sets("alpha", "30000")
    shown.press("pass 1000")
    shown.said("the numbers leave what can be calculated")
    assert shown.page.input_value(".pass") == "1"


# Check mine


def test_a_wrong_number_is_marked_with_the_mistake_that_gives_it_and_what_follows(play):
    shown = play()
    shown.turns("check")
    shown.types("o_out_1", "0.8106")
    shown.types("diff_w5", "0,189518")
    shown.types("update_w5", "0.905241")
    verdict = shown.page.locator(".verdict")
    expect(verdict).to_contain_text("The slope of the activation is left out.", timeout=PATIENCE)
    text = shown.text(".verdict")
    assert "diff_w5 (∂w5): you have 0,189518, right is 0.029091" in text
    assert "Calculated rightly from it: update_w5" in text
    assert text.count("The slope of the activation is left out.") == 1
    marks = shown.page.eval_on_selector_all(
        ".box[data-mark]:not([data-mark=''])", "all => all.map(one => [one.dataset.box, one.dataset.mark])"
    )
    assert dict(marks) == {"o_out_1": "right", "diff_w5": "wrong", "update_w5": "follows"}


def test_what_checks_and_prints_comes_when_it_is_asked_for(address, browser):
    page = browser.new_page()
    shown = Play(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    shown.opens(f"{address}/playground.html")
    shown.has("article")
    shown.later()
    assert not [url for url in asked if "more.js" in url or "sheet.css" in url]
    page.route("**/more.js*", lambda route: route.abort())
    shown.turns("check")
    shown.said("could not be loaded")
    shown.press("sheet blank")
    shown.said("could not be loaded")
    page.unroute_all()
    shown.turns("change")
    shown.turns("check")
    shown.types("lost", "0.051896")
    expect(page.locator("[data-box=lost]")).to_have_attribute("data-mark", "right", timeout=PATIENCE)
    page.close()


def test_a_number_that_fits_and_has_no_digit_of_the_right_one_is_not_called_right(play):
    shown = play()
    shown.turns("check")
    shown.types("lost", "0")  # 0.051896
    shown.types("h_out_1", "1")  # 0.727108
    shown.types("o_in_1", "1.45")  # 1.454216
    marks = shown.page.eval_on_selector_all(
        ".box[data-mark]:not([data-mark=''])", "all => all.map(one => [one.dataset.box, one.dataset.mark])"
    )
    assert dict(marks) == {"lost": "few", "h_out_1": "few", "o_in_1": "right"}
    expect(shown.page.locator(".verdict")).to_contain_text("too few digits")
    expect(shown.page.locator(".verdict")).not_to_contain_text("All")
    shown.types("lost", "0.05")
    shown.types("h_out_1", "0.7")
    expect(shown.page.locator(".verdict")).to_contain_text("All 3 numbers are right.")


@pytest.mark.parametrize("file", ["more.js", "mistakes.js"])
@pytest.mark.parametrize("body", [None, "<!DOCTYPE html><title>Log in first</title>"])
def test_a_script_in_whose_place_another_page_comes_did_not_come(file, body, address, browser):
    page = browser.new_page()
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    shown.has("article")
    page.route(
        f"**/*{file}*",
        lambda route: route.fulfill(body=body, content_type="text/html") if body else route.abort(),
    )
    shown.turns("check")
    shown.said("could not be loaded")
    page.unroute_all()
    shown.turns("change")
    shown.turns("check")
    shown.types("diff_w5", "0.189518")
    expect(page.locator("[data-box=diff_w5] .why")).to_contain_text("slope of the activation")
    page.close()


@pytest.mark.parametrize("width", [1440, 1024, 768, 390])
def test_what_is_said_of_a_number_stands_beside_its_box_and_not_on_it(width, play):
    shown = play("?desk=1;mode:check")
    shown.page.set_viewport_size({"width": width, "height": 900})
    for name, text in (("h_in_1", "0.98, 0.727"), ("h_out_1", "0.7271"), ("lost", "0.0593")):
        shown.types(name, text)
    expect(shown.page.locator("[data-box=lost]")).to_have_attribute("data-mark", "wrong", timeout=PATIENCE)
    overlaps = """() => [...document.querySelectorAll('.box')].flatMap(box => {
        const all = [...box.querySelectorAll('span, input, output, button')];
        const parts = all.filter(part => part.offsetWidth);
        const at = parts.map(part => part.getBoundingClientRect());
        return parts.filter((part, n) => at.some((b, k) => k < n && at[n].left < b.right - 1
            && b.left < at[n].right - 1 && at[n].top < b.bottom - 1 && b.top < at[n].bottom - 1));
    }).length"""
    assert shown.page.evaluate(overlaps) == 0


def test_a_box_with_several_numbers_is_told_to_hold_one(play):
    shown = play("?desk=1;mode:check")
    shown.types("h_in_1", "0.98, 0.727")
    expect(shown.page.locator(".verdict")).to_contain_text("each takes one", timeout=PATIENCE)


def test_without_all_networks_the_finder_does_not_say_that_nothing_gives_a_number(address, browser):
    page = browser.new_page()
    page.route("**/mazur.mistakes.js*", lambda route: route.abort())
    page.goto(f"{address}/find.html?number=123.456")
    expect(page.locator(".answer")).to_contain_text("could not be loaded", timeout=PATIENCE)
    page.unroute_all()
    page.get_by_role("button", name="Find my mistake").click()
    expect(page.locator(".answer")).to_contain_text("Nothing here gives 123.456", timeout=4 * PATIENCE)
    page.close()


def test_the_crossed_wires_are_found_from_three_losses(play):
    shown = play()
    shown.turns("check")
    for n in (10, 100, 1000):
        *_, f = passes(n, rule=crossed)
        shown.types(f"lost@{n}", f"{f.lost:.9f}")
    expect(shown.page.locator(".verdict")).to_contain_text(
        "he inputs of w7 and w8 are exchanged", timeout=PATIENCE
    )
    assert "o_delta_1 and o_delta_2 are exchanged" in shown.text(".verdict")


def test_own_numbers_of_another_network_are_checked_at_its_numbers(play):
    shown = play(setting("mazur", "mode:check", w1=0.3, w5=-0.2))
    listing, given = worked("mazur").listing, dict(worked("mazur").given) | {"w1": 0.3, "w5": -0.2}
    values = listing.run(given)
    wrong = values["delta_o1"] * values["net_h1"] if "net_h1" in values else None
    shown.types("dE_dw5", f"{wrong:.5f}")
    expect(shown.page.locator(".verdict")).to_contain_text(
        "net_h1 stands in place of out_h1", timeout=PATIENCE
    )


@pytest.mark.parametrize(
    ("mine", "marked", "says"),
    [
        # from 0.38: sigmoid(0.38) = 0.593873
        ({"net_h1": "0.38", "out_h1": "0.5939"}, {"out_h1": "rounded"}, "your own rounded numbers: out_h1."),
        # from 0.59, with out_h2 = 0.596884: 0.3 × 0.59 + 0.45 × 0.596884 + 0.6 = 1.045598
        ({"out_h1": "0.59", "net_o1": "1.0456"}, {"net_o1": "rounded"}, "your own rounded numbers: net_o1."),
        # (0.1404 × 0.3 − 0.0381 × 0.5) × 0.5933 × 0.4067 = 0.0055668; so it is from 0.0055565 to 0.0055769
        (
            {"out_h1": "0.5933", "delta_o1": "0.1404", "delta_o2": "−0.0381", "delta_h1": "0.0055671"},
            {"delta_h1": "rounded"},
            "your own rounded numbers: delta_h1",
        ),
        ({"new_w8": "0.561371"}, {"new_w8": "rounded"}, "new_w8 is off by 1 in the last digit"),
    ],
)
def test_a_rounded_number_blames_no_line(mine, marked, says, play):
    shown = play(setting("mazur", "mode:check", w5=0.3))
    shown.page.wait_for_function("() => !document.querySelector('.verdict').textContent")
    for name, text in mine.items():
        shown.types(name, text)
    verdict = shown.page.locator(".verdict")
    expect(verdict).to_contain_text(says, timeout=PATIENCE)
    expect(verdict).not_to_contain_text("wrong")
    expect(verdict).not_to_contain_text("So your line would be")
    for name in mine:
        mark = shown.page.locator(f".box[data-box={name}]").get_attribute("data-mark")
        assert mark == marked.get(name, "right")


def test_every_wrong_number_has_its_own_mistake(play):
    shown = play(setting("mazur", "mode:check"))
    # 0.751365 − 0.01, without the slope; 0.4 + 0.5 × 0.4398, up the slope
    mine = {"delta_o1": "0.741365", "dE_dw5": "0.4398", "new_w5": "0.6199"}
    for name, text in mine.items():
        shown.types(name, text)
    expect(shown.page.locator(".verdict")).to_contain_text("The step goes up the slope", timeout=PATIENCE)
    text = shown.text(".verdict")
    assert "Calculated rightly from it: dE_dw5 (∂w5). Wrong for another reason: new_w5. The step goes" in text
    assert "0.4 + 0.5 × 0.439800 = 0.619900" in re.sub(r"\s*([+×=])\s*", r" \1 ", text)
    beside = {name: shown.text(f".box[data-box={name}] .why") for name in mine if name != "dE_dw5"}
    assert beside == {
        "delta_o1": "The slope of the activation is left out.",
        "new_w5": "The step goes up the slope: plus for minus.",
    }


def test_the_plainer_mistake_is_told_first_and_none_twice(play):
    shown = play(setting("mazur", "mode:check"))
    shown.types("E", "0.596742")
    cause = shown.page.locator(".verdict .cause")
    expect(cause).to_contain_text("a factor 2 too many, or a ½ forgotten.", timeout=PATIENCE)
    assert "It may also be this: The loss is the sum of the squared errors" in shown.text(".verdict")
    shown.types("E", "")
    # out_o1 × 0.741365, without 1 − out_o1
    shown.types("delta_o1", "0.557036")
    expect(cause).to_contain_text("1 - out_o1 is left out.", timeout=PATIENCE)
    assert "It may also" not in shown.text(".verdict")


def test_one_right_number_is_no_plural(play):
    shown = play(setting("mazur", "mode:check"))
    shown.types("net_h1", "0.3775")
    assert shown.text(".verdict") == "This number is right."
    shown.types("net_h2", "0.3925")
    assert shown.text(".verdict") == "All 2 numbers are right."


def test_a_guess_is_marked_before_the_number_is_shown(play):
    shown = play()
    shown.turns("check")
    shown.page.check("[data-does=hide]")
    shown.settle()
    assert shown.value("h_in_1") == "·"
    shown.types("h_in_1", "0.98")
    assert shown.value("h_in_1") == "0.980000"
    shown.press("reveal h_in_2")
    assert shown.page.input_value("[data-mine=h_in_2]") == "0.980000"


# Find my mistake


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0.189518", "The slope of the activation is left out."),
        ("0.039209", "h_in_1 stands in place of h_out_1."),
        ("0.029091", "This is the right diff_w5"),
        ("0.260646", "This is the right ∂lost1/∂o_out_1"),  # a factor of the way back, by the derivation
        ("0.1535", "This is the right ∂o_out_1/∂o_in_1"),
        # what the book prints on the way: the two paths to w1, the step of w5, e^−0.98, an output of pass 2
        ("0.000794", "This is the right part of ∂lost/∂w1 along the path through o_out_1"),
        ("−0.000577", "This is the right part of ∂lost/∂w1 along the path through o_out_2"),
        ("0.014545", "This is the right step of w5, θ × diff_w5"),
        ("-0.014545", "This is the right change of w5, minus θ × diff_w5"),
        ("0.375311", "This is the right e^(−h_in_1)"),
        ("0.807327", "This is the right o_out_1 of pass 2."),
        ("0.189354", "This is the right error of o_out_2, y2 − o_out_2"),  # 1 − 0.810646
        # 0.985455 and 0.810646 and 0.029091, mistyped
        ("0.98554", "It is near the right update_w5 and update_w6, 0.985455: two digits exchanged?"),
        ("0.98455", "It is near the right update_w5 and update_w6, 0.985455: two digits exchanged?"),
        ("0.810664", "It is near the right o_out_1 and o_out_2, 0.810646: two digits exchanged?"),
        ("0.029901", "It is near the right diff_w5 (∂w5) and diff_w6 (∂w6), 0.029091: two digits exchanged?"),
        ("0.9854455", "It is near the right update_w5 and update_w6, 0.985455: one digit typed twice?"),
        ("0.02901", "It is near the right diff_w5 (∂w5) and diff_w6 (∂w6), 0.029091: one digit left out?"),
        ("w5 = 0.98545", "This is the right update_w5 and update_w6."),
        ("2.91·10⁻²", "This is the right diff_w5 (∂w5) and diff_w6 (∂w6)."),
        ("2.9091x10^-2", "This is the right diff_w5 (∂w5) and diff_w6 (∂w6)."),
        ("−0,021134", "This is the right diff_w7 (∂w7) and diff_w8 (∂w8)."),
        ("0.985456", "by 1 in the last digit from the right update_w5 and update_w6: 0.985455."),
        # what Mazur prints of the path through output 2: −0.038098236517 × 0.5
        ("−0.019049119", "by 1 in the last digit from the right delta_o2 × w7: −0.019049118."),
    ],
)
def test_one_number_alone_is_answered(typed, says, page, address):
    page.goto(f"{address}/find.html")
    page.fill(".finder input", typed)
    page.keyboard.press("Enter")
    expect(page.locator(".found").first).to_contain_text(says, timeout=PATIENCE)
    assert not page.wrong


def test_an_answer_gives_the_digits_and_says_each_thing_once(page, address):
    page.goto(f"{address}/find.html?number=0.189518")
    found = page.locator(".found")
    expect(found.first).to_contain_text("A wrong diff_w5 (∂w5) and diff_w6 (∂w6)", timeout=PATIENCE)
    # (o_out_1 − y1) × h_out_1, which is no more than the six digits that were typed
    line = found.first.locator(".line").last
    assert "".join(line.text_content().replace("\u200b", "").split()) == "diff_w5=0.260646×0.727108=0.189518"
    expect(found.first).not_to_contain_text("In more digits")
    page.goto(f"{address}/find.html?number=0.272892")
    # and two mistakes give it too
    expect(found.first).to_contain_text("This is the right 1 − h_out_1", timeout=PATIENCE)
    page.locator("details summary").click(timeout=4 * PATIENCE)
    titles = [text for text in found.locator(".title").all_inner_texts() if "right is 0.727108" in text]
    assert titles == ["A wrong h_out_1 and h_out_2: right is 0.727108."] * 2
    page.goto(f"{address}/find.html?number=0.29837")
    expect(found.first).to_contain_text("In more digits it is 0.298371.", timeout=PATIENCE)


def asked(page, address, typed):
    """Ask for a number, and wait until all is looked through."""
    page.goto(f"{address}/find.html?number={typed}", wait_until="commit")  # it looks on while it loads
    page.wait_for_selector(".answer > :is(.found, p)", timeout=PATIENCE)
    expect(page.locator(".answer")).not_to_contain_text("Looking", timeout=4 * PATIENCE)
    return page.locator(".answer > .found .title")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0.98545", "This is the right update_w5 and update_w6."),
        ("0.727", "This is the right h_out_1 and h_out_2."),
        ("0.81064", "This is the right o_out_1 and o_out_2."),
    ],
)
def test_a_right_number_stands_alone_and_what_else_fits_is_closed(typed, says, page, address):
    told = asked(page, address, typed)
    assert told.all_inner_texts() == [says]
    assert page.locator("details .found").count() <= 10
    assert not page.locator("details").evaluate("closed => closed.open")
    # three digits are few, and that is said
    assert ("by chance" in page.locator(".answer").inner_text()) == (typed == "0.727")


@pytest.mark.parametrize("typed", ["0.4321", "0.0391"])
def test_of_many_numbers_that_fit_none_is_told_as_a_finding(typed, page, address):
    told = asked(page, address, typed)
    assert told.count() == 0
    expect(page.locator(".answer")).to_contain_text(
        "numbers fit these digits, most or all of them by chance."
    )
    assert page.locator("details .found").count() == 10


def test_the_best_known_example_comes_first_and_its_copies_are_counted(page, address):
    # the error of output 1 times out_h1, (0.75136507 − 0.01) × 0.593269992: the slope is forgotten
    told = asked(page, address, "0.43983")
    assert told.all_inner_texts() == ["A wrong dE_dw5 (∂w5): right is 0.082167. in Mazur and 6 copies of it"]
    told = asked(page, address, "0.75136507")
    assert told.all_inner_texts() == ["This is the right out_o1. in Mazur and 6 copies of it"]


def test_a_loss_is_called_by_words_and_written_with_bars(page, address):
    # |y1 − o_out_1| + |y2 − o_out_2|, each halved: (0.260646 + 0.189354) / 2
    asked(page, address, "0.225000")
    mean = page.locator(".found").filter(
        has_text="The loss is the mean of the absolute errors in place of half"
    )
    expect(mean.first).to_contain_text("|")
    expect(mean.first).not_to_contain_text("relu")


@pytest.mark.parametrize("typed", ["0", "0,00", "-0", "0.5", "1e-3"])
def test_of_a_number_with_one_digit_that_counts_or_none_more_are_asked_for(typed, page, address):
    page.goto(f"{address}/find.html?number={typed}")
    expect(page.locator(".answer")).to_contain_text("So few digits", timeout=PATIENCE)
    assert not page.wrong


@pytest.mark.parametrize(
    "typed",
    [
        "0.727 0.81",
        "0,727; 0,81",
        "[0.7271,0.8106]",
        "w5=0.98, w6=0.99",
        "h_out_1: 0.7271, h_out_2: 0.7271, lost: 0.0518",
        '"><img src=x> 0.5 0.6',
    ],
)
def test_of_several_numbers_it_says_where_they_are_taken(typed, page, address):
    page.goto(f"{address}/find.html")
    page.fill(".finder input", typed)
    page.keyboard.press("Enter")
    answer = page.locator(".answer")
    expect(answer).to_contain_text("These are several numbers", timeout=PATIENCE)
    expect(answer.locator("img")).to_have_count(0)
    answer.get_by_role("link", name="Type in your network").click()
    expect(page.locator("[name=text]")).to_have_value(typed)
    page.go_back()
    page.get_by_role("link", name="Check mine").click()
    expect(page.locator("[data-box=h_out_1]")).to_be_visible(timeout=PATIENCE)
    assert not page.wrong


@pytest.mark.parametrize("typed", ["x", "", "<img src=x>", "1,234.5", "0.18951 8", "pass 2 lost = x"])
def test_what_is_no_number_is_said(typed, page, address):
    page.goto(f"{address}/find.html")
    page.fill(".finder input", typed)
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("Expected a number like 0.189518")
    assert not page.wrong


# Links


def test_a_link_is_whole_and_an_anchor_leaves_it_alone(play, tab):
    shown = play()
    shown.sets("w5", "0.5")
    shown.turns("train")
    shown.press("pass 10")
    link = shown.copied("address")
    assert "desk=1;net:article;given:" in link
    shown.page.locator(".toc-tree a[href^='#']").nth(1).click()
    shown.later()
    assert "desk=1;" in shown.page.url
    assert "#" in shown.page.url
    for other in (link, link.replace(";", "%3B").replace("=w", "%3Dw").replace("given:", "given%3A")):
        shown.opens(other)
        shown.has("article")
        assert shown.value("lost") == f"{[*passes(10, w=(1, 1, 1, 1, 0.5, 1, 1, 1))][-1].lost:.6f}"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("?desk=1;net:article;pass:0.5", "pass:0.5"),
        ("?desk=1;net:article;given:w1=x,v=2", "“w1=x”"),
        ("?desk=9;net:article", "another version"),
        ("?desk=1;net:nowhere", "“nowhere” could not be loaded"),
        ("?desk=1;net:article;pass:" + "9" * 3000, "pass:999"),
        ("?desk=1;net:article;%E0%A4%A", "which cannot be"),
        ("?desk=1;net:article;mine:w1=3", "mine:w1=3"),
    ],
)
def test_an_address_that_asks_for_what_cannot_be_is_told(state, says, address, browser):
    page = browser.new_page()
    shown = Play(page)
    shown.opens(f"{address}/playground.html{state}")
    shown.has("article")
    shown.said(says)
    assert len(shown.text(".said")) < 250
    page.close()


# What is taken away


SETTINGS = [
    setting("article"),
    setting("article", "partials:crossed", "pass:3", w1=0.3, w6=-0.4),
    setting("mazur", "pass:2"),
    setting("keras-5018"),
    setting("mazur-rust", w1=-0.25),
]


@pytest.mark.parametrize("state", SETTINGS)
def test_what_is_copied_calculates_the_same(state, play, tmp_path):
    shown = play(state)
    name = re.search(r"net:([\w-]+)", state)[1]
    n = int((re.search(r"pass:(\d+)", state) or [0, 1])[1])
    model = MODELS[name]
    listing = model.others["crossed"] if "crossed" in state else model.worked.listing
    pairs = re.search(r"given:([^;]*)", state)[1].split(",")
    given = {name: float(text) for name, text in (pair.split("=") for pair in pairs)}
    values = repeat(listing, n, given, model.worked.updates)

    script = tmp_path / "copied.py"
    script.write_text(shown.copied("script"), "utf-8")
    ran = runpy.run_path(str(script))
    assert {key: ran[key] for key in names_of(name)} == pytest.approx(values, rel=1e-12, abs=1e-12)

    sheet = parsed(shown.copied("file"), "copied.toml")
    assert sheet.worked().given == pytest.approx(given)
    assert [after for after, figures in sheet.printed.items() if figures] == [n - 1]
    assert set(sheet.printed[n - 1]) == set(listing.names)
    report = check(sheet)
    if "crossed" in state:
        assert not report.right
        assert "the inputs of w7 and w8 are exchanged" in " ".join(str(report).split())
    else:
        assert report.right, str(report)

    solution = shown.copied("solution")
    assert max(map(len, solution.splitlines()[2:])) <= 100
    if n == 1:
        assert solution.split() == explain(sheet).split()


def test_what_may_not_be_copied_can_be_taken_by_hand(address, browser):
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    shown.has("article")
    shown.press("file")
    shown.said("This page may not copy by itself.")
    assert parsed(page.locator("textarea").input_value(), "t").title
    page.close()


def test_first_numbers_takes_back_every_change(play):
    shown = play(setting("mazur", "given:w5=0.9,i1=0.3"))
    assert shown.value("w5") == "0.9"
    shown.press("reset")
    expect(shown.page.locator(".play [data-n=w5] .value")).to_have_text("0.4")
    assert shown.value("i1") == "0.05"


def test_a_chapter_opens_the_whole_one_with_its_numbers(play):
    shown = play(name="output-layer")
    shown.sets("w5", "0.25")
    shown.page.locator(".open").click()
    shown.has("article")
    assert shown.value("w5") == "0.25"


def test_a_sentence_follows_its_slider(play):
    page = play(name="output-layer").page
    page.locator("[data-turn=w5]").fill("2.5")
    f = forward(w=Weights(w5=2.5))
    expect(page.locator(".turning [data-now=w5]")).to_have_text("2.5")
    expect(page.locator(".turning [data-now=lost]")).to_have_text(f"{f.lost:.6f}")
    expect(page.locator(".turning [data-now=diff_w5]")).to_have_text(f"{partials(f).diff_w5:.6f}")
    expect(page.locator(".play [data-n=w5] .value")).to_have_text("2.5")


def test_unequal_weights_are_one_press_away_and_stay_on_their_page(play):
    page = play(name="hidden-layer").page
    page.locator(".turning [data-do=uneven]").click()
    f = forward(w=Weights(0.3, -0.5, 0.8, 0.2, 1.2, -0.7, 0.4, 0.9))
    d = partials(f)
    expect(page.locator(".turning [data-now=diff_w1]")).to_have_text(f"{d.diff_w1:.6f}".replace("-", "−"))
    page.locator(".turning [data-do=reset]").click()
    expect(page.locator(".turning [data-now=diff_w1]")).to_have_text(FIRST_PASS["diff_w1"])
    page.locator(".turning [data-do=uneven]").click()
    page = play(name="update").page
    expect(page.locator(".turning [data-now=update_w5]")).to_have_text(FIRST_PASS["update_w5"])


def test_a_figure_of_a_chapter_opens_with_its_numbers(play):
    shown = play(name="hidden-layer")
    opens = shown.page.locator(".opens")
    assert opens.count() >= 1
    opens.first.click()
    shown.has("article")
    assert shown.value("lost") == FIRST_PASS["lost"]
    assert "given:w1=" in shown.asks()


# For everyone


def test_it_works_from_a_disk(site, play):
    shown = play(setting("mazur", "pass:2"), start=site.as_uri())
    assert shown.value("E") == "0.291028"
    shown.sets("w5", "0.5")
    shown.chooses("rgu")
    shown.turns("check")
    shown.press("undo")
    shown.page.wait_for_function("document.querySelector('.play').dataset.net === 'mazur'")


def test_without_scripts_the_numbers_stand_there(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/playground.html")
    assert page.locator(".still .picture").is_visible()
    row = page.locator(".still tr", has_text="diff_w5").first
    assert FIRST_PASS["diff_w5"] in row.text_content()
    assert page.locator(".play button, .play select").count() == 0
    context.close()


STATES = [
    "",
    setting("article", "partials:crossed", "pass:2", "focus:diff_w3", "mode:train"),
    setting("keras-18324", "mode:step", "upto:20"),
    setting("mazur", "mode:check", "mine:net_h1=0.4"),
]


def test_axe_finds_nothing_in_any_state(play):
    """The rest of the page is the same in every state, and is looked at with the other pages of the book."""
    found = []
    for state in STATES:
        shown = play(state)
        for width in (390, 1440):
            shown.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                shown.page.emulate_media(color_scheme=scheme)
                shown.settle()
                for violation in Axe().run(shown.page, context=".play").response["violations"]:
                    nodes = [node["target"][0] for node in violation["nodes"]]
                    found.append(f"{state}, {width}, {scheme}: {violation['id']}: {nodes[:3]}")
    assert not found


def tab_to(page, where, most=150):
    """Go on by the tab key until something has the focus; return how many presses that took."""
    for count in range(1, most):
        page.keyboard.press("Tab")
        if page.evaluate("where => document.activeElement.matches(where)", where):
            return count
    raise AssertionError(f"no key reaches {where}")


def test_a_stranger_with_only_a_keyboard(play):
    """Every job is done in ten presses, from where the playground begins."""
    shown = play()
    page = shown.page
    tab_to(page, "[name=mode]")
    presses = tab_to(page, ".net .number")
    shown.looks("w1")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    shown.settle()
    assert shown.value("w1") == "0"
    page.focus("[name=mode]:checked")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shown.settle()  # what a mode shows is there from the next frame on
    presses = 2 + tab_to(page, ".pass")
    page.keyboard.type("1000")
    page.keyboard.press("Enter")
    shown.said("Pass 1000.")
    assert presses + 1 <= 10
    page.keyboard.press("Escape")
    page.focus("[data-do=undo]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.pass').value === '1'")
    tab_to(page, "summary")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.play')"), "a trap"


@pytest.fixture
def phone(address, browser):
    """Open the playground on a phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    shown = Play(page)
    shown.opens(f"{address}/playground.html")
    shown.has("article")
    yield shown, context
    context.close()


def test_a_stranger_on_a_phone(phone):
    shown, _ = phone
    page = shown.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap(".net [data-n=w5]")
    shown.settle()
    assert shown.number("w5").is_visible()
    for field in page.locator(".dock :is([type=text], button[data-do], select):visible").all():
        box = field.bounding_box()
        assert box["height"] >= 44, field.get_attribute("data-do")
    assert (
        page.locator(".edit [type=text]").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 16
    )
    sizes = page.eval_on_selector_all(
        ".net .value, .net .name", "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12
    page.tap("[data-do=turn]")
    shown.settle()
    assert shown.value("w5") == "−1"
    page.tap("[data-do=undo]")
    page.wait_for_function("document.querySelector('.net [data-n=w5] .value').textContent === '1'")
    cut = page.eval_on_selector_all(
        ".net .number",
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.dataset.n)",
    )
    assert not cut


def test_on_a_phone_the_first_box_is_in_sight(phone):
    shown, _ = phone
    shown.turns("check")
    shown.page.wait_for_function(
        """() => {
            const box = document.querySelector(".box input")?.getBoundingClientRect();
            return box?.top > 0 && box.bottom < innerHeight;
        }"""
    )


def test_on_a_phone_each_line_is_in_sight_above_what_is_said_of_it(phone):
    """What is said of a line stays below: the number in the picture is neither under it nor off the page."""
    shown, _ = phone
    shown.turns("step")
    for _ in range(31):
        shown.page.locator("[data-do=next]").click()
        shown.settle()
        shown.page.wait_for_function(
            """() => {
                const place = (where) => document.querySelector(where).getBoundingClientRect();
                const number = place(".net .focus");
                return place("header").bottom <= number.top && number.bottom <= place(".dock").top;
            }"""
        )


def test_a_swipe_that_begins_on_a_number_scrolls_and_leaves_it_alone(phone):
    shown, context = phone
    page = shown.page
    page.tap(".net [data-n=w1]")
    shown.settle()
    touch = context.new_cdp_session(page)
    for where in (".net [data-n=w3]", ".slide"):
        box = page.locator(where).bounding_box()
        before = page.evaluate("scrollY")
        for kind, move in (("touchStart", 0), *(("touchMove", 12 * k) for k in range(1, 12))):
            points = [{"x": box["x"] + 15, "y": box["y"] + 8 - move}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        if where != ".slide":  # the box of what is said scrolls first where it is too long
            page.wait_for_function("before => scrollY !== before", arg=before)
        shown.later()
        assert (shown.value("w1"), shown.value("w3")) == ("1", "1")


def test_print_says_what_it_is(play):
    shown = play(setting("mazur", "pass:2", "focus:dE_dw5"))
    shown.page.emulate_media(media="print")
    text = shown.page.locator(".play").inner_text()
    assert "Mazur" in text
    assert "Pass 2." in text
    assert shown.page.locator(".focused .line").first.is_visible()
    assert not shown.page.locator(".choices").is_visible()
    shown.page.emulate_media(media="screen")


def test_every_word_is_used():
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs" / "playground").glob("*.js"))
    text += (ROOT / "docs" / "_templates" / "playground.html").read_text("utf-8")
    text += (ROOT / "docs" / "_ext" / "playground.py").read_text("utf-8")
    known = set(re.findall(r"""["'`](\w[\w, ]*)["'`]|\bwords\.(\w+)""", text))
    filled = "(mode|hint|mark|level|copy|no|some|paper|slip) "
    made = {word for word in playground.WORDS if re.match(filled, word)}
    assert not playground.WORDS.keys() - {word for words in known for word in words} - made
    said = set(re.findall(r"""\bsay\(\s*"([^"]+)"(?=[,)])""", text))
    assert said <= playground.WORDS.keys()


def test_on_a_phone_a_broad_picture_lies_above_what_is_said_and_fades_where_it_goes_on(phone):
    shown, _ = phone
    page = shown.page
    shown.chooses("mazur")
    shown.looks("w5")
    hold, dock = page.locator(".hold").bounding_box(), page.locator(".dock").bounding_box()
    assert dock["x"] <= hold["x"]
    assert dock["x"] + dock["width"] >= hold["x"] + hold["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fades = """where => { const hold = document.querySelector(".hold"); hold.scrollLeft = where;
        return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
            done(["before", "beyond"].map(edge => hold.classList.contains(edge)));
        }))); }"""
    page.clock.resume()
    assert page.evaluate(fades, 0) == [False, True]
    assert "gradient" in page.locator(".hold").evaluate("hold => getComputedStyle(hold).maskImage")
    assert page.evaluate(fades, 10_000) == [True, False]
    page.set_viewport_size({"width": 1440, "height": 900})  # where all of it is in sight nothing fades
    assert page.evaluate(fades, 0) == [False, False]


def test_on_a_phone_no_button_lies_over_the_numbers(phone):
    page = phone[0].page
    page.mouse.wheel(0, 900)
    page.mouse.wheel(0, -200)
    page.wait_for_function("document.documentElement.classList.contains('show-back-to-top')")
    assert not page.locator(".back-to-top").is_visible()


def test_on_a_phone_a_line_is_broken_between_terms(phone):
    shown, _ = phone
    shown.looks("o_in_1")
    # of each term its text, and how far apart its parts end
    rows = shown.page.locator(".focused .line .term:not(:has(.term))").evaluate_all(
        """terms => terms.map(term => {
            const bottoms = [...term.querySelectorAll("math")].map(e => e.getBoundingClientRect().bottom);
            return [term.textContent.replace(/\\s/g, ""), Math.max(...bottoms) - Math.min(...bottoms)];
        })"""
    )
    texts = [text for text, _ in rows]
    assert texts[:4] == ["=w5×h_out_1", "+w6×h_out_2", "=1×0.727108", "+1×0.727108"]
    assert max(apart for _, apart in rows) < 12  # a row is more than twice as high


def test_the_originals_stand_first_in_the_list_and_copies_are_called_so(play):
    page = play().page
    labels = page.locator(".network optgroup").nth(1).locator("option").all_text_contents()
    assert labels[0] == "Mazur: A Step by Step Backpropagation Example"
    copies = [n for n, label in enumerate(labels) if label.startswith("Copy of ")]
    assert copies == [*range(len(labels) - 8, len(labels))]
    assert labels[-8] == "Copy of Mazur: Animesh, old weights"
    assert labels[-6:-4] == ["Copy of Mazur: a re-post in Chinese", "Copy of Mazur: study notes"]
    assert all(label.isascii() or "–" in label for label in labels), labels


def test_the_boxes_say_that_they_ask_for_pass_1_while_the_picture_shows_another(play):
    shown = play("?desk=1;pass:1000;mode:check")
    said = shown.page.locator(".checking .asked")
    expect(said).to_have_text(
        "The picture shows pass 1000, the boxes ask for pass 1. "
        "To check pass 1000, press “Start from this pass” under Train first."
    )
    shown.page.locator(".modes").get_by_text("Train").click()
    shown.press("start")
    shown.page.locator(".modes").get_by_text("Check mine").click()
    shown.settle()
    expect(said).to_be_empty()
    *_, f = passes(1000)
    shown.types("lost", f"{f.lost:.9f}")
    expect(shown.page.locator(".verdict")).to_have_text("This number is right.")
