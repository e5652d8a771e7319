"""An operator that only observes, told to or by itself, changes nothing and tells what it would do."""

import subprocess
import threading
import time

import audit
import layout
from kit import check, equal, kubectl
from operator_kit import (
    ACCOUNT, CLUSTERS, GROUP, OPERATOR, SYSTEM, Session, cluster_manifest, own_cluster, prepare, wait_leader, wait_operator)
from shell import wait_for

ALONE = True  # the operator that works is away for a while
WOULD_MAKE = ("deployment", "statefulset", "service", "configmap")


def case_observe(case):
    """A cluster is declared to an observer: no object is made, and each is told of; then the operator makes them."""
    prepare(case)
    kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=0")
    case.at_end(lambda: (kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=1"),
                         wait_leader(wait_operator())))
    wait_for("the operator to be away", lambda: not kubectl(
        "-n", SYSTEM, "get", "pods", "-l", f"app.kubernetes.io/name={OPERATOR}", "-o", "name").stdout, 60)
    since = audit.now()
    log = layout.LOGS / "observer.log"
    with log.open("w") as out:
        observer = subprocess.Popen(
            [layout.REPO / "build" / "drey-operator", "--observe", "--namespaces", case.namespace, "--listen-port", "0",
             "--kubeconfig", layout.KUBECONFIG], stdout=out, stderr=subprocess.STDOUT)
    try:
        case.apply(cluster_manifest(case, taskmanagers=1))
        made = time.monotonic()

        def told():
            lines = [line.lower() for line in log.read_text().splitlines() if "would=" in line]
            return all(any(kind in line.replace("_", "") for line in lines) for kind in WOULD_MAKE)

        wait_for(f"the observer to tell of {', '.join(WOULD_MAKE)}", told, 60, log=log)
        case.note("seconds until all was told", round(time.monotonic() - made, 1))
        equal(observer.poll(), None, "exit code of the observer")
    finally:
        observer.terminate()
        observer.wait(20)
    changes = [call for call in audit.calls(since, "", case.namespace, audit.MUTATING)
               if call.agent.startswith("drey")]
    equal(changes, [], "changes by the observer")
    equal(case.kubectl("get", "deployments,statefulsets", "-o", "name").stdout, "", "what was made")
    kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=1")
    wait_leader(wait_operator())
    Session(case).wait_ready()
    check(case.pods("component=jobmanager"), "the operator made no JobManager")


case_observe.NEEDS_OPERATOR = case_observe.NEEDS_FULL = True  # a minute of its own, and served APIs show it, too


class OtherOperator:
    """Says every few seconds that it has reconciled a resource, as Apache's operator does."""

    def __init__(self, session: Session):
        self.path = f"{GROUP}/namespaces/{session.case.namespace}/{CLUSTERS}/{session.name}/status"
        self.api, self.ended = session.api, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended.wait(5):
            body = {"status": {"reconciliationStatus": {"reconciliationTimestamp": int(time.time() * 1000)}}}
            self.api.send("PATCH", f"{self.path}?fieldManager=flink-kubernetes-operator", body,
                          {"Content-Type": "application/merge-patch+json"})

    def leave(self) -> None:
        self.ended.set()
        self.thread.join(60)


def case_another_operator_works(case):
    """Where another operator writes status the operator only observes, and takes over when that one has left."""
    session = own_cluster(case, taskmanagers=1)
    session.wait_ready()
    other = OtherOperator(session)
    case.at_end(other.leave)

    def told():
        return session.condition(session.name, "Yielding", CLUSTERS).get("status") == "True"

    wait_for("the condition Yielding", told, 60)
    wait_for("its Event", lambda: "AnotherOperator" in case.kubectl("get", "events").stdout, 30)
    since = audit.now()
    case.kubectl("patch", CLUSTERS, session.name, "--type=merge", "-p", '{"spec":{"taskManager":{"replicas":2}}}')
    time.sleep(60)
    equal(audit.changes(since, ACCOUNT, case.namespace), [], "changes while the other operator works")
    equal(len(case.pods("component=taskmanager")), 1, "TaskManagers while the other operator works")
    other.leave()
    left = time.monotonic()
    wait_for("a second TaskManager", lambda: len(case.pods("component=taskmanager")) == 2, 420)
    waited = time.monotonic() - left
    case.note("seconds until drey took over", round(waited, 1))
    check(waited > 240, f"drey took over after {waited} s of silence")
    wait_for("the condition Yielding to go", lambda: not told(), 60)


case_another_operator_works.NEEDS_OPERATOR = case_another_operator_works.NEEDS_FULL = True  # five minutes of silence
