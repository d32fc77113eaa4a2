"""The table of wrong answers: complete, and each row calculated once more without bplit."""

from math import exp
from pathlib import Path

import pytest

from bplit import article
from conftest import soup
from workings.check import grade, lookup, outcome, slips
from workings.net import parsed, read
from workings.words import WORDS

ROOT = Path(__file__).parent.parent
PLACES = {"article": 6, "mazur": 9}
SHEETS = {name: read(ROOT / "docs" / "examples" / f"{name}.toml") for name in PLACES}
TABLES = {name: lookup(SHEETS[name], places, name) for name, places in PLACES.items()}
GIVEN = {
    "article": ((0.1, 0.88), (0.55, 1.0), (1.0,) * 8, (0.0, 0.0)),
    "mazur": ((0.05, 0.1), (0.01, 0.99), (0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), (0.35, 0.6)),
}
# What the figures of `by_hand` are called: loss, outputs, partials, updates.
NAMES = {
    "article": ("lost", "o_out_{}", "diff_w{}", "update_w{}"),
    "mazur": ("E", "out_o{}", "dE_dw{}", "new_w{}"),
}
# A slip of `by_hand`, its kind in the table, the lines that it changes in each network.
HAND = {
    "path": ("path forgotten", ["h_delta_1"], ["delta_h1"]),
    "slope": ("slope forgotten", ["o_delta_1", "o_delta_2"], ["delta_o1", "delta_o2"]),
    "new weights": ("updated weights", ["h_delta_1", "h_delta_2"], ["delta_h1", "delta_h2"]),
    "target": ("target for output", ["o_delta_2"], ["delta_o2"]),
    "input": ("input forgotten", ["diff_w2"], ["dE_dw2"]),
    "net": ("net input for output", ["o_in_1", "o_in_2"], ["net_o1", "net_o2"]),
    "no sigmoid": ("activation forgotten", ["o_out_1", "o_out_2"], ["out_o1", "out_o2"]),
    "exponent": ("sign in the exponent", ["h_out_2"], ["out_h2"]),
    "up": ("climbs", [f"update_w{k}" for k in range(1, 9)], [f"new_w{k}" for k in range(1, 9)]),
    "no rate": ("rate forgotten", ["update_w7"], ["new_w7"]),
    "square": ("square forgotten", ["lost1"], ["E_o1"]),
    "no bias": ("bias forgotten", [], ["net_h1", "net_h2", "net_o1", "net_o2"]),
}


def sigmoid(t):
    return 1 / (1 + exp(-t))


def by_hand(x, y, w, b, slip):
    """Return loss, outputs, partials and new weights of a pass, in plain arithmetic, with a slip."""
    b = (0.0, 0.0) if slip == "no bias" else b
    w1, w2, w3, w4, w5, w6, w7, w8 = w
    n1, n2 = w1 * x[0] + w2 * x[1] + b[0], w3 * x[0] + w4 * x[1] + b[0]
    h1, h2 = sigmoid(n1), sigmoid(-n2 if slip == "exponent" else n2)
    up1, up2 = (n1, n2) if slip == "net" else (h1, h2)
    m1, m2 = w5 * up1 + w6 * up2 + b[1], w7 * up1 + w8 * up2 + b[1]
    o1, o2 = (m1, m2) if slip == "no sigmoid" else (sigmoid(m1), sigmoid(m2))
    first = (y[0] - o1) / 2 if slip == "square" else (y[0] - o1) ** 2 / 2
    loss = first + (y[1] - o2) ** 2 / 2
    d1, d2 = o1 - y[0], y[1] - o2 if slip == "target" else o2 - y[1]
    if slip != "slope":
        d1, d2 = d1 * o1 * (1 - o1), d2 * o2 * (1 - o2)
    g5, g6, g7, g8 = d1 * h1, d1 * h2, d2 * h1, d2 * h2
    v5, v6, v7, v8 = w5, w6, w7, w8
    if slip == "new weights":
        v5, v6, v7, v8 = w5 - g5 / 2, w6 - g6 / 2, w7 - g7 / 2, w8 - g8 / 2
    e1 = (d1 * v5 + (0 if slip == "path" else d2 * v7)) * h1 * (1 - h1)
    e2 = (d1 * v6 + d2 * v8) * h2 * (1 - h2)
    g = (e1 * x[0], e1 if slip == "input" else e1 * x[1], e2 * x[0], e2 * x[1], g5, g6, g7, g8)
    new = [a - c * (-0.5 if slip == "up" else 0.5) for a, c in zip(w, g, strict=True)]
    if slip == "no rate":
        new[6] = w7 - g7
    return loss, (o1, o2), g, new


def expected(name, slip):
    """Return the digits of the first pass by name, and those of the loss of the second."""
    x, y, w, b = GIVEN[name]
    places = PLACES[name]
    loss, outs, partials, new = by_hand(x, y, w, b, slip)
    names = NAMES[name]
    figures = {names[0]: loss}
    figures |= {names[1].format(k): value for k, value in enumerate(outs, 1)}
    figures |= {names[2].format(k): value for k, value in enumerate(partials, 1)}
    figures |= {names[3].format(k): value for k, value in enumerate(new, 1)}
    after = by_hand(x, y, new, b, slip)[0]
    return {key: f"{value:.{places}f}" for key, value in figures.items()}, f"{after:.{places}f}"


def words(part):
    """Return the text of a part of a page with single spaces."""
    return " ".join(part.get_text().split()).replace("’", "'").replace("−", "-")


@pytest.mark.parametrize("name", TABLES)
def test_the_right_figures_are_those_that_were_printed(name):
    table = TABLES[name]
    assert (dict(table.right), table.after) == expected(name, "")
    printed = {key: text for key, text in SHEETS[name].printed[0].items() if key in table.right}
    assert len(printed) == {"article": 19, "mazur": 13}[name]
    for key, text in printed.items():
        assert f"{float(table.right[key]):.{len(text.partition('.')[2])}f}" == text


@pytest.mark.parametrize(
    ("name", "slip"),
    [(name, slip) for name in TABLES for slip in HAND if (name, slip) != ("article", "no bias")],
)
def test_a_row_is_what_plain_arithmetic_gives(name, slip):
    kind, *lines = HAND[slip]
    changed = lines[[*TABLES].index(name)]
    table, (figures, after) = TABLES[name], expected(name, slip)
    row = table.row(kind, *changed)
    assert row.figures == {key: text for key, text in figures.items() if text != table.right[key]}
    assert row.after == after


@pytest.mark.parametrize("name", TABLES)
def test_every_kind_of_slip_is_on_the_page(name, site):
    told = " ".join(words(part) for part in soup(site, f"wrong-{name}").select("dt, dd"))
    kinds = {slip.kind for slip in slips(SHEETS[name])}
    listed = [slip for row in TABLES[name].rows for slip in row.slips]
    covered = [  # the same in more lines is told in its place
        slip
        for row in TABLES[name].rows
        for slip in row.slips
        if slip.changes and any(slip.changes.items() < other.changes.items() for other in row.slips)
    ]
    left_out = {"another name", "factor forgotten", "sign of a term", "one term", "numbers exchanged"}
    left_out |= {
        "slope twice",
        "rate in the partial",
        "activation twice",
        "slope of another",
        "outer product",
    }
    assert {slip.kind for slip in listed} == kinds - left_out
    for kind in kinds - left_out:
        some = [slip for slip in listed if slip.kind == kind and slip not in covered]
        says = [slip.says.replace(" * ", " × ") for slip in some]
        assert all(text in told for text in says if text != WORDS["mistake"].get(f"several: {kind}")), kind


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_every_row_where_its_anchor_is(name, site):
    table, page = TABLES[name], soup(site, f"wrong-{name}")
    right = words(page.select_one("dl.myst"))
    assert all(f"= {digits}" in right for digits in (*table.right.values(), table.after))
    for row, anchor in zip(table.rows, table.anchors(), strict=True):
        if row.differs is None:
            entry = words(page.find(id=anchor).parent.find_next_sibling("dd"))
            assert entry.endswith(f"{table.loss} of pass 2 = {row.after}")
            assert all(key in entry and f"= {text}" in entry for key, text in row.figures.items())


@pytest.mark.parametrize("name", TABLES)
def test_a_list_is_light_and_nothing_in_it_is_folded(name, site):
    """So that the search of every browser finds the digits."""
    assert (site / f"wrong-{name}.html").stat().st_size < 170_000
    assert not soup(site, f"wrong-{name}").select("details dl.myst")


def test_twelve_mistakes_are_told_with_digits_of_their_rows(site):
    rows = [
        [words(cell) for cell in row.select("td")] for row in soup(site, "wrong-answer").select("tbody tr")
    ]
    twelve = [row for row in rows if len(row) == 3 and ("=" in row[1] or "=" in row[2])][:12]
    assert len(twelve) == 12
    for _, *digits in twelve:
        for table, text in zip(TABLES.values(), digits, strict=True):
            if "=" in text:
                name, _, number = text.partition(" = ")
                assert any(row.figures.get(name) == number for row in table.rows), text


def test_the_first_pass_hides_what_equal_weights_hide():
    hidden = [row for row in TABLES["article"].rows if row.differs is not None]
    assert sorted(row.differs for row in hidden) == [0, 3]
    assert TABLES["article"].row("crossed wires", "h_delta_2").differs == 3
    assert TABLES["article"].row("crossed wires", "diff_w7").differs == 0
    right = f"{outcome(SHEETS['article'], after=999)['lost']:.12g}"
    for slip in TABLES["article"].row("crossed wires", "diff_w7").slips:
        assert f"{outcome(SHEETS['article'], slip, after=999)['lost']:.12g}" == right, slip
    kinds = {
        row.differs: [slip.kind for slip in row.slips]
        for row in TABLES["mazur"].rows
        if row.differs is not None
    }
    assert kinds == {0: ["loss"], 3: ["kept"]}


@pytest.mark.parametrize("name", TABLES)
def test_every_slip_can_be_calculated(name):
    for slip in slips(SHEETS[name]):
        assert outcome(SHEETS[name], slip, after=1)


def test_a_weight_that_is_updated_by_a_later_partial_is_found():
    *_, last = grade(SHEETS["mazur"], {"dE_dw1": "0.000438568", "new_w1": "0.149561432"}).verdicts
    assert "dE_dw2 in place of dE_dw1" in last.why


def test_the_articles_figures_are_all_there():
    right = TABLES["article"].right
    assert {name: text for name, text in article.FIRST_PASS.items() if name in right}.items() <= right.items()


def test_a_row_that_is_not_there_is_said():
    with pytest.raises(ValueError, match="kind: expected a slip of the table, got sign in h_in_1"):
        TABLES["article"].row("sign", "h_in_1")


def test_a_slip_that_leaves_the_range_of_numbers_has_no_row():
    text = 'inputs = [1]\ntargets = [1, 0]\nloss = "cross_entropy"\n[[layer]]\nweights = [[0.5], [0.2]]\n'
    sheet = parsed(text + 'activation = "softmax"', "t")
    made = [slip for row in lookup(sheet, 6).rows for slip in row.slips]
    assert made
    # the logarithm of a net input below 0 is none
    below = parsed(text.replace("0.5", "-0.5") + 'activation = "softmax"', "t")
    kinds = {(slip.kind, slip.says) for row in lookup(below, 6).rows for slip in row.slips}
    assert (
        "activation",
        "the activation of layer 1 is the identity (linear) in place of the softmax function",
    ) not in kinds
