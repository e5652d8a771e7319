"""What a JobManager leaves behind, and what is left when that is gone, too."""

import contextlib
import signal
import time

from kit import check, equal
from ledger import continues
from operator_kit import (CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, prepare, seen_store,
                          signal_all)
from shell import wait_for

APART = True


def _high_availability(case) -> list[str]:
    """ConfigMaps that Flink keeps its HA metadata in."""
    wanted = "app=session,type=flink-native-kubernetes"
    return case.kubectl("get", "configmaps", "-l", wanted, "-o", "name").stdout.split()


def _let_go_on(processes: list[int]) -> None:
    """Those that still stand."""
    with contextlib.suppress(ProcessLookupError):
        signal_all(processes, signal.SIGCONT)


def case_metadata_deleted(case):
    """Flink's HA ConfigMaps go under running jobs: each job goes on from its newest checkpoint, once."""
    prepare(case)
    case.apply(seen_store(cluster_manifest(case, taskmanagers=1, slots=4), case))
    session = Session(case)
    session.wait_ready()
    before = {name: session.start(name) for name in ("orders", "report")}
    newest = {name: session.newest_checkpoint(job) for name, job in before.items()}
    maps = _high_availability(case)
    check(len(maps) > len(before), f"of the cluster and of each job: {maps}")
    (pod,) = session.pods("jobmanager")
    start = time.monotonic()
    case.kubectl("delete", *maps)
    case.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force", "--wait=false")
    for name, job in before.items():
        now = session.wait_another(name, job, 150)
        restored = session.flink.restored(now)
        check(restored["id"] >= newest[name] and f"/{job}/" in restored["external_path"],
              f"{name} was restored from {restored}, its checkpoint {newest[name]} was there")
        equal(session.live(name), [now], f"executions of {name} that are not over")
        told = session.status(name)["lineage"]
        equal((told["submissions"], told["jobIds"]), (2, [job, now]), f"what the status of {name} says of them")
    case.note("seconds from the loss until both work", round(time.monotonic() - start, 1))
    for name, job in before.items():
        continues(case, session.flink, name, job, session.status(name)["jobStatus"]["jobId"])
    wait_for("both to be Ready", lambda: all(session.condition(name, "Ready", JOBS).get("status") == "True"
                                             for name in before), 30)
    comes_to_rest(case)


def case_rest_dead(case):
    """A JobManager stands still: its kubelet says so, and after three minutes another one takes over."""
    prepare(case)
    case.apply(seen_store(cluster_manifest(case, taskmanagers=1, slots=4), case))
    session = Session(case)
    session.wait_ready()
    job = session.start("orders")
    newest = session.newest_checkpoint(job)
    (pod,) = session.pods("jobmanager")
    name = pod["metadata"]["name"]
    processes = case.processes(name)
    case.at_end(_let_go_on, processes)
    signal_all(processes, signal.SIGSTOP)
    start = time.monotonic()

    def told(reason: str):
        ready = session.condition("session", "Ready", CLUSTERS)
        return ready.get("reason") == reason and name in ready["message"]

    wait_for("the status to name the pod", lambda: told("JobManagerUnready"), 60)
    case.note("seconds until the status tells", round(time.monotonic() - start, 1))
    equal(case.uids("component=jobmanager"), [pod["metadata"]["uid"]], "JobManagers' pods")

    def is_deleted() -> bool:
        seen = case.get("pod", name)
        return seen is None or "deletionTimestamp" in seen["metadata"]

    wait_for("the pod to be deleted", is_deleted, 240)
    waited = time.monotonic() - start
    case.note("seconds until it is replaced", round(waited, 1))
    check(waited >= 180, f"it was replaced after {waited} s")
    session.flink.server.timeout = 2
    case.wait_deleted("pod", name)
    session.wait_ready(120)
    restored = session.flink.restored(job, 90)
    check(restored["id"] >= newest, f"restored from {restored}, checkpoint {newest} was there")
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    session.flink.server.timeout = 30
    check(len(continues(case, session.flink, "orders", job)) > 1, "its tasks have begun only once")
    comes_to_rest(case)


case_metadata_deleted.NEEDS_OPERATOR = case_rest_dead.NEEDS_OPERATOR = True
case_rest_dead.NEEDS_FULL = True  # four minutes
