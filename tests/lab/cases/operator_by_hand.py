"""What drey adds to a job's beginning, change and end: the same by hand, through Flink's own REST, on the same cluster."""

import statistics
import time

from flink_kit import new_id
from kit import check, equal
from operator_kit import JOBS, Session, cluster_manifest, job_manifest, prepare
from shell import wait_for

ALONE = True  # it measures
ROUNDS = 3
QUICK = 0.02  # seconds between two looks
# Seconds: of a second job from apply to RUNNING in its status, of a change beyond what Flink needs, of a deletion.
BEGIN, CHANGE_ADDS, DELETE = 3, 3, 2
# A machine on which Flink alone takes so long: what drey may add there to what Flink takes by hand.
BEGIN_ADDS, DELETE_ADDS = 1.5, 1
Seconds = dict[str, list[float]]


class Clock:
    """Each step's seconds, by its name."""

    def __init__(self):
        self.seconds: Seconds = {}

    def took(self, step: str, since: float) -> None:
        self.seconds.setdefault(step, []).append(round(time.monotonic() - since, 2))

    def median(self, step: str) -> float:
        return statistics.median(self.seconds[step])


def _all_run(flink, job: str) -> None:
    wait_for(f"all tasks of {job}", lambda: flink.tasks_running(job), 60, every=QUICK)


def _by_hand(flink, clock: Clock) -> None:
    """Upload and run; stop with a savepoint and run from it, wider; cancel."""
    since = time.monotonic()
    job = flink.start(flink.upload())
    _all_run(flink, job)
    clock.took("begin", since)
    flink.wait_checkpoint(job, after=1)

    since, trigger = time.monotonic(), new_id()
    answer = flink.send("POST", f"/jobs/{job}/stop",
                        {"targetDirectory": "file:///data/savepoints", "drain": False, "triggerId": trigger})
    equal(answer.status, 202, "a stop with a savepoint")

    def saved():
        seen = flink.get(f"/jobs/{job}/savepoints/{trigger}")
        return seen["status"]["id"] == "COMPLETED" and seen["operation"]["location"]

    path = wait_for("its savepoint", saved, 60, every=QUICK)
    wait_for("its end", lambda: flink.jobs()[job]["state"] == "FINISHED", 60, every=QUICK)
    job = flink.start(flink.upload(), parallelism=2, savepointPath=path)
    _all_run(flink, job)
    clock.took("change", since)

    since = time.monotonic()
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    wait_for("its end", lambda: flink.jobs()[job]["state"] == "CANCELED", 60, every=QUICK)
    clock.took("delete", since)


def _by_drey(session: Session, name: str, clock: Clock) -> None:
    """A FlinkSessionJob applied, its parallelism changed under upgradeMode savepoint, deleted."""
    def runs(but: str = ""):
        told = session.status(name).get("jobStatus", {})
        return told.get("state") == "RUNNING" and told["jobId"] != but and told["jobId"] or session.unseen(name, JOBS)

    since = time.monotonic()
    session.case.apply(job_manifest(name, upgradeMode="savepoint", args=[]))
    job = wait_for(f"{name} to be RUNNING", runs, 60, every=QUICK)
    clock.took("begin", since)
    check(session.flink.tasks_running(job), f"the status says RUNNING, Flink says {session.flink.jobs()[job]}")
    session.flink.wait_checkpoint(job, after=1)

    since = time.monotonic()
    session.change(name, job={"parallelism": 2})
    now = wait_for(f"{name} to be another execution", lambda: runs(but=job), 60, every=QUICK)
    clock.took("change", since)
    check(session.flink.restored(now)["is_savepoint"], f"{name} was not restored from a savepoint")

    since = time.monotonic()
    session.delete(name)
    clock.took("delete", since)
    equal(session.flink.jobs()[now]["state"], "CANCELED", f"the execution of {name} in Flink")


def case_job(case):
    """A second job, its change with a savepoint, its deletion: each by hand and by drey, in turn."""
    prepare(case)
    case.apply(cluster_manifest(case))
    session = Session(case)
    session.wait_ready()
    session.start("first")
    hand, drey = Clock(), Clock()
    for number in range(ROUNDS):
        _by_hand(session.flink, hand)
        _by_drey(session, f"second-{number}", drey)
    for step, seconds in drey.seconds.items():
        case.note(f"seconds to {step} a job: by hand, by drey", [hand.seconds[step], seconds])
    bounds = {"begin": max(BEGIN, hand.median("begin") + BEGIN_ADDS), "change": hand.median("change") + CHANGE_ADDS,
              "delete": max(DELETE, hand.median("delete") + DELETE_ADDS)}
    for step, bound in bounds.items():
        check(drey.median(step) <= bound, f"to {step} a job takes drey {drey.seconds[step]} s, by hand "
              f"{hand.seconds[step]}; the bound is {bound:.2f} s at the median")


case_job.NEEDS_OPERATOR = True
