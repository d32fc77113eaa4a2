"""Network files: a network, an example or several, the rules of a step and the names, in TOML.

The file is parsed, never executed. Everything that is wrong with it is said with its line and its key.

>>> sheet = parsed(TEMPLATE, "network.toml")
>>> print(f"{sheet.network.forward(sheet.x, sheet.y).loss:.9f}")
0.298371109
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from bplit.given import LIMIT, shown
from bplit.line import Value
from bplit.listing import Listing
from bplit.reading import LENGTH
from workings.net.network import Layer, Network, Rules
from workings.net.writer import NOTATIONS, Notation, Worked, nearest, one_of

TEMPLATE = """\
# A network and an example, for `bplit explain`. What stands behind a # may be left out.

title = "Two inputs, two hidden units, two outputs"
inputs = [0.05, 0.10]   # of several examples a list each: [[0.05, 0.10], [0.2, 0.3]]
targets = [0.01, 0.99]

# half_sse, sse, half_mse, mse, mae, binary_cross_entropy, cross_entropy, or output: no loss
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
TABLED = ("rules", "names", "printed", "means", "after")
TOP = ("title", "url", "inputs", "targets", "loss", "leak", "layer", *TABLED)
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
SMALLEST = -330  # the exponent of the smallest float
UPDATES, FIGURE = 100_000, 40  # after how many updates a figure may be printed, and in how many characters


class Sheet(NamedTuple):
    """What a network file holds.

    ``printed`` are the figures of a source by name, as it prints them: those of the first pass at 0, those of
    the pass after n updates at n. ``means`` are the source's own names, as expressions of the listing's.
    """

    network: Network
    x: Value
    y: Value
    rules: Rules
    notation: Notation
    numbering: str
    title: str
    url: str
    printed: Mapping[int, Mapping[str, str]]
    means: Mapping[str, str]

    def worked(self) -> Worked:
        """Return the worked listing of a pass over the examples."""
        return self.network.worked(self.x, self.y, self.rules, self.notation, self.numbering)

    def with_printed(self, figures: Mapping[str, str]) -> "Sheet":
        """Return the sheet with other figures: those of a first pass, by name.

        Raises ValueError for an unknown name, and for anything but a decimal number as text.
        """
        sheet = self._replace(printed={0: dict(figures)})
        try:
            for name, text in figures.items():
                figure(text, placed(0, name))
            sheet.meant()
        except KeyedError as wrong:
            raise ValueError(wrong.what) from None
        return sheet

    def meant(self) -> Worked:
        r"""Return the worked listing with a line after it for each of the source's own names.

        >>> sheet = parsed(TEMPLATE + '[means]\nslope = "out_o1 * (1 - out_o1)"', "network.toml")
        >>> print(sheet.meant().listing.line("slope"))
        slope = out_o1 * (1 - out_o1)
        """
        worked = self.worked()
        lines = [*worked.listing.lines]
        known = [*worked.listing.inputs, *worked.listing.names]
        for name, text in self.means.items():
            path = ("means", name)
            if not re.fullmatch(r"[^\W\d]\w*", name, re.ASCII):
                what = "expected a name of letters, digits and _ that begins with a letter"
                raise KeyedError(path, f"{label(name)}: {what}")
            if name in known:
                raise KeyedError(path, f"{label(name)}: is a name of the listing already")
            try:
                line, *more = Listing.read(f"{name} = {text}").lines
            except ValueError as error:
                raise KeyedError(path, f"{label(name)}: {re.sub('^line 1: ', '', str(error))}") from None
            if more:
                raise KeyedError(path, f"{label(name)}: expected one expression, got {shown(text)}")
            for used in line.uses:
                if used not in known:
                    what = "is no name of the listing, or of [means] above it"
                    raise KeyedError(path, f"{label(name)}: {label(used)} {what}{nearest(used, known)}")
            lines.append(line._replace(place=f"[means], {name}"))
            known.append(name)
        for n, figures in self.printed.items():
            for name in figures:
                if name not in known:
                    what = f"expected a name of the listing or of [means], got {shown(name)}"
                    raise KeyedError(placed(n, name), f"{what}{nearest(name, known)}")
        return worked._replace(listing=Listing(tuple(lines)))


def text_of(file: str | Path) -> str:
    """Return the text of a file, one character beyond LENGTH at most, or raise a ValueError that names it."""
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return opened.read(LENGTH + 1)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: expected text in UTF-8") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


class KeyedError(Exception):
    """Says at which key of a file something is wrong."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        self.path, self.what = path, what


def read(file: str | Path) -> Sheet:
    """Return what a network file holds.

    Raises ValueError, with the file, the line and the key, if it cannot be read or anything in it is wrong.
    """
    return parsed(text_of(file), str(file))


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
            sheet.meant()
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
    tables = {key: content.get(key, {}) for key in TABLED}
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise KeyedError((key,), f"{key}: expected a table that begins with [{key}]")
    printed = {0: tables["printed"]}
    for key, table in tables["after"].items():
        if key == "0":
            raise KeyedError(("after", key), "after.0: is called [printed]")
        if not (re.fullmatch(r"[1-9][0-9]{0,5}", key) and int(key) <= UPDATES):
            what = f"expected a whole number of updates from 1 to {UPDATES}, got {shown(key)}"
            raise KeyedError(("after", key), f"after: {what}")
        if not isinstance(table, dict):
            raise KeyedError(("after", key), f"after.{key}: expected a table that begins with [after.{key}]")
        printed[int(key)] = table
    for n, table in printed.items():
        for name, text in table.items():
            figure(text, placed(n, name))
    for n, layer in enumerate(layers):
        known(layer, TABLES["layer"], ("layer", n))
        if "weights" not in layer:
            raise KeyedError(("layer", n), "weights: missing in this layer")
        numeric(layer["weights"], 2, ("layer", n, "weights"), "a list of rows, each a list of numbers")
        numeric(layer.get("bias", 0), 1, ("layer", n, "bias"), "a number, or a list of one for each unit")
    for key in ("rules", "names"):
        known(tables[key], TABLES[key], (key,))
    free = content.get("loss") == "output"  # of targets
    for key in ("inputs", *(() if free else ("targets",)), "layer"):
        if key not in content:
            raise KeyedError((), f"{f'[[{key}]]' if key == 'layer' else key}: missing")
    for key in ("inputs", "targets"):
        numeric(content.get(key, []), 2, (key,), "a list of numbers, or one for each example")
    for table, path in ((tables["names"], ("names",)), (tables["means"], ("means",)), (content, ())):
        for key, text in table.items():
            if (path or key in ("title", "url")) and not (isinstance(text, str) and text.isprintable()):
                raise KeyedError(
                    (*path, key), f"{label(key)}: expected a text of one line in quotes, got {shown(text)}"
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
    targets: Any = [0.0] * network.sizes[-1]
    match content["inputs"]:
        case [[*_], *_] as rows:
            targets = [targets for _ in rows]
    return Sheet(
        network,
        content["inputs"],
        content.get("targets", targets),
        rules,
        NOTATIONS[notation]._replace(**names),
        numbering,
        content.get("title", ""),
        content.get("url", ""),
        dict(sorted(printed.items())),
        tables["means"],
    )


def placed(n: int, name: str) -> tuple[str, ...]:
    """Return where a figure stands that was printed after n updates."""
    return ("after", str(n), name) if n else ("printed", name)


def figure(text: object, path: tuple[str, ...]) -> None:
    """Raise what is wrong if a printed figure is anything but a decimal number in quotes."""
    key = label(path[-1])
    if isinstance(text, int | float) and not isinstance(text, bool):
        what = "expected the figure in quotes, because the digits that are shown count"
        raise KeyedError(path, f"{key}: {what}, got {shown(text)}")
    if not (
        isinstance(text, str)
        and len(text) <= FIGURE
        and re.fullmatch(r"[-+−]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+−]?[0-9]{1,3})?", text)
        and sized(Decimal(text.replace("−", "-")))
    ):
        what = f"expected a decimal number in quotes, of up to {FIGURE} characters"
        raise KeyedError(path, f"{key}: {what}, got {shown(text)}")


def sized(number: Decimal) -> bool:
    """Say whether a figure has digits that a float can have."""
    unit = int(number.as_tuple().exponent)
    return abs(number) <= Decimal(LIMIT) and SMALLEST <= unit <= (number.adjusted() if number else 0)


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
            raise KeyedError((*path, key), f"{label(key)}: {what}")


def label(key: str) -> str:
    """Return a key as a message shows it."""
    return key if key.isprintable() and len(key) <= FIGURE else shown(key)


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
