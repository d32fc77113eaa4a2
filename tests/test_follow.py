"""A script that is followed gives the numbers that it gives when it is run, and nothing of it is executed."""

import math
import random

import numpy as np
import pytest
from hostile import HARMLESS, HOSTILE
from soak import tries

from bplit.listing import Listing
from workings.script import follow, parse_script
from workings.script.followed import bare

SIGMOID = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
HEAD = "import numpy as np\nimport math\n" + SIGMOID
DATA = """
X = np.array([[0.5, -0.2], [0.1, 0.8], [-0.7, 0.3]])
T = np.array([[1.0], [0.0], [1.0]])
W1 = np.array([[0.2, -0.4, 0.7], [0.3, 0.1, -0.5]])
b1 = np.array([[0.1, 0.0, -0.1]])
W2 = np.array([[0.6], [-0.1], [0.4]])
b2 = np.zeros((1, 1))
"""
# Scripts as people write them: each with what is compared, the name of a statement and an expression for it.
SCRIPTS = {
    "plain numbers": (
        """
x, t, w, b = 0.5, 0.2, 0.3, 0.1
z = w * x + b
a = math.tanh(z)
loss = (a - t) ** 2 / 2
dz = (a - t) * (1 - a ** 2)
w -= 0.1 * dz * x
b -= 0.1 * dz
""",
        {"loss": "loss", "w": "w", "b": "b"},
    ),
    "matrices": (
        DATA
        + """
H = sigmoid(X @ W1 + b1)
Y = sigmoid(np.dot(H, W2) + b2)
loss = 0.5 * np.sum((Y - T) ** 2)
d2 = (Y - T) * Y * (1 - Y)
d1 = d2.dot(W2.T) * H * (1 - H)
W2 -= 0.3 * H.T.dot(d2)
W1 -= 0.3 * X.T @ d1
b2 -= 0.3 * d2.sum(axis=0, keepdims=True)
b1 = b1 - 0.3 * np.sum(d1, axis=0)
""",
        {"loss": "loss", "W1": "W1", "W2": "W2", "b1": "b1", "b2": "b2"},
    ),
    "a class with weights": (
        DATA
        + """
class Net(object):
    rate = 0.4
    def __init__(self, W, V):
        self.W, self.V = W.copy(), V
    def forward(self, x):
        self.x = x
        self.h = np.maximum(0, x @ self.W)
        return self.h @ self.V
    def backward(self, delta):
        gV = self.h.T @ delta
        gh = delta @ self.V.T
        gh[self.h <= 0] = 0
        self.V -= self.rate * gV
        self.W -= self.rate * (self.x.T @ gh)
net = Net(W1, W2)
for epoch in range(1):
    out = net.forward(X)
    loss = np.mean((out - T) ** 2)
    net.backward(2 * (out - T) / T.size)
""",
        {"loss": "loss", "W": "net.W", "V": "net.V", "out": "out"},
    ),
    "layers in a list": (
        DATA
        + """
class Layer:
    def __init__(self, W, act=np.tanh):
        self.W = W
        self.act = act
    def __call__(self, x):
        self.x, self.a = x, self.act(x @ self.W)
        return self.a
    def back(self, g):
        g = g * (1 - self.a ** 2)
        self.dW = self.x.T @ g
        return g @ self.W.T
layers = [Layer(W1), Layer(act=np.tanh, W=W2)]
a = X
for layer in layers:
    a = layer(a)
loss = 0.5 * ((a - T) ** 2).sum()
g = a - T
for layer in reversed(layers):
    g = layer.back(g)
for layer in layers:
    layer.W -= 0.1 * layer.dW
""",
        {"loss": "loss", "a": "layers[1].a", "W": "layers[1].W"},
    ),
    "a dict of parameters": (
        DATA
        + """
params = {"W1": W1, "W2": W2, f"b{2}": b2}
params.update(b1=b1) if False else params.update({"b1": b1})
grads = {}
A = {0: X}
for l in range(1, 3):
    A[l] = sigmoid(A[l - 1] @ params["W" + str(l)] + params["b%d" % l])
d = (A[2] - T) / len(X)
for l in (2, 1):
    grads["W{}".format(l)] = A[l - 1].T @ d
    grads[f"b{l}"] = d.sum(0)
    d = d @ params[f"W{l}"].T * A[l - 1] * (1 - A[l - 1])
loss = -np.mean(T * np.log(A[2]) + (1 - T) * np.log(1 - A[2]))
params = {key: value - 0.5 * grads[key] for key, value in params.items()}
""",
        {"loss": "loss", "W1": 'params["W1"]', "b1": 'params["b1"]', "W2": 'params["W2"]'},
    ),
    "lists of lists": (
        """
x = [0.3, -0.8]
w = [[0.1, 0.2], [0.3, 0.4]]
v = [0.5, -0.6]
t = 0.7
h = [math.tanh(sum(wi * xi for wi, xi in zip(row, x))) for row in w]
y = sum([v[i] * h[i] for i in range(len(h))])
loss = 0.5 * (y - t) ** 2
dv = [(y - t) * h[i] for i in range(2)]
for j, row in enumerate(w):
    for i in range(len(row)):
        w[j][i] -= 0.1 * (y - t) * v[j] * (1 - h[j] ** 2) * x[i]
v = [v[i] - 0.1 * dv[i] for i in range(2)]
""",
        {"loss": "loss", "v": "v", "h": "h"},
    ),
    "neurons": (
        """
class Neuron:
    def __init__(self, weights, bias=0.1):
        self.weights = list(weights)
        self.bias = bias
    @property
    def slope(self):
        return self.output * (1 - self.output)
    def feed(self, inputs):
        self.inputs = inputs
        total = self.bias
        for w, x in zip(self.weights, inputs):
            total += w * x
        self.output = self.squash(total)
        return self.output
    @staticmethod
    def squash(t):
        return 1 / (1 + math.exp(-t))
class Output(Neuron):
    def __init__(self, weights, target):
        super().__init__(weights)
        self.target = target
    def error(self):
        return 0.5 * (self.target - self.output) ** 2
hidden = [Neuron([0.1, 0.2]), Neuron(weights=[0.3, -0.4], bias=-0.2)]
last = Output([0.5, 0.6], 0.9)
out = last.feed([n.feed([0.7, 0.4]) for n in hidden])
E = last.error()
delta = (out - last.target) * last.slope
deltas = []
for n, w in zip(hidden, last.weights):
    deltas.append(delta * w * n.slope)
for i in range(len(last.weights)):
    last.weights[i] -= 0.5 * delta * last.inputs[i]
last.bias -= 0.5 * delta
""",
        {"E": "E", "deltas": "deltas[1]", "bias": "last.bias"},
    ),
    "examples one by one": (
        """
data = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
targets = [0, 1, 1, 1]
w = np.array([0.1, -0.2])
b = 0.05
total = 0
for n in range(len(data)):
    x, t = data[n], targets[n]
    y = sigmoid(np.dot(w, x) + b)
    if n == 3:
        break
    total += (t - y) ** 2
    if n == 1:
        continue
    w = w + 0.3 * (t - y) * y * (1 - y) * x
    b += 0.3 * (t - y) * y * (1 - y)
""",
        {"total": "total", "w": "w", "b": "b", "y": "y"},
    ),
    "softmax and one-hot": (
        DATA
        + """
labels = np.array([2, 0, 1])
Y = np.eye(3)[labels]
Z = X @ W1 + b1
e = np.exp(Z - np.max(Z, axis=1, keepdims=True))
P = e / np.sum(e, axis=1, keepdims=True)
loss = -np.mean(np.sum(Y * np.log(P), axis=1))
picked = -np.log(P[range(3), labels]).mean()
dZ = P.copy()
dZ[np.arange(3), labels] -= 1
dZ /= X.shape[0]
W1 -= 0.1 * X.T @ dZ
hits = np.mean(np.argmax(P, axis=1) == labels)
""",
        {"loss": "loss", "picked": "picked", "W1": "W1", "P": "P"},
    ),
    "momentum in place": (
        DATA
        + """
velocity = {"W": np.zeros_like(W1)}
for step in range(3):
    grad = X.T @ (X @ W1 - T)
    velocity["W"] = 0.9 * velocity["W"] - 0.1 * grad
    W1 += velocity["W"]
""",
        {"W1": "W1", "W": 'velocity["W"]'},
    ),
    "stars and names": (
        """
def forward(x, *weights, act="tanh", **more):
    *_, scale = more.get("scales", (1, 2))
    out = [x]
    for w in weights:
        out.append(np.tanh(w * out[-1]) if act == "tanh" else w * out[-1])
    return (*out, scale * out[-1])
first, *rest = forward(0.3, 0.5, -0.7, scales=(1.0, 3.0))
a, b, c = rest
pair = (lambda u, v=2: (u * v, u - v))(a)
total = sum(pair) + (d := c * b)
""",
        {"a": "a", "b": "b", "c": "c", "total": "total", "d": "d"},
    ),
    "choices": (
        """
def leaky(z):
    if z > 0:
        return z
    else:
        return 0.1 * z
def stable(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))
x, w = 0.5, -0.8
z = w * x
h = leaky(z)
s = stable(z)
dh = 1 if z > 0 else 0.1
if z < 0:
    k = -z
else:
    k = z
m = max(0, z) + min(z, 1) + abs(z)
""",
        {"h": "h", "s": "s", "dh": "dh", "k": "k", "m": "m"},
    ),
    "shapes": (
        DATA
        + """
A = np.hstack((X, np.ones((3, 1))))
B = np.vstack([W1, b1])
C = np.concatenate([A @ B, A], axis=1)[:, 1:4]
D = C.reshape(-1).reshape(3, 3).T[::-1]
E = np.where(D > 0.1, D, 0.5 * D)
F = np.outer(E[0], E[:, 1]) + E.mean(axis=1)[:, None]
G = F @ E.transpose()
G[G < 0.2] = 0
s = np.sqrt(np.square(G).sum()) + G.var() + np.clip(3, 0, 1) + np.average(F)
""",
        {"A": "A", "C": "C", "D": "D", "E": "E", "F": "F", "G": "G", "s": "s"},
    ),
    "options of its own": (
        """
def f(x, dim=2, p=0.5, order=3, **more):
    return x * dim * p * order - more["copy"]
y = f(2.0, dim=4, p=0.25, copy=1, order=1)
W = np.array([0.5, -0.3, 0.2])
W[W < 0] *= 0.1
c = isinstance(W, np.ndarray) + isinstance([y], list) + isinstance(y, dict)
""",
        {"y": "y", "W": "W", "c": "c"},
    ),
    "operators of its own": (
        """
from collections import namedtuple
class Value:
    def __init__(self, data):
        self.data, self.grad, self.back = data, 0.0, lambda: None
    def __add__(self, other):
        return Value(self.data + other.data)
    def __rmul__(self, factor):
        out = Value(factor * self.data)
        def back():
            self.grad += factor * out.grad
        out.back = back
        return out
    def walk(self, depth):
        return self.data if depth == 0 else self.walk(depth - 1) * 2
Pair = namedtuple("Pair", "first second")
pair = Pair(Value(0.5), Value(0.25))
sum_ = pair.first + 3 * pair.second
twice = 2 * sum_
twice.grad = 1.0
twice.back()
deep = sum_.walk(3)
""",
        {"grad": "sum_.grad", "deep": "deep"},
    ),
    "what stands around": (
        """
rates = {"slow": 0.1}
count = 0
def make(scale):
    def inner(x):
        nonlocal scale
        scale = scale * 2
        return scale * x
    return inner
def tick():
    global count
    count += 1
f = make(0.3)
u = f(0.5)
v = f(0.5)
tick()
try:
    w = u * v * rates["slow"]
finally:
    w = w + count
""",
        {"u": "u", "v": "v", "w": "w", "count": "count"},
    ),
    "labels": (
        DATA
        + """
which, cls = np.arange(len(X)), (X[:, 0] * X[:, 1] > -0.2).astype(int)
P = sigmoid(X)
P[which, cls] -= 1
half = P / 2
Y = np.eye(2)[cls]
many = X[np.repeat([2, 0], 2)] + X[np.random.default_rng(0).integers(1, 2, size=4)]
best = X[which, np.argmax(X, axis=1)]
joined = np.r_[np.c_[X[:, 1], X[:, 0]], 0.5 * X]
for part in np.split(np.arange(4), 2):
    last = joined[part]
""",
        {"half": "half", "Y": "Y", "many": "many", "best": "best", "joined": "joined", "last": "last"},
    ),
    "rows of batches": (
        DATA
        + """
def batches(size):
    for k in range(0, len(X), size):
        yield X[k:k + size], T[k:k + size]
w = np.array([[0.3], [0.4]])
for x, t in batches(2):
    w -= 0.1 * x.T @ (x @ w - t) / len(x)
""",
        {"w": "w"},
    ),
    "data of other kinds": (
        """
rows = [row.split() for row in "1.5 cat\\n-2 dog\\n 3. cat".strip().splitlines()]
kinds = sorted({row[-1].upper() for row in rows})
table = np.array([row[:1] for row in rows], dtype=float)
which = [kinds.index(row[1].upper()) for row in rows]
bits = np.array([[(n >> k) & 1 for k in (2, 1, 0)] for n in range(8)])
odd = np.array([a ^ b | c for a, b, c in [(0, 1, 0), (1, 1, 0), (1, 0, 1)]])
some = table[table > 0] * (1 << 3)
far = np.hypot(table, 2) + np.reciprocal(table)
there = table[np.where(table[:, 0] > 0)[0]]
first, last = np.median(table), np.sort(np.ravel(table))[-1]
spread = np.roll(np.arange(3) * 0.5, 1)[np.argsort(table.ravel())]
true = (table > 0).astype(float) * 0.5
""",
        {name: name for name in "table bits odd some far there first last spread true".split()},
    ),
    "objects that are gone through": (
        """
from dataclasses import dataclass
class Pairs:
    rate: float = 0.5
    def __init__(self, xs):
        self.xs = xs
    def __iter__(self):
        for x in self.xs:
            yield x, x * self.rate
@dataclass
class Start:
    size: float
    def __post_init__(self):
        self.w = 0.25 * self.size
start = Start(3.0)
sums = 0.0
for n, (x, half) in enumerate(Pairs([0.5, 0.75])):
    sums = sums + x * half + start.w
ways = [x - half for x, half in Pairs([0.5, 0.75])]
""",
        {"sums": "sums", "ways": "ways"},
    ),
    "sums of products by letters": (
        DATA
        + """
H = np.tanh(np.einsum("ni,ij->nj", X, W1) + b1)
Y = np.einsum("nj,jk", H, W2)
d = np.einsum("nk->k", Y)
three = np.einsum("ni, ij, jk -> nk", X, W1, W2)
""",
        {"Y": "Y", "d": "d", "three": "three"},
    ),
    "options by name": (
        DATA
        + """
p = {}
for n, (one, other) in enumerate(zip([2, 3], [3, 1], strict=True), start=1):
    p["W" + str(n)] = np.full((one, other), fill_value=0.5) * n
g = dict.fromkeys(p)
for k in p:
    g[k] = np.sum(X ** 2, axis=0, keepdims=True, dtype=float) * p[k].size
best = max(range(3), key=lambda j: W1[0, j]) + max([], default=4) + min([3, 1, 2], key=lambda j: -j)
whole = W1.sum() * best + sum((W2[k, 0] for k in range(3)), start=0.5) + np.prod(X.shape)
flat = W1.copy()
flat.flat[4] = W1.flat[5] * 2
squares = np.sum(flat ** 2)
for at in np.ndindex(*W2.shape):
    whole = whole + W2[at] * (1 + at[0])
""",
        {"whole": "whole", "squares": "squares"},
    ),
}


def given(followed, name):
    """Return the values of the last statement of a name, by a run of the listing."""
    values = Listing(followed.lines).run({})
    assert values == pytest.approx(dict(followed.values), rel=1e-9, abs=1e-12)
    last = [statement for statement in followed.statements if statement.name == name][-1]
    return np.vectorize(values.get)(last.lines)


def executed(text):
    """Return the names of a text of ours that is executed."""
    names = {}
    exec(text, names)
    return names


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_that_is_followed_gives_the_numbers_of_its_run(kind):
    text, wanted = SCRIPTS[kind]
    followed, names = follow(HEAD + text), executed(HEAD + text)
    assert followed.unread == ()
    for name, expression in wanted.items():
        right = np.array(eval(expression, names), dtype=float)
        assert given(followed, name) == pytest.approx(right, rel=1e-9, abs=1e-12), name


SCALARS = ["{} + {}", "{} - {}", "{} * {}", "({}) / (1.5 + ({})**2)", "-({}) + {}", "{} * (1 - {})"]
CALLS = [
    "np.tanh({})",
    "sigmoid({})",
    "np.maximum({}, 0)",
    "np.exp(-({}))",
    "({})**2",
    "abs({})",
    "np.where({} > 0.1, 2.0, 0.5)",
]
ARRAYS = [
    "{}.T",
    "{} @ B",
    "{} * v",
    "{} + c",
    "{}.sum(axis=0) + {}",
    "{} - {}.mean(axis=1, keepdims=True)",
    "{}[::-1]",
]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(tries(300, 3000)))
def test_a_random_program_gives_the_numbers_of_its_run(seed):
    chance = random.Random(seed)
    rows = [f"{name} = {chance.uniform(-1, 1):.3f}" for name in ("a", "b", "c")]
    numbers = [round(chance.uniform(-1, 1), 3) for _ in range(10)]
    rows += [f"A = np.array({[numbers[:2], numbers[2:4]]})", f"B = np.array({[numbers[4:6], numbers[6:8]]})"]
    rows += [f"v = np.array({numbers[8:]})"]
    scalars, arrays = ["a", "b", "c"], ["A", "B"]
    for n in range(12):
        names, forms = (
            (scalars, SCALARS + CALLS) if chance.random() < 0.5 else (arrays, SCALARS + CALLS + ARRAYS)
        )
        form = chance.choice(forms)
        expression = form.format(*(chance.choice(names) for _ in range(form.count("{}"))))
        if chance.random() < 0.2:
            name = chance.choice(names)
            rows.append(f"{name} = 0.5 * {name} - 0.25 * np.tanh({expression})")
        else:
            name = f"{names[0]}{n}"
            names.append(name)
            rows.append(f"{name} = {expression}")
    text = HEAD + "\n".join(rows)
    followed, names = follow(text), executed(text)
    for name in scalars + arrays:
        right = names[name]
        assert given(followed, name) == pytest.approx(np.array(right), rel=1e-9, abs=1e-12), text


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_script_is_refused_in_one_line(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, message = HOSTILE[what]
    with pytest.raises(ValueError, match=f"^{message}") as caught:
        follow(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("what", HARMLESS)
def test_nothing_is_executed(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert given(follow(HARMLESS[what]), "y") == pytest.approx(6)
    assert [*tmp_path.iterdir()] == []


def lines(text):
    return [str(line) for line in follow(text).lines]


def test_a_name_that_is_assigned_again_is_another_name():
    text = "w, x = 2, 3\nw = w * x\nw = w + 1; w = w - x"
    assert lines(text) == ["w = 2", "x = 3", "w@2 = w * x", "w@3 = w@2 + 1", "w@3'1 = w@3 - x"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 / (1 + np.exp(-t))", "sigmoid(t)"),
        ("1.0 / (np.exp(-t) + 1)", "sigmoid(t)"),
        ("np.exp(t) / (1 + np.exp(t))", "sigmoid(t)"),
        ("(1 + math.e ** -t) ** -1", "sigmoid(t)"),
        ("t if t > 0 else 0", "relu(t)"),
        ("0 if t < 0 else t", "relu(t)"),
        ("np.maximum(0, t)", "relu(t)"),
        ("max(t, 0)", "relu(t)"),
        ("t * (t > 0)", "relu(t)"),
        ("np.where(t > 0, t, 0)", "relu(t)"),
        ("(t > 0) * 1.0", "step(t)"),
        ("t >= 0", "1 - step(-t)"),
        ("np.log1p(t)", "log(1 + t)"),
        ("np.square(t) * 1 + 0", "t ** 2"),
        ("pow(t, 3) / 1", "t ** 3"),
        ("float(t) - -2", "t - -2"),
    ],
)
def test_a_function_that_is_written_out_is_read_as_what_it_is(written, read):
    assert lines(f"import numpy as np, math\nt = 0.5\ny = {written}")[-1] == f"y = {read}"


def test_what_a_function_calculates_again_is_the_line_that_is_there():
    text = HEAD + "def f(x):\n    h = sigmoid(w * x)\n    return h\nw, x = 2, 3\na = f(x)\nb = f(x) * 2"
    assert lines(text)[2:] == ["h = sigmoid(w * x)", "a = h", "b = h * 2"]


MOVES = {
    "a name": ("w = w - 0.1 * g", ["w"]),
    "in place": ("w -= 0.1 * g", ["w"]),
    "several": ("w, v = w - 0.1 * g, v - 0.1 * g", ["w", "v"]),
    "from a function": ("def f(w): return w - 0.1 * g, 0\nw, _ = f(w)", ["w"]),
    "an array": ("A = A - 0.1 * g", ["A[0]", "A[1]"]),
    "an array in place": ("A -= 0.1 * g", ["A[0]", "A[1]"]),
    "a place": ("A[1] -= 0.1 * g", ["A[1]"]),
    "a slice": ("A[:1] = A[:1] - 0.1 * g", ["A[0]"]),
    "a view": ("B = A[1:]\nB -= 0.1 * g", ["A[1]"]),
    "by another name": ("for p in (A,):\n    p -= 0.1 * g", ["A[0]", "A[1]"]),
    "a list": ("l[0] = l[0] - 0.1 * g", ["l[0]"]),
    "a list anew": ("l = [part - 0.1 * g for part in l]", ["l[0]", "l[1]"]),
    "a dict": ("d['k'] -= 0.1 * g", ["k"]),
    "a dict anew": ("d = {'k': d['k'] - 0.1 * g}", ["k"]),
    "a dict in one": ("d.update(k=1) if 0 else d.update({'k': d['k'] - 0.1 * g})", ["k"]),
    "an attribute": ("o.m = o.m - 0.1 * g", ["m"]),
    "torch's place": ("A.sub_(0.1 * g)", ["A[0]", "A[1]"]),
}


@pytest.mark.parametrize("what", MOVES)
def test_what_takes_the_place_of_what_is_a_move(what):
    before = "import numpy as np\nclass O: pass\ng, w, v, k, m = 5, 1, 2, 3, 4\no = O()\no.m = m\n"
    before += "A = np.array([0.5, 0.6])\nl = [0.7, 0.8]\nd = {'k': 0.9}\n"
    text, names = MOVES[what]
    followed = follow(before + text)
    moves = {bare(move.old): move for move in followed.moves}
    assert [move.old.split("@")[0] for move in followed.moves] == names
    for move in moves.values():
        assert followed.values[move.new] == pytest.approx(followed.values[move.old] - 0.5)


def test_a_line_stands_where_it_was_written():
    text = HEAD + DATA + "def f(x):\n    h = x @ W1\n    return h, h * 2\nH, K = f(X)\nY = (H +\n     K)\n"
    followed = follow(text)
    rows = {line.name: int(line.place.removeprefix("line ")) for line in followed.lines}
    start = text[: text.index("def f(")].count("\n") + 1
    assert [rows[name] for name in ("h[0,0]", "K[0,0]", "Y[0,0]")] == [start + 1, start + 2, start + 4]
    assert followed.lines[-1].source == "Y = (H + K)"


def test_a_statement_says_what_it_wrote_as_an_array():
    (*_, last) = follow(HEAD + DATA + "class N: pass\nn = N()\nn.dW = X.T @ X").statements
    assert (last.name, last.row) == ("dW", 14)
    assert last.lines.tolist() == [["dW[0,0]", "dW[0,1]"], ["dW[1,0]", "dW[1,1]"]]


def test_a_number_that_becomes_an_array_is_a_misfit():
    (misfit,) = follow("import numpy as np\nx = np.array([1, 2])\nm = 0.5\nm = m - x * 0.1").misfits
    assert misfit == ("m", (2,), 4)


def test_a_loop_that_counts_passes_is_followed_once_and_one_over_data_wholly():
    text = "w = 1\nfor k in range(1000):\n    for x in [2, 3, 4]:\n        w = w - 0.1 * x\n"
    assert len(follow(text).moves) == 3
    assert follow(text).unread == ()
    many = "import numpy as np\nw = 1\nfor x in np.ones(99):\n    w = w - 0.1 * x\n"
    assert len(follow(many).moves) == 1
    grown = "a = []\nfor k in range(7):\n    a.append(0.5)\ny = a[6] * a[0]"
    assert lines(grown)[-1] == "y = a[6] * a[0]"


def test_what_is_not_followed_after_the_training_is_said():
    text = "w = 1\nfor k in range(9):\n    w = w - 0.1 * w\nx = frobnicate(w)\ny = w * 2"
    followed = follow(text)
    assert [row for row, _ in followed.unread] == [4]
    assert str(followed.lines[-1]) == "y = w@3 * 2"
    with pytest.raises(ValueError, match="^line 1: unknown function frobnicate"):
        follow("x = frobnicate(1)\n" + text)


def test_random_numbers_are_the_same_each_time_and_none_is_twice():
    text = "import numpy as np\nW = np.random.randn(20, 20)\ny = W * 2"
    values = [*follow(text).values.values()][:400]
    assert len({*values}) == 400
    assert values == [*follow(text).values.values()][:400]


def test_the_prints_of_python_2_are_read():
    assert lines('w = 2\nif w > 1:\n    print "w is", w\ny = w * 3\nprint y') == ["w = 2", "y = w * 3"]


def test_torch_is_read_as_long_as_it_calculates_no_partials():
    text = """
import torch
import torch.nn.functional as F
x = torch.tensor([[0.5, -1.0], [0.25, 2.0]], dtype=torch.float32)
w = torch.tensor([[0.1], [0.2]], requires_grad=False)
with torch.no_grad():
    p = torch.sigmoid(x.mm(w)).squeeze(1)
    q = F.relu(x).sum(dim=1).detach().numpy()
    d = (p - q).unsqueeze(1) / x.size(0)
    w.sub_(x.t() @ d, alpha=0.5)
    last = p.mean().item()
"""
    x, w = np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([[0.1], [0.2]])
    p, q = 1 / (1 + np.exp(-(x @ w)[:, 0])), np.maximum(x, 0).sum(axis=1)
    followed = follow(text)
    assert given(followed, "w") == pytest.approx(w - 0.5 * x.T @ ((p - q)[:, None] / 2))
    assert given(followed, "last") == pytest.approx(p.mean())


def test_what_a_script_puts_behind_the_dot_of_an_array_stays_there():
    text = """
import torch
x, w = torch.tensor([[0.5, -1.0], [0.25, 2.0]]), torch.tensor([[0.1], [0.2]])
class Product:
    def __call__(self, x, w):
        self.x, self.w, self.out = x, w, x @ w
        return self.out
    def backward(self):
        self.w.g = self.x.t() @ self.out.g
product = Product()
out = product(x, w)
out.g = 2 * out.clamp_min(0.) / out.shape[0]
product.backward()
w -= 0.1 * w.g
"""
    x, w = np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([[0.1], [0.2]])
    followed = follow(text)
    assert given(followed, "w") == pytest.approx(w - 0.1 * x.T @ np.maximum(x @ w, 0))
    assert [move.old for move in followed.moves] == ["w[0,0]", "w[1,0]"]
    with pytest.raises(ValueError, match="line 3: here torch calculates the partials"):
        follow("import torch\nw = torch.tensor([0.5])\nw -= 0.1 * w.grad")


def test_what_does_not_change_a_number_is_followed_as_it_is():
    text = "import numpy as np, copy\nx = np.array([0.5, -1.5])\n"
    text += "y = copy.deepcopy(np.nan_to_num(x.astype(np.float32).copy())).tolist()[1] * math.pi"
    assert given(follow(text), "y") == pytest.approx(-1.5 * math.pi)


def test_what_was_not_followed_is_told_where_nothing_is_found():
    text = "w, x = 0.5, [0.2, 0.4]\nfor k in range(9):\n    w = w - 0.1 * x[0]\nE = frobnicate(w)"
    with pytest.raises(ValueError, match="^s.py, line 4: unknown function frobnicate: .*: E = frobnicate"):
        parse_script(text, "s.py")
    filled = "X = [0, 0]\na = 0.3\nfor k in range(2):\n    X[k] = a * k\ny = frobnicate(X)\nw = 1"
    with pytest.raises(ValueError, match="^line 5: unknown function frobnicate"):
        follow(filled)
