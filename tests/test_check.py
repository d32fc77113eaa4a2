"""A slip planted in any line of the pass is named, and how the line would be right."""

import ast
import copy

import numpy as np
import pytest
from soak import tries

from bplit import crossed, forward, partials, update
from bplit.article import PASS, given
from bplit.listing import Listing
from workings.check import contradictions, meanings

RIGHT = [str(line) for line in PASS.lines]


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
def test_a_slip_in_any_line_is_named(number):
    line = PASS.lines[number]
    stated = line.name.startswith(("diff_", "update_")) or "_delta_" in line.name
    names = [*PASS.inputs, *PASS.names[:number]]
    kinds = set()
    for kind, text in [*slips(line, names)][:: -tries(8, 1)]:  # from the last on, which is one of a sign
        findings = contradictions(planted(number, text))
        if stated:
            assert [found.line.name for found in findings] == [line.name], text
            if kind != "factor":
                assert findings[0].instead, text
        else:
            named = {other.name for found in findings for other in found.against}
            assert line.name in named, text
        kinds.add(kind)
    assert {"sign", "name"} <= kinds


def test_the_right_pass_contradicts_nothing():
    assert contradictions(PASS) == []


def test_the_crossed_wires_are_named_and_no_other_line():
    found = contradictions(Listing.of(forward, crossed, update))
    assert [finding.line.name for finding in found] == ["diff_w7", "diff_w8", "h_delta_2"]
    assert [finding.instead for finding in found] == [
        ("h_out_1 for h_out_2",),
        ("h_out_2 for h_out_1",),
        ("o_delta_1 and o_delta_2 exchanged", "w6 and w8 exchanged"),
    ]
    assert str(found[0]) == "\n".join(
        [
            "diff_w7 = o_delta_2 * h_out_2",
            "    is not the partial of lost by w7",
            "    contradicts o_in_2 = w7 * h_out_1 + w8 * h_out_2",
            "    would agree with h_out_1 for h_out_2",
        ]
    )


def test_equal_weights_hide_what_unequal_ones_show():
    listing = Listing.of(forward, crossed, update)
    assert contradictions(listing, given=given()) == []
    assert contradictions(listing, given=given(w=np.linspace(0.1, 0.8, 8))) != []


def test_a_listing_in_other_names_is_checked_through_a_table():
    text = "net = a * x\nout = sigmoid(net)\nE = (out - t) ** 2\nhelp = out - t\n{}"
    right = Listing.read(text.format("g = 2 * help * out * (1 - out) * x"))
    assert contradictions(right, of="E", means={"g": "a"}) == []
    (finding,) = contradictions(Listing.read(text.format("g = help * out * (1 - out) * x")), "E", {"g": "a"})
    assert finding.instead == ("2 as one more factor", "2 as one more factor in help")
    assert [line.name for line in finding.against] == ["net", "out", "E", "help"]
    (finding,) = contradictions(
        Listing.read(text.format("g = 2 * help * out * (1 + out) * x")), "E", {"g": "a"}
    )
    assert finding.instead == ("minus before out",)


def test_only_names_of_the_listing_are_taken_for_meanings():
    assert meanings(Listing.of(forward, partials)) == {
        **{f"o_delta_{k}": f"o_in_{k}" for k in (1, 2)},
        **{f"h_delta_{k}": f"h_in_{k}" for k in (1, 2)},
        **{f"diff_w{k}": f"w{k}" for k in range(1, 9)},
    }
    assert meanings(Listing.read("diff_a = b")) == {}


def test_a_wrong_table_is_named():
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'g'"):
        contradictions(PASS, means={"g": "w1"})
    with pytest.raises(ValueError, match="^means: diff_w1 states the partial by 'v', which"):
        contradictions(PASS, means={"diff_w1": "v"})
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'loss'"):
        contradictions(PASS, of="loss")


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
update_w1 = w1 - eta * diff_w1
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
def test_a_right_listing_contradicts_nothing(name):
    assert contradictions(Listing.read(NETWORKS[name]), rate="eta") == []


@pytest.mark.parametrize(("name", "old", "new", "line", "instead"), [
    ("1-2-1 with biases, tanh and helpers", "slope = out * (1 - out)", "slope = out * (1 + out)", "diff_c",
     "minus before out in slope"),
    ("1-2-1 with biases, tanh and helpers", "diff_v2 = diff_c * a2", "diff_v2 = diff_c * a1", "diff_v2",
     "a2 for a1"),
    ("1-2-1 with biases, tanh and helpers", "w1 - eta * diff_w1", "w1 + eta * diff_w1", "update_w1",
     "minus before eta * diff_w1"),
    ("cross-entropy", "o_delta_1 = o_out_1 - y", "o_delta_1 = (o_out_1 - y) * o_out_1 * (1 - o_out_1)",
     "o_delta_1", None),
    ("cross-entropy", "diff_b = o_delta_1", "diff_b = -o_delta_1", "diff_b", "its sign turned"),
    ("cross-entropy", "o_delta_1 * x", "o_delta_1", "diff_w", "x as one more factor"),
    ("softmax with a shift that cancels", "d2 = p2 - y2", "d2 = y2 - p2", "diff_w2",
     "p2 and y2 exchanged in d2"),
    ("a difference that leads to the loss", "out * (1 - out)", "out", "diff_w", "1 - out as one more factor"),
])  # fmt: skip
def test_a_slip_in_another_network_is_named(name, old, new, line, instead):
    found = contradictions(Listing.read(NETWORKS[name].replace(old, new)), rate="eta")
    finding = next(finding for finding in found if finding.line.name == line)
    if instead:
        assert instead in finding.instead
    if "slope" in new:
        assert "slope" in [other.name for other in finding.against]


def test_a_slip_beside_a_very_steep_loss_is_seen():
    listing = Listing.read("lost = w / (a - b) ** 8 + w * c\ndiff_w = 1 / (a - b) ** 8")
    assert [finding.line.name for finding in contradictions(listing)] == ["diff_w"]


def test_a_rate_that_is_not_there_is_named():
    listing = Listing.read("lost = w * x\ndiff_w = x\nupdate_w = w + 0.5 * diff_w")
    with pytest.raises(ValueError, match="^rate: expected an input of the listing or a number, got 'theta'"):
        contradictions(listing)
    assert contradictions(listing, rate=0.5)[0].instead == ("minus before 0.5 * diff_w",)
    with pytest.raises(ValueError, match="^given: expected numbers to compare at, got empty arrays"):
        contradictions(listing, rate=0.5, given={"w": [], "x": 1})
