"""The pictures: every number is in them, nothing covers anything, and the page gives them their colours."""

import re
from functools import cache
from itertools import combinations, pairwise, product
from xml.etree import ElementTree

import numpy as np
import pytest
from soak import tries

from bplit import Listing, crossed, forward, partials, passes, sigmoid, update
from bplit.article import PASS, given
from conftest import soup
from workings import Layer, Network, Rules, draw

SIZES = [
    (1, 1),
    (2, 2, 2),
    (3, 2, 1),
    (1, 8, 1),
    (3, 3, 3, 3),
    (4, 8, 3, 2),
    (8, 1, 8),
    (8, 8, 8),
    (1, 2, 3, 4, 5, 6, 7),
]
RULES = Rules()
OVER = {"w5": (-2, 4), "w7": (-3, 5)}


def network(*sizes, bias=True):
    """Return a network of random numbers with long decimals and both signs."""
    random = np.random.default_rng(sum(sizes))
    return Network(
        [
            Layer(random.normal(size=(b, a)), random.normal(size=b) if bias else None)
            for a, b in pairwise(sizes)
        ]
    )


def worked(*sizes, notation="article", rules=RULES, bias=True, examples=None):
    """Return a worked listing of such a network, and its values."""
    random = np.random.default_rng(1)
    shape = () if examples is None else (examples,)
    x, y = random.normal(size=(*shape, sizes[0])), random.uniform(size=(*shape, sizes[-1]))
    solution = network(*sizes, bias=bias).worked(x, y, rules, notation)
    return solution, solution.listing.run(solution.given)


def texts(svg):
    """Return the texts of a picture, each with its box: left, right, top, bottom."""
    found = []
    for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", node.get("transform", ""))
        x, y = map(float, moved.groups() if moved else (node.get("x"), node.get("y")))
        size = float(re.search(r"font-size: ([\d.]+)px", node.get("style"))[1])
        width = 0.52 * size * len(node.text)  # a digit of the book's text face is half as wide as high
        anchor = re.search(r"text-anchor: (\w+)", node.get("style"))
        left = x - {"start": 0, "middle": 0.5, "end": 1}[anchor[1] if anchor else "start"] * width
        found.append((node.text, (left, left + width, y - 0.8 * size, y + 0.1 * size)))
    return found


def words(svg):
    return [text.replace("−", "-") for text, _ in texts(svg)]


@cache
def every_picture(time=1):
    """Draw a picture of each kind, once for each time."""
    return list(drawn())


def drawn():
    """Go through a picture of each kind."""
    solution, values = worked(3, 2, 2)
    f = forward()
    yield draw.network(f, partials(f), [("w1", "w5", "lost1"), ("w1", "w7", "lost2")])
    yield draw.wiring(solution)
    yield draw.wiring(solution, values, True, list(solution.listing.paths("w1", "lost"))[:2])
    yield draw.varied(PASS, given(), "lost", {"w5": (-2, 4)})
    yield draw.varied(PASS, given(), "lost", OVER)
    yield draw.varied(PASS, given(), "lost", {"w5": (0.9, 1.1)}, to=0.985455)
    yield draw.wires({"right": PASS, "crossed": Listing.of(forward, crossed, update)})
    yield draw.curves("lost", {"a": [3, 2, 1], "b": [3, 1, 1]}, at=[1, 3])
    fig, ax = draw.blank(416, 260)
    draw.tangent(ax, 1, 2, 0.5, 0.2, draw.STYLES[1])
    draw.logarithmic(ax, "step", "error")
    yield draw.picture(
        fig, "What a page draws by itself: a point at 1, with a tangent, its axes logarithmic."
    )


HOWS, NOTATIONS = ["names", "numbers", "partials"], ["article", "net_out", "z_a"]
# Every network in every way, and in the suite every pair of a network or a way with a notation.
GRID = [
    pytest.param(sizes, how, notation, marks=[pytest.mark.slow] if sum(sizes) > 8 else [])
    for (i, sizes), (j, how), (k, notation) in product(*map(enumerate, (SIZES, HOWS, NOTATIONS)))
    if (i + j + k) % tries(3, 1) == 0
]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("sizes", "how", "notation"),
    GRID,
    ids=lambda part: part if part in HOWS + NOTATIONS else "-".join(map(str, part)),
)
def test_everything_of_a_network_stands_in_its_picture_and_nothing_covers_anything(sizes, how, notation):
    solution, values = worked(*sizes, notation=notation)
    svg = draw.wiring(solution, None if how == "names" else values, how == "partials").svg
    shown = " ".join(words(svg))
    by = {name: line for line, name in solution.means.items()}
    for layer in solution.layers:
        weights = [name for row in layer.weights for name in row]
        for name in (*weights, *layer.biases):
            label = name if how == "names" else f"{name} = {values[name]:.6g}"
            label = label if how != "partials" else f"{label}[\N{EM SPACE} ]∂ {values[by[name]]:.6f}"
            assert re.search(rf"(^| |\+ ){label}( |$)", shown), label
        for net, out in zip(layer.nets, layer.outs, strict=True):
            pair = f"{net} → {out}" if how == "names" else f"{values[net]:.6f} → {values[out]:.6f}"
            assert pair in shown
    assert svg.count("stroke-linecap: square") == sum(a * b for a, b in pairwise((*sizes, 1)))

    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    boxes = texts(svg)
    for text, (left, right, top, bottom) in boxes:
        assert -1 <= left < right <= width + 1, text
        assert -1 <= top < bottom <= height + 1, text
    for (one, a), (two, b) in combinations(boxes, 2):
        apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
        assert apart, f"{one} and {two}"


def test_a_small_network_stands_upright_on_a_phone():
    for sizes in ((1, 1), (2, 2, 2), (3, 2, 1)):
        svg = draw.wiring(*worked(*sizes), partials=True).svg
        width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
        assert width <= 358  # what a phone of 390 pixels leaves
        assert width < height


def test_no_text_of_a_picture_is_small():
    for picture in every_picture():
        sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", picture.svg)]
        assert min(sizes) >= 12, picture.alt


def test_two_paths_are_told_apart_without_colour():
    solution, values = worked(2, 2, 2)
    plain = draw.wiring(solution, values).svg
    assert "--backward" not in plain
    paths = list(solution.listing.paths("w1", "lost"))
    for given_paths in (paths, [("w1", "w5", "lost1"), ("w1", "w7", "lost2")]):
        svg = draw.wiring(solution, values, paths=given_paths).svg
        strokes = re.findall(r'style="([^"]*stroke: var\(--backward[^"]*)', svg)
        assert len(strokes) == 5  # w1, w5 and the error; the second path shares w1
        assert sum("dasharray" in stroke for stroke in strokes) == 2
        assert "Lit is the path w1, " in draw.wiring(solution, values, paths=given_paths).alt


def test_a_path_from_a_bias_lights_the_bias():
    solution, _ = worked(2, 1)
    svg = draw.wiring(solution, paths=list(solution.listing.paths("b1", "lost"))).svg
    assert re.search(r"fill: var\(--backward[^>]*>\+ b1<", svg)
    assert not re.search(r"fill: var\(--backward[^>]*>w", svg)


def test_a_frozen_bias_a_shared_one_and_none_at_all():
    for rules, count in ((Rules(biases="frozen"), 1), (Rules(), 2)):
        solution, values = worked(1, 1, rules=rules)
        assert len(re.findall(">∂ ", draw.wiring(solution, values, True).svg)) == count
    solution, values = worked(2, 2, bias=False)
    assert "+ b" not in draw.wiring(solution, values).svg
    shared = Network([Layer([[1, 2], [3, 4]], 0.5)]).worked([1, 2], [0, 1], Rules(biases="shared"))
    assert words(draw.wiring(shared).svg).count("+ b1") == 2


def test_of_several_examples_the_units_show_the_first_and_the_partials_are_those_of_the_step():
    solution, values = worked(2, 2, 1, examples=3)
    picture = draw.wiring(solution, values, True)
    shown = words(picture.svg)
    assert {f"{values['h_in_1_e1']:.6f}", f"→ {values['h_out_1_e1']:.6f}", f"∂ {values['diff_w1']:.6f}"} <= {
        *shown
    }
    assert f"lost is {values['lost']:.6f}" in picture.alt


def test_where_the_output_is_differentiated_there_is_no_target():
    net = Network(network(2, 3, 2).layers, "output")
    solution = net.worked([0.1, 0.2], [0, 0])
    values = solution.listing.run(solution.given)
    shown = words(draw.wiring(solution, values).svg)
    assert {f"{values['o_in_1']:.6f}", f"→ {values['o_out_1']:.6f}"} <= {*shown}
    assert not any(text.startswith("y1") for text in shown)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw.wiring(worked(9, 1)[0]), "worked: .* up to 8 units, got 9-1"),
        (lambda: draw.wiring(worked(*[1] * 8)[0]), "worked: .* up to 6 layers"),
        (lambda: draw.wiring(worked(1, 1)[0], partials=True), "partials: expected values"),
        (lambda: draw.wiring(worked(1, 1)[0], {"w1": 1}), "values: expected a value for"),
        (
            lambda: draw.wiring(worked(1, 1)[0], {n: np.ones(2) for n in worked(1, 1)[1]}),
            "values: .* one network, got arrays",
        ),
        (lambda: draw.wiring(worked(1, 1)[0], paths=[("w2",)]), "paths: .* got 'w2'"),
        (lambda: draw.wiring(worked(1, 1)[0], paths=[("w1",)] * 3), "paths: expected up to 2, got 3"),
        (lambda: draw.network(paths=[("w1",)] * 3), "paths: expected up to 2, got 3"),
        (lambda: draw.varied(PASS, given(), "loss", {"w5": (0, 2)}), "of: .* got 'loss'"),
        (lambda: draw.varied(PASS, given(), "lost", {"h_in_1": (0, 2)}), "over: expected inputs, each with"),
        (lambda: draw.varied(PASS, given(), "lost", {"w5": (2, 4)}), "over: .* got {'w5': \\(2, 4\\)}"),
        (lambda: draw.varied(PASS, given(), "lost", {"w5": (1, 1)}), "over: expected inputs, each with"),
        (lambda: draw.varied(PASS, given(), "lost", {"w5": (0, float("nan"))}), "over: expected inputs"),
        (
            lambda: draw.varied(PASS, given(), "lost", OVER, to=1),
            "to: expected a number that the one input passes, got 1",
        ),
        (
            lambda: draw.varied(PASS, given() | {"w5": np.ones(2)}, "lost", {"w1": (0, 2)}),
            "given: expected one",
        ),
        (lambda: draw.curves("lost", {"a": [1]}, at=[2]), "at: expected passes of every run"),
        (
            lambda: draw.curves("lost", {name: [1] for name in "abc"}, at=[1]),
            "runs: expected up to 2 runs, got 3",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("name", "low", "high"), [("w5", -2, 4), ("w7", -2, 4), ("w7", -8, 2), ("x1", 0, 5)])
def test_a_slice_has_the_slope_that_a_nudge_measures(name, low, high):
    picture = draw.varied(PASS, given(), "lost", {name: (low, high)})
    values = given()
    up, down = (PASS.run(values | {name: values[name] + h})["lost"] for h in (1e-6, -1e-6))
    slope = f"{(up - down) / 2e-6:.6f}"
    assert f"slope {slope}" in picture.alt.replace("has the slope", "slope").replace("−", "-")
    assert f"slope {slope}" in words(picture.svg)


def test_a_lit_path_has_the_factors_whose_product_is_the_partial():
    values = PASS.run(given())
    for path, name in ((("w5", "lost1"), "w5"), (("w7", "lost2"), "w7"), (("w2", "w7", "lost2"), "w2")):
        shown = words(draw.network(forward(), partials(forward()), [path]).svg)
        factors = [float(text.removeprefix("× ")) for text in shown if text.startswith("×")]
        (walk,) = [way for way in PASS.paths(name, "lost") if path[-1] in way]
        assert np.prod(factors) == pytest.approx(PASS.sweep(values, "lost").along(walk), rel=1e-4)
        assert not [text for text in shown if text.startswith("∂")]


def test_the_curves_of_all_weights_have_one_scale_and_a_name_each():
    over = {f"w{k}": (-2, 4) for k in range(1, 9)}
    picture = draw.varied(PASS, given(), "lost", over)
    assert {"w1, w3", "w2, w4", "w5, w6", "w7, w8"} <= {*words(picture.svg)}
    for name in over:
        slope = PASS.sweep(PASS.run(given()), "lost").partials[name]
        said = f"along {name}, from −2 to 4. At 1 it is 0.051896, and the tangent there has the slope "
        assert f"{said}{slope:.6f}".replace("-", "−") in picture.alt


def test_a_step_shows_where_it_leads():
    values = PASS.run(given())
    picture = draw.varied(PASS, given(), "lost", {"w5": (0.9, 1.1)}, to=values["update_w5"])
    there = PASS.run(given() | {"w5": values["update_w5"]})["lost"]
    assert f"leads to w5 = {values['update_w5']:.6f}, where lost is {there:.6f}" in picture.alt
    assert f"step {values['update_w5'] - 1:.6f}" in words(picture.svg)


def test_crossed_wires_are_dashed_and_said():
    picture = draw.wires({"right": PASS, "crossed": Listing.of(forward, crossed, update)})
    right, wrong = picture.alt.split("crossed: ")
    assert "joins h" not in right
    assert {re.search(r"w\d", part)[0] for part in wrong.split(";")} == {"w6", "w7", "w8"}
    assert picture.svg.count("stroke-dasharray") == 4


@pytest.mark.parametrize("text", ["c = a * 0 + 1", "c = -a", "c = a * 1e30"])
def test_a_slice_of_anything_is_drawn(text):
    assert draw.varied(Listing.read(text), {"a": 1}, "c", {"a": (0, 2)}).svg


def shown_on(site, page, start):
    """Return what the picture of a page says that begins so, and the words in it."""
    found = [part for part in soup(site, page).select(".picture") if part["aria-label"].startswith(start)]
    assert len(found) == 1
    said = [found[0]["aria-label"], *(part.get_text() for part in found[0].select("svg text"))]
    said = [text.replace("−", "-") for text in said]
    return said[0], set(said[1:])


def test_the_map_of_a_page_says_what_it_shows(site):
    said, words = shown_on(site, "passes", "A map of lost")
    run = list(passes(1000))
    assert f"At the point, w5 = 1, w7 = 1, it is {run[0].lost:.6f}" in said
    assert said.endswith(
        f"A line leads from w5 = 1, w7 = 1 to w5 = {run[995].w5:.6g}, w7 = {run[995].w7:.6g}."
    )
    across, up = np.meshgrid(np.linspace(-1, 1.5, 41), np.linspace(0, 4, 41))
    lost = PASS.run(given() | {"w5": across, "w6": across, "w7": up, "w8": up})["lost"]
    assert f"least, {lost.min():.6f}, at" in said
    assert f"largest, {lost.max():.6f}, at" in said
    assert {"w5 = w6", "w7 = w8", "0.1", "0.001"} <= words


def test_the_spread_of_a_page_counts_the_runs(site):
    said, words = shown_on(site, "starts", "How 100000 runs are spread")
    *_, last = passes(1000)
    assert said.endswith(f"Marked is all ones at {last.lost:.6f}.")
    low, high, middle = map(
        float, re.search(r"least is ([\d.]+), the largest ([\d.]+), .* to ([\d.]+)\. ", said).groups()
    )
    assert low < middle < high
    assert low < last.lost
    assert {"all ones", "runs", "lost in pass 1000"} <= words


def test_the_tangents_of_a_page_have_the_slopes_that_a_nudge_measures(site):
    said, words = shown_on(site, "forward", "The sigmoid, an S")
    for t in (forward().h_in_1, forward().o_in_1):
        slope = f"slope {(sigmoid(t + 1e-6) - sigmoid(t - 1e-6)) / 2e-6:.6f}"
        assert f"net input {t:.6f}, output {sigmoid(t):.6f}, {slope}" in said
        assert slope in words


def test_the_errors_of_a_page_are_those_of_two_methods(site):
    said, words = shown_on(site, "how-we-know", "How far a measured slope")
    values = given()
    up, down = (PASS.run(values | {"w5": 1 + h})["lost"] for h in (0.1, -0.1))
    error = abs((up - down) / 0.2 - PASS.run(values)["diff_w5"])
    assert f"central: {error:.1e} at step 1e-01, least at step" in said
    least = re.search(r"complex: .* at step 1e-01, least at step \S+: (\S+)\.$", said)
    assert float(least[1]) < 1e-15
    assert {"central", "complex", "step", "error"} <= words


def test_a_picture_takes_its_colours_from_the_page():
    for picture in every_picture():
        rest = re.sub(
            r"var\(--(ink|quiet|paper|forward|backward), #[0-9a-f]{6}\)|url\(#\w+\)|href=\"#\w+\"",
            "",
            picture.svg,
        )
        assert not re.search(r"#[0-9a-fA-F]{3}|rgb|fill: (black|white)", rest)


def test_a_picture_is_small_well_formed_and_says_what_it_shows():
    for picture in every_picture():
        assert len(picture.svg) < 50_000
        assert ElementTree.fromstring(picture.svg).get("aria-hidden") == "true"
        assert 60 < len(picture.alt) < 800
        assert "{" not in picture.alt
        assert picture.alt.count("role") == 0


def test_a_network_of_64_weights_is_not_read_out():
    assert len(draw.wiring(*worked(8, 8, 8), partials=True).alt) < 250


def test_pictures_are_the_same_every_time_and_share_no_ids():
    first, second = every_picture(), every_picture(time=2)
    assert first == second
    ids = [name for picture in first for name in set(re.findall(r'id="(\w+)"', picture.svg))]
    assert len(ids) == len(set(ids))
