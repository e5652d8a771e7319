"""What is otherwise with a Flink before 1.17: no configuration comes with a job, keys have their old
names, and before 1.15 no trigger id can be told, no result of a job is kept, and high availability
has other ConfigMaps."""

import layout
from flink_kit import SAVEPOINT_DIR
from kit import check, equal
from ledger import continues
from operator_kit import (CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, job_manifest, prepare,
                          restart_operator)
from shell import wait_for

APART = True
OWN = {"pipeline.name": "mine"}  # what a job of 1.17 may bring along


def _session(case, **settings) -> Session:
    """As somebody spells it who knows the newest Flink only; a job that fails is over."""
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    config = manifest["spec"]["flinkConfiguration"]
    for key in [key for key in config if key.startswith(("high-availability", "state."))]:
        del config[key]
    config.update({"high-availability.type": "kubernetes", "high-availability.storageDir": "file:///data/ha",
                   "execution.checkpointing.dir": "file:///data/checkpoints",
                   "execution.checkpointing.savepoint-dir": "file:///data/savepoints",
                   "restart-strategy.type": "none", **settings})
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    return session


def _told(session: Session, name: str, reason: str) -> list[str]:
    events = session.api.send("GET", f"/api/v1/namespaces/{session.case.namespace}/events").json()["items"]
    return [event["message"] for event in events
            if event["reason"] == reason and event["involvedObject"]["name"] == name]


def case_new_spelling(case):
    """Settings under their new names do what they say; a JobManager that is lost brings its jobs back."""
    session = _session(case)
    info = session.status("session", CLUSTERS)["clusterInfo"]
    equal(info["flink-version"], layout.FLINK, "Flink's version in the status")
    case.apply(job_manifest("orders", configuration=OWN))
    job = session.wait_state("orders", "RUNNING")
    (told,) = wait_for("what has no effect to be told", lambda: _told(session, "orders", "SpecWarning"), 20)
    check("pipeline.name" in told and f"Flink {layout.FLINK.rsplit('.', 1)[0]}" in told, f"Event {told!r}")
    newest = session.newest_checkpoint(job)
    (pod,) = session.pods("jobmanager")
    taskmanagers = case.uids("component=taskmanager")
    case.crash_container(pod["metadata"]["name"])
    restored = session.flink.restored(job, 90)
    check(restored["id"] >= newest and f"/{job}/" in restored["external_path"],
          f"restored from {restored}, checkpoint {newest} was there")
    session.flink.wait_running(job, 90)
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    equal(session.live("orders"), [job], "executions")
    equal(session.status("orders")["lineage"]["submissions"], 1, "submissions")
    check(len(continues(case, session.flink, "orders", job)) > 1, "its tasks have begun only once")
    equal(case.uids("component=taskmanager"), taskmanagers, "TaskManagers' pods")
    comes_to_rest(case)


def case_failed_job(case):
    """The restart strategy is the cluster's: a job that fails is over, and drey starts it again from its newest state."""
    session = _session(case)
    case.apply(job_manifest("fails", arguments=["--rate", "20", "--fail-after", "160"]))
    first = session.wait_state("fails", "RUNNING")
    newest = session.newest_checkpoint(first)
    second = session.wait_another("fails", first, 120)
    restored = session.flink.restored(second)
    check(restored["id"] >= newest and f"/{first}/" in restored["external_path"],
          f"restored from {restored}, checkpoint {newest} of {first} was there")
    equal(session.flink.jobs()[first]["state"], "FAILED", "the execution before")
    equal(session.live("fails"), [second], "executions")
    continues(case, session.flink, "fails", first, second, runs=False)  # it may be failing again
    session.delete("fails")


def case_savepoint_of_another_operator(case):
    """The operator goes as soon as the savepoint is asked for: the next finds out what became of it, and asks not again."""
    session = _session(case)
    job = session.start("orders")
    session.newest_checkpoint(job)
    session.change("orders", job={"savepointTriggerNonce": 7})
    wait_for("the savepoint to be named in the status", lambda: session.status("orders").get("savepoint", {}).get("nonce") == 7, 20,
             every=0.02)
    restart_operator()

    def over():
        seen = session.status("orders").get("savepoint", {})
        return seen.get("state") in ("COMPLETED", "FAILED") and seen or session.unseen("orders", JOBS)

    told = wait_for("the savepoint to be over", over, 120)
    equal((told["state"], told["nonce"]), ("COMPLETED", 7), f"savepoint {told}")
    saved = list((case.data / "savepoints").rglob("_metadata"))
    equal([str(path.parent) for path in saved], [str(session.on_disk(told["location"]))], "savepoints on disk")
    equal(session.live("orders"), [job], "executions")
    comes_to_rest(case)


def case_stop_that_fails(case):
    """A savepoint that cannot be written stops the change, and not the job."""
    session = _session(case)
    job = session.start("kept", upgradeMode="savepoint")
    newest = session.newest_checkpoint(job)
    session.change("kept", restartNonce=1, flinkConfiguration={SAVEPOINT_DIR: "file:/proc/nowhere"})

    def told():
        stalled = session.condition("kept", "Stalled")
        return stalled.get("reason") == "UpgradeFailed" and stalled or session.unseen("kept", JOBS)

    stalled = wait_for("the failure to be told", told, 60)
    case.note("what is told", stalled["message"][:200])
    equal(session.live("kept"), [job], "executions")
    check(session.newest_checkpoint(job, newest) > newest, "it makes no checkpoint any more")
    session.change("kept", flinkConfiguration={SAVEPOINT_DIR: None})
    now = session.wait_another("kept", job, 90)
    check(session.flink.restored(now)["is_savepoint"], "it was not restored from a savepoint")
    equal(session.live("kept"), [now], "executions")
    continues(case, session.flink, "kept", job, now)


for _case in (case_new_spelling, case_failed_job, case_savepoint_of_another_operator, case_stop_that_fails):
    _case.NEEDS_OPERATOR = True
    _case.NEEDS_FLINK_BEFORE = (1, 17)
case_savepoint_of_another_operator.ALONE = True  # the operator is killed
