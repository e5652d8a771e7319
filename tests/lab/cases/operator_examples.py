"""The examples of configs/examples, applied one by one as a reader would: names, places and sizes are the lab's, all
else is the example's."""

import json

import layout
import ledger
import s3_kit
from kit import check, equal, kubectl
from operator_kit import CLUSTERS, JOBS, SNAPSHOTS, Session, own_cluster, prepare
from shell import wait_for

EXAMPLES = layout.REPO / "configs" / "examples"
BUCKET = "s3://flink/"
NEEDS_FLINK_FROM = (1, 20)
# One word for a larger machine than the lab's has: what it is there, and what it is here.
SMALLER = {"replicas": {8: 2, 4: 2, 3: 2}, "parallelism": {64: 16, 8: 4}, "minReplicas": {4: 2}, "maxReplicas": {12: 4}}
# A JVM that starts may use more than it asks for.
QUICK = {f"kubernetes.{side}.cpu.limit-factor": "20" for side in ("jobmanager", "taskmanager")}


def _ours(value, folder: str, word: str = ""):
    """The same manifest with what a reader would put in: jar, storage, sizes."""
    if isinstance(value, dict):
        return {key: _ours(one, folder, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_ours(one, folder) for one in value]
    if isinstance(value, str) and value.startswith(BUCKET) and word != "jarURI":
        return folder + value.removeprefix(BUCKET)
    if word in SMALLER:
        return SMALLER[word].get(value, value)
    return {"jarURI": layout.jar_url(), "cpu": 0.1, "memory": "1024m", "image": layout.FLINK_IMAGE}.get(word, value)


def _program(job: dict, name: str, *arguments: str) -> None:
    """The lab's own program in place of theirs, which nobody has."""
    job.pop("entryClass", None)
    job["args"] = ["--name", name, *arguments]


def _manifests(case, file: str, folder: str = "file:///data/") -> list[dict]:
    """`folder` is where its bucket is here."""
    printed = kubectl("create", "--dry-run=client", "-o", "json", "-f", str(EXAMPLES / file)).stdout
    decoder, all_, at = json.JSONDecoder(), [], 0
    while at < len(printed.rstrip()):
        one, at = decoder.raw_decode(printed, at)
        all_ += one["items"] if one["kind"] == "List" else [one]
        at += len(printed[at:]) - len(printed[at:].lstrip())
    all_ = [_ours(one, folder) for one in all_]
    for one in all_:
        del one["metadata"]["namespace"]
        if one["kind"] == "FlinkDeployment":
            one["spec"]["flinkConfiguration"] |= QUICK
            pod = one["spec"].setdefault("podTemplate", {"spec": {"containers": [{"name": "flink-main-container"}]}})["spec"]
            pod["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}, ledger.MOUNT]
            pod["volumes"] = [{"name": "data", "hostPath": {"path": str(case.data)}}, ledger.volume(case)]
        if "job" in one["spec"]:
            _program(one["spec"]["job"], one["metadata"]["name"])
    return all_


def _applied(case, file: str, change=lambda all_: None, folder: str = "file:///data/") -> list[dict]:
    """They are good by `kubectl apply`, and their cluster comes up."""
    prepare(case)
    all_ = _manifests(case, file, folder)
    change(all_)
    case.apply(*all_)
    for one in all_:
        if one["kind"] == "FlinkDeployment":
            Session(case, one["metadata"]["name"]).wait_ready(240)
    return all_


def _refusals(case, all_: list[dict]) -> list[str]:
    """What a status says against a manifest."""
    return [f"{one['metadata']['name']}: {status['error']}" for one in all_
            if (status := case.get(one["kind"], one["metadata"]["name"]).get("status", {})).get("error")]


class Alone(Session):
    """An application: its job is told of in the status of its cluster."""

    def status(self, name: str, kind: str = CLUSTERS) -> dict:
        return super().status(name, kind)


def _application_runs(case, file: str, name: str) -> Alone:
    all_ = _applied(case, file)
    app = Alone(case, name)
    job = app.wait_state(name, "RUNNING", 120)
    app.flink.wait_running(job, 120)
    equal(_refusals(case, all_), [], "what the status says against it")
    return app


def case_long_lived_stream(case):
    app = _application_runs(case, "long-lived-stream.yaml", "risk-control")
    case.kubectl("delete", CLUSTERS, "risk-control", "--timeout=60s", timeout=90)
    left = case.every(SNAPSHOTS)
    check(left and app.on_disk(left[0]["status"]["path"]).exists(), f"no savepoint is left: {left}")


def case_wide_steady_job(case):
    app = _application_runs(case, "wide-steady-job.yaml", "warehouse")
    equal(len(app.pods("taskmanager")), 2, "TaskManagers: as many as the job needs")
    wait_for("the standby", lambda: len(app.pods("jobmanager")) == 2, 60)


def case_settlement(case):
    app = _application_runs(case, "settlement.yaml", "settlement")
    (pod,) = app.pods("jobmanager")
    case.crash_container(pod["metadata"]["name"])

    def stays_down() -> bool:
        return app.condition("settlement", "Stalled", CLUSTERS).get("status") == "True"

    wait_for("it to stay down and say so", stays_down, 120)
    check("restartNonce" in app.condition("settlement", "Stalled", CLUSTERS)["message"], "no remedy is told")


def case_short_batches(case):
    def finite(all_: list[dict]) -> None:
        _program(all_[1]["spec"]["job"], "nightly-extract", "--count", "1000")

    all_ = _applied(case, "short-batches.yaml", finite)
    Session(case, "batches").wait_state("nightly-extract", "FINISHED", 120)
    equal(_refusals(case, all_), [], "what the status says against it")


def case_log_collection(case):
    all_ = _applied(case, "log-collection.yaml")
    Session(case, "everyday").wait_state("log-collection", "RUNNING", 60)
    equal(_refusals(case, all_), [], "what the status says against it")


def case_many_changing_jobs(case):
    all_ = _applied(case, "many-changing-jobs.yaml")
    Session(case, "shared").wait_state("clicks", "RUNNING", 60)
    equal([one["metadata"]["name"] for one in case.every("hpa")], ["shared"], "autoscalers")
    equal(_refusals(case, all_), [], "what the status says against it")


def case_native_session(case):
    all_ = _applied(case, "native-session.yaml")
    session = Session(case, "elastic")
    session.start("comes-and-goes", parallelism=2)
    equal(len(session.pods("taskmanager")), 1, "TaskManagers that Flink made for it")
    equal(_refusals(case, all_), [], "what the status says against it")


def case_native_application(case):
    app = _application_runs(case, "native-application.yaml", "enrichment")
    equal(len(app.pods("taskmanager")), 2, "TaskManagers that Flink made for it")


def case_s3_store(case):
    """The lab's image comes without the file system for S3 that the example switches on: it is mounted."""
    volume, mount = s3_kit.plugin(case)
    with s3_kit.store("flink", "jars/orders.jar") as (store, jar):
        def reached(all_: list[dict]) -> None:
            all_[0]["spec"]["flinkConfiguration"]["s3.endpoint"] = layout.s3_url()
            pod = all_[0]["spec"]["podTemplate"]["spec"]
            pod["containers"][0]["volumeMounts"].append(mount)
            pod["volumes"].append(volume)
            all_[1]["spec"]["job"]["jarURI"] = jar

        case.apply(s3_kit.secret())
        all_ = _applied(case, "s3-store.yaml", reached, BUCKET)
        session = Session(case)
        job = session.wait_state("orders", "RUNNING", 90)
        path = session.flink.wait_checkpoint(job, timeout=90)["external_path"]
        check(path.startswith(f"{BUCKET}checkpoints/"), f"it writes checkpoints to {path}")
        check(any(key.startswith("ha/") for key in store.keys("flink")), "nothing of high availability is in the store")
        session.change("orders", restartNonce=1)
        now = session.wait_another("orders", job, 90)
        restored = session.flink.restored(now)
        check(restored["external_path"].startswith(f"{BUCKET}savepoints/"), f"it went on from {restored}")
        equal(_refusals(case, all_), [], "what the status says against it")
        case.kubectl("delete", f"{JOBS},{CLUSTERS}", "--all", timeout=90)  # while the store is there


def case_state_snapshots(case):
    session = own_cluster(case, taskmanagers=2, slots=4)
    session.wait_ready()
    job = session.start("orders", parallelism=2)
    session.flink.wait_checkpoint(job)
    all_ = _manifests(case, "state-snapshots.yaml")
    trigger = "e" * 32
    session.flink.trigger_savepoint(job, "file:///data/old", trigger)
    old = session.flink.wait_savepoint(job, trigger)["location"]
    for one in all_:
        if one["metadata"]["name"] == "imported":
            one["spec"]["savepoint"]["path"] = old
    case.apply(*all_)
    for name in ("orders-nightly", "orders-now", "imported"):
        wait_for(f"{name} to be COMPLETED",
                 lambda name=name: session.status(name, SNAPSHOTS).get("state") == "COMPLETED", 60)
    for name in ("orders-copy", "orders-kept", "orders-careful"):
        session.wait_state(name, "RUNNING", 60)
    copy = session.status("orders-copy", JOBS)["jobStatus"]["jobId"]
    equal(session.flink.restored(copy)["external_path"], session.status("orders-nightly", SNAPSHOTS)["path"],
          "what the copy began with")
    session.change("orders-careful", job={"savepointTriggerNonce": 2})
    wait_for("the savepoint of the changed nonce", lambda: [one for one in case.every(SNAPSHOTS)
                                                    if "orders-careful-savepoint-manual" in one["metadata"]["name"]], 30)


case_s3_store.NEEDS_S3 = True
for _case in (case_long_lived_stream, case_wide_steady_job, case_settlement, case_short_batches, case_log_collection,
              case_many_changing_jobs, case_native_session, case_native_application,
              case_s3_store, case_state_snapshots):
    _case.NEEDS_OPERATOR = _case.NEEDS_FULL = True  # each is shown in the small by a case of its own
