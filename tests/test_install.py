"""Who installs bplit with NumPy and pytest alone can run the module's own examples."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parent.parent
NEEDED = ("colorama", "iniconfig", "numpy", "packaging", "pluggy", "pygments", "pytest")


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Install the wheel of this checkout, NumPy and pytest into an environment, and return its Python."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        wheel = folder / build_wheel(str(folder))
    # the locked versions of what pytest and NumPy consist of, with their hashes
    locked = re.findall(
        r"^\S.*?[^\\]$", (ROOT / "requirements.txt").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    (folder / "needed.txt").write_text(
        "\n".join(lines for lines in locked if lines.partition("==")[0] in NEEDED), "utf-8"
    )
    venv.create(folder / "venv")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [sys.executable, *f"-m pip --python {python} install --quiet --no-deps --no-compile".split()]
    subprocess.run([*install, "--require-hashes", "-r", folder / "needed.txt"], check=True)
    subprocess.run([*install, wheel], check=True)
    return python


@pytest.mark.slow
@pytest.mark.parametrize("package", ["bplit", "workings"])
@pytest.mark.parametrize("where", ["checkout", "elsewhere"])
def test_the_examples_of_a_package_need_numpy_and_pytest_alone(where, package, alone, tmp_path):
    words = f"--doctest-modules {'--pyargs ' if where == 'elsewhere' else ''}{package}"
    # what an outer pytest is told must not reach this one
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    done = subprocess.run(
        [alone, "-m", "pytest", "-rs", "-p", "no:cacheprovider", *words.split()],
        cwd=ROOT if where == "checkout" else tmp_path,
        env=outside | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 20
    skipped = re.findall(r"^SKIPPED .*", done.stdout, re.MULTILINE)
    assert bool(skipped) == (package == "workings")
    assert all("draw" in line and line.endswith(": pip install .[draw]") for line in skipped)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sybil", "matplotlib"])
def test_nothing_else_is_installed(name, alone, tmp_path):
    done = subprocess.run([alone, "-c", f"import {name}"], cwd=tmp_path, capture_output=True, text=True)
    assert f"No module named '{name}'" in done.stderr
