"""Other people's scripts: followed, never run, and judged by the sweep of their own forward lines.

Every value that gets a name becomes a line of a `bplit.listing.Listing`; ``w5@34`` is w5 from line 34 on.
"""

from workings.script.ends import Script, follow, parse_script, read_script
from workings.script.followed import Followed, Move, Statement
from workings.script.judging import judge
from workings.script.remarks import Judgement, Note

__all__ = ["Followed", "Judgement", "Move", "Note", "Script", "Statement"]
__all__ += ["follow", "judge", "parse_script", "read_script"]
