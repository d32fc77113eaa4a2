"""Worksheets of the playground: on paper, of any setting, and the same as those of the command."""

import io
import re

import pytest
from desk import ROOT, Play, setting
from playwright.sync_api import expect
from pypdf import PdfReader

from conftest import wrong_in
from workings.net import read
from workings.worksheet import worksheet
from workings.write.languages import TEXT

FOLDER = ROOT / "docs" / "examples"


@pytest.fixture
def paper(address, browser):
    """Return a function that opens the playground, asks for sheets, and returns the page as it is printed."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.add_init_script(
        "print = () => { window.printed = (window.printed ?? 0) + 1; window.titled = document.title; }"
    )
    play, wrong = Play(page), wrong_in(page)

    def printed(state, what="blank", level="results", digits="3", seeds="", sides=True):
        play.opens(f"{address}/playground.html{state}")
        play.has(re.search(r"net:([\w-]+)", state)[1])
        page.select_option("[name=level]", level)
        page.fill("[name=digits]", digits)
        page.fill("[name=seeds]", seeds)
        page.set_checked("[name=sides]", sides)
        play.press(f"sheet {what}")
        return play

    yield printed
    context.close()
    assert not wrong


def papers(play):
    """Wait until something is printed, and return the sheets."""
    play.page.wait_for_function("window.printed === 1")
    return play.page.locator(".papers .sheet")


def pages(play):
    """Return the text of each page as it comes out of the printer."""
    play.page.wait_for_function("window.printed === 1")
    document = play.page.pdf(prefer_css_page_size=True)
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(document)).pages]


def tasks(sheet):
    """Return what stands on a sheet: of each line its name, its rows and its notes, without spaces."""
    return sheet.locator(".task").evaluate_all(
        """tasks => tasks.map(task => {
            const texts = [...task.querySelectorAll(".rows > span")]
                .map(e => e.textContent.replace(/\\s/g, ""));
            const notes = [...task.querySelectorAll("li")].map(e => e.textContent);
            return [texts[0], texts.filter((_, n) => n % 2), notes];
        })"""
    )


def key_of(name, digits, seed):
    """Return the key that the command prints: of each line its name, its result and its notes."""
    text = worksheet(read(FOLDER / f"{name}.toml"), digits=digits, seed=seed)
    blocks = re.split(r"\n\n|-\n", text[text.index("Key: ") :])
    found = []
    for block in blocks:
        if match := re.match(r"(\S+) = ", block):
            body, *notes = re.split(r"\n  (?=not )", block)
            found.append((match[1], body.rsplit("= ", 1)[1], [" ".join(note.split()) for note in notes]))
    return found


@pytest.mark.parametrize(("name", "seed"), [("mazur", 7), ("han-kamber", 24), ("pytorch-forum", 3)])
def test_a_key_is_the_one_of_the_command(name, seed, paper):
    (sheet,) = papers(paper(setting(name), "key", seeds=str(seed))).all()
    found = [(line, rows[-1].removeprefix("="), notes) for line, rows, notes in tasks(sheet)]
    plain = [(line, result.replace("×10", "e"), notes) for line, result, notes in found]
    assert plain == key_of(name, 3, seed)
    assert f"Sheet {seed}" in sheet.inner_text()


def test_the_numbers_of_the_screen_are_on_the_sheet(paper):
    (sheet,) = papers(paper(setting(w1=0.25, x2=-1.5), "key", digits="4")).all()
    results = {line: rows[-1] for line, rows, _ in tasks(sheet)}
    assert results["h_in_1"] == f"=−{1.5 - 0.25 * 0.1:.3f}"  # 0.25 × 0.1 + 1 × (−1.5)
    assert "w1 = 0.25" in sheet.locator("svg").text_content()


def test_a_given_third_has_no_more_digits_than_fit_beside_its_edge(paper):
    (sheet,) = papers(paper(setting(w5=1 / 3, w6=0.123456789), "key", digits="4")).all()
    assert "w5 = 0.333333" in sheet.locator("svg").text_content()
    assert "0.3333333" not in sheet.text_content()
    assert "0.12345679" not in sheet.text_content()
    # and it is calculated with all of them: h_out_1 × w5 + h_out_2 × w6
    results = {line: rows[-1] for line, rows, _ in tasks(sheet)}
    assert results["o_in_1"] == f"={0.727108 * (1 / 3 + 0.123456789):.4f}"
    (sheet,) = papers(paper(setting(w5=1 / 3), "key", digits="8")).all()
    assert "w5 = 0.3333333333" in sheet.locator("svg").text_content()


@pytest.mark.parametrize(
    ("level", "rows"),
    [
        ("results", ["=w1×x1+w2×x2", "=1×0.1+1×0.88", "="]),
        ("numbers", ["=w1×x1+w2×x2", "=", "="]),
        ("formulas", ["="]),
    ],
)
def test_a_level_leaves_open_what_it_says(level, rows, paper):
    (sheet,) = papers(paper(setting(), level=level)).all()
    found = {line: rows for line, rows, _ in tasks(sheet)}
    assert found["h_in_1"] == rows
    assert len(found) == 31
    assert not {"0.727", "0.0519", "0.811"} & {*re.findall(r"[\d.]+", sheet.inner_text())}
    assert sheet.locator(".name").text_content().split() == ["Name", "Date"]
    if level == "results":
        assert sheet.locator(".gap").count() > 30


def test_only_the_sheets_are_printed_black_on_white_each_on_its_own_page(paper):
    play = paper(setting(), seeds="1–3", level="formulas")
    sheets = papers(play)
    assert sheets.count() == 3
    assert len({sheet.locator("svg").text_content() for sheet in sheets.all()}) == 3
    page = play.page
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.body.children].filter(e => e.getClientRects().length).map(e => e.className)"
    )
    assert shown == ["papers"]
    colours = sheets.first.locator("math").first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e.closest('.papers')).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    # nothing is wider than the paper: A4 without its margins, in pixels of 1/96 inch
    page.set_viewport_size({"width": 673, "height": 1000})
    assert page.evaluate("document.querySelector('.papers').scrollWidth") <= 673
    assert len(PdfReader(io.BytesIO(page.pdf())).pages) == 5  # a page each, and blank ones between
    assert page.locator(".papers").count() == 0  # after printing the page is as before
    assert page.locator(".net").is_visible()
    assert page.title().startswith("Playground")


@pytest.mark.parametrize(
    ("name", "given", "level", "each"),
    [
        ("mazur", {"w1": 0.25, "i1": 0.1, "w5": 0.3}, "results", 2),
        ("mazur", {}, "numbers", 2),
        ("mazur", {}, "formulas", 1),
        ("article", {}, "results", 2),
        ("brownlee-training", {}, "formulas", None),  # of ten examples
    ],
)
def test_a_sheet_is_short_and_begins_on_a_right_hand_page(name, given, level, each, paper):
    found = pages(paper(setting(name, **given), level=level, seeds="7-9"))
    begins = [n for n, text in enumerate(found) if " Date " in text]
    assert len(begins) == 3
    assert all(n % 2 == 0 for n in begins)
    # every page says which sheet it belongs to, and which page of it that is; a blank one says nothing
    sheet, number = 6, 0
    for n, text in enumerate(found):
        sheet, number = (sheet + 1, 1) if n in begins else (sheet, number + 1)
        assert f"Sheet {sheet}, page {number}" in text or (not text and n + 1 in begins)
    assert each is None or [len(found), number] == [2 * 2 + each, each]


def test_a_sheet_without_a_number_has_room_for_a_name_on_every_page(paper):
    first, second = pages(paper(setting("mazur")))
    assert "page 1" in first
    assert "page 2" in second
    assert first.count("Name") == second.count("Name") == 1


def test_a_key_says_on_every_page_whose_it_is(paper):
    found = pages(paper(setting("mazur"), "key", seeds="7,12"))
    said = [re.search(r"Key, (Sheet \d+, page \d)|$", text)[1] for text in found]
    first, second = ([f"Sheet {sheet}, page {page}" for page in (1, 2, 3)] for sheet in (7, 12))
    assert said == [*first, None, *second]  # each begins on a right-hand page


@pytest.mark.parametrize(("what", "pages_each"), [("blank", 1), ("key", 3)])
def test_for_one_side_of_the_paper_no_page_is_left_empty(what, pages_each, paper):
    found = pages(paper(setting("mazur"), what, level="formulas", seeds="7-9", sides=False))
    assert len(found) == 3 * pages_each
    assert all(found)


# what a textbook says of each
LOGISTIC = "σ of its net input; σ(t) = 1 / (1 + e^−t)"
DEFINED = {
    "mazur": f"output of a unit: {LOGISTIC}; loss: the sum of (target − output)² / 2 over the outputs",
    "sghosh": f"output of a unit: {LOGISTIC}; loss: (target − output)² / 2",
    "keras-5018": "output of a unit: its net input; loss: the mean of (target − output)² over the outputs",
}


@pytest.mark.parametrize("level", ["results", "numbers", "formulas"])
def test_a_sheet_says_what_a_unit_and_the_loss_are(level, paper):
    for name in ("mazur", "sghosh", "keras-5018"):
        text = worksheet(read(FOLDER / f"{name}.toml"), level=level)
        assert re.search(rf"Forward.*\n-+\n{re.escape(DEFINED[name])}\n", text[: text.index("Key: ")])
        (sheet,) = papers(paper(setting(name), level=level)).all()
        above = sheet.evaluate("e => e.querySelector('.given').nextElementSibling.textContent")
        assert above == DEFINED[name].replace("^", "")
    assert sheet.locator("h2").first.inner_text().startswith("Forward")


def test_what_a_sheet_and_its_key_say_of_digits(paper):
    (sheet,) = papers(paper(setting("mazur"), digits="4")).all()
    assert (
        "Give each result to 4 significant digits. Keep all digits in your calculator." in sheet.inner_text()
    )
    (key,) = papers(paper(setting("mazur"), "key")).all()
    assert "Calculated with all digits. From rounded numbers the last digit may differ" in key.inner_text()


def test_the_title_says_whether_the_numbers_are_others(paper):
    title = "A Step by Step Backpropagation Example"
    play = paper(setting("mazur"))
    assert papers(play).locator("h1").inner_text() == title
    assert play.page.evaluate("window.titled") == f"Worksheet – {title}"
    assert (
        papers(paper(setting("mazur", w1=0.16))).locator("h1").inner_text() == f"{title}, with other numbers"
    )
    play = paper(setting("mazur"), "key", seeds="3, 5")
    assert papers(play).locator("h1").all_inner_texts() == [f"{title}, with other numbers"] * 2
    assert play.page.evaluate("window.titled") == f"Key – {title}, with other numbers – Sheet 3, 5"


@pytest.mark.parametrize(
    ("name", "asked", "seeds"), [("mazur", "1–3, 9", (1, 2, 3, 9)), ("article", "5,2", (5, 2))]
)
def test_a_short_key_has_every_result_of_every_sheet(name, asked, seeds, paper):
    (key,) = papers(paper(setting(name), "short", digits="4", seeds=asked)).all()
    found = {}
    for table in key.locator("table").all():
        head, *rows = table.locator("tr").evaluate_all(
            "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
        )
        for sheet, *results in rows:
            found.setdefault(sheet, []).extend(zip(head[1:], results, strict=True))
    assert [*found] == [f"Sheet {seed}" for seed in seeds]
    for seed in seeds:
        right = [(line, result) for line, result, _ in key_of(name, 4, seed)]
        assert [(line, text.replace("×10", "e")) for line, text in found[f"Sheet {seed}"]] == right


def test_a_short_key_to_a_class_is_two_pages(paper):
    found = pages(paper(setting("mazur"), "short", digits="4", seeds="1-24"))
    assert len(found) == 2
    assert "Key, page 2" in found[1]


def test_the_page_on_worksheets_leads_to_the_form_in_one_press(address, page):
    page.goto(f"{address}/worksheet.html")
    page.get_by_role("link", name="Make a sheet of Mazur").click()
    play = Play(page)
    play.has("mazur")
    expect(page.locator("[data-do='sheet blank']")).to_be_in_viewport()
    assert not page.wrong


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("seeds", "3-1", "up to 200 like 1–24, or a list like 1, 2, 5, got “3-1”."),
        ("seeds", "1-1000", "up to 200"),
        ("seeds", "1-150, 201-300", "up to 200"),
        ("seeds", "1,,2", "got “1,,2”"),
        ("seeds", "all", "Sheet numbers: expected one like 7, up to"),
        ("digits", "0", "Digits: expected a whole number from 1 to 15, got “0”."),
        ("digits", "x", "got “x”"),
    ],
)
def test_bad_input_gets_one_line_beside_the_button_and_prints_nothing(field, text, says, paper):
    play = paper(setting(), **{field: text})
    play.page.set_viewport_size({"width": 390, "height": 844})
    play.press("sheet blank")
    wrong = play.page.locator(".sheets [role=alert]")
    expect(wrong).to_contain_text(says)
    expect(play.page.locator("[aria-invalid=true]")).to_be_focused()
    expect(wrong).to_be_in_viewport()
    assert play.page.evaluate("window.printed") is None
    play.page.fill(f"[name={field}]", "7")
    play.press("sheet blank")
    assert papers(play).count() == 1
    expect(wrong).to_be_empty()
    assert not play.page.locator("[aria-invalid=true]").count()


def test_on_a_phone_each_word_of_the_form_stands_beside_its_box(paper):
    page = paper(setting()).page
    page.set_viewport_size({"width": 390, "height": 844})
    for label in page.locator(".sheets label").all():
        box = label.locator("input, select")
        rows = label.evaluate(
            """label => { const range = document.createRange(); range.selectNode(label.firstChild);
            return [range, label.querySelector("input, select")].map(e => e.getBoundingClientRect())
                .map(({ top, bottom, right }) => ({ middle: (top + bottom) / 2, right })); }"""
        )
        assert abs(rows[0]["middle"] - rows[1]["middle"]) < 12
        assert rows[1]["right"] <= 390
        assert box.is_visible()


@pytest.mark.parametrize("name", ["ahammadnafiz", "martinez", "generation5-xor"])
def test_every_given_number_stands_on_the_sheet(name, paper):
    (sheet,) = papers(paper(setting(name))).all()
    text = "".join(sheet.text_content().split())
    for given, value in read(FOLDER / f"{name}.toml").worked().given.items():
        spelled = repr(value).removesuffix(".0").replace("-", "−")
        assert f"{TEXT.name(given)}={spelled}" in text
