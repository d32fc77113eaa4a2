"""Faults in loops over neurons, layers and mini-batches: told where a person would mend them."""

import pytest

from workings.script import judge, parse_script

NEURONS = """
from math import exp
from random import random
network = [[{'weights': [random() for _ in range(3)]} for _ in range(2)] for _ in range(2)]
def forward(network, row):
    inputs = row
    for layer in network:
        outs = []
        for neuron in layer:
            activation = neuron['weights'][-1]
            for i in range(len(neuron['weights']) - 1):
                activation += neuron['weights'][i] * inputs[i]
            neuron['output'] = 1.0 / (1.0 + exp(-activation))
            outs.append(neuron['output'])
        inputs = outs
    return inputs
def backward(network, expected):
    for i in reversed(range(len(network))):
        layer, errors = network[i], list()
        if i != len(network) - 1:
            for j in range(len(layer)):
                error = 0.0
                for neuron in network[i + 1]:
                    error += (neuron['weights'][j] * neuron['delta'])
                errors.append(error)
        else:
            for j in range(len(layer)):
                errors.append(layer[j]['output'] - expected[j])
        for j in range(len(layer)):
            neuron = layer[j]
            neuron['delta'] = errors[j] * neuron['output'] * (1.0 - neuron['output'])
def update(network, row, rate):
    for i in range(len(network)):
        inputs = row if i == 0 else [neuron['output'] for neuron in network[i - 1]]
        for neuron in network[i]:
            for j in range(len(inputs)):
                neuron['weights'][j] -= rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= rate * neuron['delta']
for epoch in range(20):
    for row, expected in [([2.7, 2.5], [0, 1]), ([7.6, 2.7], [1, 0])]:
        outputs = forward(network, row)
        loss = sum([(expected[i] - outputs[i]) ** 2 for i in range(2)])
        backward(network, expected)
        update(network, row, 0.5)
"""
BATCHES = """
import numpy as np
sizes = {sizes}
biases = [np.random.randn(y, 1) for y in sizes[1:]]
weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))
def backprop(x, y):
    gb = [np.zeros(b.shape) for b in biases]
    gw = [np.zeros(w.shape) for w in weights]
    a, activations, zs = x, [x], []
    for b, w in zip(biases, weights):
        z = np.dot(w, a) + b
        zs.append(z)
        a = sigmoid(z)
        activations.append(a)
    delta = (activations[-1] - y) * sigmoid(zs[-1]) * (1 - sigmoid(zs[-1]))
    gb[-1], gw[-1] = delta, np.dot(delta, activations[-2].T)
    for l in range(2, len(sizes)):
        sp = sigmoid(zs[-l]) * (1 - sigmoid(zs[-l]))
        delta = np.dot(weights[-l + 1].T, delta) * sp
        gb[-l], gw[-l] = delta, np.dot(delta, activations[-l - 1].T)
    return gb, gw
data = [(np.random.randn({sizes}[0], 1), np.random.rand({sizes}[-1], 1)) for _ in range(4)]
for batch in [data[k:k + 2] for k in range(0, 4, 2)]:
    nb = [np.zeros(b.shape) for b in biases]
    nw = [np.zeros(w.shape) for w in weights]
    for x, y in batch:
        gb, gw = backprop(x, y)
        nb = [n + g for n, g in zip(nb, gb)]
        nw = [n + g for n, g in zip(nw, gw)]
    weights = [w - 0.5 / 2 * n for w, n in zip(weights, nw)]
    biases = [b - 0.5 / 2 * n for b, n in zip(biases, nb)]
"""
LAYERS = """
import numpy as np
sizes = [4, 5, 3, 2]
W = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
X = np.random.randn(4, 4)
Y = np.random.rand(4, 2)
for epoch in range(100):
    A = [X]
    for i in range(len(W)):
        z = A[-1] @ W[i]
        A.append(np.tanh(z))
    loss = np.mean((A[-1] - Y) ** 2)
    delta = 2 * (A[-1] - Y) / Y.size * (1 - A[-1] ** 2)
    for i in reversed(range(len(W))):
        gW = A[i].T @ delta
        delta = delta @ W[i].T * (1 - A[i] ** 2)
        W[i] = W[i] - 0.1 * gW
"""
TRASK = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for j in range(60000):
    l1 = 1 / (1 + np.exp(-np.dot(X, syn0)))
    l2 = 1 / (1 + np.exp(-np.dot(l1, syn1)))
    l2_error = y - l2
    l2_delta = l2_error * (l2 * (1 - l2))
    l1_delta = l2_delta.dot(syn1.T) * (l1 * (1 - l1))
    syn1 += l1.T.dot(l2_delta)
    syn0 += X.T.dot(l1_delta)
"""
CLASSES = """
import numpy as np
X, Y = np.random.randn(3, 2), np.eye(2)[np.random.randint(0, 2, 3)]
W = np.random.randn(2, 2)
for step in range(100):
    e = np.exp(X @ W)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(p), axis=1))
    dz = (p - Y) / 3
    dW = X.T @ dz
    W -= 0.1 * dW
"""
NAMED = """
import numpy as np
class Net:
    def __init__(self):
        for k, shape in enumerate([(3, 4), (4, 1)], 1):
            setattr(self, f'W{k}', np.random.randn(*shape))
    def step(self, x, y):
        h = np.tanh(x @ getattr(self, 'W1'))
        d2 = h @ self.W2 - y
        d1 = d2 @ self.W2.T * (1 - h ** 2)
        for name, grad in {'W2': h.T @ d2, 'W1': x.T @ d1}.items():
            setattr(self, name, getattr(self, name) - 0.1 * grad)
net = Net()
for _ in range(100):
    net.step(np.random.randn(5, 3), np.random.randn(5, 1))
"""
SQUARE, ALIKE = (BATCHES.replace("{sizes}", sizes) for sizes in ("[2, 2, 2]", "[2, 3, 3, 2]"))
WEIGHED = "(neuron['weights'][j] * neuron['delta'])"
SLOPE = "sp = sigmoid(zs[-l]) * (1 - sigmoid(zs[-l]))"
FAULTS = {
    "a weight forgotten in a list of neurons": (
        NEURONS,
        "(neuron['weights'][j] * neuron['delta'])",
        "neuron['delta']",
    ),
    "a slope forgotten in a square layer": (SQUARE, SLOPE, "sp = 1"),
    "a slope forgotten in layers of one size": (ALIKE, SLOPE, "sp = 1"),
    "a slope forgotten in layers of several sizes": (LAYERS, "W[i].T * (1 - A[i] ** 2)", "W[i].T"),
    "a sign turned in layers of several sizes": (LAYERS, "delta @ W[i].T *", "-delta @ W[i].T *"),
    "a sign turned in the partials of two classes": (CLASSES, "dW = X.T", "dW = -X.T"),
    "a step up the slope of two classes": (CLASSES, "W -= 0.1", "W += 0.1"),
    "another slope by a name that is put together": (NAMED, "(1 - h ** 2)", "h * (1 - h)"),
}


@pytest.mark.parametrize("text", [NEURONS, SQUARE, ALIKE, LAYERS, TRASK, CLASSES, NAMED])
def test_what_is_right_in_loops_has_no_error(text):
    assert judge(parse_script(text, "s.py")).right


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_loops_is_the_only_error_and_told_at_its_line(name):
    text, old, new = FAULTS[name]
    assert text.count(old) == 1
    report = judge(parse_script(text.replace(old, new), "s.py"))
    row = text[: text.index(old)].count("\n") + 1
    assert [note.line for note in report.findings if note.error] == [row]


def test_a_weight_that_is_forgotten_is_named():
    report = judge(parse_script(NEURONS.replace(WEIGHED, "neuron['delta']"), "s.py"))
    assert "error: the factor weights is missing" in str(report)


def test_a_turned_error_with_added_updates_is_told_at_the_updates():
    report = judge(parse_script(TRASK.replace("y - l2", "l2 - y"), "s.py"))
    (found,) = [note for note in report.findings if note.error]
    assert (found.line, found.source) == (13, "syn1 += l1.T.dot(l2_delta)")
    assert found.says.startswith("every update adds its partial")


@pytest.mark.parametrize("layers", ["784, 512, 10", "784, 128, 64, 10", "20, 20, 20, 20"])
def test_large_layers_are_judged_with_smaller_ones_in_bounded_work(layers):
    text = LAYERS.replace("4, 5, 3, 2", layers).replace("(4, 4)", "(60000, sizes[0])")
    script = parse_script(text.replace("(4, 2)", "(60000, sizes[-1])"), "s.py")
    assert len(script.graph.lines) < 2000
    assert judge(script).faultless


def test_a_size_of_one_is_not_taken_for_a_rate():
    text = """
import numpy as np
n, outs, rate = 4, 1, 0.1
X, Y = np.random.randn(n, 3), np.random.randn(n, outs)
W1, W2 = np.random.randn(3, 2), np.random.randn(2, outs)
for k in range(100):
    h = np.tanh(X @ W1)
    o = h @ W2
    loss = np.mean((o - Y) ** 2)
    d2 = 2.0 * (o - Y) / (n * outs)
    d1 = d2 @ W2.T * (1 - h ** 2)
    W1 -= X.T @ d1
    W2 -= rate * h.T @ d2
"""
    (found,) = [note for note in judge(parse_script(text, "s.py")).findings if note.error]
    assert (found.line, found.kind) == (12, "rate")
    assert found.says == "the update of W1 has no rate, others have rate"
