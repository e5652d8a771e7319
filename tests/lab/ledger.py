"""The counter job's ledger: what its tasks themselves say of their state, read back by the cases.

`job/Ledger.java` writes it. Every snapshot has its own name in its state (`<job's id>/<checkpoint's id>`),
so each start tells which one it was restored from, and with which numbers; `continues` holds that against
what had been put into that snapshot, and against the newest one that was completed before.
"""

import json
from pathlib import Path

from flink_kit import Flink
from kit import Case, check, equal
from shell import LabError, wait_for

FOLDER = "/ledger"  # in Flink's pods
MOUNT = {"name": "ledger", "mountPath": FOLDER}


def volume(case: Case) -> dict:
    return {"name": "ledger", "hostPath": {"path": str(case.data / "ledger")}}


def arguments(name: str, *more: str) -> list[str]:
    """Of the counter job under this name."""
    return ["--name", name, "--ledger", f"{FOLDER}/{name}.jsonl", *more]


def _lines(file: Path) -> list[dict]:
    """Whole lines; the last one may be about to be written."""
    return [json.loads(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


def _snapshots(directory: Path) -> dict[str, dict]:
    """By its name, what all subtasks of an operator have put into a snapshot: the last number of each lane,
    and how many were counted."""
    found: dict[str, dict] = {}
    for file in directory.glob("*.jsonl"):
        for line in _lines(file):
            if line["event"] != "snapshot":
                continue
            kept = found.setdefault(f"{line['job']}/{line['checkpoint']}", {}).setdefault(
                line["operator"], {"numbers": {}, "counts": {}})
            for what, lanes in kept.items():
                check(not lanes.keys() & line[what].keys(), f"a lane is twice in one snapshot: {line}")
                lanes.update(line[what])
    return found


class _Reading:
    """One pass over the ledger of one resource, in the order in which its lines were written."""

    def __init__(self, snapshots: dict, jobs: tuple[str, ...], begins_with: str | None, back_to: dict[str, str | None]):
        self.snapshots, self.jobs, self.back_to = snapshots, jobs, back_to
        self.order = ([begins_with.split("/")[0]] if begins_with else []) + list(jobs)
        self.newest = self._age(begins_with) if begins_with else None
        self.job = ""
        self.begun: list[str | None] = []  # what each start of the first counting task was restored from

    def _age(self, snapshot: str) -> tuple[int, int]:
        job, checkpoint = snapshot.split("/")
        check(job in self.order, f"restored from {snapshot}, whose job is none of {self.order}")
        return self.order.index(job), int(checkpoint)

    def read(self, line: dict) -> None:
        check(line["event"] != "violation", f"a number was lost or came twice: {line}")
        check(line["job"] in self.jobs, f"another execution than {self.jobs} has run: {line}")
        if line["event"] == "start":
            self._start(line)
        elif line["event"] == "snapshot":
            equal(line["job"], self.job, f"the execution that runs, by {line}")
        else:
            self.newest = max(self.newest or (0, 0), self._age(f"{line['job']}/{line['checkpoint']}"))

    def _start(self, line: dict) -> None:
        job, snapshot = line["job"], line["from"]
        check(not self.job or self.jobs.index(job) >= self.jobs.index(self.job), f"{job} runs again after {self.job}: {line}")
        if self.newest and self.newest[0] == self.order.index(job) or job not in self.back_to:
            check(snapshot or not self.newest, f"it begins with nothing, and there was {self.newest}: {line}")
            check(not snapshot or self._age(snapshot) >= (self.newest or (0, 0)),
                  f"it goes on from something older than {self.newest} of {self.order}: {line}")
        else:
            equal(snapshot, self.back_to[job], f"what {job} was to begin with")
        equal(line["restored"], snapshot is not None, f"whether anything was restored, by {line}")
        kept = self.snapshots.get(snapshot, {}).get(line["operator"])
        check(kept or not snapshot, f"nobody has told what went into {snapshot}: {line}")
        for what in ("numbers", "counts"):
            wanted = {lane: kept[what].get(lane) if kept else 0 for lane in line[what]}
            equal(line[what], wanted, f"{what} that the {line['operator']} was restored with, from {snapshot}")
        self.job = job
        if (line["operator"], line["subtask"]) == ("count", 0):
            self.begun.append(snapshot)


def _consistent(snapshots: dict, jobs: list[str]) -> None:
    """The source has put out what the counter has counted, each number once."""
    for name, kept in snapshots.items():
        both = [kept[operator]["numbers"] for operator in ("source", "count") if operator in kept]
        # One that failed may lack some subtasks.
        if name.split("/")[0] in jobs and len(both) == 2 and len(both[0]) == len(both[1]):
            equal(kept["count"]["numbers"], kept["source"]["numbers"], f"numbers counted at {name}")
            equal(kept["count"]["counts"], kept["count"]["numbers"], f"how many were counted at {name}")


def _of(lines: list[dict], event: str, job: str) -> list[dict]:
    return [line for line in lines if (line["event"], line["job"]) == (event, job)]


def _has_gone_on(lines: list[dict], job: str) -> bool:
    """All its subtasks have begun, and what was counted since is in a completed snapshot."""
    starts = _of(lines, "start", job)
    check(starts, f"no task of {job} has begun")
    there = {(line["operator"], line["subtask"]) for line in starts if line["of"] == starts[-1]["of"]}
    check(len(there) == 2 * starts[-1]["of"], f"begun have {sorted(there)}")
    begun = {line["subtask"]: line for line in starts if line["operator"] == "count"}
    since = lines[max(index for index, line in enumerate(lines) if line in begun.values()):]
    done = {line["checkpoint"] for line in _of(since, "complete", job)}
    counted = [line for line in _of(since, "snapshot", job) if line["operator"] == "count" and line["checkpoint"] in done
               and sum(line["counts"].values()) > sum(begun[line["subtask"]]["counts"].values())]
    check(counted, f"{job} has completed no snapshot with more than it began with")
    return True


def violations(case: Case, name: str) -> list[dict]:
    """Each number that did not follow its lane's last one, as the counting task saw it."""
    return [line for line in _lines(case.data / "ledger" / f"{name}.jsonl") if line["event"] == "violation"]


def executions(case: Case, name: str) -> list[str]:
    """Every execution of a resource whose tasks have ever run, as the tasks tell."""
    file = case.data / "ledger" / f"{name}.jsonl"
    return list(dict.fromkeys(line["job"] for line in _lines(file))) if file.exists() else []


def continues(case: Case, flink: Flink, name: str, *jobs: str, begins_with: str | None = None,
              back_to: dict[str, str | None] | None = None, runs: bool = True) -> list[str | None]:
    """Nothing was lost and nothing counted twice by the executions `jobs` of a resource, the last of which runs.

    Each start, also by Flink itself, had exactly what the snapshot named in its own state had been given, and
    that is no older than the newest one completed before; the first one begins with nothing, or with the
    snapshot `begins_with`. `back_to` names what an execution begins with by its owner's word, however old
    (None: nothing). No other execution has run. Gives what each start was restored from.
    """
    file = case.data / "ledger" / f"{name}.jsonl"

    def own() -> list[dict]:
        """Since these began: the name may have been another resource's before."""
        lines = _lines(file)
        first = next((index for index, line in enumerate(lines) if line["job"] == jobs[0]), None)
        check(first is not None, f"no task of {jobs[0]} has told anything")
        return lines[first:]

    if runs:
        wait_for(f"{name} to have counted on", lambda: _has_gone_on(own(), jobs[-1]), 60)
    lines = own()
    snapshots = _snapshots(file.parent)
    reading = _Reading(snapshots, jobs, begins_with, back_to or {})
    for line in lines:
        reading.read(line)
    _consistent(snapshots, reading.order)
    if runs:
        equal(reading.job, jobs[-1], f"the execution of {name} that runs")
        _as_flink_tells(flink, jobs[-1], reading.begun[-1])
    case.note(f"{name} went on from", [one or "nothing" for one in reading.begun])
    return reading.begun


def _as_flink_tells(flink: Flink, job: str, snapshot: str | None) -> None:
    told = flink.checkpoints(job)["latest"]["restored"]
    equal(told and told["id"], snapshot and int(snapshot.split("/")[1]), f"what Flink tells that {job} was restored from")
    if told and not told["is_savepoint"]:
        where = f"/{snapshot.replace('/', '/chk-')}"
        if where not in told["external_path"]:
            raise LabError(f"its tasks were restored from {where}, Flink tells {told}")
