"""The scale subresource: TaskManagers come and go by `kubectl scale`, and jobs go on."""

import json
import time

import audit
import resource_metrics
from kit import check, equal
from operator_kit import CLUSTERS, Session, cluster_manifest, comes_to_rest, prepare
from shell import LabError, wait_for

APART = True


def _session(case, taskmanagers: int) -> Session:
    """Two slots each; jobs are spread over all of them."""
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=taskmanagers, slots=2)
    manifest["spec"]["flinkConfiguration"]["cluster.evenly-spread-out-slots"] = "true"
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    return session


def _scale(session: Session, replicas: int) -> None:
    session.case.kubectl("scale", "flinkdeployment", session.name, f"--replicas={replicas}")


def _has(session: Session, replicas: int, timeout: float = 90) -> float:
    """Seconds until as many are there and registered, as `kubectl get` and Flink tell."""
    start = time.monotonic()

    def probe():
        status = session.status(session.name, CLUSTERS)
        ready = session.condition(session.name, "Ready", CLUSTERS)
        return (status["taskManager"]["replicas"] == replicas
                and f"{replicas} of {replicas} TaskManagers registered, {2 * replicas} slots" in ready["message"]
                and len(session.pods("taskmanager")) == replicas) or session.unseen(session.name, CLUSTERS)

    wait_for(f"{replicas} TaskManagers", probe, timeout)
    return round(time.monotonic() - start, 1)


def _restores(session: Session, job: str) -> int:
    return session.flink.checkpoints(job)["counts"]["restored"]


def case_up_and_down(case):
    """Up never touches a running job; down takes those without tasks."""
    session = _session(case, 2)
    job = session.start("steady", parallelism=4)  # every slot of both
    before = session.pod_uids()
    _scale(session, 4)
    case.note("seconds from 2 to 4 TaskManagers", _has(session, 4))
    scale = session.api.send("GET", f"/apis/flink.apache.org/v1beta1/namespaces/{case.namespace}/flinkdeployments/"
                                    f"{session.name}/scale").json()
    equal((scale["spec"]["replicas"], scale["status"]["replicas"]), (4, 4), "the scale subresource")
    found = case.kubectl("get", "pods", "-l", scale["status"]["selector"], "-o", "name").stdout.split()
    equal(len(found), 4, f"pods by its selector {scale['status']['selector']}")
    _scale(session, 2)
    case.note("seconds from 4 to 2 TaskManagers", _has(session, 2))
    equal(session.pod_uids(), before, "pods that are left")
    equal(_restores(session, job), 0, "restores of the job")
    equal(session.resource(CLUSTERS, session.name)["spec"]["taskManager"]["replicas"], 2, "replicas in the spec")
    comes_to_rest(case)


def case_autoscaler(case):
    """A real HorizontalPodAutoscaler scales by the CPU of its TaskManagers; drey never writes replicas itself."""
    session = _session(case, 1)
    job = session.start("steady", parallelism=2)
    with resource_metrics.served(case, cpu="20m") as load:  # of the 100m that a TaskManager asks for
        case.apply({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "session"},
            "spec": {"minReplicas": 1, "maxReplicas": 3,
                     "scaleTargetRef": {"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment",
                                        "name": session.name},
                     "metrics": [{"type": "Resource", "resource": {
                         "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 75}}}],
                     "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}})

        def reads():
            told = {c["type"]: c for c in case.get("hpa", "session")["status"].get("conditions", [])}
            active = told.get("ScalingActive", {})
            if active.get("status") != "True":
                raise LabError(f"the autoscaler says {active}")
            return True

        wait_for("the autoscaler to read the metrics", reads, 60)
        load.cpu = "180m"
        case.note("seconds from the load to 3 TaskManagers", _has(session, 3, 120))
        load.cpu = "20m"
        case.note("seconds from its end to 1 TaskManager", _has(session, 1, 120))
        case.kubectl("delete", "hpa", "session")
    equal(_restores(session, job), 0, "restores of the job")
    scalers = {call.user for call in audit.calls(case.began, "", case.namespace, audit.MUTATING)
               if call.resource == "flinkdeployments/scale"}
    equal(scalers, {"system:serviceaccount:kube-system:horizontal-pod-autoscaler"}, "who wrote the scale")


def case_disruptive(case):
    """Down waits for TaskManagers with tasks, and says so; `scaleDown: disruptive` restarts the job once."""
    session = _session(case, 3)
    job = session.start("spread", parallelism=3)
    newest = session.newest_checkpoint(job)
    _scale(session, 2)

    def waits():
        told = session.condition(session.name, "Progressing", CLUSTERS)
        return told.get("reason") == "ScaleDownWaits" and told["message"] or session.unseen(session.name, CLUSTERS)

    case.note("what is told", wait_for("the wait to be told", waits, 60))
    equal(_restores(session, job), 0, "restores of the job while it waits")
    case.kubectl("patch", CLUSTERS, session.name, "--type=merge", "-p",
                 json.dumps({"spec": {"taskManager": {"scaleDown": "disruptive"}}}))
    _has(session, 2, 120)
    session.flink.wait_running(job, 60)
    restored = session.flink.restored(job)
    check(restored["id"] > newest, f"restored from {restored}; {newest} was there before")
    equal(_restores(session, job), 1, "restores of the job")
    equal(session.live("spread"), [job], "executions")
    comes_to_rest(case)


for _case in (case_up_and_down, case_autoscaler, case_disruptive):
    _case.NEEDS_OPERATOR = True
case_disruptive.NEEDS_FULL = True  # a minute and a half, for what simulated worlds show on every seed
