#!/usr/bin/env python3
"""Runs every test that needs no lab and ends with one line `N passed, M failed`:

  programs    each executable of the build's folder that CMakeLists.txt makes of tests/<folder>
  scripts     tests/<folder>/*_test.py, which print that line themselves
  tidy        the project's habits
  clang-tidy  on the files that do not see CAF (--every-file: on all)
"""

import argparse
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import clang_tidy  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
LAST_LINE = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
IN_PARTS = ("worlds_tests",)  # whose suites run beside each other: they take long and use one core
PARTS_AT_ONCE = 2
KINDS = ("programs", "scripts", "tidy", "clang-tidy")


@dataclass
class Outcome:
    passed: int
    failed: int
    output: str


def programs() -> list[str]:
    """The executables that there must be: a folder without one would be forgotten silently."""
    declared = re.findall(r"^drey_tests\((\w+) (\w+)", (ROOT / "CMakeLists.txt").read_text(), re.M)
    return [name for name, folder in declared if any((ROOT / "tests" / folder).rglob("*.cpp"))]


def scripts() -> list[pathlib.Path]:
    return [path for path in sorted((ROOT / "tests").glob("*/*_test.py"))
            if path.parent.name != "lab"]


def counted_cases(report: pathlib.Path) -> tuple[int, int] | None:
    """(passed, failed) of Boost.Test's short XML report; None: it is not complete.

    Not its JUnit log: that holds what the cases checked, and some check what is no text at all.
    """
    try:
        suite = xml.etree.ElementTree.parse(report).getroot().find("TestSuite")
    except (OSError, xml.etree.ElementTree.ParseError):
        return None
    if suite is None:
        return None
    return (int(suite.get("test_cases_passed", 0)),
            int(suite.get("test_cases_failed", 0)) + int(suite.get("test_cases_aborted", 0)))


def run_cases(build: pathlib.Path, name: str, only: str | None = None) -> Outcome:
    """Those of a program, or of one of its suites."""
    report = build / f"{name}.{only or 'all'}.report.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run([str(build / name), "--log_level=error", "--report_format=XML",
                           "--report_level=short", f"--report_sink={report}",
                           *([f"--run_test={only}"] if only else [])],
                          cwd=build, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    cases = counted_cases(report)
    if cases is None or sum(cases) == 0:
        return Outcome(0, 1, done.stdout + f"ended with {done.returncode} and without a report")
    passed, failed = cases
    if done.returncode != 0 and failed == 0:  # a sanitizer or a leak, after the last case
        failed = 1
    return Outcome(passed, failed, done.stdout if failed else "")


def listed_cases(build: pathlib.Path, name: str) -> dict[str, int]:
    """How many cases each suite has that is in no other; a case that is in none is its own."""
    listed = subprocess.run([str(build / name), "--list_content"], text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    inner: dict[str, int] = {}
    for indent, word in re.findall(r"^( *)(\w+)\*?(?::.*)?$", listed, re.MULTILINE):
        if not indent:
            outer = word
            inner[outer] = 0
        else:
            inner[outer] += 1
    return {outer: max(count, 1) for outer, count in inner.items()}


def run_program(build: pathlib.Path, name: str) -> Outcome:
    program = build / name
    if not program.exists():
        return Outcome(0, 1, f"{program} was not built: does a library that it needs have no files?")
    if name not in IN_PARTS:
        return run_cases(build, name)
    counts = listed_cases(build, name)
    with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
        parts = list(pool.map(lambda part: run_cases(build, name, part), counts))
    passed, failed = sum(part.passed for part in parts), sum(part.failed for part in parts)
    output = "".join(part.output for part in parts)
    if passed + failed != sum(counts.values()):
        failed += 1
        output += f"{sum(counts.values())} cases are listed, others ran\n"
    return Outcome(passed, failed, output)


def run_script(path: pathlib.Path) -> Outcome:
    done = subprocess.run([sys.executable, str(path)], cwd=ROOT, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    lines = LAST_LINE.findall(done.stdout)
    if not lines:
        return Outcome(0, 1, done.stdout + f"ended with {done.returncode} and without a count")
    passed, failed = map(int, lines[-1])
    if done.returncode != 0 and failed == 0:
        failed = 1
    return Outcome(passed, failed, done.stdout if failed else "")


def suites(build: pathlib.Path, kinds: set[str], every_file: bool):
    """(name, how to run it), those that take long first."""
    if "programs" in kinds:
        for name in sorted(programs(), reverse=True):
            yield name, lambda name=name: run_program(build, name)
    if "scripts" in kinds:
        for path in scripts():
            yield path.stem, lambda path=path: run_script(path)
    if "tidy" in kinds:
        yield "tidy", lambda: run_script(ROOT / "tests" / "tidy" / "tidy.py")
    if "clang-tidy" in kinds:
        def look() -> Outcome:
            passed, failed, complaints = clang_tidy.run(build, every_file, workers=2)
            return Outcome(passed, failed, "\n".join(complaints))
        yield "clang-tidy", look


def timed(run) -> tuple[Outcome, float]:
    start = time.monotonic()
    return run(), time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--only", default=",".join(KINDS), help="of: " + ", ".join(KINDS))
    parser.add_argument("--every-file", action="store_true", help="clang-tidy on files with CAF too")
    options = parser.parse_args()
    kinds = set(options.only.split(","))
    if not kinds <= set(KINDS):
        parser.error("--only takes " + ", ".join(KINDS))
    build = (ROOT / options.build).resolve()
    build.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    broken = []
    # One suite after the other: they use the cores themselves, and some measure time.
    for name, run in suites(build, kinds, options.every_file):
        outcome, seconds = timed(run)
        passed += outcome.passed
        failed += outcome.failed
        if outcome.failed:
            broken.append(name)
        if outcome.output:
            print(outcome.output.rstrip())
        print(f"{name}: {outcome.passed} passed, {outcome.failed} failed ({seconds:.1f} s)",
              flush=True)
    for name in broken:  # once more: whoever sees only the end must see that
        print(f"FAIL {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
