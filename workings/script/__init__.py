"""Other people's scripts: followed, never run, and judged by the sweep of their own forward lines."""

from workings.script.ends import Script, follow, parse_script, read_script
from workings.script.followed import Followed, Move, Statement
from workings.script.judging import judge
from workings.script.remarks import Judgement, Note

__all__ = ["Followed", "Judgement", "Move", "Note", "Script", "Statement"]
__all__ += ["follow", "judge", "parse_script", "read_script"]
