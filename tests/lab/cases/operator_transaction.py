"""A change of a cluster that no job outlives: each is stopped with a savepoint of its own, the
cluster is changed, each goes on from its own."""

import json
import time

from flink_kit import HA
from kit import check, equal
from ledger import continues
from operator_kit import CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, prepare
from shell import wait_for

APART = True


def _session(case, without=()) -> tuple[Session, dict[str, str]]:
    """A cluster of one TaskManager with two jobs, both with a checkpoint."""
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    for key in without:
        del manifest["spec"]["flinkConfiguration"][key]
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    jobs = {"orders": session.start("orders", upgradeMode="savepoint"),
            "clicks": session.start("clicks", upgradeMode="last-state")}
    for job in jobs.values():
        session.newest_checkpoint(job)
    return session, jobs


def _change(session: Session, **spec) -> None:
    session.case.kubectl("patch", CLUSTERS, session.name, "--type=merge", "-p", json.dumps({"spec": spec}))


def _all_anew(session: Session, before: dict[str, str]) -> dict[str, str]:
    """Until the change is carried out and every job works under another id; the ids."""

    def probe():
        progress = session.condition(session.name, "Progressing", CLUSTERS)
        if "rollout" in session.status(session.name, CLUSTERS) or progress.get("reason") != "RolloutComplete":
            session.unseen(session.name, CLUSTERS)
        now = {}
        for name, old in before.items():
            job = session.status(name).get("jobStatus", {})
            if job.get("state") != "RUNNING" or job["jobId"] == old:
                session.unseen(name, JOBS)
            now[name] = job["jobId"]
        return now

    return wait_for("the change to be carried out and all jobs to work", probe, 150)


def _each_from_its_own_savepoint(session: Session, before: dict[str, str], now: dict[str, str]) -> None:
    paths = {}
    for name, job in now.items():
        restored = session.flink.checkpoints(job)["latest"]["restored"]
        check(restored["is_savepoint"], f"{name} was restored from {restored}")
        paths[name] = restored["external_path"]
        check((session.on_disk(paths[name]) / "_metadata").exists(), f"{paths[name]} is not there")
        equal(session.live(name), [job], f"executions of {name}")
        equal(session.status(name)["lineage"]["jobIds"][-2:], [before[name], job], f"submissions of {name}")
    equal(len(set(paths.values())), len(paths), f"savepoints {paths}")


def _hold(case, session: Session, before: dict[str, str], **spec) -> None:
    start = time.monotonic()
    _change(session, **spec)
    now = _all_anew(session, before)
    case.note("seconds from the change to the last job", round(time.monotonic() - start, 1))
    _each_from_its_own_savepoint(session, before, now)
    for name, job in now.items():
        equal(len(continues(case, session.flink, name, before[name], job)), 2, f"starts of {name}")
    comes_to_rest(case)


def case_both_sides(case):
    """A setting that both sides read, with HA: all processes are new, no state is lost."""
    session, jobs = _session(case)
    old = set(session.pod_uids())
    _hold(case, session, jobs, flinkConfiguration={"akka.ask.timeout": "20 s"})
    check(not old & set(session.pod_uids()), "a pod of the old spec is still there")


def case_without_ha(case):
    """Another JobManager without HA: its jobs would be gone; they are not."""
    session, jobs = _session(case, HA)
    (old,) = session.pods("jobmanager")
    _hold(case, session, jobs, jobManager={"resources": {"limits": {"memory": "720Mi"}, "requests": {"memory": "720Mi"}}})
    check(old["metadata"]["uid"] not in session.pod_uids(), "the JobManager of the old spec is still there")
    equal(len(session.pods("taskmanager")), 1, "TaskManagers")


case_both_sides.NEEDS_FULL = True  # the other one takes the same way, with less to keep its jobs
for _case in (case_both_sides, case_without_ha):
    _case.NEEDS_OPERATOR = True
