"""A changed job under drey: its state is kept, and it is stopped and started once."""

import json
import time

from kit import check, equal
from ledger import arguments, continues, violations
from operator_kit import JOBS, Session, comes_to_rest, shared
from shell import LabError, wait_for


def _restored_from(session: Session, job: str) -> str:
    return session.flink.checkpoints(job)["latest"]["restored"]["external_path"]


def _only_live(session: Session, name: str, job: str) -> None:
    equal(session.live(name), [job], f"executions of {name}")


def case_a_savepoint(case):
    """upgradeMode savepoint: stopped with a savepoint of its own, started from it."""
    session = shared(case, __file__, slots=2)
    before = session.start("orders", parallelism=1, upgradeMode="savepoint")
    session.newest_checkpoint(before)
    start = time.monotonic()
    generation = session.change("orders", job={"parallelism": 2})
    now = session.wait_another("orders", before)
    case.note("seconds from the change to all tasks", round(time.monotonic() - start, 1))
    path = _restored_from(session, now)
    check("/savepoints/" in path, f"it was restored from {path}")
    check((session.on_disk(path) / "_metadata").exists(), f"{path} is not there")
    equal(session.flink.jobs()[before]["state"], "FINISHED", "the execution before")
    equal(session.flink.jobs()[now]["tasks"]["total"] % 2, 0, "tasks of two slots")
    _only_live(session, "orders", now)
    status = session.status("orders")
    equal(status["observedGeneration"], generation, "observedGeneration")
    deployed = json.loads(status["reconciliationStatus"]["lastReconciledSpec"])
    equal(deployed["spec"]["job"]["parallelism"], 2, "lastReconciledSpec")
    continues(case, session.flink, "orders", before, now)
    comes_to_rest(case)


def case_b_last_state(case):
    """upgradeMode last-state: cancelled, started from its newest checkpoint."""
    session = shared(case, __file__, slots=2)
    before = session.start("clicks", parallelism=1, upgradeMode="last-state")
    newest = session.newest_checkpoint(before)
    start = time.monotonic()
    session.change("clicks", restartNonce=1)
    now = session.wait_another("clicks", before)
    case.note("seconds from the change to all tasks", round(time.monotonic() - start, 1))
    restored = session.flink.restored(now, 30)
    check(restored["id"] >= newest, f"restored from {restored['id']}, and {newest} was there")
    check(before in restored["external_path"], f"restored from {restored['external_path']}")
    equal(session.flink.jobs()[before]["state"], "CANCELED", "the execution before")
    _only_live(session, "clicks", now)
    continues(case, session.flink, "clicks", before, now)


def case_c_suspend_and_resume(case):
    """Suspended it rests, with its state named; resumed it goes on from there."""
    session = shared(case, __file__, slots=2)
    before = session.start("pausing", parallelism=1, upgradeMode="savepoint")
    session.newest_checkpoint(before)
    session.change("pausing", job={"state": "suspended"})

    def suspended():
        status = session.status("pausing")
        return status.get("lifecycleState") == "SUSPENDED" or session.unseen("pausing", JOBS)

    wait_for("it to be suspended", suspended, 60)
    equal(session.live("pausing"), [], "live executions")
    message = session.condition("pausing", "Ready")["message"]
    check("/savepoints/" in message, f"its status says {message!r}")
    comes_to_rest(case)
    session.change("pausing", job={"state": "running"})
    now = session.wait_another("pausing", before)
    check(_restored_from(session, now) in message, f"restored from {_restored_from(session, now)}, told was {message!r}")
    _only_live(session, "pausing", now)
    continues(case, session.flink, "pausing", before, now)


def case_d_no_savepoint(case):
    """A savepoint that can't be written stops the change, and not the job."""
    session = shared(case, __file__, slots=2)
    before = session.start("kept", parallelism=1, upgradeMode="savepoint")
    newest = session.newest_checkpoint(before)
    session.change("kept", job={"parallelism": 2},
                   flinkConfiguration={"execution.checkpointing.savepoint-dir": "file:/proc/nowhere"})

    def told():
        stalled = session.condition("kept", "Stalled")
        return stalled.get("reason") == "UpgradeFailed" and stalled or session.unseen("kept", JOBS)

    stalled = wait_for("the failure to be told", told, 60)
    check("savepoint" in stalled["message"], f"it says {stalled['message']!r}")
    case.note("what is told", stalled["message"][:200])
    session.wait_state("kept", "RUNNING")
    _only_live(session, "kept", before)
    check(session.newest_checkpoint(before, newest) > newest, "it makes no checkpoint any more")
    session.change("kept", flinkConfiguration={"execution.checkpointing.savepoint-dir": None})
    now = session.wait_another("kept", before, 90)
    check("/savepoints/" in _restored_from(session, now), "it was not restored from a savepoint")
    _only_live(session, "kept", now)
    continues(case, session.flink, "kept", before, now)


def case_e_stateless(case):
    """upgradeMode stateless: it begins from nothing, as its owner says."""
    session = shared(case, __file__, slots=2)
    before = session.start("preview", parallelism=1, upgradeMode="stateless")
    session.newest_checkpoint(before)
    session.change("preview", restartNonce=1)
    now = session.wait_another("preview", before)
    session.newest_checkpoint(now)
    equal(session.flink.checkpoints(now)["latest"]["restored"], None, "what it was restored from")
    _only_live(session, "preview", now)
    continues(case, session.flink, "preview", before, now, back_to={now: None})


def _told_by_the_job(case, session: Session, name: str, *jobs: str) -> str:
    try:
        continues(case, session.flink, name, *jobs)
    except LabError as error:
        return str(error)
    return ""


def case_f_the_job_sees_loss_and_duplication(case):
    """The measure itself: a counter, and then a source, that a change makes lose its state."""
    session = shared(case, __file__, slots=2)
    before = session.start("measured", upgradeMode="savepoint", allowNonRestoredState=True)
    session.newest_checkpoint(before)
    session.change("measured", job={"args": arguments("measured", "--uid", "another")})
    forgetful = session.wait_another("measured", before)
    session.newest_checkpoint(forgetful)
    said = _told_by_the_job(case, session, "measured", before, forgetful)
    check("begins with nothing" in said, f"of a counter without its state it says {said!r}")
    lost = violations(case, "measured")
    check(lost and all(line["number"] > line["last"] + 1 for line in lost), f"numbers are missing: {lost}")
    session.change("measured", job={"args": arguments("measured", "--uid", "another", "--source-uid", "another source")})
    now = session.wait_another("measured", forgetful)
    session.newest_checkpoint(now)
    again = [line for line in violations(case, "measured") if line["job"] == now]
    check(again and all(line["number"] <= line["last"] for line in again), f"numbers come again: {again}")


def case_g_checkpoints_that_end_with_it(case):
    """Flink would delete its checkpoints when it is cancelled: last-state stops it with a savepoint."""
    session = shared(case, __file__, slots=2)
    before = session.start("discarding", configuration={
        "execution.checkpointing.externalized-checkpoint-retention": "DELETE_ON_CANCELLATION"})
    session.newest_checkpoint(before)
    told = session.flink.send("GET", f"/jobs/{before}/checkpoints/config",
                              record="job-checkpoints-config-deleted",
                              about="checkpoints that are deleted when the job is cancelled").json()
    equal(told["externalization"], {"enabled": True, "delete_on_cancellation": True}, "externalization")
    session.change("discarding", restartNonce=1)
    now = session.wait_another("discarding", before)
    path = _restored_from(session, now)
    check("/savepoints/" in path, f"it was restored from {path}")
    equal(session.flink.jobs()[before]["state"], "FINISHED", "the execution before")
    _only_live(session, "discarding", now)
    continues(case, session.flink, "discarding", before, now)


case_d_no_savepoint.NEEDS_FLINK_FROM = (1, 17)
for _case in (case_a_savepoint, case_b_last_state, case_c_suspend_and_resume, case_d_no_savepoint, case_e_stateless,
              case_f_the_job_sees_loss_and_duplication, case_g_checkpoints_that_end_with_it):
    _case.NEEDS_OPERATOR = True
