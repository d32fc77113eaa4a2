"""Residual layers, as ``x = x + tanh(x @ W)``, are no steps of x: in a loop, functions, a class, lists."""

import pytest

from workings.script import judge, parse_script

LOOP = """
import numpy as np
rng = np.random.default_rng(0)
X, T = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
Ws = [rng.normal(size=(3, 3)) * 0.3 for _ in range(3)]
for epoch in range(200):
    x, xs, hs = X, [], []
    for W in Ws:
        xs.append(x)
        h = np.tanh(x @ W)
        hs.append(h)
        x = x + h
    loss = 0.5 * np.sum((x - T) ** 2)
    dx = x - T
    grads = []
    for W, x, h in zip(reversed(Ws), reversed(xs), reversed(hs)):
        dz = dx * (1 - h ** 2)
        grads.insert(0, x.T @ dz)
        dx = dx + dz @ W.T
    for W, g in zip(Ws, grads):
        W -= 0.1 * g
"""
INDEXED = """
import numpy as np
rng = np.random.default_rng(0)
x, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
Ws = [rng.normal(size=(3, 3)) * 0.3 for _ in range(2)]
for epoch in range(200):
    xs = []
    for W in Ws:
        xs.append(x)
        x = x + np.tanh(x @ W)
    loss = 0.5 * np.sum((x - t) ** 2)
    dx = x - t
    for k in range(len(Ws) - 1, -1, -1):
        dz = dx * (1 - np.tanh(xs[k] @ Ws[k]) ** 2)
        dW = xs[k].T @ dz
        dx = dx + dz @ Ws[k].T
        Ws[k] = Ws[k] - 0.1 * dW
    x = xs[0]
"""
FUNCTIONS = """
import numpy as np
rng = np.random.default_rng(0)
def forward(params, x):
    cache = []
    for W, b in params:
        z = x @ W + b
        cache.append((x, z))
        x = x + np.maximum(z, 0)
    return x, cache
def backward(params, cache, y, t):
    dx, grads = 2 * (y - t) / y.size, []
    for (W, b), (x, z) in zip(params[::-1], cache[::-1]):
        dz = dx * (z > 0)
        grads.append((x.T @ dz, dz.sum(axis=0)))
        dx = dx + dz @ W.T
    return grads[::-1]
params = [[rng.normal(size=(3, 3)), np.zeros(3)] for _ in range(3)]
X, T = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
for epoch in range(100):
    y, cache = forward(params, X)
    loss = np.mean((y - T) ** 2)
    for p, g in zip(params, backward(params, cache, y, T)):
        p[0] -= 0.1 * g[0]
        p[1] -= 0.1 * g[1]
"""
CLASS = """
import numpy as np
rng = np.random.default_rng(0)
class Block:
    def __init__(self, n):
        self.W, self.b = rng.normal(size=(n, n)) * 0.3, np.zeros(n)
    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W + self.b)
        return x + self.h
    def backward(self, d):
        dz = d * (1 - self.h ** 2)
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0)
        return d + dz @ self.W.T
    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db
class Net:
    def __init__(self, n, depth):
        self.blocks = [Block(n) for _ in range(depth)]
    def train(self, x, t, lr):
        for block in self.blocks:
            x = block.forward(x)
        loss = 0.5 * np.sum((x - t) ** 2)
        d = x - t
        for block in self.blocks[::-1]:
            d = block.backward(d)
        for block in self.blocks:
            block.step(lr)
        return loss
net = Net(3, 3)
X, T = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
for epoch in range(300):
    net.train(X, T, 0.05)
"""
LISTS = """
from math import tanh
x0, t = [0.5, -0.3], [0.8, 0.1]
Ws = [[[0.1, 0.2], [0.3, -0.4]], [[0.5, -0.1], [0.2, 0.6]]]
for epoch in range(100):
    x, xs, hs = x0, [], []
    for W in Ws:
        h = [tanh(sum(W[j][i] * x[i] for i in range(2))) for j in range(2)]
        xs.append(x)
        hs.append(h)
        x = [x[j] + h[j] for j in range(2)]
    loss = sum(0.5 * (x[j] - t[j]) ** 2 for j in range(2))
    dx = [x[j] - t[j] for j in range(2)]
    for k in (1, 0):
        dz = [dx[j] * (1 - hs[k][j] ** 2) for j in range(2)]
        dx = [dx[i] + sum(dz[j] * Ws[k][j][i] for j in range(2)) for i in range(2)]
        for j in range(2):
            for i in range(2):
                Ws[k][j][i] -= 0.1 * dz[j] * xs[k][i]
"""
ONLINE = """
import numpy as np
rng = np.random.default_rng(0)
data = [(rng.normal(size=3), rng.normal(size=3)) for _ in range(4)]
Ws = [rng.normal(size=(3, 3)) * 0.3 for _ in range(2)]
def forward(x):
    xs, hs = [x], []
    for W in Ws:
        h = np.tanh(W @ x)
        x = x + h
        hs.append(h)
        xs.append(x)
    return xs, hs
for epoch in range(200):
    for x, t in data:
        xs, hs = forward(x)
        delta = xs[-1] - t
        for k in (1, 0):
            dz = delta * (1 - hs[k] ** 2)
            delta = delta + Ws[k].T @ dz
            Ws[k] -= 0.1 * np.outer(dz, xs[k])
"""
NUMBERS = """
from math import tanh
w1, w2, v = 0.3, -0.5, 0.7
x0, t = 0.4, 0.9
for epoch in range(100):
    x = x0
    f1 = tanh(w1 * x)
    x = x + f1
    x1 = x
    f2 = tanh(w2 * x)
    x = x + f2
    dy = v * x - t
    dx = dy * v
    v -= 0.1 * dy * x
    dz2 = dx * (1 - f2 ** 2)
    dx = dx + dz2 * w2
    dz1 = dx * (1 - f1 ** 2)
    w2 -= 0.1 * dz2 * x1
    w1 -= 0.1 * dz1 * x0
"""
SOFTMAX = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3))
labels = np.array([0, 1, 2, 0, 1, 2])
Ws = [rng.normal(size=(3, 3)) * 0.5 for _ in range(2)]
for epoch in range(100):
    x, xs, hs = X, [], []
    for W in Ws:
        h = np.tanh(x @ W)
        xs.append(x)
        hs.append(h)
        x = x + h
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(6), labels]).mean()
    d = p.copy()
    d[np.arange(6), labels] -= 1
    d /= 6
    for k in (1, 0):
        dz = d * (1 - hs[k] ** 2)
        dW = xs[k].T @ dz
        d = d + dz @ Ws[k].T
        Ws[k] -= 0.5 * dW
"""
RIGHT = {
    "a loop": LOOP,
    "places in lists": INDEXED,
    "functions": FUNCTIONS,
    "a class": CLASS,
    "lists": LISTS,
    "examples": ONLINE,
    "numbers": NUMBERS,
    "softmax": SOFTMAX,
}


def told(text):
    """Return the lines that are wrong in a script, and what is said of them."""
    return [(note.line, note.says) for note in judge(parse_script(text, "s.py")).findings if note.error]


@pytest.mark.parametrize("form", RIGHT)
def test_a_right_residual_network_has_no_error(form):
    report = judge(parse_script(RIGHT[form], "s.py"))
    assert report.right
    assert report.updates


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("a loop", "dx = dx + dz @ W.T", "dx = dz @ W.T"),
        ("a loop", "dx + dz @ W.T", "dx + dz @ W"),
        ("a loop", "(1 - h ** 2)", "(1 - h)"),
        ("places in lists", "dx = dx + dz", "dx = dz"),
        ("places in lists", "xs[k] @ Ws[k]) ** 2", "xs[k] @ Ws[k])"),
        ("functions", "dx = dx + dz", "dx = dz"),
        ("functions", "(x.T @ dz, dz", "(x.T @ dx, dz"),
        ("a class", "return d + dz", "return dz"),
        ("a class", "d + dz @ self.W.T", "d + dz @ self.W"),
        ("a class", "self.x.T @ dz", "self.h.T @ dz"),
        ("lists", "dx = [dx[i] + sum(", "dx = [sum("),
        ("lists", "hs[k][j] ** 2", "hs[k][j]"),
        ("examples", "delta = delta + Ws", "delta = Ws"),
        ("examples", "np.outer(dz, xs[k])", "np.outer(xs[k], dz)"),
        ("numbers", "dx + dz2 * w2", "dz2 * w2"),
        ("numbers", "dy * x\n", "dy * f2\n"),
        ("softmax", "d = d + dz", "d = dz"),
        ("softmax", "1 - hs[k] ** 2", "1 - xs[k] ** 2"),
    ],
)
def test_a_fault_in_a_residual_network_is_told_at_its_line(form, old, new):
    text = RIGHT[form]
    assert text.count(old) == 1
    assert {line for line, _ in told(text.replace(old, new))} == {text[: text.index(old)].count("\n") + 1}


def test_a_residual_layer_that_uses_a_new_weight_is_told():
    back, step = "        d = d + dz @ Ws[k].T\n", "        Ws[k] -= 0.5 * dW\n"
    assert told(SOFTMAX.replace(back + step, step + back)) == [
        (24, "d uses Ws after its update in line 23, the sweep uses the old one")
    ]


PLAIN = """
from math import exp
x, w1, w2 = 0.05, 0.15, 0.25
w3, w4, w5, w6 = 0.4, 0.45, 0.5, 0.55
for n in range(1000):
    h1, h2 = 1 / (1 + exp(-w1 * x)), 1 / (1 + exp(-w2 * x))
    o1 = 1 / (1 + exp(-(w3 * h1 + w4 * h2)))
    o2 = 1 / (1 + exp(-(w5 * h1 + w6 * h2)))
    loss = 0.5 * (o1 - 0.01) ** 2 + 0.5 * (o2 - 0.99) ** 2
    d1 = (o1 - 0.01) * o1 * (1 - o1)
    d2 = (o2 - 0.99) * o2 * (1 - o2)
    w3 -= 0.5 * d1 * h1
    e1 = (d1 * w3 + d2 * w5) * h1 * (1 - h1)
    e2 = (d1 * w4 + d2 * w6) * h2 * (1 - h2)
    w4 -= 0.5 * d1 * h2
    w5 -= 0.5 * d2 * h1
    w6 -= 0.5 * d2 * h2
    w1 -= 0.5 * e1 * x
    w2 -= 0.5 * e2 * x
"""


@pytest.mark.parametrize("target", ["0.01", "t"])
def test_a_new_weight_that_others_need_is_a_step_whatever_its_target_is(target):
    text = PLAIN.replace("0.01", target).replace("x, w1, w2 = ", "t = 0.01; x, w1, w2 = ")
    assert told(text) == [(13, "e1 uses w3 after its update in line 12, the sweep uses the old one")]
