"""Flink's REST interface and a session cluster of bare manifests, for the cases."""

import uuid
from pathlib import Path

import http_exchange
import layout
from kit import Case, check
from shell import LabError, wait_for

JAR = layout.JARS / "counter-job.jar"
FINAL = {"FINISHED", "CANCELED", "FAILED"}
# Since Flink 2.3 a run is an application first, whose id is the job's.
APPLICATIONS = layout.FLINK_MINOR >= (2, 3)
DUPLICATE = "DuplicateApplicationSubmissionException" if APPLICATIONS else "DuplicateJobSubmissionException"
# Before 1.17 a run has no configuration of its own: every job has the JobManager's.
RUN_CONFIGURATION = layout.FLINK_MINOR >= (1, 17)

# How this Flink spells what was renamed with time.
HA_TYPE = "high-availability.type" if layout.FLINK_MINOR >= (1, 17) else "high-availability"
HA_KUBERNETES = "kubernetes" if layout.FLINK_MINOR >= (1, 16) else \
    "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"
HA = (HA_TYPE, "high-availability.storageDir")
CHECKPOINT_DIR, SAVEPOINT_DIR = (
    "execution.checkpointing.dir", "execution.checkpointing.savepoint-dir") \
    if layout.FLINK_MINOR >= (1, 20) else ("state.checkpoints.dir", "state.savepoints.dir")
# A JobManager's own address, on its command line: before 1.16 its script took it by its place.
ADDRESS = '"-D", "jobmanager.rpc.address=$(POD_IP)"' if layout.FLINK_MINOR >= (1, 16) else '"$(POD_IP)"'


def new_id() -> str:
    """A job's or trigger's id, as Flink writes them."""
    return uuid.uuid4().hex


def accepted(job: str) -> dict:
    """Flink's answer to a run that it took."""
    return {"jobid": job, "applicationId": job} if APPLICATIONS else {"jobid": job}


class Flink:
    """The JobManager behind a service. All asking goes through `send`, which can record."""

    def __init__(self, service: str, namespace: str, port: int = 8081):
        self.server = http_exchange.flink(f"http://{service}.{namespace}.svc.cluster.local:{port}")
        self.send = self.server.send

    def get(self, path: str, **options):
        answer = self.send("GET", path, **options)
        if answer.status != 200:
            raise LabError(f"GET {path}: {answer}")
        return answer.json()

    def wait_up(self, taskmanagers: int, timeout: float = 120) -> dict:
        def probe():
            overview = self.get("/overview")
            return overview["taskmanagers"] == taskmanagers and overview

        return wait_for(f"Flink to answer with {taskmanagers} TaskManagers", probe, timeout)

    def upload(self, jar: Path = JAR, **options) -> str:
        """The id under which the jar is known."""
        form = http_exchange.Multipart("jarfile", jar, "application/x-java-archive")
        answer = self.send("POST", "/jars/upload", form, **options)
        check(answer.status == 200, f"upload: {answer}")
        return answer.json()["filename"].rsplit("/", 1)[1]

    def run(self, jar: str, body: dict, **options) -> http_exchange.Answer:
        return self.send("POST", f"/jars/{jar}/run", body, **options)

    def start(self, jar: str, job: str | None = None, parallelism: int = 1, arguments=(), **more) -> str:
        """Submits and expects success; the job's id."""
        job = job or new_id()
        answer = self.run(jar, {"jobId": job, "parallelism": parallelism, "programArgsList": list(arguments), **more})
        check(answer.status == 200 and answer.json() == accepted(job), f"run: {answer}")
        return job

    def jobs(self) -> dict[str, dict]:
        return {job["jid"]: job for job in self.get("/jobs/overview")["jobs"]}

    def tasks_running(self, job: str) -> bool:
        """By the tasks: a job's state says RUNNING even when no TaskManager is left."""
        seen = self.jobs().get(job)
        return bool(seen) and seen["state"] == "RUNNING" and seen["tasks"]["running"] == seen["tasks"]["total"] > 0

    def wait_running(self, job: str, timeout: float = 60) -> None:
        wait_for(f"all tasks of job {job} to run", lambda: self.tasks_running(job), timeout)

    def wait_state(self, job: str, state: str, timeout: float = 60) -> dict:
        def probe():
            seen = self.jobs().get(job)
            return seen and seen["state"] == state and seen

        return wait_for(f"job {job} to be {state}", probe, timeout)

    def checkpoints(self, job: str, **options) -> dict:
        return self.get(f"/jobs/{job}/checkpoints", **options)

    def wait_checkpoint(self, job: str, after: int = 0, timeout: float = 60) -> dict:
        """The newest completed checkpoint, with an id above `after`."""

        def probe():
            newest = self.checkpoints(job)["latest"]["completed"]
            return newest and newest["id"] > after and newest

        return wait_for(f"a checkpoint of {job} after number {after}", probe, timeout)

    def restored(self, job: str, timeout: float = 60) -> dict:
        """What the job says it was restored from: id, external_path, is_savepoint."""
        return wait_for(f"{job} to tell what it was restored from",
                        lambda: self.checkpoints(job)["latest"]["restored"], timeout)

    def trigger_savepoint(self, job: str, target: str, trigger: str | None = None, **options) -> http_exchange.Answer:
        body = {"target-directory": target, "cancel-job": False, "triggerId": trigger or new_id()}
        return self.send("POST", f"/jobs/{job}/savepoints", body, **options)

    def wait_savepoint(self, job: str, trigger: str, timeout: float = 60) -> dict:
        """The operation of the answer, once it is completed: a location or a failure-cause."""

        def probe():
            seen = self.get(f"/jobs/{job}/savepoints/{trigger}")
            return seen["status"]["id"] == "COMPLETED" and seen["operation"]

        return wait_for(f"savepoint {trigger} of {job}", probe, timeout)


def bare_cluster(case: Case, taskmanagers: int = 2, slots: int = 2, cluster: str = "flink",
                 setting: str = "# nothing more") -> Flink:
    """A session cluster with Kubernetes HA of nothing but Kubernetes' own kinds, once it is up.

    `setting` is one more line of Flink's configuration.
    """
    for name in ("ha", "checkpoints", "savepoints"):
        directory = case.data / name
        directory.mkdir()
        directory.chmod(0o777)
    case.apply_file("bare_cluster.yaml", CLUSTER=cluster, TASKMANAGERS=taskmanagers, SLOTS=slots,
                    SETTING=setting, ADDRESS=ADDRESS, FILE=layout.FLINK_CONFIGURATION, HA_TYPE=HA_TYPE,
                    HA_KUBERNETES=HA_KUBERNETES, CHECKPOINT_DIR=CHECKPOINT_DIR, SAVEPOINT_DIR=SAVEPOINT_DIR)
    flink = Flink(f"{cluster}-rest", case.namespace)
    flink.wait_up(taskmanagers)
    return flink
