"""The book is built as a reader gets it, and its pages are held to the rules of the house."""

import re
from pathlib import Path

import numpy as np
import pytest

from bplit import Listing, article, forward, partials
from conftest import soup
from workings import Layer, Network, draw

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "bplit").glob("*.py"))
PAGES = sorted((ROOT / "docs").glob("*.md"))
# A minus is a sign unless a number or a closing bracket stands before it; then it subtracts.
DECIMAL = re.compile(
    r"(?<!\d)(?<!\d\.)(?P<sign>(?<![\w)\]}])(?<![\d)\]}]\s)-\s*)?(?P<digits>\d*\.\d{3,}(?:e[-+]?\d+)?)(?!\d)"
)
FIGURES = {
    *article.FIRST_PASS.values(),
    *(text for figures in article.RUN.values() for text in figures.values()),
}


def decimals(text):
    """Return the decimals with three places or more in text, each with its sign."""
    text = text.replace("−", "-").replace("–", "-").replace("&minus;", "-")
    return {("-" if found["sign"] else "") + found["digits"] for found in DECIMAL.finditer(text)}


def typed(page):
    """Return what somebody typed on a page: all but addresses and the code of its cells, which is run."""
    page = re.sub(r"(?:https?|doi):[^\s\])]+", "", page)
    cell = re.compile(r"^`{3,}\{code-cell\}.*?^`{3,}[ \t]*$", re.DOTALL | re.MULTILINE)
    return cell.sub(lambda found: "\n".join(re.findall(r"#.*", found[0])), page)


def untold(page, printed):
    """Return the typed decimals of a page that nothing prints, neither a cell of the page nor the article."""
    told = decimals(printed) | FIGURES
    told |= {number.removeprefix("-") for number in told}
    return sorted(decimals(typed(page)) - told)


@pytest.fixture(scope="session")
def book(site):
    """Return the parsed pages of the built book by their names."""
    return {path.stem: soup(site, path.stem) for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_typed_decimal_is_printed_by_a_cell_or_by_the_article(path, book):
    outputs = book[path.stem].select(".cell_output, .published")
    said = [part["aria-label"] for output in outputs for part in output.select("[aria-label]")]
    printed = " ".join([output.get_text(" ") for output in outputs] + said)
    missing = untold(path.read_text("utf-8"), printed)
    assert not missing, f"docs/{path.name}: no cell prints {', '.join(missing)}"


def test_the_scan_finds_a_wrong_digit_and_a_wrong_sign():
    page = "The loss is 0.123456.\n\n| a | −0.1234 |\n\n```{code-cell}\nh = 0.00001\n```\n"
    assert untold(page, "") == ["-0.1234", "0.123456"]
    assert untold(page, "0.123456 0.1234") == ["-0.1234"]
    assert untold(page, "0.123456 and -0.1234") == []
    assert untold("_0.123456_ and $\\times0.234567$", "") == ["0.123456", "0.234567"]
    assert untold("$= - 0.029091$, –0.021135, 0.029091e-3", "") == ["-0.021135", "-0.029091", "0.029091e-3"]
    assert untold("the output is −0.810646", "1 − 0.810646") == ["-0.810646"]
    assert untold("```{code-cell}\n1  # is 0.987123\n``` \n\n0.999999\n", "") == ["0.987123", "0.999999"]
    assert untold("diff_w5 is 0.029091 and not 0.029092", "") == ["0.029092"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_line_of_the_module_is_shown(path, book):
    blocks = [block.get_text().strip("\n") for block in book["module"].select("pre")]
    source = path.read_text("utf-8").strip("\n")
    shown = {line for block in blocks for line in block.splitlines()}
    missing = [f"{n}: {line}" for n, line in enumerate(source.splitlines(), 1) if line not in shown]
    assert not missing, f"bplit/{path.name}: its page does not show\n" + "\n".join(missing)
    assert source in blocks, f"bplit/{path.name}: its lines are shown, but not in one piece"


WOVEN = "forward loss output-layer hidden-layer update passes crossed-wires how-we-know".split()
HEART = "byhand article line listing calculus".split()


@pytest.mark.parametrize("name", HEART)
def test_the_heart_stands_in_the_chapters_once_and_in_order(name, book):
    rows = (ROOT / "bplit" / f"{name}.py").read_text("utf-8").splitlines()
    told = []
    for chapter in WOVEN:
        for block in book[chapter].select(".literal-block-wrapper"):
            place = re.match(rf"bplit/{name}\.py, lines (\d+) to (\d+)", block.get_text().strip())
            if place:
                first, last = map(int, place.groups())
                assert block.select_one("pre").get_text().rstrip("\n") == "\n".join(rows[first - 1 : last])
                told += range(first, last + 1)
    assert told == sorted({*told}), f"bplit/{name}.py is told twice, or not in order"
    missing = [n for n, row in enumerate(rows, 1) if row.strip() and n not in told]
    assert not missing, f"bplit/{name}.py: no chapter tells the lines {missing}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_cell_shows_what_its_key_leaves_out(path):
    """An output is kept while docstrings and comments change: see conf.py."""
    cells = re.findall(
        r"^`{3,}\{code-cell\}.*?^`{3,}[ \t]*$", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert not re.search(r"__doc__|\b(doctest|inspect|pydoc|help)\b", "".join(cells))


def test_no_page_pastes_a_function_of_the_module():
    names = {
        name
        for path in SOURCES
        for name in re.findall(r"^ *(?:def|class) (\w+)", path.read_text("utf-8"), re.M)
    }
    for path in PAGES:
        pasted = names & set(re.findall(r"^ *(?:def|class) (\w+)", path.read_text("utf-8"), re.M))
        assert not pasted, f"docs/{path.name} pastes {', '.join(sorted(pasted))}: include it from the source"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_picture_says_what_it_shows(path, book):
    for image in book[path.stem].select("article img"):
        assert len(image.get("alt", "")) > 20
    for picture in book[path.stem].select(".picture"):
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 60


@pytest.mark.parametrize(
    "name",
    [
        "forward",
        "loss",
        "output-layer",
        "hidden-layer",
        "update",
        "passes",
        "crossed-wires",
        "how-we-know",
        "any-network",
        "biases",
        "rules",
        "depth",
        "activations",
        "losses",
        "softmax",
        "matrices",
        "starts",
        "wrong-answer",
        "other-numbers",
    ],
)
def test_a_chapter_ends_with_an_exercise_and_its_executed_solution(name, book):
    solution = book[name].select("details.solution")[-1]
    assert solution.select_one(".cell_input")
    assert solution.select_one(".cell_output").get_text().strip()


@pytest.mark.parametrize("k", range(1, 9))
def test_every_partial_has_its_own_section_with_its_number(k, book):
    section = book["output-layer" if k > 4 else "hidden-layer"].select_one(f"section#w{k}")
    number = article.FIRST_PASS[f"diff_w{k}"]
    results = [formula.get_text().split("=")[-1] for formula in section.select(".cell_output div.math")]
    assert number.replace("-", "−") in results, "no formula of its own with its result"
    assert section.select_one(".picture") or k in (2, 4), "no picture"  # their paths are those of w1 and w3
    printed = " ".join(part.get_text() for part in section.select(".cell_output pre")).replace("−", "-")
    assert f"diff_w{k} = {number}" in printed


def test_the_eight_partials_are_told_in_one_table(book):
    """Derived, nudged, printed by the article: three ways to the same digits."""
    table = book["hidden-layer"].select_one("section#all-eight table")
    rows = [[cell.get_text().strip() for cell in row.select("td")] for row in table.select("tbody tr")]
    told = {name: {number.replace("−", "-") for number in numbers} for name, *numbers in rows}
    assert told == {f"w{k}": {article.FIRST_PASS[f"diff_w{k}"]} for k in range(1, 9)}


def test_with_unequal_weights_no_two_numbers_agree_by_chance(book):
    table = book["hidden-layer"].select_one("section#unequal table")
    rows = [[cell.get_text().strip() for cell in row.select("td")] for row in table.select("tbody tr")]
    assert len({derived for _, _, derived, _ in rows}) == 8
    assert all(derived == nudged for _, _, derived, nudged in rows)


@pytest.mark.parametrize("name", ["forward", "loss", "output-layer", "hidden-layer", "update"])
def test_no_formula_with_numbers_is_typed(name, book):
    page = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    formulas = re.findall(r"\$\$.*?\$\$|(?<!\$)\$[^$\n]+\$", typed(page), re.DOTALL)
    assert not [formula for formula in formulas if re.search(r"\d\.\d", formula)]
    assert "Math(" not in page
    assert len(book[name].select(".cell_output div.math")) >= 2


@pytest.mark.parametrize("path", [*PAGES, ROOT / "README.md"], ids=lambda path: path.stem)
def test_no_page_counts_the_chapters_which_have_no_numbers(path):
    # what begins in bold type names a source
    own = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("**")]
    assert not re.search(r"\bchapters? \d", "\n".join(own), re.IGNORECASE)


def test_the_readme_s_picture_shows_the_present_numbers():
    kept = (ROOT / "docs" / "_static" / "network.svg").read_text("utf-8")
    drawn = draw.network(forward(), partials(forward())).svg
    assert re.findall(r"<text[^>]*>(.*?)</text>", kept) == re.findall(r"<text[^>]*>(.*?)</text>", drawn)


def test_the_witness_with_a_forward_pass_of_its_own_would_object():
    """The page says it of a wrong h_in_1: a nudge and the sweep agree with it, autograd does not."""
    page = (ROOT / "docs" / "how-we-know.md").read_text("utf-8")
    (cell,) = (
        cell for cell in re.findall(r"```\{code-cell\}\n(.*?)```", page, re.DOTALL) if "def loss" in cell
    )
    seen = {"np": np}
    exec(cell, seen)
    right, crossed = "h_in_1 = w1 * x1 + w2 * x2", "h_in_1 = w1 * x2 + w2 * x1"
    assert right in str(article.PASS)
    other = Listing.read(str(article.PASS).replace(right, crossed))
    start = article.given()
    swept = other.sweep(other.run(start), "lost").partials
    for name, auto in zip(("w1", "w2"), seen["by_hidden"][0], strict=True):
        up, down = (other.run(start | {name: 1 + h})["lost"] for h in (1e-5, -1e-5))
        assert abs((up - down) / 2e-5 - swept[name]) < 1e-9
        assert abs(auto - swept[name]) > 1e-3


def test_written_out_lines_say_where_a_softmax_is_too_large():
    """The page says that they do not subtract, and end with an error that names the line."""
    certain = Network([Layer([[1000.0], [-1000.0]], activation="softmax")], "cross_entropy")
    assert certain.forward([1], [0, 1]).loss == 2000
    worked = certain.worked([1], [0, 1])
    with pytest.raises(ValueError, match=r"not a finite number: o_exp_1 = exp\(o_in_1\)"):
        worked.listing.run(worked.given)
