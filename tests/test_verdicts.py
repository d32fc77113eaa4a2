"""The check says of every figure of the published examples what tests/verdicts.toml says, and why."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from bplit.figures import TELLING, check
from bplit.files import read

FOLDER = Path(__file__).parent
EXAMPLES = {file.stem: file for file in FOLDER.parent.joinpath("docs", "examples").glob("*.toml")}
VERDICTS = tomllib.loads((FOLDER / "verdicts.toml").read_text("utf-8"))


@cache
def verdicts(name):
    """Return the check's verdicts on the figures of an example, by figure."""
    return {str(verdict.figure): verdict for verdict in check(read(EXAMPLES[name])).verdicts}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_check_gives_every_figure_its_verdict(name):
    expected = {figure: text.partition(":")[0] for figure, text in VERDICTS[name].items()}
    assert {figure: verdict.word for figure, verdict in verdicts(name).items()} == expected


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_figure_that_differs_says_why(name):
    for figure, verdict in verdicts(name).items():
        assert bool(verdict.why) == (verdict.word != "agrees"), figure


@pytest.mark.parametrize(
    ("name", "figure", "kinds"),
    [
        ("article", "lost after 9", ["crossed wires", "crossed wires"]),
        ("mazur", "E after 1", ["updated weights"]),
        ("mazur-notes", "E after 1", ["updated weights"]),
        ("rgu", "delta_h1", ["updated weights"]),
        ("keras-18324", "manual_w_new", ["loss"]),
        ("pytorch-forum", "manual_dw_h", ["net input in the slope"]),
        ("brownlee-demo", "demo_o1", ["bias alone"]),
        ("ahammadnafiz", "dz2_3", ["decimal point"]),
        ("geeksforgeeks", "dw11", ["sign"]),
        ("geeksforgeeks", "new_w4", ["double"]),
    ],
)
def test_a_wrong_figure_has_its_slip(name, figure, kinds):
    found = verdicts(name)[figure].found
    assert [slip.kind for slip in found.slips] == kinds
    assert found.score >= TELLING


def test_the_article_crosses_a_hidden_delta_and_the_inputs_of_two_weights():
    found = verdicts("article")["lost after 9"].found
    assert {str(figure) for figure in found.gives} == {
        name for name, text in VERDICTS["article"].items() if text != "agrees"
    }
    for one in (found, *found.equals):
        crossed, inputs = one.slips
        assert crossed.says == "o_delta_1 and o_delta_2 are exchanged"
        assert inputs.says == "the inputs of w7 and w8 are exchanged"
        assert set(inputs.changes) == {"diff_w7", "diff_w8"}
    # the printed losses cannot tell the two hidden units apart
    assert [{*one.slips[0].changes} for one in (found, *found.equals)] == [{"h_delta_1"}, {"h_delta_2"}]


@pytest.mark.parametrize(
    ("name", "figure", "says"),
    [
        ("mazur", "E after 10000", "the figure after 9999 updates"),
        ("mazur-notes", "E after 10000", "the figure after 9999 updates"),
        ("mazur-notes", "E after 1", "of that figure, 0.291027924, one digit is copied wrongly"),
        ("keras-18324", "manual_w_new", "the loss is half_sse in place of mae"),
        ("ahammadnafiz", "dz2_3", "dz3_1 * W3_13 is ten times too large"),
        ("mazur-javashuo", "out_o1", "Nothing that was tried gives it"),
    ],
)
def test_a_wrong_figure_says_so(name, figure, says):
    assert says in " ".join(verdicts(name)[figure].why.split())


def test_two_digits_name_the_right_slip_among_others():
    verdict = verdicts("zju")["dE_dw1"]
    assert verdict.found.score < TELLING
    assert "Too few digits to tell why." in verdict.why
    named = [slip.kind for found in (verdict.found, *verdict.found.equals) for slip in found.slips]
    assert "gradient for delta and weight" in named
