"""Layers of one size: an input that gives its name to their outputs, and ones beside them for the bias."""

import pytest

from workings.script import judge, parse_script

NAMES, ONES = {}, {}  # each script with a part of it, and what makes that wrong
NAMES["a function that gives its argument to two layers"] = (
    "(W2.T @ d2) * h * (1 - h)",
    "(W2 @ d2) * h * (1 - h)",
    """
import numpy as np
rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(2, 2)), np.zeros(2)
W2, b2 = rng.normal(size=(2, 2)), np.zeros(2)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def forward(x):
    x = sigmoid(W1 @ x + b1)
    x = sigmoid(W2 @ x + b2)
    return x
x, t = np.array([0.3, 0.7]), np.array([0.0, 1.0])
for k in range(100):
    h = sigmoid(W1 @ x + b1)
    o = forward(x)
    d2 = (o - t) * o * (1 - o)
    d1 = (W2.T @ d2) * h * (1 - h)
    W2 -= 0.5 * np.outer(d2, h)
    b2 -= 0.5 * d2
    W1 -= 0.5 * np.outer(d1, x)
    b1 -= 0.5 * d1
""",
)
NAMES["a loop over the layers"] = (
    "back * outs[l] * (1 - outs[l])",
    "back * outs[l] * outs[l]",
    """
import numpy as np
rng = np.random.default_rng(0)
sizes = [2, 2, 2]
weights = [rng.normal(size=(n, m)) for m, n in zip(sizes, sizes[1:])]
biases = [np.zeros(n) for n in sizes[1:]]
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def forward(x):
    outs = [x]
    for W, b in zip(weights, biases):
        x = sigmoid(W @ x + b)
        outs.append(x)
    return x, outs
x0, t = np.array([0.3, 0.7]), np.array([0.0, 1.0])
for k in range(100):
    out, outs = forward(x0)
    delta = (out - t) * out * (1 - out)
    for l in (1, 0):
        back = weights[l].T @ delta
        weights[l] -= 0.5 * np.outer(delta, outs[l])
        biases[l] -= 0.5 * delta
        delta = back * outs[l] * (1 - outs[l])
""",
)
NAMES["lists"] = (
    "* (1 - x[j] ** 2)",
    "* (1 - x[j])",
    """
from math import tanh
x, t = [0.5, -0.3], 0.8
w, b = [[0.1, 0.2], [0.3, -0.4]], [0.05, -0.1]
u, d = [[0.1, -0.2], [0.3, 0.5]], [0.15, -0.1]
v, c = [0.6, -0.7], 0.2
for k in range(100):
    x = [0.5, -0.3]
    first = x
    x = [tanh(sum(w[j][i] * x[i] for i in range(2)) + b[j]) for j in range(2)]
    second = x
    x = [tanh(sum(u[j][i] * x[i] for i in range(2)) + d[j]) for j in range(2)]
    out = sum(v[j] * x[j] for j in range(2)) + c
    loss = (out - t) ** 2
    do = 2 * (out - t)
    dx = [do * v[j] * (1 - x[j] ** 2) for j in range(2)]
    ds = [sum(dx[j] * u[j][i] for j in range(2)) * (1 - second[i] ** 2) for i in range(2)]
    for j in range(2):
        v[j] -= 0.1 * do * x[j]
        d[j] -= 0.1 * dx[j]
        b[j] -= 0.1 * ds[j]
        for i in range(2):
            u[j][i] -= 0.1 * dx[j] * second[i]
            w[j][i] -= 0.1 * ds[j] * first[i]
    c -= 0.1 * do
""",
)
NAMES["a class with a cache"] = (
    "self.cache[i].T @ grad",
    "-self.cache[i].T @ grad",
    """
import numpy as np
class Net:
    def __init__(self):
        self.W = [np.random.randn(3, 3) * 0.5 for _ in range(3)]
        self.b = [np.zeros((1, 3)) for _ in range(3)]
    def forward(self, x):
        self.cache = []
        for W, b in zip(self.W, self.b):
            self.cache.append(x)
            x = np.tanh(x @ W + b)
        return x
    def step(self, x, y, lr):
        out = self.forward(x)
        loss = np.mean((out - y) ** 2)
        grad = 2 * (out - y) / y.size * (1 - out ** 2)
        for i in reversed(range(3)):
            dW = self.cache[i].T @ grad
            db = grad.sum(axis=0, keepdims=True)
            grad = (grad @ self.W[i].T) * (1 - self.cache[i] ** 2)
            self.W[i] -= lr * dW
            self.b[i] -= lr * db
        return loss
net = Net()
X = np.random.randn(4, 3)
Y = np.random.rand(4, 3)
for epoch in range(1000):
    print(epoch, net.step(X, Y, 0.1))
""",
)
NAMES["one name for every layer"] = (
    "g.dot(w2.T)",
    "g.dot(w2)",
    """
import numpy as np
x = np.array([[0.3, 0.7]])
y = np.array([[1.0, 0.0]])
w1 = np.random.randn(2, 2)
w2 = np.random.randn(2, 2)
for i in range(1000):
    a = x
    a = np.tanh(a.dot(w1))
    h = a
    a = np.tanh(a.dot(w2))
    loss = 0.5 * ((a - y) ** 2).sum()
    g = (a - y) * (1 - a * a)
    gw2 = h.T.dot(g)
    g = g.dot(w2.T) * (1 - h * h)
    gw1 = x.T.dot(g)
    w1 -= 0.1 * gw1
    w2 -= 0.1 * gw2
""",
)
NAMES["numbers"] = (
    "dw2, db2 = d * a1, d",
    "dw2, db2 = d * x, d",
    """
import math
x = 0.4
y = 0.9
w1, b1, w2, b2 = 0.5, 0.1, -0.6, 0.2
for step in range(100):
    a = x
    a = math.tanh(w1 * a + b1)
    a1 = a
    a = math.tanh(w2 * a + b2)
    E = 0.5 * (a - y) ** 2
    d = (a - y) * (1 - a ** 2)
    dw2, db2 = d * a1, d
    d = d * w2 * (1 - a1 ** 2)
    dw1, db1 = d * x, d
    w1 -= 0.3 * dw1
    w2 -= 0.3 * dw2
    b1 -= 0.3 * db1
    b2 -= 0.3 * db2
""",
)
NAMES["a class with lists"] = (
    "(1 - o * o)",
    "(1 - o)",
    """
from math import tanh
import random
class Net:
    def __init__(self, n):
        self.w = [[random.random() for _ in range(n)] for _ in range(n)]
        self.v = [[random.random() for _ in range(n)] for _ in range(n)]
    def forward(self, x):
        self.x = x
        x = [tanh(sum(w * v for w, v in zip(row, x))) for row in self.w]
        self.h = x
        x = [tanh(sum(w * v for w, v in zip(row, x))) for row in self.v]
        self.o = x
        return x
    def train(self, x, t, lr=0.1):
        x = self.forward(x)
        d = [(o - y) * (1 - o * o) for o, y in zip(x, t)]
        e = [sum(d[k] * self.v[k][j] for k in range(2)) * (1 - self.h[j] ** 2) for j in range(2)]
        for k in range(len(self.v)):
            for j in range(len(self.v[k])):
                self.v[k][j] -= lr * d[k] * self.h[j]
        for j in range(len(self.w)):
            for i in range(len(self.w[j])):
                self.w[j][i] -= lr * e[j] * self.x[i]
net = Net(2)
data = [([0.1, 0.9], [0.2, 0.3]), ([0.4, 0.5], [0.8, 0.6])]
for epoch in range(100):
    for x, t in data:
        net.train(x, t)
""",
)
ONES["a 1 appended"] = (
    "do = (o - t)",
    "do = (t - o)",
    """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
x = np.array([0.5, 0.2, 1.0])
t = np.array([0.1, 0.8])
W1 = np.random.randn(2, 3)
W2 = np.random.randn(2, 3)
for i in range(1000):
    h = sigmoid(W1.dot(x))
    h = np.append(h, 1)
    o = sigmoid(W2.dot(h))
    E = 0.5 * np.sum((t - o) ** 2)
    do = (o - t) * o * (1 - o)
    dh = W2.T.dot(do) * h * (1 - h)
    dh = dh[:-1]
    W2 -= 0.5 * np.outer(do, h)
    W1 -= 0.5 * np.outer(dh, x)
""",
)
ONES["a column kept for the ones"] = (
    "(1 - H ** 2)",
    "(1 - H)",
    """
import numpy as np
X = np.ones((4, 3))
X[:, 1:] = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0, 1], [1, 0], [1, 0], [0, 1]])
W1 = np.random.normal(size=(3, 2))
W2 = np.random.normal(size=(3, 2))
H = np.ones((4, 3))
for k in range(100):
    H[:, 1:] = np.tanh(X @ W1)
    O = np.tanh(H @ W2)
    loss = np.sum((O - Y) ** 2) / 2
    dO = (O - Y) * (1 - O ** 2)
    dH = (dO @ W2.T) * (1 - H ** 2)
    W2 -= 0.1 * H.T @ dO
    W1 -= 0.1 * X.T @ dH[:, 1:]
""",
)
ONES["a row of ones taken out again"] = (
    "W1 -= 0.5 * delta1 @ a0.T",
    "W1 += 0.5 * delta1 @ a0.T",
    """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
x = np.array([[0.5], [0.2]])
t = np.array([[0.1], [0.8]])
W1 = np.random.randn(2, 3)
W2 = np.random.randn(2, 3)
for i in range(1000):
    a0 = np.vstack((x, [[1]]))
    a1 = sigmoid(W1 @ a0)
    a1 = np.vstack((a1, [[1]]))
    a2 = sigmoid(W2 @ a1)
    delta2 = (a2 - t) * a2 * (1 - a2)
    delta1 = W2.T @ delta2 * a1 * (1 - a1)
    delta1 = np.delete(delta1, 2, axis=0)
    W2 -= 0.5 * delta2 @ a1.T
    W1 -= 0.5 * delta1 @ a0.T
""",
)
ONES["a column of ones put in"] = (
    "(D2 @ W2.T)",
    "(D2 @ W1.T)",
    """
import numpy as np
X = np.array([[0.1, 0.2], [0.5, 0.9], [0.4, 0.3]])
T = np.array([[0.1, 0.2], [0.5, 0.9], [0.4, 0.3]])
W1 = np.random.rand(3, 2)
W2 = np.random.rand(3, 2)
for i in range(1000):
    A0 = np.insert(X, 0, 1, axis=1)
    A1 = np.insert(np.tanh(A0 @ W1), 0, 1, axis=1)
    A2 = A1 @ W2
    D2 = A2 - T
    D1 = np.delete((D2 @ W2.T) * (1 - A1 ** 2), 0, axis=1)
    W2 -= 0.1 * A1.T @ D2
    W1 -= 0.1 * A0.T @ D1
""",
)
SCRIPTS = NAMES | ONES


def errors(text):
    """Return the rows of the errors that are told of a script."""
    return [note.line for note in judge(parse_script(text, "s.py")).findings if note.error]


@pytest.mark.parametrize("name", SCRIPTS)
def test_right_layers_of_one_size_have_no_error(name):
    assert errors(SCRIPTS[name][2]) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_fault_in_layers_of_one_size_is_told_at_its_line(name):
    old, new, text = SCRIPTS[name]
    (row,) = [n for n, line in enumerate(text.splitlines(), 1) if old in line]
    assert errors(text.replace(old, new)) == [row]


def test_only_the_part_of_an_array_that_is_used_is_judged():
    _, _, text = ONES["a 1 appended"]
    text = text.replace("W1 = np.random.randn(2, 3)", "W1 = np.random.randn(4, 3)").replace(
        "W1.dot", "W1[:2].dot"
    )
    assert errors(text.replace("W1 -=", "W1[:2] -=")) == []
    assert len(errors(text.replace("W1 -=", "W1[:2] +="))) == 1


SUMS = """
import numpy as np
X = np.random.rand(4, 2)
Y = X.sum(axis=1, keepdims=True)
W, b = np.random.rand(2, 1), np.zeros((1, 1))
for k in range(100):
    out = X @ W + b
    loss = np.sum((out - Y) ** 2) / 8
    delta = (out - Y) / 4
    W -= 0.1 * X.T @ delta
    b -= 0.1 * delta.sum(axis=0, keepdims=True)
"""


def test_targets_may_be_calculated_from_inputs():
    assert errors(SUMS) == []
    assert errors(SUMS.replace("-= 0.1", "+= 0.1")) == [10]


def test_a_step_that_does_not_fit_its_array_is_refused_as_in_numpy():
    with pytest.raises(ValueError, match=r"^s.py, line 11: .* fit each other, got \(1, 1\) and \(4, 1\)"):
        errors(SUMS.replace("delta.sum(axis=0, keepdims=True)", "delta"))
