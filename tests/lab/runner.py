"""Finds the cases, runs each in a namespace of its own, and tells how it went.

Most of a case's time is spent waiting, so three lanes take files from one list. What strikes at
the operator itself, or at what all share, runs after them, alone.

LAB_UNTIL (seconds since the epoch) is when nothing more is begun but the heart of it: a slow machine
proves less, and says what it left out.
"""

import concurrent.futures
import functools
import importlib.util
import inspect
import itertools
import json
import multiprocessing
import multiprocessing.util
import os
import sys
import time
import traceback

import layout
import operator_kit
import s3_plugin
from kit import Case, kubectl, running_lab
from shell import LabError, say, wait_for, write_atomically

CASES = layout.SOURCE / "cases"
LANES = 3
HEART = ("operator_upgrade", "operator_rollout", "operator_recovery", "operator_jobs",
         "operator_faults")
NO_TIME = "no time was left"


@functools.cache
def _load() -> dict:
    """Every function case_… of every file in cases/, by "file.name"."""
    found = {}
    for path in sorted(CASES.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"cases.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[spec.name] = module  # so that a function's module can be asked for
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
    if (since := _says(function, "NEEDS_FLINK_FROM")) and layout.FLINK_MINOR < since:
        return f"needs Flink {since[0]}.{since[1]} or newer"
    if (end := _says(function, "NEEDS_FLINK_BEFORE")) and layout.FLINK_MINOR >= end:
        return f"needs a Flink before {end[0]}.{end[1]}"
    if _says(function, "NEEDS_S3") and not s3_plugin.exists():
        return f"needs Flink's S3 file system, which is not known for {layout.FLINK}"
    if getattr(function, "NEEDS_OPERATOR", False) and not running_lab()["operator"]:
        return "needs the operator"
    if getattr(function, "NEEDS_OTHER_OPERATOR", False) and "LAB_OTHER_OPERATOR" not in os.environ:
        return "needs LAB_OTHER_OPERATOR, the program of another release"
    if getattr(function, "NEEDS_FULL", False) and os.environ.get("LAB_FULL") != "1":
        return "needs LAB_FULL=1"
    return None


def _wait_for_namespaces() -> None:
    wait_for("the cases' namespaces to be gone", lambda: "Terminating" not in kubectl(
        "get", "namespaces", "--no-headers").stdout, 90, every=0.3)


def _run_one(name: str) -> dict:
    say(f"run  {name}")
    result = _attempt(name, _load()[name])
    lines = [f"{'pass' if result['passed'] else 'FAIL'} {name} ({result['seconds']} s)"]
    lines += [f"    {what}: {value}" for what, value in result["facts"].items()]
    if not result["passed"]:
        lines.append(f"    {result['error']}")
        lines += [f"    | {line[:300]}" for line in (result["evidence"] or "").splitlines()[-120:]]
        lines.append(f"    logs of the servers: {layout.LOGS}")
    say("\n".join(lines))  # in one piece: another lane speaks, too
    return result


def _file_of(name: str) -> str:
    return name.split(".")[0]


def _run_in_turn(names: list[str]) -> list[dict]:
    """Those that there was time for: a file's cases, which share a cluster, are begun or not."""
    until = float(os.environ.get("LAB_UNTIL", "inf"))
    if time.time() >= until and _file_of(names[0]) not in HEART:
        say("\n".join(f"left out {name}: {NO_TIME}" for name in names))
        return []
    return [_run_one(name) for name in names]


def _close_at_exit() -> None:
    """A lane's process ends without the interpreter's own end."""
    multiprocessing.util.Finalize(None, operator_kit.close_shared, exitpriority=1)


def _says(function, attribute: str) -> bool:
    """An attribute of the case, or of its file."""
    return getattr(function, attribute, getattr(inspect.getmodule(function), attribute, False))


def _portions(cases: dict) -> list[list[str]]:
    """What one lane runs in a row: a file, or, where its cases share no cluster, a case."""
    def key(name: str) -> str:
        return name if _says(cases[name], "APART") else _file_of(name)
    return [list(names) for _, names in itertools.groupby(cases, key)]


def _run_all(cases: dict) -> list[dict]:
    alone = [name for name, function in cases.items() if _says(function, "ALONE")]
    beside = {name: function for name, function in cases.items() if name not in alone}
    with concurrent.futures.ProcessPoolExecutor(
            LANES, multiprocessing.get_context("fork"), initializer=_close_at_exit) as lanes:
        # The heart, then from the end of the alphabet: what starts no cluster and is short comes last.
        portions = sorted(reversed(_portions(beside)),
                          key=lambda names: _file_of(names[0]) not in HEART)
        running = [lanes.submit(_run_in_turn, names) for names in portions]
        results = [result for portion in running for result in portion.result()]
    for names in _portions({name: cases[name] for name in alone}):
        results += _run_in_turn(names)
    return results


def run_cases(only: str) -> int:
    chosen = {name: function for name, function in _load().items() if only in name}
    if not chosen:
        raise LabError(f"no case has {only!r} in its name; there are: {', '.join(_load())}")
    skipped = []
    for name in list(chosen):
        if reason := _skip_reason(chosen[name]):
            say(f"skip {name}: {reason}")
            skipped.append({"name": name, "reason": reason})
            del chosen[name]
    results = _run_all(chosen)
    ran = {result["name"] for result in results}
    skipped += [{"name": name, "reason": NO_TIME} for name in chosen if name not in ran]
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
    left_out = [case["name"] for case in report["skipped"] if case["reason"] == NO_TIME]
    if left_out:
        failed.append(f"LEFT OUT, {NO_TIME}: {len(left_out)} cases: {', '.join(left_out)}")
    return "\n".join([*failed, f"{report['passed']} passed, {report['failed']} failed"])


def enter_and_run(program: str, only: str) -> int:
    """The cases speak to the cluster, so they run in its network: this program once more, inside."""
    sys.stdout.flush()
    words = ["ip", "netns", "exec", layout.netns(), sys.executable, "-B", program, "test", "--inside"]
    return os.spawnvp(os.P_WAIT, "ip", words + (["--only", only] if only else []))
