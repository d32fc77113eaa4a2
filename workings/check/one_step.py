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
from workings.check.report import Report, Verdict
from workings.net import Layer, Network, Rules
from workings.net.files import expect_keys
from workings.net.matrices import ACTIVATIONS, BIASES, EXAMPLES, LOSSES, ORDERS, Task, ahead, stepped
from workings.net.notation import one_of
from workings.net.shapes import numbers
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
MOST_NAMES = {"loss": LOSSES, "examples": EXAMPLES, "order": ORDERS, "biases": BIASES}
STEP_KEYS = (*NEEDED, "activation", "mean", *MOST_NAMES)
STEPS, PRODUCTS = 8_000, 10_000  # so many steps of a layer are tried; so many products take as long as one
ALIKE = 1e-3  # so near to each other are factors that are one
ROUNDED = 2.2  # times half a digit: where the numbers before the step are rounded, too
LIKELIEST = 4  # under the rules of so many ways a wrong step is looked into
CHANCE = 4  # fewer digits may fit by chance


class Way(NamedTuple):
    """A way to take the step: where each layer's numbers stand, the rules, and what comes of it."""

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
    every = [*given] if isinstance(given, list | tuple) else [given] * layers
    if len(every) != layers:
        raise ValueError(f"activation: expected one, or one for each of {layers} layers, got {len(every)}")
    for name in every:
        one_of("activation", name, ACTIVATIONS)
    return [tuple(every)]


def layers_before(given: Given, layout: Layout, acts: Sequence[str], policy: str) -> tuple[Layer, ...]:
    """Return the layers before the step."""
    layers = []
    for (weights, bias), act in zip(layout, acts, strict=True):
        one = None if bias is None else given.before[bias[:1] if policy == "shared" else bias]
        layers.append(Layer(given.before[weights], one, act))
    return tuple(layers)


def ways_to_step(
    given: Given, layout: Layout, x: Array, y: Array, known: Mapping[str, Any], most: float, unusual: bool
) -> Iterator[Way]:
    """Go through the ways to take the step that nothing that is known forbids, the likeliest first.

    The unusual ones are those of online steps, and of a layer that is updated before it carries back. Raises
    ValueError if there are more steps of a layer to try than ``most``.
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
    shares = {"cross_entropy": abs(y.sum(-1) - 1) < 1e-9, "binary_cross_entropy": (y >= 0) & (y <= 1)}
    losses = [
        (loss, mean)
        for loss, mean in TRIED
        if known["mean"] in (None, mean) and known["loss"] in (None, loss)
        if known["loss"] or np.all(shares.get(loss, True))
    ]
    every = [
        one
        for one in product(
            activations_of(known["activation"], len(layout)),
            losses,
            *((known[key],) if known[key] else values for key, values in allowed.items()),
        )
        if (known["loss"] or one[0][-1] in ENDS.get(one[1][0], one[0]))
        and unusual == ("online" in one or "output_first" in one)
    ]
    steps = sum(len(layout) * (len(x) if "online" in one else 1) for one in every)
    if len(every) > 1 and steps + len(every) * len(x) * moved.size // PRODUCTS > most:
        unsaid = ", ".join(key for key, value in known.items() if value is None)
        what = f"expected more to be said, since there are {len(x)} examples and {moved.size} numbers"
        raise ValueError(f"{unsaid}: {what}, too many to try all")
    for acts, (loss, mean), examples, order, policy in every:
        task = Task(layers_before(given, layout, acts, policy), loss, mean)
        rules = Rules(known["rate"], order, policy, examples)
        way = Way(layout, task, rules, given.before.copy())
        with np.errstate(all="ignore"):
            for some in np.array_split(np.arange(len(x)), len(x) if examples == "online" else 1):
                task = stepped(task, ahead(task, x[some], y[some]), y[some], rules)
        for places, layer in zip(layout, task.layers, strict=True):
            for part, numbers_after in zip(places, layer[:2], strict=True):
                if part is not None:
                    way.after[part] = numbers_after
        if np.all(np.isfinite(way.after)):
            yield way


def score(way: Way, given: Given, slack: float) -> int:
    """Return how much speaks for a way: numbers that it gives, and changes up to a factor."""
    change, common = way.after - given.before, 0
    factors = (given.after - given.before) / np.where(change == 0, np.inf, change)
    for part in (part for layer in way.layout for part in layer if part is not None):
        middle = np.median(factors[part])
        alike = abs(factors[part] - middle) <= ALIKE * abs(middle)
        common += int(alike.sum()) if abs(middle) > ALIKE else 0
    return 2 * int(given.right(way.after, slack).sum()) + common


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
        inputs: Those of one example, of shape (inputs,), or a row for each, (examples, inputs).
        targets: In the same way, (outputs,) or (examples, outputs).
        before: The weights and biases before the step: by name, as a state dict has them, or a list of
            matrices and biases. A matrix may be units × inputs or inputs × units.
        after: Those after the step, in the same way.
        rate: The learning rate.
        activation: One for all layers, or a list with one for each. What is left out from here on is tried.
        loss: One of ``LOSSES``.
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
    known |= {"loss": loss, "examples": examples, "order": order, "biases": biases}
    for key, names in MOST_NAMES.items():
        if known[key] is not None:
            one_of(key, known[key], names)
    if not isinstance(mean, bool | None):
        raise ValueError(f"mean: expected true or false, got {shown(mean)}")
    arrays = handed.arrays_of("before", before)
    given = numbers_of(arrays, handed.arrays_of("after", after))
    return judged_step(given, arrays, *rows_of(inputs, targets), known)


def step_of(content: Any) -> Reply:
    """Return what `step` says of a step that a file holds, or raise a ValueError that names the key."""
    if not isinstance(content, dict):
        raise ValueError(f"expected a step, with {', '.join(STEP_KEYS)}, got {shown(content)}")
    expect_keys((), content, STEP_KEYS)
    if missing := [key for key in NEEDED if key not in content]:
        raise ValueError(f"{missing[0]}: missing")
    return step(**content)


def rows_of(inputs: Any, targets: Any) -> tuple[Array, Array]:
    """Return inputs and targets with a row for each example, or raise a ValueError."""
    x, y = (np.atleast_1d(numbers(key, part)) for key, part in (("inputs", inputs), ("targets", targets)))
    y = y[:, None] if x.ndim == 2 and y.shape == x.shape[:1] else y  # a list for one output
    if x.ndim > 2 or y.ndim != x.ndim or (x.ndim == 2 and len(x) != len(y)) or not x.size * y.size:
        raise ValueError(f"targets: expected a row for each example of inputs {x.shape}, got {y.shape}")
    return np.atleast_2d(x), np.atleast_2d(y)


def judged_step(
    given: Given, arrays: Mapping[str, Array], x: Array, y: Array, known: Mapping[str, Any]
) -> Reply:
    """Say under which rules a step is right, or check it under the likeliest."""
    every: list[Way] = []
    slack = ROUNDED if given.rounded else 1.0
    shapes = handed.layouts("before", arrays, x.shape[-1], y.shape[-1])
    for unusual in (False, True):
        for layout in shapes:
            every += ways_to_step(given, layout, x, y, known, STEPS / len(shapes), unusual)
        seen = any(not np.all(given.right(way.after)) for way in every)  # a change is, in the digits
        if seen and np.array_equal(given.before, given.after):
            return Reply(False, (WORDS["step"]["unmoved"],))
        for some in dict.fromkeys((1.0, slack)):
            if fit := [way for way in every if np.all(given.right(way.after, some))]:
                return Reply(True, tuple(notes(given, fit, some, known)), rules=fit[0].record)
    if not every:
        raise ValueError("rate: no rules that could be tried keep the numbers within their range")
    return wrong_step(given, x, y, likeliest(every, given, slack), slack, known)


def likeliest(every: Sequence[Way], given: Given, slack: float) -> list[Way]:
    """Return the ways for which most speaks, the first one first: one of each choice of activations."""

    def order(way: Way) -> tuple[int, int, bool]:
        # where as much speaks for others: changes of the right size, and softmax goes with the cross-entropy
        large, wanted = abs(way.after - given.before), abs(given.after - given.before)
        sized = int(np.sum(abs(large - wanted) <= ALIKE * wanted))
        odd = way.task.layers[-1].activation == "softmax" and not way.task.fused
        return -score(way, given, slack), -sized, odd

    kinds: dict[tuple[str, bool], Way] = {}
    for way in sorted(every, key=order):
        kinds.setdefault((way.record["activation"], bool(way.task.fused)), way)
    return [*kinds.values()][:LIKELIEST]


def wrong_step(
    given: Given, x: Array, y: Array, ways: Sequence[Way], slack: float, known: Mapping[str, Any]
) -> Reply:
    """Check a step that is not right under the likeliest rules, or under others that explain more of it."""
    right = given.right(ways[0].after, slack)
    if given.before.size * len(x) > handed.SEARCHED:
        wrong = ", ".join(given.names[n] for n in map(int, np.flatnonzero(~right)))
        large = WORDS["step"]["large"].format(names=shorter(wrong))
        return Reply(False, (*notes(given, ways[:1], slack, known), large), rules=ways[0].record)
    tried: list[tuple[int, Way, Reply]] = []
    for way in ways:
        reply = checked_under(way, given, x, y, slack)
        verdicts = reply.report.verdicts if reply.report else ()
        told = [v.word == "agrees" or bool(v.found and v.found.slips) for v in verdicts]
        tried.append((sum(told), way, reply))
        if all(told):
            break
    explained, way, reply = max(tried, key=lambda one: one[0])
    fits = given.right(way.after, slack) & (given.after != given.before)
    if None in (known["activation"], known["loss"]) and not fits.any() and 2 * explained < len(fits):
        return Reply(False, (WORDS["step"]["no rules"],))
    return reply._replace(notes=tuple(notes(given, [way], slack, known)))


def checked_under(way: Way, given: Given, x: Array, y: Array, slack: float) -> Reply:
    """Return what is wrong with the numbers after a step under the rules of a way, and why."""
    right = given.right(way.after, slack)
    network = Network(way.task.layers, way.task.loss, way.task.mean)
    sheet = handed.sheet_with(network, x, y, way.rules, "z_a")
    worked = sheet.worked()
    listed = handed.listed_names(worked, way.layout)
    place = {worked.updates.get(name, name): n for n, name in enumerate(listed)}
    # a number that is right but for rounding before the step is no riddle
    beyond = right & (abs(way.after - given.after) > given.unit)
    figures = {
        name: repr(float(way.after[n])) if beyond[n] else given.printed[n] for name, n in place.items()
    }
    verdicts = []
    for verdict in check(sheet._replace(printed={0: figures}), handed.QUICK).verdicts:
        n = place[verdict.figure.name]
        if right[n]:
            figure = verdict.figure._replace(printed=given.printed[n])
            verdict = Verdict(figure, verdict.exact, "agrees")
        verdicts.append(verdict)
    people = dict(zip(listed, given.names, strict=True))
    called = {worked.updates[name]: f"new {one}" for name, one in people.items() if name in worked.updates}
    called |= {partial: f"∂L/∂{people[by]}" for partial, by in worked.means.items() if by in people} | people
    return Reply(False, (), Report(tuple(verdicts)), called, way.record)


def notes(given: Given, fit: Sequence[Way], slack: float, known: Mapping[str, Any]) -> Iterator[str]:
    """Say under which rules how many numbers are right, and what else there is to say of them."""
    said = WORDS["step"]
    count, right = len(given.after), int(given.right(fit[0].after, slack).sum())
    yield said["right" if right == count else "wrong"].format(count=count, right=right)
    others = {key: [*dict.fromkeys(str(way.record[key]) for way in fit)] for key in fit[0].record}
    rules = "; ".join(f"{key} {said['or'].join(values[:3])}" for key, values in others.items())
    yield said["rules"].format(rules=rules)
    if fit[0].rules.biases == "frozen" and not known["biases"]:
        yield said["frozen"]
    if slack > 1 and right == count:
        yield said["rounded"]
    change = np.abs(given.after - given.before) / np.maximum(given.unit, 1e-17)
    if right == count and np.log10(np.maximum(change, 1)).sum() < CHANCE:
        yield said["few"]
    for weights, _ in fit[0].layout:
        values = given.before[weights]
        if any(np.unique(values, axis=k).shape[k] < values.shape[k] for k in (0, 1)):  # of rows, of columns
            yield said["equal"].format(name=given.names[weights[0, 0]].partition("[")[0])
