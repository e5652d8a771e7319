"""What is built once and kept for every clone of the user's.

An entry is a directory <name>-<key>. It is built under a temporary name and renamed
when complete, so that an entry that exists is whole: a killed build leaves nothing
but a temporary directory, which the next build removes.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path

import layout
from shell import LabError, say, step


def key_of(*parts) -> str:
    """A short key of texts and files' contents: another content is another entry."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def _locked(path: Path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another lab is building {path.name}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sweep(root: Path) -> None:
    """Removes what killed builds left, and entries that no lab has used for a month."""
    for path in root.glob(".*.*"):
        if not Path("/proc", path.suffix[1:]).exists():
            shutil.rmtree(path, ignore_errors=True)
    for path in root.glob("[a-z]*-*"):
        if path.is_dir() and time.time() - path.stat().st_mtime > 30 * 86400:
            shutil.rmtree(path, ignore_errors=True)


def entry(name: str, key: str, what: str, build) -> Path:
    """The directory of the entry; `build(directory, log)` fills it when it is not there."""
    root = layout.cache_root()
    path = root / f"{name}-{key}"
    if path.is_dir():
        os.utime(path)  # in use: see _sweep
        return path
    with _locked(root / "locks" / path.name):
        if path.is_dir():  # the one we waited for built it
            return path
        _sweep(root)
        temporary = root / f".{path.name}.{os.getpid()}"
        temporary.mkdir(parents=True)
        log = root / "log" / f"{path.name}.log"
        log.parent.mkdir(exist_ok=True)
        log.unlink(missing_ok=True)
        say(f"building {what}, once for all clones; log: {log}")
        with step(what):
            try:
                build(temporary, log)
                temporary.rename(path)
            except LabError as error:
                error.log = error.log or (log if log.exists() else None)
                raise
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    return path
