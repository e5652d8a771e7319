"""clang-tidy on many files at once. A file that was found right is not looked at again until it,
a header of ours that it sees, the checks or clang-tidy itself change: the cache holds a hash of all
of these.

Nearly all of the time goes into the standard library's headers, so files without CAF are looked at
in groups, as one translation unit. A group with a complaint (which may be of the grouping, where
names meet) is halved, down to single files: what is said of these counts.
"""

import hashlib
import pathlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("protocol", "actors", "runtime", "sim")
# They run on every file in `make tidy` only: one takes as long as all others together, the rest are
# a third of the others' time for what this code hardly has: C strings, macros, sizeof.
RARE = ("performance-unnecessary-value-param",
        "bugprone-stringview-nullptr",
        "bugprone-suspicious-string-compare",
        "bugprone-assert-side-effect", "bugprone-multiple-statement-macro",
        "bugprone-not-null-terminated-result", "bugprone-signed-char-misuse",
        "bugprone-suspicious-semicolon", "bugprone-misplaced-widening-cast",
        "bugprone-sizeof-expression", "modernize-use-using")
GROUP = 8  # more save little
UNNAMED = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
DECLARED = re.compile(r"(?:struct|class|enum(?: class)?|using) (\w+)|"
                      r"(?!\s|//|\}|#|template|static_assert).*?\b(\w+)(?:\(|\{| =|\[|;)")
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


def _local_names(text: str) -> set[str]:
    """What a file's unnamed namespaces declare: two files with one name in common do not mix."""
    names = set()
    for block in UNNAMED.findall(text):
        for line in block.splitlines():
            if declared := DECLARED.match(line):
                names.add(declared.group(1) or declared.group(2))
    return names


def _groups(includes: Includes, paths: list[str]) -> list[list[str]]:
    groups: list[tuple[list[str], set[str]]] = []
    for path in paths:
        names = _local_names(includes.text(path))
        for members, taken in groups:
            if len(members) < GROUP and not taken & names:
                members.append(path)
                taken |= names
                break
        else:
            groups.append(([path], names))
    return [members for members, _ in groups]


def _complaint(program: str, paths: list[str], omitted: tuple, cache: pathlib.Path) -> str:
    """Of these files as one; empty: there is none."""
    looked_at = paths[0]
    if len(paths) > 1:
        omitted += ("bugprone-suspicious-include",)
        text = "".join(f'#include "{path}"\n' for path in paths)
        looked_at = str(cache / f"{hashlib.sha256(text.encode()).hexdigest()}.cpp")
        pathlib.Path(looked_at).write_text(text, encoding="utf-8")
    checks = ["--checks=" + ",".join(f"-{check}" for check in omitted)] if omitted else []
    done = subprocess.run([program, "--quiet", *checks, looked_at, "--", "-std=c++20", f"-I{ROOT}"],
                          cwd=ROOT, text=True, capture_output=True, check=False)
    return "" if done.returncode == 0 else done.stdout.strip() or done.stderr.strip()


def run(build: pathlib.Path, every_file: bool, workers: int) -> tuple[int, int, list[str]]:
    """(passed, failed, complaints); files that see CAF are left out unless `every_file`, which
    looks at each file by itself."""
    program = shutil.which("clang-tidy")
    if program is None:
        return 0, 1, ["clang-tidy is not installed: apt-get install clang-tidy"]
    cache = build / "clang-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    includes = Includes()
    omitted = () if every_file else RARE
    common = "".join((_version(program), (ROOT / ".clang-tidy").read_text(encoding="utf-8"), *omitted))
    marks = {}
    for path in sorted(path.relative_to(ROOT).as_posix()
                       for folder in FOLDERS for path in (ROOT / folder).rglob("*.cpp")):
        seen, caf = includes.seen_by(path)
        if every_file or not caf:
            marks[path] = cache / _key(includes, seen, common)

    def look_at(paths: list[str]) -> list[str]:
        complaint = _complaint(program, paths, omitted, cache)
        if not complaint:
            for path in paths:
                marks[path].touch()
            return []
        if len(paths) == 1:
            return [complaint]
        half = len(paths) // 2
        return look_at(paths[:half]) + look_at(paths[half:])

    new = [path for path, mark in marks.items() if not mark.exists()]
    groups = [[path] for path in new] if every_file else _groups(includes, new)
    with ThreadPoolExecutor(workers) as pool:
        complaints = [text for texts in pool.map(look_at, groups) for text in texts]
    return len(marks) - len(complaints), len(complaints), complaints
