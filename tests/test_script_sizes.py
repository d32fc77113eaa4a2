"""What is large is read in fewer rounds and with smaller sizes; what is wrong is told where it comes from."""

import pytest

from workings.script import judge, parse_script

BATCHES = """# coding: utf-8
import numpy as np
rng = np.random.default_rng(11)
def batches(X, Y, size):
    "Go through the 90 batches."
    order = rng.permutation(len(X))
    for start in range(0, len(X), size):
        part = order[start:start + size]
        yield X[part], Y[part]
class Dense:
    def __init__(self, fan_in, fan_out):
        self.W = rng.uniform(-6.0 / fan_in, 6.0 / fan_in, size=(fan_in, fan_out))
        self.b = np.zeros(fan_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, grad, rate):
        back = grad @ self.W.T
        self.W -= rate * (self.x.T @ grad)
        self.b -= rate * grad.sum(axis=0)
        return back
X = rng.normal(size=(270, 2))
Y = np.sin(X[:, :1])
one, two = Dense(2, 18), Dense(18, 1)
for epoch in range(50):
    losses = []
    for x, y in batches(X, Y, 30):
        h = np.tanh(one.forward(x))
        out = two.forward(h)
        losses.append(np.mean((out - y) ** 2))
        grad = 2 * (out - y) / len(y)
        back = two.backward(grad, 0.1) * (1 - h ** 2)
        one.backward(back, 0.1)
    if epoch % 10 == 0:
        print(np.mean((two.forward(np.tanh(one.forward(X))) - Y) ** 2))
"""
ROWS = """from math import tanh
from random import random, seed
seed(4)
rows = [[random(), random(), random()] for _ in range(30)]
hidden = [[random() for _ in range(3)] for _ in range(6)]
last = [random() for _ in range(7)]
for epoch in range(200):
    total = 0
    for row in rows:
        x, t = row[:2], row[2]
        h = [tanh(w[0] * x[0] + w[1] * x[1] + w[2]) for w in hidden]
        y = last[6] + sum(last[k] * h[k] for k in range(6))
        total += (y - t) ** 2 / 2
        delta = y - t
        back = [delta * last[k] * (1 - h[k] ** 2) for k in range(6)]
        for k in range(6):
            last[k] -= 0.1 * delta * h[k]
            for n in range(2):
                hidden[k][n] -= 0.1 * back[k] * x[n]
            hidden[k][2] -= 0.1 * back[k]
        last[6] -= 0.1 * delta
    print(epoch, total / len(rows))
"""
SUMMED = """
import numpy as np
rng = np.random.default_rng(2)
rows = rng.normal(size=(40, 3))
W, v = rng.normal(size=(2, 9)), rng.normal(size=9)
for epoch in range(100):
    dW, dv, loss = np.zeros((2, 9)), np.zeros(9), 0
    for row in rows:
        x, t = row[:2], row[2]
        h = np.tanh(x @ W)
        y = h @ v
        loss += (y - t) ** 2 / 2
        dv += (y - t) * h
        dW += np.outer(x, (y - t) * v * (1 - h ** 2))
    W -= 0.1 * dW
    v -= 0.1 * dv
"""
RINGS = """
import numpy as np
rng = np.random.default_rng(5)
def rings(per_ring=50, count=3):
    X = np.zeros((per_ring * count, 2))
    kinds = np.zeros(per_ring * count, dtype=int)
    for n in range(count):
        part = range(per_ring * n, per_ring * (n + 1))
        angle = np.linspace(0, 5, per_ring)
        X[part] = (n + 1) * np.c_[np.cos(angle), np.sin(angle)]
        kinds[part] = n
    return X, kinds
def forward(params, X):
    (W1, b1), (W2, b2), (W3, b3) = params
    h1 = np.tanh(X @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    e = np.exp(h2 @ W3 + b3)
    return h1, h2, e / e.sum(axis=1, keepdims=True)
def loss(params, X, kinds):
    return -np.log(forward(params, X)[-1][np.arange(len(X)), kinds]).mean()
def backward(params, X, kinds):
    h1, h2, d3 = forward(params, X)
    d3[np.arange(len(X)), kinds] -= 1
    d3 /= len(X)
    d2 = d3 @ params[2][0].T * (1 - h2 ** 2)
    d1 = d2 @ params[1][0].T * (1 - h1 ** 2)
    return [(X.T @ d1, d1.sum(0)), (h1.T @ d2, d2.sum(0)), (h2.T @ d3, d3.sum(0))]
X, kinds = rings()
params = [[rng.normal(size=(n, m)), np.zeros(m)] for n, m in ((2, 32), (32, 16), (16, 3))]
for epoch in range(300):
    order = rng.permutation(len(X))
    for start in range(0, len(X), 25):
        some = order[start:start + 25]
        for (W, b), (dW, db) in zip(params, backward(params, X[some], kinds[some])):
            W -= 0.1 * dW
            b -= 0.1 * db
    print(epoch, loss(params, X, kinds))
"""


def told(text):
    """Return the lines that are wrong in a script, and what is said of them."""
    return [(note.line, note.says) for note in judge(parse_script(text, "s.py")).findings if note.error]


@pytest.mark.parametrize("text", [BATCHES, ROWS, SUMMED, RINGS], ids=["batches", "rows", "sums", "rings"])
def test_what_takes_many_rounds_is_right(text):
    assert judge(parse_script(text, "s.py")).right


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (BATCHES, "(1 - h ** 2)", "(1 - h)", 32),
        (BATCHES, "rate * grad.sum", "-rate * grad.sum", 20),
        (ROWS, "delta * last[k] * (1 - h[k] ** 2)", "delta * last[k] * h[k] * (1 - h[k])", 15),
        (ROWS, "0.1 * back[k]\n", "0.1 * delta\n", 20),
        (SUMMED, "dv += (y - t) * h", "dv += (y - t) * x[0]", 13),
        (RINGS, "d2 = d3 @", "d2 = -d3 @", 25),
        (RINGS, "(1 - h1 ** 2)", "(1 - h1)", 26),
    ],
)
def test_a_fault_in_one_of_many_rounds_is_told_at_its_line(text, old, new, line):
    assert {where for where, _ in told(text.replace(old, new))} == {line}


UNITS = """
import numpy as np
class Dense:
    def __init__(self, W):
        self.W = W
    def forward(self, given):
        self.given = given
        self.out = given @ self.W
        return self.out
    def backward(self, error):
        back = error @ self.W.T
        self.W -= 0.1 * self.given.T @ error
        return back
class Unit:
    def __init__(self, function, slope):
        self.function, self.slope = function, slope
    def forward(self, given):
        self.given = given
        self.out = self.function(given)
        return self.out
    def backward(self, error):
        return self.slope(self.given) * error
def slope(x):
    return 1 - np.tanh(x) ** 2
layers = [Dense(np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.6]])), Unit(np.tanh, slope)]
layers += [Dense(np.array([[0.2], [0.7], [-0.3]])), Unit(np.tanh, slope)]
x, y = np.array([[0.5, -0.9]]), np.array([[0.4]])
for epoch in range(100):
    out = x
    for layer in layers:
        out = layer.forward(out)
    loss = ((out - y) ** 2).sum() / 2
    error = out - y
    for layer in reversed(layers):
        error = layer.backward(error)
"""


def test_a_right_slope_of_the_wrong_number_is_told_at_its_call():
    assert judge(parse_script(UNITS, "s.py")).right
    assert {line for line, _ in told(UNITS.replace("self.slope(self.given)", "self.slope(self.out)"))} == {22}
    assert {line for line, _ in told(UNITS.replace("np.tanh(x) ** 2", "np.tanh(x)"))} == {24}
