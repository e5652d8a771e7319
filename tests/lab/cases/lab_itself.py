"""The lab's own tools do what they say: faults, the audit log, its environment."""

import json
import urllib.request

import layout
from http_exchange import kubernetes
from kit import check, equal
from ledger import continues
from shell import LabError, wait_for


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


def _ledger(*faults) -> list[dict]:
    """Of two lanes: one execution with two snapshots, the second one completed, and another from that."""

    def line(event: str, operator: str, job: str, number: int = 0, **more) -> dict:
        figures = {"0": number, "1": number}
        told = {} if event == "complete" else {"numbers": figures, "counts": figures if operator == "count" else {}}
        return {"event": event, "operator": operator, "subtask": 0, "of": 1, "job": job, "attempt": 0, **told, **more}

    def both(event: str, job: str, number: int, **more) -> list[dict]:
        return [line(event, operator, job, number, **more) for operator in ("source", "count")]

    lines = [*both("start", "a", 0, restored=False, **{"from": None}), *both("snapshot", "a", 5, checkpoint=1),
             *both("snapshot", "a", 9, checkpoint=2), line("complete", "count", "a", checkpoint=2),
             *both("start", "b", 9, restored=True, **{"from": "a/2"})]
    for number, change in faults:
        lines[number:number + 1] = [lines[min(number, len(lines) - 1)] | change]
    return lines


def case_ledger(case):
    """What is told of two executions passes as it is, and with any one thing wrong it does not."""
    figures = {"0": 9, "1": 8}
    older = {"from": "a/1", "numbers": {"0": 5, "1": 5}}
    wrong = {
        "the source has lost a number": [(7, {"numbers": figures})],
        "the counter has lost a number": [(8, {"numbers": figures})],
        "the counter has counted one twice": [(8, {"counts": {"0": 9, "1": 10}})],
        "a lane is not there": [(8, {"numbers": {"0": 9, "1": 9, "2": 0}})],
        "both from an older one": [(7, older), (8, older | {"counts": {"0": 5, "1": 5}})],
        "begun with nothing": [(number, {"restored": False, "from": None, "numbers": {"0": 0, "1": 0}}) for number in (7, 8)],
        "the counter's state was not there": [(8, {"from": None, "numbers": {"0": 0, "1": 0}, "counts": {"0": 0, "1": 0}})],
        "a violation": [(6, {"event": "violation", "lane": 0, "number": 7, "last": 5})],
        "less was counted than put out": [(number, {"counts": figures}) for number in (5, 8)],
        "a snapshot that nobody has told of": [(7, {"from": "a/3"})],
        "another execution has run": [(6, {"job": "c"})],
        "the one before has gone on": [(9, {"event": "snapshot", "job": "a", "checkpoint": 3})],
    }
    folder = case.data / "ledger"
    folder.mkdir()

    def told(*faults) -> str:
        (folder / "orders.jsonl").write_text("".join(json.dumps(line) + "\n" for line in _ledger(*faults)))
        try:
            continues(case, None, "orders", "a", "b", runs=False)
        except LabError as error:
            return str(error)
        return ""

    equal(told(), "", "with nothing wrong")
    found = {what: told(*faults) for what, faults in wrong.items()}
    equal([what for what, said in found.items() if not said], [], "what was not found")
    case.note("what it says", found)
