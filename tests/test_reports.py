"""What a check prints is set in the book as rows that wrap, and the tally of published numbers is theirs."""

import re
import tomllib
from pathlib import Path

import pytest

from conftest import soup

ROOT = Path(__file__).parent.parent
VERDICTS = tomllib.loads((ROOT / "tests" / "verdicts.toml").read_text("utf-8"))
SIGNS = {"✓": "agrees", "≈": "rounding", "↳": "follows", "✗": "wrong"}


def words(part):
    """Return the text of a part of a page with single spaces."""
    return " ".join(part.get_text(" ").split())


def test_a_number_of_a_report_has_a_row_and_below_it_the_right_one_and_why(site):
    first, why = soup(site, "passes").select("table.report tr")
    assert words(first) == "lost after 9 0.0398057174503 ✗ wrong"
    assert words(why).startswith("right: 0.0409317918877 It is ")


def test_no_report_is_left_as_lines_of_a_terminal(site):
    for path in (ROOT / "docs").glob("*.md"):
        for block in soup(site, path.stem).select(".cell_output pre"):
            assert not re.search(r"\S  +(?:agrees|wrong|follows|rounding)\b", block.get_text()), path.stem


# How far apart the columns of a report are, and how tall its row is.
COLUMNS = """() => [...document.querySelectorAll('table.report tr:not(.why)')].map(row => {
    const ends = [...row.children].map(cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect();
    });
    return [Math.max(...ends.map((end, n) => n ? end.left - ends[n - 1].right : 0)), row.offsetHeight];
})"""


@pytest.mark.parametrize(("width", "most"), [(1440, 130), (768, 130), (390, 100)])
def test_a_verdict_stands_beside_its_number(width, most, page, address):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/check.html")
    found = page.evaluate(COLUMNS)
    assert found
    for gap, height in found:
        assert gap <= most
        assert height < 60


def tallied(site):
    """Go through the rows of the tally: the example, and how many of its numbers got each verdict."""
    for row in soup(site, "other-numbers").select("tr:has(.bar)"):
        name = row.select_one("a")["href"].partition("#example-")[2]
        found = re.findall(r"(\d+)\s*([✓≈↳✗])", words(row.select("td")[1]))
        yield name, {SIGNS[sign]: int(count) for count, sign in found}, "not counted" in words(row)


def test_the_tally_counts_what_the_verdicts_are(site):
    rows = {name: counts for name, counts, _ in tallied(site)}
    kinds = {name: [text.split(":")[0] for text in told.values()] for name, told in VERDICTS.items()}
    assert rows == {name: {kind: told.count(kind) for kind in {*told}} for name, told in kinds.items()}


def test_the_totals_leave_out_what_a_program_has_rewritten(site):
    counted = [counts for name, counts, left_out in tallied(site) if not left_out]
    assert [name for name, _, left_out in tallied(site) if left_out] == ["rashid-copy"]
    told = words(soup(site, "other-numbers").select_one(".published p"))
    wrong = sum(counts.get("wrong", 0) for counts in counted)
    assert told.startswith(f"{len(counted)} examples print {sum(sum(c.values()) for c in counted)} numbers")
    assert f"{wrong} are wrong" in told
    causes = soup(site, "other-numbers").select(".published")[1].select("tbody tr")
    assert sum(int(words(row.td).rpartition(": ")[2]) for row in causes) == wrong


@pytest.mark.parametrize("name", VERDICTS)
def test_every_example_is_told_on_one_page(name, site):
    told = [page for page in ("other-numbers", "published") if soup(site, page).find(id=f"example-{name}")]
    assert len(told) == 1
