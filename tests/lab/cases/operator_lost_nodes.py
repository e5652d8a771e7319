"""How fast a node that does not answer is acted on is a person's choice: `unreachableNodeSeconds`."""

import json
import time

from kit import check, equal
from node_kit import keep_operator_off, towards
from operator_kit import CLUSTERS, Session, cluster_manifest, comes_to_rest, prepare, seen_store
from shell import wait_for

LEADER, WORKERS = 15, 5  # seconds, of the JobManager and of TaskManagers
UNKNOWN = 60  # seconds after which Kubernetes has given a silent node up
BOUND = 150  # seconds from the cut until the job works again; the tolerations alone are 300


def _manifest(case) -> dict:
    """The JobManager and a TaskManager on the node that is lost, the other TaskManager beside them."""
    manifest = seen_store(cluster_manifest(case, "chosen", taskmanagers=2, slots=2), case)
    spec = manifest["spec"]
    spec["jobManager"]["podTemplate"] = {"spec": {"affinity": towards("node-2")}}
    spread = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
              "labelSelector": {"matchLabels": {"app": "chosen", "component": "taskmanager"}}}
    spec["taskManager"]["podTemplate"] = {"spec": {"topologySpreadConstraints": [spread]}}
    return manifest


def _there(session: Session, component: str) -> dict[str, str]:
    """Pods that are not about to go: UID and node."""
    return {pod["metadata"]["uid"]: pod["spec"].get("nodeName", "") for pod in session.pods(component)
            if "deletionTimestamp" not in pod["metadata"]}


def _answers(case, node: str) -> bool:
    word = case.kubectl("get", "node", node, "-o", "jsonpath={.status.conditions[?(@.type=='Ready')].status}")
    return word.stdout == "True"


def _silent_kubelet_stays_without_consequence(case, session: Session, job: str) -> None:
    leaders, workers = _there(session, "jobmanager"), _there(session, "taskmanager")
    with case.silent_kubelet(2):
        wait_for("the node to be given up", lambda: not _answers(case, "node-2"), UNKNOWN)
        told = wait_for("the status to say that the JobManager works", lambda: (
            (c := session.condition("chosen", "Ready", CLUSTERS))["reason"] == "NodeUnreachable"
            and "It works all the same" in c["message"] and c), 60)
        case.note("told of a silent kubelet", told["message"])
        time.sleep(2 * LEADER)  # nothing is to happen; it has been told, so it was decided at least once
        equal(_there(session, "jobmanager"), leaders, "JobManager whose kubelet alone is silent")
        equal(_there(session, "taskmanager"), workers, "TaskManagers that their JobManager hears")
    wait_for("the node to be back", lambda: _answers(case, "node-2"), UNKNOWN)
    session.wait_ready(60)
    equal(session.live("job"), [job], "executions of the job")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restarts of the job")


def case_a_person_decides(case):
    """A kubelet that is silent changes nothing; a node that is cut off is given up as fast as was asked for,
    though the pods' tolerations are Kubernetes' own. No pod is restarted for the wish."""
    prepare(case)
    keep_operator_off(case, "node-2")
    case.apply(_manifest(case))
    session = Session(case, "chosen")
    session.wait_ready()
    job = session.start("job", parallelism=4)
    before = session.pod_uids()
    equal(set(_there(session, "taskmanager").values()), {"node-1", "node-2"}, "nodes of the TaskManagers")
    equal(set(_there(session, "jobmanager").values()), {"node-2"}, "node of the JobManager")
    wish = {"jobManager": {"unreachableNodeSeconds": LEADER}, "taskManager": {"unreachableNodeSeconds": WORKERS}}
    case.kubectl("patch", CLUSTERS, "chosen", "--type=merge", "-p", json.dumps({"spec": wish}))
    comes_to_rest(case)
    equal(session.pod_uids(), before, "pods, which the wish does not restart")
    _silent_kubelet_stays_without_consequence(case, session, job)

    newest = session.newest_checkpoint(job)
    old = _there(session, "jobmanager")
    start = time.monotonic()
    with case.cut_off(2):
        session.flink.server.timeout = 2
        wait_for("the node to be given up", lambda: not _answers(case, "node-2"), UNKNOWN)
        known = time.monotonic()
        wait_for("another JobManager", lambda: not old.keys() & _there(session, "jobmanager").keys(), BOUND)
        case.note("seconds from Unknown until another JobManager is made", round(time.monotonic() - known, 1))
        check(time.monotonic() - known >= LEADER - 1, "it was not waited for")
        session.wait_ready(BOUND)
        now = session.wait_state("job", "RUNNING", BOUND)
        restored = session.flink.restored(now, 90)
        check(restored["id"] >= newest, f"restored from {restored}, checkpoint {newest} was there")
        session.flink.wait_checkpoint(now, after=restored["id"])
        took = time.monotonic() - start
        case.note("seconds from the cut until the job works", round(took, 1))
        check(took <= BOUND, f"the job took {took} s")
    wait_for("what was cut off to be gone", lambda: len(session.pods("jobmanager")) == 1
             and len(session.pods("taskmanager")) == 2, 120)
    equal(session.live("job"), [now], "executions of the job that are not over")
    comes_to_rest(case)


case_a_person_decides.ALONE = case_a_person_decides.NEEDS_FULL = case_a_person_decides.NEEDS_OPERATOR = True
case_a_person_decides.NEEDS_NODES = 2
