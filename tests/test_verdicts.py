"""The check says of every figure of the published examples what tests/verdicts.toml says, and why."""

import tomllib
from functools import cache
from pathlib import Path

import autograd
import autograd.numpy as np
import pytest
from soak import tries

from workings.check import check, outcome
from workings.net import read

FOLDER = Path(__file__).parent
EXAMPLES = {file.stem: file for file in FOLDER.parent.joinpath("docs", "examples").glob("*.toml")}
VERDICTS = tomllib.loads((FOLDER / "verdicts.toml").read_text("utf-8"))


@cache
def verdicts(name):
    """Return the check's verdicts on the figures of an example, by figure."""
    return {str(verdict.figure): verdict for verdict in check(read(EXAMPLES[name])).verdicts}


def exact(name):
    """Return the exact value of every figure of an example, by its pass and name."""
    sheet, found = read(EXAMPLES[name]), {}
    for after, figures in sheet.printed.items():
        values = outcome(sheet, after=after)
        for own, text in sheet.means.items():
            values[own] = eval(text, {"exp": np.exp}, values)
        found |= {(after, figure): values[figure] for figure in figures}
    return found


# The slips that are told for a wrong figure, and what is said of one.
SLIPS = {
    "article": {"lost after 9": ["crossed wires", "crossed wires"]},
    "mazur": {"E after 1": ["updated weights"]},
    "mazur-notes": {"E after 1": ["updated weights"]},
    "rgu": {"delta_h1": ["updated weights"]},
    "keras-18324": {"manual_w_new": ["loss"]},
    "pytorch-forum": {"manual_dw_h": ["net input in the slope"]},
    "brownlee-demo": {"demo_o1": ["bias alone"]},
    "ahammadnafiz": {"dz2_3": ["decimal point"]},
    "geeksforgeeks": {"dw11": ["sign"], "new_w4": ["double"]},
}
SAYS = {
    "mazur": {"E after 10000": "the number after 9999 updates"},
    "mazur-notes": {
        "E after 10000": "the number after 9999 updates",
        "E after 1": "one digit of what that gives, 0.291027924, is different",
    },
    "keras-18324": {"manual_w_new": "the loss is half the sum of the squared errors"},
    "ahammadnafiz": {"dz2_3": "dz3_1 * W3_13 is ten times too large"},
    "mazur-javashuo": {"out_o1": "Nothing that was tried gives it"},
}


def test_what_is_told_is_about_the_examples():
    assert {*SLIPS, *SAYS} <= {*EXAMPLES}


# One test for each example: run side by side, several would have to check it anew.
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=[pytest.mark.slow] if name in ("ahammadnafiz", "article", "geeksforgeeks") else []
        )
        for name in sorted(EXAMPLES)
    ],
)
def test_the_check_gives_every_figure_its_verdict_and_says_why(name):
    expected = {figure: text.partition(":")[0] for figure, text in VERDICTS[name].items()}
    assert {figure: verdict.word for figure, verdict in verdicts(name).items()} == expected
    for figure, verdict in verdicts(name).items():
        assert bool(verdict.why) == (verdict.word != "agrees"), figure
    for figure, kinds in SLIPS.get(name, {}).items():
        found = verdicts(name)[figure].found
        assert [slip.kind for slip in found.slips] == kinds, figure
        assert " as printed if " in verdicts(name)[figure].why.replace("\n", " "), figure
    for figure, says in SAYS.get(name, {}).items():
        assert says in " ".join(verdicts(name)[figure].why.split()), figure
    wanted = exact(name)
    for verdict in verdicts(name).values():
        figure = verdict.figure.after, verdict.figure.name
        assert verdict.exact == pytest.approx(wanted[figure], rel=1e-9, abs=1e-15), figure


@pytest.mark.slow
def test_the_article_crosses_a_hidden_delta_and_the_inputs_of_two_weights():
    found = verdicts("article")["lost after 9"].found
    assert {str(figure) for figure in found.gives} == {
        name for name, text in VERDICTS["article"].items() if text != "agrees"
    }
    for one in (found, *found.equals):
        crossed, inputs = one.slips
        assert crossed.says == "o_delta_1 and o_delta_2 are exchanged"
        assert inputs.says == "the inputs of w7 and w8 are exchanged"
        assert set(inputs.changes) == {"diff_w7", "diff_w8"}
    # the printed losses cannot tell the two hidden units apart
    assert [{*one.slips[0].changes} for one in (found, *found.equals)] == [{"h_delta_1"}, {"h_delta_2"}]


def test_two_digits_name_the_right_slip_among_others():
    verdict = verdicts("zju")["dE_dw1"]
    assert "too few to be sure" in verdict.why
    named = [slip.kind for found in (verdict.found, *verdict.found.equals) for slip in found.slips]
    assert "gradient for delta and weight" in named


# The exact values once more. Names come from the module, every number from NumPy and autograd.
ACTIVATIONS = {
    "sigmoid": lambda t: 1 / (1 + np.exp(-t)),
    "tanh": np.tanh,
    "relu": lambda t: np.maximum(t, 0),
    "linear": lambda t: 1.0 * t,
}
LOSSES = {
    "half_sse": lambda out, y: np.sum((y - out) ** 2) / 2,
    "mse": lambda out, y: np.mean((y - out) ** 2),
    "mae": lambda out, y: np.mean(np.abs(y - out)),
    "cross_entropy": lambda out, y: -np.sum(y * np.log(out)),
    "output": lambda out, y: np.sum(out),
}
SLOPES = {name: autograd.elementwise_grad(function) for name, function in ACTIVATIONS.items()}
ERRORS = {name: autograd.grad(function) for name, function in LOSSES.items()}


class Plain:
    """A network of a file in plain arrays, and the names that the file's listing gives to its numbers."""

    def __init__(self, sheet):
        self.sheet, self.worked, self.rules = sheet, sheet.worked(), sheet.rules
        self.loss, self.activations = sheet.network.loss, [layer.activation for layer in sheet.network.layers]
        self.weights = [np.array(layer.weights, float) for layer in sheet.network.layers]
        given = [0.0 if layer.bias is None else layer.bias for layer in sheet.network.layers]
        self.biases = [np.zeros(len(w)) + b for w, b in zip(self.weights, given, strict=True)]
        self.X, self.Y = np.atleast_2d(sheet.x), np.atleast_2d(sheet.y)

    def named(self):
        """Return the weights and biases by name."""
        found = {}
        for layer, w, b in zip(self.worked.layers, self.weights, self.biases, strict=True):
            found |= dict(zip(sum(layer.weights, ()), w.ravel(), strict=True))
            found |= dict(zip(layer.biases or (), b, strict=False))
        return found

    def run(self):
        """Make a pass with its updates, and return every number of it by name."""
        found = {"rate": self.rules.rate, **self.named()}
        every = [*range(len(self.X))]
        for batch in [[n] for n in every] if self.rules.examples == "online" else [every]:
            self.step(batch, found)
        found |= {
            self.worked.updates[name]: value
            for name, value in self.named().items()
            if name in self.worked.updates
        }
        return found

    def step(self, batch, found):
        """Make an update by some examples, and add its numbers to those found."""
        outs, nets, deltas = {}, {}, {}
        for n in batch:
            outs[n], nets[n] = [self.X[n]], []
            for w, b, activation in zip(self.weights, self.biases, self.activations, strict=True):
                nets[n].append(w @ outs[n][-1] + b)
                outs[n].append(ACTIVATIONS[activation](nets[n][-1]))
            deltas[n] = ERRORS[self.loss](outs[n][-1], self.Y[n])  # by the outputs, as yet
            self.add(found, n, self.worked.x, self.X[n])
            self.add(found, n, self.worked.y, self.Y[n][: len(self.worked.y)])
            self.add(found, n, [self.worked.loss], [LOSSES[self.loss](outs[n][-1], self.Y[n])])
            parts = [LOSSES[self.loss](out, y) for out, y in zip(outs[n][-1], self.Y[n], strict=True)]
            self.add(found, n, [f"E_o{k + 1}" for k in range(len(parts))], parts)
        share = 1 / len(batch) if self.rules.examples == "batch_mean" else 1
        for k in reversed(range(len(self.weights))):
            for n in batch:
                deltas[n] = deltas[n] * SLOPES[self.activations[k]](nets[n][k])
                names = self.worked.layers[k]
                for which, numbers in (
                    (names.nets, nets[n][k]),
                    (names.outs, outs[n][k + 1]),
                    (names.deltas, deltas[n]),
                ):
                    self.add(found, n, which, numbers)
            before = self.weights[k]
            by_weights = share * sum(np.outer(deltas[n], outs[n][k]) for n in batch)
            by_biases = share * sum(deltas[n] for n in batch)
            lines = {name: line for line, name in self.worked.means.items()}
            for name, value in zip(sum(names.weights, ()), by_weights.ravel(), strict=True):
                found[lines[name]] = value
            self.weights[k] = before - self.rules.rate * by_weights
            if self.rules.biases == "shared":
                by_biases = np.full(len(by_biases), by_biases.sum())
            if names.biases and self.rules.biases != "frozen":
                self.biases[k] = self.biases[k] - self.rules.rate * by_biases
                found |= dict(zip((lines[name] for name in names.biases), by_biases, strict=True))
            through = self.weights[k] if self.rules.order == "output_first" else before
            for n in batch:
                deltas[n] = deltas[n] @ through

    def add(self, found, n, names, numbers):
        """Add the numbers of an example by their names."""
        end = f"_e{n + 1}" if len(self.X) > 1 else ""
        found |= {name.removesuffix("_e1") + end: number for name, number in zip(names, numbers, strict=True)}


def calculation(name):
    """Return what an example calculates, without what it prints and where it comes from."""
    data = tomllib.loads(EXAMPLES[name].read_text("utf-8"))
    return repr(
        {key: data[key] for key in sorted(data.keys() - {"title", "url", "printed", "after", "means"})}
    )


SAME = {}  # by the calculation: several sources print that of the well-known network
for each in sorted(EXAMPLES):
    SAME.setdefault(calculation(each), []).append(each)


@pytest.mark.soak
@pytest.mark.parametrize("same", SAME.values(), ids=", ".join)
def test_autograd_gives_the_exact_values(same):
    wanted = {}
    for name in same:
        for (after, figure), value in exact(name).items():
            wanted.setdefault(after, []).append((name, figure, value))
    plain = Plain(read(EXAMPLES[same[0]]))
    last = tries(1000, 10_000)  # what is printed of later passes would take most of the time
    for at in range(min(max(wanted), last) + 1):
        values = plain.run()
        for name, figure, value in wanted.get(at, ()):
            here = dict(values)
            for own, text in read(EXAMPLES[name]).means.items():
                here[own] = eval(text, {"exp": np.exp}, here)
            assert here[figure] == pytest.approx(value, rel=1e-9, abs=1e-15), figure
