"""S3 as the store: Flink writes there with its own file system, jars come from there, and drey lists
it. Nothing of a job's state lies on a disk of the cluster; what its tasks tell of it does."""

import time

import layout
import s3_kit
from kit import check, equal
from ledger import MOUNT, continues, volume
from operator_kit import JOBS, Session, cluster_manifest, comes_to_rest, prepare
from s3_server import Store
from shell import wait_for

NEEDS_S3 = True
BUCKET, JAR_KEY = "lab", "jars/counter-job.jar"


def _cluster(case) -> Session:
    """A cluster with Flink's S3 file system among its plugins; no folder of it is shared."""
    prepare(case)
    volume_of_plugin, mount_of_plugin = s3_kit.plugin(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    spec = manifest["spec"]
    settings = spec["flinkConfiguration"]
    for key, value in settings.items():
        settings[key] = value.replace("file:///data/", f"s3://{BUCKET}/")
    # The file system's classes need room.
    settings.update({
        "s3.endpoint": layout.s3_url(), "s3.path.style.access": "true",
        "jobmanager.memory.process.size": "800m", "jobmanager.memory.jvm-metaspace.size": "160m",
        "taskmanager.memory.process.size": "740m", "taskmanager.memory.jvm-metaspace.size": "160m"})
    for side, memory in (("jobManager", "800Mi"), ("taskManager", "740Mi")):
        for bound in spec[side]["resources"].values():
            bound["memory"] = memory
    pod = spec["podTemplate"]["spec"]
    pod["containers"][0]["envFrom"] = [{"secretRef": {"name": "s3"}}]
    pod["containers"][0]["volumeMounts"] = [mount_of_plugin, MOUNT]
    pod["volumes"] = [volume_of_plugin, volume(case)]
    case.apply(s3_kit.secret(), manifest)
    session = Session(case)
    session.wait_ready(150)
    return session


def _in_store(store: Store, path: str) -> None:
    """What Flink calls complete is there."""
    key = path.split(f"s3://{BUCKET}/", 1)[1] + "/_metadata"
    check(key in store.keys(BUCKET), f"{path} is not in the store")


def _newest(session: Session, store: Store, job: str) -> int:
    newest = session.flink.wait_checkpoint(job, 2)
    _in_store(store, newest["external_path"])
    return newest["id"]


def _kill_job_manager(session: Session) -> None:
    (pod,) = session.pods("jobmanager")
    session.case.kill_pod(pod["metadata"]["name"])


def _lose_high_availability(session: Session) -> None:
    """The JobManager, and with it all that Flink would know its jobs by."""
    wanted = "app=session,type=flink-native-kubernetes"
    maps = session.case.kubectl("get", "configmaps", "-l", wanted, "-o", "name").stdout.split()
    check(maps, "there is no HA metadata")
    session.case.kubectl("delete", *maps)
    _kill_job_manager(session)


def _from_its_checkpoints(session: Session, now: str, before: str, newest: int) -> None:
    restored = session.flink.restored(now)
    check(restored["id"] >= newest and f"/{before}/" in restored["external_path"],
          f"restored from {restored}, checkpoint {newest} of {before} was there")
    equal(session.live("orders"), [now], "executions that are not over")


def case_state(case):
    """Upgraded with a savepoint, its JobManager killed, then killed with its HA metadata."""
    with s3_kit.store(BUCKET, JAR_KEY) as (store, jar):
        session = _cluster(case)
        first = session.start("orders", jarURI=jar, upgradeMode="savepoint")
        newest = _newest(session, store, first)
        start = time.monotonic()
        session.change("orders", job={"parallelism": 2})
        job = session.wait_another("orders", first, 90)
        case.note("seconds from the change to all tasks", round(time.monotonic() - start, 1))
        restored = session.flink.restored(job)
        check(restored["is_savepoint"] and restored["id"] > newest, f"restored from {restored}")
        check(restored["external_path"].startswith(f"s3://{BUCKET}/savepoints/"), f"restored from {restored}")
        _in_store(store, restored["external_path"])
        equal(session.live("orders"), [job], "executions that are not over")

        newest = _newest(session, store, job)
        start = time.monotonic()
        _kill_job_manager(session)
        wait_for(f"the new JobManager to have restored checkpoint {newest} or a newer one",
                 lambda: session.flink.restored(job, 1)["id"] >= newest, 120)
        session.flink.wait_running(job)
        case.note("seconds from the JobManager's end to all tasks", round(time.monotonic() - start, 1))
        equal(session.wait_state("orders", "RUNNING"), job, "id of the job")

        newest = _newest(session, store, job)
        start = time.monotonic()
        _lose_high_availability(session)
        third = session.wait_another("orders", job, 150)
        case.note("seconds from the loss of HA metadata to all tasks", round(time.monotonic() - start, 1))
        _from_its_checkpoints(session, third, job, newest)
        check(len(continues(case, session.flink, "orders", first, job, third)) > 3, "its tasks have begun too seldom")
        asked = [what for key, what in store.asked if key == "drey-key"]
        check(any(what.startswith(f"GET list {BUCKET}/checkpoints/") for what in asked),
              f"drey did not list the checkpoints: {asked}")
        case.note("calls of drey to the store", len(asked))
        comes_to_rest(case)
        session.delete("orders")
        session.case.kubectl("delete", "flinkdeployments", "--all", timeout=90)


def case_store_closed(case):
    """Drey may not list the store when it must: nothing is started, and it is said why. Then it may."""
    with s3_kit.store(BUCKET, JAR_KEY) as (store, jar):
        session = _cluster(case)
        job = session.start("orders", jarURI=jar)
        newest = _newest(session, store, job)
        secret = store.secrets.pop("drey-key")
        _lose_high_availability(session)

        def told():
            stalled = session.condition("orders", "Stalled")
            return "InvalidAccessKeyId" in stalled.get("message", "") and stalled or session.unseen("orders", JOBS)

        stalled = wait_for("the status to say why", told, 240)
        case.note("what is told", stalled["message"])
        check(secret not in stalled["message"], "a secret is told")
        equal(session.live("orders"), [], "executions")
        store.secrets["drey-key"] = secret
        now = session.wait_another("orders", job, 150)
        _from_its_checkpoints(session, now, job, newest)
        continues(case, session.flink, "orders", job, now)
        session.delete("orders")
        session.case.kubectl("delete", "flinkdeployments", "--all", timeout=90)


case_state.NEEDS_OPERATOR = case_store_closed.NEEDS_OPERATOR = True
case_store_closed.NEEDS_FULL = True  # some minutes
