"""A changed job, or a changed cluster, that fails goes back to its last stable spec, with the state that each
job was stopped with."""

import json
import time

import layout
from kit import check, equal
from ledger import arguments, continues
from operator_kit import CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, prepare, shared
from shell import wait_for

ROLLBACK = {"kubernetes.operator.deployment.rollback.enabled": "true"}
NO_IMAGE = "registry.invalid/flink:there-is-no-such-tag"
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
    continues(case, session.flink, "orders", before, now, mended)
    _stable(session, "orders", mended)
    equal(session.condition("orders", "Stalled")["status"], "False", "Stalled")
    equal(session.status("orders")["reconciliationStatus"]["state"], "DEPLOYED", "reconciliationStatus.state")


def case_b_fails_at_once(case):
    """A change with which it fails before its first checkpoint: it goes back to its newest one of before."""
    session = shared(case, __file__, slots=2)
    before = session.start("clicks", upgradeMode="last-state", configuration=ROLLBACK | NO_RESTARTS)
    newest = _stable(session, "clicks", before)
    start = time.monotonic()
    session.change("clicks", job={"args": arguments("clicks", "--rate", "100", "--fail-after", "1")})
    now = _wait_undone(session, "clicks", before)
    case.note("seconds from a change that fails at once until the job works as before",
              round(time.monotonic() - start, 1))
    restored = session.flink.restored(now)
    check(f"/{before}/chk-" in restored["external_path"] and restored["id"] >= newest,
          f"restored from {restored}, and checkpoint {newest} was there")
    states = {row["jid"]: row["state"] for row in session.executions("clicks")}
    equal(sorted(states.values()), ["CANCELED", "FAILED", "RUNNING"], "executions")
    (failed,) = [job for job, state in states.items() if state == "FAILED"]
    continues(case, session.flink, "clicks", before, failed, now)
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
    continues(case, session.flink, "lonely", before, now)


def _whole(session: Session, before: dict[str, str], timeout: float = 180) -> dict[str, str]:
    """Until the cluster is undone and each of its jobs works under another id; the ids."""

    def probe():
        if session.status(session.name, CLUSTERS).get("lifecycleState") != "ROLLED_BACK":
            session.unseen(session.name, CLUSTERS)
        now = {name: session.status(name).get("jobStatus", {}) for name in before}
        for name, job in now.items():
            if job.get("state") != "RUNNING" or job["jobId"] == before[name]:
                session.unseen(name, JOBS)
        return {name: job["jobId"] for name, job in now.items()}

    return wait_for("the cluster to be undone and its jobs to work", probe, timeout)


def _reconciled(session: Session) -> str:
    return session.status(session.name, CLUSTERS)["reconciliationStatus"]["state"]


def case_d_a_cluster_whose_image_does_not_exist(case):
    """Both sides are exchanged for nothing; each job goes on from its own savepoint. A number of TaskManagers
    is not undone, and an image that is set back restarts nobody."""
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    manifest["spec"]["flinkConfiguration"] |= ROLLBACK | {"kubernetes.operator.deployment.readiness.timeout": "30 s"}
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    before = {"orders": session.start("orders", upgradeMode="savepoint"),
              "clicks": session.start("clicks", upgradeMode="last-state")}
    newest = {name: session.newest_checkpoint(job) for name, job in before.items()}

    def patch(**spec) -> None:
        case.kubectl("patch", CLUSTERS, session.name, "--type=merge", "-p", json.dumps({"spec": spec}))

    start = time.monotonic()
    patch(image=NO_IMAGE)
    now = _whole(session, before)
    case.note("seconds from a change to an image that nobody has until all works as before",
              round(time.monotonic() - start, 1))
    paths = set()
    for name, job in now.items():
        restored = session.flink.restored(job)
        check("/savepoints/" in restored["external_path"] and restored["id"] > newest[name],
              f"{name} was restored from {restored}, and checkpoint {newest[name]} was there")
        paths.add(restored["external_path"])
        equal(session.live(name), [job], f"executions of {name}")
        continues(case, session.flink, name, before[name], job)
    equal(len(paths), len(now), f"savepoints {paths}")
    images = {c["image"] for side in ("jobmanager", "taskmanager") for pod in session.pods(side)
              for c in pod["spec"]["containers"]}
    equal(images, {layout.FLINK_IMAGE}, "images")
    stalled = session.condition(session.name, "Stalled", CLUSTERS)
    equal((stalled["status"], stalled["reason"]), ("True", "RolledBack"), "what is told")
    check(NO_IMAGE in stalled["message"], f"it says {stalled['message']!r}")
    case.note("what is told", stalled["message"][:300])
    comes_to_rest(case)

    case.kubectl("scale", CLUSTERS, session.name, "--replicas=2")
    wait_for("a second TaskManager", lambda: len(session.pods("taskmanager")) == 2, 30)
    session.wait_ready()
    equal(_reconciled(session), "ROLLED_BACK", "reconciliationStatus.state")
    pods = set(session.pod_uids())
    patch(image=layout.FLINK_IMAGE)
    wait_for("the spec to count again", lambda: _reconciled(session) == "DEPLOYED", 30)
    equal(session.condition(session.name, "Stalled", CLUSTERS)["status"], "False", "Stalled")
    comes_to_rest(case)
    equal(set(session.pod_uids()), pods, "pods")
    for name, job in now.items():
        equal(session.live(name), [job], f"executions of {name}")


for _case in (case_a_class_that_is_not_there, case_b_fails_at_once, case_c_not_asked_for,
              case_d_a_cluster_whose_image_does_not_exist):
    _case.NEEDS_OPERATOR = True
case_b_fails_at_once.NEEDS_FLINK_FROM = (1, 17)  # its restart strategy comes with the job
case_c_not_asked_for.NEEDS_FULL = True  # the simulator shows it with every fault
