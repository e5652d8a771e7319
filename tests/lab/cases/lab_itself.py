"""The lab's own tools do what they say: faults, the audit log, its environment."""

import urllib.request

import layout
from http_exchange import kubernetes
from kit import check, equal
from shell import wait_for


def _ready(case, node: str) -> str:
    conditions = case.get("node", node)["status"]["conditions"]
    return next(c["status"] for c in conditions if c["type"] == "Ready")


def case_cut_off(case):
    """A node that is cut off becomes Unknown after the grace period of 20 s, and Ready when healed."""
    with case.cut_off(2):
        wait_for("node-2 to be Unknown", lambda: _ready(case, "node-2") == "Unknown", 60)
    wait_for("node-2 to be Ready again", lambda: _ready(case, "node-2") == "True", 60)


def case_silent_kubelet(case):
    """A kubelet that is silent makes its node Unknown, though its pods go on."""
    with case.silent_kubelet(2):
        wait_for("node-2 to be Unknown", lambda: _ready(case, "node-2") == "Unknown", 60)
        taints = {taint["key"] for taint in case.get("node", "node-2")["spec"].get("taints", [])}
        check("node.kubernetes.io/unreachable" in taints, f"no taint for an unreachable node: {taints}")
    wait_for("node-2 to be Ready again", lambda: _ready(case, "node-2") == "True", 60)


case_cut_off.NEEDS_NODES = case_silent_kubelet.NEEDS_NODES = 2


def case_audit_log(case):
    """What an account changes is in the log, with its answer; what it only reads is not a change."""
    someone = kubernetes(case.token("default"))
    path = f"/api/v1/namespaces/{case.namespace}/configmaps"
    someone.send("GET", path)
    someone.send("POST", path, {"metadata": {"name": "one"}})
    (call,) = wait_for("the call in the log", lambda: case.changes_by(f"{case.namespace}:default"), 10)
    equal((call.verb, call.resource, call.code, call.agent), ("create", "configmaps", 403, "drey-lab-recorder"), "the call")


def case_crashed_container(case):
    """A container that is killed from outside is restarted in its pod."""
    case.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "victim"}, "spec": {
        "terminationGracePeriodSeconds": 0, "containers": [{"name": "pause", "image": f"docker.io/{layout.PAUSE_IMAGE}"}]}})

    def status():
        return (case.get("pod", "victim")["status"].get("containerStatuses") or [{}])[0]

    wait_for("the pod to run", lambda: "running" in status().get("state", {}), 60)
    case.crash_container("victim")
    wait_for("its container to be restarted", lambda: status()["restartCount"] == 1 and "running" in status()["state"], 60)
    equal(status()["lastState"]["terminated"]["exitCode"], 137, "exit code of the first one")


def case_jar_and_names(case):
    """The job's jar is served, and services' names resolve as in a pod."""
    with urllib.request.urlopen(layout.jar_url(), timeout=10) as answer:
        check(answer.read(2) == b"PK", "no jar")
    with urllib.request.urlopen("https://kubernetes.default.svc/healthz", timeout=10,
                                context=case.api.tls) as answer:
        equal(answer.read(), b"ok", "the API server by its service's name")
