"""The sentences that are said to people, by the room that says them: all of them stand in words.toml.

>>> WORDS["solution"]["forward"]
'Forward'
"""

import tomllib
from importlib.resources import files

WORDS: dict[str, dict[str, str]] = tomllib.loads(files("workings").joinpath("words.toml").read_text("utf-8"))
