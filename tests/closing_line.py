"""The end of a script of tests: what failed and why, then the line that tests/run.py counts."""

from collections.abc import Iterable


def told(findings: Iterable[tuple[str, str]]) -> int:
    """Findings are (name, what is wrong; empty: nothing). The exit code; no finding at all is a failure."""
    passed = failed = 0
    for name, wrong in findings:
        passed += not wrong
        failed += bool(wrong)
        if wrong:
            print(f"FAILED {name}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0
