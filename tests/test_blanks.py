"""Blanks: what a page asks for is calculated on it, and a typed answer is judged as a teacher would."""

import re
from pathlib import Path

import pytest

from bplit.article import FIRST_PASS, PASS
from conftest import soup

ROOT = Path(__file__).parent.parent
ONE_PASS = ("network", "forward", "loss", "output-layer", "hidden-layer", "update")
PAGES = [path.stem for path in sorted((ROOT / "docs").glob("*.md")) if "{blank}" in path.read_text("utf-8")]
EQUAL = {"", "1/2"}  # no other way to write an answer; one that is no number of a cell
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.mark.parametrize("name", PAGES)
def test_every_answer_is_calculated_on_its_page_or_is_a_name(name, site):
    page = soup(site, name)
    printed = " ".join(part.get_text(" ") for part in page.select(".cell_output"))
    printed = re.sub(r"−\s*", "-", printed)
    numbers = {float(number) for number in NUMBER.findall(printed)}
    names = {*PASS.inputs, *PASS.names, *re.findall(r"[a-z]\w*", printed)}
    names |= {f"{what} {n}" for what in ("input", "hidden unit") for n in (1, 2)}
    for blank in page.select(".blank"):
        answer = blank.get_text()
        if "data-choices" in blank.attrs:
            assert answer in ("negative", "positive")
            number = next(
                b.get_text() for b in blank.find_all_next(class_="blank") if NUMBER.match(b.get_text())
            )
            assert (answer == "negative") == (float(number) < 0)
        else:
            for each in [answer, *blank.get("data-equal", "").split("|")]:
                if NUMBER.fullmatch(each):
                    assert float(each) in numbers
                else:
                    assert each in names or each in EQUAL


@pytest.mark.parametrize("name", ONE_PASS)
def test_a_chapter_of_the_first_pass_has_three_exercises_to_fill_in(name, site):
    page = soup(site, name)
    assert len(page.select(".admonition:has(.blank)")) == 3
    assert page.select_one("details.solution .cell_output")


@pytest.mark.parametrize(
    ("name", "blanks"), [("w6", 1), ("w7", 3), ("w8", 5), ("w2", 1), ("w3", 4), ("w4", 3)]
)
def test_the_partials_ask_more_and_more(name, blanks, site):
    page = soup(site, "output-layer" if name > "w4" else "hidden-layer")
    section = page.select_one(f"section#{name}")
    assert len(section.select(".blank")) == blanks
    assert not section.select("details .blank")


def answered(blank, text):
    """Type an answer into a blank, and return what is said of it."""
    blank.locator("input").fill(text)
    blank.locator("input").press("Enter")
    blank.locator("input").blur()
    return blank.locator(".said").inner_text()


@pytest.fixture
def field(address, page):
    """Open a chapter, and return a function that types into the field of an answer and says the verdict."""
    page.goto(f"{address}/output-layer.html")

    def typed(answer, text):
        # in the section of w8, by the place of the blank in the page as it is without scripts
        return answered(page.locator("section#w8 .blank:not([data-choices])").nth(answer), text)

    typed.page = page
    return typed


@pytest.mark.parametrize(
    ("answer", "text", "verdict"),
    [
        (0, "h_out_2", "right"),
        (0, "H out 2", "right"),
        (0, "h_out_1", "not yet"),
        (0, "0.7271", "right"),  # its value will do
        (0, "h2", "right"),
        (2, "o_delta_2", "right"),
        (2, "−0.029066", "right"),
        (2, "0.029066", "look at the sign"),
        (2, "o_delta_1", "not yet"),
        (0, "", ""),
        (1, "0.727108", "right"),
        (1, "0,7271", "right"),  # a comma, and rounded
        (1, ".72", "right"),  # cut off
        (1, "0.7", "near: more digits, please"),
        (1, "0.72710822", "right"),  # more digits than the page has
        (1, "0.728", "not yet"),
        (1, "-0.727", "look at the sign"),
        (3, "-0.021134", "right"),
        (3, "−0.0211", "right"),
        (3, "–0.02113", "right"),
        (3, "0.021134", "look at the sign"),
        (3, "-0.0214", "not yet"),
        # in other ways that people write
        (3, "-2.1134*10^-2", "right"),
        (3, "-2.1134·10⁻²", "right"),
        (3, "−2.1134 × 10^-2", "right"),
        (3, "-2,1134x10^-2", "right"),
        (3, "-2.1134*10**-2", "right"),
        (3, "-2.1134·10⁻³", "not yet"),
        (3, "2.1134·10⁻²", "look at the sign"),
        (3, "≈-0.0211", "right"),
        (3, "~ −0.0211", "right"),
        (3, "= -0.0211", "right"),
        (3, "-0.0211.", "right"),
        (3, "diff_w8 = -0.0211", "right"),
        (3, "diff_w8 ≈ -0.0214", "not yet"),
        (3, "−0.029066 × 0.727108", "right"),  # the line itself
        (3, "-0.02", "near: more digits, please"),
        (3, "0", "not yet"),
        (1, "1", "not yet"),
    ],
)
def test_a_typed_answer_is_judged(answer, text, verdict, field):
    assert field(answer, text) == verdict
    assert not field.page.wrong


@pytest.mark.parametrize(
    ("name", "answer", "right", "wrong"),
    [
        # w5 with which the partial of w1 is 0: four places, found by a calculation of their own
        (
            "hidden-layer",
            "0.736822",
            ("0.737", "0.74", "-7.84", "−1.244", "w5 = −1.24", "4.861", "4.86"),
            ("1", "7.8", "-1.3", "4.8609 * 10^1", "-0.5"),
        ),
        ("losses", "0.5", ("1/2", "½", "0,5", ".5"), ("1/4", "2/1", "5", "1/0")),
        ("depth", "100000", ("100,000", "10^5", "1e5", "100 000"), ("10,000", "10^4", "100.000")),
        ("depth", "0.0000038", ("3.8e-6", "0.0000038"), ("3.8", "3.8e-5")),
    ],
)
def test_a_number_may_be_written_as_people_do(name, answer, right, wrong, address, page):
    page.goto(f"{address}/{name}.html")
    for blank in page.locator(".blank").all():
        blank.get_by_role("button", name="show").click()
        if blank.locator("input").input_value() == answer:
            break
    for text, is_right in [*((text, True) for text in right), *((text, False) for text in wrong)]:
        assert (answered(blank, text) == "right") == is_right, text


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("0.0099", "right"),
        ("9.9·10⁻³", "right"),
        ("0.01", "near: more digits, please"),  # rounded, to one digit
        ("0.009", "near: more digits, please"),  # cut off
        ("0.0098", "not yet"),  # an exact answer has to be right in its last place
        ("0.02", "not yet"),
        ("0", "not yet"),
    ],
)
def test_what_is_near_is_said_to_lack_digits(text, verdict, address, page):
    page.goto(f"{address}/forward.html")
    assert answered(page.locator(".blank").last, text) == verdict


def test_an_answer_is_shown_on_demand_and_a_choice_is_judged(field):
    page = field.page
    blank = page.locator("section#w6 .blank").first
    blank.get_by_role("button", name="show").click()
    assert blank.locator("input").input_value() == "h_out_2"
    choice = page.locator("section#w7 .blank").first
    choice.get_by_role("button", name="positive").click()
    assert choice.locator(".said").inner_text() == "not yet"
    choice.get_by_role("button", name="negative").click()
    assert choice.locator(".said").inner_text() == "right"
    assert FIRST_PASS["diff_w7"].startswith("-")


def test_without_scripts_the_answers_are_there(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/output-layer.html")
    assert FIRST_PASS["diff_w8"] in page.locator("section#w8 p").first.inner_text()
    context.close()
