"""The doors: the text of a script, or its file, to what it means."""

from collections.abc import Mapping
from pathlib import Path

from bplit.reading import LENGTH
from workings.net.files import text_of
from workings.script.ends import Script, understood
from workings.script.sentences import printable
from workings.script.following import follow


def read_script(file: str | Path, of: str | None = None, means: Mapping[str, str] | None = None) -> Script:
    """Return what a script calculates in one pass. Nothing of it is executed.

    Arguments and errors as `parse_script`; ValueError also if the file cannot be read.
    """
    return parse_script(text_of(file), str(file), of, means)


def parse_script(
    text: str, name: str, of: str | None = None, means: Mapping[str, str] | None = None
) -> Script:
    """Return what the text of a script calculates in one pass; name is what errors call the file."""
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        return understood(follow(text, name), of, means or {})
    except ValueError as error:
        raise located(name, error) from None


def located(name: str, error: ValueError) -> ValueError:
    """Return an error that says in which file it is."""
    what = str(error).removeprefix("text: ").removeprefix("listing: ")
    return ValueError(printable(f"{name}, {what}" if what.startswith("line ") else f"{name}: {what}"))
