"""A step of a network in plain NumPy, as somebody's program takes it, with a fault if one is asked for."""

import numpy as np

ACTIVATIONS = {
    "sigmoid": lambda t: 1 / (1 + np.exp(-t)),
    "tanh": np.tanh,
    "relu": lambda t: np.maximum(t, 0),
    "linear": lambda t: t,
    "softmax": lambda t: np.exp(t) / np.exp(t).sum(1, keepdims=True),
}
SLOPES = {
    "sigmoid": lambda t, a: a * (1 - a),
    "tanh": lambda t, a: 1 - a * a,
    "relu": lambda t, a: (t > 0) * 1.0,
    "linear": lambda t, a: np.ones_like(t),
}
# the slope of the loss of an example; of cross_entropy after softmax that by the net inputs
LOSSES = {
    "half_sse": lambda y, a: a - y,
    "sse": lambda y, a: 2 * (a - y),
    "mse": lambda y, a: 2 * (a - y) / y.shape[1],
    "binary_cross_entropy": lambda y, a: (a - y) / (a * (1 - a)) / y.shape[1],
    "cross_entropy": lambda y, a: a - y,
}


def passed(x, y, weights, biases, activations, loss="half_sse", fault=""):
    """Return the net inputs, the outputs and the deltas of each layer: a row for each example."""
    nets, outs = [], [x]
    for w, b, f in zip(weights, biases, activations, strict=True):
        nets.append(outs[-1] @ w.T + b)
        outs.append(ACTIVATIONS[f](nets[-1]))
    deltas = [LOSSES[loss](y, outs[-1])]
    if activations[-1] != "softmax" and fault != "no slope in the output layer":
        deltas[0] = deltas[0] * SLOPES[activations[-1]](nets[-1], outs[-1])
    for k in range(len(weights) - 2, -1, -1):
        back = deltas[0] @ (weights[k + 1].T if fault == "transposed" else weights[k + 1])
        slope = SLOPES[activations[k]](nets[k], nets[k] if fault == "net in the slope" else outs[k + 1])
        deltas.insert(0, back if fault == "no slope in the hidden layer" else back * slope)
    return nets, outs[1:], deltas


def stepped(x, y, weights, biases, activations, loss="half_sse", rate=0.5, count=None, fault=""):
    """Return the weights and biases after a step; count is what the sum over the examples is divided by."""
    _, outs, deltas = passed(x, y, weights, biases, activations, loss, fault)
    inputs, count = [x, *outs[:-1]], count or len(x)
    partials = [d.T @ a / count for d, a in zip(deltas, inputs, strict=True)]
    if fault == "hidden sign":
        partials[0] = -partials[0]
    if fault == "crossed":
        partials[-1][0, [0, 1]] = partials[-1][0, [1, 0]]
    if fault == "hidden weights kept":
        partials[0] = 0 * partials[0]
    by_bias = [d.sum(0) / count for d in deltas]
    if fault == "hidden biases kept":
        by_bias[0] = 0 * by_bias[0]
    if fault == "biases kept":
        by_bias = [0 * part for part in by_bias]
    rate = 1 if fault == "no rate" else rate
    moved = [
        [old - rate * step for old, step in zip(olds, steps, strict=True)]
        for olds, steps in ((weights, partials), (biases, by_bias))
    ]
    return moved[0], moved[1]


def network(seed, sizes, examples=1):
    """Return random inputs, weights and biases of a network of these sizes."""
    rng = np.random.default_rng(seed)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    x = rng.uniform(-1, 1, (examples, sizes[0])).round(2)
    return (
        x,
        [rng.uniform(-0.9, 0.9, shape).round(3) for shape in shapes],
        [rng.uniform(0.1, 0.5, n).round(2) for n, _ in shapes],
    )
