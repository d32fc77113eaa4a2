"""Worked solutions of published networks agree with the figures that were printed, in all four forms."""

import os
import re
import shutil
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from math import exp
from pathlib import Path

import pytest

from workings.cli import main
from workings.net import NOTATIONS, TEMPLATE, parsed, read
from workings.worksheet import seeded, worksheet
from workings.write import FORMS, LEVELS, blank_sheet, explain

FOLDER = Path(__file__).parent.parent / "docs" / "examples"
EXAMPLES = [FOLDER / f"{name}.toml" for name in ("abdulrehman", "han-kamber", "martinez", "mazur")]
# Where LaTeX is required, as in .ci/run, its absence is a failure and not a reason to skip.
REQUIRED = os.environ.get("LATEX") == "required"
SOFTMAX = TEMPLATE.replace('"half_sse"', '"cross_entropy"').replace(
    '0.60\nactivation = "sigmoid"', '0.60\nactivation = "softmax"'
)
OTHERS = {
    "softmax": SOFTMAX,
    "relu": TEMPLATE.replace('"sigmoid"\n', '"relu"\n').replace("half_sse", "mse"),
    "several": TEMPLATE.replace("[0.05, 0.10] ", "[[0.05, 0.10], [1, 2]] ").replace(
        "[0.01, 0.99]", "[[0, 1], [1, 0]]"
    ),
    "mae": TEMPLATE.replace("half_sse", "mae"),
    "mean": TEMPLATE.replace('"half_sse"', '"binary_cross_entropy"\nmean = true'),
    "output": re.sub("targets.*", "", TEMPLATE.replace('"half_sse"', '"output"')),
    "momentum": TEMPLATE.replace("momentum = 0.0", "momentum = 0.9"),
    "title": TEMPLATE.replace("Two inputs, two", "100 % #1 & $2_{x}^\\\\ ~ \\\\end{document} é 你"),
}


def texts():
    """Return every network file of the tests, by name."""
    return {file.stem: read(file) for file in EXAMPLES} | {
        name: parsed(OTHERS[name], name) for name in OTHERS
    }


SHEETS = texts()


def ran(script):
    """Run a script in a Python of its own, and return the numbers that its names have in the end."""
    code = script + "\nprint({k: v for k, v in list(globals().items()) if isinstance(v, float)})"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return eval(done.stdout)


def results(text, form):
    """Read the results back from a solution: the last number of every formula, by name."""
    if form == "python":
        return ran(text)
    found = {}
    if form == "text":
        for block in re.split(r"\n\n|-\n", text.partition("\nForward")[2]):
            if match := re.match(r"(\w+) += .*= (\S+)$", block.strip(), re.DOTALL):
                found[match[1]] = float(match[2].replace("−", "-"))
        return found
    for block in re.findall(r"\\begin{aligned}(.*?)\\end{aligned}", text, re.DOTALL):
        name = re.match(r"\s*\\(?:text|mathrm){(.*?)} &=", block)[1].replace(r"\_", "_")
        figure = block.rsplit("&=", 1)[1].strip()
        figure = re.sub(r"^(-?)10\^", r"\g<1>1 \\times 10^", figure)
        found[name] = float(re.sub(r" \\times 10\^{(-?\d+)}", r"e\1", figure))
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_published_network_has_its_printed_figures(file, form):
    sheet = read(file)
    found = results(explain(sheet, form, digits=15), form)
    figures = {name: text for name, text in sheet.printed[0].items() if name in found}
    assert len(figures) > 10
    for name, printed in figures.items():
        exact = Decimal(repr(found[name]))
        assert exact.quantize(Decimal(printed), ROUND_HALF_UP) == Decimal(printed), name


def test_the_textbook_rounds_as_on_paper():
    """Han and Kamber carry on with three decimals, and some of their figures show it."""
    worked = read(next(file for file in EXAMPLES if file.stem == "han-kamber")).worked()
    on_paper = worked.listing.run(worked.given, places=3)
    assert on_paper["out_h1"] == 0.332
    assert on_paper["net_o1"] == -0.105
    # 0.474 (1 - 0.474) (1 - 0.474) = 0.1311..., where unrounded outputs give 0.1312 to four decimals
    assert on_paper["delta_o1"] == -0.131


@pytest.mark.parametrize("name", SHEETS)
def test_all_forms_say_the_same(name):
    exact = results(explain(SHEETS[name], "python", 17), "python")
    worked = SHEETS[name].worked()
    values = worked.listing.run(worked.given)
    for key in worked.listing.names:  # math.exp and NumPy's may differ in the last digit
        assert exact[key] == pytest.approx(values[key], rel=1e-13, abs=1e-16)
    for form in "text", "markdown", "latex":
        found = results(explain(SHEETS[name], form, 12), form)
        assert list(found) == list(worked.listing.names)
        for key, value in found.items():
            assert value == pytest.approx(values[key], rel=1e-11), (form, key)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_leaves_open_what_its_level_says_and_has_the_key(name, form, level):
    text = blank_sheet(SHEETS[name], form, level, 9)
    head, key = text[text.index("Forward") : text.index("Key: ")], text[text.index("Key: ") :]
    worked = SHEETS[name].worked()
    values, names = worked.listing.run(worked.given), worked.listing.names
    gap = {"text": r"= _{12,}$", "python": r"= \.\.\.", "markdown": r"ex}}$", "latex": r"ex}}$"}[form]
    assert len(re.findall(gap, head, re.MULTILINE)) >= len(names)
    for key_name in names:
        # the key rounds as a person does: half a unit is rounded up, not what a float makes of it
        size = Decimal(f"{values[key_name]:.14g}").adjusted()
        exact = Decimal(f"{values[key_name]:.14g}").quantize(Decimal(1).scaleb(size - 8), ROUND_HALF_UP)
        figure = f"{exact:f}".lstrip("-")
        if size > -7 and len(figure.strip("0.")) > 4:
            assert figure not in head
            assert figure in key
    if form == "python":
        assert all(value is not None for value in ran(text).values())


def shown(level):
    """Return what a sheet of the well-known network says of a line, without blanks at the end."""
    block = worksheet(SHEETS["mazur"], level=level).partition("\nForward\n")[2]
    return next(part for part in block.split("\n\n") if part.startswith("net_o1")).splitlines()


def test_each_level_leaves_more_open():
    names, given, gap = shown("results")
    assert names == "net_o1 = w5 × out_h1 + w6 × out_h2 + b2"
    assert re.fullmatch(r" += 0\.4 × _+ \+ 0\.45 × _+ \+ 0\.6", given)
    assert re.fullmatch(" += _+", gap)
    assert shown("numbers")[0] == names
    assert all(re.fullmatch(" += _+", row) for row in shown("numbers")[1:])
    (open_,) = shown("formulas")
    assert re.fullmatch("net_o1 = _+", open_)


def by_hand(i1, i2, w1, w2, b1, sign=1, bias=1):
    """Return a hidden unit's net input and output in plain arithmetic, perhaps with a mistake."""
    net = w1 * i1 + w2 * i2 + bias * b1
    return net, 1 / (1 + exp(-sign * net))


def test_the_key_has_likely_wrong_answers_with_what_gives_them():
    key = worksheet(SHEETS["mazur"], digits=4).partition("Key: ")[2]
    given = (0.05, 0.10, 0.15, 0.20, 0.35)
    blocks = {block.split(" = ")[0].split("\n")[-1]: block for block in key.split("\n\n")}
    assert f"not {by_hand(*given, bias=0)[0]:.5f}: the bias is not added" in blocks["net_h1"]
    assert f"not {by_hand(*given, sign=-1)[1]:.4f}: the exponent of the activation has" in blocks["out_h1"]
    slope_forgotten = 0.75136507 - 0.01
    assert f"not {slope_forgotten:.4f}: the slope of the activation is left out" in blocks["delta_o1"]
    for name, block in blocks.items():
        answers = re.findall(r"  not (\S+): ", block)
        assert len(answers) <= 3, name
        assert len({*answers, block.split("\n  not")[0].rsplit("= ", 1)[-1]}) == len(answers) + 1, name
    assert sum("  not " in block for block in blocks.values()) > 25


def test_the_same_seed_gives_the_same_numbers_anywhere():
    """The numbers were drawn by the page's function, in Node: of seed 7 it gives these."""
    sheet = seeded(SHEETS["mazur"], 7)
    given = sheet.worked().given
    drawn = [given[name] for name in ("w1", "w2", "b1", "w3", "w4", "w5", "w6", "b2", "w7", "w8")]
    assert drawn == [-0.98, -0.88, 0.95, 0.4, 0.04, -0.19, -0.07, -0.52, 0.11, 0.46]
    before = SHEETS["mazur"].worked().given
    assert {name: given[name] for name in ("i1", "target_o1", "rate")} == {
        name: before[name] for name in ("i1", "target_o1", "rate")
    }
    assert worksheet(SHEETS["mazur"], seed=7) == worksheet(SHEETS["mazur"], seed=7)
    texts = {worksheet(SHEETS["mazur"], seed=seed) for seed in range(5)}
    assert len(texts) == 5
    assert all(f"Sheet {seed}\n" in "".join(texts) for seed in range(5))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_every_example_has_other_numbers_and_none_is_0(name):
    sheet = read(FOLDER / f"{name}.toml")
    worked, other = sheet.worked(), seeded(sheet, 1).worked()
    assert [*worked.given] == [*other.given]
    weights = {key for layer in worked.layers for row in layer.weights for key in row}
    trained = weights | {key for layer in worked.layers for key in layer.biases or ()}
    assert all(other.given[key] == worked.given[key] for key in worked.given if key not in trained)
    assert all(0.01 <= abs(other.given[key]) <= 1 for key in trained & other.given.keys())
    assert str(other.listing) == str(worked.listing)


@pytest.mark.latex
def test_the_latex_compiles(tmp_path):
    # all documents have one preamble, so that one run of LaTeX sets their bodies, each on a page of its own
    parts = {}
    for name, level in product(SHEETS, ("", *LEVELS)):
        sheet = SHEETS[name]
        text = worksheet(sheet, "latex", level, 3, 1) if level else explain(sheet, "latex")
        preamble, _, rest = text.partition("\\begin{document}\n")
        body, end, after = rest.rpartition("\\end{document}")
        assert (end, after.strip()) == ("\\end{document}", "")
        parts.setdefault(preamble, []).append(f"\\typeout{{{name}, blank: {level}}}\n{body}")
    ((preamble, bodies),) = parts.items()
    assert len(bodies) == (1 + len(LEVELS)) * len(SHEETS)
    text = "\n\\clearpage\n".join(bodies)
    compiled(f"{preamble}\\begin{{document}}\n{text}\\end{{document}}\n", tmp_path)


def compiled(text, folder):
    """Let pdfLaTeX set a document, if there is one."""
    if not (program := shutil.which("pdflatex")):
        assert not REQUIRED, "pdflatex is not installed"
        pytest.skip("pdflatex is not installed")
    (folder / "a.tex").write_text(text, encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
    assert "Missing character" not in done.stdout


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_notation_explains(notation):
    text = TEMPLATE.replace('"net_out"', f'"{notation}"')
    assert "0.298371" in explain(parsed(text, "t"))


def test_the_command_line_explains_a_new_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["new", "net.toml"])
    assert capsys.readouterr().out == "net.toml is written. bplit explain net.toml calculates it.\n"
    main(["new"])
    assert capsys.readouterr().out == Path("net.toml").read_text(encoding="utf-8")
    for form in FORMS:
        main(["explain", "net.toml", "--as", form, "--digits", "9"])
        assert "0.298371109" in capsys.readouterr().out
    main(["explain", "net.toml", "--digits", "3"])
    assert re.search(r"\ndE_dw1 = .*\n.*\n +0?= 0\.000439\n", capsys.readouterr().out)  # and not 0.000
    main(["explain", "net.toml", "--blank", "numbers", "--seed", "7", "--digits", "3"])
    out = capsys.readouterr().out
    assert out == worksheet(read("net.toml"), "text", "numbers", 3, 7)
    assert re.search("^Name _+ Date _+ Sheet 7$", out, re.MULTILINE)
    assert "\nGive each result to 3 significant digits. Keep all digits in your calculator.\n" in out
    assert out.count("\nCalculated with all digits. From rounded numbers") == 1
    assert out.index("\nKey: Forward\n") < out.index("\nCalculated with all digits.") < out.index("  not ")
    main(["explain", "net.toml", "--seed", "7"])
    assert "\nw1 = −0.98\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("explain", "bplit explain: error: the following arguments are required: file"),
        ("explain none.toml", "bplit explain: error: none.toml: No such file or directory"),
        ("explain net.toml --as pdf", "bplit explain: error: argument --as: invalid choice: 'pdf'"),
        (
            "explain net.toml --digits 18",
            "bplit explain: error: --digits: expected a whole number from 1 to 17, got 18",
        ),
        (
            "explain net.toml --digits x",
            "bplit explain: error: --digits: expected a whole number from 1 on, got 'x'",
        ),
        (
            "explain net.toml --seed -1",
            "bplit explain: error: --seed: expected a whole number from 0 on, got -1",
        ),
        (
            "explain net.toml --blank --seed 4294967296",
            "bplit explain: error: argument --blank: expected one argument",
        ),
        (
            "explain net.toml --seed 4294967296",
            "bplit explain: error: --seed: expected a whole number from 0 to 4294967295, got 4294967296",
        ),
        ("explain net.toml --blank all", "bplit explain: error: argument --blank: invalid choice: 'all'"),
        ("new net.toml", "bplit new: error: net.toml: File exists"),
        ("new no/net.toml", "bplit new: error: no/net.toml: No such file or directory"),
        ("explain bad.toml", "bplit explain: error: bad.toml: [rules] biases: expected one of"),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(TEMPLATE, encoding="utf-8")
    Path("bad.toml").write_text(TEMPLATE.replace("frozen", "cold"), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(words.split())
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_given_numbers_are_written_in_full():
    text = "inputs = [0.12345, 2]\ntargets = [1]\n[[layer]]\nweights = [[0.55555, -0.00049]]"
    for digits, result in ((3, "0.0676"), (None, "0.067603")):
        solution = explain(parsed(text, "t"), digits=digits)
        assert f"0.55555 × 0.12345 + (−0.00049) × 2\n       = {result}\n" in solution


def test_half_a_unit_is_rounded_up_as_on_paper():
    assert "\n       = 0.393\n" in explain(parsed(TEMPLATE, "t"), digits=3)  # 0.25 × 0.05 + 0.3 × 0.1 + 0.35


@pytest.mark.latex
@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Zażółć gęślą", False),
        ("Ein großes Übungsblatt, déjà vu", True),
        ('x < y | z > "w" – Kraków’s', True),
        ("反向传播", False),
    ],
)
def test_a_title_is_set_or_becomes_a_comment(title, kept, tmp_path):
    text = explain(SHEETS["mazur"]._replace(title=title), "latex")
    assert (f"% {title}" not in text) == kept
    compiled(text, tmp_path)


def test_a_solution_that_cannot_be_calculated_names_its_file(tmp_path, capsys):
    text = TEMPLATE.replace('"half_sse"', '"binary_cross_entropy"').replace("0.60", "60")
    file = tmp_path / "sat.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["explain", str(file)])
    said = capsys.readouterr().err
    assert said.startswith(
        f"bplit explain: error: {file}: calculation: not a finite number: E_o1 = -(target_o1"
    )


def test_five_layers_of_ten_are_written_to_the_end():
    text = "inputs = [1, 2, 3]\ntargets = [1]\n"
    for before, units in ((3, 10), (10, 10), (10, 10), (10, 1)):
        text += f"[[layer]]\nweights = {[[0.1] * before] * units}\n"
    sheet = parsed(text, "t")
    _, *blocks = explain(sheet).split("\n\n")
    assert [block.split(" = ")[0].split("\n")[-1] for block in blocks] == [*sheet.worked().listing.names]
    assert (
        blocks[-1]
        == "update_w30 = w30 − θ × diff_w30\n           = 0.1 − 0.5 × (−0.000267)\n           = 0.100134\n"
    )


def test_digits_and_forms_are_checked():
    sheet = parsed(TEMPLATE, "t")
    with pytest.raises(
        ValueError, match="form: expected one of text, markdown, latex, python, got 'Latex', perhaps latex"
    ):
        explain(sheet, "Latex")
    with pytest.raises(ValueError, match="digits: expected up to 17, got 18"):
        explain(sheet, digits=18)
    with pytest.raises(ValueError, match="level: expected one of results, numbers, formulas, got 'all'"):
        blank_sheet(sheet, level="all")
