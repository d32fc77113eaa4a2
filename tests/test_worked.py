"""The worked listing of a network does what the matrices do, and states the partials of the sweep."""

import re
from random import Random

import numpy as np
import pytest
from soak import tries

from bplit.article import PASS
from workings.net import ACTIVATIONS, LOSSES, NOTATIONS, NUMBERINGS, Layer, Network, Notation, Rules

ARTICLE = Network([Layer(np.ones((2, 2)))] * 2)
X, Y = [0.1, 0.88], [0.55, 1.0]


def some(seed):
    """Draw a network, examples, rules, and how the listing is to be written."""
    random, rng = Random(seed), np.random.default_rng(seed)
    sizes = [random.randint(1, 4) for _ in range(random.randint(2, 4))]
    loss = random.choice(list(LOSSES))
    activations = [random.choice(list(ACTIVATIONS)) for _ in sizes[1:]]
    if "entropy" in loss:
        activations[-1] = "sigmoid" if sizes[-1] == 1 else random.choice(["sigmoid", "softmax"])
    biases = random.choice(["per_unit", "shared", "frozen"])
    layers = []
    for before, units, activation in zip(sizes, sizes[1:], activations, strict=False):
        kinds = [None, rng.normal()] + [rng.normal(size=units)] * (biases != "shared")
        layers.append(Layer(rng.normal(size=(units, before)), random.choice(kinds), activation))
    examples = random.randint(1, 3)
    x, y = rng.normal(size=(examples, sizes[0])), rng.uniform(0.1, 0.9, (examples, sizes[-1]))
    y = y / y.sum(-1, keepdims=True) if loss == "cross_entropy" else y
    rules = Rules(
        0.01,
        random.choice(["simultaneous", "output_first"]),
        biases,
        random.choice(["batch_mean", "batch_sum", "online"]),
        random.choice([0, 0.9]),
    )
    return (
        Network(layers, loss, random.choice([None, True, False])),
        x,
        y,
        rules,
        random.choice(list(NOTATIONS)),
        random.choice(NUMBERINGS),
    )


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(tries(30, 400)))
def test_a_listing_steps_as_the_matrices_do(seed):
    network, x, y, *how = some(seed)
    for _ in range(2):  # the second step has a velocity
        worked = network.worked(x, y, *how)
        values = worked.listing.run(worked.given)
        network, losses = network.train(x, y, 1, how[0])
        after = network.worked(x, y, *how).given
        for name, new in worked.updates.items():
            assert values[new] == pytest.approx(after[name], rel=1e-12, abs=1e-13), name
        if how[0].examples != "online":
            assert values[worked.loss] == pytest.approx(losses[0], rel=1e-12)
            sweep = worked.listing.sweep(values, worked.loss)
            for states, of in worked.means.items() if how[0].order == "simultaneous" else ():
                assert values[states] == pytest.approx(sweep.partials[of], rel=1e-10, abs=1e-13), states


def test_the_articles_listing_is_written_word_for_word():
    assert str(ARTICLE.worked(X, Y).listing) == str(PASS)


def test_weights_are_numbered_by_rows_or_by_columns():
    network = Network([Layer([[1, 2, 3], [4, 5, 6]]), Layer([[7, 8]])])
    by_rows = network.worked([0, 0, 0], [0]).given
    by_columns = network.worked([0, 0, 0], [0], numbering="columns").given
    assert [by_rows[f"w{k}"] for k in range(1, 9)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [by_columns[f"w{k}"] for k in range(1, 9)] == [1, 4, 2, 5, 3, 6, 7, 8]
    by_place = network.worked([0, 0, 0], [0], notation="z_a").given
    assert (by_place["W1_21"], by_place["W2_12"]) == (4, 8)


def test_names_are_as_the_reader_wishes():
    network = Network([Layer([[1.0]], 0.5)] * 3)
    assert network.worked([1], [0], notation="net_out").listing.names[:3] == (
        "net_h1_1",
        "out_h1_1",
        "net_h2_1",
    )
    own = Notation(weight="v{edge}_{n}", net="s_{at}")
    assert str(network.worked([1], [0], notation=own).listing.lines[0]) == "s_h1_1 = v11_1 * x1 + b1"
    wide = Network([Layer(np.ones((2, 12)))]).worked(np.ones(12), [0, 0], notation="z_a")
    assert "W1_1_12" in wide.given


def test_a_shared_bias_has_one_name_and_the_sum_of_the_deltas():
    network = Network([Layer([[1.0], [2.0]], 0.5)])
    shared = network.worked([1], [0, 1], Rules(biases="shared")).listing
    assert str(shared.line("diff_b1")) == "diff_b1 = o_delta_1 + o_delta_2"
    per_unit = network.worked([1], [0, 1]).listing
    assert str(per_unit.line("diff_b2")) == "diff_b2 = o_delta_2"
    frozen = network.worked([1], [0, 1], Rules(biases="frozen")).listing
    assert "b1" in frozen.inputs
    assert "diff_b1" not in frozen.names


def test_of_an_absolute_error_the_listing_has_no_slope_at_the_kink():
    network = Network([Layer([[1.0], [2.0], [3.0]], None, "linear")], "mae")
    worked = network.worked([1], [2, 2, 2])
    values = worked.listing.run(worked.given)
    assert [values[f"o_delta_{unit}"] for unit in (1, 2, 3)] == [-1 / 3, 0, 1 / 3]
    assert str(worked.listing.line("lost1")) == "lost1 = relu(y1 - o_out_1) + relu(o_out_1 - y1)"


def test_where_the_output_is_differentiated_no_target_stands_in_the_listing():
    one = Network([Layer([[2.0]])], "output").worked([1], [0], notation="net_out")
    assert [str(one.listing.line(name)) for name in ("E", "delta_o1")] == [
        "E = out_o1",
        "delta_o1 = out_o1 * (1 - out_o1)",
    ]
    assert one.y == ()
    assert set(one.given) == {"w1", "i1", "rate"}
    two = Network([Layer([[2.0], [1.0]], None, "linear")], "output").worked([1], [0, 0], notation="net_out")
    assert [str(two.listing.line(name)) for name in ("E_o2", "E", "delta_o2")] == [
        "E_o2 = out_o2",
        "E = E_o1 + E_o2",
        "delta_o2 = 1",
    ]


def test_output_first_carries_back_the_new_weights():
    listing = ARTICLE.worked(X, Y, Rules(order="output_first")).listing
    assert {"update_w5", "update_w7"} <= {*listing.line("h_delta_1").uses}


def test_many_networks_are_given_as_arrays():
    worked = Network([Layer(np.ones((5, 2, 2)))] * 2).worked(X, Y)
    assert worked.given["w5"].tolist() == [1] * 5
    assert [f"{value:.6f}" for value in worked.listing.run(worked.given)["diff_w5"]] == ["0.029091"] * 5


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (
            {"notation": "netout"},
            "notation: expected one of article, net_out, z_a, got 'netout', perhaps net_out",
        ),
        ({"numbering": "row"}, "numbering: expected one of rows, columns, got 'row', perhaps rows"),
        ({"notation": Notation(weight="w")}, "notation: weight: w stands for two things"),
        ({"notation": Notation(net="{layer}_out_{unit}")}, "notation: h_out_1 stands for 2 things"),
        (
            {"notation": Notation(delta="{k.real}")},
            "notation: delta: expected letters, digits, _ and any of {layer}",
        ),
        ({"notation": Notation(x="δ{unit}")}, "notation: x: expected letters"),
        (
            {"notation": Notation(loss="lambda")},
            "notation: lambda already means something else in Python",
        ),
        ({"notation": Notation(rate="exp")}, "notation: exp already means something else in Python"),
    ],
)
def test_names_that_do_not_work_are_refused(how, says):
    with pytest.raises(ValueError, match=f"^{re.escape(says)}"):
        ARTICLE.worked(X, Y, **how)


def test_a_network_too_large_for_paper_is_refused():
    with pytest.raises(
        ValueError, match="network: too large for paper: 865778 characters, expected up to 100000"
    ):
        Network([Layer(np.ones((100, 100)))]).worked(np.ones(100), np.ones(100))
    with pytest.raises(ValueError, match="^network: too large for paper: expected up to .*: o_in_1 = w1"):
        Network([Layer(np.ones((1, 150)))]).worked(np.ones(150), [0])


def test_a_line_that_fails_is_not_a_line_of_a_file():
    worked = Network([Layer([[-2.0], [800.0]], None, "softmax")], "cross_entropy").worked([1], [0, 1])
    with pytest.raises(ValueError, match=r"^calculation: not a finite number: o_exp_2 = exp\(o_in_2\)$"):
        worked.listing.run(worked.given)
