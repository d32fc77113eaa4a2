"""Worked solutions of published networks agree with the figures that were printed, in all four forms."""

import os
import re
import shutil
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from pathlib import Path

import pytest

from workings.cli import main
from workings.net import NOTATIONS, TEMPLATE, parsed, read
from workings.write import FORMS, explain

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
    sheet = read(next(file for file in EXAMPLES if file.stem == "han-kamber"))
    on_paper = results(explain(sheet, "text", places=3), "text")
    assert on_paper["out_h1"] == 0.332
    assert on_paper["net_o1"] == -0.105
    # 0.474 (1 - 0.474) (1 - 0.474) = 0.1311..., where unrounded outputs give 0.1312 to four decimals
    assert on_paper["delta_o1"] == -0.131


@pytest.mark.parametrize("places", [None, 4])
@pytest.mark.parametrize("name", SHEETS)
def test_all_forms_say_the_same(name, places):
    exact = results(explain(SHEETS[name], "python", 17, places), "python")
    worked = SHEETS[name].worked()
    values = worked.listing.run(worked.given, places)
    for key in worked.listing.names:  # math.exp and NumPy's may differ in the last digit
        assert exact[key] == pytest.approx(values[key], rel=1e-13, abs=1e-16)
    for form in "text", "markdown", "latex":
        found = results(explain(SHEETS[name], form, 12, places), form)
        assert list(found) == list(worked.listing.names)
        for key, value in found.items():
            assert value == pytest.approx(values[key], abs=1e-12, rel=1e-11), (form, key)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_leaves_every_result_open_and_has_the_key(name, form):
    sheet, blank = SHEETS[name], explain(SHEETS[name], form, 9, blank=True)
    head, key = re.split(r"\nKey\n|## Key|subsection\*{Key}|# Key", blank)
    names = sheet.worked().listing.names
    values = sheet.worked().listing.run(sheet.worked().given)
    gaps = {"text": "= _____", "markdown": r"\underline", "latex": r"\underline", "python": "= ..."}
    assert head.count(gaps[form]) == len(names)
    for key_name in names:
        # the key rounds as a person does: half a unit is rounded up, not what a float makes of it
        exact = Decimal(f"{values[key_name]:.12g}").quantize(Decimal("1e-9"), ROUND_HALF_UP)
        figure = f"{exact:.9f}".replace("-", "−" if form == "text" else "-")
        if abs(values[key_name]) > 1e-8:
            assert figure not in head
            assert figure in key
    if form == "python":
        assert all(value is not None for value in ran(blank).values())


@pytest.mark.latex
def test_the_latex_compiles(tmp_path):
    # all documents have one preamble, so that one run of LaTeX sets their bodies, each on a page of its own
    parts = {}
    for name, blank in product(SHEETS, (False, True)):
        preamble, _, rest = explain(SHEETS[name], "latex", blank=blank).partition("\\begin{document}\n")
        body, end, after = rest.rpartition("\\end{document}")
        assert (end, after.strip()) == ("\\end{document}", "")
        parts.setdefault(preamble, []).append(f"\\typeout{{{name}, blank: {blank}}}\n{body}")
    ((preamble, bodies),) = parts.items()
    assert len(bodies) == 2 * len(SHEETS)
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
    main(["explain", "net.toml", "--rounded", "3", "--blank"])
    out = capsys.readouterr().out
    assert "Every result is rounded to 3 decimals before it is used." in out
    assert "E = 0.299\n" in out  # 0.275 + 0.024


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("explain", "bplit explain: error: the following arguments are required: file"),
        ("explain none.toml", "bplit explain: error: none.toml: No such file or directory"),
        ("explain net.toml --as pdf", "bplit explain: error: argument --as: invalid choice: 'pdf'"),
        (
            "explain net.toml --digits 18",
            "bplit explain: error: --digits: expected a whole number from 0 to 17, got 18",
        ),
        (
            "explain net.toml --rounded -1",
            "bplit explain: error: --rounded: expected a whole number from 0 on, got -1",
        ),
        (
            "explain net.toml --digits x",
            "bplit explain: error: --digits: expected a whole number from 0 on, got 'x'",
        ),
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


@pytest.mark.parametrize("name", SHEETS)
def test_with_rounding_the_arithmetic_is_true_as_it_is_printed(name):
    script = explain(SHEETS[name], "python", places=3)
    functions, _, rest = script.partition("# Given")
    space = {}
    exec(functions, space)
    lines = re.findall(r"^(\w+) = rounded.*\n((?:# = .*\n)*)", rest, re.MULTILINE)
    assert [line for line, _ in lines] == [*SHEETS[name].worked().listing.names]
    for line, rows in lines:
        *numbers, result = rows.replace("# = ", "").splitlines()
        for row in numbers:
            assert space["rounded"](float(eval(row, space)), 3) == float(result), (line, row)


def test_given_numbers_are_written_in_full():
    text = "inputs = [0.12345, 2]\ntargets = [1]\n[[layer]]\nweights = [[0.55555, -0.00049]]"
    for places, result in ((3, "0.068"), (None, "0.067603")):
        solution = explain(parsed(text, "t"), places=places)
        assert f"0.55555 × 0.12345 + (−0.00049) × 2\n       = {result}\n" in solution


def test_half_a_unit_is_rounded_up_by_digits_as_by_places():
    for options in ({"digits": 3}, {"places": 3}):
        assert "\nnet_h2 = 0.393\n" in explain(parsed(TEMPLATE, "t"), blank=True, **options)


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
    with pytest.raises(ValueError, match="places: expected a whole number from 0 on, got -1"):
        explain(sheet, places=-1)
