"""Network files: a network, an example or several, the rules of a step and the names, in TOML.

The file is parsed, never executed. Everything that is wrong with it is said with its key.

>>> sheet = parsed(TEMPLATE, "network.toml")
>>> print(f"{sheet.network.forward(sheet.x, sheet.y).loss:.9f}")
0.298371109
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from bplit.given import LIMIT, shown
from bplit.line import Line, Value
from bplit.listing import Listing
from bplit.reading import LENGTH
from workings.net.matrices import ACTIVATIONS, LOSSES, Layer, Rules
from workings.net.network import Network
from workings.net.notation import NOTATIONS, Notation, nearest, one_of
from workings.net.numerals import Numeral, as_listing, content_of
from workings.net.writer import TOO_LARGE, Worked

TEMPLATE = """\
# A network and an example, for `bplit explain`. What stands behind a # may be left out.

title = "Two inputs, two hidden units, two outputs"
inputs = [0.05, 0.10]   # of several examples a list each: [[0.05, 0.10], [0.2, 0.3]]
targets = [0.01, 0.99]

# LOSSES: of these, output is no loss
loss = "half_sse"
# mean = true           # over the outputs, in place of their sum; of mse, half_mse and mae it is

# A layer: a row of weights for each of its units, a bias for each or one for all, an activation
# out of ACTIVATIONS.
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

[names]
notation = "net_out"   # or article, z_a
numbering = "rows"     # or columns
# weight = "v{k}"      # any name of the notation may be replaced
"""
TEMPLATE = TEMPLATE.replace("ACTIVATIONS", ", ".join(ACTIVATIONS)).replace("LOSSES", ", ".join(LOSSES))
TABLED = ("rules", "names", "printed", "means", "after")
TOP = ("title", "url", "inputs", "targets", "loss", "mean", "layer", *TABLED)
KEYS = {
    "layer": ("weights", "bias", "activation"),
    "rules": tuple(Rules.__dataclass_fields__),
    "names": ("notation", "numbering", *Notation._fields),
}
LAYERS = 50  # more nobody calculates by hand
SMALLEST = -330  # a float has no digit further behind the point
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
            lines.append(own_line(name, text, known))
            known.append(name)
        for n, figures in self.printed.items():
            for name in figures:
                if name not in known:
                    what = f"expected a name of the listing or of [means]{nearest(name, known, 3)}"
                    raise fault(printed_at(n, name), what)
        return worked._replace(listing=Listing(tuple(lines)))


def own_line(name: str, text: str, known: Sequence[str]) -> Line:
    """Return the line of one of a source's own names, which may use the known ones."""
    path = ("means", name)
    if not re.fullmatch(r"[^\W\d]\w*", name, re.ASCII):
        raise fault(path, "expected a name of letters, digits and _ that begins with a letter")
    if name in known:
        raise fault(path, "is a name of the listing already")
    try:
        line, *more = Listing.read(f"{name} = {as_listing(text)}").lines
    except ValueError as error:
        raise fault(path, re.sub("^line 1: ", "", str(error))) from None
    if more:
        raise fault(path, f"expected one expression, got {shown(text)}")
    for used in line.uses:
        if used not in known:
            what = f"{label(used)} is no name of the listing, or of [means] above it{nearest(used, known, 3)}"
            raise fault(path, what)
    return line._replace(place=f"[means], {name}")


def text_of(file: str | Path) -> str:
    """Return the text of a file, one character beyond LENGTH at most, or raise a ValueError that names it."""
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return opened.read(LENGTH + 1)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: expected text in UTF-8") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def read(file: str | Path) -> Sheet:
    """Return what a network file holds.

    Raises ValueError, with the file and the key, if it cannot be read or anything in it is wrong.
    """
    return parsed(text_of(file), str(file))


def parsed(text: str, name: str) -> Sheet:
    """Return what the text of a network file holds; name is what errors call the file.

    >>> parsed(TEMPLATE.replace("bias = 0.60", "bais = 0.60"), "network.toml")
    Traceback (most recent call last):
    ValueError: network.toml: layer 2: bais: expected one of weights, bias, activation, perhaps bias
    """
    content = content_of(text, name)
    try:
        sheet = sheet_of(content)
        sheet.meant()
    except KeyedError as error:
        raise ValueError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        is_long = isinstance(error, RecursionError)  # a sum of so many parts that Python cannot write it
        raise ValueError(f"{name}: {TOO_LARGE if is_long else in_keys(str(error))}") from None
    return sheet


def sheet_of(content: dict[str, Any]) -> Sheet:
    """Return what a parsed file holds, or raise what is wrong with it."""
    expect_keys((), content, TOP)
    layers = content.get("layer", [])
    if not (isinstance(layers, list) and all(isinstance(layer, dict) for layer in layers)):
        raise fault(("layer",), "expected tables that begin with [[layer]]")
    if len(layers) > LAYERS:
        raise fault(("layer",), f"expected up to {LAYERS}, got {len(layers)}")
    tables = {key: content.get(key, {}) for key in TABLED}
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise fault((key,), f"expected a table that begins with [{key}]")
        expect_keys((key,), table, KEYS.get(key, table))
    free = content.get("loss") == "output"  # of targets
    for key in ("inputs", *(() if free else ("targets",)), "layer"):
        if key not in content:
            raise fault((key,), "missing")
    for n, layer in enumerate(layers):
        expect_keys(("layer", n), layer, KEYS["layer"])
        if "weights" not in layer:
            raise fault(("layer", n, "weights"), "missing")
        expect_numbers(("layer", n, "weights"), layer["weights"], 2, "a list of rows, each a list of numbers")
        one = "a number, or a list of one for each unit"
        expect_numbers(("layer", n, "bias"), layer.get("bias", 0), 1, one)
    for key in ("inputs", "targets"):
        expect_numbers((key,), content.get(key, []), 2, "a list of numbers, or one for each example")
    texts: dict[tuple[str | int, ...], Any] = {(key,): content.get(key, "") for key in ("title", "url")}
    texts |= {(table, key): text for table in ("names", "means") for key, text in tables[table].items()}
    for path, text in texts.items():
        if not (isinstance(text, str) and text.isprintable()):
            raise fault(path, f"expected a text of one line in quotes, got {shown(text)}")
    if not re.fullmatch(r"(https?://[^\s<>]+)?", content.get("url", "")):
        what = f"expected an address that begins with https:// or http://, got {shown(content['url'])}"
        raise fault(("url",), what)
    printed = printed_in(tables)
    built = tuple(Layer(**layer) for layer in layers)
    network = Network(built, content.get("loss", "half_sse"), content.get("mean"))
    names = dict(tables["names"])
    notation, numbering = names.pop("notation", "article"), names.pop("numbering", "rows")
    one_of("notation", notation, NOTATIONS)
    x, none = content["inputs"], [0.0] * network.sizes[-1]
    several = isinstance(x, list) and any(isinstance(row, list) for row in x[:1])
    y = content.get("targets", [none for _ in x] if several else none)
    how = Rules(**tables["rules"]), NOTATIONS[notation]._replace(**names), numbering
    title, url = content.get("title", ""), content.get("url", "")
    return Sheet(network, x, y, *how, title, url, printed, tables["means"])


def printed_in(tables: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """Return the printed figures of a file, by the number of updates and by name."""
    printed = {0: tables["printed"]}
    for key, table in tables["after"].items():
        if key == "0":
            raise fault(("after", key), "is called [printed]")
        if not (re.fullmatch(r"[1-9][0-9]{0,5}", key) and int(key) <= UPDATES):
            raise fault(("after", key), f"expected a whole number of updates from 1 to {UPDATES}")
        if not isinstance(table, dict):
            raise fault(("after", key), f"expected a table that begins with [after.{key}]")
        printed[int(key)] = table
    for n, figures in printed.items():
        for name, text in figures.items():
            if isinstance(text, int | float) and not isinstance(text, bool):
                figures[name] = text = text.text if isinstance(text, Numeral) else str(text)
            expect_figure(printed_at(n, name), text)
    return dict(sorted(printed.items()))


def printed_at(n: int, name: str) -> tuple[str, ...]:
    """Return where a figure stands that was printed after n updates."""
    return ("after", str(n), name) if n else ("printed", name)


class KeyedError(ValueError):
    """An error that says at which key it is."""


def fault(path: Sequence[str | int], what: str) -> KeyedError:
    """Return an error that says at which key of a file something is wrong.

    >>> print(fault(("layer", 0, "bias"), "missing"), fault(("rules", "rate"), "missing"), sep="; ")
    layer 1: bias: missing; [rules] rate: missing
    """
    *tables, last = map(str, path)
    if path[:1] == ("layer",) and len(path) == 3:
        tables, where = [], f"layer {int(path[1]) + 1}: "
    else:
        where = f"[{'.'.join(map(label, tables))}] " if tables else ""
    return KeyedError(f"{where}{label(last)}: {what}")


def in_keys(text: str) -> str:
    """Return an error of the network, the rules or the names with the key that it speaks of."""
    renamed = re.sub("^x: ", "inputs: ", re.sub("^y: ", "targets: ", text))
    found = re.match(r"(notation: )?(\w+): ", renamed)
    if not found:
        return text
    pattern, key = found.groups()
    if pattern or key in ("notation", "numbering"):
        return f"[names] {renamed.removeprefix(pattern or '')}"
    return f"[rules] {renamed}" if key in KEYS["rules"] else renamed


def label(key: str) -> str:
    """Return a key as a message shows it."""
    return key if key.isprintable() and len(key) <= FIGURE else shown(key)


def expect_figure(path: Sequence[str | int], text: object) -> None:
    """Raise what is wrong if a printed figure is anything but the text of a decimal number."""
    if not (
        isinstance(text, str)
        and len(text) <= FIGURE
        and re.fullmatch(r"[-+−]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+−]?[0-9]{1,3})?", text)
        and sized(Decimal(text.replace("−", "-")))
    ):
        what = f"expected a decimal number of up to {FIGURE} characters"
        raise fault(path, f"{what}, got {shown(text)}")


def sized(number: Decimal) -> bool:
    """Say whether a figure has digits that a float can have."""
    unit = int(number.as_tuple().exponent)
    return abs(number) <= Decimal(LIMIT) and SMALLEST <= unit <= (number.adjusted() if number else 0)


def expect_numbers(path: Sequence[str | int], value: Any, depth: int, what: str) -> None:
    """Raise what is wrong if a value is anything but numbers, in lists up to so deep."""

    def fine(part: Any, depth: int) -> bool:
        if isinstance(part, list):
            return depth > 0 and all(fine(inner, depth - 1) for inner in part)
        return isinstance(part, int | float) and not isinstance(part, bool)

    if not fine(value, depth):
        raise fault(path, f"expected {what}, got {shown(value)}")


def expect_keys(path: Sequence[str | int], table: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Raise what is wrong if a table has a key that nobody reads."""
    for key in table:
        if key not in keys:
            what = f"expected one of {', '.join(keys)}{nearest(key, keys)}"
            if path and key in TOP:
                what = "belongs to the top of the file, above the first table"
            raise fault((*path, key), what)
