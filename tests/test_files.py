"""A network file says what it holds; what is wrong with it is said with the line and the key."""

import re

import pytest

from bplit.files import TEMPLATE, parsed, read
from bplit.network import Rules

WEIGHTS = "weights = [[0.40, 0.45], [0.50, 0.55]]"


def test_the_template_holds_the_well_known_network():
    sheet = parsed(TEMPLATE, "t")
    assert sheet.network.sizes == (2, 2, 2)
    assert sheet.rules == Rules(0.5, biases="frozen")
    assert f"{sheet.network.forward(sheet.x, sheet.y).loss:.9f}" == "0.298371109"


def test_what_is_left_out_has_a_default():
    sheet = parsed("inputs = [1]\ntargets = [0]\n[[layer]]\nweights = [[2]]", "t")
    assert sheet.network.layers[0].activation == "sigmoid"
    assert (sheet.network.loss, sheet.rules, sheet.numbering) == ("half_sse", Rules(), "rows")
    assert sheet.worked().loss == "lost"


def test_several_examples_and_own_names():
    text = TEMPLATE.replace("[0.05, 0.10] ", "[[0.05, 0.10], [1, 2]] ").replace(
        "[0.01, 0.99]", "[[0, 1], [1, 0]]"
    )
    listing = parsed(text.replace("# weight", "weight"), "t").worked().listing
    assert "v1" in listing.inputs
    assert "net_h1_e2" in listing.names


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[rules]", "[rules", "line 22: not TOML: Expected ']' at the end of a table declaration"),
        ("inputs =", "inputs = [1]\ninputs =", "line 5: not TOML: Cannot overwrite a value"),
        ("0.35", "0.3.5", "line 14: not TOML: "),
        ("inputs", "input", "line 4: input: expected one of title, url, inputs,"),
        ("inputs =", "# inputs =", "inputs: missing"),
        (WEIGHTS, "", "line 17: weights: missing in this layer"),
        (
            "[[layer]]\n" + WEIGHTS,
            "[[layer]]\nwieghts = [[1, 2]]",
            "line 18: wieghts: expected one of weights, bias, ",
        ),
        (
            WEIGHTS,
            "weights = [[1, 2, 3], [4, 5, 6]]",
            "line 18: layer 2: weights: expected 2 in a row, one for",
        ),
        (
            WEIGHTS,
            "weights = [[1, 2], [3]]",
            "line 18: layer 2: weights: expected rows of one length, got 2, 1",
        ),
        (
            WEIGHTS,
            "weights = [\n [[1, 2]],\n]",
            "line 18: weights: expected a list of rows, each a list of numbers, got [[[1, 2]]]",
        ),
        (WEIGHTS, "weights = [1, 2]", "line 18: layer 2: weights: expected a row for each unit"),
        (
            WEIGHTS,
            'weights = "1"',
            "line 18: weights: expected a list of rows, each a list of numbers, got '1'",
        ),
        (WEIGHTS, "weights = [[1e99, 1], [1, 1]]", "line 18: layer 2: weights: expected numbers from -1e+50"),
        (
            "bias = 0.60",
            "bias = [1, 2, 3]",
            "line 19: layer 2: bias: expected one, or 2: one for each unit, got 3",
        ),
        (
            "bias = 0.60",
            "bias = nan",
            "line 19: layer 2: bias: expected numbers from -1e+50 to 1e+50, got nan",
        ),
        (
            "bias = 0.60",
            "bias = 1979-05-27",
            "line 19: bias: expected a number, or a list of one for each unit, got datetime",
        ),
        (
            '"sigmoid"',
            '"sigmod"',
            "line 15: layer 1: activation: expected one of sigmoid, tanh, relu, leaky_relu, ",
        ),
        (
            '"half_sse"',
            '"half"',
            "line 8: loss: expected one of half_sse, sse, half_mse, mse, mae, binary_cross_entropy",
        ),
        (
            '"half_sse"',
            '"cross_entropy"\nleak = 2',
            "line 9: leak: expected a number from 0 to below 1, got 2",
        ),
        ("[0.01, 0.99]", "[0.01]", "line 5: targets: expected 2 outputs on the last axis, got 1"),
        ("[0.01, 0.99]", "[[0.01, 0.99]]", "line 5: targets: expected 1 axes, as the inputs have, got 2"),
        (
            "[0.05, 0.10] ",
            "[[[0.05, 0.10]]] ",
            "line 4: inputs: expected a list of numbers, or one for each example",
        ),
        ("[0.05, 0.10] ", "inf ", "line 4: inputs: expected "),
        ("rate = 0.5", "rate = 0", "line 23: rate: expected a number above 0 and up to 1e+50, got 0"),
        ("rate = 0.5", 'rate = "1"', "line 23: rate: expected a number above 0 and up to 1e+50, got '1'"),
        (
            "rate = 0.5",
            "rat = 0.5",
            "line 23: rat: expected one of rate, order, biases, examples, momentum, decay, perhaps",
        ),
        (
            '"frozen"',
            '"shred"',
            "line 25: biases: expected one of per_unit, shared, frozen, got 'shred', perhaps shared",
        ),
        ("momentum = 0.0", "momentum = 1", "line 27: momentum: expected a number from 0 to below 1, got 1"),
        ('"net_out"', '"z"', "line 31: notation: expected one of article, net_out, z_a, got 'z'"),
        (
            '# weight = "v{k}" ',
            'weight = "{k!r}" ',
            "line 33: weight: expected letters, digits, _ and any of",
        ),
        (
            '# weight = "v{k}" ',
            "weight = 1 ",
            "line 33: weight: expected a text of one line in quotes, got 1",
        ),
        ("title =", "title = 1 #", "line 3: title: expected a text of one line in quotes, got 1"),
        ("[rules]\n", "[rule]\n", "line 22: rule: expected one of title"),
        ("inputs =", "rules = 1\ninputs =", "not TOML: "),
        ("[0.05, 0.10] ", "[[1, 2], [1]] ", "line 4: inputs: expected rows of one length, got 2, 1"),
        (
            "[0.05, 0.10] ",
            "[true, 1] ",
            "line 4: inputs: expected a list of numbers, or one for each example",
        ),
        (
            "bias = 0.60",
            "bias = [[1, 2]]",
            "line 19: bias: expected a number, or a list of one for each unit",
        ),
        ("title =", 'title = "a\\u001b[2J"  #', "line 3: title: expected a text of one line in quotes"),
        ("title =", 'url = "a b"\ntitle =', "line 3: url: expected an address that begins with https://"),
        ("title =", '"\\u001b" = 1\ntitle =', "'\\x1b': expected one of title"),
        ('# weight = "v{k}" ', 'weight = "w" ', "line 33: weight: w stands for two things"),
        ('# weight = "v{k}" ', 'rate = "float" ', "notation: float already means something else in Python"),
        (
            "[names]",
            "[names]\ninputs = [1]",
            "line 31: inputs: belongs to the top of the file, above the first",
        ),
        (
            "[rules]",
            "inputs = [1]\n[rules]",
            "line 22: inputs: belongs to the top of the file, above the first",
        ),
    ],
)
def test_a_mistake_is_said_with_its_line_and_key(old, new, says):
    assert old in TEMPLATE
    with pytest.raises(ValueError, match=re.escape(says)) as error:
        parsed(TEMPLATE.replace(old, new, 1) if "sigm" in old else TEMPLATE.replace(old, new), "net.toml")
    assert re.match(r"net\.toml(, line \d+)?: ", str(error.value))
    assert len(str(error.value)) < 400


HOSTILE = [
    "",
    "\0",
    "a = " + "[" * 5000,
    "a = " + "9" * 5000,
    "x" * 200_000,
    "[[layer]]\n" * 5000,
    "layer = [1]",
]
HOSTILE += ["#w=\n" * 24_000 + "inputs=[1]\ntargets=[1]\nw=1\n", "[[layer]]\nweights=[[1]]\n" * 40 + "x=1"]
HOSTILE += [
    "layer = 3\ninputs = 1\ntargets = 1",
    "inputs = true\ntargets = [1]\n[[layer]]\nweights = [[true]]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_refused_in_one_line(text):
    with pytest.raises(ValueError, match=r"^h\.toml[^\n]*$") as error:
        parsed(text, "h.toml")
    assert len(str(error.value)) < 400


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for file, says in (
        (tmp_path / "none.toml", "No such file"),
        (tmp_path, "director"),
        ("a\0b", "null"),
    ):
        with pytest.raises(ValueError, match=says) as error:
            read(file)
        assert str(error.value).startswith(f"{file}: ")
    (tmp_path / "latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(ValueError, match=r"latin\.toml: expected text in UTF-8"):
        read(tmp_path / "latin.toml")
    (tmp_path / "bom.toml").write_text(TEMPLATE, encoding="utf-8-sig")
    assert read(tmp_path / "bom.toml").title.startswith("Two inputs")
