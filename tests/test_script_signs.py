"""Of a wrong sign the line that has it is told, and no other one, in arrays, lists, a class and numbers."""

from pathlib import Path

import pytest

from workings.script import judge, parse_script

ARRAYS = """
import numpy as np
x, t = np.array([0.5, -0.3]), np.array([0.8])
W1, b1 = np.array([[0.1, 0.2], [0.3, -0.4]]), np.array([0.05, -0.1])
W2, b2 = np.array([[0.6, -0.7]]), np.array([0.2])
eta = 0.1
for k in range(100):
    h = np.tanh(W1 @ x + b1)
    o = np.tanh(W2 @ h + b2)
    do = (o - t) * (1 - o ** 2)
    dh = (W2.T @ do) * (1 - h ** 2)
    W2 -= eta * np.outer(do, h)
    b2 -= eta * do
    W1 -= eta * np.outer(dh, x)
    b1 -= eta * dh
"""
ROWS = """
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 1))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
lr = 0.1
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(100):
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    d2 = (a2 - Y) * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    W2 -= lr * a1.T @ d2
    W1 -= lr * X.T @ d1
"""
LISTS = """
from math import tanh
x, t = [0.5, -0.3], 0.8
w, b = [[0.1, 0.2], [0.3, -0.4]], [0.05, -0.1]
v, c = [0.6, -0.7], 0.2
for k in range(100):
    h = [tanh(sum(w[j][i] * x[i] for i in range(2)) + b[j]) for j in range(2)]
    out = tanh(sum(v[j] * h[j] for j in range(2)) + c)
    delta = (out - t) * (1 - out ** 2)
    back = [delta * v[j] * (1 - h[j] ** 2) for j in range(2)]
    for j in range(2):
        v[j] -= 0.1 * delta * h[j]
        for i in range(2):
            w[j][i] -= 0.1 * back[j] * x[i]
        b[j] -= 0.1 * back[j]
    c -= 0.1 * delta
"""
CLASS = """
import numpy as np
class Net:
    def __init__(self, n, m):
        self.w, self.b = np.random.randn(m, n), np.zeros(m)
        self.v, self.c = np.random.randn(1, m), np.zeros(1)
    def train(self, x, t, rate):
        h = np.tanh(self.w @ x + self.b)
        out = self.v @ h + self.c
        self.loss = 0.5 * np.sum((out - t) ** 2)
        delta = (out - t)
        hidden = (self.v.T @ delta) * (1 - h ** 2)
        self.v -= rate * np.outer(delta, h)
        self.c -= rate * delta
        self.w -= rate * np.outer(hidden, x)
        self.b -= rate * hidden
net = Net(2, 3)
for k in range(9):
    net.train(np.array([0.5, 0.2]), np.array([0.3]), 0.1)
"""
NUMBERS = """
from math import exp
def sigmoid(z): return 1 / (1 + exp(-z))
x1, x2, y = 0.3, 0.9, 1
w1, w2, w3, w4, b1, b2 = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6
v1, v2, c = 0.7, 0.8, 0.9
h1 = sigmoid(w1 * x1 + w2 * x2 + b1)
h2 = sigmoid(w3 * x1 + w4 * x2 + b2)
out = sigmoid(v1 * h1 + v2 * h2 + c)
loss = (out - y) ** 2
d = 2 * (out - y) * out * (1 - out)
d1 = (d * v1) * h1 * (1 - h1)
d2 = (d * v2) * h2 * (1 - h2)
v1 -= 0.5 * d * h1
v2 -= 0.5 * d * h2
c -= 0.5 * d
w1 -= 0.5 * d1 * x1
w2 -= 0.5 * d1 * x2
b1 -= 0.5 * d1
w3 -= 0.5 * d2 * x1
w4 -= 0.5 * d2 * x2
b2 -= 0.5 * d2
"""
DEEP = """
import numpy as np
x, t = np.array([0.5, -0.3]), np.array([0.8])
A, B, C = np.full((3, 2), 0.1), np.full((3, 3), 0.2), np.full((1, 3), 0.3)
a, b, c = np.zeros(3), np.zeros(3), np.zeros(1)
for k in range(100):
    p = np.tanh(A @ x + a)
    q = np.tanh(B @ p + b)
    r = C @ q + c
    dr = (r - t)
    dq = (C.T @ dr) * (1 - q ** 2)
    dp = (B.T @ dq) * (1 - p ** 2)
    A -= 0.1 * np.outer(dp, x)
    a -= 0.1 * dp
    B -= 0.1 * np.outer(dq, p)
    b -= 0.1 * dq
    C -= 0.1 * np.outer(dr, q)
    c -= 0.1 * dr
"""
# The error of the outputs and how it is turned, a hidden delta, and updates that may be wrong together.
SPELLINGS = {
    "arrays": (ARRAYS, "(o - t)", "(t - o)", "(W2.T @ do)", ["W1", "b1", "W1 b1", "W2"]),
    "arrays of rows": (ROWS, "(a2 - Y)", "(Y - a2)", "(d2 @ W2.T)", ["W1", "W2"]),
    "lists": (LISTS, "= (out - t)", "= (t - out)", "delta * v[j] *", ["v[j]", "w[j][i] b[j]", "c"]),
    "a class": (CLASS, "= (out - t)", "= (t - out)", "(self.v.T @ delta)", ["self.w self.b", "self.c"]),
    "numbers": (NUMBERS, "2 * (out - y)", "2 * (y - out)", "d * v1", ["w1 w2 b1", "v2", "w3 c"]),
    "three layers": (DEEP, "(r - t)", "(t - r)", "(C.T @ dr)", ["A a", "B b", "A a B b", "C"]),
}
ADDING = [pytest.param(adding, id="added" if adding else "taken away") for adding in (False, True)]


def written(spelling, adding):
    """Return a right script: its updates take away the partials, or add them by the other sign."""
    text, error, other, *_ = SPELLINGS[spelling]
    assert text.count(error) == 1
    return text.replace(error, other).replace(" -= ", " += ") if adding else text


def told(text):
    """Return the rows of the errors that are told of a script."""
    return [note.line for note in judge(parse_script(text, "s.py")).findings if note.error]


def rows(text, faulty):
    """Return the rows in which two scripts differ."""
    both = zip(text.splitlines(), faulty.splitlines(), strict=True)
    return [n for n, (one, other) in enumerate(both, 1) if one != other]


@pytest.mark.parametrize("adding", ADDING)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_updates_may_take_away_or_add(spelling, adding):
    assert told(written(spelling, adding)) == []


@pytest.mark.parametrize("adding", ADDING)
@pytest.mark.parametrize(("spelling", "names"), [(s, names) for s in SPELLINGS for names in SPELLINGS[s][4]])
def test_updates_by_the_wrong_sign_are_told_and_no_others(spelling, names, adding):
    text = faulty = written(spelling, adding)
    for name in names.split():
        right, wrong = (f"{name} += ", f"{name} -= ") if adding else (f"{name} -= ", f"{name} += ")
        assert faulty.count(right) == 1
        faulty = faulty.replace(right, wrong)
    assert told(faulty) == rows(text, faulty)


@pytest.mark.parametrize("adding", ADDING)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_hidden_delta_by_the_wrong_sign_is_the_only_error(spelling, adding):
    text, hidden = written(spelling, adding), SPELLINGS[spelling][3]
    assert text.count(hidden) == 1
    faulty = text.replace(hidden, f"-{hidden}")
    assert told(faulty) == rows(text, faulty)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_turned_delta_of_the_outputs_is_told_once(spelling):
    text, error, other, *_ = SPELLINGS[spelling]
    assert told(text.replace(error, other)) == rows(text, text.replace(error, other))


def test_what_climbs_is_told_by_its_own_sign():
    text = ARRAYS.replace("W1 -= eta", "W1 = W1 + eta")
    (note,) = [note for note in judge(parse_script(text, "s.py")).findings if note.error]
    assert note.says == "W1 climbs: its update adds the partial, instead of taking it away"
    text = written("arrays", True).replace("W1 += eta", "W1 = W1 - eta")
    (note,) = [note for note in judge(parse_script(text, "s.py")).findings if note.error]
    assert note.says == "W1 climbs: its update takes away what is minus the partial, instead of adding it"


def test_a_turned_output_delta_and_one_other_update_are_two_errors():
    text = ARRAYS.replace("(o - t)", "(t - o)").replace("b1 -= ", "b1 += ")
    assert told(text) == rows(ARRAYS, text)


def test_in_objects_that_are_linked_the_line_of_the_sign_is_told():
    text = (Path(__file__).parent / "scripts" / "right-linked-neurons.txt").read_text("utf-8")
    faulty = text.replace("v.err += ", "v.err -= ")
    assert told(faulty) == rows(text, faulty) == [43]
