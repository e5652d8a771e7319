"""The project's habits as checks. Each takes the project's files (path -> text) and gives its
complaints, one line each; none means that the habit is kept."""

import re
import statistics

from source import code_only, functions, includes

FOLDERS = ("protocol", "actors", "runtime", "sim", "tests", "configs")
TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "Makefile", "LICENSE", "README.md",
    "actors", "protocol", "runtime", "sim", "configs", "tests",
}
MAY_SEE = {
    "protocol": {"protocol"},
    "actors": {"protocol", "actors"},
    "runtime": {"protocol", "actors", "runtime"},
    "sim": {"protocol", "actors", "sim"},
    "tests": {"protocol", "actors", "runtime", "sim", "tests"},
}
DETERMINISTIC = ("protocol/", "actors/", "sim/")
# The command line around the runs: it tells people how long they took, and runs seeds in parallel.
WALL_CLOCK_ALLOWED = ("sim/commands/",)

FILE_LINES_MAX = 400
FILE_LINES_MEDIAN_MAX = 120
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_MEDIAN_MAX = 10
COLUMNS_MAX = 100
README_LINES_MAX = 200


def is_cpp(path: str) -> bool:
    return path.endswith((".hpp", ".cpp"))


def top(path: str) -> str:
    return path.split("/", 1)[0]


def in_deterministic(path: str) -> bool:
    return is_cpp(path) and path.startswith(DETERMINISTIC)


def include_rule(files):
    """protocol <- actors <- {runtime, sim}; runtime and sim never see each other."""
    for path, text in files.items():
        if not is_cpp(path) or top(path) not in MAY_SEE:
            continue
        for line, quote, included in includes(text):
            folder = top(included)
            if quote == '"' and folder not in MAY_SEE:
                yield f"{path}:{line}: \"{included}\" is not written from the repository's root"
            elif quote == '"' and folder not in MAY_SEE[top(path)]:
                yield f"{path}:{line}: {top(path)}/ may not see {folder}/"


def no_caf_in_pure_code(files):
    """CAF is known to one header of protocol/, and to no machine."""
    for path, text in files.items():
        pure = path.startswith("protocol/") and path != "protocol/wire.hpp"
        pure |= path.startswith("actors/") and "_machine" in path
        if not (is_cpp(path) and pure):
            continue
        for line, _, included in includes(text):
            if included.startswith("caf/") or included == "protocol/wire.hpp":
                yield f"{path}:{line}: includes {included}"


def _banned(files, pattern, remedy, allowed=()):
    expression = re.compile(pattern)
    for path, text in files.items():
        if not in_deterministic(path) or path.startswith(allowed):
            continue
        for number, line in enumerate(code_only(text).splitlines(), 1):
            match = expression.search(line)
            if match:
                yield f"{path}:{number}: `{match.group(0).strip()}`: {remedy}"


def no_clocks(files):
    """Time enters as a fact."""
    return _banned(
        files,
        r"\b(?:steady|system|high_resolution|utc)_clock\b|\bgettimeofday\b|\bclock_gettime\b"
        r"|\btime\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)|\bstd::clock\s*\(|\blocaltime(?:_r)?\b"
        r"|\bmktime\b|__TIME__|__DATE__",
        "time enters as a fact, nothing may ask for it", WALL_CLOCK_ALLOWED)


def no_randomness(files):
    """Chance is drawn from the choice stream."""
    return _banned(
        files,
        r"\brandom_device\b|\bs?rand\s*\(|\brandom\s*\(\s*\)|\bmt19937(?:_64)?\b|\bminstd_rand0?\b"
        r"|\bdefault_random_engine\b|\bstd::\w+_distribution\b|\bstd::shuffle\b|\bstd::sample\b"
        r"|\bgetrandom\b|\bgetentropy\b|\barc4random\b",
        "draw from sim/choices.hpp")


def no_environment(files):
    """Nothing depends on who runs it, where."""
    return _banned(
        files,
        r"\b(?:secure_)?getenv\b|\bsetenv\b|\benviron\b|\bsetlocale\b|\bstd::locale\b"
        r"|\bgethostname\b|\bgetpid\b",
        "take it as a parameter")


def no_threads(files):
    """One thread decides; nothing sleeps."""
    return _banned(
        files,
        r"\bstd::j?thread\b|\bstd::async\b|\bsleep_(?:for|until)\b|\bu?sleep\s*\(|\bnanosleep\b"
        r"|\bthis_thread\b|\bpthread_\w+",
        "let an actor or the timeline do it", WALL_CLOCK_ALLOWED)


def no_order_of_addresses(files):
    """Unordered containers and pointers as keys have another order in each process."""
    marked = "membership only"
    pointer_key = re.compile(r"\bstd::(?:multi)?(?:map|set)\s*<\s*(?:const\s+)?[\w:]+(?:\s+const)?\s*\*")
    for path, text in files.items():
        if not in_deterministic(path):
            continue
        lines = text.splitlines()
        for number, code in enumerate(code_only(text).splitlines(), 1):
            here = lines[number - 1] + (lines[number - 2] if number > 1 else "")
            if "std::unordered_" in code and marked not in here:
                yield (f"{path}:{number}: std::unordered_…: use std::map, or say `{marked}` "
                       "in a comment when its order is never read")
            if pointer_key.search(code):
                yield f"{path}:{number}: a pointer is a key: use a name or a number"


def file_length(files):
    for path, text in files.items():
        lines = text.count("\n")
        if (is_cpp(path) or path.endswith(".py")) and lines > FILE_LINES_MAX:
            yield f"{path}: {lines} lines, at most {FILE_LINES_MAX}: split it by topic"


def file_length_median(files):
    lengths = [text.count("\n") for path, text in files.items() if is_cpp(path)]
    if lengths and statistics.median(lengths) > FILE_LINES_MEDIAN_MAX:
        yield f"the median file has {statistics.median(lengths)} lines, not {FILE_LINES_MEDIAN_MAX}"


def function_length(files):
    for path, text in files.items():
        for one in functions(text) if is_cpp(path) else ():
            if one.lines > FUNCTION_LINES_MAX:
                yield f"{path}:{one.line}: {one.name} has {one.lines} lines, at most {FUNCTION_LINES_MAX}"


def function_length_median(files):
    lengths = [one.lines for path, text in files.items() if is_cpp(path) and top(path) != "tests"
               for one in functions(text)]
    if lengths and statistics.median(lengths) > FUNCTION_LINES_MEDIAN_MAX:
        yield (f"the median function has {statistics.median(lengths)} lines, "
               f"not {FUNCTION_LINES_MEDIAN_MAX}")


def line_length(files):
    for path, text in files.items():
        if not is_cpp(path):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > COLUMNS_MAX:
                yield f"{path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"


def opening_comment(files):
    """A header opens with what it is for."""
    for path, text in files.items():
        if path.endswith(".hpp") and not text.startswith(("///", "//", "/*")):
            yield f"{path}:1: does not open with a comment that says what it is for"


def file_names(files):
    """Names of the field instead of names that fit anything."""
    for path in files:
        stem = path.rsplit("/", 1)[-1].split(".", 1)[0]
        stem = re.sub(r"(?:task|job)_?managers?", "", stem)
        for word in re.split(r"[_\-]", stem):
            if word in {"util", "utils", "manager", "managers", "helper", "helpers", "base", "impl"}:
                yield f"{path}: `{word}` in a name says nothing: name what it does"


def no_leftovers(files):
    pattern = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                yield f"{path}:{number}: `{pattern.search(line).group(0)}` is left over"


def readme_length(files):
    lines = files.get("README.md", "").count("\n")
    if lines > README_LINES_MAX:
        yield f"README.md: {lines} lines, at most {README_LINES_MAX}"


def top_level(names):
    """`names`: what stands in the repository's root."""
    for name in names:
        built = name == "build" or name.startswith("build-")
        if not (name in TOP_LEVEL or name.startswith(".") or built):
            yield f"{name}: the top level holds nothing but {', '.join(sorted(TOP_LEVEL))}"


ALL = (
    include_rule, no_caf_in_pure_code, no_clocks, no_randomness, no_environment, no_threads,
    no_order_of_addresses, file_length, file_length_median, function_length,
    function_length_median, line_length, opening_comment, file_names, no_leftovers, readme_length,
)
