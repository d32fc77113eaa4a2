"""A network file says what it holds; what is wrong with it is said with the key."""

import re

import pytest

from workings.net import TEMPLATE, Rules, parsed, read
from workings.net.files import text_of
from workings.speed import repeat

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
        ("[rules]", "[rules", "line 23: not TOML: Expected ']' at the end of a table declaration"),
        ("inputs =", "inputs = [1]\ninputs =", "line 5: not TOML: Cannot overwrite a value"),
        ("0.35", "0.3.5", "line 15: not TOML: "),
        ("inputs", "input", "input: expected one of title, url, inputs,"),
        ("inputs =", "# inputs =", "inputs: missing"),
        (WEIGHTS, "", "layer 2: weights: missing"),
        (
            "[[layer]]\n" + WEIGHTS,
            "[[layer]]\nwieghts = [[1, 2]]",
            "layer 2: wieghts: expected one of weights, bias, ",
        ),
        (
            WEIGHTS,
            "weights = [[1, 2, 3], [4, 5, 6]]",
            "layer 2: weights: expected 2 in a row, one for",
        ),
        (
            WEIGHTS,
            "weights = [[1, 2], [3]]",
            "layer 2: weights: expected rows of one length, got 2, 1",
        ),
        (
            WEIGHTS,
            "weights = [\n [[1, 2]],\n]",
            "layer 2: weights: expected a list of rows, each a list of numbers, got [[[1, 2]]]",
        ),
        (WEIGHTS, "weights = [1, 2]", "layer 2: weights: expected a row for each unit"),
        (
            WEIGHTS,
            'weights = "1"',
            "layer 2: weights: expected a list of rows, each a list of numbers, got '1'",
        ),
        (WEIGHTS, "weights = [[1e99, 1], [1, 1]]", "layer 2: weights: expected numbers from -1e+50"),
        (
            "bias = 0.60",
            "bias = [1, 2, 3]",
            "layer 2: bias: expected one, or 2: one for each unit, got 3",
        ),
        (
            "bias = 0.60",
            "bias = nan",
            "layer 2: bias: expected numbers from -1e+50 to 1e+50, got nan",
        ),
        (
            "bias = 0.60",
            "bias = 1979-05-27",
            "layer 2: bias: expected a number, or a list of one for each unit, got datetime",
        ),
        (
            '"sigmoid"',
            '"sigmod"',
            "layer 1: activation: expected one of sigmoid, tanh, relu, linear, softmax, ",
        ),
        (
            '"half_sse"',
            '"half"',
            "loss: expected one of half_sse, sse, half_mse, mse, mae, binary_cross_entropy",
        ),
        (
            '"half_sse"',
            '"cross_entropy"\nmean = 2',
            "mean: expected True or False, got 2",
        ),
        ("[0.01, 0.99]", "[0.01]", "targets: expected 2 outputs on the last axis, got 1"),
        ("[0.01, 0.99]", "[[0.01, 0.99]]", "targets: expected 1 axes, as the inputs have, got 2"),
        (
            "[0.05, 0.10] ",
            "[[[0.05, 0.10]]] ",
            "inputs: expected a list of numbers, or one for each example",
        ),
        ("[0.05, 0.10] ", "inf ", "inputs: expected "),
        ("rate = 0.5", "rate = 0", "[rules] rate: expected a number above 0 and up to 1e+50, got 0"),
        ("rate = 0.5", 'rate = "1"', "[rules] rate: expected a number above 0 and up to 1e+50, got '1'"),
        (
            "rate = 0.5",
            "rat = 0.5",
            "[rules] rat: expected one of rate, order, biases, examples, momentum, perhaps",
        ),
        (
            '"frozen"',
            '"shred"',
            "[rules] biases: expected one of per_unit, shared, frozen, got 'shred', perhaps shared",
        ),
        ("momentum = 0.0", "momentum = 1", "[rules] momentum: expected a number from 0 to below 1, got 1"),
        ('"net_out"', '"z"', "[names] notation: expected one of article, net_out, z_a, got 'z'"),
        (
            '# weight = "v{k}" ',
            'weight = "{k!r}" ',
            "[names] weight: expected letters, digits, _ and any of",
        ),
        (
            '# weight = "v{k}" ',
            "weight = 1 ",
            "[names] weight: expected a text of one line in quotes, got 1",
        ),
        ("title =", "rate = 0.5\ntitle =", "toml: rate: expected one of title, url"),
        ("title =", "x = 0.5\ntitle =", "toml: x: expected one of title, url"),
        ("title =", "title = 1 #", "title: expected a text of one line in quotes, got 1"),
        ("[rules]\n", "[rule]\n", "rule: expected one of title"),
        ("inputs =", "rules = 1\ninputs =", "not TOML: "),
        ("[0.05, 0.10] ", "[[1, 2], [1]] ", "inputs: expected rows of one length, got 2, 1"),
        (
            "[0.05, 0.10] ",
            "[true, 1] ",
            "inputs: expected a list of numbers, or one for each example",
        ),
        (
            "bias = 0.60",
            "bias = [[1, 2]]",
            "layer 2: bias: expected a number, or a list of one for each unit",
        ),
        ("title =", 'title = "a\\u001b[2J"  #', "title: expected a text of one line in quotes"),
        ("title =", 'url = "a b"\ntitle =', "url: expected an address that begins with https://"),
        ("title =", '"\\u001b" = 1\ntitle =', "'\\x1b': expected one of title"),
        ('# weight = "v{k}" ', 'weight = "w" ', "[names] weight: w stands for two things"),
        ('# weight = "v{k}" ', 'rate = "float" ', "notation: float already means something else in Python"),
        (
            "[names]",
            "[names]\ninputs = [1]",
            "[names] inputs: belongs to the top of the file, above the first",
        ),
        (
            "[rules]",
            "inputs = [1]\n[rules]",
            "inputs: belongs to the top of the file, above the first",
        ),
    ],
)
def test_a_mistake_is_said_with_its_key(old, new, says):
    assert old in TEMPLATE
    with pytest.raises(ValueError, match=re.escape(says)) as error:
        parsed(TEMPLATE.replace(old, new, 1) if "sigm" in old else TEMPLATE.replace(old, new), "net.toml")
    assert re.match(r"net\.toml(, line \d+: not TOML)?: ", str(error.value))
    assert len(str(error.value)) < 400


PRINTED = """
[printed]
out_o1 = "0.75136507"
w5 = "0.40"
Err6 = "−.138498562e0"

[means]
slope = "out_o1 * (1 - out_o1)"
Err6 = "(target_o1 - out_o1) * slope"

[after.10000]
E = "0.0000351019"

[after.1]
E = "0.291027774"
w5 = "0.35891648"
"""
SHEET = TEMPLATE + PRINTED


def test_figures_are_kept_as_printed_by_the_number_of_updates():
    sheet = parsed(SHEET, "t")
    assert sheet.printed == {
        0: {"out_o1": "0.75136507", "w5": "0.40", "Err6": "−.138498562e0"},
        1: {"E": "0.291027774", "w5": "0.35891648"},
        10000: {"E": "0.0000351019"},
    }
    assert list(sheet.printed) == [0, 1, 10000]
    assert list(sheet.means) == ["slope", "Err6"]
    empty = parsed(TEMPLATE, "t")
    assert (empty.printed, empty.means) == ({0: {}}, {})


def test_the_meant_listing_calculates_the_printed_figures():
    sheet = parsed(SHEET, "t")
    worked = sheet.meant()
    assert worked.listing.names == (*sheet.worked().listing.names, "slope", "Err6")
    for n, figures in sheet.printed.items():
        values = repeat(worked.listing, n + 1, worked.given, worked.updates)
        for name, text in figures.items():
            assert values[name] == pytest.approx(float(text.replace("−", "-")), abs=6e-10), (n, name)


@pytest.mark.parametrize(
    "text", ["1", "-1", "+1.50", "−0.5", "5.", ".5", "1e5", "1.5E-05", "1e−5", "0." + "0" * 38]
)
def test_a_figure_is_any_decimal_number(text):
    assert parsed(SHEET.replace("0.75136507", text), "t").printed[0]["out_o1"] == text


def test_a_figure_without_quotes_keeps_its_digits():
    text = SHEET.replace('"0.75136507"', "0.75136500").replace('"0.291027774"', "2.910e-1")
    assert parsed(text, "t").printed[0]["out_o1"] == "0.75136500"
    assert parsed(text, "t").printed[1]["E"] == "2.910e-1"
    assert parsed(SHEET.replace('"0.75136507"', "1"), "t").printed[0]["out_o1"] == "1"


@pytest.mark.parametrize(
    ("people", "listing"),
    [
        ("out_o1^2", "out_o1**2"),
        ("ln(out_o1)", "log(out_o1)"),
        ("abs(0.5 - out_o1)", "out_o1 - 0.5"),
    ],
)
def test_an_expression_may_be_spelled_as_people_do(people, listing):
    values = []
    for text in (people, listing):
        meant = parsed(SHEET.replace("out_o1 * (1 - out_o1)", text), "t").meant()
        values.append(meant.listing.run(meant.given)["slope"])
    assert values[0] == pytest.approx(values[1], rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1,5", "1_0", "nan", "inf", "1e400", "0x1", ".", "1e", "٣", "--1", "0." + "0" * 39],
)
def test_a_text_that_spells_no_number_is_no_figure(text):
    says = r"\[printed\] out_o1: expected a decimal number of up to 40 characters, got "
    with pytest.raises(ValueError, match=says):
        parsed(SHEET.replace("0.75136507", text), "t")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"0.75136507"', "[1]", "[printed] out_o1: expected a decimal number of up to 40"),
        ('"0.75136507"', "true", "[printed] out_o1: expected a decimal number of up to 40"),
        ('"0.75136507"', "nan", "[printed] out_o1: expected a decimal number of up to 40"),
        (
            'out_o1 = "0.75136507"',
            'uot_o1 = "1"',
            "[printed] uot_o1: expected a name of the listing or of [means], perhaps out_o1",
        ),
        (
            'w5 = "0.35891648"',
            'slpoe = "1"',
            "[after.1] slpoe: expected a name of the listing or of [means], perhaps slope",
        ),
        ("[after.1]", "[after.0]", "[after] 0: is called [printed]"),
        ("[after.1]", "[after.01]", "[after] 01: expected a whole number of updates from 1 to 100000"),
        ("[after.1]", "[after.x]", "[after] x: expected a whole number of updates from 1 to 100000"),
        ("[after.1]", "[after.100001]", "[after] 100001: expected a whole number of updates from 1 to"),
        ("[after.1]", "[after]\n2 = 1", "[after] 2: expected a table that begins with [after.2]"),
        ("[after.1]", "[after.1.2]", "[after.1] 2: expected a decimal number of up to 40"),
        ("[means]", "[menas]", "menas: expected one of title, url, "),
        ("slope =", '"sl ope" =', "[means] sl ope: expected a name of letters, digits and _ that begins"),
        ("slope =", '"a = 1\\nb" =', "[means] 'a = 1\\nb': expected a name of letters, digits and _"),
        ("slope =", "E_o1 =", "[means] E_o1: is a name of the listing already"),
        ("slope =", "i1 =", "[means] i1: is a name of the listing already"),
        ("slope =", "exp =", "[means] exp: exp is the name of a function"),
        ("slope =", "lambda =", "[means] lambda: Python cannot read it"),
        ('"out_o1 * (1 - out_o1)"', "1", "[means] slope: expected a text of one line in quotes, got 1"),
        ('"out_o1 * (1 - out_o1)"', '"f(out_o1)"', "[means] slope: unknown function f, known are exp, "),
        ('"out_o1 * (1 - out_o1)"', '""', "[means] slope: Python cannot read it"),
        ('"out_o1 * (1 - out_o1)"', '"1; x = 2"', "[means] slope: expected one expression, got '1; x"),
        (
            '"out_o1 * (1 - out_o1)"',
            '"out1 * 2"',
            "[means] slope: out1 is no name of the listing, or of [means] above it, perhaps out_",
        ),
        ('"out_o1 * (1 - out_o1)"', '"Err6"', "[means] slope: Err6 is no name of the listing, or of"),
        ('"out_o1 * (1 - out_o1)"', '"slope"', "[means] slope: slope is used before it is assigned"),
        (
            '"out_o1 * (1 - out_o1)"',
            f'"{"-" * 200}out_o1"',
            "[means] slope: expected up to 120 operations nested in each other",
        ),
    ],
)
def test_a_mistake_about_printed_figures_is_said_with_its_line_and_key(old, new, says):
    assert old in PRINTED
    with pytest.raises(ValueError, match=f"^net\\.toml: {re.escape(says)}") as error:
        parsed(SHEET.replace(old, new), "net.toml")
    assert len(str(error.value)) < 400


def test_only_who_has_no_loss_may_leave_the_targets_out():
    for inputs in "[1, 2]", "[[1, 2], [3, 4]]":
        text = f"inputs = {inputs}\nloss = 'output'\n[[layer]]\nweights = [[1, 2], [3, 4]]"
        sheet = parsed(text, "t")
        assert not any(name.startswith("y") for name in sheet.worked().given)
        assert sheet.network.forward(sheet.x, sheet.y).loss is not None
        with pytest.raises(ValueError, match=r"^t: targets: missing$"):
            parsed(text.replace("output", "mae"), "t")
    for inputs in "1", "[]", "[[1, 2], 3]":
        with pytest.raises(ValueError, match="inputs: "):
            parsed(text.replace("[[1, 2], [3, 4]]\nloss", f"{inputs}\nloss"), "t")


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
    "after = 1",
    "[after.1]\n" + "".join(f"w{n} = 1\n" for n in range(5000)),
    "inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1]]\n[means]\n"
    + "a" * 5000
    + ' = "'
    + "b" * 5000
    + '"',
    "inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1]]\n[printed]\n" + "a" * 5000 + ' = "1"',
    "inputs = true\ntargets = [1]\n[[layer]]\nweights = [[true]]",
    "a." * 9_000 + "a = 1",
    "[" + '"a" . ' * 9_000 + "a]",
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


def test_the_text_of_a_file_is_read_to_one_character_beyond_the_bound(tmp_path):
    file = tmp_path / "listing.txt"
    file.write_bytes(b"\xef\xbb\xbfa = 1")
    assert text_of(file) == "a = 1"
    file.write_text("a" * 200_000)
    assert len(text_of(file)) == 100_001
    file.write_bytes(b"a = \xff")
    for name, says in (
        (file, "expected text in UTF-8"),
        (tmp_path / "none.txt", "No such file or directory"),
        ("a\0b", "embedded null"),
    ):
        with pytest.raises(ValueError, match=re.escape(f"{name}: {says}")):
            text_of(name)
