"""The command ``bplit``: the article's transcript, or that of your own numbers.

``bplit explain FILE`` writes the worked solution of a network file, ``bplit check FILE`` says which printed
figures of it are wrong, or which lines of a script, and ``bplit new`` writes such a file.
"""

import argparse
import errno
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from bplit.__main__ import both
from bplit.article import RUN
from bplit.byhand import THETA, W, X, Y
from bplit.given import DIGITS, checked, rate, whole
from bplit.reading import LENGTH
from workings.check import check as check_figures
from workings.check import paste, step_of
from workings.net import TEMPLATE, parsed
from workings.net import read as read_file
from workings.net.files import text_of
from workings.net.numerals import content_of
from workings.script import judge, read_script
from workings.worksheet import SEEDS, seeded, worksheet
from workings.write import FORMS, LEVELS, explain


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2 and the message on one line."""
        self.exit(2, f"{self.prog}: error: {' '.join(message.split())}\n")


def as_number(text: str, kind: Callable[[str], float] = float) -> float | str:
    """Return the number that text spells, or text itself, for the checks to name.

    >>> as_number("0.88"), as_number("1e3", int)
    (0.88, '1e3')
    """
    try:
        return kind(text)
    except ValueError:
        return text.strip()


whole_number = partial(as_number, kind=int)


def article(options: argparse.Namespace) -> tuple[str, int]:
    """Return the transcript and the table for the numbers in the options."""
    inputs = (checked("--x", options.x, 2), checked("--y", options.y, 2), checked("--w", options.w, 8))
    theta = rate("--rate", options.rate)
    ns = [whole("--passes", n, 1) for n in options.passes]
    try:
        return both(ns, *inputs, theta), 0
    except ValueError as error:
        raise ValueError(str(error).replace("theta:", "--rate:", 1)) from None


def solved(options: argparse.Namespace) -> tuple[str, int]:
    """Return the worked solution of a network file."""
    file = file_name(options.file)
    sheet = read_file(file)
    for name, least, most in (("digits", 1, DIGITS), ("seed", 0, SEEDS - 1)):
        value = getattr(options, name)
        if value is not None and whole(f"--{name}", value, least) > most:
            raise ValueError(f"--{name}: expected a whole number from {least} to {most}, got {value}")
    try:
        if options.blank:
            text = worksheet(sheet, options.form, options.blank, options.digits, options.seed)
        else:
            sheet = sheet if options.seed is None else seeded(sheet, options.seed)
            text = explain(sheet, options.form, options.digits)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None
    return text.rstrip("\n"), 0


def file_name(word: str) -> str:
    """Return the name of a file, without the space that `main` puts in front of a number."""
    return word[1:] if isinstance(as_number(word), float) and word.startswith(" ") else word


def verdict(options: argparse.Namespace) -> tuple[str, int]:
    """Return what is wrong with the figures of a network file, or with a script; status 1 if any is."""
    file = options.file if options.file == "-" else file_name(options.file)
    of_script = {"--loss": options.loss, "--means": options.means}
    try:
        report: Any
        if file.lower().endswith(".py"):
            script = read_script(file, options.loss, dict(map(pair, options.means or ())))
            report = judge(script)
        elif given := next((name for name, value in of_script.items() if value is not None), None):
            raise ValueError(f"{given}: is for a script, whose file ends in .py")
        else:
            report = handed_in(file, options.network)
    except ValueError as error:
        text = str(error).replace(f"{file}: of:", "--loss:")
        raise ValueError(text if text.startswith((file, "--")) else f"{file}: {text}") from None
    text = json.dumps(report.record, indent=2, ensure_ascii=False) if options.json else str(report)
    # what could not be judged wholly is neither right nor wrong
    return text, 0 if report.right else 2 if getattr(report, "faultless", False) else 1


def handed_in(file: str, network: str | None) -> Any:
    """Return the report on a network file, on a step in TOML or JSON, or on a pasted text."""
    try:
        text = sys.stdin.read(LENGTH + 1).lstrip("\ufeff") if file == "-" else text_of(file)
    except UnicodeDecodeError:
        raise ValueError("expected text in UTF-8") from None
    kind = Path(file).suffix.lower() if file != "-" else ".json" if text.lstrip().startswith("{") else ""
    if kind not in (".toml", ".json"):
        return paste(text, file, read_file(network) if network else None)
    if network is not None:
        raise ValueError("--network: is for a pasted text, not for a file that ends in .toml or .json")
    content = content_of(text, file, kind[1:].upper())
    return step_of(content) if kind == ".json" or "before" in content else check_figures(parsed(text, file))


def pair(word: str) -> tuple[str, str]:
    """Return the two names of NAME=QUANTITY."""
    name, equals, quantity = (part.strip() for part in word.partition("="))
    if not (name and equals and quantity):
        raise ValueError(f"--means: expected NAME=QUANTITY, as in foo=w5, got {word!r}")
    return name, quantity


def begun(options: argparse.Namespace) -> tuple[str, int]:
    """Return a network file to begin with, or write it and return where it is."""
    if options.file is None:
        return TEMPLATE.rstrip("\n"), 0
    file = file_name(options.file)
    try:
        with open(file, "x", encoding="utf-8") as opened:
            opened.write(TEMPLATE)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    return f"{file} is written. {shlex.join(['bplit', 'explain', file])} calculates it.", 0


class Command(NamedTuple):
    """What the first word may ask for: what it does, its options, the text that it prints and the status."""

    description: str
    options: Callable[[Callable[..., object]], None]
    run: Callable[[argparse.Namespace], tuple[str, int]]


def of_article(option: Callable[..., object]) -> None:
    """Add the options for the article's network with other numbers."""
    option("--x", nargs="+", type=as_number, default=X, metavar="X", help="the two inputs")
    option("--y", nargs="+", type=as_number, default=Y, metavar="Y", help="the two targets")
    option("--w", nargs="+", type=as_number, default=W, metavar="W", help="the eight weights, w1 to w8")
    option("--rate", type=as_number, default=THETA, help="the learning rate, theta in the article")
    option("--passes", nargs="+", type=whole_number, default=RUN, metavar="N", help="the passes to report")


def forms(option: Callable[..., object]) -> None:
    """Add the options for a worked solution."""
    option("file", help="the network file, in TOML; `bplit new` writes one to begin with")
    option("--as", dest="form", choices=FORMS, default="text", help="text, if left out")
    number: dict[str, Any] = {"type": whole_number, "metavar": "N"}
    option("--digits", **number, help="significant digits of results; six decimals, if left out")
    more = "what a sheet leaves open; its key follows, with likely wrong answers"
    option("--blank", choices=LEVELS, help=more)
    option("--seed", **number, help="other weights and biases, the same ones for each N")


def checks(option: Callable[..., object]) -> None:
    """Add the options for a check."""
    what = "a network file with printed numbers, a step, a script, or pasted text; - is what comes in"
    option("file", help=what)
    option("--network", metavar="FILE", help="of a pasted text: the network file that its numbers belong to")
    option("--json", action="store_true", help="write the report as JSON")
    option("--loss", metavar="NAME", help="of a script: what it calls the loss, if not lost, E or the like")
    more = "of a script: what a name is the partial by, if it is not called as usual"
    option("--means", action="append", metavar="NAME=QUANTITY", help=more)


def new_file(option: Callable[..., object]) -> None:
    """Add the option for a new file."""
    option("file", nargs="?", help="where to write it; if left out, it is printed")


COMMANDS = {
    "": Command(
        "Calculate one backpropagation by hand, then more passes. What you leave out is as in the article.",
        of_article,
        article,
    ),
    "explain": Command("Write the worked solution of a network file.", forms, solved),
    "check": Command(
        "Say which numbers of a network file, of one step or of a pasted text are wrong, or which lines of a "
        "script, and why. The exit status is 0 if nothing is, 1 if anything is, 2 if it cannot be said.",
        checks,
        verdict,
    ),
    "new": Command("Write a network file to begin with.", new_file, begun),
}
MORE = "For a network of your own: bplit new FILE, then bplit explain FILE, or bplit check FILE."


def main(argv: Sequence[str] | None = None) -> None:
    """Print what the words in argv ask for; a mistake in them ends in one line and status 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words.pop(0) if words and words[0] in COMMANDS else ""
    command = COMMANDS[name]
    more = "" if name else MORE
    parser = Parser(prog=f"bplit {name}".strip(), description=command.description, epilog=more)
    command.options(parser.add_argument)
    # argparse takes -1e5 for an option; a space in front tells it that a number is meant.
    words = [f" {word}" if isinstance(as_number(word), float) else word for word in words]
    options = parser.parse_args(words)
    try:
        text, status = command.run(options)
    except ValueError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    if isinstance(sys.stdout, TextIOWrapper):
        # a solution has signs that other encodings lack, and a file may have a name that none has
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        print(text, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing left to flush
        # A closed pipe, as in `bplit | head`, is no mistake; Windows calls it EINVAL.
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            parser.error(f"cannot write: {error.strerror}")
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
