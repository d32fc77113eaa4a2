"""Other people's scripts."""
from workings.script.ends import Script
from workings.script.judging import judge
from workings.script.naming import parse_script, read_script
from workings.script.sentences import Judgement, Note

__all__ = ["Judgement", "Note", "Script", "judge", "parse_script", "read_script"]
