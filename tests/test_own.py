"""A network of one's own: what is handed in is worked out by the package itself, in the reader's browser."""

import json
import re
import sys
from math import tanh
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from conftest import wrong_in
from workings.cli import main
from workings.net import TEMPLATE

ROOT = Path(__file__).parent.parent
SHEETS = ROOT / "tests" / "sheets"
ANSWERS = json.loads((SHEETS / "answers.json").read_text("utf-8"))
expect.set_options(timeout=60_000)  # the first load of Python is in it
sys.path[:0] = [str(ROOT / "docs" / "live"), str(ROOT / "docs" / "_ext")]

import own  # noqa: E402
from own_network import kind_of, taken, work  # noqa: E402

NETWORK = """\
inputs = [0.5, -1.0, 0.8]
targets = [0.3]

[[layer]]
weights = [[0.2, -0.4, 0.1], [0.5, 0.3, -0.2]]
activation = "tanh"

[[layer]]
weights = [[0.7, -0.6]]
activation = "tanh"
"""
h1, h2 = tanh(0.2 * 0.5 + 0.4 + 0.1 * 0.8), tanh(0.5 * 0.5 - 0.3 - 0.2 * 0.8)
out = tanh(0.7 * h1 - 0.6 * h2)
delta = (out - 0.3) * (1 - out**2)
# Six numbers; the half is forgotten in the loss, and the slope of the hidden unit in the partial of w1.
MINE = f"""\
h_in_1 = 0.580000
h_out_1 = {h1:.6f}
o_out_1 = {out:.6f}
lost = {(out - 0.3) ** 2:.6f}
diff_w7 = {delta * h1:.6f}
diff_w1 = {delta * 0.7 * 0.5:.6f}
"""
CAUSES = ("a ½ forgotten", "the slope of the activation is left out")
STEP = {"inputs": [1.0], "targets": [1.0], "rate": 0.1, "before": {"w": [[0.5]]}, "after": {"w": [[0.6]]}}
SCRIPT = "x, w, y = 2.0, 0.5, 1.0\nlost = (w * x - y) ** 2\nw -= 0.1 * 2 * (w * x - y) * y\n"


# What the page asks


def test_two_wrong_numbers_of_six_are_told_with_both_causes():
    found = work(NETWORK, numbers=MINE)
    assert json.loads(found.about) == {"kind": "network", "right": False, "unread": False, "network": True}
    words = [verdict.word for verdict in found.report.report.verdicts]
    assert words == ["agrees", "agrees", "agrees", "wrong", "agrees", "wrong"]
    assert all(cause in " ".join(str(found.report).split()) for cause in CAUSES)


def test_a_pasted_network_without_numbers_is_worked_out():
    found = work(
        "x1 = 0.5, x2 = -0.3, target 0.8, w1 = 0.4, w2 = -0.7, w3 = 0.6, w4 = 0.2, w5 = 0.9, w6 = -0.5"
    )
    assert json.loads(found.about)["right"] is None
    assert found.network().network.sizes == (2, 2, 1)


def test_what_could_not_be_read_is_not_called_right():
    found = work("h_out_1 = 0.727108\nthe second one is about 0.727108 I think")
    assert json.loads(found.about)["unread"] is True


def test_numbers_may_stand_in_the_file_or_be_left_out():
    printed = work(f"{NETWORK}\n[printed]\nlost = {(out - 0.3) ** 2 / 2:.6f}\n")
    assert printed.report.right
    assert json.loads(work(NETWORK).about)["right"] is None


def test_every_line_stands_in_names_in_numbers_and_with_its_result():
    lines = work(NETWORK).lines()
    for part in (r"\tanh(\mathrm{h\_in\_1})", r"\tanh(0.580000)", f"{h1:.6f}", f"{delta:.6f}"):
        assert part in lines


def test_the_playground_is_handed_the_network_and_its_mistakes():
    given = json.loads(work(NETWORK).model())
    assert given["given"]["w6"] == -0.2
    assert given["lines"]["h_out_1"] == ["tanh", "h_in_1"]
    assert any("slope" in one["says"] for one in json.loads(work(NETWORK).mistakes()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NETWORK, "network"),
        (TEMPLATE, "network"),
        (json.dumps(STEP), "step"),
        ("inputs = [1.0]\n[before]\nw = [[0.5]]", "step"),
        (SCRIPT, "script"),
        ("import numpy as np", "script"),
        ("from numpy import exp", "script"),
        ("for x, y in rows:\n    out = w * x", "script"),
        ("class Layer:\n    pass", "script"),
        ("for example: w5 = 0.3", "numbers"),
        ("from the table we read\nw5 = 0.3", "numbers"),
        ("print this:\nw5 = 0.3", "numbers"),
        ("import of the numbers:\nw5 = 0.3", "numbers"),
        ("class 7b\nw5 = 0.3", "numbers"),
        ("while we train, it changes\nw5 = 0.3", "numbers"),
        ("for the first example:\nw5 = 0.3", "numbers"),
        ("**Step 1:** the weights\nw5 = 0.3", "numbers"),
        (MINE, "numbers"),
    ],
)
def test_a_text_shows_what_it_is(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "scripts").glob("*.txt")), ids=lambda path: path.stem
)
def test_the_scripts_of_the_tests_are_known_as_scripts(path):
    assert kind_of(path.read_text("utf-8")) == "script"


@pytest.mark.parametrize("name", [one["file"] for one in ANSWERS if one["right"] is not None])
def test_a_pasted_sheet_has_its_network_worked_out(name):
    found = work((SHEETS / name).read_text("utf-8"))
    assert found.kind == "numbers"
    assert found.network().worked().listing.lines
    assert found.lines()


def test_a_step_and_a_script_are_judged():
    assert work(json.dumps(STEP)).report.right is True
    assert work(SCRIPT).report.right is False
    with pytest.raises(ValueError, match="there is no network in this step"):
        work(json.dumps(STEP)).lines()


@pytest.mark.parametrize("text", [json.dumps(STEP), SCRIPT], ids=["step", "script"])
def test_printed_numbers_beside_a_step_or_a_script_are_not_passed_over(text):
    with pytest.raises(ValueError, match="^numbers: printed numbers go with a network"):
        work(text, numbers="lost = 99")


def test_where_numpy_is_silent_a_line_without_a_value_is_still_refused(monkeypatch):
    """In a browser a division by zero or a logarithm of a negative number raises nothing."""
    real = np.errstate
    monkeypatch.setattr("numpy.errstate", lambda **_: real(all="ignore"))
    text = NETWORK.replace("[0.3]", '[1.0]\nloss = "binary_cross_entropy"').replace(
        "[0.7, -0.6]", "[-7.0, 6.0]"
    )
    with pytest.raises(ValueError, match="calculation: not a finite number: lost = "):
        work(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"inputs = {[0.5] * 400}\ntargets = [1]\n[[layer]]\nweights = [{[0.1] * 400}]", "network"),
        (NETWORK.replace("activation", "activatoin"), "network"),
        (NETWORK.replace("-0.6]]", "-0.6"), "network"),
        (NETWORK.replace("[0.7, -0.6]", "[0.7]"), "network"),
        ("[[layer]]", "network"),
        ('{"inputs": 1}', "step.json"),
        ('{"inputs": ', "step.json"),
        ("import os\nw = os.getcwd()\n", "script.py"),
        ("w5 = ", "numbers"),
    ],
)
def test_a_fault_is_said_as_the_command_says_it(text, name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, "utf-8")
    if name == "network":  # the command knows a network file by its ending
        Path("network.toml").write_text(text, "utf-8")
    with pytest.raises(SystemExit):
        main(["check", "network.toml" if name == "network" else name])
    command = capsys.readouterr().err.removeprefix("bplit check: error: ").strip()
    with pytest.raises(ValueError, match=".") as error:
        work(text)
    said = str(error.value)
    assert "\n" not in said
    for ending in (".toml", ".json", ".py"):
        command = command.replace(f"{Path(name).stem}{ending}", Path(name).stem, 1)
    assert " ".join(said.split()) == " ".join(command.split())


def test_what_is_handed_in_is_never_executed(tmp_path):
    mark = tmp_path / "mark"
    for kind in ("network", "numbers", "step", "script"):
        with pytest.raises(ValueError, match="."):
            work(f"open({str(mark)!r}, 'w')", kind)
    assert not mark.exists()


def test_the_page_hands_over_a_file(tmp_path):
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"text": NETWORK, "kind": "network", "numbers": MINE}), "utf-8")
    assert taken(str(path)).about == work(NETWORK, numbers=MINE).about


# The page


def test_without_python_for_the_page_there_is_a_sentence_and_the_command(site, monkeypatch):
    page = BeautifulSoup((site / "own-network.html").read_text("utf-8"), "html.parser")
    assert "bplit explain my.toml" in page.article.get_text()
    monkeypatch.setattr(own, "is_packed", lambda: False)
    context = {"body": own.PLACE}
    own.fill(SimpleNamespace(builder=SimpleNamespace(name="html")), "own-network", "page.html", context, None)
    assert context["body"] == f"<p><em>{own.WORDS['no python']}</em></p>"


@pytest.fixture
def opened(packed, browser, address):
    """Return a function that opens the page as a reader with a phone does for the first time."""
    contexts = []

    def opened(anchor="", start=address):
        size = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
        contexts.append(context := browser.new_context(**size))
        page = context.new_page()
        page.set_default_timeout(60_000)  # the first load of Python is in it
        page.wrong = wrong_in(page)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.add_init_script(
            "window.print = () => (window.printed = document.querySelector('.papers').innerHTML)"
        )
        page.goto(f"{start}/own-network.html{anchor}")
        return page

    yield opened
    for context in contexts:
        context.close()


def paste(page, text, mine=""):
    """Hand in a text."""
    page.get_by_text("A text to paste").click()
    page.locator("[name=text]").fill(text)
    page.locator("[name=mine]").fill(mine)
    page.get_by_role("button", name="Work it out").click()


def test_on_a_phone_two_wrong_numbers_are_told_and_a_sheet_is_printed(opened, address):
    page = opened()
    assert not any("/live/" in url for url in page.asked)  # nothing is loaded before it is asked for
    paste(page, NETWORK, MINE)
    report = page.locator("[data-is=checked]")
    for cause in CAUSES:
        report.get_by_text(cause).wait_for()
    assert report.locator("tr.wrong th").all_inner_texts() == ["lost", "diff_w1"]
    page.locator("[data-is=lines] math").first.wait_for()
    page.get_by_label("Sheet numbers").fill("7, 8")
    page.get_by_role("button", name="Print a blank sheet").click()
    page.wait_for_function("window.printed")
    assert all(said in page.evaluate("window.printed") for said in ("Sheet 7", "Sheet 8", "<svg"))
    assert page.evaluate("document.body.classList.contains('prints')")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".papers").count() == 0
    page.get_by_label("Sheet numbers").fill("")
    page.get_by_role("button", name="Print the key").click()
    page.wait_for_function("window.printed.includes('the slope of the activation is left out')")
    assert "<h1>" not in page.evaluate("window.printed")  # it has no title
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert all(url.startswith((address, "blob:", "data:")) for url in page.asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.wrong


def test_a_form_is_worked_out_and_played_with_from_a_disk(opened, site):
    page = opened(start=site.as_uri())
    page.locator("[name=units]").fill("2-1")
    for field, number in {"x1": "0,5", "x2": "-1", "t1": "1", "w1_1_1": "0.2", "w1_1_2": "0.4"}.items():
        page.locator(f"[name={field}]").fill(number)
    page.locator("[name=a1]").select_option("linear")
    page.locator("[name=mine]").fill("o1 = -0.3")
    page.get_by_role("button", name="Work it out").click()
    page.get_by_text("All of it is right.").wait_for()
    page.get_by_role("button", name="Play with it here").click()
    value = page.locator("[data-is=play] [data-n=o_out_1] .value")
    value.wait_for()
    assert value.inner_text() == "−0.300000"
    assert page.locator("[data-is=play] a.open").count() == 0
    page.get_by_role("button", name="The network file").click()
    page.wait_for_function("document.querySelector('[data-is=take] textarea').value")
    assert "weights = [[0.2, 0.4]]" in page.locator("[data-is=take] textarea").input_value()
    page.emulate_media(media="print")  # what was found, and nothing else
    assert page.locator("[data-is=lines]").is_visible()
    assert not page.get_by_text("Your network is not in this book.").is_visible()
    assert not page.locator(".told").is_visible()
    assert not page.wrong


def test_a_setting_lives_in_the_address(opened):
    page = opened()
    paste(page, NETWORK, MINE)
    page.locator("[data-is=checked]").wait_for()
    page.wait_for_url("**#own=1;*")
    again = opened("#" + page.url.split("#")[1])
    assert again.locator("[name=text]").input_value() == NETWORK
    assert again.locator("[name=mine]").input_value() == MINE
    assert again.locator("[name=text]").is_visible()
    assert not again.wrong
    odd = opened("#own=9;how:text")
    assert "#own=9" in odd.get_by_role("status").inner_text()


def test_what_is_wrong_with_it_is_said_in_a_sentence(opened):
    page = opened()
    status = page.get_by_role("status")
    page.locator("[name=units]").fill("3-x")
    page.get_by_role("button", name="Work it out").click()
    assert "3-2-1, got 3-x" in status.inner_text()
    page.locator("[name=units]").fill("3-2-1")
    page.get_by_label("weight from x1 to h2").fill("a half")
    page.get_by_role("button", name="Work it out").click()
    assert "weight from x1 to h2: expected a number, got a half" in status.inner_text()
    expect(status).to_be_in_viewport()
    assert page.get_by_label("weight from x1 to h2").get_attribute("aria-invalid") == "true"
    paste(page, " ")
    assert "Paste something first." in status.inner_text()
    assert not any("/live/" in url for url in page.asked)
    paste(page, NETWORK.replace("activation", "activatoin"))
    said = "network: layer 1: activatoin: expected one of weights, bias, activation, perhaps activation"
    expect(status).to_contain_text(said)
    expect(status).to_be_in_viewport()
    assert not page.wrong


def test_what_is_wrong_with_a_sheet_is_said_where_one_sees_it(opened):
    page = opened()
    page.get_by_role("button", name="Work it out").click()
    page.locator("[data-is=lines] math").first.wait_for()
    wrong = page.locator(".sheets .wrong")
    for label, typed, says in (
        ("Sheet numbers", "abc", "expected one like 7"),
        ("digits", "99", "expected a whole number from 1 to 15, got “99”"),
    ):
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_role("button", name="Print a blank sheet").click()
        expect(wrong).to_contain_text(says)
        expect(wrong).to_be_in_viewport()
        page.get_by_label(label, exact=True).fill("")
    assert not page.wrong


def test_a_page_in_the_place_of_python_is_a_lost_connection(opened):
    page = opened()
    login = {"body": "<!DOCTYPE html><title>Log in first</title>", "content_type": "text/html"}
    page.route("**/live/engine.js*", lambda route: route.fulfill(**login))
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator(".told")).to_contain_text("connection")
    page.unroute_all()
    page.get_by_role("button", name="Work it out").click()
    page.get_by_text("It is worked out.").wait_for()


def test_a_result_waits_while_other_numbers_stand_in_the_form(opened):
    page = opened()
    page.locator("[name=units]").fill("5-2")
    page.locator("[name=x1]").fill("0.5")  # the page draws its numbers: one of them may be the next
    page.get_by_role("button", name="Work it out").click()
    lines = page.locator("[data-is=lines] msub")
    lines.first.wait_for()
    assert "w10" in {"".join(name.split()) for name in lines.all_text_contents()}
    page.locator("[name=x1]").fill("0.77")
    page.get_by_text("The results are of the numbers before").wait_for()
    assert page.locator(".worked").get_attribute("inert") is not None
    page.get_by_role("button", name="Work it out").click()
    page.get_by_text("It is worked out.").wait_for()
    assert page.locator(".worked").get_attribute("inert") is None
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/own-network.html#own=1;*")
    assert page.locator("[name=x1]").input_value() == "0.77"
    assert not page.wrong


def test_who_presses_thrice_gets_one_answer(opened):
    page = opened()
    page.locator("[name=units]").fill("2-1")
    go = page.get_by_role("button", name="Work it out")
    for _ in range(2):  # while Python comes, and when it is there
        for number in ("0.5", "0.25", "0.125"):
            page.locator("[name=x1]").fill(number)
            go.click()
        page.locator(".own:not([aria-busy])").wait_for()
        page.get_by_text("It is worked out.").wait_for()
        sections = page.locator(".worked section").evaluate_all("all => all.map(one => one.dataset.is)")
        assert len(sections) == len({*sections}) == 4
        assert "0.125" in page.locator("[data-is=lines]").inner_text()
    assert not page.wrong


def test_the_chinese_page_answers_in_chinese(opened, address):
    page = opened(start=f"{address}/zh")
    page.locator(".modes span").nth(1).click()
    page.locator("[name=text]").fill(NETWORK)
    page.locator("[name=mine]").fill(MINE)
    page.locator(".go button").first.click()
    report = page.locator("[data-is=checked]")
    report.get_by_text("✗ 错").first.wait_for()
    page.locator("[data-is=lines] math").first.wait_for()
    for said in (report.inner_text(), *page.locator(".worked h2").all_inner_texts()):
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}", said)
    page.locator("[name=digits]").fill("99")
    page.locator("[data-do=sheet]").first.click()
    expect(page.locator(".sheets .wrong")).to_have_text("有效数字：要填 1 到 15 的整数，而你填的是“99”。")
    page.locator("[name=digits]").fill("4")
    page.locator("[data-form=key]").click()
    page.wait_for_function("window.printed")
    paper = BeautifulSoup(page.evaluate("window.printed"), "html.parser")
    for math in paper.select("math, svg, style"):
        math.decompose()
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}", paper.get_text(" "))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.locator("[data-do=play]").click()
    page.locator("[data-is=play] [name=mode][value=check] + span").click()
    page.locator("[data-is=play] .boxes legend").first.wait_for()
    said = page.locator("[data-is=play]").inner_text()
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}|Forward", said)
    page.locator("[name=text]").fill("你好")
    page.locator("[name=mine]").fill("")
    page.locator(".go button").first.click()
    expect(page.locator(".told")).to_contain_text("这里一个也没有")
    assert not page.wrong
