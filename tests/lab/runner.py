"""Finds the cases, runs each in a namespace of its own, and tells how it went."""

import importlib.util
import inspect
import json
import os
import sys
import time
import traceback

import layout
from kit import Case, kubectl, running_lab
from shell import LabError, say, wait_for, write_atomically

CASES = layout.SOURCE / "cases"


def _load():
    """Every function case_… of every file in cases/, by "file.name"."""
    found = {}
    for path in sorted(CASES.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"cases.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("case_") and function.__module__ == module.__name__:
                found[f"{path.stem}.{name.removeprefix('case_')}"] = function
    return found


def _attempt(name: str, function) -> dict:
    start = time.monotonic()
    error = evidence = None
    case = Case(name)
    try:
        with case:
            try:
                function(case)
            except Exception as problem:  # any: a case is a program of its own
                where = traceback.extract_tb(problem.__traceback__)
                lines = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in where]
                error = f"{type(problem).__name__}: {problem} (at {' ← '.join(reversed(lines))})"
                evidence = case.evidence()
    except Exception as problem:
        error = error or f"{type(problem).__name__}: {problem} (around the case)"
    return {"name": name, "passed": error is None, "seconds": round(time.monotonic() - start, 1),
            "facts": case.facts, "error": error, "evidence": evidence}


def _skip_reason(function) -> str | None:
    """A case says by NEEDS_NODES, an attribute of the function, that one node won't do."""
    needed = getattr(function, "NEEDS_NODES", 1)
    if needed > running_lab()["nodes"]:
        return f"needs NODES={needed}"
    if getattr(function, "NEEDS_OPERATOR", False) and not running_lab()["operator"]:
        return "needs the operator"
    if getattr(function, "NEEDS_FULL", False) and os.environ.get("LAB_FULL") != "1":
        return "needs LAB_FULL=1"
    return None


def _wait_for_namespaces() -> None:
    wait_for("the cases' namespaces to be gone", lambda: "Terminating" not in kubectl(
        "get", "namespaces", "--no-headers").stdout, 90, every=0.3)


def run_cases(only: str) -> int:
    chosen = {name: function for name, function in _load().items() if only in name}
    if not chosen:
        raise LabError(f"no case has {only!r} in its name; there are: {', '.join(_load())}")
    results, skipped = [], []
    for name, function in chosen.items():
        if reason := _skip_reason(function):
            say(f"skip {name}: {reason}")
            skipped.append({"name": name, "reason": reason})
            continue
        say(f"run  {name}")
        result = _attempt(name, function)
        results.append(result)
        say(f"{'pass' if result['passed'] else 'FAIL'} {name} ({result['seconds']} s)")
        for what, value in result["facts"].items():
            print(f"    {what}: {value}", flush=True)
        if not result["passed"]:
            print(f"    {result['error']}", flush=True)
            for line in (result["evidence"] or "").splitlines()[-120:]:
                print(f"    | {line[:300]}")
            print(f"    logs of the servers: {layout.LOGS}", flush=True)
    _wait_for_namespaces()
    passed = sum(result["passed"] for result in results)
    write_atomically(layout.REPORT, json.dumps(
        {"passed": passed, "failed": len(results) - passed, "skipped": skipped, "cases": results,
         "lab": running_lab()}, indent=1, default=str) + "\n")
    return 0 if passed == len(results) else 1


def closing_line() -> str:
    """The count; before it, once more, what failed: whoever sees only the end must see that."""
    report = json.loads(layout.REPORT.read_text())
    failed = [f"FAIL {case['name']}: {case['error']}" for case in report["cases"] if not case["passed"]]
    return "\n".join([*failed, f"{report['passed']} passed, {report['failed']} failed"])


def enter_and_run(program: str, only: str) -> int:
    """The cases speak to the cluster, so they run in its network: this program once more, inside."""
    sys.stdout.flush()
    words = ["ip", "netns", "exec", layout.netns(), sys.executable, "-B", program, "test", "--inside"]
    return os.spawnvp(os.P_WAIT, "ip", words + (["--only", only] if only else []))
