"""What the checks know of a source file: its text without comments and strings, its includes and
its functions. Written for code that clang-format has laid out."""

import re
from dataclasses import dataclass

_TOKENS = re.compile(
    r"""//[^\n]*                                   # a line comment
      | /\*.*?\*/                                  # a block comment
      | R"(?P<mark>[^(\s"]{0,16})\(.*?\)(?P=mark)" # a raw string
      | "(?:[^"\\\n]|\\.)*"                        # a string
      | (?<![0-9A-Za-z_])'(?:[^'\\\n]|\\.)+'       # a character, not the ' of 1'000
    """,
    re.VERBOSE | re.DOTALL,
)


def code_only(text: str) -> str:
    """The same lines and columns, with comments and the insides of strings made blank."""

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match.group(0))

    return _TOKENS.sub(blank, text)


def includes(text: str) -> list[tuple[int, str, str]]:
    """(line, '"' or '<', path) of every #include."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            found.append((number, match.group(1), match.group(2)))
    return found


@dataclass
class Function:
    name: str
    line: int
    lines: int


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_SIGNATURE_END = re.compile(
    r"\)\s*(?:(?:const|noexcept(?:\([^()]*\))?|override|final|mutable|&&?|requires\b.*|try)\s*)*"
    r"(?:->[^;{}]*)?(?::[^:].*)?$",
    re.DOTALL,
)
_CONTROL = re.compile(r"^\s*(?:if|for|while|switch|do|else|catch|return)\b")


def _closing(code: str, at: int) -> int:
    """The index of the brace that closes the one at `at`; the end when none does."""
    depth = 0
    for index in range(at, len(code)):
        if code[index] == "{":
            depth += 1
        elif code[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(code) - 1


def _opens_body(head: str, code: str, at: int) -> bool:
    """Whether the brace at `at` opens a body, and not a member of a constructor's list."""
    if re.search(r"\)\s*(?:noexcept\s*)?:[^:]", head) and re.match(r"[\w>]", code[at - 1]):
        return False
    return True


def functions(text: str) -> list[Function]:
    """Every function with a body; lambdas belong to the function that they stand in."""
    code = code_only(text)
    code = re.sub(r"^[ \t]*#.*?(?<!\\)$", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code,
                  flags=re.MULTILINE)
    found = []
    start = index = 0
    while index < len(code):
        if code[index] in ";}":
            start = index + 1
        elif code[index] == "{":
            head = code[start:index]
            if _SIGNATURE_END.search(head.rstrip()) and not _CONTROL.match(head):
                if not _opens_body(head, code, index):
                    index = _closing(code, index) + 1
                    continue
                end = _closing(code, index)
                begin = start + len(head) - len(head.lstrip())
                name = re.search(r"([\w~]+|operator[^\w\s]+)\s*\(", head)
                first = code.count("\n", 0, begin) + 1
                last = code.count("\n", 0, end) + 1
                found.append(Function(name.group(1) if name else "?", first, last - first + 1))
                index, start = end, end + 1
            elif _SCOPE.search(head) and "=" not in head.split("<")[0]:
                start = index + 1
            else:  # an initializer
                index = _closing(code, index)
        index += 1
    return found
