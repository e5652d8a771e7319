"""FlinkStateSnapshots under drey: taken of a running job, begun with by another, disposed of, and made by the
schedule of a job."""

import datetime
import json
import time

from kit import check, equal
from ledger import continues
from operator_kit import JOBS, SNAPSHOTS, comes_to_rest, shared
from shell import wait_for


def _manifest(name: str, job: str, **kind) -> dict:
    return {"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkStateSnapshot", "metadata": {"name": name},
            "spec": {"jobReference": {"kind": "FlinkSessionJob", "name": job}, **kind}}


def _wait_state(session, name: str, state: str, timeout: float = 60) -> dict:
    """Its status, once that says so."""

    def probe():
        seen = session.status(name, SNAPSHOTS)
        return seen.get("state") == state and seen or session.unseen(name, SNAPSHOTS)

    return wait_for(f"snapshot {name} to be {state}", probe, timeout, every=0.1)


def _take(session, name: str, job: str, **kind) -> dict:
    session.case.apply(_manifest(name, job, **kind))
    return _wait_state(session, name, "COMPLETED")


def _is_on_disk(session, path: str) -> bool:
    return (session.on_disk(path) / "_metadata").exists()


def case_a_savepoint_and_a_checkpoint(case):
    """Each is taken once, lies where the status says, and the job goes on."""
    session = shared(case, __file__)
    # A newer checkpoint may overtake the one that is asked for before it is asked where that lies.
    job = session.start("taken", parallelism=2, configuration={"execution.checkpointing.interval": "2s"})
    session.flink.wait_checkpoint(job)
    start = time.monotonic()
    savepoint = _take(session, "nightly", "taken", savepoint={})
    case.note("seconds from the apply of a savepoint to COMPLETED in its status", round(time.monotonic() - start, 1))
    start = time.monotonic()
    checkpoint = _take(session, "now", "taken", checkpoint={})
    case.note("seconds from the apply of a checkpoint to COMPLETED in its status", round(time.monotonic() - start, 1))
    check(f"/savepoints/{case.namespace}/taken/{job}-{savepoint['triggerId']}/" in savepoint["path"],
          f"a directory of its own: {savepoint}")
    check(_is_on_disk(session, savepoint["path"]), f"nothing at {savepoint['path']}")
    check(f"/{job}/chk-{checkpoint['origin']['checkpointId']}" in checkpoint["path"], f"checkpoint {checkpoint}")
    equal(savepoint["origin"]["jobId"], job, f"origin of {savepoint}")
    check(savepoint["origin"]["checkpointId"] > 0, f"the place among the job's checkpoints: {savepoint}")
    equal(session.condition("nightly", "Ready", SNAPSHOTS)["status"], "True", "Ready of the savepoint")
    _checkpoint_by_nonce(session, "taken", job)
    session.flink.wait_checkpoint(job, session.flink.wait_checkpoint(job)["id"])
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of the job")
    comes_to_rest(case)
    saved = list((case.data / "savepoints").rglob("_metadata"))
    equal(len(saved), 1, f"savepoints on disk: {saved}")
    _begins_with(case, session, "nightly", savepoint)
    _is_disposed_of(session, "nightly", savepoint["path"])
    session.delete("now", SNAPSHOTS)
    equal(session.live("taken"), [job], "executions of the job afterwards")
    equal(continues(case, session.flink, "taken", job), [None], "starts of the job")
    session.delete("taken")


def _checkpoint_by_nonce(session, name: str, job: str) -> None:
    session.change(name, job={"checkpointTriggerNonce": 1})

    def probe():
        told = session.status(name).get("checkpoint", {})
        return told.get("state") == "COMPLETED" and told or session.unseen(name, JOBS)

    told = wait_for("the checkpoint that was asked for", probe, 60, every=0.1)
    equal(told["nonce"], 1, f"the nonce of {told}")
    check(f"/{job}/chk-" in told["location"], f"where it lies: {told}")
    made = session.status(told["snapshot"], SNAPSHOTS)
    equal((made["state"], made["path"]), ("COMPLETED", told["location"]), f"its FlinkStateSnapshot {told['snapshot']}")
    session.delete(told["snapshot"], SNAPSHOTS)


def _named(snapshot: dict) -> str:
    """As its own state names it."""
    return f"{snapshot['origin']['jobId']}/{snapshot['origin']['checkpointId']}"


def _begins_with(case, session, name: str, snapshot: dict) -> None:
    """Another job begins with it, once: after a failure it goes on from its own state."""
    job = session.start("copy", parallelism=2, flinkStateSnapshotReference={"name": name})
    restored = session.flink.restored(job)
    equal((restored["external_path"], restored["is_savepoint"]), (snapshot["path"], True), "what it was restored from")
    begun = continues(case, session.flink, "copy", job, begins_with=_named(snapshot))
    equal(begun, [_named(snapshot)], "what its tasks were restored from")
    session.newest_checkpoint(job)
    session.delete("copy")


def _is_disposed_of(session, snapshot: str, path: str) -> None:
    """Its job has newer state by now, so the files go with the resource."""
    seconds = session.delete(snapshot, SNAPSHOTS)
    session.case.note("seconds of the deletion of a savepoint with its files", seconds)
    check(not _is_on_disk(session, path), f"still there: {path}")
    check(not session.on_disk(path).exists(), f"its directory is still there: {path}")


def case_the_newest_state_of_a_job_is_held(case):
    """Nothing newer: the deletion waits and says why, until the job has been saved once more."""
    session = shared(case, __file__)
    job = session.start("rarely", configuration={"execution.checkpointing.interval": "1 h"})
    first = _take(session, "only", "rarely", savepoint={})
    case.kubectl("delete", "flinkstatesnapshot", "only", "--wait=false")

    def held():
        told = session.condition("only", "Held", SNAPSHOTS)
        return told.get("status") == "True" and told or session.unseen("only", SNAPSHOTS)

    told = wait_for("the deletion to be held", held, 30)
    check(f"FlinkSessionJob {case.namespace}/rarely" in told["message"], f"why it is held: {told}")
    check(_is_on_disk(session, first["path"]), f"gone, though it is held: {first['path']}")
    second = _take(session, "another", "rarely", savepoint={})
    case.wait_deleted("flinkstatesnapshot", "only", 90)
    check(not _is_on_disk(session, first["path"]), f"still there: {first['path']}")
    check(_is_on_disk(session, second["path"]), f"gone: {second['path']}")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of the job")
    # Nobody restores from it any more once the job is gone.
    session.delete("rarely")
    session.delete("another", SNAPSHOTS)
    check(not _is_on_disk(session, second["path"]), f"still there: {second['path']}")


def case_a_job_goes_back_to_its_snapshot(case):
    """restorePreference: snapshot. After a failure it goes on from the savepoint, not from newer checkpoints."""
    session = shared(case, __file__)
    # 20 records a second in each of two tasks at most: the failure comes after some checkpoints.
    job = session.start("careful", parallelism=2, arguments=["--rate", "20", "--fail-after", "400"],
                        configuration={"restart-strategy.type": "none"}, restorePreference="snapshot")
    session.flink.wait_checkpoint(job)
    good = _take(session, "good", "careful", savepoint={"disposeOnDelete": True})
    session.newest_checkpoint(job, good["origin"]["checkpointId"])
    now = session.wait_another("careful", job, 120)
    restored = session.flink.restored(now)
    equal((restored["external_path"], restored["is_savepoint"]), (good["path"], True), "what it was restored from")
    told = session.status("careful")["lineage"]["restored"]
    equal((told["path"], told["snapshot"]), (good["path"], "good"), f"what the status says: {told}")
    check(f"/{job}/chk-" in told["passedOver"], f"what was passed over: {told}")
    continues(case, session.flink, "careful", job, now, back_to={now: _named(good)})
    session.delete("careful")
    session.delete("good", SNAPSHOTS)


def case_a_snapshot_of_a_job_that_has_ended_is_abandoned(case):
    """And of one that is not there yet it waits."""
    session = shared(case, __file__)
    case.apply(_manifest("early", "later", savepoint={}))
    session.start("later")
    _wait_state(session, "early", "COMPLETED")
    case.kubectl("patch", JOBS, "later", "--type=merge", "-p", '{"spec":{"job":{"state":"suspended"}}}')
    wait_for("the job to be suspended",
             lambda: session.status("later").get("lifecycleState") == "SUSPENDED" or session.unseen("later", JOBS), 60)
    case.apply(_manifest("late", "later", savepoint={}))
    told = _wait_state(session, "late", "ABANDONED")
    check("suspended" in told["error"], f"why it is abandoned: {told}")
    session.delete("late", SNAPSHOTS)
    session.delete("later")
    session.delete("early", SNAPSHOTS)


PERIODIC = "kubernetes.operator.periodic.savepoint.interval"
SCHEDULE = {PERIODIC: "5 s", "kubernetes.operator.savepoint.history.max.count": "2",
            "kubernetes.operator.savepoint.dispose-on-delete": "true"}


def _made_for(case, job: str, trigger: str = "PERIODIC") -> list[dict]:
    """As a user of Apache's operator selects them."""
    labels = f"snapshot.trigger-type={trigger},snapshot.type=SAVEPOINT,job-reference.name={job}"
    return json.loads(case.kubectl("get", SNAPSHOTS, "-l", labels, "-o", "json").stdout)["items"]


def _is_complete(snapshot: dict) -> bool:
    return snapshot.get("status", {}).get("state") == "COMPLETED" and "deletionTimestamp" not in snapshot["metadata"]


def case_periodic_savepoints(case):
    """One every few seconds, of which two are kept, with their files; the job goes on meanwhile and afterwards."""
    session = shared(case, __file__)
    job = session.start("often", configuration=SCHEDULE)
    seen: dict[str, dict] = {}

    def probe():
        there = _made_for(case, "often")
        for one in there:
            if _is_complete(one) or one["metadata"]["name"] not in seen:
                seen[one["metadata"]["name"]] = one
        complete = [one for one in there if _is_complete(one)]
        return len(seen) >= 4 and len(complete) == 2 and complete or session.unseen("often", JOBS)

    wait_for("four savepoints, of which two are kept", probe, 60, every=0.3)
    session.change("often", flinkConfiguration={**SCHEDULE, PERIODIC: "0"})
    made = sorted(datetime.datetime.fromisoformat(one["metadata"]["creationTimestamp"].replace("Z", "+00:00"))
                  for one in seen.values())
    apart = [(later - earlier).total_seconds() for earlier, later in zip(made, made[1:])]
    case.note("seconds between periodic savepoints that are due every 5 s", apart)
    check(min(apart) >= 5, f"too soon after another: {apart}")
    comes_to_rest(case)
    kept = [one for one in _made_for(case, "often") if _is_complete(one)]
    check(len(kept) <= 2, f"kept: {[one['metadata']['name'] for one in kept]}")
    there = {one["metadata"]["name"] for one in kept}
    for name, one in seen.items():
        check(name.startswith("often-savepoint-periodic-"), f"the name {name}")
        if _is_complete(one):
            equal(_is_on_disk(session, one["status"]["path"]), name in there, f"files of {name} on disk")
    equal(session.live("often"), [job], "executions of the job")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of the job")
    equal(continues(case, session.flink, "often", job), [None], "starts of the job")
    session.delete("often")
    for name in there:
        session.delete(name, SNAPSHOTS)


def case_what_a_job_is_stopped_with(case):
    """A change stops it with a savepoint, which is a FlinkStateSnapshot, too; the job goes on from it."""
    session = shared(case, __file__)
    job = session.start("changed", upgradeMode="savepoint")
    session.flink.wait_checkpoint(job)
    session.change("changed", job={"parallelism": 2})
    now = session.wait_another("changed", job)
    restored = session.flink.restored(now)

    def probe():
        there = [one for one in _made_for(case, "changed", "UPGRADE") if _is_complete(one)]
        return there or session.unseen("changed", JOBS)

    made = wait_for("the FlinkStateSnapshot of its savepoint", probe, 30)
    equal(len(made), 1, f"made: {[one['metadata']['name'] for one in made]}")
    (one,) = made
    equal((one["spec"]["savepoint"]["alreadyExists"], one["status"]["path"]), (True, restored["external_path"]),
          f"what it is of: {one}")
    equal(one["status"]["origin"]["jobId"], job, f"whose it is: {one['status']}")
    check(_is_on_disk(session, one["status"]["path"]), f"nothing at {one['status']['path']}")
    check("unlisted" not in session.status("changed")["lineage"], f"{session.status('changed')['lineage']}")
    continues(case, session.flink, "changed", job, now)
    comes_to_rest(case)
    session.delete("changed")
    session.delete(one["metadata"]["name"], SNAPSHOTS)


for _case in (case_what_a_job_is_stopped_with, case_periodic_savepoints, case_a_savepoint_and_a_checkpoint,
              case_the_newest_state_of_a_job_is_held,
              case_a_job_goes_back_to_its_snapshot, case_a_snapshot_of_a_job_that_has_ended_is_abandoned):
    _case.NEEDS_OPERATOR = True
for _case in (case_a_savepoint_and_a_checkpoint, case_the_newest_state_of_a_job_is_held,
              case_a_job_goes_back_to_its_snapshot):
    _case.NEEDS_FLINK_FROM = (1, 17)
