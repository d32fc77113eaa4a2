"""Network files: a network, an example or several, the rules of a step and the names, in TOML.

The file is parsed, never executed. Everything that is wrong with it is said with its line and its key.

>>> sheet = parsed(TEMPLATE, "network.toml")
>>> print(f"{sheet.network.forward(sheet.x, sheet.y).loss:.9f}")
0.298371109
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bplit.byhand import shown
from bplit.listing import LENGTH, Value
from bplit.network import Layer, Network, Rules
from bplit.worked import NOTATIONS, Notation, Worked, nearest, one_of

TEMPLATE = """\
# A network and an example, for `bplit explain`. What stands behind a # may be left out.

title = "Two inputs, two hidden units, two outputs"
inputs = [0.05, 0.10]   # of several examples a list each: [[0.05, 0.10], [0.2, 0.3]]
targets = [0.01, 0.99]

# half_sse, sse, half_mse, mse, binary_cross_entropy, cross_entropy
loss = "half_sse"

# A layer: a row of weights for each of its units, a bias for each or one for all, an activation
# out of sigmoid, tanh, relu, leaky_relu, linear, softmax.
[[layer]]
weights = [[0.15, 0.20], [0.25, 0.30]]
bias = 0.35
activation = "sigmoid"

[[layer]]
weights = [[0.40, 0.45], [0.50, 0.55]]
bias = 0.60
activation = "sigmoid"

[rules]
rate = 0.5
order = "simultaneous"    # or output_first
biases = "frozen"         # or per_unit, shared
examples = "batch_mean"   # or batch_sum, online
momentum = 0.0
decay = 0.0

[names]
notation = "net_out"   # or article, z_a
numbering = "rows"     # or columns
# weight = "v{k}"      # any name of the notation may be replaced
"""
TOP = ("title", "url", "inputs", "targets", "loss", "leak", "layer", "rules", "names", "printed")
TABLES = {
    "layer": ("weights", "bias", "activation"),
    "rules": tuple(Rules.__dataclass_fields__),
    "names": ("notation", "numbering", *Notation._fields),
}
KEYS: dict[str, tuple[str, ...]] = {
    "x": ("inputs",),
    "y": ("targets",),
    "loss": ("loss",),
    "leak": ("leak",),
    "network": ("layer",),
    "layers": ("layer",),
    "notation": ("names", "notation"),
    "numbering": ("names", "numbering"),
}
LAYERS, TRIES = 50, 200  # more nobody calculates by hand; how many lines may be put to a test


class Sheet(NamedTuple):
    """What a network file holds. ``printed`` are figures by name, as their source prints them."""

    network: Network
    x: Value
    y: Value
    rules: Rules
    notation: Notation
    numbering: str
    title: str
    url: str
    printed: Mapping[str, str]

    def worked(self) -> Worked:
        """Return the worked listing of a pass over the examples."""
        return self.network.worked(self.x, self.y, self.rules, self.notation, self.numbering)


class KeyedError(Exception):
    """Says at which key of a file something is wrong."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        self.path, self.what = path, what


def read(file: str | Path) -> Sheet:
    """Return what a network file holds.

    Raises ValueError, with the file, the line and the key, if it cannot be read or anything in it is wrong.
    """
    try:
        with open(file, encoding="utf-8-sig") as opened:
            text = opened.read(LENGTH + 1)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: expected text in UTF-8") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    return parsed(text, str(file))


def parsed(text: str, name: str) -> Sheet:
    """Return what the text of a network file holds; name is what errors call the file.

    >>> parsed(TEMPLATE.replace("bias = 0.60", "bais = 0.60"), "network.toml")
    Traceback (most recent call last):
    ValueError: network.toml, line 19: bais: expected one of weights, bias, activation, perhaps bias
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"{name}: expected no brackets in so many brackets") from None
    except ValueError as error:
        what, _, where = str(error).partition(" (at ")
        place = f", {where.split(',')[0]}" if where.startswith("line") else ""
        raise ValueError(f"{name}{place}: not TOML: {what}") from None
    try:
        sheet = checked(content)
        try:
            sheet.worked()
        except ValueError as error:
            raise named(error) from None
    except KeyedError as wrong:
        place = f", line {line}" if (line := line_of(text, wrong.path)) else ""
        raise ValueError(f"{name}{place}: {wrong.what}") from None
    return sheet


def checked(content: dict[str, Any]) -> Sheet:
    """Return what a parsed file holds, or raise what is wrong with it."""
    known(content, TOP, ())
    layers = content.get("layer", [])
    if not (isinstance(layers, list) and all(isinstance(layer, dict) for layer in layers)):
        raise KeyedError(("layer",), "layer: expected tables that begin with [[layer]]")
    if len(layers) > LAYERS:
        raise KeyedError(("layer", LAYERS), f"layer: expected up to {LAYERS}, got {len(layers)}")
    tables = {key: content.get(key, {}) for key in ("rules", "names", "printed")}
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise KeyedError((key,), f"{key}: expected a table that begins with [{key}]")
    for n, layer in enumerate(layers):
        known(layer, TABLES["layer"], ("layer", n))
        if "weights" not in layer:
            raise KeyedError(("layer", n), "weights: missing in this layer")
        numeric(layer["weights"], 2, ("layer", n, "weights"), "a list of rows, each a list of numbers")
        numeric(layer.get("bias", 0), 1, ("layer", n, "bias"), "a number, or a list of one for each unit")
    for key in ("rules", "names"):
        known(tables[key], TABLES[key], (key,))
    for key in ("inputs", "targets", "layer"):
        if key not in content:
            raise KeyedError((), f"{f'[[{key}]]' if key == 'layer' else key}: missing")
    for key in ("inputs", "targets"):
        numeric(content[key], 2, (key,), "a list of numbers, or one for each example")
    for table, path in ((tables["names"], ("names",)), (tables["printed"], ("printed",)), (content, ())):
        for key, text in table.items():
            if (path or key in ("title", "url")) and not (isinstance(text, str) and text.isprintable()):
                raise KeyedError(
                    (*path, key), f"{key}: expected a text of one line in quotes, got {shown(text)}"
                )
    if not re.fullmatch(r"(https?://[^\s<>]+)?", content.get("url", "")):
        what = f"url: expected an address that begins with https:// or http://, got {shown(content['url'])}"
        raise KeyedError(("url",), what)
    try:
        options = {key: content[key] for key in ("loss", "leak") if key in content}
        network = Network(tuple(Layer(**layer) for layer in layers), **options)
        rules = Rules(**tables["rules"])
        names = dict(tables["names"])
        notation, numbering = names.pop("notation", "article"), names.pop("numbering", "rows")
        one_of("notation", notation, NOTATIONS)
    except ValueError as error:
        raise named(error) from None
    return Sheet(
        network,
        content["inputs"],
        content["targets"],
        rules,
        NOTATIONS[notation]._replace(**names),
        numbering,
        content.get("title", ""),
        content.get("url", ""),
        tables["printed"],
    )


def numeric(value: Any, depth: int, path: tuple[str | int, ...], what: str) -> None:
    """Raise what is wrong if a value is anything but numbers, in lists up to so deep."""

    def fine(part: Any, depth: int) -> bool:
        if isinstance(part, list):
            return depth > 0 and all(fine(inner, depth - 1) for inner in part)
        return isinstance(part, int | float) and not isinstance(part, bool)

    if not fine(value, depth):
        raise KeyedError(path, f"{path[-1]}: expected {what}, got {shown(value)}")


def known(table: Mapping[str, Any], keys: Iterable[str], path: tuple[str | int, ...]) -> None:
    """Raise what is wrong if a table has a key that nobody reads."""
    keys = tuple(keys)
    for key in table:
        if key not in keys:
            what = f"expected one of {', '.join(keys)}{nearest(key, keys)}"
            if path and key in TOP:
                what = "belongs to the top of the file, above the first table"
            raise KeyedError((*path, key), f"{key if key.isprintable() else shown(key)}: {what}")


def named(error: ValueError) -> KeyedError:
    """Return an error of the network, the rules or the names with the key that it speaks of."""
    found = re.match(r"(?:layer (\d+): |(notation): )?(\w+): ", str(error))
    layer, pattern, key = found.groups() if found else (None, None, "")
    if layer:
        return KeyedError(("layer", int(layer) - 1, key), str(error))
    if pattern:
        return KeyedError(("names", key), str(error).removeprefix("notation: "))
    path = KEYS.get(key) or (("rules", key) if key in TABLES["rules"] else ())
    return KeyedError(path, re.sub(r"^\w+: ", f"{path[-1]}: ", str(error)) if path else str(error))


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """Return the number of the line in which a key is written, or the table around it, or None.

    TOML's parser tells no lines. So every line that could be it is put to the test: whether what stands
    before has no such key, and has it together with the beginning of the line.
    """
    lines = text.split("\n")
    tries = 0
    while path:
        for n, line in enumerate(lines):
            key, equals, _ = line.partition("=")
            begins = key.strip().strip("\"'") == str(path[-1]) if equals else line.lstrip().startswith("[")
            if not begins or (tries := tries + 1) > TRIES:
                continue
            before = "\n".join(lines[:n])
            if not has(before, path) and has(f"{before}\n{key}= 0" if equals else f"{before}\n{line}", path):
                return n + 1
        path = path[:-1]
    return None


def has(text: str, path: Iterable[str | int]) -> bool:
    """Say whether TOML has a key."""
    try:
        content: Any = tomllib.loads(text)
        for key in path:
            content = content[key]
    except (ValueError, LookupError, TypeError):
        return False
    return True
