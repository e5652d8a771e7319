"""Another parallelism in place: Flink's adaptive scheduler changes it under the same job id (decision 0031)."""

import time

from kit import check, equal
from operator_kit import Session, cluster_manifest, comes_to_rest, prepare
from shell import wait_for

# Flink waits between two rescalings (30 s by default), for more slots before it begins (10 s), and keeps
# slots that it does not need any more (50 s).
NEEDS_FLINK_FROM = (1, 18)
QUICK = {"jobmanager.scheduler": "adaptive",
         "jobmanager.adaptive-scheduler.scaling-interval.min": "0 s",
         "jobmanager.adaptive-scheduler.resource-stabilization-timeout": "1 s",
         "slot.idle.timeout": "5000"}


def _session(case) -> Session:
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    manifest["spec"]["flinkConfiguration"].update(QUICK)
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    return session


def _widths(session: Session, job: str) -> set[int]:
    return {vertex["parallelism"] for vertex in session.flink.get(f"/jobs/{job}")["vertices"]}


def _goes_to(session: Session, job: str, parallelism: int) -> float:
    """A person changes it; seconds until all its tasks run so."""
    newest = session.newest_checkpoint(job)
    generation = session.change("orders", job={"parallelism": parallelism})
    start = time.monotonic()

    def probe():
        status = session.status("orders")
        done = (status["observedGeneration"] == generation and status["jobStatus"]["state"] == "RUNNING"
                and not status.get("operation") and _widths(session, job) == {parallelism})
        return done and session.flink.tasks_running(job) or session.unseen("orders", "flinksessionjobs")

    wait_for(f"parallelism {parallelism} in place", probe, 60)
    took = round(time.monotonic() - start, 1)
    restored = session.flink.restored(job)
    check(restored["id"] > newest and not restored["is_savepoint"], f"restored from {restored}; {newest} was before")
    check(session.newest_checkpoint(job, restored["id"]) > restored["id"], "it makes no checkpoints any more")
    return took


def case_up_and_down(case):
    """1, 2 and 1 again: one execution, a checkpoint made for each, no savepoint, and two restarts of its tasks."""
    session = _session(case)
    job = session.start("orders", parallelism=1, upgradeMode="savepoint")
    pods = session.pod_uids()
    case.note("seconds to twice the parallelism", _goes_to(session, job, 2))
    equal(session.flink.get("/overview")["slots-available"], 0, "free slots")
    case.note("seconds to half the parallelism", _goes_to(session, job, 1))
    wait_for("its other slot to be free", lambda: session.flink.get("/overview")["slots-available"] == 1, 30)
    equal([one["jid"] for one in session.executions("orders")], [job], "executions")
    status = session.status("orders")
    equal(status["jobStatus"]["jobId"], job, "jobId")
    equal(status["lineage"]["submissions"], 1, "submissions")
    equal([one["why"] for one in status["restarts"]],
          ["its parallelism goes to 2, in place", "its parallelism goes to 1, in place"], "the ledger of restarts")
    equal(list((case.data / "savepoints").iterdir()), [], "savepoints")
    equal(session.pod_uids(), pods, "pods")
    told = case.kubectl("get", "events", "--field-selector=reason=Rescaled", "-o", "jsonpath={.items[*].message}").stdout
    check("with parallelism 2" in told and "with parallelism 1" in told, f"the Events say {told!r}")
    comes_to_rest(case, seconds=5)


case_up_and_down.NEEDS_OPERATOR = True
