"""Turns what the cases recorded into fixtures: the same bytes, without this machine's noise."""

import json
from pathlib import Path

import layout
from shell import LabError, say

FIXTURES = layout.REPO / "tests" / "gateways" / "recorded"
HEADERS = {"content-type", "retry-after", "warning", "location", "transfer-encoding"}
# Of another Flink only what it answers otherwise than 1.20, and what tells its version.
ONLY = {"flink-1.12": {"config", "overview", "jar-run-configuration", "jar-run-duplicate", "savepoint-trigger",
                       "savepoint-trigger-refused", "savepoint-failed", "savepoint-unknown", "job-stop-refused",
                       "jobs-overview-twice"},
        "flink-2.3": {"config", "overview", "jar-run", "jar-run-duplicate", "job-exceptions", "job-exceptions-none"}}
THROWABLE = "serialized-throwable"  # 20 kB of Java's own serialization, of no use to anybody else


def _body(text: str) -> str:
    text = text.replace(str(layout.REPO), "/clone")
    start = text.find(f'"{THROWABLE}":"')
    if start >= 0:
        start += len(THROWABLE) + 4
        text = text[:start + 24] + text[text.index('"', start):]
    return text


def _clean(exchange: dict) -> dict:
    response = exchange["response"]
    response["headers"] = {name.lower(): value for name, value in response["headers"].items()
                           if name.lower() in HEADERS}
    response["body"] = _body(response["body"])
    headers = exchange["request"]["headers"]
    headers.pop("User-Agent", None)
    if headers.get("Content-Type", "").startswith("multipart/"):
        headers["Content-Type"] = "multipart/form-data; boundary=…"
    return exchange


def publish() -> None:
    groups = [path for path in layout.RECORDED.glob("*") if path.is_dir()]
    if not groups:
        raise LabError("nothing was recorded: run `LAB_KEEP=1 make lab-test` first")
    for group in groups:
        target = FIXTURES / group.name
        target.mkdir(parents=True, exist_ok=True)
        made = [path for path in sorted(group.glob("*.json")) if path.stem in ONLY.get(group.name, {path.stem})]
        for path in made:
            text = json.dumps(_clean(json.loads(path.read_text())), indent=1, ensure_ascii=False)
            _check_no_path(path, text)
            (target / path.name).write_text(text + "\n")
        say(f"{len(made)} exchanges in {target.relative_to(layout.REPO)}")
        if old := sorted({p.name for p in target.iterdir()} - {p.name for p in made}):
            say(f"no case recorded these: {', '.join(old)}; remove those that no case can record any more")


def _check_no_path(path: Path, text: str) -> None:
    if str(layout.REPO) in text or str(Path.home()) in text:
        raise LabError(f"{path.name} still holds a path of this machine")
