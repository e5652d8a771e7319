"""An operator that only observes changes nothing and tells what it would do."""

import subprocess
import time

import audit
import layout
from kit import check, equal, kubectl
from operator_kit import OPERATOR, SYSTEM, Session, cluster_manifest, prepare, wait_leader, wait_operator
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
