#!/usr/bin/env python3
"""Holds the project to its habits (checks.py): each habit is one test case. Prints what is wrong,
then `N passed, M failed`."""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checks  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = {".hpp", ".cpp", ".py", ".md", ".yaml", ".yml", ".txt", ".json", ".sh", ".java", ".go", ""}


def project_files() -> dict[str, str]:
    """Every text file of the project, by its path from the root."""
    found = {}
    for path in sorted(ROOT.glob("*")) + sorted(
            path for folder in checks.FOLDERS for path in (ROOT / folder).rglob("*")):
        inside = path.relative_to(ROOT).as_posix()
        generated = "__pycache__" in inside or inside.split("/")[0].startswith("build")
        if not path.is_file() or path.suffix not in TEXTS or generated:
            continue
        try:
            found[inside] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def layout(files) -> list[str]:
    """Complaints of clang-format."""
    program = shutil.which("clang-format")
    if program is None:
        return ["clang-format is not installed: apt-get install clang-format"]
    paths = [path for path in files if checks.is_cpp(path)]
    done = subprocess.run([program, "--dry-run", "-Werror", *paths], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    wrong = {line.split(":", 1)[0] for line in done.stderr.splitlines() if ": error:" in line}
    if done.returncode != 0 and not wrong:
        return [done.stderr.strip()]
    return [f"{path}: not as clang-format lays it out: make format" for path in sorted(wrong)]


def main() -> int:
    files = project_files()
    cases = [(check.__name__, list(check(files))) for check in checks.ALL]
    cases.append(("top_level", list(checks.top_level(path.name for path in sorted(ROOT.iterdir())))))
    cases.append(("clang_format", layout(files)))
    failed = 0
    for name, complaints in cases:
        if complaints:
            failed += 1
            print(f"FAILED {name}")
            print("".join(f"  {one}\n" for one in complaints), end="")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
