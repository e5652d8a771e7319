"""The node of a JobManager is cut off from all others: a real partition, in which its processes go on."""

import time

from flink_kit import HA
from kit import check, equal
from node_kit import keep_operator_off, towards
from operator_kit import CLUSTERS, Session, cluster_manifest, comes_to_rest, prepare, seen_store
from shell import wait_for

NAMES = ("elected", "alone")  # with high availability, and without
PATIENCE = 20  # seconds that Kubernetes leaves a JobManager on a node that does not answer
BOUND = 240  # seconds from the cut until every job works again


def _manifest(case, name: str) -> dict:
    manifest = seen_store(cluster_manifest(case, name, taskmanagers=1, slots=2), case)
    spec = manifest["spec"]
    patience = [{"key": f"node.kubernetes.io/{taint}", "operator": "Exists", "effect": "NoExecute",
                 "tolerationSeconds": PATIENCE} for taint in ("unreachable", "not-ready")]
    spec["jobManager"]["podTemplate"] = {"spec": {"affinity": towards("node-2"), "tolerations": patience}}
    spec["taskManager"]["podTemplate"] = {"spec": {"affinity": towards("node-1")}}
    if name == "alone":
        for key in HA:
            del spec["flinkConfiguration"][key]
    return manifest


def _leader(session: Session) -> dict:
    """The JobManager that is not about to go."""
    pods = [pod for pod in session.pods("jobmanager") if "deletionTimestamp" not in pod["metadata"]]
    return pods[0] if len(pods) == 1 else {}


def case_jobmanagers_cut_off(case):
    """Each job works again elsewhere, from a checkpoint that is no older than its newest before the cut, and
    what was cut off is gone in the end: one execution is left."""
    prepare(case)
    keep_operator_off(case, "node-2")
    sessions, jobs = {}, {}
    for name in NAMES:
        case.apply(_manifest(case, name))
        sessions[name] = Session(case, name)
    for name, session in sessions.items():
        session.wait_ready()
        equal(_leader(session)["spec"]["nodeName"], "node-2", f"node of the JobManager of {name}")
        jobs[name] = session.start(f"{name}-job")
    taskmanagers = [pod["metadata"]["uid"] for pod in sessions["elected"].pods("taskmanager")]
    before = {name: _leader(session)["metadata"]["uid"] for name, session in sessions.items()}
    newest = {name: session.newest_checkpoint(jobs[name]) for name, session in sessions.items()}
    start = time.monotonic()
    with case.cut_off(2):
        for name, session in sessions.items():
            session.flink.server.timeout = 2
            wait_for(f"another JobManager of {name}", lambda s=session, n=name: _leader(s).get("metadata", {}).get(
                "uid", before[n]) != before[n], BOUND)
            case.note(f"seconds until another JobManager of {name} is made", round(time.monotonic() - start, 1))
        for name, session in sessions.items():
            session.wait_ready(BOUND)
            now = (session.wait_state(f"{name}-job", "RUNNING", BOUND) if name == "elected"
                   else session.wait_another(f"{name}-job", jobs[name], BOUND))
            restored = session.flink.restored(now, 90)
            check(restored["id"] >= newest[name] and f"/{jobs[name]}/" in restored["external_path"],
                  f"{name}: restored from {restored}, checkpoint {newest[name]} was there")
            session.flink.wait_checkpoint(now, after=restored["id"])
            took = time.monotonic() - start
            case.note(f"seconds from the cut until the job of {name} works", round(took, 1))
            check(took <= BOUND, f"the job of {name} took {took} s")
            jobs[name] = now
        equal([pod["metadata"]["uid"] for pod in sessions["elected"].pods("taskmanager")], taskmanagers,
              "TaskManagers, which nobody restarted: they are told of the next leader")
    for name, session in sessions.items():
        wait_for(f"the JobManager of {name} that was cut off to be gone",
                 lambda s=session: len(s.pods("jobmanager")) == 1, 120)
        equal(session.wait_state(f"{name}-job", "RUNNING"), jobs[name], f"id of the job of {name}")
        equal(session.live(f"{name}-job"), [jobs[name]], f"executions of the job of {name} that are not over")
        equal(session.condition(name, "Ready", CLUSTERS)["status"], "True", f"Ready of {name}")
    comes_to_rest(case)


case_jobmanagers_cut_off.ALONE = case_jobmanagers_cut_off.NEEDS_FULL = case_jobmanagers_cut_off.NEEDS_OPERATOR = True
case_jobmanagers_cut_off.NEEDS_NODES = 2
