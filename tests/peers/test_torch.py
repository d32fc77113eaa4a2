"""PyTorch calculates the same, and its optimizer steps the same. Skipped where it is not installed.

To run it alone: python -m pytest --noconftest tests/peers
"""

import itertools

import numpy as np
import pytest

from workings.net import ACTIVATIONS, LOSSES, Layer, Network, Rules

torch = pytest.importorskip("torch")
functional = torch.nn.functional
torch.set_num_threads(1)  # the networks are small

UNITS = {
    "sigmoid": lambda t: torch.sigmoid(t),
    "tanh": lambda t: torch.tanh(t),
    "relu": lambda t: functional.relu(t),
    "linear": lambda t: t,
    "softmax": lambda t: torch.softmax(t, -1),
}
# The loss of each example, from its net inputs and outputs.
ERRORS = {
    "half_sse": lambda t, out, y: functional.mse_loss(out, y, reduction="none").sum(-1) / 2,
    "sse": lambda t, out, y: functional.mse_loss(out, y, reduction="none").sum(-1),
    "mse": lambda t, out, y: functional.mse_loss(out, y, reduction="none").mean(-1),
    "half_mse": lambda t, out, y: functional.mse_loss(out, y, reduction="none").mean(-1) / 2,
    "binary_cross_entropy": lambda t, out, y: functional.binary_cross_entropy(out, y, reduction="none").sum(
        -1
    ),
    "cross_entropy": lambda t, out, y: -torch.xlogy(y, out).sum(-1),
    "mae": lambda t, out, y: functional.l1_loss(out, y, reduction="none").mean(-1),
    "output": lambda t, out, y: out.sum(-1),
}
TOGETHER = {
    ("sigmoid", "binary_cross_entropy"): lambda t, out, y: functional.binary_cross_entropy_with_logits(
        t, y, reduction="none"
    ).sum(-1),
    ("softmax", "cross_entropy"): lambda t, out, y: functional.cross_entropy(t, y, reduction="none"),
}


def drawn(rng, activation, loss, depth):
    """Return a random network with that output and loss, inputs and targets of a few examples."""
    sizes = rng.integers(1, 7, depth + 1)
    sizes[-1] = max(2, sizes[-1])  # a softmax of one unit is 1
    names = [str(name) for name in rng.choice(list(ACTIVATIONS), depth - 1)] + [activation]
    weights = [rng.normal(size=(n, m)) / np.sqrt(m) for m, n in itertools.pairwise(sizes)]
    if (activation, loss) == ("softmax", "binary_cross_entropy"):
        weights[-1] = weights[-1] / 4  # no share so close to 1 that little is left of 1 - share
    biases = [rng.normal(size=n) if rng.random() < 0.5 else None for n in sizes[1:]]
    count = rng.integers(1, 6)
    x, y = rng.normal(size=(count, sizes[0])), rng.normal(size=(count, sizes[-1]))
    if loss == "binary_cross_entropy":
        y = np.clip(y, 0, 1)
    if loss == "cross_entropy":
        y = np.exp(y) / np.exp(y).sum(-1, keepdims=True)
    if loss in ("binary_cross_entropy", "cross_entropy") and activation not in ("sigmoid", "softmax"):
        # outputs that are shares: of positive numbers all are, once the largest is scaled to less than 1
        x, weights = abs(x), [abs(w) for w in weights]
        biases = [b if b is None else abs(b) for b in biases]
        top = 1.3 * Network([*map(Layer, weights, biases, names)]).forward(x).nets[-1].max()
        weights[-1], biases[-1] = weights[-1] / top, None if biases[-1] is None else biases[-1] / top
    return Network([*map(Layer, weights, biases, names)], loss), x, y


def tensors(net):
    """Return the weights and the biases of a network, for PyTorch to differentiate by."""
    kept = [[layer.weights for layer in net.layers], [layer.bias for layer in net.layers]]
    return [
        [None if part is None else torch.tensor(part, requires_grad=True) for part in parts] for parts in kept
    ]


def errors(net, weights, biases, x, y):
    """Calculate the net inputs, the outputs and the loss of each example."""
    nets, outs = [], [torch.tensor(x)]
    for layer, w, b in zip(net.layers, weights, biases, strict=True):
        nets.append(functional.linear(outs[-1], w, b))
        nets[-1].retain_grad()
        outs.append(UNITS[layer.activation](nets[-1]))
    error = TOGETHER.get((net.layers[-1].activation, net.loss), ERRORS[net.loss])
    return nets, outs, error(nets[-1], outs[-1], torch.tensor(y))


def apart(mine, other):
    """Return the largest difference, over the largest of the numbers, or over 1 where all are smaller.

    The numbers that a network starts from are about 1, and what is left of them when terms cancel is only as
    exact as they are.
    """
    other = other.detach().numpy()
    assert np.shape(mine) == other.shape
    return float(np.max(abs(mine - other)) / max(1, np.max(abs(other))))


def disagreement(net, x, y, examples):
    """Return the largest difference from PyTorch, of a pass and of its partials."""
    at, gradient = net.forward(x, y), net.gradient(x, y, examples)
    weights, biases = tensors(net)
    nets, outs, error = errors(net, weights, biases, x, y)
    (error.mean() if examples == "batch_mean" else error.sum()).backward()
    count = len(x) if examples == "batch_mean" else 1  # a delta is that of one example
    pairs = [
        *zip(at.nets, nets, strict=True),
        *zip(at.outs, outs, strict=True),
        *zip(gradient.deltas, [t.grad * count for t in nets], strict=True),
        *zip(gradient.weights, [w.grad for w in weights], strict=True),
        *((mine, b.grad) for mine, b in zip(gradient.biases, biases, strict=True) if b is not None),
        (at.loss, error),
    ]
    return max(apart(mine, other) for mine, other in pairs)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_pytorch_agrees(activation, loss):
    rng = np.random.default_rng([list(ACTIVATIONS).index(activation), list(LOSSES).index(loss)])
    for _, depth, examples in itertools.product(range(10), (1, 2, 3, 4), ("batch_mean", "batch_sum")):
        assert disagreement(*drawn(rng, activation, loss, depth), examples) < 1e-12


def optimized(net, x, y, passes, rules):
    """Train by torch.optim.SGD and return the losses and the parameters."""
    weights, biases = tensors(net)
    given = [{"params": weights}]
    if any(b is not None for b in biases) and rules.biases != "frozen":
        given.append({"params": [b for b in biases if b is not None]})
    optimizer = torch.optim.SGD(given, lr=rules.rate, momentum=rules.momentum)
    rows = [slice(n, n + 1) for n in range(len(x))] if rules.examples == "online" else [slice(None)]
    whole = torch.mean if rules.examples == "batch_mean" else torch.sum
    losses = [whole(errors(net, weights, biases, x, y)[2]).item()]
    for _ in range(passes):
        for row in rows:
            optimizer.zero_grad()
            whole(errors(net, weights, biases, x[row], y[row])[2]).backward()
            optimizer.step()
        losses.append(whole(errors(net, weights, biases, x, y)[2]).item())
    return losses, weights, biases


@pytest.mark.parametrize("examples", ["batch_mean", "batch_sum", "online"])
@pytest.mark.parametrize("biases", ["per_unit", "frozen"])
@pytest.mark.parametrize("momentum", [0, 0.9])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"), ("tanh", "mse")],
)
def test_the_optimizer_of_pytorch_steps_the_same(activation, loss, momentum, biases, examples):
    rng = np.random.default_rng(4)
    for depth in 1, 2, 3:
        net, x, y = drawn(rng, activation, loss, depth)
        rules = Rules(0.05, "simultaneous", biases, examples, momentum)
        run = net.train(x, y, 20, rules)
        losses, *kept = optimized(net, x, y, 20, rules)
        np.testing.assert_allclose(run.losses, losses, rtol=1e-12, atol=1e-12)
        for layer, w, b in zip(run.network.layers, *kept, strict=True):
            assert apart(layer.weights, w) < 1e-12
            assert (layer.bias is None) == (b is None)
            if b is not None:
                assert apart(layer.bias, b) < 1e-12
