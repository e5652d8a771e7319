"""What other tools make of the statuses: `kubectl wait`, and Argo CD's own health checks.

Argo CD comes with a check of FlinkDeployment and of FlinkSessionJob (argo-cd, resource_customizations/flink.apache.org);
which fields these read, and what they say for which values, is repeated here.
"""

import json

from kit import check, equal
from operator_kit import CLUSTERS, JOBS, SNAPSHOTS, job_manifest, shared
from shell import wait_for


def _health_of_cluster(resource: dict) -> str:
    """By reconciliationStatus.state, then by jobManagerDeploymentStatus."""
    status = resource.get("status", {})
    if status.get("reconciliationStatus", {}).get("state") == "DEPLOYED":
        return "Healthy"
    return "Degraded" if "reconciliationStatus" in status and status.get("jobManagerDeploymentStatus") == "ERROR" \
        else "Progressing"


HEALTH_OF_STATE = {"RUNNING": "Healthy", "FINISHED": "Healthy", "RECONCILING": "Progressing", "CREATED": "Progressing",
                   "SUSPENDED": "Suspended", "CANCELED": "Suspended", "FAILED": "Degraded"}


def _health_of_job(resource: dict) -> str:
    """By its deletion, then by jobStatus.state, then by whether there is an error."""
    status = resource.get("status", {})
    if "deletionTimestamp" in resource["metadata"]:
        return "Progressing"
    state = status.get("jobStatus", {}).get("state")
    return HEALTH_OF_STATE.get(state, "Degraded" if status.get("error") else "Progressing")


def _is(session, kind: str, name: str, health: str, timeout: float = 60) -> None:
    told = _health_of_cluster if kind == CLUSTERS else _health_of_job

    def probe():
        return told(session.resource(kind, name)) == health or session.unseen(name, kind)

    wait_for(f"Argo CD to call {name} {health}", probe, timeout)


def _waited(case, condition: str, *names: str) -> None:
    case.kubectl("wait", f"--for=condition={condition}", "--timeout=60s", *names, timeout=90)


def case_kubectl_wait(case):
    """Ready of a cluster, a job and a snapshot; Stalled of what cannot be done; the very `kubectl wait` of a pipeline."""
    session = shared(case, __file__)
    case.apply(job_manifest("orders"), {
        "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkStateSnapshot", "metadata": {"name": "now"},
        "spec": {"jobReference": {"kind": "FlinkSessionJob", "name": "orders"}, "savepoint": {}, "backoffLimit": 10}})
    _waited(case, "Ready", f"flinkdeployment/{session.name}", "flinksessionjob/orders", "flinkstatesnapshot/now")
    check(session.flink.tasks_running(session.status("orders")["jobStatus"]["jobId"]), "it is Ready, and its tasks do not run")
    equal(session.status("now", SNAPSHOTS)["state"], "COMPLETED", "state of a snapshot that is Ready")
    case.kubectl("patch", JOBS, "orders", "--type=merge", "-p", json.dumps({"spec": {"job": {"parallelism": -1}}}))
    _waited(case, "Stalled", "flinksessionjob/orders")
    case.kubectl("patch", JOBS, "orders", "--type=merge", "-p", json.dumps({"spec": {"job": {"parallelism": 2}}}))
    _waited(case, "Ready", "flinksessionjob/orders")
    case.kubectl("delete", "flinkstatesnapshot", "now", "--wait=false")
    case.kubectl("wait", "--for=delete", "--timeout=60s", "flinkstatesnapshot/now", timeout=90)


def case_argo_cd(case):
    """Each health that its checks have: of what works, rests, fails, is refused and comes up."""
    session = shared(case, __file__)
    _is(session, CLUSTERS, session.name, "Healthy")
    clicks = session.start("clicks")
    session.start("orders", upgradeMode="savepoint")
    _is(session, JOBS, "orders", "Healthy")
    session.change("orders", job={"state": "suspended"})
    wait_for("orders to be suspended",
             lambda: session.status("orders").get("lifecycleState") == "SUSPENDED" or session.unseen("orders", JOBS), 60)
    _is(session, JOBS, "orders", "Healthy")  # its state is FINISHED, as Apache's operator has it
    session.flink.send("PATCH", f"/jobs/{clicks}?mode=cancel")
    _is(session, JOBS, "clicks", "Suspended")  # a person ended it, and it stays so
    case.apply(job_manifest("fails", arguments=["--rate", "20", "--fail-after", "20"], restartPolicy="NEVER",
                            configuration={"restart-strategy.type": "none"}))
    _is(session, JOBS, "fails", "Degraded")
    ends = job_manifest("ends")
    ends["spec"]["job"]["args"] = ["--name", "ends", "--count", "100"]  # one that ends has no ledger
    case.apply(ends)
    session.wait_state("ends", "FINISHED", 150)  # its store cannot be listed from here: told late
    _is(session, JOBS, "ends", "Healthy")
    refused = job_manifest("refused")
    refused["spec"]["job"]["jarURI"] = "ftp://jars.example.com/a.jar"
    case.apply(refused, job_manifest("early", cluster="later"))
    _is(session, JOBS, "refused", "Degraded")
    _is(session, JOBS, "early", "Progressing")


case_argo_cd.NEEDS_FLINK_FROM = (1, 17)  # a restart strategy that comes with the job
for _case in (case_kubectl_wait, case_argo_cd):
    _case.NEEDS_OPERATOR = True
