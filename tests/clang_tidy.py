"""clang-tidy on many files at once. A file that was found right is not looked at again until it,
a header of ours that it sees, the checks or clang-tidy itself change: the cache holds a hash of all
of these."""

import hashlib
import pathlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("protocol", "actors", "runtime", "sim")
# A third of the time of all checks, for what this code hardly has: C strings, macros, sizeof. They
# run on every file in `make tidy`.
RARE = ("bugprone-stringview-nullptr", "bugprone-suspicious-string-compare",
        "bugprone-assert-side-effect", "bugprone-multiple-statement-macro",
        "bugprone-not-null-terminated-result", "bugprone-signed-char-misuse",
        "bugprone-suspicious-semicolon", "bugprone-misplaced-widening-cast",
        "bugprone-sizeof-expression", "modernize-use-using")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


class Includes:
    """What a file sees, over all of our headers."""

    def __init__(self):
        self._text = {}

    def text(self, path: str) -> str:
        if path not in self._text:
            file = ROOT / path
            self._text[path] = file.read_text(encoding="utf-8") if file.is_file() else ""
        return self._text[path]

    def seen_by(self, path: str) -> tuple[list[str], bool]:
        """(our files, whether CAF is among what they include)."""
        seen, caf, waiting = set(), False, [path]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for quote, included in INCLUDE.findall(self.text(one)):
                if quote == '"':
                    waiting.append(included)
                caf |= included.startswith("caf/")
        return sorted(seen), caf


def _version(program: str) -> str:
    return subprocess.run([program, "--version"], text=True, capture_output=True, check=True).stdout


def _key(includes: Includes, seen: list[str], common: str) -> str:
    digest = hashlib.sha256(common.encode())
    for path in seen:
        digest.update(f"{path}\0{includes.text(path)}\0".encode())
    return digest.hexdigest()


def run(build: pathlib.Path, every_file: bool, workers: int) -> tuple[int, int, list[str]]:
    """(passed, failed, complaints); files that see CAF are left out unless `every_file`."""
    program = shutil.which("clang-tidy")
    if program is None:
        return 0, 1, ["clang-tidy is not installed: apt-get install clang-tidy"]
    cache = build / "clang-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    includes = Includes()
    fewer = [] if every_file else ["--checks=" + ",".join(f"-{check}" for check in RARE)]
    common = _version(program) + (ROOT / ".clang-tidy").read_text(encoding="utf-8") + "".join(fewer)

    def look_at(path: str) -> tuple[bool, str] | None:
        seen, caf = includes.seen_by(path)
        if caf and not every_file:
            return None
        found_right = cache / _key(includes, seen, common)
        if found_right.exists():
            return True, ""
        command = [program, "--quiet", *fewer, path, "--", "-std=c++20", f"-I{ROOT}"]
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
        if done.returncode == 0:
            found_right.touch()
        return done.returncode == 0, done.stdout

    paths = sorted(path.relative_to(ROOT).as_posix()
                   for folder in FOLDERS for path in (ROOT / folder).rglob("*.cpp"))
    with ThreadPoolExecutor(workers) as pool:
        results = [one for one in pool.map(look_at, paths) if one is not None]
    complaints = [text.strip() for right, text in results if not right]
    return len(results) - len(complaints), len(complaints), complaints
