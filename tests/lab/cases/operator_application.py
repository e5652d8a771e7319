"""Application mode: a FlinkDeployment with a job of its own, with and without high availability.

The job's name in Flink is the FlinkDeployment's, and so is its folder.
"""

import time

import layout
from application_kit import QUICK_FLINK, Application
from flink_kit import APPLICATIONS, HA
from kit import check, equal, kubectl
from ledger import arguments as counter, continues, executions
from operator_kit import (CLUSTERS, OPERATOR, SNAPSHOTS, SYSTEM, cluster_manifest, comes_to_rest, operator_pods,
                          prepare, seen_store, wait_operator)
from shell import wait_for

APART = True
NEEDS_FLINK_FROM = (1, 20)  # before it the jar must be in the image


def _application(case, high_availability: bool, name: str = "billing", arguments=(), settings=None, **job) -> Application:
    manifest = cluster_manifest(case, name=name, taskmanagers=1, slots=2)
    spec = manifest["spec"]
    for key in () if high_availability else HA:
        del spec["flinkConfiguration"][key]
    spec["flinkConfiguration"].update(settings or {})
    spec["job"] = {"jarURI": layout.jar_url(), "parallelism": 2, "args": counter(name, *arguments),
                   "upgradeMode": "last-state", "restartPolicy": "ON_FAILURE", **job}
    case.apply(seen_store(manifest, case))
    return Application(case, name)


def _goes_on(app: Application, before: str, newest: int, timeout: float = 90) -> str:
    """Another execution, from a checkpoint of the last one that is no older than `newest`."""
    now = app.wait_another(app.name, before, timeout)
    restored = app.flink.restored(now)
    check(restored["id"] >= newest and f"/{before}/" in restored["external_path"],
          f"restored from {restored}, checkpoint {newest} of {before} was there")
    equal(app.live(app.name), [now], "executions that are not over")
    return now


def _workloads(case) -> list[str]:
    return sorted(case.kubectl("get", "jobs,deployments", "-o", "name").stdout.split())


def case_without_high_availability(case):
    """The JobManager is a Job that is run once; each next launch begins with the newest state."""
    prepare(case)
    app = _application(case, high_availability=False, settings=QUICK_FLINK, upgradeMode="savepoint")
    start = time.monotonic()
    first = app.wait_state("billing", "RUNNING", 90)
    case.note("seconds until it works", round(time.monotonic() - start, 1))
    equal(_workloads(case), ["job.batch/billing"], "workloads of its JobManager")
    newest = app.newest_checkpoint(first)
    (pod,) = app.pods("jobmanager")
    start = time.monotonic()
    case.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")
    second = _goes_on(app, first, newest)
    case.note("seconds from the loss of the pod until it works", round(time.monotonic() - start, 1))
    newest = app.newest_checkpoint(second)
    (pod,) = app.pods("jobmanager")
    start = time.monotonic()
    case.crash_container(pod["metadata"]["name"])
    third = _goes_on(app, second, newest)
    case.note("seconds from the crash of its process until it works", round(time.monotonic() - start, 1))
    before = app.pod_uids()
    start = time.monotonic()
    app.change("billing", job={"parallelism": 1})
    fourth = app.wait_another("billing", third)
    case.note("seconds of a change of parallelism", round(time.monotonic() - start, 1))
    check("savepoint-" in app.flink.restored(fourth)["external_path"], f"restored from {app.flink.restored(fourth)}")
    workers = [pod["metadata"]["uid"] for pod in app.pods("taskmanager")]
    check(set(workers) <= set(before), f"TaskManagers were replaced: {workers} instead of some of {before}")
    continues(case, app.flink, "billing", first, second, third, fourth)
    wait_for("it to be STABLE", lambda: app.status("billing")["lifecycleState"] == "STABLE", 15)
    told = app.status("billing")
    equal(told["jobStatus"]["jobId"], fourth, "the job that the status tells of")
    equal(told["application"]["lineage"]["submissions"], 4, "launches that the status tells of")
    comes_to_rest(case)


def case_high_availability(case):
    """Its JobManager is a Deployment, and the next process takes the same execution over."""
    prepare(case)
    app = _application(case, high_availability=True)
    first = app.wait_state("billing", "RUNNING", 90)
    equal(_workloads(case), ["deployment.apps/billing"], "workloads of its JobManager")
    newest = app.newest_checkpoint(first)
    (pod,) = app.pods("jobmanager")
    start = time.monotonic()
    case.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")

    def recovered() -> bool:
        there = [one["metadata"]["name"] for one in app.pods("jobmanager")]
        return pod["metadata"]["name"] not in there and app.status("billing")["jobStatus"]["state"] == "RUNNING" and \
            app.flink.restored(first)["id"] >= newest

    wait_for("the next JobManager to have the job", recovered, 90)
    case.note("seconds from the loss of the JobManager until it works", round(time.monotonic() - start, 1))
    equal(app.status("billing")["application"]["lineage"]["submissions"], 1, "launches")
    _savepoint_is_taken(app, first)
    check(len(continues(case, app.flink, "billing", first)) > 1, "its tasks have begun only once")
    comes_to_rest(case)


def _savepoint_is_taken(app: Application, job: str) -> None:
    """By a FlinkStateSnapshot that names the FlinkDeployment."""
    app.case.apply({"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkStateSnapshot",
                    "metadata": {"name": "nightly"},
                    "spec": {"jobReference": {"kind": "FlinkDeployment", "name": app.name},
                             "savepoint": {"disposeOnDelete": False}}})

    def complete():
        told = app.status("nightly", SNAPSHOTS)
        return told.get("state") == "COMPLETED" and told or app.unseen("nightly", SNAPSHOTS)

    told = wait_for("the savepoint to be complete", complete, 60)
    check((app.on_disk(told["path"]) / "_metadata").exists(), f"nothing at {told['path']}")
    equal((told["origin"]["jobId"], told["origin"]["cluster"]), (job, app.name), f"origin of {told}")
    app.delete("nightly", SNAPSHOTS)


def _launch_map(case) -> dict:
    return case.get("configmap", "flink-launch-billing")["data"]


def case_nobody_watches(case):
    """Without drey, too, only the first process begins where the launch does."""
    prepare(case)
    app = _application(case, high_availability=True)
    (pod,) = wait_for("its JobManager's pod", lambda: app.pods("jobmanager"), 30)
    kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=0")
    case.at_end(wait_operator)
    case.at_end(kubectl, "-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=1")
    wait_for("no operator to be there", lambda: not operator_pods(), 30)
    first = app.status("billing")["jobStatus"]["jobId"]
    newest = app.newest_checkpoint(first)
    told = _launch_map(case)
    check(told["restore"].endswith(f"is-gone/{pod['metadata']['uid']}") and "lived" not in told, f"its map is {told}")
    case.kubectl("delete", "configmaps", "-l", "app=billing,type=flink-native-kubernetes")

    def restarts() -> int:
        (now,) = app.pods("jobmanager")
        return now["status"]["containerStatuses"][0]["restartCount"]

    def application_failed() -> bool:
        told = app.flink.get("/applications/overview")["applications"]
        return restarts() == 1 and [one["status"] for one in told] == ["FAILED"]

    # One finds its metadata gone and ends; the next one runs main(), whose job finds nothing, and ends, too.
    # Since Flink 2.3 that one stays, with an application that has failed.
    if APPLICATIONS:
        wait_for("the next process's application to have failed", application_failed, 120)
    else:
        wait_for("two processes to have ended", lambda: restarts() >= 2, 120)
    kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=1")
    now = _goes_on(app, first, newest, 180)
    continues(case, app.flink, "billing", first, now)
    comes_to_rest(case)


def case_metadata_deleted(case):
    """Flink's HA ConfigMaps go: the job goes on from its newest checkpoint, and never begins anew."""
    prepare(case)
    app = _application(case, high_availability=True)
    first = app.wait_state("billing", "RUNNING", 90)
    newest = app.newest_checkpoint(first)
    wait_for("its launch to be guarded", lambda: "is-gone" in case.get("configmap", "flink-launch-billing")["data"]["restore"], 30)
    start = time.monotonic()
    case.kubectl("delete", "configmaps", "-l", "app=billing,type=flink-native-kubernetes")
    now = _goes_on(app, first, newest, 180)
    case.note("seconds from the loss until it works", round(time.monotonic() - start, 1))
    continues(case, app.flink, "billing", first, now)
    comes_to_rest(case)


# The operator is away for a while, so nothing can run beside it: two minutes. metadata_deleted shows it with drey.
case_nobody_watches.ALONE = case_nobody_watches.NEEDS_FULL = True


def case_suspended_and_deleted(case):
    """Suspended it has no process; resumed it goes on from its savepoint; deleted nothing is left."""
    prepare(case)
    app = _application(case, high_availability=True, upgradeMode="savepoint")
    first = app.wait_state("billing", "RUNNING", 90)
    app.newest_checkpoint(first)
    app.change("billing", job={"state": "suspended"})
    wait_for("it to be suspended", lambda: app.status("billing")["lifecycleState"] == "SUSPENDED", 60)
    app.wait_no_pods()
    equal(_workloads(case), [], "workloads")
    comes_to_rest(case)
    app.change("billing", job={"state": "running"})
    second = app.wait_another("billing", first, 90)
    check("savepoint-" in app.flink.restored(second)["external_path"], f"restored from {app.flink.restored(second)}")
    continues(case, app.flink, "billing", first, second)
    case.note("seconds of its deletion", app.delete("billing", CLUSTERS))
    left = case.kubectl("get", "pods,configmaps,services,jobs,deployments,statefulsets", "-l", "app=billing",
                        "-o", "name").stdout.split()
    equal([one for one in left if not one.startswith("pod/")], [], "what is left")


def case_nostart(case):
    """Nobody starts it again but a person: not after a failure, and not after the loss of its JobManager."""
    prepare(case)
    app = _application(case, high_availability=False, restartPolicy="nostart", upgradeMode="savepoint")
    first = app.wait_state("billing", "RUNNING", 90)
    newest = app.newest_checkpoint(first)
    (pod,) = app.pods("jobmanager")
    case.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")

    def stalled():
        told = app.condition("billing", "Stalled")
        return told.get("reason") == "JobFailed" and told["message"] or app.unseen("billing", CLUSTERS)

    said = wait_for("it to stay down", stalled, 60)
    check("restartPolicy is nostart" in said and first in said, f"it says {said!r}")
    comes_to_rest(case)
    equal(app.pods("jobmanager"), [], "JobManagers")
    equal(executions(case, "billing"), [first], "what has run")
    app.change("billing", restartNonce=1)
    now = _goes_on(app, first, newest)
    equal(len(continues(case, app.flink, "billing", first, now)), 2, "starts")


def case_main_throws(case):
    """A main() that throws is told of, and tried again as often as may be; mended it runs."""
    prepare(case)
    app = _application(case, high_availability=False, arguments=["--refuse", "on purpose"], restartAttempts=1,
                       restartBackoff="1 s")

    def stalled():
        told = app.condition("billing", "Stalled")
        return told.get("reason") == "RestartAttemptsExhausted" and told["message"] or app.unseen("billing", CLUSTERS)

    said = wait_for("its attempts to be exhausted", stalled, 120)
    case.note("what is told", said)
    check("on purpose" in said, f"it says {said!r}")
    app.change("billing", job={"args": counter("billing")})
    app.wait_state("billing", "RUNNING", 90)


case_main_throws.NEEDS_FULL = True  # worlds show it, too
