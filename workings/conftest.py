"""Where matplotlib is missing, the examples of the module are run without those of the pictures."""

from importlib.util import find_spec

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> pytest.CollectReport | None:
    """Skip the examples of the pictures without matplotlib, which they would fail to import."""
    if collector.path.parent.name != "draw" or collector.path.is_dir() or find_spec("matplotlib"):
        return None
    reason = "Skipped: the pictures need matplotlib: pip install .[draw]"
    return pytest.CollectReport(collector.nodeid, "skipped", (str(collector.path), 0, reason), [])
