"""One step in numbers, from any program: which of the weights after it are wrong, and why.

What is not said of the rules is tried. If some rules give all numbers after the step, to the digits that
are given, the step is right; otherwise the numbers are checked under those rules that give most.

>>> before = {"W1": [[0.15, 0.2], [0.25, 0.3]], "W2": [[0.4, 0.45], [0.5, 0.55]]}
>>> after = {"W1": [[0.1495, 0.1990], [0.2494, 0.2989]], "W2": [[0.3358, 0.3853], [0.5247, 0.5752]]}
>>> step([0.05, 0.1], [0.01, 0.99], before, after, 0.5, loss="half_sse").right
False
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from bplit.given import rate as rate_of
from bplit.given import shown
from workings.check.figures import check
from workings.check.handed import Answer, Layout, arrays_of, labels, layouts
from workings.net.files import Sheet, expect_keys, label
from workings.net.matrices import ACTIVATIONS, LOSSES, Layer, Task, ahead, stepped
from workings.net.network import Network
from workings.net.notation import NOTATIONS, one_of
from workings.net.rules import BIASES, EXAMPLES, ORDERS, Rules
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
STEPS = 10_000  # so many steps are tried in all
ALIKE = 1e-3  # so near to each other are factors that are one
EXACT, NEAR = 2.0**-40, 1e-5  # what floats, and those of single precision, do to the change of a number
DIGITS = 4  # fewer may fit by chance
ROUNDED = 2.2  # times half a digit: where the numbers before the step are rounded, too


KEYS = (
    *("inputs", "targets", "before", "after", "rate"),  # all that is needed
    *("activation", "loss", "mean", "examples", "order", "biases"),
)


class Numbers(NamedTuple):
    """The numbers of a network, before and after a step, and how far those after may be off.

    ``place`` says where the number of a name stands, ``printed`` has the texts of those after; ``unit`` is
    half the worth of their last digit, ``noise`` the share of a change that floats may take, and ``rounded``
    says whether those before have no more digits.
    """

    place: Mapping[str, int]
    before: Array
    after: Array
    printed: Sequence[str]
    unit: Array
    noise: float
    rounded: bool

    def right(self, after: Array, slack: float = 1) -> Array:
        """Say of each calculated number whether it is the one that is given."""
        change = np.abs(self.after - self.before).max()
        return np.abs(after - self.after) <= slack * self.unit + self.noise * change + 2.0**-50

    def at(self, names: Array, after: bool = False) -> Array:
        """Return the numbers of an array of names."""
        every = self.after if after else self.before
        return every[[self.place[name] for name in names.flat]].reshape(names.shape)


class Way(NamedTuple):
    """A way to take the step: the names of each layer's numbers, the rules, and what comes of it."""

    names: Layout
    task: Task
    rules: Rules
    after: Array

    @property
    def record(self) -> dict[str, Any]:
        """The rules by name."""
        loss = self.task.loss
        if len(self.names[-1][0]) > 1 and self.task.mean != LOSSES[loss].mean:
            loss += f", mean = {str(self.task.mean).lower()}"
        return {
            "activation": ", ".join(layer.activation for layer in self.task.layers),
            "loss": loss,
            "examples": self.rules.examples,
            "order": self.rules.order,
            "biases": self.rules.biases,
        }


def numbers_of(before: Mapping[str, Array], after: Mapping[str, Array]) -> Numbers:
    """Return all numbers, or raise a ValueError if those after the step are others than those before."""
    for name in {**before, **after}:
        shapes = [str(part[name].shape) if name in part else "none" for part in (before, after)]
        if shapes[0] != shapes[1]:
            what = f"expected numbers of shape {shapes[0]}, as before, got {shapes[1]}"
            raise ValueError(f"after: {label(name)}: {what}")
    names = [name for key, array in before.items() for name in labels(key, array).flat]
    old, new = ([leaf for key in before for leaf in part[key].flat] for part in (before, after))
    texts = [getattr(leaf, "text", "").replace("−", "-") for leaf in new]
    digits = [Decimal(text or repr(float(leaf))) for text, leaf in zip(texts, new, strict=True)]
    # a float has lost the zeros at its end: the others say how many decimals, or digits, there are
    last = min(int(number.as_tuple().exponent) for number in digits)
    most = max(len(number.as_tuple().digits) for number in digits)
    units = np.array([10.0 ** max(last, number.adjusted() - most + 1) / 2 for number in digits])
    values, first = np.array([*map(float, new)]), np.array([*map(float, old)])
    single = most > 9 and bool(np.all(values.astype(np.float32) == values))
    texts = [
        text
        or str(
            number if single else number.quantize(Decimal(1).scaleb(max(last, number.adjusted() - most + 1)))
        )
        for text, number in zip(texts, digits, strict=True)
    ]
    units = np.abs(values) * 2.0**-22 if single else units
    rounded = np.array_equal(first, first.round(max(0, -last))) and not np.array_equal(
        first, first.round(max(0, -last - 1))
    )
    place = {name: n for n, name in enumerate(names)}
    return Numbers(place, first, values, texts, units, NEAR if single else EXACT, rounded)


def activations_of(given: str | Sequence[str] | None, layers: int) -> list[tuple[str, ...]]:
    """Return the activations that are tried: one that is given counts for all layers."""
    if given is None:
        hidden = HIDDEN if layers > 1 else HIDDEN[:1]
        return [(*[one] * (layers - 1), last) for one, last in product(hidden, OUTPUT)]
    every = [*given] if isinstance(given, list | tuple) else [given] * layers
    if len(every) != layers:
        raise ValueError(f"activation: expected one, or one for each of {layers} layers, got {len(every)}")
    for name in every:
        one_of("activation", name, ACTIVATIONS)
    return [tuple(map(str, every))]


def ways(
    given: Numbers, names: Layout, x: Array, y: Array, known: Mapping[str, Any], unusual: bool
) -> Iterator[Way]:
    """Go through the ways to take the step that nothing that is known forbids, the likeliest first.

    The unusual ones are those of online steps, and of a layer that is updated before it carries back.
    """
    flat = [part for layer in names for part in layer if part is not None]
    places = [given.place[name] for part in flat for name in part.flat]
    layers = [(given.at(weights), None if bias is None else given.at(bias)) for weights, bias in names]
    biases = [(bias, len(weights)) for weights, bias in layers if bias is not None]
    moved = any(
        given.at(bias, after=True).tolist() != given.at(bias).tolist()
        for _, bias in names
        if bias is not None
    )
    policies = [
        policy
        for policy in BIASES
        if not (policy == "per_unit" and any(bias.size < units for bias, units in biases))
        and not (policy == "shared" and any(np.ptp(bias) for bias, _ in biases))
        and not (policy == "frozen" and moved)
    ]
    rules = {
        "examples": EXAMPLES if len(x) > 1 else EXAMPLES[:1],
        "order": ORDERS if len(layers) > 1 else ORDERS[:1],
        "biases": policies if biases else BIASES[:1],
    }
    rules = {key: (known[key],) if known[key] else values for key, values in rules.items()}
    losses = [one for one in TRIED if known["loss"] in (None, one[0]) and known["mean"] in (None, one[1])]
    losses = [one for one in losses if known["loss"] or allowed(one[0], y)]
    tries = [*product(activations_of(known["activation"], len(layers)), losses, *rules.values())]
    tries = [one for one in tries if unusual == ("online" in one or "output_first" in one)]
    left = STEPS
    for acts, (loss, mean), examples, order, policy in tries:
        last = {"cross_entropy": ("softmax",), "binary_cross_entropy": ("sigmoid", "softmax")}
        left -= len(x) if examples == "online" else 1
        if (not known["loss"] and acts[-1] not in last.get(loss, acts)) or left < 0:
            continue
        shaped = [bias[:1] if bias is not None and policy == "shared" else bias for _, bias in layers]
        parts = zip((weights for weights, _ in layers), shaped, acts, strict=True)
        task = Task(tuple(Layer(*part) for part in parts), loss, mean)
        way = Way(names, task, Rules(known["rate"], order, policy, examples), given.before.copy())
        way.after[places] = taken(way, x, y)
        if np.all(np.isfinite(way.after)):
            yield way


def allowed(loss: str, y: Array) -> bool:
    """Say whether targets are such that a loss is tried."""
    ones = loss != "cross_entropy" or bool(np.all(abs(y.sum(-1) - 1) < 1e-9))
    return ones and not (loss.endswith("entropy") and np.any((y < 0) | (y > 1)))


def taken(way: Way, x: Array, y: Array) -> Array:
    """Return the numbers after a step, in the order of the names."""
    task, online = way.task, way.rules.examples == "online"
    with np.errstate(all="ignore"):
        for some in [slice(n, n + 1) for n in range(len(x))] if online else [slice(None)]:
            task = stepped(task, ahead(task, x[some], y[some]), y[some], way.rules)
    pairs = [
        pair
        for names, layer in zip(way.names, task.layers, strict=True)
        for pair in zip(names, layer[:2], strict=True)
    ]
    return np.concatenate([np.broadcast_to(new, old.shape).ravel() for old, new in pairs if old is not None])


def score(way: Way, given: Numbers, slack: float) -> int:
    """Return how much speaks for a way: numbers that it gives, and changes up to a factor."""
    change, common = way.after - given.before, 0
    factors = (given.after - given.before) / np.where(change == 0, np.inf, change)
    for part in (part for layer in way.names for part in layer if part is not None):
        some = factors[[given.place[name] for name in part.flat]]
        middle = abs(np.median(some))
        common += int((abs(some - np.median(some)) <= ALIKE * middle).sum()) if middle > ALIKE else 0
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
) -> Answer:
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

    >>> answer = step([1], [0], {"w": [[0.5]]}, {"w": [[0.45]]}, 0.1, "linear", "half_sse")
    >>> answer.right, answer.rules["examples"]
    (True, 'batch_mean')
    """
    known = {"rate": rate_of("rate", rate), "activation": activation, "loss": loss, "mean": mean}
    known |= {"examples": examples, "order": order, "biases": biases}
    for key, names in (("loss", LOSSES), ("examples", EXAMPLES), ("order", ORDERS), ("biases", BIASES)):
        if known[key] is not None:
            one_of(key, known[key], names)
    if mean not in (None, True, False):
        raise ValueError(f"mean: expected true or false, got {shown(mean)}")
    x, y = rows_of(inputs, targets)
    arrays = arrays_of("before", before)
    given = numbers_of(arrays, arrays_of("after", after))
    shapes = layouts("before", arrays, x.shape[-1], y.shape[-1])
    slacks = (1.0, ROUNDED) if given.rounded else (1.0,)
    every: list[Way] = []
    for unusual in (False, True):
        every += [way for names in shapes for way in ways(given, names, x, y, known, unusual)]
        for slack in slacks:
            if fit := [way for way in every if np.all(given.right(way.after, slack))]:
                return Answer(True, tuple(notes(given, fit, slack)), rules=fit[0].record)
    if not every:
        raise ValueError("rate: no rules that could be tried keep the numbers within their range")
    best = max(every, key=lambda way: score(way, given, slacks[-1]))
    return wrong_step(given, best, x, y, slacks[-1])


def step_of(content: Any) -> Answer:
    """Return what `step` says of a step that a file holds, or raise a ValueError that names the key."""
    if not isinstance(content, dict):
        raise ValueError(f"expected a step, with {', '.join(KEYS)}, got {shown(content)}")
    expect_keys((), content, KEYS)
    for key in KEYS[:5]:
        if key not in content:
            raise ValueError(f"{key}: missing")
    return step(**content)


def rows_of(inputs: Any, targets: Any) -> tuple[Array, Array]:
    """Return inputs and targets with a row for each example, or raise a ValueError."""
    x, y = (np.atleast_1d(numbers(key, part)) for key, part in (("inputs", inputs), ("targets", targets)))
    y = y[:, None] if x.ndim == 2 and y.shape == x.shape[:1] else y  # a list for one output
    if x.ndim > 2 or y.ndim != x.ndim or (x.ndim == 2 and len(x) != len(y)) or not x.size * y.size:
        raise ValueError(f"targets: expected a row for each example of inputs {x.shape}, got {y.shape}")
    return np.atleast_2d(x), np.atleast_2d(y)


def notes(given: Numbers, fit: Sequence[Way], slack: float) -> Iterator[str]:
    """Say under which rules how many numbers are right, and what equal weights hide."""
    said = WORDS["step"]
    count, right = len(given.after), int(given.right(fit[0].after, slack).sum())
    yield said["right" if right == count else "wrong"].format(count=count, right=right)
    others = {key: [*dict.fromkeys(str(way.record[key]) for way in fit)] for key in fit[0].record}
    rules = "; ".join(f"{key} {said['or'].join(values[:3])}" for key, values in others.items())
    yield said["rules"].format(rules=rules)
    if slack > 1 and right == count:
        yield said["rounded"]
    change = np.abs(given.after - given.before) / np.maximum(given.unit, 1e-17)
    if right == count and np.log10(np.maximum(change, 1)).sum() < DIGITS:
        yield said["few"]
    for weights, _ in fit[0].names:
        values = given.at(weights)
        if any(np.unique(values, axis=k).shape[k] < values.shape[k] for k in (0, 1)):  # of rows, of columns
            yield said["equal"].format(name=weights[0, 0].partition("[")[0])


def wrong_step(given: Numbers, way: Way, x: Array, y: Array, slack: float) -> Answer:
    """Check the numbers after a step under some rules."""
    task, right = way.task, given.right(way.after, slack)
    network = Network(task.layers, task.loss, task.mean)
    sheet = Sheet(network, x, y, way.rules, NOTATIONS["z_a"], "rows", "", "", {}, {})
    told = tuple(notes(given, [way], slack))
    try:
        worked = sheet.worked()
    except ValueError as error:
        return Answer(False, (*told, str(error)), rules=way.record)
    names: dict[str, str] = {}
    figures: dict[str, str] = {}
    for here, people in zip(worked.layers, way.names, strict=True):
        pairs = zip(np.ravel(here.weights), people[0].flat, strict=True)
        for name, own in [
            *pairs,
            *zip(here.biases or (), [] if people[1] is None else people[1], strict=False),
        ]:
            names.setdefault(name, own)
            n = given.place[names[name]]
            exact = right[n] and abs(way.after[n] - given.after[n]) > given.unit[n]
            figures[worked.updates.get(name, name)] = repr(float(way.after[n])) if exact else given.printed[n]
    names |= {worked.updates[name]: f"new {own}" for name, own in names.items() if name in worked.updates}
    names |= {partial: f"∂L/∂{names[by]}" for partial, by in worked.means.items() if by in names}
    return Answer(False, told, check(sheet._replace(printed={0: figures})), names, way.record)
