"""Pasted text: sheets as people type them, in many styles; the numbers in them come from plain NumPy."""

import io
import re
import sys
from pathlib import Path

import mlp
import numpy as np
import pytest

from workings.check import check, paste
from workings.cli import main
from workings.net import parsed, read

NETWORK = """\
inputs = [0.05, 0.10]
targets = [0.01, 0.99]
[[layer]]
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35
[[layer]]
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
[rules]
biases = "frozen"
[names]
notation = "net_out"
"""
X, Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
W = [np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])]
SIGMOIDS = ["sigmoid", "sigmoid"]
NETS, OUTS, DELTAS = ([part[0] for part in parts] for parts in mlp.passed(X, Y, W, [0.35, 0.6], SIGMOIDS))
NEW, _ = mlp.stepped(X, Y, W, [0.35, 0.6], SIGMOIDS)
(NET_H1, NET_H2), (NET_O1, NET_O2) = NETS
(H1, H2), (O1, O2) = OUTS
E1, E2 = (Y[0] - OUTS[1]) ** 2 / 2
PARTIALS = [np.outer(DELTAS[0], X[0]), np.outer(DELTAS[1], OUTS[0])]
LATER = ((Y - mlp.passed(X, Y, NEW, [0.35, 0.6], SIGMOIDS)[1][1]) ** 2).sum() / 2
GIVEN = """\
Inputs: 0.05, 0.10
Targets: 0.01, 0.99
w1=0.15, w2=0.20, w3=0.25, w4=0.30, w5=0.40, w6=0.45, w7=0.50, w8=0.55
b1 = 0.35, b2 = 0.60
learning rate 0.5
"""


def f(value, places=6):
    return f"{value:.{places}f}"


def comma(text):
    return text.replace(", ", "; ").replace(".", ",")


# A sheet, whether it stands beside the network file, and the names of the numbers that are not right.
FILES = Path(__file__).parent / "sheets"
SHEETS = {
    "plain": (
        f"{GIVEN}net_h1 = {f(NET_H1, 4)}\nout_h1: {f(H1, 9)}\nout_o1 -> {f(O1, 8)}\n"
        f"E_total ≈ {f(E1 + E2, 9)}\n"
        f"dE/dw5 ~= {f(PARTIALS[1][0, 0], 9)}\nw5+ = {f(NEW[1][0, 0], 8)}\nw1_new → {f(NEW[0][0, 0], 9)}",
        False,
        "",
    ),
    "german": (
        comma(
            "Eingaben: 0.05, 0.10\nZiele: 0.01, 0.99\nGewichte:\nw1 = 0.15  w2 = 0.20  w3 = 0.25  w4 = 0.30\n"
            f"w5 = 0.40  w6 = 0.45  w7 = 0.50  w8 = 0.55\nb1 = 0.35  b2 = 0.60\nLernrate: 0.5\n"
            f"net_h1 = {f(NET_H1, 4)}\nFehler = {f(E1 + E2, 4)}\nw5 neu = {f(0.8 - NEW[1][0, 0], 4)}"
        ),
        False,
        "w5 neu",
    ),
    "french, a slope forgotten": (
        comma(
            "Entrées : 0.05, 0.10\nCibles : 0.01, 0.99\nw1 = 0.15, w2 = 0.20, w3 = 0.25, w4 = 0.30\n"
            f"w5 = 0.40, w6 = 0.45, w7 = 0.50, w8 = 0.55\nb1 = 0.35, b2 = 0.60\ntaux d'apprentissage = 0.5\n"
            f"out_o1 = {f(O1)}\ndelta_o1 = {f(O1 - 0.01)}"
        ),
        False,
        "delta_o1",
    ),
    "columns of a spreadsheet": (
        f"net_h1\t{f(NET_H1, 4)}\nout h2\t{f(H2, 5)}\nE\t{f(E1 + E2, 5)}\nw5 new\t{f(NEW[1][0, 0], 5)}",
        True,
        "",
    ),
    "rows of a spreadsheet": (
        f"net_h1,net_h2,out_o1,E\n{f(NET_H1, 4)},{f(NET_H2, 4)},{f(O1)},{f(E1 + E2)}",
        True,
        "",
    ),
    "a table": (
        f"| name | value |\n|---|---|\n| net_o1 | {f(NET_O1, 4)} |\n| out_o1 | {f(O1 + 0.1, 5)} |",
        True,
        "out_o1",
    ),
    "powers of ten": (
        f"dE/dw1 = {PARTIALS[0][0, 0] * 1e4:.3f} × 10^-4\ndE/dw2 = {PARTIALS[0][0, 1] * 1e4:.4f}·10⁻⁴\n"
        f"dE/dw3 = {PARTIALS[0][1, 0]:.4e}\ndelta_h1 = {DELTAS[0][0] * 1e3:.3f}*10^(-3)",
        True,
        "",
    ),
    "as NumPy prints": (
        f"z1 = {NETS[0]}\na1 = {OUTS[0]}\nA2 = {np.array2string(OUTS[1], separator=', ')}\n"
        f"dW2 =\n{PARTIALS[1]}\nW1_new = {NEW[0]!r}\nloss = np.float64({E1 + E2})",
        True,
        "",
    ),
    "as PyTorch prints": (
        f"fc1.weight = tensor([[0.1500, 0.2000],\n        [0.2500, 0.3000]], requires_grad=True)\n"
        f"h = tensor([{f(H1, 4)}, {f(H2, 4)}], grad_fn=<SigmoidBackward0>)\nloss = tensor({f(E1 + E2, 4)})\n"
        f"fc2.weight.grad = tensor([[{f(PARTIALS[1][0, 0], 4)}, {f(PARTIALS[1][0, 1], 4)}],\n"
        f"        [{f(PARTIALS[1][1, 0], 4)}, {f(PARTIALS[1][1, 1], 4)}]])",
        True,
        "",
    ),
    "a chain, link by link": (
        f"∂E_total/∂out_o1 = {f(O1 - 0.01)}\n∂out_o1/∂net_o1 = {f(O1 * (1 - O1))}\n∂net_o1/∂w5 = {f(H1)}\n"
        f"dE_dout_h1 = {f(DELTAS[1] @ W[1][:, 0])}\ndout_h1_dnet_h1 = {f(H1 * (1 + H1))}",
        True,
        "dout_h1_dnet_h1",
    ),
    "target minus output": (
        f"δ_o1 = {f(-DELTAS[1][0])}\nδ_o2 = {f(-DELTAS[1][1])}\nδ_h1 = {f(-DELTAS[0][0])}\n"
        f"Δw5 = {f(-0.5 * PARTIALS[1][0, 0])}",
        True,
        "",
    ),
    "one delta's sign": (
        f"δ_o1 = {f(DELTAS[1][0])}\nδ_o2 = {f(DELTAS[1][1])}\nδ_h1 = −{f(DELTAS[0][0])}",
        True,
        "δ_h1",
    ),
    "two indices": (
        "x1 = 0.05, x2 = 0.1\nt1 = 0.01, t2 = 0.99\nw11 = 0.15, w12 = 0.25, w21 = 0.20, w22 = 0.30\n"
        "v11 = 0.40, v12 = 0.50, v21 = 0.45, v22 = 0.55\nb1 = 0.35, b2 = 0.60\nη = 0.5\n"
        f"net_h1 = {f(NET_H1, 4)}\nnet_h2 = {f(NET_H2, 4)}\nh1_out = {f(H1)}\nnet_o2 = {f(NET_O2)}",
        False,
        "",
    ),
    "inputs × units": (
        "x = [0.05 0.10]\ny = [0.01 0.99]\nW1 = [0.15 0.25; 0.20 0.30]\nb1 = [0.35 0.35]\n"
        f"W2 = [0.40 0.50; 0.45 0.55]\nb2 = [0.6 0.6]\nlr = 0.5\nhidden {OUTS[0]}\noutput {OUTS[1]}\n"
        f"W2_new = {NEW[1].T}",
        False,
        "",
    ),
    "after an update": (
        f"E = {f(E1 + E2)}\nAfter 1 update:\nE = {f(LATER)}\nw5 = {f(NEW[1][0, 0])}",
        True,
        "",
    ),
    "printed twice": (
        f"out_h1 = {f(H1)}\nout_o1 = {f(O1)}\nout_h1 = {f(H1)}\nout_o1 = 0.7415",
        True,
        "out_o1 (line 4)",
    ),
    "by its value": (f"something = {f(O2)}\nslope = {f(O1 * (1 - O1))}", True, ""),
    "in a sentence": (f"So out_h1 = {f(H1, 4)}, and net_o1 = {f(NET_O1, 4)}.", True, ""),
    "chinese": (
        "输入：0.05，0.10\n目标：0.01，0.99\n权重：w1=0.15，w2=0.20，w3=0.25，w4=0.30\n"
        "w5=0.40，w6=0.45，w7=0.50，w8=0.55\n偏置：b1=0.35，b2=0.60\n学习率：0.5\n"
        f"net_h1 = {f(NET_H1, 4)}\n损失：{f(E1 + E2)}\n新 w5 = {f(NEW[1][0, 0] + 0.1)}",
        False,
        "新 w5",
    ),
    "the net input of a hidden unit, in the names of the article": (
        f"{GIVEN}∂E/∂h_in_1 = {f(DELTAS[0][0])}\ndE/dh_in_2 = {f(DELTAS[0][1] + 0.01)}",
        False,
        "dE/dh_in_2",
    ),
    "the article": ("h_in_1 = 0.98\nh1 = 0,7271\nw5 -> 0,985455\ndw5 = 0.0291", False, ""),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_answered_as_it_is_typed(name):
    text, beside, wrong = SHEETS[name]
    reply = paste(text, "sheet.txt", parsed(NETWORK, "network.toml") if beside else None)
    found = {
        reply.names.get(v.figure.name, v.figure.name) for v in reply.report.verdicts if v.word == "wrong"
    }
    assert found == set(filter(None, [wrong]))
    assert reply.right is not bool(wrong)


def test_partials_of_single_examples_in_a_batch():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    weights, biases = [np.array([[0.5, -0.3], [0.2, 0.8]]), np.array([[0.7, -0.6]])], [[0.1, -0.1], [0.2]]
    _, outs, deltas = mlp.passed(x, y, weights, biases, SIGMOIDS)
    text = (
        f"inputs = {x.tolist()}\ntargets = {y.tolist()}\nW1 = {weights[0].tolist()}\nb1 = {biases[0]}\n"
        f"W2 = {weights[1].tolist()}\nb2 = {biases[1]}\nactivation: sigmoid\nloss: half squared error\n"
        f"batch: mean\nrate = 0.5\na2 = {outs[1]}\n"
        + "".join(f"example {e + 1}: dE/dw5 = {f(deltas[1][e, 0] * outs[0][e, 0])}\n" for e in range(4))
        + f"Example 3:\nout_h2 = {f(outs[0][2, 1])}\ndelta_o1 = {f(deltas[1][2, 0])}\n"
    )
    reply = paste(text, "batch.txt")
    assert reply.right
    assert len(reply.report.verdicts) == 10
    assert not paste(text.replace(f(outs[0][2, 1]), f(outs[0][1, 1])), "batch.txt").right


RULES = [
    ("relu", "linear", "mse", "hidden: relu\noutput: linear\nloss: MSE"),
    ("tanh", "sigmoid", "half_sse", "hidden activation: tanh\noutput activation = logistic"),
    ("relu", "softmax", "cross_entropy", "activation relu, softmax\ncost function: cross-entropy"),
    ("sigmoid", "sigmoid", "binary_cross_entropy", "loss: binary cross entropy"),
    ("tanh", "tanh", "sse", "activation: tanh\nloss: sum of squared errors"),
    ("sigmoid", "linear", "half_sse", ""),
    ("sigmoid", "sigmoid", "mse", "损失函数：均方误差"),
    ("relu", "softmax", "cross_entropy", "隐藏层 ReLU，输出层 softmax，交叉熵损失"),
    ("tanh", "linear", "mse", "Aktivierung: tanh, linear. Verlust: mittlerer quadratischer Fehler"),
    (
        "sigmoid",
        "sigmoid",
        "mse",
        "activación: sigmoide; función de error: error cuadrático medio",
    ),
    ("relu", "sigmoid", "sse", "a relu hidden layer and a sigmoid output, the sum of the squared errors"),
    ("tanh", "tanh", "half_sse", "активация: гиперболический тангенс; ошибка: половина суммы квадратов"),
]


@pytest.mark.parametrize(("hidden", "last", "loss", "words"), RULES)
def test_rules_stand_in_plain_words_or_are_found(hidden, last, loss, words):
    x, weights, biases = mlp.network(11, (3, 2, 2))
    y = np.array([[1.0, 0.0]])
    nets, outs, deltas = mlp.passed(x, y, weights, biases, [hidden, last], loss)
    text = (
        f"x = {x[0].tolist()}\ntarget: 1 0\nW1 = {weights[0].T}\nb1 = {biases[0]}\nW2 = {weights[1].T}\n"
        f"b2 = {biases[1]}\nlr = 0.1\n{words}\nZ1 = {nets[0]}\nA1 = {outs[0]}\nŷ = {outs[1]}\n"
        f"dW1 = {np.outer(x[0], deltas[0][0])}\ndb2 = {deltas[1][0]}\n"
    )
    reply = paste(text, "rules.txt")
    assert reply.right
    assert any("rate" in note for note in reply.notes) is False


ROUNDINGS = {
    "rounded": np.round,
    "cut off": lambda part, places: np.trunc(np.round(part * 10**places, 6)) / 10**places,
}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_mistake_in_the_last_numbers_stays_one_though_others_have_their_values(sign):
    """What comes back to a hidden unit is its delta without the slope: nothing below it tells."""
    x, w, v = np.array([0.3, -0.4]), np.array([[0.2, 0.7], [-0.5, 0.4]]), np.array([0.6, -0.3])
    h = 1 / (1 + np.exp(-w @ x))
    y = 1 / (1 + np.exp(-v @ h))
    delta = sign * (y - 0.9) * y * (1 - y)  # or of target minus output
    text = "x1 = 0.3, x2 = -0.4, t = 0.9, rate = 0.5\n"
    text += "w1 = 0.2, w2 = 0.7, w3 = -0.5, w4 = 0.4, w5 = 0.6, w6 = -0.3\n"
    text += f"h1 = {h[0]:.5f}, h2 = {h[1]:.5f}, y = {y:.5f}\ndelta_y = {delta:.5f}\n"
    right = delta * v * h * (1 - h)
    assert paste(f"{text}delta_h1 = {right[0]:.5f}, delta_h2 = {right[1]:.5f}", "right.txt").right
    assert not paste(f"{text}delta_h1 = {delta * v[0]:.5f}, delta_h2 = {delta * v[1]:.5f}", "wrong.txt").right


@pytest.mark.parametrize("how", ROUNDINGS)
@pytest.mark.parametrize("places", [3, 4, 6])
@pytest.mark.parametrize("seed", range(6))
def test_who_goes_on_with_few_decimals_is_right(seed, places, how):
    """Every result is rounded before it is used, also those that are not printed, as slopes."""

    def keep(part):
        return ROUNDINGS[how](part, places)

    x, weights, biases = mlp.network(seed, (2, 3, 2))
    x, target, rate = x[0], np.array([0.2, 0.9]), 0.5
    h = keep(1 / (1 + np.exp(-keep(weights[0] @ x + biases[0]))))
    o = keep(1 / (1 + np.exp(-keep(weights[1] @ h + biases[1]))))
    delta = keep((o - target) * keep(o * (1 - o)))
    back = keep(keep(weights[1].T @ delta) * keep(h * (1 - h)))
    new = keep(weights[1] - rate * keep(np.outer(delta, h)))
    text = (
        f"sigmoid units\nx = {x}\nt = {target}\nW1 = {weights[0]}\nb1 = {biases[0]}\nW2 = {weights[1]}\n"
        f"b2 = {biases[1]}\nlr = {rate}\nh = {h}\no = {o}\nE = {keep(keep((o - target) ** 2 / 2).sum())}\n"
        f"delta2 = {delta}\ndelta1 = {back}\nW2_new = {new}\n"
    )
    assert paste(text, "rounded.txt").right
    slip = text.replace(f"delta1 = {back}", f"delta1 = {keep(weights[1].T @ delta)}")
    assert not paste(slip, "rounded.txt").right


def test_a_rate_that_is_not_said_is_what_the_new_weights_say():
    new = [f(W[1][0, k] - 0.3 * PARTIALS[1][0, k]) for k in (0, 1)]
    reply = paste(GIVEN.replace("learning rate 0.5\n", "") + f"w5 new = {new[0]}\nw6 new = {new[1]}", "s.txt")
    assert reply.right
    assert "rate 0.3" in " ".join(reply.notes)
    without = paste(GIVEN.replace("learning rate 0.5\n", "") + f"w6 = {f(W[1][0, 1])}", "s.txt")
    assert not any("rate" in note for note in without.notes)  # no number depends on it


def test_a_given_number_that_is_printed_wrong_is_said_to_be_given():
    reply = paste("w1 = 99\ni1 = 7\nout_h1 = 0.5933", "s.txt", parsed(NETWORK, "network.toml"))
    rows = [(v.figure.name, v.word, v.figure.shown(v.exact)) for v in reply.report.verdicts]
    assert rows[:2] == [("w1", "wrong", "0.15"), ("i1", "wrong", "0.05")]
    assert str(reply).count("It is a given number") == 2
    assert "w1: 99 is printed, 0.15 is right" in str(reply)


@pytest.mark.parametrize(("name", "taken"), [("dW2_11", False), ("dw5", True)])
def test_a_name_is_only_said_to_be_taken_for_another_one(name, taken):
    sheet = parsed(NETWORK.replace("net_out", "z_a"), "network.toml")
    reply = paste(f"{name} = 0.5123", "s.txt", sheet)
    assert [v.word for v in reply.report.verdicts] == ["wrong"]
    assert any("is taken for dW2_11" in note for note in reply.notes) is taken


def test_what_is_not_said_is_said_in_the_reply():
    text = GIVEN.replace("learning rate 0.5\n", "") + f"out_o1 = {f(O1)}\nfoo = 0.1234567\npage: 3\n"
    reply = paste(text, "sheet.txt")
    assert not reply.right
    notes = " ".join(reply.notes)
    assert "activation sigmoid, sigmoid" in notes
    assert re.search(r"Line 6: foo = 0\.1234567 is left out", notes)
    assert "net_h1" in notes
    assert "out_h1" in next(note for note in paste(f"thing = {f(H1)}", "t", parsed(NETWORK, "n")).notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("net1 = 0.123456", "Line 1: net1 is taken for net_h1. If it is net_o1, write that"),
        (f"net_h1 = {f(NET_H1)}\nnet1 = 0.123456", "Line 2: net1 is taken for net_o1. If it is net_h1, "),
        ("\n\ndelta1 = 0.5", "Line 3: delta1 is taken for delta_h1. If it is delta_o1, "),
    ],
)
def test_what_can_be_two_things_is_taken_for_the_likelier_one(text, says):
    reply = paste(text, "s.txt", parsed(NETWORK, "network.toml"))
    assert any(note.startswith(says) for note in reply.notes)
    assert not reply.right


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing here", "expected from 1 to 300 numbers to check"),
        ("foo = 0.123456", "no name in it is known; names are w1, w2"),
        ("E = 0.1\n" * 301, "expected from 1 to 300 numbers to check, as in out_h1 = 0.5933, got 301"),
    ],
)
def test_what_cannot_be_read_is_asked_about_in_one_line(text, says):
    with pytest.raises(ValueError, match=f"^s.txt: {re.escape(says)}[^\n]*$"):
        paste(text, "s.txt", parsed(NETWORK, "network.toml"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("w1 = 0.1\nE = 0.5", "expected a line such as inputs: 0.05 0.10 beside the weights"),
        ("x = 0.5\nw1 = 0.1\nE = 0.5", "expected a line such as targets: 0.01 0.99 beside the weights"),
        (
            "x = [1 2 3]\ny = 1\nW1 = [[1 2] [3 4]]\nE = 0.5",
            "weights: expected matrices that lead from 3 inputs to 1 outputs, got (2, 2)",
        ),
        (
            "x = [1 2]\ny = 1\nW1 = [1 2]\nb1 = [1 2 3]\nE = 0.5",
            "weights: expected biases for layers of 1 units, got 3",
        ),
        (
            "x = [1 2]\ny = [1 2]\nw1=1 w2=2 w3=3\nE = 0.5",
            "weights: expected matrices that lead from 2 inputs",
        ),
    ],
)
def test_a_network_that_does_not_fit_is_said_in_one_line(text, says):
    with pytest.raises(ValueError, match=f"^s.txt: {re.escape(says)}[^\n]*$"):
        paste(text, "s.txt")


EXAMPLES = [
    "abdulrehman",
    "hmkcode-spanish",
    "mazur-rust",
    "mazur-pstu",
    "generation5-xor",
    "martinez",
    "rgu",
    "zju",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_figures_of_a_source_get_their_verdicts_under_its_own_names(name):
    sheet = read(Path(__file__).parent.parent / "docs" / "examples" / f"{name}.toml")
    rows = []
    for n, table in sheet.printed.items():
        rows += [f"After {n} updates:"] * bool(n) + [f"{key} = {text}" for key, text in table.items()]
    reply = paste("\n".join(rows), "figures.txt", sheet._replace(printed={}, means={}))
    got = {(v.figure.after, reply.names.get(v.figure.name)): v.word for v in reply.report.verdicts}
    assert got == {(v.figure.after, v.figure.name): v.word for v in check(sheet).verdicts}


def test_the_command_takes_pasted_text(tmp_path, capsys, monkeypatch):
    (tmp_path / "network.toml").write_text(NETWORK, "utf-8")
    (tmp_path / "numbers.txt").write_text(f"out_h1 = {f(H1, 4)}\nout_o1 = 0.8514\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main("check numbers.txt --network network.toml".split())
    out, err = capsys.readouterr()
    assert (stopped.value.code, err) == (1, "")
    assert re.search(r"out_h1 +0\.5933 +agrees\nout_o1 +0\.8514 +wrong +0\.7514", out)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\ufeffh_in_1 = 0,98"))
    main(["check", "-", "--json"])
    assert '"right": true' in capsys.readouterr().out
    for words in ("check network.toml --network network.toml", "check numbers.txt --network none.toml"):
        with pytest.raises(SystemExit) as stopped:
            main(words.split())
        assert stopped.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_weights_that_are_no_matrices_are_refused_in_words():
    table = "| unit | w_0 | w_1 | w_2 |\n| h1 | 0.2 | 0.1 | 0.3 |\n| o | 0.1 | 0.4 | -0.3 |"
    text = f"x0 = 1, x1 = 0.2, x2 = 0.4, t = 1\n{table}"
    with pytest.raises(ValueError, match="weights: expected .* 2 inputs"):
        paste(f"{text}\nnet = 0.5555", "s.txt")


HOSTILE = [
    "",
    ">>> " + "r(" * 30_000 + ")" * 30_000 + "\n0.5",
    ">>> r(" + "0," * 40_000,
    "\0",
    "x" * 10_000_000,
    "a = " * 20_000,
    "[" * 90_000,
    "w1 = " + "[" * 50_000 + "1",
    "w1 = " + "1" * 90_000,
    "w1=1," * 19_000,
    "d" * 39 + " = 0.123",
    "∂" * 90_000,
    "w1 = 1e999999",
    "x = 0.5\ny = 1\nw = 1e300\na = 0.5",
    "\\frac{" * 16_000,
    "(array(" * 12_000,
    "\t" * 90_000,
    ",;" * 45_000,
    "w1 = [1,\n" * 10_000,
    "W1 =\n" + "0.1 0.2\n" * 12_000,
    "\x1b[2J = 0.5\x07",
    "__import__('os').system('false') = 0.5",
    "inputs: " + "0.5 " * 20_000 + "\ntargets: 1\nw1 = 1\nE=0.5",
    "x=0.5\ny=1\n" + "".join(f"w{n}=0.1\n" for n in range(1, 8000)) + "E=0.512",
    "x=0.5 y=1 W1=[[" + "0.1 " * 10_000 + "]] E=0.512",
    "[" * 90_000,
    "a" * 90_000,
    "a, " * 30_000 + "= 1",
    "-" * 45_000 + ">" * 45_000,
    "[a = " * 18_000,
    "x1 --(0.3)--> h1 " * 5_000,
    "a b c\n1 2 3\n" * 7_000,
    "w[1][2] " * 12_000 + "= 0.5",
    "\\tfrac12" * 12_000,
    "x1 = x2 = " * 9_000 + "1",
    "a→" * 49_000,
    "half " * 19_000 + "= mean",
    "w1_" * 20_000 + " = 0.5",
    "(" * 20_000 + "1" + ")" * 20_000 + " = 0.5",
    "w1" + "\u0301" * 20_000 + " = 0.5",
    "\n" * 90_000 + "1",
    "a" + " " * 90_000 + "1",
    "a  (" + "=" * 90_000,
    "dZ = " + "a +" * 30_000 + ": [",
    "[,1]\n" * 18_000,
]


@pytest.mark.parametrize("head", ["## Forward", "--- forward ---", "=== forward", ">>> # forward", "Epoch 1"])
def test_lines_are_counted_as_they_stand(head):
    text = f"x = 0.5, t = 1\n\n\nw = 0.4\n\n\n{head}\n\n\nsomething_else = 0.7777\n"
    (note,) = [one for one in paste(f"{text}out = 0.5498", "s.txt").notes if "left out" in one]
    assert note.startswith("Line 10: ")


@pytest.mark.parametrize("name", ["leaky ReLU", "Leaky-ReLU (0.01)", "GELU", "ELU", "softplus", "PReLU"])
def test_an_activation_that_is_not_here_is_no_reason_to_call_a_sheet_wrong(name):
    text = f"activation: {name}\ninputs: 0.5 -0.3\ntargets: 0.2\nW1 = [[0.1, 0.5], [0.3, 0.4]]\n"
    text += "W2 = [[0.5, 0.6]]\nnet_h1 = -0.1\nout_h1 = -0.001"
    with pytest.raises(ValueError, match=f"activation: expected one of .*, got '{name.lower()[:10]}'"):
        paste(text, "s.txt")
    assert "0 is right" in str(paste(text.replace(name, "ReLU"), "s.txt"))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_refused_in_one_line(text):
    with pytest.raises(ValueError, match=r"^h\.txt: [^\n]*$") as error:
        paste(text, "h.txt")
    assert len(str(error.value)) < 500
    assert str(error.value).isprintable()


TANH = """\
x1 = 0.5, x2 = -0.3, target y1 = 0.8
w1 = 0.4, w2 = -0.7, b1 = 0.1
w3 = 0.6, w4 = 0.2, b2 = -0.2
w5 = 0.9, w6 = -0.5, b3 = 0.05
activation: tanh
learning rate 0.1
"""
T1, T2 = np.tanh(0.4 * 0.5 + 0.7 * 0.3 + 0.1), np.tanh(0.6 * 0.5 - 0.2 * 0.3 - 0.2)
TO = np.tanh(0.9 * T1 - 0.5 * T2 + 0.05)
DELTA = (TO - 0.8) * (1 - TO**2)
MATRICES = """\
x = [0.5, -0.3]
y = [0.8]
W1 = [[0.4, -0.7], [0.6, 0.2]]
b1 = [0.1, -0.2]
W2 = [[0.9, -0.5]]
b2 = [0.05]
lr = 0.1
activation: tanh
"""
# Numbers beside a network as people write them, and those of them that are not right.
BESIDE = {
    "a remark in a third column": (f"{TANH}out_h1\t{T1:.4f}\tok\nout_o1\t{TO + 0.01:.4f}\tok", "out_o1"),
    "a remark behind": (
        f"{TANH}out_o1 = {TO + 0.01:.4f} // check this\nout_h1 = {T1:.4f} ± 0.0001",
        "out_o1",
    ),
    "bold": (f"{TANH}**out_o1** = {TO + 0.01:.4f}\nout_h1 = {T1:.4f}", "out_o1"),
    "a question": (f"{TANH}out_h1 = {T1:.4f} ?\nout_o1, {TO:.4f}, ok", ""),
    "the result in the next line": (f"{TANH}out_o1 = tanh(0.453)\n = {TO + 0.01:.4f}", "out_o1"),
    "parts of an exercise": (f"{TANH}a) out_h1 = {T1:.4f}\nb) out_h2 = {T2:.4f}\nc) out_o1 = {TO:.4f}", ""),
    "the article's partials": (f"{TANH}diff_w5 = {DELTA * T1:.4f}\ndiff_b3 = {-DELTA:.4f}", "diff_b3"),
    "a layer's output beside matrices": (f"{MATRICES}a2 = {np.tanh(0.9 * T1 - 0.5 * T2):.4f}", "a2"),
    "partials alone": (f"{MATRICES}W2.grad = [[{DELTA * T1:.4f}, {DELTA * T2:.4f}]]", ""),
    "a share in percent": (f"{TANH}out_h1 = {100 * T1:.2f}%", ""),
    "Mazur's plus": (f"{TANH}w5+={0.9 + 0.1 * DELTA * T1:.4f}", "w5+"),
    "a state dict, printed": (
        "OrderedDict([('0.weight', tensor([[ 0.4000, -0.7000],\n        [ 0.6000,  0.2000]])), "
        "('0.bias', tensor([ 0.1000, -0.2000])), ('2.weight', tensor([[ 0.9000, -0.5000]])), "
        f"('2.bias', tensor([0.0500]))])\nx = tensor([0.5, -0.3])\ntarget = tensor([0.8])\n"
        f"output = tensor([{TO:.4f}])\nactivation: tanh",
        "",
    ),
}


@pytest.mark.parametrize("case", BESIDE.values(), ids=BESIDE)
def test_numbers_beside_a_network_are_read_as_they_are_written(case):
    text, wrong = case
    reply = paste(text, "s.txt")
    found = {reply.renamed(v.figure.name) for v in reply.report.verdicts if v.word == "wrong"}
    assert found == ({wrong} if wrong else set())
    assert reply.right is (not wrong)


def test_numbers_of_another_network_ask_for_its_weights():
    with pytest.raises(ValueError, match="expected the weights too"):
        paste("x1 = 0.3\nout_h1 = 0.55", "s.txt")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("net = 0.3*0.5 + 0.1 = 0.26", "0.3*0.5 + 0.1 is 0.25, and 0.26 is printed."),
        ("z = 0.08 + 0.35 + 0.2 = 0.43 + 0.2 = 0.53", "0.43 + 0.2 is 0.63, and 0.53 is printed."),
        ("h = σ(0.25) = 0.6522", "σ(0.25) is 0.5622, and 0.6522 is printed."),
        ("h = 1/(1 + e^-0.25) = 0.5262", "1/(1 + e^-0.25) is 0.5622, and 0.5262 is printed."),
        ("E = ½(1 - 0.5622)² = 0.1917", "½(1 - 0.5622)^2 is 0.0958, and 0.1917 is printed."),
        ("d = 0.5376*0.4123 = 0.2219", "0.5376*0.4123 is 0.2217, and 0.2219 is printed."),
    ],
)
def test_a_line_that_does_not_give_its_own_result_is_told_whatever_it_is_about(line, says):
    reply = paste(f"some notes\n{line}", "notes.txt")
    assert not reply.right
    assert reply.notes[0] == f"Line 2: {says}"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("h = σ(0.25) = 0.5621", 1),
        ("z = 0.333*0.333 = 0.111", 1),
        ("w5 0.4 - 0.1*0.3 = 0.37", 0),
        ("1/2 (t - y)^2 = 0.0958", 0),
        ("The sum for A is 0.5*0.6 - 0.2*0.1 + 0.1 = 0.38, and that for B: -0.4*0.6 + 0.3 = 0.06.", 2),
        ("Step 3. Thing: 0.4×0.594 + 0.9×0.5 = 0.688; so much for that", 1),
        (r"E = \frac{1}{2} (0.4 - 1.1)^2 = 0.245, y = \frac{1}{1 + e^{-0.3775}} = 0.59327", 2),
        ("0.1*0.2 = 0.02\n" * 6_000, 500),
        ("a = " + "0.1*0.2 = " * 9_000, 500),
    ],
)
def test_what_is_rounded_or_cut_off_or_no_calculation_is_no_slip(line, count):
    if not count:
        with pytest.raises(ValueError, match="expected"):
            paste(f"some notes\n{line}", "notes.txt")
        return
    reply = paste(f"some notes\n{line}", "notes.txt")
    assert f"with numbers: {count}. All are right." in reply.notes[0]
    assert not reply.right
    assert reply.report is None


def test_a_text_that_was_misread_gets_no_verdict_but_its_calculations_do():
    text = (FILES / "dutch_two_examples.txt").read_text("utf-8")
    reply = paste(text, "s.txt")
    assert reply.report is None
    assert "All are right." in reply.notes[0]
    assert re.search("read as a .* network, .* probably misread. Give the network in lines", reply.notes[1])
    slipped = paste(text.replace("(-0,0675) + 0,0802 = 0,0127", "(-0,0675) + 0,0802 = 0,0147"), "s.txt")
    assert "Line 41: (-0.0675) + 0.0802 is 0.0127, and 0.0147 is printed." in slipped.notes
    with pytest.raises(ValueError, match="^s.txt: it was read as"):
        paste((FILES / "spanish_columns_of_units.txt").read_text("utf-8").replace("=", ":"), "s.txt")


COLUMN_0 = """\
x0 = 1, x1 = 0.4, x2 = 0.9, t = 0.7, learning rate 0.5, sigmoid
{weights}
net1 = 0.0400, net2 = 0.2800, h1 = 0.5100, h2 = 0.5695
net = 0.2782, y = 0.5691, E = 1/2 (t-y)^2 = 0.0086
dE/dv0 = -0.03210, dE/dv1 = -0.01637, dE/dv2 = -0.01828
dE/dw10 = -0.00481, dE/dw12 = -0.00433, dE/dw20 = 0.00315, dE/dw21 = 0.00126
new w10 = 0.10241, new w11 = 0.30096, new v0 = 0.21605, new v2 = -0.39086
"""


@pytest.mark.parametrize(
    "weights",
    [
        "w10 = 0.1, w11 = 0.3, w12 = -0.2, w20 = -0.1, w21 = 0.5, w22 = 0.2, v0 = 0.2, v1 = 0.6, v2 = -0.4",
        "W = [[0.1, 0.3, -0.2], [-0.1, 0.5, 0.2]], v = [0.2, 0.6, -0.4]",
    ],
)
def test_a_weight_from_unit_0_is_a_bias(weights):
    assert paste(COLUMN_0.format(weights=weights), "s.txt").right
    wrong = paste(COLUMN_0.format(weights=weights).replace("-0.03210", "-0.01605"), "s.txt")
    assert [one.figure.printed for one in wrong.report.verdicts if one.word == "wrong"] == ["-0.01605"]
