"""A changed job that fails goes back to its last stable spec, with the state that it was stopped with."""

import time

from kit import check, equal
from operator_kit import JOBS, Session, comes_to_rest, shared
from shell import wait_for

ROLLBACK = {"kubernetes.operator.deployment.rollback.enabled": "true"}
NO_RESTARTS = {"restart-strategy.type": "none"}


def _stable(session: Session, name: str, job: str) -> int:
    """Its spec has become the stable one: a checkpoint is completed. Its id."""
    newest = session.newest_checkpoint(job)

    def probe():
        specs = session.status(name)["reconciliationStatus"]
        return specs.get("lastStableSpec") == specs["lastReconciledSpec"] or session.unseen(name, JOBS)

    wait_for(f"the spec of {name} to be the stable one", probe, 30)
    return newest


def _wait_undone(session: Session, name: str, before: str, timeout: float = 90) -> str:
    """Until it has its last stable spec again and works; the execution's id."""

    def probe():
        status = session.status(name)
        job = status.get("jobStatus", {})
        done = status.get("reconciliationStatus", {}).get("state") == "ROLLED_BACK"
        return done and job.get("state") == "RUNNING" and job["jobId"] != before and job["jobId"] \
            or session.unseen(name, JOBS)

    return wait_for(f"{name} to be undone", probe, timeout, every=0.05)


def _told(session: Session, name: str) -> str:
    stalled = session.condition(name, "Stalled")
    equal((stalled.get("status"), stalled.get("reason")), ("True", "RolledBack"), "what is told")
    return stalled["message"]


def case_a_class_that_is_not_there(case):
    """It is refused three times, and goes back to the savepoint that it was stopped with; mended, it goes on."""
    session = shared(case, __file__, slots=2)
    before = session.start("orders", upgradeMode="savepoint", configuration=ROLLBACK)
    newest = _stable(session, "orders", before)
    start = time.monotonic()
    generation = session.change("orders", job={"entryClass": "nowhere.Missing"})
    now = _wait_undone(session, "orders", before)
    case.note("seconds from a change that cannot start until the job works as before", round(time.monotonic() - start, 1))
    restored = session.flink.restored(now)
    check("/savepoints/" in restored["external_path"] and restored["id"] > newest,
          f"restored from {restored}, and checkpoint {newest} was there")
    equal(session.flink.jobs()[before]["state"], "FINISHED", "the execution before")
    equal(session.live("orders"), [now], "executions")
    case.note("what is told", _told(session, "orders")[:300])
    equal(session.status("orders")["observedGeneration"], generation, "observedGeneration")
    comes_to_rest(case)
    session.change("orders", job={"entryClass": None, "parallelism": 2})
    mended = session.wait_another("orders", now)
    restored = session.flink.restored(mended)
    check("/savepoints/" in restored["external_path"], f"the mended one was restored from {restored}")
    _stable(session, "orders", mended)
    equal(session.condition("orders", "Stalled")["status"], "False", "Stalled")
    equal(session.status("orders")["reconciliationStatus"]["state"], "DEPLOYED", "reconciliationStatus.state")


def case_b_fails_at_once(case):
    """A change with which it fails before its first checkpoint: it goes back to its newest one of before."""
    session = shared(case, __file__, slots=2)
    before = session.start("clicks", upgradeMode="last-state", configuration=ROLLBACK | NO_RESTARTS)
    newest = _stable(session, "clicks", before)
    start = time.monotonic()
    session.change("clicks", job={"args": ["--name", "clicks", "--rate", "100", "--fail-after", "1"]})
    now = _wait_undone(session, "clicks", before)
    case.note("seconds from a change that fails at once until the job works as before",
              round(time.monotonic() - start, 1))
    restored = session.flink.restored(now)
    check(f"/{before}/chk-" in restored["external_path"] and restored["id"] >= newest,
          f"restored from {restored}, and checkpoint {newest} was there")
    states = sorted(row["state"] for row in session.executions("clicks"))
    equal(states, ["CANCELED", "FAILED", "RUNNING"], "executions")
    check("FAILED" in _told(session, "clicks"), f"it says {_told(session, 'clicks')!r}")
    session.newest_checkpoint(now, restored["id"])
    comes_to_rest(case)


def case_c_not_asked_for(case):
    """Without the setting it waits for a person, and goes on from where it was stopped."""
    session = shared(case, __file__, slots=2)
    before = session.start("lonely", upgradeMode="savepoint")
    session.newest_checkpoint(before)
    session.change("lonely", job={"entryClass": "nowhere.Missing"})

    def refused():
        stalled = session.condition("lonely", "Stalled")
        return stalled.get("reason") == "SubmitFailed" or session.unseen("lonely", JOBS)

    wait_for("the refusal to be told", refused, 60)
    time.sleep(12)  # more than three refusals take
    check(not session.status("lonely").get("rollback"), f"it was undone: {session.status('lonely')}")
    equal(session.live("lonely"), [], "executions")
    session.change("lonely", job={"entryClass": None})
    now = session.wait_another("lonely", before, 90)
    restored = session.flink.restored(now)
    check("/savepoints/" in restored["external_path"], f"restored from {restored}")


for _case in (case_a_class_that_is_not_there, case_b_fails_at_once, case_c_not_asked_for):
    _case.NEEDS_OPERATOR = True
case_c_not_asked_for.NEEDS_FULL = True  # the simulator shows it with every fault
