"""Other people's scripts: read, never run, and judged by the sweep of their own forward lines."""

from workings.script.judge import Report, Script, check, parsed, read

__all__ = ["Report", "Script", "check", "parsed", "read"]
