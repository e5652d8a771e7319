#!/usr/bin/env python3
"""The same seed gives the same bytes in whatever process: other locale, time zone, home and working
directory, one core or all, without address randomisation, with memory that is filled on purpose,
with other numbers of threads, and as built with sanitizers where such a build is there.

Ends with one line `N passed, M failed`."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from closing_line import told  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DREY = ROOT / "build" / "drey"
SANITIZED = ROOT / "build-asan" / "drey"
STANDARD = ROOT / "configs" / "scenarios" / "session-cluster.yaml"

ONE_SEED = ["--faults", "heavy", "--seed", "7", "--format", "json"]
ONE_SEED_TEXT = ["--faults", "heavy", "--seed", "7"]
MANY_SEEDS = ["--faults", "heavy", "--seed", "1", "--seeds", "6", "--format", "json"]


@dataclass
class Surroundings:
    """How a process is started; what is not said is as in the first one."""
    name: str
    arguments: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    before: list[str] = field(default_factory=list)
    program: pathlib.Path = DREY


def output_of(how: Surroundings, arguments: list[str]) -> tuple[int, bytes, str]:
    variables = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/root", **how.variables}
    done = subprocess.run([*how.before, str(how.program), "simulate", str(STANDARD), *arguments,
                           *how.arguments], cwd=how.directory, env=variables,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def may_run(command: list[str]) -> bool:
    """Containers may forbid what a command wants of the kernel."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "true"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def installed_locale() -> str:
    """One that is not C and really there, preferably with commas in its numbers."""
    listed = subprocess.run(["locale", "-a"], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=False).stdout.split()
    others = [one for one in listed if not one.startswith(("C", "POSIX"))]
    german = [one for one in others if one.startswith("de_DE")]
    return (german or others or ["C.UTF-8"])[0]


def other_surroundings(scratch: str):
    yield Surroundings("again")
    yield Surroundings("locale", variables={"LC_ALL": installed_locale(), "LANG": "tr_TR.UTF-8"})
    yield Surroundings("time zone", variables={"TZ": "Pacific/Chatham"})
    yield Surroundings("home and working directory", variables={"HOME": scratch, "TMPDIR": scratch},
                       directory=scratch)
    yield Surroundings("a large environment", variables={"PADDING": "x" * 60_000})
    yield Surroundings("filled memory", variables={"MALLOC_PERTURB_": "165"})
    yield Surroundings("other arenas", variables={"MALLOC_ARENA_MAX": "1",
                                                  "MALLOC_MMAP_THRESHOLD_": "4096"})
    one_core = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    if may_run(one_core):
        yield Surroundings("one core", before=one_core)
    else:
        print("left out: taskset is not there or not allowed")
    if may_run(["setarch", "-R"]):
        yield Surroundings("no address randomisation", before=["setarch", "-R"])
    else:
        print("left out: setarch -R is not there or not allowed")
    if SANITIZED.exists():
        yield Surroundings("sanitizers", program=SANITIZED)
    else:
        print(f"left out: no {SANITIZED.relative_to(ROOT)} (cmake --preset asan, target drey)")


def differences():
    """(name, what is wrong; empty: nothing)."""
    first = Surroundings("first")
    expected = {}
    for what, arguments in (("JSON", ONE_SEED), ("text", ONE_SEED_TEXT), ("sums", MANY_SEEDS)):
        code, out, err = output_of(first, arguments)
        good = code in (0, 1) and len(out) > 1_000 and not err
        yield f"{what} is there", "" if good else f"exit {code}, {len(out)} bytes, {err}"
        expected[what] = (code, out)
    with tempfile.TemporaryDirectory() as scratch:
        for how in other_surroundings(scratch):
            code, out, _ = output_of(how, ONE_SEED)
            yield f"JSON: {how.name}", compared(expected["JSON"], (code, out))
        text = Surroundings("text in another locale",
                            variables={"LC_ALL": installed_locale(), "TERM": "xterm-256color"})
        code, out, _ = output_of(text, ONE_SEED_TEXT)
        yield "text: locale and terminal's name", compared(expected["text"], (code, out))
        for jobs in ("1", "2", "7"):
            how = Surroundings(jobs, ["--jobs", jobs], {"MALLOC_PERTURB_": jobs}, scratch)
            code, out, _ = output_of(how, MANY_SEEDS)
            yield f"sums: {jobs} threads", compared(expected["sums"], (code, out))


def compared(expected: tuple[int, bytes], seen: tuple[int, bytes]) -> str:
    if expected == seen:
        return ""
    if expected[0] != seen[0]:
        return f"exit {seen[0]}, not {expected[0]}"
    pairs = zip(expected[1].splitlines(), seen[1].splitlines())
    for number, (wanted, found) in enumerate(pairs, 1):
        if wanted != found:
            return f"line {number} is {found[:200]!r}, not {wanted[:200]!r}"
    return f"{len(seen[1])} bytes, not {len(expected[1])}"


def main() -> int:
    if not DREY.exists():
        print(f"{DREY} is not there: build it first\n0 passed, 1 failed")
        return 1
    return told(differences())


if __name__ == "__main__":
    sys.exit(main())
