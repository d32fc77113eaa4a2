"""One step in numbers, from any program: which of the weights after it are wrong, and why.

What is not said of the rules is tried. If some rules give all numbers after the step, to the digits that
are given, the step is right; otherwise the numbers are checked under those rules that give most.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from bplit.given import rate as rate_of
from bplit.given import shorter, shown
from workings.check import handed
from workings.check.figures import check
from workings.check.handed import Given, Layout, Reply, numbers_of
from workings.check.named import arrays_of, meant, read_as
from workings.check.named import rows_of as rows_of
from workings.check.report import Report, Verdict
from workings.net import Layer, Network, Rules
from workings.net.files import expect_keys
from workings.net.matrices import ACTIVATIONS, BIASES, EXAMPLES, LOSSES, ORDERS, Task, ahead, stepped
from workings.net.notation import one_of
from workings.symbol import Array
from workings.words import WORDS

# What is tried where nothing is said, the likeliest first.
HIDDEN = ("sigmoid", "tanh", "relu", "linear")
OUTPUT = ("sigmoid", "softmax", "linear", "tanh", "relu")
TRIED = (
    *(("half_sse", False), ("mse", True), ("sse", False), ("half_mse", True)),
    *(("cross_entropy", False), ("binary_cross_entropy", True), ("binary_cross_entropy", False)),
    *(("cross_entropy", True), ("mae", True), ("mae", False)),
)
ENDS = {"cross_entropy": ("softmax",), "binary_cross_entropy": ("sigmoid", "softmax")}
NEEDED = ("inputs", "targets", "before", "after", "rate")
MOST_NAMES = {"examples": EXAMPLES, "order": ORDERS, "biases": BIASES}
STEP_KEYS = (*NEEDED, "activation", "mean", "loss", *MOST_NAMES)
STEPS, PRODUCTS = 8_000, 10_000  # so many steps of a layer are tried; so many products take as long as one
ALIKE = 1e-3  # so near to each other are factors that are one
MOSTLY = 1.2  # times half a digit before the step: so much farther off those after it may mostly be
LIKELIEST = 4  # under the rules of so many ways a wrong step is looked into
CHANCE = 4  # fewer digits may fit by chance
Ending = tuple[tuple[str, ...], tuple[str, bool]]  # the activations; the loss, and whether it is a mean
Read = tuple[Array, Array, Layout]  # inputs and targets in rows, and where each layer's numbers stand


class Way(NamedTuple):
    """A way to take the step: the examples, where each layer's numbers stand, the rules, what comes of it."""

    x: Array
    y: Array
    layout: Layout
    task: Task
    rules: Rules
    after: Array

    @property
    def record(self) -> dict[str, Any]:
        """The rules by name."""
        loss, mean = self.task.loss, self.task.mean
        unusual = mean != LOSSES[loss].mean and self.task.sizes[-1] > 1
        found = {
            "activation": ", ".join(layer.activation for layer in self.task.layers),
            "loss": f"{loss} (mean = {str(mean).lower()})" if unusual else loss,
        }
        return found | {key: getattr(self.rules, key) for key in ("examples", "order", "biases")}


def activations_of(given: Any, layers: int) -> list[tuple[str, ...]]:
    """Return the activations that are tried: one that is given counts for all layers."""
    if given is None:
        hidden = HIDDEN if layers > 1 else HIDDEN[:1]
        return [(*[one] * (layers - 1), last) for one, last in product(hidden, OUTPUT)]
    words = given if isinstance(given, list | tuple) else [given]
    every = [name for one in words for name in meant("activation", one, ACTIVATIONS)]
    if words is not given:  # the first counts for all that are not named
        every = every[:1] * (layers - len(every)) + every
    if len(every) != layers:
        raise ValueError(f"activation: expected one, or one for each of {layers} layers, got {len(every)}")
    return [tuple(every)]


def ends_of(known: Mapping[str, Any], y: Array, layers: int) -> Iterator[Ending]:
    """Go through the activations and the losses that go together, at targets, as far as they are known."""
    shares = {"cross_entropy": abs(y.sum(-1) - 1) < 1e-9, "binary_cross_entropy": (y >= 0) & (y <= 1)}
    likely = [loss for loss, _ in TRIED if np.all(shares.get(loss, True))]
    said, mean = known["loss"], known["mean"]
    losses = [one for one in TRIED if one[0] in (said or likely) and mean in (None, one[1])]
    losses = losses or [(loss, bool(mean)) for loss in said or ()]
    for acts, loss in product(activations_of(known["activation"], layers), losses):
        ends = ENDS.get(loss[0], acts[-1:])
        if acts[-1] in ends or (said and acts[-1] != "linear"):
            yield acts, loss
        elif acts[-1] == "linear" and known["activation"]:  # the loss may take the softmax itself
            yield (*acts[:-1], ends[0]), loss


def way_from(before: Array, read: Read, acts: Sequence[str], loss: tuple[str, bool], rules: Rules) -> Way:
    """Return a way to take the step, with the numbers that it makes of those before it."""
    x, y, layout = read
    layers = []
    for (weights, bias), act in zip(layout, acts, strict=True):
        one = None if bias is None else before[bias[:1] if rules.biases == "shared" else bias]
        layers.append(Layer(before[weights], one, act))
    way = Way(x, y, layout, Task(tuple(layers), *loss), rules, before.copy())
    task = way.task
    with np.errstate(all="ignore"):
        for some in np.array_split(np.arange(len(x)), len(x) if rules.examples == "online" else 1):
            task = stepped(task, ahead(task, x[some], y[some]), y[some], rules)
    for places, layer in zip(layout, task.layers, strict=True):
        for part, numbers_after in zip(places, layer[:2], strict=True):
            if part is not None:
                way.after[part] = numbers_after
    return way


def ways_to_step(
    given: Given, layout: Layout, x: Array, y: Array, known: Mapping[str, Any], most: float, online: bool
) -> Iterator[Way]:
    """Go through the ways to take the step, online or not, that nothing that is known forbids.

    The likeliest come first. Raises ValueError if there are more steps of a layer to try than ``most``.
    """
    biases = [(bias, len(weights)) for weights, bias in layout if bias is not None]
    moved = given.before != given.after
    impossible = {
        "per_unit": any(bias.size < units for bias, units in biases),
        "shared": any(np.ptp(given.before[bias]) for bias, _ in biases),
        "frozen": any(np.any(moved[bias]) for bias, _ in biases),
    }
    allowed = {
        "examples": EXAMPLES if len(x) > 1 else EXAMPLES[:1],
        "order": ORDERS[:1],
        "biases": [policy for policy in BIASES if not impossible[policy]] if biases else BIASES[:1],
    }
    rules = ([known[key]] if known[key] else values for key, values in allowed.items())
    every = [one for one in product(ends_of(known, y, len(layout)), *rules) if online == ("online" in one)]
    steps = len(every) * len(layout) * (len(x) if online else 1)
    if len(every) > 1 and steps + len(every) * len(x) * moved.size // PRODUCTS > most:
        unsaid = ", ".join(key for key, value in known.items() if value is None)
        what = f"expected more to be said, since there are {len(x)} examples and {moved.size} numbers"
        raise ValueError(f"{unsaid}: {what}, too many to try all")
    for (acts, loss), examples, order, policy in every:
        taken = Rules(known["rate"], order, policy, examples)
        way = way_from(given.before, (x, y, layout), acts, loss, taken)
        if np.all(np.isfinite(way.after)):
            yield way


def farthest(way: Way, given: Given) -> Array:
    """Return how far the numbers after a step may be off since those before it are rounded."""
    far, task = MOSTLY * given.spread, way.task
    if far.any() and len(far) * len(way.x) <= PRODUCTS:
        acts, far = [layer.activation for layer in task.layers], 0 * far
        for moved in given.before + np.diag(given.spread):
            other = way_from(moved, way[:3], acts, (task.loss, bool(task.mean)), way.rules)
            far += np.nan_to_num(abs(other.after - way.after))
    return far


def likeliest(every: Sequence[Way], given: Given) -> list[Way]:
    """Return the ways for which most speaks, the first one first: one of each choice of activations."""

    def order(way: Way) -> tuple[int, int, bool]:
        # numbers that it gives, and changes up to a factor; where as much speaks for others, changes of
        # the right size, and softmax goes with the cross-entropy
        change, wanted = way.after - given.before, given.after - given.before
        score = 2 * int(given.right(way.after, MOSTLY * given.spread).sum())
        factors = wanted / np.where(change == 0, np.inf, change)
        for part in (part for layer in way.layout for part in layer if part is not None):
            middle = np.median(factors[part])
            alike = abs(factors[part] - middle) <= ALIKE * abs(middle)
            score += int(alike.sum()) if abs(middle) > ALIKE else 0
        sized = int(np.sum(abs(abs(change) - abs(wanted)) <= ALIKE * abs(wanted)))
        odd = way.task.layers[-1].activation == "softmax" and not way.task.fused
        return -score, -sized, odd

    kinds: dict[tuple[str, bool], Way] = {}
    for way in sorted(every, key=order):
        kinds.setdefault((way.record["activation"], bool(way.task.fused)), way)
    return [*kinds.values()][:LIKELIEST]


def step(
    inputs: Any,
    targets: Any,
    before: Any,
    after: Any,
    rate: float,
    activation: str | Sequence[str] | None = None,
    loss: str | None = None,
    mean: bool | None = None,
    examples: str | None = None,
    order: str | None = None,
    biases: str | None = None,
) -> Reply:
    """Say whether one step of gradient descent is right, and if not, which numbers are wrong and why.

    Args:
        inputs: Those of one example, of shape (inputs,), or a row or a column for each.
        targets: In the same way, or of several outputs the classes, from 0.
        before: The weights and biases before the step: by name, or in lists, in dicts and lists of these.
        after: Those after the step, in the same way.
        rate: The learning rate.
        activation: One for all layers, or a list with one for each. What is left out from here on is tried.
        loss: One of ``LOSSES``, or in words.
        mean: Whether the loss is the mean of the outputs' errors in place of their sum.
        examples: ``batch_mean``, ``batch_sum`` or ``online``.
        order: ``simultaneous`` or ``output_first``.
        biases: ``per_unit``, ``shared`` or ``frozen``.

    Raises:
        ValueError: If shapes do not fit each other, or a name or a number is none.

    >>> reply = step([1], [0], {"w": [[0.5]]}, {"w": [[0.46]]}, 0.1, "linear", "half_sse")
    >>> reply.right, reply.report.verdicts[0].exact
    (False, 0.45)
    """
    known: dict[str, Any] = {"rate": rate_of("rate", rate), "activation": activation, "mean": mean}
    known["loss"] = None if loss is None else meant("loss", loss, LOSSES)
    known |= {"examples": examples, "order": order, "biases": biases}
    for key, names in MOST_NAMES.items():
        if known[key] is not None:
            one_of(key, known[key], names)
    if not isinstance(mean, bool | None):
        raise ValueError(f"mean: expected true or false, got {shown(mean)}")
    arrays = arrays_of("before", before)
    given = numbers_of(arrays, arrays_of("after", after))
    return judged_step(given, *read_as(inputs, targets, arrays), known)


def step_of(content: Any) -> Reply:
    """Return what `step` says of a step that a file holds, or raise a ValueError that names the key."""
    if not isinstance(content, dict):
        raise ValueError(f"expected a step, with {', '.join(STEP_KEYS)}, got {shown(content)}")
    expect_keys((), content, STEP_KEYS)
    if missing := [key for key in NEEDED if key not in content]:
        raise ValueError(f"{missing[0]}: missing")
    return step(**content)


def judged_step(
    given: Given, x: Array, y: Array, shapes: Sequence[Layout], known: Mapping[str, Any]
) -> Reply:
    """Say under which rules a step is right, or check it under the likeliest."""
    every: list[Way] = []
    layers = len(known["activation"]) if isinstance(known["activation"], list | tuple) else 0
    shapes = [layout for layout in shapes if len(layout) == layers] or shapes
    for online in (False, True):
        for layout in shapes:
            every += ways_to_step(given, layout, x, y, known, STEPS / len(shapes), online)
        seen = any(not np.all(given.right(way.after)) for way in every)  # a change is, in the digits
        if seen and np.array_equal(given.before, given.after):
            return Reply(False, (WORDS["step"]["unmoved"],))
        for far in (0 * given.spread, MOSTLY * given.spread):
            if fit := [way for way in every if np.all(given.right(way.after, far))]:
                return Reply(True, tuple(notes(given, fit, far, known)), rules=fit[0].record)
    if not every:
        raise ValueError("rate: no rules that could be tried keep the numbers within their range")
    ways = [(way, farthest(way, given)) for way in likeliest(every, given)]
    for way, far in ways:
        if np.all(given.right(way.after, far)):
            return Reply(True, tuple(notes(given, [way], far, known)), rules=way.record)
    return wrong_step(given, ways, known)


def wrong_step(given: Given, ways: Sequence[tuple[Way, Array]], known: Mapping[str, Any]) -> Reply:
    """Check a step that is not right under the likeliest rules, or under others that explain more of it."""
    way, far = ways[0]
    if given.before.size * len(way.x) > handed.SEARCHED:
        wrong = np.flatnonzero(~given.right(way.after, far))
        names = shorter(", ".join(given.names[n] for n in wrong.tolist()))
        large = WORDS["step"]["large"].format(names=names)
        return Reply(False, (*notes(given, [way], far, known), large), rules=way.record)
    tried: list[tuple[int, Way, Array, Reply]] = []
    for way, far in ways:
        reply = checked_under(way, given, far)
        verdicts = reply.report.verdicts if reply.report else ()
        told = [v.word == "agrees" or bool(v.found and v.found.slips) for v in verdicts]
        tried.append((sum(told), way, far, reply))
        if all(told):
            break
    explained, way, far, reply = max(tried, key=lambda one: one[0])
    fits = given.right(way.after, far) & (given.after != given.before)
    if None in (known["activation"], known["loss"]) and not fits.any() and 2 * explained < len(fits):
        return Reply(False, (WORDS["step"]["no rules"],))
    return reply._replace(notes=tuple(notes(given, [way], far, known)))


def checked_under(way: Way, given: Given, far: Array) -> Reply:
    """Return what is wrong with the numbers after a step under the rules of a way, and why."""
    right = given.right(way.after, far)
    network = Network(way.task.layers, way.task.loss, way.task.mean)
    sheet = handed.sheet_with(network, way.x, way.y, way.rules, "z_a")
    worked = sheet.worked()
    listed = handed.listed_names(worked, way.layout)
    place = {worked.updates.get(name, name): n for n, name in enumerate(listed)}
    # a number that is right but for rounding before the step is no riddle
    beyond = right & (abs(way.after - given.after) > given.unit)
    figures = {name: repr(float(way.after[n])) if beyond[n] else given.full[n] for name, n in place.items()}
    verdicts = []
    for verdict in check(sheet._replace(printed={0: figures}), handed.QUICK).verdicts:
        n = place[verdict.figure.name]
        figure = verdict.figure._replace(printed=given.printed[n])
        agrees = Verdict(figure, verdict.exact, "agrees")
        verdicts.append(agrees if right[n] else verdict._replace(figure=figure))
    people = dict(zip(listed, given.names, strict=True))
    called = {worked.updates[name]: f"new {one}" for name, one in people.items() if name in worked.updates}
    called |= {partial: f"∂L/∂{people[by]}" for partial, by in worked.means.items() if by in people} | people
    return Reply(False, (), Report(tuple(verdicts)), called, way.record)


def notes(given: Given, fit: Sequence[Way], far: Array, known: Mapping[str, Any]) -> Iterator[str]:
    """Say under which rules how many numbers are right, and what else there is to say of them."""
    said = WORDS["step"]
    count, right = len(given.after), int(given.right(fit[0].after, far).sum())
    yield said["right" if right == count else "wrong"].format(count=count, right=right)
    others = {key: [*dict.fromkeys(str(way.record[key]) for way in fit)] for key in fit[0].record}
    rules = "; ".join(f"{key} {said['or'].join(values[:3])}" for key, values in others.items())
    yield said["rules"].format(rules=rules)
    if fit[0].rules.biases == "frozen" and not known["biases"]:
        yield said["frozen"]
    if far.any() and right == count:
        yield said["rounded"]
    change = np.abs(given.after - given.before) / np.maximum(given.unit, 1e-17)
    if right == count and np.log10(np.maximum(change, 1)).sum() < CHANCE:
        yield said["few"]
    for weights, _ in fit[0].layout:
        values = given.before[weights]
        if any(np.unique(values, axis=k).shape[k] < values.shape[k] for k in (0, 1)):  # of rows, of columns
            yield said["equal"].format(name=given.names[weights[0, 0]].rsplit("[", 2)[0])
