#!/usr/bin/env python3
"""Charts and tables that are wrong do not compile. Each file of must_not_compile/ is compiled as it
is, which must succeed, and with -DBREAK, which must be refused with the message that its first line
names: Refused: "...".
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def compiled(path: pathlib.Path, *options: str) -> subprocess.CompletedProcess:
    compiler = os.environ.get("CXX", "c++")
    environment = dict(os.environ, LC_ALL="C")  # messages in one language
    return subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{ROOT}", *options, str(path)],
                          text=True, errors="replace", capture_output=True, check=False,
                          env=environment)


def complaints(path: pathlib.Path):
    """What is not as it should be with one file."""
    expected = re.search(r'Refused: "(.+)"', path.read_text().splitlines()[0])
    if expected is None:
        yield "its first line does not say with what it is refused"
        return
    whole = compiled(path)
    if whole.returncode != 0:
        yield "does not compile even when it is not broken:\n" + whole.stderr
        return
    broken = compiled(path, "-DBREAK")
    if broken.returncode == 0:
        yield "compiles although it is broken"
    elif expected.group(1) not in broken.stderr:
        yield f"is refused, but not with \"{expected.group(1)}\":\n" + broken.stderr


def main() -> int:
    passed = failed = 0
    for path in sorted((HERE / "must_not_compile").glob("*.cpp")):
        wrong = list(complaints(path))
        for one in wrong:
            print(f"{path.relative_to(ROOT)}: {one}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
