"""Other people's scripts: read, never run, and judged by the sweep of their own forward lines.

A script is parsed, never executed. One pass of it is read as a `bplit.listing.Listing`, in which a name
that is assigned again is another name: ``w5@34`` is w5 from line 34 on. What is told has the script's names.
"""

from workings.script.followed import Followed, Misfit, Move, Statement
from workings.script.following import follow, read_source
from workings.script.judging import judge
from workings.script.naming import Script, parse_script, read_script
from workings.script.sentences import Judgement, Note

__all__ = [
    "Followed",
    "Judgement",
    "Misfit",
    "Move",
    "Note",
    "Script",
    "Statement",
    "follow",
    "judge",
    "parse_script",
    "read_script",
    "read_source",
]
