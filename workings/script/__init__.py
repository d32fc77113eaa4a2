"""Other people's scripts: followed, never run, and judged by the sweep of their own forward lines.

A script is parsed, never executed. Its statements are followed with symbols in place of numbers, and every
value that gets a name becomes a line of a `bplit.listing.Listing`; a name that is assigned again is another
name: ``w5@34`` is w5 from line 34 on. What is told has the script's own names.
"""

from workings.script.ends import Script, follow, parse_script, read_script
from workings.script.followed import Followed, Move, Statement
from workings.script.judging import judge
from workings.script.remarks import Judgement, Note

__all__ = [
    "Followed",
    "Judgement",
    "Move",
    "Note",
    "Script",
    "Statement",
    "follow",
    "judge",
    "parse_script",
    "read_script",
]
