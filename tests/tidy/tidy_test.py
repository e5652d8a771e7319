#!/usr/bin/env python3
"""The checks checked: each must complain about a bad snippet and be silent about a good one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checks  # noqa: E402
from source import code_only, functions  # noqa: E402

BODY = "".join(f"  int a{n} = {n};\n" for n in range(checks.FUNCTION_LINES_MAX))

# check, {path: text} that keeps the habit, {path: text} that breaks it
SNIPPETS = [
    (checks.include_rule,
     {"sim/a.cpp": '#include "actors/x.hpp"\n#include <vector>\n'},
     {"sim/a.cpp": '#include "runtime/x.hpp"\n'}),
    (checks.include_rule,
     {"tests/models/a.cpp": '#include "runtime/x.hpp"\n#include "sim/x.hpp"\n'},
     {"runtime/a.cpp": '#include "sim/x.hpp"\n'}),
    (checks.include_rule,
     {"protocol/a.cpp": '#include "protocol/x.hpp"\n'},
     {"protocol/a.cpp": '#include "x.hpp"\n'}),
    (checks.include_rule, {"actors/a.hpp": ""}, {"protocol/a.hpp": '#include "actors/x.hpp"\n'}),
    (checks.no_caf_in_pure_code,
     {"protocol/wire.hpp": "#include <caf/actor.hpp>\n"},
     {"protocol/a.hpp": "#include <caf/actor.hpp>\n"}),
    (checks.no_caf_in_pure_code,
     {"actors/job_actor.cpp": "#include <caf/all.hpp>\n"},
     {"actors/job_machine.cpp": '#include "protocol/wire.hpp"\n'}),
    (checks.no_clocks,
     {"sim/a.cpp": "int restart_time(int x);  // not steady_clock::now()\n"},
     {"sim/a.cpp": "auto x = std::chrono::steady_clock::now();\n"}),
    (checks.no_clocks,
     {"sim/commands/a.cpp": "auto x = std::chrono::steady_clock::now();\n"},
     {"actors/a.cpp": "auto x = time(nullptr);\n"}),
    (checks.no_clocks,
     {"runtime/a.cpp": "auto x = std::chrono::system_clock::now();\n"},
     {"protocol/a.hpp": "gettimeofday(&x, nullptr);\n"}),
    (checks.no_randomness,
     {"sim/a.cpp": 'auto x = choices.choose("a", "b", 3); // no mt19937\n'},
     {"sim/a.cpp": "std::mt19937 x{1};\n"}),
    (checks.no_randomness,
     {"sim/a.cpp": "int operand(int);\n"},
     {"sim/commands/a.cpp": "int x = rand();\n"}),
    (checks.no_randomness,
     {"sim/a.cpp": "std::vector<int> x;\n"},
     {"sim/a.cpp": "std::uniform_int_distribution<int> x;\n"}),
    (checks.no_environment,
     {"sim/a.cpp": 'log("getenv");\n'}, {"sim/a.cpp": 'auto x = std::getenv("HOME");\n'}),
    (checks.no_threads,
     {"sim/commands/a.cpp": "std::thread x;\n"}, {"sim/a.cpp": "std::thread x;\n"}),
    (checks.no_threads,
     {"sim/a.cpp": "timeline.after(delay, what);\n"},
     {"actors/a.cpp": "std::this_thread::sleep_for(x);\n"}),
    (checks.no_order_of_addresses,
     {"sim/a.hpp": "std::unordered_set<int> x;  // membership only\n"},
     {"sim/a.hpp": "std::unordered_set<int> x;\n"}),
    (checks.no_order_of_addresses,
     {"sim/a.hpp": "std::map<std::string, job*> x;\n"},
     {"sim/a.hpp": "std::map<const job*, int> x;\n"}),
    (checks.file_length,
     {"sim/a.cpp": "\n" * checks.FILE_LINES_MAX},
     {"sim/a.cpp": "\n" * (checks.FILE_LINES_MAX + 1)}),
    (checks.file_length_median,
     {"sim/a.cpp": "\n" * 300, "sim/b.cpp": "\n" * 100, "sim/c.cpp": "\n" * 100},
     {"sim/a.cpp": "\n" * 300, "sim/b.cpp": "\n" * 200, "sim/c.cpp": "\n" * 100}),
    (checks.function_length,
     {"sim/a.cpp": "struct table {\n" + BODY + "\n\n};\n"},
     {"sim/a.cpp": "int f(int x) {\n" + BODY + "}\n"}),
    (checks.function_length,
     {"sim/a.cpp": "const std::array<int, 3> x{{\n" + BODY + "\n\n}};\n"},
     {"sim/a.cpp": "job::job(int x)\n    : x_{x}, y_(x) {\n" + BODY + "}\n"}),
    (checks.function_length,
     {"sim/a.cpp": "void f() {}\n" * 80},
     {"sim/a.cpp": "class a {\n  auto f() const -> int {\n" + BODY + "  }\n};\n"}),
    (checks.function_length_median,
     {"sim/a.cpp": "int f() {\n  return 1;\n}\n"},
     {"sim/a.cpp": "int f() {\n" + "  g();\n" * 10 + "}\n"}),
    (checks.line_length,
     {"sim/a.cpp": "/" * 100 + "\n" + "─" * 100 + "\n"}, {"sim/a.cpp": "/" * 101 + "\n"}),
    (checks.opening_comment,
     {"sim/a.hpp": "/// What it is for.\n#pragma once\n"}, {"sim/a.hpp": "#pragma once\n"}),
    (checks.file_names,
     {"sim/task_manager.hpp": "", "sim/job_managers.cpp": "", "sim/database.cpp": ""},
     {"sim/pod_manager.hpp": ""}),
    (checks.file_names, {"sim/utility_price.hpp": ""}, {"sim/string_util.hpp": ""}),
    (checks.no_leftovers,
     {"sim/a.cpp": "// TODOS is a word of its own\n"}, {"sim/a.cpp": "// TO" "DO: later\n"}),
    (checks.readme_length,
     {"README.md": "\n" * 200, "sim/README.md": "\n" * 300}, {"README.md": "\n" * 201}),
    (checks.top_level,
     ["README.md", "sim", ".gitignore", "build", "build-asan"], ["README.md", "scripts"]),
]


def snippet_failures():
    for check, good, bad in SNIPPETS:
        complaints = list(check(good))
        yield f"{check.__name__} is silent about {list(good)}", not complaints, complaints
        yield f"{check.__name__} complains about {list(bad)}", bool(list(check(bad))), "no complaint"
    missing = [check.__name__ for check in checks.ALL if check not in {one[0] for one in SNIPPETS}]
    yield "every check has snippets", not missing, missing


def source_failures():
    text = 'int x = 1\'000; // note\nauto s = "a // b"; auto r = R"x({ "q" })x"; char c = \'{\';\n'
    code = code_only(text)
    yield "comments and strings are blank", "note" not in code and "{" not in code, code
    yield "lines and columns stay", [len(a) for a in text.split("\n")] == [
        len(a) for a in code.split("\n")], code
    yield "digit separators are no strings", "1'000" in code, code
    code = "namespace a {\nint f(int x) {\n  if (x) {\n  }\n  return 1;\n}\n}  // namespace a\n"
    found = functions(code)
    yield "functions are found", [(f.name, f.line, f.lines) for f in found] == [("f", 2, 5)], found
    code = "struct b {\n  b() : x{1}, y(2) {\n    g();\n  }\n  int x{3};\n  void h() override {}\n};\n"
    found = functions(code)
    yield "members are found", [(f.name, f.lines) for f in found] == [("b", 3), ("h", 1)], found


def main() -> int:
    passed = failed = 0
    for cases in (snippet_failures(), source_failures()):
        for name, good, seen in cases:
            passed += bool(good)
            failed += not good
            if not good:
                print(f"FAILED {name}: {seen}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
