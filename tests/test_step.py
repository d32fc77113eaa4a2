"""One step in numbers, taken by plain NumPy: a right one is right, and of a wrong one the cause is named."""

import json
import tomllib

import mlp
import numpy as np
import pytest

from workings.check import step, step_of
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


def rounded32(places):
    return lambda part: np.round(np.asarray(part, np.float32), places).tolist()


def printed32(part):
    """Return numbers as single precision prints them: in the fewest digits that tell each from the others."""
    return np.vectorize(lambda number: float(str(np.float32(number))))(part).tolist()


def digits(count):
    return np.vectorize(lambda number: float(f"{number:.{count}g}"))


def dicts(weights, biases, form):
    every = enumerate(zip(weights, biases, strict=True))
    return {f"dense_{n}": {"kernel": form(w.T), "bias": form(b)} for n, (w, b) in every}


def list_of_dicts(weights, biases, form):
    return [{"W": form(w), "b": form(b)} for w, b in zip(weights, biases, strict=True)]


def dict_of_lists(weights, biases, form):
    return {"coefs_": [form(w.T) for w in weights], "intercepts_": [form(b) for b in biases]}


def columns_of_biases(weights, biases, form):
    return [form(part) for w, b in zip(weights, biases, strict=True) for part in (w, b[:, None])]


def other_names(weights, biases, form):
    every = enumerate(zip(weights, biases, strict=True))
    return {f"l{n}.{k}": form(part) for n, pair in every for k, part in zip("kc", pair, strict=True)}


def with_last(weights, biases, form):
    return [form(np.column_stack(pair)) for pair in zip(weights, biases, strict=True)]


def with_first(weights, biases, form):
    every = enumerate(zip(weights, biases, strict=True))
    return {f"theta{n}": form(np.column_stack([b, w]).T) for n, (w, b) in every}


def units(weights, biases, form):
    every = zip(weights, biases, strict=True)
    return [[{"weights": form(r), "bias": form(c)} for r, c in zip(w, b, strict=True)] for w, b in every]


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
    first = digits if digits in (float32, printed32) else double
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


def test_activations_say_of_how_many_layers_single_weights_are():
    assert step(*taken(5, (2, 3, 1), ["tanh", "sigmoid"], shape=single), ["tanh", "sigmoid"]).right


@pytest.mark.parametrize("off", [0, 0.05])
def test_biases_may_be_in_one_layer_only(off):
    x, weights, (none, last) = mlp.network(3, (2, 2, 1), 1)
    biases = 0 * none, last
    y = np.array([[0.7]])
    new, (_, new_last) = mlp.stepped(x, y, weights, biases, SIGMOIDS)
    new[1][0, 1] += off
    before, after = ({"W1": w[0], "W2": w[1], "b2": b} for w, b in ((weights, last), (new, new_last)))
    reply = step(x[0], y[0], before, after, 0.5, SIGMOIDS, "half_sse")
    assert reply.right == (not off)
    wrong = [verdict for verdict in reply.report.verdicts if verdict.word == "wrong"] if off else []
    assert [one.figure.value for one in wrong] == [new[1][0, 1]] * bool(off)


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


def fine(seed, sizes, activations, loss="half_sse", examples=3, form=printed32, before=None, fault="", **how):
    """Return a step whose weights have all digits before they are written down, to be read from JSON."""
    x, weights, biases = mlp.network(seed, sizes, examples)
    rng = np.random.default_rng(seed)
    weights = [w + rng.normal(0, 0.3, w.shape) for w in weights]
    y = targets(seed, examples, sizes[-1], loss)
    after = mlp.stepped(x, y, weights, biases, activations, loss, rate=0.5, fault=fault, **how)
    numbers = state_dict(weights, biases, before or form), state_dict(*after, form)
    content = {
        "inputs": x.tolist(),
        "targets": y.tolist(),
        "before": numbers[0],
        "after": numbers[1],
        "rate": 0.5,
    }
    return json.loads(json.dumps(content, default=lambda part: part.tolist()))


FORMS = [printed32, rounded32(6), rounded32(4), rounded(3), rounded(4), rounded(6), digits(4), digits(6)]


@pytest.mark.parametrize("seed", range(48))
def test_digits_that_are_rounded_before_the_step_or_of_single_precision_are_no_mistake(seed):
    sizes = [(2, 3, 1), (3, 4, 2), (4, 3, 3)][seed % 3]
    activations = [["tanh", "linear"], SIGMOIDS, ["relu", "linear"]][seed % 3]
    loss = ["sse", "mse", "half_sse"][seed // 3 % 3]
    count = 1 if seed % 2 else None
    content = fine(seed, sizes, activations, loss, 4, FORMS[seed % 8], count=count)
    assert step_of(content | {"activation": activations}).right


@pytest.mark.parametrize("form", [printed32, rounded32(6), rounded(6), digits(6)])
@pytest.mark.parametrize("fault", ["hidden biases kept", "no slope in the hidden layer", "hidden sign"])
def test_with_such_digits_a_mistake_is_one(form, fault):
    reply = step_of(fine(5, (2, 3, 2), ["tanh", "linear"], "mse", form=form, fault=fault) | {"loss": "mse"})
    assert not reply.right
    assert reply.report.counts["wrong"] == 1 or form is not printed32
    assert reply.report.counts["agrees"] >= 8


SHAPES = [dicts, list_of_dicts, dict_of_lists, columns_of_biases, other_names, with_last, with_first, units]


@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 2, 2), (3, 2, 3)])
@pytest.mark.parametrize("shape", SHAPES)
def test_weights_may_stand_in_dicts_and_lists_of_any_shape(shape, sizes):
    def plain(part):
        return part.tolist()

    x, y, before, after, rate = taken(sum(sizes), sizes, SIGMOIDS, examples=3, shape=shape, digits=plain)
    before = shape(*mlp.network(sum(sizes), sizes, 3)[1:], plain)
    assert step(x, y, before, after, rate).right
    _, _, _, wrong, _ = taken(
        sum(sizes), sizes, SIGMOIDS, examples=3, shape=shape, digits=plain, fault="hidden sign"
    )
    reply = step(x, y, before, wrong, rate, activation="sigmoid", loss="half_sse")
    assert not reply.right
    assert reply.report.counts["agrees"] >= sizes[2] * (sizes[1] + 1)


@pytest.mark.parametrize("examples", [1, 2, 4])
def test_examples_may_stand_in_columns(examples):
    x, y, before, after, rate = taken(8, (2, 3, 1), SIGMOIDS, examples=examples, shape=turned)
    assert step(np.atleast_2d(x).T, np.atleast_2d(y).T, before, after, rate).right


@pytest.mark.parametrize(("one", "other"), [(np.atleast_2d, np.asarray), (np.asarray, np.atleast_2d)])
def test_one_example_may_be_a_row_or_a_list(one, other):
    x, y, before, after, rate = taken(8, (2, 3, 2), SIGMOIDS)
    assert step(one(x), other(y), before, after, rate).right


def test_targets_may_be_classes_and_the_softmax_may_be_that_of_the_loss():
    how = {"loss": "cross_entropy", "examples": 5, "shape": state_dict, "digits": float32}
    x, y, before, after, rate = taken(9, (4, 3, 3), ["relu", "softmax"], **how)
    classes = y.argmax(1).tolist()
    assert step(x, classes, before, after, rate).rules["loss"] == "cross_entropy"
    said = {"activation": ["relu", None], "loss": "nn.CrossEntropyLoss()"}
    assert step(x, classes, before, after, rate, **said).right
    assert not step(x, [2 - n for n in classes], before, after, rate, **said).right


LOSSES_SAID = {
    "mse": ["MSELoss", "nn.MSELoss()", "mean_squared_error", "Mean squared error"],
    "sse": ["sum of squared errors", "squared error", "Sum of Squares"],
    "half_sse": ["half squared error", "1/2 sum of squared errors", "0.5*(t-y)^2", "quadratic"],
    "binary_cross_entropy": ["BCELoss", "binary_crossentropy", "binary cross-entropy", "log loss"],
}


@pytest.mark.parametrize(("loss", "words"), [(k, one) for k, every in LOSSES_SAID.items() for one in every])
def test_a_loss_may_be_said_in_words(loss, words):
    how = {"loss": loss, "examples": 4, "shape": turned}
    assert step(*taken(6, (2, 3, 2), SIGMOIDS, **how), loss=words).right
    fault = taken(6, (2, 3, 2), SIGMOIDS, fault="no slope in the hidden layer", **how)
    assert not step(*fault, loss=words).right


@pytest.mark.parametrize(
    "words", ["cross-entropy", "categorical_crossentropy", "CrossEntropyLoss", "NLLLoss"]
)
def test_the_cross_entropy_may_be_said_in_words(words):
    how = {"loss": "cross_entropy", "examples": 4}
    assert step(*taken(6, (2, 3, 3), ["tanh", "softmax"], **how), loss=words).right


ACTIVATIONS_SAID = [
    ["tanh", "identity"],
    ["Tanh", "Linear"],
    ["nn.Tanh()", "none"],
    ["hyperbolic tangent", "no activation"],
    "tanh, linear",
    "linear output, tanh in the hidden layer",
]


@pytest.mark.parametrize("words", ACTIVATIONS_SAID)
def test_activations_may_be_said_in_words(words):
    known = {"activation": words, "loss": "mse"}
    step_taken = taken(4, (3, 2, 2), ["tanh", "linear"], "mse", 3)
    assert step(*step_taken, **known).rules["activation"] == "tanh, linear"
    assert not step(*taken(4, (3, 2, 2), ["relu", "linear"], "mse", 3), **known).right


def test_biases_that_are_summed_where_weights_take_the_mean_have_one_cause():
    x, y, before, after, rate = taken(3, (2, 3, 2), SIGMOIDS, examples=4, shape=turned)
    summed = {k: 4 * v - 3 * before[k] if k[0] == "b" else v for k, v in after.items()}
    reply = step(x, y, before, summed, rate)
    first = next(verdict for verdict in reply.report.verdicts if verdict.word == "wrong")
    assert "a sum is taken for a mean" in first.why
    assert (len(first.found.gives), first.found.breaks) == (5, ())


def test_weights_of_one_example_only_have_one_cause():
    x, y, before, after, rate = taken(3, (2, 3, 1), SIGMOIDS, examples=3, count=1, shape=turned)
    _, _, deltas = mlp.passed(x, y, [before["W1"].T, before["W2"].T], [before["b1"], before["b2"]], SIGMOIDS)
    last = after | {"W1": before["W1"] - rate * np.outer(x[-1], deltas[0][-1])}
    reply = step(x, y, before, last, rate)
    first = next(verdict for verdict in reply.report.verdicts if verdict.word == "wrong")
    assert "each overwrites the one before" in first.why
    assert (len(first.found.gives), first.found.breaks) == (6, ())


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
    ("hidden sign", (2, 2, 2), SIGMOIDS, {"digits": rounded(8)}, "goes up the slope", 4),
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
        ({"targets": [[1], [2]]}, r"targets: expected a row for each example of inputs \(2,\), got \(2, 1\)"),
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
        ({"loss": "RMSE"}, "loss: expected one of .*, got 'RMSE'"),
        ({"activation": "LeakyReLU"}, "activation: expected one of .*, got 'leakyrelu', perhaps relu"),
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
