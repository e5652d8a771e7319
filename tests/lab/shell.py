"""Running commands, saying what is done, and failing so that one knows where to look."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

STARTED = time.monotonic()
_print_lock = threading.Lock()


class LabError(Exception):
    """A failure with a remedy; `log` is the file to look at."""

    def __init__(self, message: str, log: Path | None = None):
        super().__init__(message)
        self.log = log

    def explain(self) -> str:
        if not self.log:
            return str(self)
        return f"{self}\n  look at {self.log}, which ends with:\n{tail(self.log)}"


def tail(path: Path, lines: int = 20) -> str:
    try:
        text = path.read_text(errors="replace").splitlines()
    except OSError as error:
        return f"    ({error})"
    return "\n".join("    " + line[:400] for line in text[-lines:]) or "    (empty)"


def say(text: str) -> None:
    with _print_lock:
        print(f"lab: {time.monotonic() - STARTED:6.1f}s  {text}", flush=True)


@contextlib.contextmanager
def step(title: str):
    """Says what was done and how long it took, when it is done."""
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"{title} FAILED after {time.monotonic() - start:.1f} s")
        raise
    say(f"{title} ({time.monotonic() - start:.1f} s)")


def run(argv, *, log: Path | None = None, input: str | None = None, check=True,
        timeout: float | None = None, nice=False, **options) -> subprocess.CompletedProcess:
    """Runs a command to its end. With `log`, its output goes there; else it is returned."""
    argv = [str(word) for word in argv]
    if nice:
        argv = ["nice", "-n", "10", *argv]
    output = None
    try:
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a") as output:
                done = subprocess.run(argv, stdout=output, stderr=subprocess.STDOUT,
                                      input=input, text=True, timeout=timeout, **options)
        else:
            done = subprocess.run(argv, capture_output=True, input=input, text=True,
                                  timeout=timeout, **options)
    except FileNotFoundError as error:
        raise LabError(f"{argv[0]}: no such command ({error})") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)[:200]}: no end after {timeout} s", log) from None
    if check and done.returncode != 0:
        said = "" if log else "\n" + "\n".join(
            "    " + line for line in (done.stdout + done.stderr).splitlines()[-20:])
        raise LabError(f"{' '.join(argv)[:300]}: exit {done.returncode}{said}", log)
    return done


def wait_for(what: str, probe, timeout: float, every: float = 0.1, log: Path | None = None):
    """Polls until `probe` gives something true, and returns that.

    A LabError or OSError of the probe counts as "not yet"; the last one is told
    when the time is up, so that a deadline never hides its cause.
    """
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            if value := probe():
                return value
            last = f"last seen: {value!r}"
        except (LabError, OSError) as error:
            last = f"last error: {error}"
        if time.monotonic() > deadline:
            raise LabError(f"waited {timeout:g} s in vain for {what}; {last}", log)
        time.sleep(every)


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.chmod(mode)
    temporary.rename(path)


def in_background(work, *arguments) -> "Background":
    return Background(work, *arguments)


class Background:
    """A thread whose failure is raised where it is joined."""

    def __init__(self, work, *arguments):
        self._error = None

        def body():
            try:
                work(*arguments)
            except BaseException as error:  # told in join()
                self._error = error

        self._thread = threading.Thread(target=body, daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        if self._error:
            raise self._error


def die(error: LabError) -> None:
    print(f"lab: {error.explain()}", file=sys.stderr, flush=True)
    sys.exit(1)
