"""One step in numbers, taken by plain NumPy: a right one is right, and of a wrong one the cause is named."""

import json
import tomllib

import mlp
import numpy as np
import pytest

from workings.check import step
from workings.cli import main

SIGMOIDS = ["sigmoid", "sigmoid"]


def lists(weights, biases, digits):
    return [digits(part) for pair in zip(weights, biases, strict=True) for part in pair]


def turned(weights, biases, digits):
    return {
        f"{kind}{n}": digits(part.T)
        for n, pair in enumerate(zip(weights, biases, strict=True), 1)
        for kind, part in zip("Wb", pair, strict=True)
    }


def state_dict(weights, biases, digits):
    return {
        f"{2 * n}.{kind}": digits(part)
        for n, pair in enumerate(zip(weights, biases, strict=True))
        for kind, part in zip(("weight", "bias"), pair, strict=True)
    }


def pairs(weights, biases, digits):
    return [tuple(map(digits, pair)) for pair in zip(weights, biases, strict=True)]


def single(weights, biases, digits):
    numbers = {f"w{n}": v for n, v in enumerate(np.concatenate([digits(w).ravel() for w in weights]), 1)}
    return numbers | {f"b{n}": v for n, v in enumerate(np.concatenate([digits(b) for b in biases]), 1)}


def double(part):
    return part


def float32(part):
    return np.asarray(part, np.float32).tolist()


def rounded(places):
    return lambda part: np.round(part, places)


def targets(seed, examples, outputs, loss):
    rng = np.random.default_rng(seed)
    if loss == "cross_entropy":
        return np.eye(outputs)[rng.integers(0, outputs, examples)]
    if loss == "binary_cross_entropy":
        return rng.integers(0, 2, (examples, outputs)).astype(float)
    return rng.uniform(0.05, 0.95, (examples, outputs)).round(2)


def taken(seed, sizes, activations, loss="half_sse", examples=1, shape=lists, digits=double, **how):
    """Return what somebody hands in: inputs, targets, the numbers before and after a step, the rate."""
    x, weights, biases = mlp.network(seed, sizes, examples)
    y = targets(seed, examples, sizes[-1], loss)
    rate = how.setdefault("rate", 0.5)
    after = mlp.stepped(x, y, weights, biases, activations, loss, **how)
    if examples == 1:
        x, y = x[0], y[0]
    # who prints single precision has it before the step, too
    first = digits if digits is float32 else double
    return x, y, shape(weights, biases, first), shape(*after, digits), rate


RIGHT = [
    ((2, 2, 2), SIGMOIDS, {}),
    ((2, 3, 1), ["tanh", "sigmoid"], {"shape": turned}),
    ((3, 4, 2), ["relu", "linear"], {"loss": "mse", "examples": 5, "shape": state_dict}),
    ((3, 4, 3), ["relu", "softmax"], {"loss": "cross_entropy", "examples": 4, "digits": float32}),
    ((2, 2), ["softmax"], {"loss": "cross_entropy"}),
    ((2, 3, 2, 1), ["sigmoid"] * 3, {"examples": 4, "count": 1, "shape": turned}),
    ((2, 2, 1), SIGMOIDS, {"loss": "binary_cross_entropy", "examples": 4, "shape": turned}),
    ((2, 4, 1), ["tanh", "linear"], {"loss": "sse", "examples": 3, "digits": rounded(6), "shape": pairs}),
    ((4, 3, 2), SIGMOIDS, {"loss": "mse", "examples": 2, "count": 1, "digits": rounded(8)}),
    ((2, 2, 2), SIGMOIDS, {"digits": rounded(4), "shape": single}),
    ((2, 5, 3), ["relu", "sigmoid"], {"loss": "binary_cross_entropy", "examples": 6, "digits": float32}),
    ((5, 1), ["linear"], {"loss": "mse", "examples": 7, "rate": 0.01, "digits": rounded(6)}),
]


@pytest.mark.parametrize(("sizes", "activations", "how"), RIGHT)
def test_a_right_step_is_right_without_its_rules(sizes, activations, how):
    reply = step(*taken(len(sizes) + sizes[1], sizes, activations, **how))
    assert reply.right
    assert reply.record["right"] is True
    assert reply.rules["activation"] == ", ".join(activations)


@pytest.mark.parametrize("seed", range(40))
def test_no_right_step_is_called_wrong(seed):
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 5, rng.integers(2, 5))]
    activations = [str(rng.choice(["sigmoid", "tanh", "relu"]))] * (len(sizes) - 2) + [
        str(rng.choice(["sigmoid", "linear", "tanh"]))
    ]
    shape = [lists, turned, state_dict, pairs][seed % 4]
    digits = [double, float32, rounded(6), rounded(8)][seed // 4 % 4]
    examples = int(rng.integers(1, 4))
    loss = str(rng.choice(["half_sse", "mse", "sse"]))
    assert step(*taken(seed, sizes, activations, loss, examples, shape, digits)).right


def kinds_of(reply):
    """Return the kinds of mistake that are named first, and the names of the numbers that are not right."""
    verdicts = reply.report.verdicts
    wrong = [reply.names[v.figure.name] for v in verdicts if v.word not in ("agrees", "rounding")]
    return {v.why.splitlines()[0] for v in verdicts if v.word == "wrong" and v.why}, wrong


FAULTS = [
    ("no slope in the output layer", (2, 2, 2), SIGMOIDS, {"loss": "half_sse"}, "slope", 12),
    ("no slope in the hidden layer", (2, 3, 2), SIGMOIDS, {}, "slope", 9),
    ("transposed", (2, 2, 2), SIGMOIDS, {"shape": turned}, "", 6),
    ("net in the slope", (2, 3, 2), SIGMOIDS, {"examples": 2}, "net input", 9),
    ("hidden sign", (2, 2, 2), SIGMOIDS, {"digits": rounded(8)}, "sign", 4),
    ("crossed", (2, 3, 1), ["tanh", "sigmoid"], {"shape": state_dict}, "", 2),
    ("hidden weights kept", (2, 3, 2), ["tanh", "linear"], {"examples": 3}, "old value", 6),
    ("hidden biases kept", (2, 2, 1), SIGMOIDS, {"digits": rounded(8)}, "old value", 2),
    ("no slope in the hidden layer", (2, 2, 2), SIGMOIDS, {"digits": float32}, "slope", 6),
]


@pytest.mark.parametrize(("fault", "sizes", "activations", "how", "cause", "count"), FAULTS)
def test_a_wrong_step_is_wrong_where_the_fault_is(fault, sizes, activations, how, cause, count):
    said = {"loss": how["loss"], "activation": "sigmoid"} if "loss" in how else {}
    reply = step(*taken(7, sizes, activations, fault=fault, **how), **said)
    assert not reply.right
    causes, wrong = kinds_of(reply)
    assert any(cause in one for one in causes)
    assert len(wrong) == count


def test_of_biases_that_all_stay_none_but_the_biases_are_blamed():
    reply = step(*taken(7, (2, 3, 2), SIGMOIDS, fault="biases kept"), biases="per_unit")
    first = next(verdict for verdict in reply.report.verdicts if verdict.word == "wrong")
    assert len(first.found.slips[0].changes) == 5
    assert not first.found.breaks


STILL = [
    ({}, False),
    ({"activation": "sigmoid"}, False),
    ({"activation": ["relu", "linear"], "loss": "half_sse"}, False),
    # all net inputs are below 0 there: whatever the loss, no partial is anything but 0
    ({"activation": "relu"}, True),
]


@pytest.mark.parametrize(("said", "right"), STILL)
def test_a_step_in_which_nothing_moved_is_right_only_if_all_partials_are_0(said, right):
    weights, biases = (
        [np.array([[0.1, 0.4, -0.6], [-0.3, 0.2, 0.5]]), np.array([[0.7, -0.4]])],
        [[-1, -2], [-1]],
    )
    nets, _, _ = mlp.passed(np.array([[0.9, 0.2, -0.5]]), np.ones((1, 1)), weights, biases, ["relu", "relu"])
    assert max(nets[1][0]) < 0
    numbers = {"W1": weights[0], "b1": biases[0], "W2": weights[1], "b2": biases[1]}
    reply = step([0.9, 0.2, -0.5], [1], numbers, numbers, 0.5, **said)
    assert reply.right is right
    assert ("no weight was changed" in str(reply)) is not right


def test_biases_that_did_not_move_are_remarked_on():
    x, y, before, after, rate = taken(7, (3, 2, 1), SIGMOIDS)
    kept = [new if n % 2 == 0 else old for n, (old, new) in enumerate(zip(before, after, strict=True))]
    remark = "The biases did not move: right only if they are not trained."
    assert remark in str(step(x, y, before, kept, rate)).splitlines()
    assert remark not in str(step(x, y, before, kept, rate, biases="frozen"))
    assert remark not in str(step(x, y, before, after, rate))


@pytest.mark.parametrize(
    ("sizes", "activations", "loss"),
    [
        ((4, 3, 2), ["sigmoid", "softmax"], "cross_entropy"),
        ((3, 2, 3), ["tanh", "linear"], "mse"),
    ],
)
def test_a_mistake_in_all_numbers_is_found_without_the_rules(sizes, activations, loss):
    x, y, before, after, rate = taken(3, sizes, activations, loss)
    climbed = [2 * old - new for old, new in zip(before, after, strict=True)]
    reply = step(x, y, before, climbed, rate)
    causes, wrong = kinds_of(reply)
    assert any("plus for minus" in one for one in causes)
    assert len(wrong) == sum(part.size for part in before)
    assert [v.exact for v in reply.report.verdicts][:2] == pytest.approx(after[2].ravel()[:2], rel=1e-9)


def test_no_number_is_called_right_where_no_rules_fit():
    x, y, before, _, rate = taken(3, (2, 2, 2), ["sigmoid", "softmax"], "cross_entropy")
    rng = np.random.default_rng(0)
    random = [part + rng.uniform(0.1, 0.2, part.shape) for part in before]
    reply = step(x, y, before, random, rate)
    assert not reply.right
    assert "Say which activation and which loss" in str(reply)
    assert "wrong" not in str(reply)
    said = step(x, y, before, random, rate, activation=["sigmoid", "softmax"], loss="cross_entropy")
    assert said.report.counts["wrong"] == sum(part.size for part in before)


def faulty(sizes, activations, slope=None, shared=False):
    """Return a step whose hidden slope is another, or whose layers share a bias moved by the mean delta."""
    x, weights, biases = mlp.network(5, sizes)
    y = np.full((1, sizes[-1]), 0.3)
    biases = [np.full(len(part), part[0]) for part in biases] if shared else biases
    _, outs, deltas = mlp.passed(x, y, weights, biases, activations)
    if slope:
        deltas[0] = deltas[1] @ weights[1] * slope(outs[0])
    after = [w - 0.3 * d.T @ a for w, d, a in zip(weights, deltas, [x, outs[0]], strict=True)]
    size = 1 if shared else None
    moved = [b[:size] - 0.3 * (d.mean() if shared else d[0]) for b, d in zip(biases, deltas, strict=True)]
    before = lists(weights, [b[:size] for b in biases], double)
    return x[0], y[0], before, lists(after, moved, double), 0.3


@pytest.mark.parametrize("activations", [["tanh", "linear"], ["tanh", "tanh"]])
@pytest.mark.parametrize(
    ("slope", "says"),
    [
        (lambda out: out * (1 - out), "the slope of the sigmoid is taken in a layer of tanh"),
        (lambda out: 1 - out, "in the slope of the activation the output is not squared"),
    ],
)
def test_a_slope_that_does_not_belong_to_tanh_is_named(activations, slope, says):
    reply = step(*faulty((3, 2, 2), activations, slope))
    (cause,) = {v.why for v in reply.report.verdicts if v.word == "wrong"}
    assert says in cause
    assert reply.report.counts == {"agrees": 6, "rounding": 0, "follows": 7, "wrong": 1}


@pytest.mark.parametrize("sizes", [(3, 2, 1), (2, 3, 2), (2, 2, 3)])
def test_a_shared_bias_that_takes_the_mean_of_the_deltas_has_one_cause(sizes):
    reply = step(*faulty(sizes, SIGMOIDS, shared=True))
    (cause,) = {v.why for v in reply.report.verdicts if v.word == "wrong"}
    assert "the mean of the deltas is taken in place of their sum" in cause.split("\n")[0]
    assert reply.report.counts["follows"] == (sizes[-1] > 1)


def test_numbers_are_called_as_their_owner_calls_them():
    reply = step(*taken(7, (2, 3, 1), ["tanh", "sigmoid"], shape=state_dict, fault="crossed"))
    text = str(reply)
    assert "new 2.weight[0][0]" in text
    assert "∂L/∂2.weight[0][0]" in text
    assert "W2_1" not in text
    assert "new 2.weight[0][1]" in json.dumps(reply.record)


def test_the_article_s_step_has_weights_that_hide_something():
    before = {"W1": [[1, 1], [1, 1]], "W2": [[1, 1], [1, 1]]}
    weights, _ = mlp.stepped(
        np.array([[0.1, 0.88]]), np.array([[0.55, 1]]), [np.ones((2, 2))] * 2, [0, 0], SIGMOIDS
    )
    reply = step([0.1, 0.88], [0.55, 1], before, dict(zip(before, weights, strict=True)), 0.5)
    assert reply.right
    assert sum("W1" in note or "W2" in note for note in reply.notes) == 2
    assert f"{weights[1][0, 0]:.6f}" == "0.985455"


def test_few_digits_are_said_to_be_few():
    assert step([1], [0], {"w": [[0.5]]}, {"w": [[0.46]]}, 0.1).right
    many = step([1], [0], {"w": [[0.5]]}, {"w": [[0.4606776]]}, 0.1, activation="tanh", loss="half_sse")
    assert not many.right


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"inputs": [1, 2, 3]},
            r"before: expected matrices that lead from 3 inputs to 1 outputs, got .1, 2.",
        ),
        ({"targets": [[1]]}, r"targets: expected a row for each example of inputs \(2,\), got \(1, 1\)"),
        (
            {"after": {"w": [[1, 2, 3]]}},
            r"after: w: expected numbers of shape .1, 2., as before, got .1, 3.",
        ),
        ({"after": {"v": [[1, 2]]}}, r"after: w: expected numbers of shape \(1, 2\), as before, got none"),
        ({"before": {"w": [[1, 2], [3]]}}, "before: w: expected rows of numbers alike"),
        ({"before": {"w": [["1", 2]]}}, "before: w: expected rows of numbers alike, got '1'"),
        ({"before": {"w": [[1e60, 2]]}}, "before: w: expected rows of numbers alike, got 1e"),
        ({"before": {}}, "before: expected numbers by name, or a list of matrices, got {}"),
        ({"before": 3}, "before: expected numbers by name, or a list of matrices, got 3"),
        (
            {"before": {"w": [[1, 2]], "b": [1, 2]}, "after": {"w": [[1, 2]], "b": [1, 2]}},
            "before: expected biases for layers of 1 units, got 2",
        ),
        ({"rate": 0}, "rate: expected a number above 0"),
        ({"loss": "mes"}, "loss: expected one of .*, got 'mes', perhaps mse"),
        ({"activation": ["relu", "relu"]}, "activation: expected one, or one for each of 1 layers, got 2"),
        ({"mean": 1}, "mean: expected true or false, got 1"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(change, says):
    given = {"inputs": [1, 2], "targets": [1], "before": {"w": [[1, 2]]}, "after": {"w": [[1, 2]]}, "rate": 1}
    with pytest.raises(ValueError, match=f"^{says}[^\n]*$"):
        step(**(given | change))


FILE = """\
inputs = [0.05, 0.10]
targets = [0.01, 0.99]
rate = 0.5
activation = "sigmoid"
loss = "half_sse"

[before]
W1 = [[0.15, 0.20], [0.25, 0.30]]
b1 = 0.35
W2 = [[0.40, 0.45], [0.50, 0.55]]
b2 = 0.60

[after]
W1 = [[0.14978072, 0.19956143], [0.24975114, 0.29950229]]
b1 = 0.35
W2 = [[0.35891648, 0.40866619], [0.51130127, 0.56137012]]
b2 = 0.60
"""


@pytest.mark.parametrize(("old", "new", "status"), [("", "", 0), ("0.35891648", "0.44108352", 1)])
def test_a_step_in_a_file_is_checked_by_the_command(old, new, status, tmp_path, capsys):
    text = FILE.replace(old, new)
    (tmp_path / "step.toml").write_text(text, "utf-8")
    (tmp_path / "step.json").write_text(json.dumps(tomllib.loads(text)), "utf-8")
    for name in ("step.toml", "step.json"):
        try:
            main(["check", str(tmp_path / name)])
            ended = 0
        except SystemExit as stopped:
            ended = stopped.code
        out, err = capsys.readouterr()
        assert (ended, err) == (status, "")
        assert "frozen" in out
        assert status == 0 or "W2[0][0]" in out


HOSTILE = [
    "{",
    "[1]",
    "3",
    "[" * 90_000,
    '{"a":' * 20_000,
    '{"inputs": [1]}',
    '{"x": 1}',
    FILE.replace("[0.05, 0.10]", "{}"),
    '{"inputs":[1],"targets":[1],"before":{"w":[[1]]},"after":{"w":[[NaN]]},"rate":1}',
    '{"inputs":[1],"targets":[1],"before":{"w":' + "[" * 90 + "1" + "]" * 90 + '},"after":{},"rate":1}',
    '{"inputs":[1],"targets":[1],"before":{"w":[[true]]},"after":{"w":[[1]]},"rate":1}',
    '{"inputs":[1],"targets":[1],"before":{"w":[[1]]},"after":{"w":[[1]]},"rate":' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_step_is_refused_in_one_line(text, tmp_path, capsys):
    file = tmp_path / "h.json"
    file.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(file)])
    out, err = capsys.readouterr()
    assert (stopped.value.code, out, err.count("\n")) == (2, "", 1)
    assert len(err) < 500
