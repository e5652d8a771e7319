"""A session cluster under drey and jobs that come and go in it, when nothing breaks but a program."""

import json
import os
import time

from flink_kit import RUN_CONFIGURATION, bare_cluster
from kit import check, equal
from operator_kit import SNAPSHOTS, Session, cluster_manifest, comes_to_rest, job_manifest, prepare, shared
from shell import wait_for

RELEASES = 100 if os.environ.get("LAB_FULL") == "1" else 20


def _bare_seconds(case) -> float:
    """What the same takes without any operator: manifests, upload, run, all tasks running."""
    start = time.monotonic()
    flink = bare_cluster(case, cluster="bare", slots=3)
    flink.wait_running(flink.start(flink.upload()))
    seconds = time.monotonic() - start
    case.kubectl("delete", "deployments,statefulsets", "--all", "--wait=false")
    wait_for("the bare cluster to be gone", lambda: not case.pods("app=bare"), 60)
    return round(seconds, 1)


def case_first_job(case):
    """One `kubectl apply` of a cluster and its job; then a second job beside the first."""
    case.note("seconds of the bare manifests, from apply to all tasks running", _bare_seconds(case))
    prepare(case)
    session = Session(case)
    start = time.monotonic()
    case.apply(cluster_manifest(case), job_manifest("first"))
    first = session.wait_state("first", "RUNNING", 120)
    case.note("seconds of a cluster and its first job, from apply to RUNNING in the status",
              round(time.monotonic() - start, 1))
    check(session.flink.tasks_running(first), f"the status says RUNNING, Flink says {session.flink.jobs()}")
    session.wait_ready()
    start = time.monotonic()
    second = session.start("second", parallelism=2)
    case.note("seconds of a second job, from apply to RUNNING in the status (goal 3)",
              round(time.monotonic() - start, 1))
    check(session.flink.tasks_running(second), f"the status says RUNNING, Flink says {session.flink.jobs()}")
    _own_directories(session, {"first": first, "second": second})
    comes_to_rest(case)
    for name, job in {"first": first, "second": second}.items():
        equal([row["jid"] for row in session.executions(name)], [job], f"executions of {name}, at rest")
        check(session.flink.tasks_running(job), f"tasks of {name}: {session.flink.jobs()[job]}")
        equal(session.flink.checkpoints(job)["counts"]["restored"], 0, f"restores of {name}")


def _own_directories(session, jobs: dict[str, str]):
    paths = {name: session.flink.wait_checkpoint(job)["external_path"] for name, job in jobs.items()}
    for name, path in paths.items():
        own = f"{session.case.namespace}/{name}" if RUN_CONFIGURATION else "checkpoints"
        check(f"/{own}/{jobs[name]}/chk-" in path, f"{name} writes checkpoints to {path}")
        wait_for(f"checkpoints of {name} on disk",
                 lambda: list(session.on_disk(path).parent.glob("chk-*/_metadata")), 20)
    for name, job in jobs.items():
        equal([row["jid"] for row in session.executions(name)], [job], f"executions of {name}")


def case_savepoint(case):
    """A changed savepointTriggerNonce takes one savepoint, and the job goes on."""
    session = shared(case, __file__)
    job = session.start("saved", parallelism=2)
    session.flink.wait_checkpoint(job)
    patch = '{"spec":{"job":{"savepointTriggerNonce":7}}}'
    start = time.monotonic()
    case.kubectl("patch", "flinksessionjob", "saved", "--type=merge", "-p", patch)

    def probe():
        seen = session.status("saved").get("savepoint", {})
        return seen.get("state") in ("COMPLETED", "FAILED") and seen

    told = wait_for("the savepoint to be over", probe, 60)
    case.note("seconds from the nonce to COMPLETED in the status", round(time.monotonic() - start, 1))
    equal((told["state"], told["nonce"]), ("COMPLETED", 7), f"savepoint {told}")
    check((session.on_disk(told["location"]) / "_metadata").exists(), f"nothing at {told['location']}")
    # The job went on: the very execution, nothing restored, and its checkpoints continue.
    session.flink.wait_checkpoint(job, session.flink.wait_checkpoint(job)["id"])
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of the job")
    comes_to_rest(case)
    saved = [path for path in (case.data / "savepoints").rglob("_metadata") if "saved" in path.parts]
    equal(len(saved), 1, f"savepoints of the job on disk: {saved}")
    equal([row["jid"] for row in session.executions("saved")], [job], "executions of the job")
    equal(session.wait_state("saved", "RUNNING"), job, "id of the job afterwards")
    session.delete("saved")
    _begins_from(session, told["location"])


def _begins_from(session, location: str) -> None:
    """What was saved can be restored: another job begins from it."""
    job = session.start("begins", parallelism=2, initialSavepointPath=location)
    restored = session.flink.restored(job)
    equal((restored["external_path"], restored["is_savepoint"]), (location, True), "what it was restored from")
    session.delete("begins")


NO_RESTARTS = {"restart-strategy.type": "none"}


def case_failed_job_is_started_again(case):
    """ON_FAILURE: a new execution, from the newest checkpoint of the one that failed."""
    session = shared(case, __file__)
    # 20 records a second in each of two tasks at most: the failure comes after some checkpoints.
    case.apply(job_manifest("fails", arguments=["--rate", "20", "--fail-after", "160"], configuration=NO_RESTARTS))
    first = session.wait_state("fails", "RUNNING")
    newest = 0

    def failed():
        nonlocal newest
        done = session.flink.checkpoints(first)["latest"]["completed"]
        newest = max(newest, done["id"] if done else 0)
        return session.flink.jobs()[first]["state"] == "FAILED"

    wait_for("the program to fail", failed, 60)
    start = time.monotonic()
    check(newest > 0, "it failed before its first checkpoint")

    def another():
        live = session.live("fails")
        return live and live != [first] and live

    (second,) = wait_for("another execution", another, 60)
    session.flink.wait_running(second)
    case.note("seconds from FAILED to the next execution with all tasks", round(time.monotonic() - start, 1))
    restored = session.flink.restored(second)
    check(restored["id"] >= newest and f"/{first}/" in restored["external_path"],
          f"restored from {restored}, the newest was {newest} of {first}")
    check(session.status("fails")["lineage"]["failures"] >= 1, f"failures: {session.status('fails')['lineage']}")
    equal(session.live("fails"), [second], "executions that are not over")
    session.delete("fails")


def case_failed_job_stays(case):
    """NEVER: it stays FAILED."""
    session = shared(case, __file__)
    case.apply(job_manifest("stays", arguments=["--rate", "20", "--fail-after", "20"],
                            configuration=NO_RESTARTS, restartPolicy="NEVER"))
    job = session.wait_state("stays", "FAILED", 60)
    # Another job's whole life later nothing has happened to it.
    session.start("meanwhile")
    session.delete("meanwhile")
    equal([(row["jid"], row["state"]) for row in session.executions("stays")], [(job, "FAILED")], "executions")
    equal(session.status("stays")["jobStatus"]["state"], "FAILED", "state")
    session.delete("stays")


def case_deleted_job(case):
    """Deletion cancels the job and leaves its neighbour alone."""
    session = shared(case, __file__)
    neighbour, job = session.start("neighbour"), session.start("goes")
    case.note("seconds to delete a job (goal 2)", session.delete("goes"))
    equal(session.flink.jobs()[job]["state"], "CANCELED", "the deleted job in Flink")
    equal([row["jid"] for row in session.executions("goes")], [job], "every execution of the deleted job")
    newest = session.newest_checkpoint(neighbour)
    comes_to_rest(case)
    equal([row["state"] for row in session.executions("goes")], ["CANCELED"], "the deleted job at rest")
    equal(session.live("neighbour"), [neighbour], "the job beside it")
    session.flink.wait_checkpoint(neighbour, after=newest)
    equal(session.flink.checkpoints(neighbour)["counts"]["restored"], 0, "restores of the job beside it")
    session.delete("neighbour")


SAVED_FIRST = {"kubernetes.operator.job.savepoint-on-deletion": "true"}
DRAINED = {**SAVED_FIRST, "kubernetes.operator.job.drain-on-savepoint-deletion": "true"}


def _left_by(session, name: str) -> tuple[str, str]:
    """The one FlinkStateSnapshot of a job that is gone, and where its savepoint lies."""
    all_there = json.loads(session.case.kubectl("get", SNAPSHOTS, "-o", "json").stdout)["items"]
    (left,) = [one for one in all_there if one["spec"]["jobReference"]["name"] == name]
    told = left["spec"]["savepoint"]
    equal((told["alreadyExists"], told["disposeOnDelete"]), (True, False), f"what {left['metadata']['name']} says")
    equal(left["metadata"].get("ownerReferences", []), [], "owners: it stays without its job")
    check((session.on_disk(told["path"]) / "_metadata").exists(), f"nothing at {told['path']}")
    return left["metadata"]["name"], told["path"]


def _events_of(session, name: str, reason: str) -> list[str]:
    chosen = f"involvedObject.name={name},reason={reason}"
    found = session.case.kubectl("get", "events", "--field-selector", chosen, "-o", "json").stdout
    return [event["message"] for event in json.loads(found)["items"]]


def case_deleted_job_is_saved(case):
    """It is stopped with a savepoint, which stays with its FlinkStateSnapshot: another job goes on from there."""
    session = shared(case, __file__)
    job = session.start("parting", parallelism=2, configuration=SAVED_FIRST)
    session.flink.wait_checkpoint(job)
    case.note("seconds to delete a job with a savepoint", session.delete("parting"))
    equal(session.flink.jobs()[job]["state"], "FINISHED", "the deleted job in Flink")
    snapshot, path = _left_by(session, "parting")
    last = session.flink.checkpoints(job)["latest"]["savepoint"]
    equal(last["external_path"], path, "its last savepoint in Flink")
    check(any(path in text for text in _events_of(session, "parting", "SavepointCompleted")), "no Event names it")
    another = session.start("arriving", parallelism=2, flinkStateSnapshotReference={"name": snapshot})
    restored = session.flink.restored(another)
    equal((restored["external_path"], restored["is_savepoint"], restored["id"]), (path, True, last["id"]),
          "what another job was restored from")
    check(session.flink.wait_checkpoint(another)["id"] > last["id"], "its checkpoints do not go on from there")
    session.delete("arriving")
    comes_to_rest(case)


def case_drained_job(case):
    """Its event time has ended; Flink lets a job begin from that savepoint all the same."""
    session = shared(case, __file__)
    job = session.start("drained", configuration=DRAINED)
    session.flink.wait_checkpoint(job)
    session.delete("drained")
    equal(session.flink.jobs()[job]["state"], "FINISHED", "the drained job in Flink")
    _, path = _left_by(session, "drained")
    another = session.start("after", initialSavepointPath=path)
    equal(session.flink.restored(another)["external_path"], path, "what another job was restored from")
    check(session.flink.wait_checkpoint(another), "it does not work")
    session.delete("after")


case_failed_job_is_started_again.NEEDS_FLINK_FROM = (1, 17)  # its restart strategy comes with the job
case_failed_job_stays.NEEDS_FLINK_FROM = (1, 17)
case_drained_job.NEEDS_FULL = True  # deleted_job_is_saved shows what drey does of it


def case_releases(case):
    """Job after job comes and goes; no pod of the cluster is touched."""
    session = shared(case, __file__)
    before, seconds = session.pod_uids(), []
    equal(len(before), 3, "pods of the cluster")
    for number in range(RELEASES):
        start = time.monotonic()
        job = session.start(f"release-{number}")
        seconds.append(round(time.monotonic() - start, 1))
        session.delete(f"release-{number}")
        equal(session.flink.jobs()[job]["state"], "CANCELED", "a job that was released")
    equal(session.pod_uids(), before, f"UIDs of the pods after {RELEASES} releases")
    equal(session.flink.get("/jars")["files"], [], "jars that are left on the JobManager")
    case.note(f"seconds from apply to RUNNING in {RELEASES} releases: median, longest",
              [sorted(seconds)[RELEASES // 2], max(seconds)])


for _case in (case_first_job, case_savepoint, case_failed_job_is_started_again, case_failed_job_stays,
              case_deleted_job, case_deleted_job_is_saved, case_drained_job, case_releases):
    _case.NEEDS_OPERATOR = True
