r"""The worked solution of a network file: every line in names, in numbers, its result; and sheets.

>>> from workings.net import TEMPLATE, parsed
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> lines = explain(sheet, digits=9).splitlines()
>>> print(*lines[lines.index("Backward") + 2 :][:3], sep="\n")
delta_o1 = (out_o1 − target_o1) × out_o1 × (1 − out_o1)
         = (0.751365070 − 0.01) × 0.751365070 × (1 − 0.751365070)
         = 0.138498562
>>> lines = blank_sheet(sheet, level="results").splitlines()
>>> print(*lines[lines.index("Backward") + 2 :][:3], sep="\n")
delta_o1 = (out_o1 − target_o1) × out_o1 × (1 − out_o1)
         = (______ − 0.01) × ______ × (1 − ______)
         = ____________
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from bplit.given import DIGITS, shown, whole
from bplit.line import Line, Value
from workings.net.files import Sheet
from workings.net.notation import one_of
from workings.net.writer import Worked
from workings.words import WORDS
from workings.write.formulas import Formula, in_rows, spelled_out
from workings.write.languages import Written, figure, significant
from workings.write.pages import FORMS, GAP, LONG_GAP, SAID, SHORT_GAP, Entry, Section, Solution, in_form

LEVELS = ("results", "numbers", "formulas")  # what a sheet leaves open, each with what stands before it
DECIMALS = 6  # so many decimals results have, as in the article
WIDEST = 5  # of more columns nobody reads a table on paper
LEGEND = WORDS["defined"]
Wrong = Mapping[str, Sequence[tuple[str, str]]]  # by name: wrong answers, and what gives them
NOTHING: Wrong = {}


def explain(sheet: Sheet, form: str = "text", digits: int | None = None) -> str:
    """Return the whole calculation of a sheet as text, markdown, latex (a document) or python (a script).

    Given numbers are written in full.

    Args:
        sheet: What a network file holds.
        form: One of `FORMS`.
        digits: How many digits that count each result has; if left out, results have six decimals, as in the
            article, and one that would show none of its digits is written with a power of ten.

    Raises:
        ValueError: If an argument is not as above, or a number of the calculation is not finite.
    """
    one_of("form", form, FORMS)
    worked = sheet.worked()
    given, results = figures(worked, digits)
    sections = [Section("given", SAID["given"], given), *stages_solved(worked, given | results)]
    return in_form(form, Solution(sheet.title, sheet.url, [], sections))


def blank_sheet(
    sheet: Sheet,
    form: str = "text",
    level: str = "results",
    digits: int | None = None,
    wrong: Wrong = NOTHING,
    number: int | None = None,
) -> str:
    """Return a sheet to fill in, and its key: all lines solved, with wrong answers and what gives them.

    Args:
        sheet: What a network file holds.
        form: One of `FORMS`.
        level: One of `LEVELS`: what is left open.
        digits: How many digits that count each result has, as in `explain`.
        wrong: Wrong answers by name, as `workings.worksheet` finds them.
        number: The number of the sheet, by which it and its key are told from others.

    Raises:
        ValueError: If an argument is not as above, or a number of the calculation is not finite.
    """
    one_of("form", form, FORMS)
    one_of("level", level, LEVELS)
    worked = sheet.worked()
    given, results = figures(worked, digits)
    sections = [Section("given", SAID["given"], given, (), tables(worked))]
    lines = {line.name: line for line in worked.listing.lines}
    for n, (kind, example, names) in enumerate(worked.stages):
        entries = [Entry(open_formula(lines[name], given, level)) for name in names]
        notes = [] if n else [legend(sheet)]
        sections.append(Section(kind, heading(kind, example), {}, entries, notes=notes))
    sections += stages_solved(worked, given | results, wrong, key=True)
    head = f"{SAID['name']} {LONG_GAP} {SAID['date']} {GAP}"
    head += "" if number is None else f" {SAID['sheet'].format(number=number)}"
    rules = "" if digits is None else SAID["digits"].format(digits=digits) + " "
    return in_form(form, Solution(sheet.title, sheet.url, [head, rules + SAID["keep"]], sections))


def legend(sheet: Sheet) -> str:
    """Return what a sheet says of its units and of its loss: without it nobody could fill in a formula.

    >>> from workings.net import TEMPLATE, parsed
    >>> legend(parsed(TEMPLATE, "network.toml")).split("; ")[1]
    'σ(t) = 1 / (1 + e^−t)'
    """
    network = sheet.network
    kinds = [layer.activation for layer in network.layers]
    if len(set(kinds)) == 1:
        said = [LEGEND["unit"].format(part=LEGEND[kinds[0]])]
    else:
        said = [LEGEND["layer"].format(layer=n, part=LEGEND[kind]) for n, kind in enumerate(kinds, 1)]
    lines = sheet.worked().listing.lines
    parts = [part for line in lines for part in ast.walk(line.expression) if isinstance(part, ast.Call)]
    used = {*kinds, *(ast.unparse(part.func) for part in parts)}
    said += [text for key, text in LEGEND.items() if key.endswith("(t)") and key.removesuffix("(t)") in used]
    error = LEGEND[network.loss.replace("mse", "sse")]
    many = "" if network.sizes[-1] == 1 else " mean" if network.mean else " sum"
    return "; ".join([*said, LEGEND[f"loss{many}"].format(loss=error)])


def figures(worked: Worked, digits: int | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is given and what is calculated as it is written, by name."""
    values = worked.listing.run(worked.given)
    given = {name: repr(value).removesuffix(".0") for name, value in worked.given.items()}
    return given, as_written({name: values[name] for name in worked.listing.names}, digits)


def as_written(results: Mapping[str, Value], digits: int | None) -> dict[str, str]:
    """Return results as they are written, with so many digits that count."""
    if digits is None:
        return {name: figure(value, DECIMALS, False) for name, value in results.items()}
    if whole("digits", digits, 1) > DIGITS:
        raise ValueError(f"digits: expected up to {DIGITS}, got {shown(digits)}")
    return {name: significant(float(value), digits) for name, value in results.items()}


def stages_solved(
    worked: Worked, every: Mapping[str, str], wrong: Wrong = NOTHING, key: bool = False
) -> Iterator[Section]:
    """Go through the stages of a calculation with every line solved."""
    lines = {line.name: line for line in worked.listing.lines}
    for n, (kind, example, names) in enumerate(worked.stages):
        entries = [Entry(spelled_out(lines[name], every), wrong.get(name, ())) for name in names]
        title = SAID["key of"].format(kind=heading(kind, example)) if key else heading(kind, example)
        begins, notes = ("key", [SAID["rounded"]]) if key and n == 0 else (kind, [])
        yield Section(begins, title, {}, entries, notes=notes)


def open_formula(line: Line, given: Mapping[str, str], level: str) -> Formula:
    """Return a line as a sheet has it: what is calculated is left open, wherever it stands."""
    names, result = Written(line.expression), gap(GAP)
    if level == "formulas":
        return in_rows(line.name, gap(LONG_GAP))
    if level == "numbers":
        return in_rows(line.name, names, gap(LONG_GAP), result)
    if isinstance(line.expression, ast.Name):  # of a number that is only copied the result alone is open
        return in_rows(line.name, names, result)
    numbers = Written(line.expression, {name: given.get(name, SHORT_GAP) for name in line.uses})
    return in_rows(line.name, names, numbers, result)


def gap(width: str) -> Written:
    """Return what is to be filled in, in place of an expression."""
    return Written(ast.Name("gap"), {"gap": width})


def tables(worked: Worked) -> list[list[list[str]]]:
    """Return the weights and biases of each layer by name: of each unit a row, of what comes in a column."""
    end = "_e1" if any(stage.example for stage in worked.stages) else ""  # of what is the first example's
    found: list[list[list[str]]] = []
    below = worked.x
    for layer in worked.layers:
        bias = [SAID["bias"]] if layer.biases else []
        rows = [["", *(name.removesuffix(end) for name in below), *bias]]
        for k, (net, weights) in enumerate(zip(layer.nets, layer.weights, strict=True)):
            rows.append([net.removesuffix(end), *weights, *(layer.biases or ())[k : k + 1]])
        found += [rows] * (len(rows[0]) <= WIDEST)
        below = layer.outs
    return found


def heading(kind: str, example: int) -> str:
    """Return what a stage is called, of one example among several with its number."""
    return SAID["example"].format(kind=SAID[kind], example=example) if example else SAID[kind]
