"""Native mode: Flink's JobManager makes the TaskManagers of a session cluster, and drey keeps the rest."""

import json
import time

from flink_kit import HA
from kit import check, equal
from operator_kit import CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, prepare, seen_store
from shell import wait_for

APART = True
NEEDS_FLINK_FROM = (1, 13)


def _session(case, high_availability: bool = True, **settings) -> Session:
    """A cluster that has no TaskManager until a job needs one."""
    prepare(case)
    manifest = cluster_manifest(case, slots=2, mode="native")
    del manifest["spec"]["taskManager"]["replicas"]
    for key in () if high_availability else HA:
        del manifest["spec"]["flinkConfiguration"][key]
    manifest["spec"]["flinkConfiguration"].update(settings)
    case.apply(seen_store(manifest, case))
    session = Session(case)
    start = time.monotonic()
    session.wait_ready()
    case.note("seconds until it is Ready", round(time.monotonic() - start, 1))
    equal(session.pods("taskmanager"), [], "TaskManagers before there is a job")
    equal(session.status(session.name, CLUSTERS)["mode"], "native", "the mode in its status")
    return session


def _owner_of(pod: dict) -> tuple[str, str]:
    (owner,) = pod["metadata"]["ownerReferences"]
    return owner["kind"], owner["name"]


def _task_managers(session: Session) -> dict[str, str]:
    """Name and UID of each TaskManager's pod."""
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in session.pods("taskmanager")}


def case_job_on_pods_that_flink_made(case):
    """A job takes a TaskManager, which goes when it has no task; the next JobManager process takes both over."""
    session = _session(case, **{"resourcemanager.taskmanager-timeout": "10 s"})
    start = time.monotonic()
    session.start("brief", parallelism=2)
    case.note("seconds until a job runs on a pod that Flink made", round(time.monotonic() - start, 1))
    (pod,) = session.pods("taskmanager")
    check(pod["metadata"]["name"].startswith("session-taskmanager-1-"), f"the pod is {pod['metadata']['name']}")
    equal(_owner_of(pod), ("Deployment", "session"), "its owner")
    equal(case.kubectl("get", "statefulsets", "-o", "name").stdout.split(), [], "StatefulSets")
    session.delete("brief", JOBS)
    start = time.monotonic()
    wait_for("the idle TaskManager to go", lambda: session.pods("taskmanager") == [], 90)
    case.note("seconds until an idle TaskManager is gone", round(time.monotonic() - start, 1))
    check(session.ready(), "it is not Ready without TaskManagers")
    job = session.start("orders", parallelism=2)
    newest = session.newest_checkpoint(job)
    before = _task_managers(session)
    (leader,) = session.pods("jobmanager")
    start = time.monotonic()
    case.crash_container(leader["metadata"]["name"])

    def recovered() -> bool:
        return session.flink.restored(job).get("id", 0) >= newest and \
            session.status("orders")["jobStatus"]["state"] == "RUNNING"

    wait_for("the next process to have the job", recovered, 120)
    case.note("seconds from the crash of the JobManager until the job works", round(time.monotonic() - start, 1))
    # Flink 1.20.1 may ask for another one beside it, and keep either: that is its own affair.
    now = _task_managers(session)
    equal({name: now.get(name) for name in before}, before, "TaskManagers after the crash")
    equal(session.live("orders"), [job], "executions that are not over")
    session.delete("orders", JOBS)


def case_changed_task_managers(case):
    """Memory of the TaskManagers: a transaction, after which no pod of the earlier spec is there."""
    session = _session(case)
    first = session.start("orders", parallelism=2, upgradeMode="savepoint")
    session.newest_checkpoint(first)
    old = set(session.pod_uids())
    memory = {"requests": {"cpu": "100m", "memory": "704Mi"}, "limits": {"cpu": "2", "memory": "704Mi"}}
    start = time.monotonic()
    case.kubectl("patch", CLUSTERS, session.name, "--type=merge", "-p",
                 json.dumps({"spec": {"taskManager": {"resources": memory}}}))
    second = session.wait_another("orders", first, 180)
    case.note("seconds from the change until the job works", round(time.monotonic() - start, 1))
    restored = session.flink.restored(second)
    check("savepoint-" in restored["external_path"], f"restored from {restored}")
    equal(session.live("orders"), [second], "executions that are not over")
    wait_for("the pods of the earlier spec to be gone", lambda: not old & set(session.pod_uids()), 60)
    (pod,) = session.pods("taskmanager")
    equal(pod["spec"]["containers"][0]["resources"]["limits"]["memory"], "704Mi", "memory of the TaskManager")
    comes_to_rest(case)


def case_without_high_availability(case):
    """A lost JobManager takes its job along, and drey starts it again from its newest checkpoint."""
    session = _session(case, high_availability=False)
    first = session.start("orders", parallelism=2)
    newest = session.newest_checkpoint(first)
    (leader,) = session.pods("jobmanager")
    start = time.monotonic()
    case.kubectl("delete", "pod", leader["metadata"]["name"], "--wait=false")
    second = session.wait_another("orders", first, 240)
    case.note("seconds from the loss of the JobManager until the job works", round(time.monotonic() - start, 1))
    check(session.flink.restored(second)["id"] >= newest, f"restored from {session.flink.restored(second)}")
    equal(session.live("orders"), [second], "executions that are not over")
    comes_to_rest(case)


def case_deleted(case):
    """The job first, then the JobManager; what Flink made goes by its owner, and nothing is left."""
    session = _session(case)
    session.start("orders", parallelism=2)
    case.kubectl("delete", CLUSTERS, session.name, "--wait=false")
    session.delete("orders", JOBS)
    start = time.monotonic()
    wait_for("the cluster to be gone", lambda: session.resource(CLUSTERS, session.name) is None, 120)
    case.note("seconds of its deletion", round(time.monotonic() - start, 1))
    left = case.kubectl("get", "pods,configmaps,services,deployments,statefulsets", "-l", "app=session",
                        "-o", "name").stdout.split()
    equal(left, [], "what is left")


case_without_high_availability.NEEDS_FULL = True  # drey does the same as in standalone mode, and worlds show it
