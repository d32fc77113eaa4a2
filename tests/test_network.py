"""A network of any shape gives what others calculate for it, and refuses what cannot be calculated."""

import dataclasses
import functools
import itertools
import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from soak import tries

from bplit import Weights, byhand, partials, update
from bplit.given import LIMIT
from workings.net import ACTIVATIONS, LOSSES, ORDERS, Layer, Network, Rules

NAN, INF = math.nan, math.inf
MANY = np.broadcast_to(0.0, (3, 1, 2))  # inputs or targets of one example each for three networks


def kind(value):
    return type(value).__name__


def mazur(shared=False):
    """Return the well-known 2-2-2 example, with a bias for each unit or one for each layer."""
    n = 1 if shared else 2
    return Network(
        [Layer([[0.15, 0.20], [0.25, 0.30]], [0.35] * n), Layer([[0.4, 0.45], [0.5, 0.55]], [0.6] * n)]
    )


def ones(*activations, loss="half_sse"):
    """Return a network of one unit in each layer, with weights 1 and no biases."""
    return Network([Layer([[1]], None, activation) for activation in activations], loss)


def same(network, other, rtol=1e-12, atol=1e-14):
    """Assert that the numbers of two networks are the same, and so are their shapes."""
    for layer, expected in zip(network.layers, other.layers, strict=True):
        np.testing.assert_allclose(layer.weights, expected.weights, rtol, atol, strict=True)
        assert (layer.bias is None) == (expected.bias is None)
        if layer.bias is not None:
            np.testing.assert_allclose(layer.bias, expected.bias, rtol, atol, strict=True)


# ---- numbers that were made elsewhere

X, Y = [0.05, 0.10], [0.01, 0.99]


def test_the_known_example_has_its_known_numbers():
    net = mazur()
    assert f"{net.forward(X, Y).loss:.9f}" == "0.298371109"
    assert f"{net.gradient(X, Y).weights[1][0, 0]:.9f}" == "0.082167041"
    new = net.step(X, Y, Rules(rate=0.5, biases="frozen"))
    assert f"{new.layers[1].weights[0, 0]:.8f}" == "0.35891648"
    assert f"{new.layers[0].weights[0, 0]:.9f}" == "0.149780716"


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    ("order", "biases", "loss"),
    [
        ("simultaneous", "frozen", "0.291027774"),
        ("simultaneous", "per_unit", "0.280471447"),
        ("simultaneous", "shared", "0.285750887"),
        ("output_first", "frozen", "0.291027924"),
    ],
)
def test_the_rules_explain_the_losses_that_go_round_for_the_known_example(shared, order, biases, loss):
    run = mazur(shared).train(X, Y, 1, Rules(rate=0.5, order=order, biases=biases))
    assert [f"{loss:.9f}" for loss in run.losses] == ["0.298371109", loss]
    assert f"{run.network.forward(X, Y).loss:.9f}" == loss


def test_the_articles_network_is_the_one_calculated_by_hand():
    rng = np.random.default_rng(1)
    for _ in range(50):
        x, y, w, theta = *rng.normal(size=(2, 2)), rng.normal(size=8), rng.uniform(0.1, 2)
        net = Network([Layer(w[:4].reshape(2, 2)), Layer(w[4:].reshape(2, 2))])
        f = byhand.forward(x, y, w)
        d = partials(f)
        at, gradient = net.forward(x, y), net.gradient(x, y)
        got = [*at.nets[0], *at.outs[1], *at.nets[1], *at.outs[2], *at.losses, at.loss]
        names = "h_in_1 h_in_2 h_out_1 h_out_2 o_in_1 o_in_2 o_out_1 o_out_2 lost1 lost2 lost".split()
        np.testing.assert_allclose(got, [getattr(f, name) for name in names], rtol=1e-12)
        hidden, output = gradient.weights
        got = [*gradient.deltas[1], *gradient.deltas[0], *hidden.flat, *output.flat]
        names = "o_delta_1 o_delta_2 h_delta_1 h_delta_2".split() + [f"diff_w{k}" for k in range(1, 9)]
        np.testing.assert_allclose(got, [getattr(d, name) for name in names], rtol=1e-12, atol=1e-15)
        new = net.step(x, y, Rules(rate=theta))
        got = np.concatenate([layer.weights.ravel() for layer in new.layers])
        np.testing.assert_allclose(got, update(f, d, theta), rtol=1e-12)
        losses = net.train(x, y, 30, Rules(rate=theta)).losses
        lost = [f.lost for f in byhand.passes(31, x, y, Weights(*w), theta)]
        np.testing.assert_allclose(losses, lost, rtol=1e-12, atol=1e-15)


# ---- automatic differentiation: the definitions only, and no derivative from this book

PLAIN = {
    "sigmoid": lambda t: 1 / (1 + anp.exp(-t)),
    "tanh": lambda t: anp.tanh(t),
    # written so that at 0, where all inputs of a unit are silent, the slope is that of the left side
    "relu": lambda t: anp.where(t > 0, t, 0.0),
    "linear": lambda t: t,
    "softmax": lambda t: anp.exp(t) / anp.sum(anp.exp(t), axis=-1, keepdims=True),
}
ERRORS = {
    "half_sse": lambda out, y: anp.sum((y - out) ** 2, axis=-1) / 2,
    "sse": lambda out, y: anp.sum((y - out) ** 2, axis=-1),
    "mse": lambda out, y: anp.mean((y - out) ** 2, axis=-1),
    "half_mse": lambda out, y: anp.mean((y - out) ** 2, axis=-1) / 2,
    "binary_cross_entropy": lambda out, y: -anp.sum(y * anp.log(out) + (1 - y) * anp.log(1 - out), axis=-1),
    "cross_entropy": lambda out, y: -anp.sum(y * anp.log(out), axis=-1),
    "mae": lambda out, y: anp.mean(anp.abs(y - out), axis=-1),
    "output": lambda out, y: anp.sum(out, axis=-1),
}
# The partial of the loss by an output and the slope of an activation, every term taken as positive.
ABOUT_ERRORS = {
    "half_sse": lambda out, y: abs(out) + abs(y),
    "sse": lambda out, y: 2 * (abs(out) + abs(y)),
    "mse": lambda out, y: 2 * (abs(out) + abs(y)) / y.shape[-1],
    "half_mse": lambda out, y: (abs(out) + abs(y)) / y.shape[-1],
    "binary_cross_entropy": lambda out, y: y / out + (1 - y) / (1 - out),
    "cross_entropy": lambda out, y: y / out,
    "mae": lambda out, y: np.ones_like(out) / y.shape[-1],
    "output": lambda out, y: np.ones_like(out),
}
ABOUT_SLOPES = {
    "sigmoid": lambda out, d: d * out * (1 + out),
    "tanh": lambda out, d: d * (1 + out**2),
    "relu": lambda out, d: d,
    "linear": lambda out, d: d,
    "softmax": lambda out, d: out * (d + (d * out).sum(-1, keepdims=True)),
}
POSITIVE = {"binary_cross_entropy", "cross_entropy"}  # losses that take a logarithm of the output


def drawn(rng, activation, loss, depth):
    """Return a random network with that output and loss, inputs and targets: one example or a few.

    The net inputs are about 1, so that the plain definitions, which know no precautions, are exact enough.
    """
    sizes = rng.integers(1, 7, depth + 1)
    if (activation, loss) == ("softmax", "binary_cross_entropy"):
        sizes[-1] = rng.integers(2, 7)  # of one unit the share is 1, and no other target is possible
    names = [*rng.choice(list(ACTIVATIONS), depth - 1), activation]
    parts = [
        (rng.normal(size=(n, m)) / np.sqrt(m), rng.normal(size=n) if rng.random() < 0.5 else None)
        for m, n in itertools.pairwise(sizes)
    ]
    count = [(), (1,), (2,), (5,)][rng.integers(4)]
    x, y = rng.normal(size=(*count, sizes[0])), rng.normal(size=(*count, sizes[-1]))
    if loss == "binary_cross_entropy":
        y = np.clip(y, 0, 1)
    if loss == "cross_entropy":
        y = (
            np.exp(y) / np.exp(y).sum(-1, keepdims=True)
            if rng.random() < 0.5
            else np.eye(sizes[-1])[y.argmax(-1)]
        )
    if loss in POSITIVE and activation not in ("sigmoid", "softmax"):
        # outputs that are shares: of positive numbers all are, once the largest is scaled to less than 1
        x, parts = abs(x), [(abs(w), b if b is None else abs(b)) for w, b in parts]
        out = Network([Layer(*part, name) for part, name in zip(parts, names, strict=True)]).forward(x)
        w, b = parts[-1]
        parts[-1] = (w, b) = (w / out.nets[-1].max() / 1.3, b if b is None else b / out.nets[-1].max() / 1.3)
    layers = [Layer(w, b, str(name)) for (w, b), name in zip(parts, names, strict=True)]
    return Network(layers, loss, bool(rng.integers(2))), x, y


def model(net, numbers, x):
    """Calculate all net inputs and outputs for autograd; to every net input a number may be added."""
    nets, outs = [], [x]
    for layer, (w, b, nudge) in zip(net.layers, numbers, strict=True):
        t = anp.dot(outs[-1], w.T) + nudge
        if layer.bias is not None:
            t = t + b
        nets.append(t)
        outs.append(PLAIN[layer.activation](t))
    return nets, outs


def scale(net):
    """Return what the sum or the mean of the errors, as the definitions have it, is to be multiplied by."""
    meant = net.loss in ("mse", "half_mse", "mae")
    return 1 if net.mean == meant else 1 / net.sizes[-1] if net.mean else net.sizes[-1]


def disagreement(net, x, y, examples):
    """Return the largest difference from autograd, of a pass and of its partials, over the size of the terms.

    A sum of products a*b is calculated with an error that is a small multiple of 2**-53 times the sum of
    |a*b|, whatever is left when the terms cancel. So that sum, and not the result, is what a difference is
    measured by: |w| * |out| added up for a net input; for a delta the same calculation with every term
    positive, |out| + |y| for out - y, 1 + out for 1 - out; and for a partial by a weight |delta| * |out| over
    the examples. What an error in a net input does to the slopes after it is not in it; 1e-12 has room.
    """
    at, got = net.forward(x, y), net.gradient(x, y, examples)
    average = anp.mean if examples == "batch_mean" else anp.sum
    count = len(x) if x.ndim == 2 and examples == "batch_mean" else 1
    numbers = [
        (layer.weights, np.zeros(1) if layer.bias is None else layer.bias, np.zeros(np.shape(net_input)))
        for layer, net_input in zip(net.layers, at.nets, strict=True)
    ]
    nets, outs = model(net, numbers, x)
    total = autograd.grad(
        lambda numbers: average(scale(net) * ERRORS[net.loss](model(net, numbers, x)[1][-1], y))
    )(numbers)
    error, worst = scale(net) * ERRORS[net.loss](outs[-1], y), 0.0

    def compare(mine, other, size):
        nonlocal worst
        assert np.shape(mine) == np.shape(other)
        assert np.all(abs(mine - other) <= size), "not even of one size"
        with np.errstate(invalid="ignore"):
            ratio = np.nan_to_num(abs(mine - other) / size)  # 0 / 0 where a term is 0 exactly
        worst = max(worst, float(np.max(ratio)))

    compare(at.loss, error, abs(error) + net.sizes[-1])
    d = scale(net) * ABOUT_ERRORS[net.loss](outs[-1], y)
    for k in reversed(range(len(net.layers))):
        layer, (by_weights, by_bias, by_net) = net.layers[k], total[k]
        size = abs(outs[k]) @ abs(layer.weights).T + (0 if layer.bias is None else abs(layer.bias))
        compare(at.nets[k], nets[k], size)
        compare(at.outs[k + 1], outs[k + 1], size + abs(outs[k + 1]))
        d = ABOUT_SLOPES[layer.activation](outs[k + 1], d)
        compare(got.deltas[k], by_net * count, d)
        size = np.atleast_2d(d).T @ abs(np.atleast_2d(outs[k])) / count
        compare(got.weights[k], by_weights, size)
        assert (got.biases[k] is None) == (layer.bias is None)
        if layer.bias is not None:
            compare(got.biases[k], by_bias, np.atleast_2d(d).sum(0) / count)
        d = d @ abs(layer.weights)
    return worst


@pytest.mark.soak
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_autograd_agrees(activation, loss):
    rng = np.random.default_rng([list(ACTIVATIONS).index(activation), list(LOSSES).index(loss)])
    for _, depth, examples in itertools.product(
        range(tries(2, 50)), (1, 2, 3, 4), ("batch_mean", "batch_sum")
    ):
        assert disagreement(*drawn(rng, activation, loss, depth), examples) < 1e-12


# ---- differences, and plain loops


def middling(loss="cross_entropy", *axes):
    """Return a network of 5, 7, 6 and 4 units, four examples of inputs and of targets; or many networks."""
    rng = np.random.default_rng(2)
    layers = [
        Layer(rng.normal(size=(*axes, 7, 5)), rng.normal(size=(*axes, 7)), "tanh"),
        Layer(rng.normal(size=(*axes, 6, 7)), None, "sigmoid"),
        Layer(rng.normal(size=(*axes, 4, 6)), rng.normal(size=(*axes, 4)), "softmax"),
    ]
    y = rng.uniform(size=(*axes, 4, 4))
    return Network(layers, loss), rng.normal(size=(*axes, 4, 5)), y / y.sum(-1, keepdims=True)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_partial_is_the_slope_of_the_loss(loss):
    net, x, y = middling(loss)
    gradient = net.gradient(x, y, "batch_sum")
    for k, layer in enumerate(net.layers):
        for name, partial in ("weights", gradient.weights[k]), ("bias", gradient.biases[k]):
            given = getattr(layer, name)
            if given is None:
                assert partial is None
                continue
            assert partial.shape == given.shape
            for place in np.ndindex(given.shape):
                nudge = np.zeros(given.shape)
                nudge[place] = 1e-4
                # the central differences of two widths, combined so that only h**4 is left of the error
                slopes = []
                for h in 1, 2:
                    up, down = (
                        (*net.layers[:k], layer._replace(**{name: given + n * nudge}), *net.layers[k + 1 :])
                        for n in (h, -h)
                    )
                    up, down = (Network(layers, loss).forward(x, y).loss.sum() for layers in (up, down))
                    slopes.append((up - down) / (2e-4 * h))
                assert partial[place] == pytest.approx((4 * slopes[0] - slopes[1]) / 3, rel=1e-8, abs=1e-9)


def test_shapes_are_those_of_the_layers_and_examples():
    for axes in (), (3,), (2, 3):
        net, x, y = middling("cross_entropy", *axes)
        at, gradient = net.forward(x, y), net.gradient(x, y)
        assert net.sizes == (5, 7, 6, 4)
        assert [part.shape for part in at.nets] == [(*axes, 4, n) for n in (7, 6, 4)]
        assert [part.shape for part in at.outs] == [(*axes, 4, n) for n in (5, 7, 6, 4)]
        assert (at.losses.shape, at.loss.shape) == ((*axes, 4, 4), (*axes, 4))
        assert [part.shape for part in gradient.deltas] == [(*axes, 4, n) for n in (7, 6, 4)]
        assert [part.shape for part in gradient.weights] == [layer.weights.shape for layer in net.layers]
        assert [np.shape(part) for part in gradient.biases] == [(*axes, 7), (), (*axes, 4)]
        assert net.train(x, y, 3).losses.shape == (4, *axes)
        assert net.forward(x)[2:] == (None, None)
    net, x, y = middling()
    at, gradient = net.forward(x[0], y[0]), net.gradient(x[0], y[0])
    assert [part.shape for part in (*at.nets, *gradient.deltas)] == [(7,), (6,), (4,)] * 2
    assert [part.shape for part in at.outs] == [(5,), (7,), (6,), (4,)]
    assert at.losses.shape == (4,)
    assert type(at.loss) is float
    assert at.losses.sum() == pytest.approx(at.loss, rel=1e-15)
    assert net.train(x[0], y[0], 3).losses.shape == (4,)


def test_the_loss_of_an_example_is_the_sum_or_the_mean_of_the_errors_of_its_outputs():
    for loss in LOSSES:
        net, x, y = middling(loss)
        at = net.forward(x, y)
        count = 4 if loss in ("mse", "half_mse", "mae") else 1
        np.testing.assert_allclose(at.losses.sum(-1) / count, at.loss, rtol=1e-15)


@pytest.mark.parametrize("examples", ["batch_mean", "batch_sum", "online"])
def test_many_networks_equal_each_one_alone(examples):
    net, x, y = middling("cross_entropy", 2, 3)
    rules = Rules(0.3, momentum=0.5, examples=examples)
    at, run = net.forward(x, y), net.train(x, y, 4, rules)
    batch = "batch_sum" if examples == "online" else examples
    gradient = net.gradient(x, y, batch)
    for place in np.ndindex(2, 3):

        def alone(network, place=place):
            return Network(
                [
                    Layer(
                        layer.weights[place],
                        layer.bias if layer.bias is None else layer.bias[place],
                        layer[2],
                    )
                    for layer in network.layers
                ],
                network.loss,
            )

        one = alone(net)
        np.testing.assert_allclose(at.loss[place], one.forward(x[place], y[place]).loss, rtol=1e-13)
        single = one.gradient(x[place], y[place], batch)
        for mine, other in zip(
            gradient.weights + gradient.deltas, single.weights + single.deltas, strict=True
        ):
            np.testing.assert_allclose(mine[place], other, rtol=1e-12, atol=1e-14)
        trained = one.train(x[place], y[place], 4, rules)
        np.testing.assert_allclose(run.losses[(slice(None), *place)], trained.losses, rtol=1e-12)
        same(alone(run.network), trained.network)


def test_axes_of_networks_broadcast():
    net, x, y = middling()
    many = np.stack([x, x + 1, x - 1])
    loss = net.forward(many, y).loss
    assert loss.shape == (3, 4)
    for one, expected in zip(many, loss, strict=True):
        np.testing.assert_allclose(net.forward(one, y).loss, expected, rtol=1e-13)
    # of networks that differ by their inputs only, every one has weights of its own after a step
    new = net.step(many, y)
    for k, one in enumerate(many):
        alone = net.step(one, y)
        for layer, expected in zip(new.layers, alone.layers, strict=True):
            np.testing.assert_allclose(layer.weights[k], expected.weights, rtol=1e-12, atol=1e-14)
    # and a layer that all share becomes one for each, too
    layers = [net.layers[0], net.layers[1], Layer(np.stack([net.layers[2].weights] * 2), None, "softmax")]
    new = Network(layers, net.loss).step(x, y)
    assert [layer.weights.shape[:-2] for layer in new.layers] == [(2,)] * 3
    assert new.forward(x, y).loss.shape == (2, 4)


def test_the_examples_are_the_sum_or_the_mean_of_each_alone():
    net, x, y = middling()
    single = [net.gradient(*pair) for pair in zip(x, y, strict=True)]
    for examples, count in ("batch_sum", 1), ("batch_mean", 4):
        gradient = net.gradient(x, y, examples)
        for k in range(3):
            total = sum(part.weights[k] for part in single) / count
            np.testing.assert_allclose(gradient.weights[k], total, rtol=1e-12, atol=1e-15)
            for place, part in enumerate(single):  # a delta belongs to one example
                np.testing.assert_allclose(gradient.deltas[k][place], part.deltas[k], rtol=1e-12, atol=1e-15)
        total = sum(part.biases[0] for part in single) / count
        np.testing.assert_allclose(gradient.biases[0], total, rtol=1e-12, atol=1e-15)
        losses = net.train(x, y, 0, Rules(examples=examples)).losses
        assert losses == pytest.approx([net.forward(x, y).loss.sum() / count], rel=1e-14)
    assert net.train(x, y, 0, Rules(examples="online")).losses == pytest.approx(net.forward(x, y).loss.sum())


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("momentum", [0, 0.9])
def test_online_is_one_step_after_the_other(order, momentum):
    net, x, y = middling()
    rules = Rules(0.3, order=order, examples="online", momentum=momentum)
    run, one, losses = net.train(x, y, 3, rules), net, [net.forward(x, y).loss.sum()]
    for _ in range(3):
        for pair in zip(x, y, strict=True):
            one = one.step(*pair, rules)
        losses.append(one.forward(x, y).loss.sum())
    same(run.network, one)
    np.testing.assert_allclose(run.losses, losses, rtol=1e-13)


@pytest.mark.parametrize("rules", [Rules(), Rules(0.1, "output_first", "frozen", "batch_sum", 0.9)])
def test_a_run_is_its_steps(rules):
    net, x, y = middling()
    run, one = net.train(x, y, 5, rules), net
    for _ in range(5):
        one = one.step(x, y, rules)
    same(run.network, one, 0, 0)
    two = net.train(x, y, 2, rules).network.train(x, y, 3, rules)
    same(run.network, two.network, 0, 0)
    np.testing.assert_array_equal(run.losses[2:], two.losses)
    same(net.train(x, y, 0, rules).network, net, 0, 0)


def plainly(sizes, weights, biases, data, passes, rules):
    """Train a network of sigmoids in plain loops, in place: a number at a time, half the squared errors.

    weights[k][j][i] leads from unit i to unit j, biases[k][j] into unit j.
    """
    speed = [[[0.0] * len(row) for row in layer] for layer in weights]
    speed_of_biases = [[0.0] * len(layer) for layer in biases]
    depth = len(weights)
    for _ in range(passes):
        for batch in [[pair] for pair in data] if rules.examples == "online" else [data]:
            share = 1 / len(batch) if rules.examples == "batch_mean" else 1
            outs, deltas = [], []
            for x, y in batch:
                out = [list(x)]
                for k in range(depth):
                    nets = [
                        sum(w * o for w, o in zip(row, out[k], strict=True)) + b
                        for row, b in zip(weights[k], biases[k], strict=True)
                    ]
                    out.append([1 / (1 + math.exp(-t)) for t in nets])
                outs.append(out)
                slopes = [o - target for o, target in zip(out[-1], y, strict=True)]
                deltas.append([s * o * (1 - o) for s, o in zip(slopes, out[-1], strict=True)])
            for k in reversed(range(depth)):
                before = [row[:] for row in weights[k]]
                steps = []
                for j in range(sizes[k + 1]):
                    for i in range(sizes[k]):
                        partial = sum(d[j] * out[k][i] for d, out in zip(deltas, outs, strict=True)) * share
                        speed[k][j][i] = rules.momentum * speed[k][j][i] + partial
                        weights[k][j][i] -= rules.rate * speed[k][j][i]
                    steps.append(sum(d[j] for d in deltas) * share)
                if rules.biases == "shared":
                    steps = [sum(steps)] * len(steps)
                if rules.biases != "frozen":
                    for j, step in enumerate(steps):
                        speed_of_biases[k][j] = rules.momentum * speed_of_biases[k][j] + step
                        biases[k][j] -= rules.rate * speed_of_biases[k][j]
                through = weights[k] if rules.order == "output_first" else before
                deltas = [
                    [
                        sum(d[j] * through[j][i] for j in range(sizes[k + 1])) * out[k][i] * (1 - out[k][i])
                        for i in range(sizes[k])
                    ]
                    for d, out in zip(deltas, outs, strict=True)
                ]


@pytest.mark.parametrize("examples", ["batch_mean", "batch_sum", "online"])
@pytest.mark.parametrize("biases", ["per_unit", "shared", "frozen"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_rule_does_what_a_plain_loop_does(order, biases, examples):
    rng, sizes = np.random.default_rng(3), (3, 4, 3, 2)
    for momentum in 0, 0.9:
        rules = Rules(0.7, order, biases, examples, momentum)
        weights = [rng.normal(size=(n, m)) for m, n in itertools.pairwise(sizes)]
        shared = biases == "shared"
        bias = [np.full(n, rng.normal()) if shared else rng.normal(size=n) for n in sizes[1:]]
        x, y = rng.normal(size=(3, 3)), rng.uniform(size=(3, 2))
        net = Network([Layer(w, b) for w, b in zip(weights, bias, strict=True)])
        weights, bias = [w.tolist() for w in weights], [b.tolist() for b in bias]
        new = net.train(x, y, 7, rules).network
        plainly(sizes, weights, bias, list(zip(x.tolist(), y.tolist(), strict=True)), 7, rules)
        for layer, w, b in zip(new.layers, weights, bias, strict=True):
            np.testing.assert_allclose(layer.weights, w, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(np.broadcast_to(layer.bias, len(b)), b, rtol=1e-12, atol=1e-14)


def test_biases_are_as_many_as_the_policy_steps():
    net = mazur(shared=True)
    assert [layer.bias.shape for layer in net.layers] == [(1,)] * 2
    for biases, size in ("per_unit", 2), ("shared", 1), ("frozen", 1):
        assert [layer.bias.shape for layer in net.step(X, Y, Rules(biases=biases)).layers] == [(size,)] * 2
    new = mazur().step(X, Y, Rules(biases="frozen"))
    assert [layer.bias.tolist() for layer in new.layers] == [[0.35] * 2, [0.6] * 2]
    with pytest.raises(ValueError, match=r"^layer 1: bias: .*shared"):
        Network([Layer([[1], [1]], [0.1, 0.2])]).step([1], [1, 1], Rules(biases="shared"))


def test_the_partial_by_a_shared_bias_is_one_number():
    # a partial has the shape of what it is by
    per_unit, shared = mazur().gradient(X, Y), mazur(shared=True).gradient(X, Y)
    for one, many in zip(shared.biases, per_unit.biases, strict=True):
        assert one.shape == (1,)
        assert one[0] == pytest.approx(many.sum(), rel=1e-14)


def test_frozen_biases_stay_whatever_the_steps_before():
    net = mazur().step(X, Y, Rules(momentum=0.9))
    new = net.train(X, Y, 3, Rules(momentum=0.9, biases="frozen")).network
    for layer, before in zip(new.layers, net.layers, strict=True):
        assert layer.bias.tolist() == before.bias.tolist()


def test_a_shared_bias_stays_shared_whatever_the_steps_before():
    # with a velocity for each unit, and the bias set back to one
    net = mazur().step(X, Y, Rules(momentum=0.9))
    layers = [layer._replace(bias=[0.5]) for layer in net.layers]
    new = dataclasses.replace(net, layers=layers).step(X, Y, Rules(momentum=0.9, biases="shared"))
    assert [layer.bias.shape for layer in new.layers] == [(1,)] * 2


# ---- numbers of any size


def test_the_cross_entropies_take_large_net_inputs():
    for t, y, loss in (1000, 0, 1000), (-1000, 1, 1000), (1000, 1, 0), (-1000, 0, 0), (1000, 0.25, 750):
        net = Network([Layer([[t]])], "binary_cross_entropy")
        at, gradient = net.forward([1], [y]), net.gradient([1], [y])
        assert (at.loss, at.losses.tolist()) == (loss, [loss])
        assert gradient.weights[0].tolist() == gradient.deltas[0][None].tolist() == [[(t > 0) - y]]
    for t, y, loss, delta in (
        ([1000, -1000], [1, 0], 0, [0, 0]),
        ([1000, -1000], [0, 1], 2000, [1, -1]),
        ([1000, 1000], [1, 0], math.log(2), [-0.5, 0.5]),
        ([-1000, -1000], [0.5, 0.5], math.log(2), [0, 0]),
        ([1000, -1000, 0], [0.25, 0.25, 0.5], 1000, [0.75, -0.25, -0.5]),
    ):
        net = Network([Layer(np.array(t)[:, None], None, "softmax")], "cross_entropy")
        at, gradient = net.forward([1], y), net.gradient([1], y)
        # calculated at a net input of 1000, whose neighbour is 1e-13 away
        assert at.loss == pytest.approx(loss, rel=1e-15, abs=1e-12)
        assert gradient.deltas[0].tolist() == delta
        assert gradient.weights[0].ravel().tolist() == delta


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["half_sse", "sse", "mse", "half_mse", "mae", "output"])
@pytest.mark.parametrize("t", [1000, -1000, 1e50, -1e50])
def test_no_activation_loses_a_large_net_input(activation, loss, t):
    net = Network([Layer([[t], [-t]], None, activation), Layer([[1, 1]], [0.5], "linear")], loss)
    gradient = net.gradient([1], [0])
    assert all(np.all(np.isfinite(part)) for part in gradient.weights + gradient.deltas)


@pytest.mark.parametrize(
    ("net", "y", "delta"),
    [
        # at an output of 0 or 1 that is the target the slope by it is that of the one logarithm left
        (ones("relu", loss="cross_entropy"), [1], [-1]),
        (Network([Layer([[1], [-1]], None, "relu")], "cross_entropy"), [1, 0], [-1, 0]),
        (Network([Layer([[1], [0]], None, "linear")], "cross_entropy"), [1, 0], [-1, 0]),
        (Network([Layer([[1]], None, "linear")], "binary_cross_entropy"), [1], [-1]),
        (Network([Layer([[0]], None, "linear")], "binary_cross_entropy"), [0], [1]),
        (Network([Layer([[1000], [-1000]], None, "softmax")], "binary_cross_entropy"), [1, 0], [0, 0]),
        (Network([Layer([[1000], [-1000]])], "cross_entropy"), [1, 0], [0, 0]),
    ],
)
def test_where_the_loss_is_0_its_slope_is_a_number(net, y, delta):
    assert net.forward([1], y).loss == 0
    assert net.gradient([1], y).deltas[0].tolist() == delta


def test_the_absolute_error_has_the_sign_for_a_slope_and_none_at_its_kink():
    net = Network([Layer([[1], [2], [3], [4]], None, "linear")], "mae")
    assert net.forward([1], [2, 2, 2, 2]).loss == (1 + 0 + 1 + 2) / 4
    assert net.gradient([1], [2, 2, 2, 2]).deltas[0].tolist() == [-0.25, 0, 0.25, 0.25]


def test_the_outputs_themselves_are_differentiated_whatever_the_targets():
    net = Network([Layer([[1, 2], [3, 4]], None, "linear")], "output")
    for y in [0, 0], [5, -7]:
        assert net.forward([5, 6], y).loss == 17 + 39
        assert net.gradient([5, 6], y).weights[0].tolist() == [[5, 6], [5, 6]]


def chain(*weights, loss="half_sse"):
    """Return a linear network, each layer of which has the one weight, or a column of them."""
    return Network([Layer(np.reshape(w, (-1, 1)), None, "linear") for w in weights], loss)


def test_no_loss_is_silently_infinite():
    # every share of it is finite, but not their sum
    with pytest.raises(ValueError, match="^loss: .*not a finite number"):
        chain(1e50, 1e50, [1.2e4, 1.2e4], loss="sse").forward([1e50], [0, 0])


def test_no_partial_is_silently_infinite():
    net = chain(1e-50, 1e50, 1e50, 1e50)
    assert net.forward([1e50], [0]).loss == pytest.approx(5e299)
    with pytest.raises(ValueError, match="not a finite number"):
        net.gradient([1e50], [0])


# ---- what is refused

NO_NUMBERS = [
    *(None, "1", b"1", bytearray(b"12"), object(), {}, {1, 2}, len, iter([1]), ..., Layer([[1]]), Rules()),
    *([None], ["1"], [[1], [1, 2]], [[[1]], [1]], [{}], [10**400], [object()], [[1, None]], [True, "1"]),
    *(NAN, INF, -INF, 2 * LIMIT, -2 * LIMIT, 10**400, 1j, [NAN], [[INF]], [[2 * LIMIT]], [1j], [[1 + 0j]]),
    *(np.array(None), np.array("1"), np.array(["1"]), np.array([1], "datetime64[s]"), np.timedelta64(1, "s")),
    *(np.zeros(2, "i4,i4"), np.ma.masked_array([1, 2], [True, False]), np.ma.masked, np.longdouble("1e4000")),
    *([], [[]], [[[]]], np.zeros((2, 0)), np.zeros((0, 2)), 1, 1.5, True, np.array(1.0)),
]


def wants(argument):
    """Return what a message begins with: the argument, and what was wanted of it."""
    return rf"^{argument}: .*\b(expected|expects|wants)\b"


@pytest.mark.parametrize("bad", [*NO_NUMBERS, [1, 2], [1, 2, 3]], ids=kind)
def test_bad_weights_are_named(bad):
    for layers, place in ([Layer(bad)], 1), ([Layer([[1, 1]]), Layer(bad, [0])], 2):
        with pytest.raises(ValueError, match=wants(f"layer {place}: weights")):
            Network(layers)


@pytest.mark.parametrize(
    "bad",
    [bad for bad in NO_NUMBERS if bad is not None and not (np.isscalar(bad) and bad in (1, 1.5))],
    ids=kind,
)
def test_bad_biases_are_named(bad):
    if kind(bad) == "ndarray" and bad.shape == () and bad.dtype == float:
        assert Network([Layer([[1], [1]], bad)]).layers[0].bias.tolist() == [1]
        return
    with pytest.raises(ValueError, match=wants("layer 2: bias")):
        Network([Layer([[1], [1]]), Layer([[1, 1]] * 3, bad)])


@pytest.mark.parametrize("bad", [*NO_NUMBERS, [1, 2, 3], [[1, 2, 3]], np.zeros((3, 0, 2))], ids=kind)
def test_bad_inputs_and_targets_are_named(bad):
    net = mazur()
    one, batch, many = [1, 1], [[1, 1]], np.ones((3, 1, 2))
    for function in net.forward, net.gradient, net.step, lambda x, y: net.train(x, y, 2):
        for other in one, batch, many:
            with pytest.raises(ValueError, match=wants("x")):
                function(bad, other)
            if bad is not None or function != net.forward:
                with pytest.raises(ValueError, match=wants("y")):
                    function(other, bad)
    with pytest.raises(ValueError, match=wants("x")):
        net.forward(bad)


def test_a_list_nested_too_deep_is_named():
    bad = functools.reduce(lambda a, _: [a], range(10**4), 1)
    for make in lambda: Network([Layer(bad)]), lambda: mazur().forward(bad), lambda: mazur().gradient(X, bad):
        with pytest.raises(ValueError, match=r"expected a number or an array of numbers, got lists in lists"):
            make()


@pytest.mark.parametrize(
    "bad",
    [
        *(
            None,
            5,
            1.5,
            object(),
            len,
            True,
            NAN,
            np.array(1.0),
            np.ones(3),
            Layer,
            Network,
            "a",
            "ab",
            "abcd",
        ),
        *(
            {},
            [],
            (),
            {1: 2},
            [None],
            [5],
            [()],
            [[]],
            [(1, 2, 3, 4)],
            [Layer],
            ["abcd"],
            [{}],
            mazur(),
            iter([]),
        ),
        *(Layer([[1, 1], [1, 1]]), Layer([[1]]), [[Layer([[1]])]], np.ones((1, 2, 2)), {"weights": [[1]]}),
    ],
    ids=kind,
)
def test_what_are_no_layers_is_named(bad):
    with pytest.raises(ValueError, match=wants(r"(layers|layer 1: weights)")):
        Network(bad)


def test_any_iterable_of_layers_will_do():
    layers = [([[1, 1]], [0], "tanh"), Layer([[1]])]
    assert Network(iter(layers)).sizes == Network(tuple(layers)).sizes == (2, 1, 1)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [([[1, 1]],), ([[1, 1]],)],
            "layer 2: weights: expected 1 in a row, one for each unit of layer 1, got 2",
        ),
        (
            [([[1]],), ([[1]],), ([[1], [1]],), ([[1]],)],
            "layer 4: weights: expected 2 in a row, .* layer 3, got 1",
        ),
        ([([[1], [1]], [0, 0, 0])], "layer 1: bias: expected one, or 2: one for each unit, got 3"),
        ([([[1], [1]], [[0, 0, 0]])], "layer 1: bias: expected one, or 2: one for each unit, got 3"),
        ([(np.ones((2, 1, 1)),), (np.ones((3, 1, 1)),)], r"layer 2: weights: .*expected .*\(2,\).*\(3,\)"),
        ([(np.ones((2, 1, 1)), np.ones((3, 1)))], r"layer 1: bias: .*expected .*\(2,\).*\(3,\)"),
        # axes that fit the neighbour but not another layer
        ([(np.ones((2, 1, 1)),), ([[1]],), (np.ones((3, 1, 1)),)], r"layer 3: weights: .*expected .*\(3,\)"),
        ([([[1]], np.ones((2, 1))), (np.ones((3, 1, 1)),)], r"layer 2: weights: .*expected .*\(3,\)"),
        ([([[1]], np.ones((2, 1))), ([[1]], np.ones((3, 1)))], r"layer 2: bias: .*expected .*\(3,\)"),
    ],
)
def test_layers_that_do_not_fit_are_named(layers, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Network(layers)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3], None, "x: expected 2 inputs on the last axis, got 3"),
        ([[1], [1]], None, "x: expected 2 inputs on the last axis, got 1"),
        ([1, 2], [1], "y: expected 2 outputs on the last axis, got 1"),
        ([1, 2], [[1, 2]], "y: expected 1 axes.* got 2"),
        ([[1, 2]], [1, 2], "y: expected 2 axes.* got 1"),
        ([[1, 2]], [[1, 2], [3, 4]], "y: expected 1 examples.* got 2"),
        (np.ones((2, 1, 2)), np.ones((3, 1, 2)), r"y: .*expected .*\(2,\).*\(3,\)"),
        (np.zeros((0, 2)), None, "x: expected at least one example, got none"),
        ([[1, 2]], np.zeros((0, 2)), "y: expected (at least one example|1 examples).* got"),
        ([1, 1j], None, "x: expected (real numbers|numbers from)"),
        ([1, 2], [1j, 1], "y: expected (real numbers|numbers from)"),
    ],
)
def test_inputs_and_targets_that_do_not_fit_are_named(x, y, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        mazur().forward(x, y)


def test_networks_that_do_not_fit_the_inputs_are_named():
    net = Network([Layer([[1, 1]], np.ones((2, 1)))])
    assert net.forward(np.ones((2, 1, 2))).outs[1].shape == (2, 1, 1)
    for other in (
        net,
        Network([Layer(np.ones((2, 1, 2)))]),
        Network([Layer([[1, 1]]), Layer(np.ones((2, 1, 1)))]),
    ):
        with pytest.raises(ValueError, match=wants("x")):
            other.forward(np.ones((3, 1, 2)))
        with pytest.raises(ValueError, match=wants("y")):
            other.gradient(np.ones((1, 2)), np.ones((3, 1, 1)))


def test_targets_are_needed_for_partials():
    for function in mazur().gradient, mazur().step, lambda x, y: mazur().train(x, y, 1):
        with pytest.raises(ValueError, match=wants("y")):
            function(X, None)


@pytest.mark.parametrize(
    ("loss", "y", "got"),
    [
        ("binary_cross_entropy", [0.5, 1.5], "1.5"),
        ("binary_cross_entropy", [-0.25, 0.5], "-0.25"),
        ("cross_entropy", [1.5, -0.5], "-0.5"),
        ("cross_entropy", [0.5, 0.25], "0.75"),
        ("cross_entropy", [0, 0], "0"),
        ("cross_entropy", [1, 1], "2"),
    ],
)
def test_targets_that_the_loss_does_not_allow_are_named(loss, y, got):
    net = Network([Layer([[1], [2]], None, "softmax")], loss)
    for function in net.forward, net.gradient, net.step:
        for x, given in ([1], y), ([[1], [1]], [[0, 1], y]):
            with pytest.raises(ValueError, match=f"^y: {loss} expects .*, got {got}$"):
                function(x, given)
    assert net.forward([1], [0.25, 0.75 + 1e-12]).loss > 0


def test_a_target_that_is_hardly_too_large_is_shown_as_such():
    with pytest.raises(ValueError, match=r"^y: .*, got 1\.0+1"):
        ones("sigmoid", loss="binary_cross_entropy").forward([1], [1 + 1e-12])


NO_NAMES = [
    None,
    1,
    0,
    True,
    "",
    "x",
    [],
    ["sigmoid"],
    {},
    object(),
    len,
    NAN,
    b"mse",
    np.array(["mse"]),
    ("mse",),
]


@pytest.mark.parametrize("bad", NO_NAMES, ids=kind)
def test_bad_names_are_named(bad):
    with pytest.raises(ValueError, match=wants("layer 1: activation")):
        Network([Layer([[1]], None, bad)])
    with pytest.raises(ValueError, match=wants("loss")):
        Network([Layer([[1]])], bad)
    for name in "order", "biases", "examples":
        with pytest.raises(ValueError, match=wants(name)):
            Rules(**{name: bad})
    with pytest.raises(ValueError, match=wants("examples")):
        mazur().gradient(X, Y, bad)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ones("sigmoidal"), "layer 1: activation: .*got 'sigmoidal', perhaps sigmoid"),
        (lambda: ones("linear", "ReLU"), "layer 2: activation: .*got 'ReLU', perhaps relu"),
        (lambda: ones("sigmoid", loss="crossentropy"), "loss: .*got 'crossentropy', perhaps cross_entropy"),
        (lambda: ones("sigmoid", loss="MSE"), "loss: .*got 'MSE', perhaps mse"),
        (lambda: Rules(order="output-first"), "order: .*got 'output-first', perhaps output_first"),
        (lambda: Rules(biases="perunit"), "biases: .*got 'perunit', perhaps per_unit"),
        (lambda: Rules(examples="batch mean"), "examples: .*got 'batch mean', perhaps batch_mean"),
        (
            lambda: ones("tanh").gradient([1], [1], "sum"),
            "examples: .*one of batch_mean, batch_sum, got 'sum'",
        ),
        (lambda: ones("tanh").gradient([1], [1], "online"), "examples: .*one of batch_mean, batch_sum, got"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


NO_REAL = [
    None,
    "0.5",
    [],
    [0.5],
    {},
    object(),
    1j,
    NAN,
    INF,
    -INF,
    -1,
    10**400,
    np.array([0.5]),
    np.array(0.5),
]


@pytest.mark.parametrize("bad", [*NO_REAL, np.timedelta64(1, "s")], ids=kind)
def test_bad_numbers_of_a_rule_are_named(bad):
    for name in "rate", "momentum":
        with pytest.raises(ValueError, match=wants(name)):
            Rules(**{name: bad})
    if bad is not None:  # as the loss has it
        with pytest.raises(ValueError, match="^mean: expected True or False, got "):
            Network([Layer([[1]])], mean=bad)


def test_numbers_of_a_rule_have_their_bounds():
    for name, bad in ("rate", 0), ("rate", 2 * LIMIT), ("momentum", 1):
        with pytest.raises(ValueError, match=wants(name)):
            Rules(**{name: bad})
    rules = Rules(np.float32(0.5), momentum=np.int64(0))
    assert [type(value) for value in (rules.rate, rules.momentum)] == [float] * 2


@pytest.mark.parametrize(
    "bad", [-1, 1.5, 1.0, "3", None, NAN, INF, [1], np.array(1), 1j, object(), -(10**5000)], ids=kind
)
def test_a_bad_number_of_passes_is_named(bad):
    with pytest.raises(ValueError, match=wants("passes")):
        mazur().train(X, Y, bad)


def test_true_is_a_whole_number_as_everywhere_in_python():
    assert len(mazur().train(X, Y, True).losses) == len(mazur().train(X, Y, np.int8(1)).losses) == 2


@pytest.mark.parametrize("bad", [None, 0.5, "online", {}, [], object(), Rules, ("rate", 0.5)], ids=kind)
def test_rules_of_another_type_are_named(bad):
    with pytest.raises(ValueError, match=wants("rules")):
        mazur().step(X, Y, bad)
    with pytest.raises(ValueError, match=wants("rules")):
        mazur().train(X, Y, 0, bad)


def test_a_message_is_one_line_of_some_length():
    wide = Network([Layer(np.ones((1000, 1)), np.arange(1000))])
    for make in (
        lambda: wide.step([1], np.ones(1000), Rules(biases="shared")),
        lambda: wide.forward(np.full(1000, NAN)),
        lambda: wide.forward([1], np.full(1000, 1j)),
        lambda: Network([np.full((1000, 1000), 2 * LIMIT)] * 2),
        lambda: Network([Layer(np.ones((2,) * 60))] * 2),
    ):
        with pytest.raises(ValueError, match=r"\A[a-z]+.*\Z") as caught:
            make()
        assert len(str(caught.value)) < 200


# ---- runs that diverge


def steps(net, x, y, rules):
    """Return how many steps, one by one, leave the numbers finite."""
    for done in itertools.count():
        try:
            net = net.step(x, y, rules)
        except ValueError:
            return done


@pytest.mark.parametrize("examples", ["batch_mean", "batch_sum", "online"])
@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_a_run_that_diverges_says_in_which_pass(activation, examples):
    net = Network([Layer([[-1]], None, "linear"), Layer([[-1]], None, activation)], "sse")
    x, y, rules = [[1], [2]], [[9], [9]], Rules(rate=3, examples=examples)
    last = steps(net, x, y, rules)
    assert 1 < last < 1000
    assert np.all(np.isfinite(net.train(x, y, last, rules).losses))
    for passes in last + 1, last + 2, 10**30:
        with pytest.raises(
            ValueError,
            match=rf"^rate: 3 is too large, after {last + 1} passes layer \d: its net input is not",
        ):
            net.train(x, y, passes, rules)


def test_before_the_first_step_the_rate_is_not_to_blame():
    with pytest.raises(ValueError, match="^(layer 4|loss): .*not a finite number"):
        chain(1e50, 1e50, 1e50, 1e50).train([1e50], [0], 5)
    with pytest.raises(ValueError, match="^loss: cross_entropy is not a finite number at these outputs"):
        ones("linear", loss="cross_entropy").train([-1], [1], 5)


def test_a_net_input_that_is_not_finite_is_named():
    huge = [Layer([[1e50]], None, "linear")] * 6 + [Layer([[1e50]], None, "tanh")]
    with pytest.raises(ValueError, match="^layer 6: its net input is not a finite number"):
        Network(huge).forward([1e50])
    for function in Network(huge).forward, Network(huge).gradient:
        with pytest.raises(ValueError, match="^layer 6: its net input is not a finite number"):
            function([1e50], [0])


# ---- nothing changes


@pytest.mark.parametrize(
    "rules", [None, Rules(), Rules(momentum=0.9), Rules(biases="shared"), Rules(biases="frozen")]
)
def test_the_arrays_of_a_network_cannot_be_written_to(rules):
    for net in mazur(), mazur(shared=True):
        if rules is not None:
            net = net.step(X, Y, rules)
        parts = [part for layer in net.layers for part in layer[:2]]
        parts += [part for pair in net.velocity or () for part in pair]
        for part in parts:
            with pytest.raises(ValueError, match="read-only"):
                part[...] = 7
    with pytest.raises(dataclasses.FrozenInstanceError):
        net.loss = "mse"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Rules().rate = 1


@pytest.mark.parametrize("frozen", [False, True])
def test_what_the_caller_changes_later_changes_nothing(frozen):
    w, b, x, y = np.ones((2, 2)), np.ones(2), np.array([[0.1, 0.2]]), np.array([[0.3, 0.4]])
    given = [part[...] for part in (w, b, x, y)]
    for part in given if frozen else []:
        part.setflags(write=False)  # a view that cannot be written to, of an array that can
    net = Network([Layer(given[0], given[1], "linear")])
    at, loss = net.forward(*given[2:]), net.forward(*given[2:]).loss.tolist()
    for part in w, b, x, y:
        part[...] = 7
    assert net.layers[0].weights.tolist() == [[1, 1], [1, 1]]
    assert net.layers[0].bias.tolist() == [1, 1]
    assert at.outs[0].tolist() == [[0.1, 0.2]]
    assert net.forward([[0.1, 0.2]], [[0.3, 0.4]]).loss.tolist() == loss


def test_a_step_changes_neither_the_network_nor_what_was_given():
    net, x, y = middling()
    before = [part.copy() for layer in net.layers for part in layer[:2] if part is not None]
    given = x.copy(), y.copy()
    for rules in Rules(momentum=0.9), Rules(order="output_first", examples="online", momentum=0.5):
        new = net.train(x, y, 3, rules).network
        parts = [part for pair in new.velocity for part in pair]
        kept = [part.copy() for part in parts]
        new.train(x, y, 3, rules)
        for part, old in zip(parts, kept, strict=True):
            np.testing.assert_array_equal(part, old)
    after = [part for layer in net.layers for part in layer[:2] if part is not None]
    for part, old in zip([*after, x, y], [*before, *given], strict=True):
        np.testing.assert_array_equal(part, old)
    assert net.velocity is None


def test_a_result_shares_no_memory_with_the_network_or_what_was_given():
    net, x, y = ones("linear", "linear"), np.array([[1.0], [2.0]]), np.array([[0.5], [0.5]])
    at, gradient = net.forward(x, y), net.gradient(x, y)
    kept = [x, y, *(layer.weights for layer in net.layers)]
    for part in (*at.nets, *at.outs, at.losses, *gradient.weights, *gradient.deltas):
        assert not any(np.shares_memory(part, other) for other in kept)


def test_a_loss_is_kept_every_so_many_passes():
    run = mazur().train(X, Y, 12, every=4)
    assert run.losses.tolist() == mazur().train(X, Y, 12).losses[::4].tolist()
    with pytest.raises(ValueError, match="^every: expected a divisor of 12 passes, got 5"):
        mazur().train(X, Y, 12, every=5)
    many = Network([Layer(np.ones((3, 1, 1)), None, "linear")])
    with pytest.raises(ValueError, match="^rate: 9 is too large, after 22 passes .*not a finite number"):
        many.train([1e3], [0], 400, Rules(9), every=400)
