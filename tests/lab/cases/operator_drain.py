"""Nodes are drained, as in an upgrade of Kubernetes: real `kubectl drain` under a PodDisruptionBudget.

The cluster has a name of its own, by which `kubectl drain --pod-selector` leaves all other pods of
the node alone, drey's among them.
"""

import re
import threading
import time

from kit import check, equal, kubectl
from operator_kit import CLUSTERS, Session, comes_to_rest, is_ready, own_cluster
from shell import LabError, wait_for

NAME, TASKMANAGERS, KEPT = "drained", 3, 2


def _node_of(pod: dict) -> str:
    return pod["spec"]["nodeName"]


def _ready(session: Session) -> int:
    return sum(is_ready(pod) for pod in session.pods("taskmanager"))


def _settled(session: Session) -> None:
    """Every TaskManager is registered again, and the status has seen that."""

    def probe():
        message = session.condition(NAME, "Ready", CLUSTERS).get("message", "")
        return (session.ready() and f"{TASKMANAGERS} of {TASKMANAGERS} TaskManagers registered" in message
                or session.unseen(NAME, CLUSTERS))

    wait_for(f"{TASKMANAGERS} TaskManagers", probe, 120)


def _spread(case, session: Session) -> tuple[str, str]:
    """The JobManager's node, and another one that has two TaskManagers or more."""
    (leader,) = session.pods("jobmanager")
    home = _node_of(leader)
    (other,) = [name for name in kubectl("get", "nodes", "-o", "name").stdout.replace("node/", "").split()
                if name != home]
    for node in (home, other):
        case.at_end(kubectl, "uncordon", node)
    kubectl("cordon", home)
    case.kubectl("scale", "flinkdeployment", NAME, f"--replicas={TASKMANAGERS}")
    _settled(session)
    kubectl("uncordon", home)
    check(sum(_node_of(pod) == other for pod in session.pods("taskmanager")) >= 2, "TaskManagers that went elsewhere")
    return home, other


def _guard(case) -> None:
    case.apply({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "taskmanagers"},
                "spec": {"minAvailable": KEPT,
                         "selector": {"matchLabels": {"app": NAME, "component": "taskmanager"}}}})
    wait_for("the budget to know its pods", lambda: case.get("pdb", "taskmanagers").get("status", {}).get(
        "currentHealthy") == TASKMANAGERS, 30)


class Watch:
    """How few TaskManagers were Ready at any moment that was looked at."""

    def __init__(self, session: Session):
        self.session, self.fewest, self._over = session, TASKMANAGERS, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._failure: LabError | None = None

    def _look(self) -> None:
        try:
            while not self._over.wait(0.2):
                self.fewest = min(self.fewest, _ready(self.session))
        except LabError as failure:
            self._failure = failure

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        if self._failure:
            raise self._failure


def _drain(case, session: Session, node: str) -> int:
    """How many pods of the cluster were evicted; none of it is left on the node."""
    leaving = [pod["metadata"]["name"] for pod in case.pods(f"app={NAME}") if _node_of(pod) == node]
    start = time.monotonic()
    with Watch(session) as seen:
        done = kubectl("drain", node, f"--pod-selector=app={NAME}", "--ignore-daemonsets",
                       "--delete-emptydir-data", "--timeout=240s", timeout=300)
    case.note(f"seconds of the drain of {node}", round(time.monotonic() - start, 1))
    case.note(f"evictions that the budget refused on {node}", len(re.findall("will retry after", done.stderr)))
    check(seen.fewest >= KEPT, f"the budget keeps {KEPT} TaskManagers Ready, and once there were {seen.fewest}")
    for name in leaving:
        check(f"pod/{name} evicted" in done.stdout, f"{name} was not evicted: {done.stdout}")
    equal([pod["metadata"]["name"] for pod in case.pods(f"app={NAME}") if _node_of(pod) == node], [],
          f"pods that are still on {node}")
    return len(leaving)


def _goes_on(session: Session, job: str, newest: int, restores: range) -> None:
    """The same execution, from a checkpoint of its own that is no older than the newest before, and
    restarted no more often than pods went."""
    session.flink.wait_running(job, 120)
    restored = session.flink.restored(job, 30)
    check(restored["id"] >= newest and not restored["is_savepoint"] and f"/{job}/" in restored["external_path"],
          f"restored from {restored}, but checkpoint {newest} was completed before")
    session.flink.wait_checkpoint(job, after=restored["id"])
    count = session.flink.checkpoints(job)["counts"]["restored"]
    check(count in restores, f"restores of the job: {count}, not {restores}")
    equal(session.wait_state("steady", "RUNNING"), job, "id of the job")
    equal(session.live("steady"), [job], "executions that are not over")
    equal(session.status("steady")["lineage"]["submissions"], 1, "submissions")


def case_nodes_drained(case):
    """First the TaskManagers' node: the JobManager is not touched. Then the JobManager's: the next one
    finds the job in Flink's HA metadata."""
    session = own_cluster(case, name=NAME, taskmanagers=1, slots=2)
    session.wait_ready()
    home, other = _spread(case, session)
    _guard(case)
    job = session.start("steady", parallelism=2 * TASKMANAGERS)  # every slot: any TaskManager's loss is felt

    jobmanager = case.uids(f"app={NAME},component=jobmanager")
    newest = session.newest_checkpoint(job)
    evicted = _drain(case, session, other)
    check(evicted >= 2, f"{evicted} pods were evicted")
    _settled(session)
    _goes_on(session, job, newest, range(1, evicted + 1))
    equal(case.uids(f"app={NAME},component=jobmanager"), jobmanager, "UID of the JobManager's pod")
    equal([pod["metadata"]["name"] for pod in session.pods("taskmanager")],
          [f"{NAME}-taskmanager-{n}" for n in range(TASKMANAGERS)], "TaskManagers, each under its own ordinal")

    kubectl("uncordon", other)
    newest = session.newest_checkpoint(job)
    session.flink.server.timeout = 2  # a connection to an address that is gone would hang
    evicted = _drain(case, session, home)
    equal(evicted, TASKMANAGERS + 1, "evicted pods")
    _settled(session)
    # A new JobManager counts anew: from its own restore on.
    _goes_on(session, job, newest, range(1, evicted + 1))
    session.flink.server.timeout = 30
    equal(len(session.pods("jobmanager")), 1, "JobManagers")
    equal(session.resource(CLUSTERS, NAME)["spec"]["taskManager"]["replicas"], TASKMANAGERS, "replicas asked for")
    comes_to_rest(case)


# A node is closed for every case's pods. The world `drained` shows it in every run of the tests.
case_nodes_drained.ALONE = case_nodes_drained.NEEDS_FULL = case_nodes_drained.NEEDS_OPERATOR = True
case_nodes_drained.NEEDS_NODES = 2
