"""The slope of a tanh that is written wrong is told at its line: in arrays, in lists, in a class."""

import pytest

from workings.script import judge, parse_script

ARRAYS = """
import numpy as np
x, t = np.array([0.5, -0.3]), 0.8
W1, b1 = np.array([[0.1, 0.2], [0.3, -0.4]]), np.array([0.05, -0.1])
W2, b2 = np.array([0.6, -0.7]), 0.2
for k in range(100):
    h = np.tanh(W1 @ x + b1)
    o = W2 @ h + b2
    E = 0.5 * (o - t) ** 2
    do = o - t
    dh = do * W2 * (1 - h ** 2)
    W2 = W2 - 0.1 * do * h
    b2 = b2 - 0.1 * do
    W1 = W1 - 0.1 * np.outer(dh, x)
    b1 = b1 - 0.1 * dh
"""
LISTS = """
import math
import random
class Net:
    def __init__(self, sizes):
        self.weights = [[[random.uniform(-1, 1) for _ in range(m)] for _ in range(n)]
                        for m, n in zip(sizes, sizes[1:])]
        self.biases = [[0.0] * n for n in sizes[1:]]
    def forward(self, x):
        self.a = [x]
        for W, b in zip(self.weights, self.biases):
            now = [math.tanh(sum(w * v for w, v in zip(row, self.a[-1])) + c) for row, c in zip(W, b)]
            self.a.append(now)
        return now
    def train(self, x, t, lr):
        out = self.forward(x)
        deltas = [(o - y) * (1 - o ** 2) for o, y in zip(out, t)]
        for k in reversed(range(len(self.weights))):
            back = [sum(self.weights[k][j][i] * deltas[j] for j in range(len(deltas)))
                    for i in range(len(self.a[k]))]
            for j, d in enumerate(deltas):
                for i, v in enumerate(self.a[k]):
                    self.weights[k][j][i] -= lr * d * v
                self.biases[k][j] -= lr * d
            deltas = [s * (1 - h ** 2) for s, h in zip(back, self.a[k])]
net = Net({sizes})
for n in range(100):
    net.train([0.1, 0.9], [0.5], 0.1)
"""
CLASS = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.weights = [np.random.randn(m, n) for m, n in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros((1, n)) for n in sizes[1:]]
    def forward(self, X):
        self.outs = [X]
        for W, b in zip(self.weights, self.biases):
            self.outs.append(np.tanh(self.outs[-1] @ W + b))
        return self.outs[-1]
    def backward(self, y, rate):
        o = self.outs[-1]
        self.loss = 0.5 * np.sum((o - y) ** 2)
        deltas = [(o - y) * (1 - o ** 2)]
        for k in range(len(self.weights) - 1, 0, -1):
            h = self.outs[k]
            deltas.insert(0, (deltas[0] @ self.weights[k].T) * (1 - h ** 2))
        for k, delta in enumerate(deltas):
            self.weights[k] -= rate * self.outs[k].T @ delta
            self.biases[k] -= rate * np.sum(delta, axis=0, keepdims=True)
X = np.array([[0.0, 0.1], [0.2, 1.0], [1.0, 0.3]])
y = np.array([[0.0], [0.5], [0.7]])
net = Net({sizes})
for epoch in range(10):
    net.forward(X)
    net.backward(y, 0.1)
"""
FUNCTIONS = """
import numpy as np
def tanh_prime(h):
    return 1.0 - h ** 2
class NeuralNetwork:
    def __init__(self, layers):
        self.weights = [np.random.randn(n + 1, m + 1) for n, m in zip(layers[:-2], layers[1:-1])]
        self.weights.append(np.random.randn(layers[-2] + 1, layers[-1]))
    def fit(self, X, y, learning_rate=0.2, epochs=100):
        X = np.concatenate((np.ones((X.shape[0], 1)), X), axis=1)
        for k in range(epochs):
            i = np.random.randint(X.shape[0])
            a = [X[i]]
            for l in range(len(self.weights)):
                a.append(np.tanh(np.dot(a[l], self.weights[l])))
            error = y[i] - a[-1]
            deltas = [error * tanh_prime(a[-1])]
            for l in range(len(a) - 2, 0, -1):
                deltas.append(deltas[-1].dot(self.weights[l].T) * tanh_prime(a[l]))
            deltas.reverse()
            for i in range(len(self.weights)):
                self.weights[i] += learning_rate * np.atleast_2d(a[i]).T.dot(np.atleast_2d(deltas[i]))
nn = NeuralNetwork({sizes})
nn.fit(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]))
"""
SPELLINGS = {
    "arrays": ARRAYS,
    "lists": LISTS.replace("{sizes}", "[2, 2, 1]"),
    "lists of layers alike": LISTS.replace("{sizes}", "[2, 3, 3, 1]"),
    "a class": CLASS.replace("{sizes}", "[2, 3, 1]"),
    "a class of layers alike": CLASS.replace("{sizes}", "[2, 3, 3, 1]"),
    "a class of many layers alike": CLASS.replace("{sizes}", "[2, 2, 2, 2, 1]"),
    "functions": FUNCTIONS.replace("{sizes}", "[2, 2, 1]"),
    "functions in layers alike": FUNCTIONS.replace("{sizes}", "[2, 3, 3, 1]"),
}


def errors(text):
    """Return the errors that are told of a script."""
    return [note for note in judge(parse_script(text, "s.py")).findings if note.error]


def without_square(text, unit, slope):
    """Return a script with another slope in place of 1 - unit ** 2, and the row of that."""
    (row,) = [n for n, line in enumerate(text.splitlines(), 1) if f"- {unit} ** 2" in line]
    return text.replace(f"1 - {unit} ** 2", slope).replace(f"1.0 - {unit} ** 2", slope), row


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_right_slope_is_no_error(spelling):
    assert errors(SPELLINGS[spelling]) == []


@pytest.mark.parametrize(
    ("spelling", "name"),
    [(spelling, "h") for spelling in SPELLINGS]
    + [(spelling, "o") for spelling, text in SPELLINGS.items() if "- o ** 2" in text],
)
def test_a_square_left_out_is_told_at_its_line(spelling, name):
    faulty, row = without_square(SPELLINGS[spelling], name, f"1 - {name}")
    (note,) = errors(faulty)
    assert note.line == row
    assert " is to be squared" in note.says


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_slope_of_a_sigmoid_at_a_tanh_is_called_so(spelling):
    faulty, row = without_square(SPELLINGS[spelling], "h", "h * (1 - h)")
    (note,) = errors(faulty)
    assert note.line == row
    assert "is the slope of a sigmoid, and " in note.says
    assert " is a tanh: its slope is 1 - " in note.says


@pytest.mark.parametrize(
    "delta", ["do * W2 * h * (1.0 - h)", "(1 - h) * h * do * W2", "-(do * W2 * (1 - h) * -h)"]
)
def test_the_slope_of_a_sigmoid_may_stand_anywhere(delta):
    (note,) = errors(ARRAYS.replace("do * W2 * (1 - h ** 2)", delta))
    says = "dh: h * (1 - h) is the slope of a sigmoid, and h is a tanh: its slope is 1 - h ** 2"
    assert note.says == f"{says}, in all 2 elements"


def test_the_slope_of_a_sigmoid_at_a_relu_is_called_so():
    relu = ARRAYS.replace("np.tanh(W1 @ x + b1)", "np.maximum(W1 @ x + b1, 0)")
    (note,) = errors(relu.replace("(1 - h ** 2)", "h * (1 - h)"))
    assert "h * (1 - h) is the slope of a sigmoid, and h is a relu: its slope is step(h)" in note.says


CALLED = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def relu(z):
    return np.maximum(0, z)
def slope(z, a):
    return SLOPE
X, y = np.random.rand(4, 3), np.random.rand(4, 3)
W1, W2 = np.random.randn(3, 3), np.random.randn(3, 3)
for epoch in range(1000):
    z1 = X @ W1
    a1 = UNIT(z1)
    z2 = a1 @ W2
    a2 = UNIT(z2)
    loss = 0.5 * np.sum((a2 - y) ** 2)
    d2 = (a2 - y) * slope(z2, a2)
    d1 = d2 @ W2.T * slope(z1, a1)
    W2 -= 0.1 * a1.T @ d2
    W1 -= 0.1 * X.T @ d1
"""
SLOPES = {
    "sigmoid": ["A * (1 - A)", "sigmoid(Z) * (1 - sigmoid(Z))"],
    "np.tanh": ["(1 - A ** 2)", "(1 - np.tanh(Z) ** 2)"],
    "relu": ["(Z > 0)"],
}


@pytest.mark.parametrize("unit", SLOPES)
@pytest.mark.parametrize(("of", "slope"), [(unit, slope) for unit in SLOPES for slope in SLOPES[unit]])
def test_the_slope_of_another_activation_is_told_with_its_cause(unit, of, slope):
    right = SLOPES[unit][0]
    for place, row in (("SLOPE", 8), ("slope(z2, a2)", 17), ("slope(z1, a1)", 18)):
        n = place[7:8]
        text = CALLED.replace(place, slope.replace("A", f"a{n}").replace("Z", f"z{n}"))
        text = text.replace("SLOPE", right.replace("A", "a").replace("Z", "z")).replace("UNIT", unit)
        notes = errors(text)
        assert [note.line for note in notes] == [row] * (unit != of)
        assert all("slope is " in note.says for note in notes)


DENSE = """
import numpy as np
class Dense:
    def __init__(self, m, n):
        self.W = np.random.randn(m, n)
    def forward(self, given):
        self.given = given
        return given @ self.W
"""
UNNAMED = f"""{DENSE}\
    def backward(self, error):
        self.step = self.given.T @ error
        return error @ self.W.T
class Squash:
    def forward(self, given):
        self.given = given
        return np.tanh(given)
    def backward(self, error):
        return error * (1 - np.tanh(self.given) ** 2)
layers = [Dense(2, 3), Squash(), Dense(3, 1), Squash()]
X, Y = np.random.randn(4, 2), np.random.randn(4, 1)
for epoch in range(100):
    out = X
    for layer in layers:
        out = layer.forward(out)
    loss = 0.5 * np.sum((out - Y) ** 2)
    error = (out - Y)
    for layer in layers[::-1]:
        error = layer.backward(error)
    for layer in layers[::2]:
        layer.W -= 0.1 * layer.step
"""


@pytest.mark.parametrize("depth", [1, 2])
def test_a_slope_of_the_input_of_a_unit_without_a_name_is_told_at_its_line(depth):
    text = UNNAMED if depth == 2 else UNNAMED.replace("3, 1), Squash()]", "3, 1)]")
    assert errors(text) == []
    (note,) = errors(text.replace("np.tanh(self.given) ** 2", "self.given ** 2"))
    assert note.line == 17
    assert " 1 times " not in note.says


RETURNED = f"""{DENSE}\
    def backward(self, back):
        ahead = back @ self.W.T
        self.W -= 0.1 * self.given.T @ back
        return ahead
class Squash:
    def forward(self, given):
        self.out = np.tanh(given)
        return self.out
    def backward(self, back):
        return back * (1 - self.out ** 2)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def rise(z):
    return sigmoid(z) * (1 - sigmoid(z))
def pull(y, out):
    return out - y
X, y = np.random.rand(4, 3), np.random.rand(4, 2)
layers, V = [Dense(3, 5), Squash()], np.random.randn(5, 2)
for epoch in range(1000):
    h = X
    for layer in layers:
        h = layer.forward(h)
    z = h @ V
    out = sigmoid(z)
    loss = 0.5 * np.sum((out - y) ** 2)
    error = pull(y, out)
    d = error * rise(z)
    print(loss, error.mean())
    part = d @ V.T
    V -= 0.1 * h.T @ d
    for layer in reversed(layers):
        part = layer.backward(part)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return back * (1 - self.out ** 2)", "return back * self.out"),  # a wrong slope
        ("return back * (1 - self.out ** 2)", "return back"),  # it gives what it is given
        ("return sigmoid(z) * (1 - sigmoid(z))", "return sigmoid(z)"),  # as a unit does, in a product
        ("return sigmoid(z) * (1 - sigmoid(z))", "return z"),
        ("d = error * rise(z)", "d = error * rise(out)"),  # a right slope of a wrong number
        ("d = error * rise(z)", "d = error"),  # it is right by the output, and shown
        ("d = error * rise(z)", "d = pull(y, out) * 1"),  # what it returns is right by the output
        ("return out - y", "return y - out"),
    ],
)
def test_what_a_function_gives_is_told_at_its_return_and_what_it_is_given_at_its_call(right, wrong):
    assert judge(parse_script(RETURNED, "s.py")).right
    (row,) = [n for n, source in enumerate(RETURNED.splitlines(), 1) if right in source]
    assert {note.line for note in errors(RETURNED.replace(right, wrong))} == {row}


def test_a_slope_of_one_is_told_where_it_is_written():
    text = RETURNED.replace("d = error * rise(z)", "r = rise(z)\n    d = error * r")
    assert judge(parse_script(text, "s.py")).right
    assert [note.source for note in errors(text.replace("r = rise(z)", "r = 1"))] == ["r = 1"]


SUMMED = """
import numpy as np
W, V = np.random.randn(3, 2), np.random.randn(1, 3)
pairs = [(np.random.rand(2, 1), np.random.rand(1, 1)) for _ in range(3)]
def partials(x, y):
    h = np.tanh(W @ x)
    d = V @ h - y
    return np.outer(d, h), np.outer((V.T @ d) * (1 - h ** 2), x)
for epoch in range(100):
    loss = sum(0.5 * np.sum((V @ np.tanh(W @ x) - y) ** 2) for x, y in pairs)
    sum_V, sum_W = np.zeros(V.shape), np.zeros(W.shape)
    for x, y in pairs:
        one, other = partials(x, y)
        sum_V = sum_V + one
        sum_W = sum_W + other
    V = V - 0.1 * sum_V
    W = W - 0.1 * sum_W
"""


def test_a_sum_is_not_blamed_for_what_it_sums_up():
    assert judge(parse_script(SUMMED, "s.py")).right
    faulty = SUMMED.replace("np.outer(d, h)", "np.outer(d, h ** 2 + x[0])")
    assert {note.line for note in errors(faulty)} == {8}
