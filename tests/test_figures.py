"""Printed figures get the right verdict: never wrong if they are right, and the cause if they are not."""

import json
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from soak import tries

from tests.test_worked import some
from workings.check import check, grade, outcome, slips
from workings.net import NOTATIONS, TEMPLATE, Sheet, parsed, read
from workings.speed import repeat

SHEET = parsed(TEMPLATE, "t")
WORKED = SHEET.worked()


def printed(value, digits, how):
    """Print a number: to so many decimals or digits, rounded, or cut off."""
    number = Decimal(repr(value))
    places = digits if how != "digits" or not number else digits - 1 - number.adjusted()
    return str(number.quantize(Decimal(1).scaleb(-places), ROUND_DOWN if how == "cut" else ROUND_HALF_UP))


def drawn(seed):
    """Draw a network, and print all its figures of the first pass and the loss of the next."""
    random = Random(seed)
    network, x, y, rules, notation, numbering = some(seed)
    sheet = Sheet(network, x, y, rules, NOTATIONS[notation], numbering, "", "", {0: {}}, {})
    worked = sheet.worked()
    digits, how = random.randint(2, 9), random.choice(["decimals", "digits", "cut"])
    passes = [repeat(worked.listing, n, worked.given, worked.updates) for n in (1, 2)]
    first = {name: printed(passes[0][name], digits, how) for name in worked.listing.names}
    return sheet._replace(printed={0: first, 1: {worked.loss: printed(passes[1][worked.loss], digits, how)}})


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, tries(100, 1500), 50))
def test_no_right_figure_is_called_wrong(start):
    for seed in range(start, start + 50):
        report = check(drawn(seed))
        assert report.right, (seed, str(report))


@pytest.mark.parametrize("places", range(2, 10))
def test_a_calculation_with_rounded_results_is_rounding(places):
    values = WORKED.listing.run(WORKED.given, places)
    report = grade(SHEET, {name: f"{values[name]:.{places}f}" for name in WORKED.listing.names})
    assert report.right
    assert report.counts["rounding"] > 0 or places == 4  # where all happen to agree


def verdicts(figures, sheet=SHEET):
    return {str(v.figure): v for v in grade(sheet, figures).verdicts}


def test_what_is_calculated_from_a_wrong_figure_follows():
    # 0.1385 printed as 0.1835; then all is right: 0.1835 * 0.59327, and 0.4 - 0.5 * 0.1835 * 0.59327
    found = verdicts({"delta_o1": "0.1835", "dE_dw5": "0.1089", "new_w5": "0.34557", "delta_o2": "-0.038098"})
    assert [found[name].word for name in ("delta_o1", "dE_dw5", "new_w5")] == ["wrong", "follows", "follows"]
    assert found["dE_dw5"].why == "It follows from the printed delta_o1."
    assert found["delta_o2"].word == "agrees"


def test_the_report_says_where_the_trouble_starts():
    report = grade(SHEET, {"new_w5": "0.34557", "dE_dw5": "0.1089", "delta_o1": "0.1835"})
    assert [v.figure.name for v in report.verdicts] == ["delta_o1", "dE_dw5", "new_w5"]
    assert str(report).endswith("3 figures: 2 follow, 1 wrong. The trouble starts at delta_o1.")


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"out_o1": "0.75136570"}, "Two digits have changed places"),
        ({"out_o1": "0.75936507"}, "It differs from the right one, 0.75136507, in one digit."),
        ({"out_o1": "0.772928465"}, "It is the figure of out_o2."),
        ({"E": "0.291027774"}, "It is the figure after 1 update."),
        ({"E": "0.596742218"}, "the loss is sse in place of half_sse"),
        ({"dE_dw5": "-0.082167041"}, "target and output have changed places"),
        ({"delta_o1": "0.741365070"}, "the slope of the activation is left out"),
        ({"net_h1": "0.0275"}, "the bias is not added"),
        ({"new_w1": "0.150219284"}, "the step goes up the slope"),
        ({"out_o1": "0.75136508"}, "It is off by 1 in the last place: 0.75136507 is right."),
        ({"E": "123"}, "Nothing that was tried gives it."),
    ],
)
def test_a_wrong_figure_gets_its_cause(figures, says):
    (verdict,) = grade(SHEET, figures).verdicts
    assert verdict.word == "wrong"
    assert says in verdict.why


def test_a_figure_cut_off_or_in_single_precision_is_rounding():
    # 0.75136506955...
    assert verdicts({"out_o1": "0.751365069"})["out_o1"].why == "The other digits are cut off, not rounded."
    single = verdicts({"out_o1": "0.7513650656"})["out_o1"]  # 12606000 / 2 ** 24, the nearest of them
    assert (single.word, single.why) == ("rounding", "It is calculated in single precision.")
    # but not where another figure has digits that single precision does not have
    both = verdicts({"out_o1": "0.7513650656", "E": "0.2983711087600"})
    assert both["out_o1"].word == "wrong"


def test_two_slips_at_once_are_found():
    every = slips(SHEET)
    chosen = [
        next(s for s in every if s.kind == kind and s.changes.keys() == {line})
        for kind, line in (("path forgotten", "delta_h1"), ("slope forgotten", "delta_o2"))
    ]
    values = outcome(SHEET, *chosen, after=1)
    text = f'{TEMPLATE}[after.1]\nE = "{values["E"]:.12f}"'
    (wrong,) = check(parsed(text, "t")).record["figures"]
    assert {*wrong["slip"]["kinds"]} == {"path forgotten", "slope forgotten"}


def test_a_figure_of_few_digits_is_not_explained_for_certain():
    (verdict,) = grade(SHEET, {"dE_dw1": "0.001"}).verdicts
    assert "Too few digits to tell why." in verdict.why


def test_a_multiple_of_a_line_stands_for_it():
    text = TEMPLATE + '[means]\nErr = "-delta_o1"\n[printed]\nErr = "-0.1835"\ndE_dw5 = "0.1089"'
    err, partial = check(parsed(text, "t")).verdicts
    assert (err.word, partial.word) == ("wrong", "follows")
    assert partial.why == "It follows from the printed Err."


def test_a_weight_after_an_update_is_the_new_weight_before():
    (new,) = grade(SHEET, {"new_w5": "0.35891648"}).verdicts
    (later,) = check(parsed(TEMPLATE + '[after.1]\nw5 = "0.35891648"', "t")).verdicts
    assert (
        (new.exact, new.word) == (later.exact, later.word) == (pytest.approx(0.35891648, abs=5e-9), "agrees")
    )


def test_the_record_is_json():
    report = grade(SHEET, {"E": "0.298371109", "delta_o1": "0.741365"})
    record = json.loads(json.dumps(report.record, allow_nan=False))
    assert record["right"] is False
    assert record["counts"] == {"agrees": 1, "rounding": 0, "follows": 0, "wrong": 1}
    wrong = next(row for row in record["figures"] if row["verdict"] == "wrong")
    assert wrong["name"] == "delta_o1"
    assert wrong["exact"] == pytest.approx(0.138498562, abs=5e-10)
    assert wrong["slip"]["kinds"] == ["slope forgotten"]
    assert wrong["slip"]["lines"] == {"delta_o1": "out_o1 - target_o1"}


@pytest.mark.parametrize(
    ("extra", "figure", "word"),
    [
        ('[printed]\nw1 = "0.15"\nnet_h1 = "0.3955"', "w1", "agrees"),
        ('[printed]\nw1 = "0.51"', "w1", "wrong"),
        ('[after.1]\nb1 = "0.36"', "b1 after 1", "wrong"),
        # a digit that single precision would not have either: 0.75136506955...
        ('[printed]\nout_o1 = "0.75136520"', "out_o1", "wrong"),
        ('[printed]\nnet_h1 = "0.37750005"', "net_h1", "wrong"),
        ('[printed]\ndE_dw4 = "0.000995425470524"', "dE_dw4", "wrong"),  # ...0522
        ('[means]\nc = "delta_o1 * 1e-19"\n[printed]\nc = "1e-20"', "c", "agrees"),  # 1.38e-20
        ('[means]\nc = "delta_o1 * 1e-19"\n[printed]\nc = "9e-20"', "c", "wrong"),
        # the multiple of a line follows from the line, in whatever order the file has them
        ('[means]\nq = "2 * delta_o1"\n[printed]\nq = "0.3670"\ndelta_o1 = "0.1835"', "q", "follows"),
    ],
)
def test_a_verdict_at_the_border(extra, figure, word):
    found = {str(v.figure): v.word for v in check(parsed(f"{TEMPLATE}{extra}", "t")).verdicts}
    assert found[figure] == word


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(tries(10, 60)))
def test_a_wrong_digit_is_not_called_right(seed):
    random = Random(seed)
    values = WORKED.listing.run(WORKED.given)
    places = random.randint(5, 9)
    figures = {name: f"{values[name]:.{places}f}" for name in WORKED.listing.names}
    name = random.choice([name for name in figures if len(figures[name].strip("-0.")) > 3])
    place = random.randrange(len(figures[name]) - 3, len(figures[name]) - 1)  # not the last: that is rounding
    digit = str((int(figures[name][place]) + random.randint(2, 8)) % 10)
    figures[name] = figures[name][:place] + digit + figures[name][place + 1 :]
    assert verdicts(figures)[name].word in ("wrong", "follows")


def test_a_slip_that_does_not_touch_a_figure_does_not_explain_it():
    rows = grade(SHEET, {"E": "0.298371108760", "net_h1": "0.37750010"}).record["figures"]
    assert [row["slip"]["kinds"] for row in rows if row["name"] == "net_h1"] == [[]]


def test_a_slip_breaks_only_what_is_right_without_it():
    # of the printed 0.1385 comes 0.00995441, as by hand: it speaks against no slip
    figures = {"delta_o1": "0.1385", "delta_h2": "0.009954255", "new_w1": "0.150219284"}
    rows = {row["name"]: row for row in grade(SHEET, figures).record["figures"]}
    assert rows["new_w1"]["slip"]["breaks"] == []


@pytest.mark.slow
def test_a_large_file_of_wrong_figures_is_not_right():
    tables = "".join(f'[after.{10 * n + 1}]\nE = "0.5123{n:02}67"\n' for n in range(40))
    report = check(parsed(TEMPLATE + tables, "t"))
    assert not report.right
    assert [verdict.word for verdict in report.verdicts[-40:]] == ["wrong"] * 40


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"dE_dw9": "1"}, "[printed] dE_dw9: expected a name of the listing or of [means], perhaps dE_"),
        ({"E": 0.3}, "[printed] E: expected the figure in quotes, because the digits that are shown"),
        ({"E": "a third"}, "[printed] E: expected"),
        ({"E": "1e-700"}, "[printed] E: expected a decimal number"),
        ({"E": "0e5"}, "[printed] E: expected a decimal number"),
        ({}, "printed: expected figures to check, got none"),
    ],
)
def test_bad_figures_are_refused(figures, says):
    with pytest.raises(ValueError, match="^" + says.replace("[", r"\[").replace("]", r"\]")):
        grade(SHEET, figures)


def test_a_check_takes_figures_after_many_updates():
    # the published loss after 10000 passes of the well-known network counts passes, not updates
    text = TEMPLATE + '[after.10000]\nE = "0.0000351085"'
    (verdict,) = check(parsed(text, "t")).verdicts
    assert verdict.why == "It is the figure after 9999 updates."


def test_the_exact_values_are_those_of_the_listing():
    sheet = read(Path(__file__).parent.parent / "docs" / "examples" / "han-kamber.toml")
    worked = sheet.worked()
    values = worked.listing.run(worked.given)
    rows = [row for row in check(sheet).record["figures"] if row["after"] == 0 and row["name"] in values]
    assert rows
    for row in rows:
        assert row["exact"] == pytest.approx(values[row["name"]], rel=1e-14)


SOFTMAX_32 = """
inputs = [0.9, -0.7, 0.4]
targets = [1.0, 0.0]
loss = "cross_entropy"
[[layer]]
weights = [[0.6, -0.2, 0.3], [-0.5, 0.4, 0.7]]
bias = [0.1, -0.3]
activation = "softmax"
[names]
notation = "z_a"
[printed]
"""


def test_what_a_float32_program_prints_is_right():
    """The program is this one, in NumPy's single precision, with each number as it prints it."""
    w, b = np.array([[0.6, -0.2, 0.3], [-0.5, 0.4, 0.7]], "float32"), np.array([0.1, -0.3], "float32")
    x, y = np.array([0.9, -0.7, 0.4], "float32"), np.array([1, 0], "float32")
    e = np.exp(w @ x + b)
    a = e / e.sum()
    delta = a - y
    figures = {f"a1_{k + 1}": a[k] for k in range(2)} | {f"dz1_{k + 1}": delta[k] for k in range(2)}
    figures |= {f"dW1_{k + 1}{n + 1}": delta[k] * x[n] for k in range(2) for n in range(3)}
    rows = "\n".join(f'{name} = "{value!s}"' for name, value in figures.items())
    assert check(parsed(SOFTMAX_32 + rows, "s.toml")).right
    wrong = rows.replace(str(delta[0]), str(np.float32(delta[0] + 3e-7)))
    assert not check(parsed(SOFTMAX_32 + wrong, "s.toml")).right


def test_a_figure_beyond_single_precision_is_no_trouble():
    rows = 'a1_1 = "0.8388911"\ndz1_1 = "-1e45"\nL = "-2e-46"'
    words = [row["verdict"] for row in check(parsed(SOFTMAX_32 + rows, "s.toml")).record["figures"]]
    assert words == ["agrees", "wrong", "wrong"]
