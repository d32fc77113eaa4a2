"""Numbers as they were written, and text that is nearly what is wanted: TOML, and expressions of people.

>>> content_of("E = 0.50", "network.toml")["E"].text
'0.50'
"""

import json
import re
import tomllib
from typing import Any

from bplit.reading import LENGTH

MANY_PARTS = r"(?<![\w-])(?:[\"']?[\w-]{1,40}[\"']?[ \t]*\.[ \t]*){20}"  # a.a.a.…: a key that no file has


class Numeral(float):
    """A number that keeps the text that it was written as, since its digits count.

    >>> Numeral("0.50"), Numeral("0.50").text
    (0.5, '0.50')
    """

    text: str

    def __new__(cls, text: str) -> "Numeral":
        """Read a number that Python's float reads."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def as_listing(text: str) -> str:
    """Return an expression as a listing spells it: ``^`` as a power, ln as log, abs by a square root.

    >>> as_listing("abs(a - 2) + ln(b)^2")
    'sqrt((a - 2) ** 2) + log(b)**2'
    """
    text = re.sub(r"\bln\s*\(", "log(", text.replace("^", "**"))
    while found := re.search(r"\babs\s*(\([^()]*\))", text):  # the inner ones first
        text = f"{text[: found.start()]}sqrt({found[1]} ** 2){text[found.end() :]}"
    return text


def content_of(text: str, name: str, kind: str = "TOML") -> Any:
    """Return what TOML or JSON holds; its numbers with a point keep their text."""
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        if kind == "JSON":
            return json.loads(text, parse_float=Numeral, parse_constant=Numeral)
        if re.search(MANY_PARTS, text):  # they take the square of their count in memory
            raise ValueError("expected no key of so many parts")
        return tomllib.loads(text, parse_float=Numeral)
    except RecursionError:
        raise ValueError(f"{name}: expected no brackets in so many brackets") from None
    except ValueError as error:
        what, _, where = str(error).partition(" (at ")
        place = f", {where.split(',')[0]}" if where.startswith("line") else ""
        raise ValueError(f"{name}{place}: not {kind}: {what}") from None
