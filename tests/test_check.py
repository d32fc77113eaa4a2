"""A slip planted in any line of the pass is told at its line, and how the line would be right."""

import ast
import copy

import numpy as np
import pytest
from soak import tries

from bplit import crossed, forward, update
from bplit.article import PASS, given
from bplit.listing import Listing
from workings.script import judge, parse_script

RIGHT = [str(line) for line in PASS.lines]
CARRIED = [f"w{k} = update_w{k}" for k in range(1, 9)]


def judged(listing, numbers=None, more=(), **options):
    """Return the errors in a listing as a script with given numbers, by the name that its line assigns."""
    drawn = (round(float(n), 3) for n in np.random.default_rng(0).uniform(0.1, 0.9, 200))
    given_numbers = numbers or dict(zip(listing.inputs, drawn, strict=False))
    rows = [f"{name} = {value}" for name, value in given_numbers.items()]
    report = judge(parse_script("\n".join([*rows, str(listing), *more]), "s.py", **options))
    return [(note.source.partition(" = ")[0], note) for note in report.findings if note.error]


def named(found):
    """Return the names of the lines that errors are told of, each once."""
    return [*dict.fromkeys(name for name, _ in found)]


def changed(expression, place, change):
    """Return an expression with its place-th part changed: change returns what to put there, or None."""
    tree = ast.Expression(copy.deepcopy(expression))
    part = list(ast.walk(tree.body))[place]
    new = change(part)
    if new is not None:

        class Put(ast.NodeTransformer):
            def visit(self, node):
                return new if node is part else self.generic_visit(node)

        return ast.unparse(Put().visit(tree))
    return None


def slips(line, names):
    """Go through the slips of a line: each a kind and the expression that it gives."""

    def renamed(new):
        return lambda part: ast.Name(new) if isinstance(part, ast.Name) and part.id in names else None

    def flipped(part):
        match part:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return ast.BinOp(left, ast.Sub(), right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return ast.BinOp(left, ast.Add(), right)

    def dropped(side):
        def change(part):
            match part:
                case ast.BinOp(op=ast.Mult() | ast.Div() | ast.Pow()):
                    return getattr(part, side)

        return change

    kinds = [("sign", flipped), ("factor", dropped("left")), ("factor", dropped("right"))]
    kinds += [("name", renamed(new)) for new in names]
    seen = {ast.unparse(line.expression)}
    for place in range(len(list(ast.walk(line.expression)))):
        for kind, change in kinds:
            text = changed(line.expression, place, change)
            if text and text not in seen:
                seen.add(text)
                yield kind, text
    yield "sign", f"-({ast.unparse(line.expression)})"


def planted(number, text):
    """Return the pass with another expression in one of its lines."""
    lines = list(RIGHT)
    lines[number] = f"{PASS.lines[number].name} = {text}"
    return Listing.read("\n".join(lines))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(len(PASS.lines)), ids=PASS.names)
def test_a_slip_in_any_line_is_told(number):
    line = PASS.lines[number]
    partial = line.name.startswith("diff_") or "_delta_" in line.name
    names = [*PASS.inputs, *PASS.names[:number]]
    kinds = set()
    for kind, text in [*slips(line, names)][:: -tries(8, 1)]:  # from the last on, which is one of a sign
        found = judged(planted(number, text), given(), CARRIED)
        if partial or line.name.startswith("update_"):
            assert named(found) == [line.name], text
        if partial and kind != "factor":
            assert found[0][1].instead, text
        assert found, text  # the forward lines say what is right: then partials are not
        kinds.add(kind)
    assert {"sign", "name"} <= kinds


def test_the_right_pass_has_no_error():
    assert judged(PASS, given()) == []


def test_the_crossed_wires_are_told_with_why_the_article_s_numbers_hide_them():
    listing = Listing.of(forward, crossed, update)
    found = judged(listing, given())
    assert named(found) == ["diff_w7", "diff_w8", "h_delta_2"]
    assert [note.instead for _, note in found] == [
        ("diff_w7 uses h_out_2, the sweep says h_out_1",),
        ("diff_w8 uses h_out_1, the sweep says h_out_2",),
        ("h_delta_2 exchanges w6 and w8", "h_delta_2 exchanges o_delta_2 and o_delta_1"),
    ]
    assert all("invisible at your numbers" in note.says for _, note in found)
    seen = judged(listing, given(w=np.linspace(0.1, 0.8, 8)))
    assert named(seen) == named(found)
    assert not any("invisible" in note.says for _, note in seen)


def test_a_listing_in_other_names_is_checked_through_a_table():
    text = "net = a * x\nout = sigmoid(net)\nE = (out - t) ** 2\nhelp = out - t\n{}"
    told = {"of": "E", "means": {"g": "a"}}
    assert judged(Listing.read(text.format("g = 2 * help * out * (1 - out) * x")), **told) == []
    ((name, note),) = judged(Listing.read(text.format("g = 2 * help * out * (1 + out) * x")), **told)
    assert (name, note.instead) == ("g", ("g: the sign before out is turned",))


NETWORKS = {
    "1-2-1 with biases, tanh and helpers": """
a1 = tanh(w1 * x + b1)
a2 = tanh(w2 * x + b2)
out = sigmoid(v1 * a1 + v2 * a2 + c)
lost = (out - y) ** 2 / 2
slope = out * (1 - out)
error = out - y
diff_c = error * slope
diff_v1 = diff_c * a1
diff_v2 = diff_c * a2
s1 = 1 - a1 ** 2
s2 = 1 - a2 ** 2
diff_b1 = diff_c * v1 * s1
diff_b2 = diff_c * v2 * s2
diff_w1 = diff_b1 * x
diff_w2 = diff_b2 * x
update_c = c - eta * diff_c
update_v1 = v1 - eta * diff_v1
update_v2 = v2 - eta * diff_v2
update_b1 = b1 - eta * diff_b1
update_b2 = b2 - eta * diff_b2
update_w1 = w1 - eta * diff_w1
update_w2 = w2 - eta * diff_w2
""",
    "cross-entropy": """
o_in_1 = w * x + b
o_out_1 = sigmoid(o_in_1)
lost = -(y * log(o_out_1) + (1 - y) * log(1 - o_out_1))
o_delta_1 = o_out_1 - y
diff_w = o_delta_1 * x
diff_b = o_delta_1
""",
    "softmax with a shift that cancels": """
e1 = exp(w1 * x + c)
e2 = exp(w2 * x + c)
p1 = e1 / (e1 + e2)
p2 = e2 / (e1 + e2)
y2 = 1 - y1
lost = -(y1 * log(p1) + y2 * log(p2))
d1 = p1 - y1
d2 = p2 - y2
diff_w1 = d1 * x
diff_w2 = d2 * x
diff_c = d1 + d2
""",
    "a difference that leads to the loss": """
out = sigmoid(w * x)
diff_y = out - y
lost = diff_y ** 2 / 2
diff_w = diff_y * out * (1 - out) * x
""",
    "forty inputs into one unit": "\n".join(
        [
            "o_in_1 = " + " + ".join(f"w{k} * x{k}" for k in range(40)),
            "o_out_1 = tanh(o_in_1)",
            "lost = (o_out_1 - y) ** 2 / 2",
            "o_delta_1 = (o_out_1 - y) * (1 - o_out_1 ** 2)",
            *(f"diff_w{k} = o_delta_1 * x{k}" for k in range(40)),
        ]
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_right_listing_has_no_error(name):
    assert judged(Listing.read(NETWORKS[name])) == []


@pytest.mark.parametrize(("name", "old", "new", "line", "instead"), [
    ("1-2-1 with biases, tanh and helpers", "slope = out * (1 - out)", "slope = out * (1 + out)", "slope",
     "slope: the sign before out is turned"),
    ("1-2-1 with biases, tanh and helpers", "diff_v2 = diff_c * a2", "diff_v2 = diff_c * a1", "diff_v2",
     "diff_v2 uses a1, the sweep says a2"),
    ("1-2-1 with biases, tanh and helpers", "w1 - eta * diff_w1", "w1 + eta * diff_w1", "update_w1", ""),
    ("cross-entropy", "o_delta_1 = o_out_1 - y", "o_delta_1 = (o_out_1 - y) * o_out_1 * (1 - o_out_1)",
     "o_delta_1", ""),
    ("cross-entropy", "diff_b = o_delta_1", "diff_b = -o_delta_1", "diff_b", "diff_b has the wrong sign"),
    ("cross-entropy", "o_delta_1 * x", "o_delta_1", "diff_w", "diff_w: the factor x is missing"),
    ("softmax with a shift that cancels", "d2 = p2 - y2", "d2 = y2 - p2", "diff_w2",
     "diff_w2 has the wrong sign"),
    ("a difference that leads to the loss", "out * (1 - out)", "out", "diff_w",
     "diff_w: the slope is to be out * (1 - out)"),
])  # fmt: skip
def test_a_slip_in_another_network_is_told(name, old, new, line, instead):
    found = dict(judged(Listing.read(NETWORKS[name].replace(old, new))))
    assert line in found
    assert not instead or instead in found[line].instead


def test_a_slip_beside_a_very_steep_loss_is_seen():
    listing = Listing.read("lost = w / (a - b) ** 8 + w * c\ndiff_w = 1 / (a - b) ** 8")
    assert named(judged(listing)) == ["diff_w"]
