"""Native mode of application clusters: Flink's JobManager runs the job and makes its TaskManagers (decision 0030)."""

import layout
from application_kit import QUICK_FLINK, Application
from flink_kit import HA
from kit import check, equal
from operator_kit import CLUSTERS, cluster_manifest, comes_to_rest, prepare, seen_store
from shell import wait_for

APART = True
NEEDS_FLINK_FROM = (1, 20)  # before it the jar must be in the image


def _application(case, high_availability: bool, **job) -> Application:
    prepare(case)
    manifest = cluster_manifest(case, name="billing", slots=2, mode="native")
    spec = manifest["spec"]
    del spec["taskManager"]["replicas"]
    for key in () if high_availability else HA:
        del spec["flinkConfiguration"][key]
    spec["flinkConfiguration"].update(QUICK_FLINK)
    spec["job"] = {"jarURI": layout.jar_url(), "parallelism": 2, "args": ["--name", "billing"],
                   "upgradeMode": "savepoint", "restartPolicy": "ON_FAILURE", **job}
    case.apply(seen_store(manifest, case))
    return Application(case, "billing")


def _made_by_flink(app: Application) -> str:
    """The UID of its one TaskManager, which hangs on the Deployment that is there now."""
    (pod,) = app.pods("taskmanager")
    (owner,) = pod["metadata"]["ownerReferences"]
    deployment = app.case.get("deployment", "billing")
    equal((owner["kind"], owner["uid"]), ("Deployment", deployment["metadata"]["uid"]), "owner of the TaskManager")
    return pod["metadata"]["uid"]


def _deleted(case, app: Application) -> None:
    case.note("seconds of its deletion", app.delete("billing", CLUSTERS))
    app.wait_no_pods()
    left = case.kubectl("get", "pods,configmaps,services,jobs,deployments,statefulsets", "-l", "app=billing",
                        "-o", "name").stdout.split()
    equal(left, [], "what is left")


def case_high_availability(case):
    """The next process takes job and TaskManager over; a changed job goes on from its savepoint on a new one."""
    app = _application(case, high_availability=True)
    first = app.wait_state("billing", "RUNNING", 120)
    equal(case.kubectl("get", "jobs,statefulsets", "-o", "name").stdout.split(), [], "Jobs and StatefulSets")
    before = _made_by_flink(app)
    newest = app.newest_checkpoint(first)
    (leader,) = app.pods("jobmanager")
    case.crash_container(leader["metadata"]["name"])

    def recovered() -> bool:
        return app.flink.restored(first).get("id", 0) >= newest and app.status("billing")["jobStatus"]["state"] == "RUNNING"

    wait_for("the next process to have the job", recovered, 120)
    check(before in [pod["metadata"]["uid"] for pod in app.pods("taskmanager")], "the TaskManager did not stay")
    equal(app.status("billing")["application"]["lineage"]["submissions"], 1, "launches")
    app.newest_checkpoint(first)
    app.change("billing", job={"parallelism": 1})
    second = app.wait_another("billing", first, 180)
    restored = app.flink.restored(second)
    check("savepoint-" in restored["external_path"], f"restored from {restored}")
    equal(app.live("billing"), [second], "executions that are not over")
    check(_made_by_flink(app) != before, "a TaskManager of the launch before was taken over")
    comes_to_rest(case)
    _deleted(case, app)


def case_nostart(case):
    """Without high availability: a Job beside a Deployment without pods; only a person starts it again."""
    app = _application(case, high_availability=False, restartPolicy="nostart")
    first = app.wait_state("billing", "RUNNING", 120)
    equal(sorted(case.kubectl("get", "jobs,deployments", "-o", "name").stdout.split()),
          ["deployment.apps/billing", "job.batch/billing"], "workloads")
    before = _made_by_flink(app)
    newest = app.newest_checkpoint(first)
    (pod,) = app.pods("jobmanager")
    case.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")

    def stalled():
        told = app.condition("billing", "Stalled")
        return told.get("reason") == "JobFailed" and told["message"] or app.unseen("billing", CLUSTERS)

    said = wait_for("it to stay down", stalled, 90)
    check("restartPolicy is nostart" in said and first in said, f"it says {said!r}")
    equal(app.pods("jobmanager"), [], "JobManagers")
    app.change("billing", restartNonce=1)
    second = app.wait_another("billing", first, 180)
    check(app.flink.restored(second)["id"] >= newest, f"restored from {app.flink.restored(second)}")
    equal(app.live("billing"), [second], "executions that are not over")
    check(_made_by_flink(app) != before, "a TaskManager of the launch before was taken over")
    comes_to_rest(case)
    _deleted(case, app)
