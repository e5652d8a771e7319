"""What Apache's operator runs, taken over: the Deployments, names, labels and status of that operator."""

import json

from flink_kit import ADDRESS, CHECKPOINT_DIR, HA_KUBERNETES, HA_TYPE, SAVEPOINT_DIR
import layout
from kit import check, equal
from ledger import continues
from operator_kit import (CLUSTERS, JOBS, Session, cluster_manifest, comes_to_rest, job_manifest, prepare)
from rollout_kit import Watch, change, memory, restores, settled, uids
from shell import wait_for

APART = True
NEEDS_FLINK_FROM = (1, 17)


def _reconciled(manifest: dict) -> str:
    """As that operator writes a spec: with its defaults, and with null for what is not there."""
    spec = {"job": None, "restartNonce": None, "imagePullPolicy": None, "ingress": None, "logConfiguration": None,
            **json.loads(json.dumps(manifest["spec"]))}
    if "jobManager" in spec:
        spec["jobManager"] = {"replicas": 1, "podTemplate": None, "resource": None, **spec["jobManager"]}
        spec["taskManager"] = {"replicas": None, "podTemplate": None, "resource": None, **spec["taskManager"]}
    return json.dumps({"spec": spec, "resource_metadata": {
        "apiVersion": "v1beta1", "metadata": {"generation": 2}, "firstDeployment": True}})


def _write_status(case, kind: str, name: str, status: dict) -> None:
    """What another operator wrote, under drey's name: it would wait for five minutes whether that one is still there."""
    case.kubectl("patch", kind, name, "--subresource=status", "--type=merge", "--field-manager=drey",
                 "-p", json.dumps({"status": status}))


def _apaches(case, mode: str) -> tuple[Session, str]:
    """A session cluster of that operator's with one job, which drey has not touched yet; the job's id."""
    prepare(case)
    manifest = cluster_manifest(case, slots=2, mode=mode)
    if mode == "native":
        del manifest["spec"]["taskManager"]["replicas"]
    manifest["metadata"]["annotations"] = {"drey.io/paused": "true"}
    case.apply(manifest)
    session = Session(case)
    values = {
        "TYPE": f"flink-{mode}-kubernetes", "UID": session.resource(CLUSTERS, "session")["metadata"]["uid"],
        "ARGUMENTS": f"[jobmanager, {ADDRESS.replace('POD_IP', '_POD_IP_ADDRESS')}]" if mode == "standalone"
                     else '[bash, -c, "kubernetes-jobmanager.sh kubernetes-session"]',
        "FILE": layout.FLINK_CONFIGURATION, "HA_TYPE": HA_TYPE, "HA_KUBERNETES": HA_KUBERNETES,
        "CHECKPOINT_DIR": CHECKPOINT_DIR, "SAVEPOINT_DIR": SAVEPOINT_DIR}
    case.apply_file("apache_session.yaml", **values)
    if mode == "standalone":
        case.apply_file("apache_taskmanagers.yaml", **values)
    _write_status(case, CLUSTERS, "session", {
        "jobManagerDeploymentStatus": "READY", "lifecycleState": "STABLE", "observedGeneration": 1,
        "reconciliationStatus": {"state": "DEPLOYED", "lastReconciledSpec": _reconciled(manifest),
                                 "lastStableSpec": _reconciled(manifest), "reconciliationTimestamp": 1}})
    session.flink.wait_up(2 if mode == "standalone" else 0)
    declared = job_manifest("orders")
    declared["metadata"]["annotations"] = {"drey.io/paused": "true"}
    case.apply(declared)
    job = session.flink.start(session.flink.upload(), arguments=declared["spec"]["job"]["args"])
    session.flink.wait_running(job)
    _write_status(case, JOBS, "orders", {
        "jobStatus": {"jobId": job, "jobName": "orders", "state": "RUNNING"}, "lifecycleState": "STABLE",
        "reconciliationStatus": {"state": "DEPLOYED", "lastReconciledSpec": _reconciled(declared),
                                 "reconciliationTimestamp": 1}})
    return session, job


def _take_over(case, session: Session, job: str) -> None:
    """drey is told that both are its own now: it finds everything as it should be, and touches nothing."""
    before = sorted(session.pod_uids())
    deployments = {one["metadata"]["name"]: one["metadata"]["generation"] for one in case.every("deployments", "app=session")}
    for kind, name in ((CLUSTERS, "session"), (JOBS, "orders")):
        case.kubectl("annotate", kind, name, "drey.io/paused-")
    session.wait_ready()
    equal(session.wait_state("orders", "RUNNING"), job, "the job")
    wait_for("the status to tell of the job", lambda: "lineage" in session.status("orders"), 30)
    comes_to_rest(case)
    equal(sorted(session.pod_uids()), before, "pods")
    equal({one["metadata"]["name"]: one["metadata"]["generation"] for one in case.every("deployments", "app=session")},
          deployments, "generations of the Deployments")
    equal(session.live("orders"), [job], "executions")
    equal(session.status("orders")["lineage"]["jobIds"], [job], "what status knows of them")


def case_a_standalone_session_cluster(case):
    """TaskManagers of a Deployment: one more beside them, then all replaced by a set, with one restart of the job."""
    session, job = _apaches(case, "standalone")
    _take_over(case, session, job)
    old = uids(session, "taskmanager")
    job_manager = uids(session, "jobmanager")
    changed = change(session, taskManager={"replicas": 3})
    wait_for("a third TaskManager", lambda: session.flink.get("/overview")["taskmanagers"] == 3, 60)
    check(old < uids(session, "taskmanager"), "a TaskManager went for the third one")
    settled(session, changed)
    session.newest_checkpoint(job)
    with Watch(session, {"orders": job}) as watch:
        settled(session, change(session, taskManager=memory("672Mi")))
    case.note("seconds without all tasks", watch.seconds())
    equal(uids(session, "jobmanager"), job_manager, "the JobManager's pod")
    check(not old & uids(session, "taskmanager"), "a TaskManager of Apache's is still there")
    equal(len(session.pods("taskmanager")), 3, "TaskManagers")
    equal(case.get("deployment", "session-taskmanager"), None, "the Deployment of TaskManagers")
    equal(restores(session, {"orders": job}), {"orders": 1}, "restores")
    equal(len(continues(case, session.flink, "orders", job)), 2, "starts")
    comes_to_rest(case)


def case_a_native_session_cluster(case):
    """A changed JobManager is made as drey makes it, over Apache's Deployment; the job goes on from HA metadata."""
    session, job = _apaches(case, "native")
    _take_over(case, session, job)
    job_manager = uids(session, "jobmanager")
    newest = session.newest_checkpoint(job)
    settled(session, change(session, jobManager=memory("720Mi")))
    check(not job_manager & uids(session, "jobmanager"), "the JobManager is Apache's still")
    restored = session.flink.restored(job, 90)
    check(restored["id"] >= newest, f"restored from {restored}, checkpoint {newest} was there")
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    check(len(continues(case, session.flink, "orders", job)) > 1, "its tasks have begun only once")
    strategy = case.get("deployment", "session")["spec"]["strategy"]
    equal(strategy["type"], "Recreate", "what the Deployment does with a new template")
    comes_to_rest(case)
    session.delete("orders")
    session.delete("session", CLUSTERS)
    left = case.kubectl("get", "deployments,pods", "-l", "app=session", "-o", "name").stdout.split()
    equal(left, [], "what is left of the cluster")


case_a_standalone_session_cluster.NEEDS_OPERATOR = case_a_native_session_cluster.NEEDS_OPERATOR = True
