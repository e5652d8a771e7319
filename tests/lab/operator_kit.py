"""A session cluster under drey, and the operator itself, for the cases that need it.

A cluster takes longer to start than most cases take, so the cases of one file share one
(`shared`); each makes jobs of its own in it and deletes them.
"""

import atexit
import concurrent.futures
import json
import os
import signal
import time
from pathlib import Path

import audit
import layout
import ledger
from flink_kit import CHECKPOINT_DIR, FINAL, HA_KUBERNETES, HA_TYPE, SAVEPOINT_DIR, Flink
from http_exchange import kubernetes
from kit import Case, check, kubectl
from shell import LabError, say, wait_for

SYSTEM, OPERATOR = "drey-system", "drey-operator"
ACCOUNT = f"{SYSTEM}:{OPERATOR}"
GROUP = "/apis/flink.apache.org/v1beta1"
JOBS, CLUSTERS, SNAPSHOTS = "flinksessionjobs", "flinkdeployments", "flinkstatesnapshots"

# Flink's memory for a JVM that does next to nothing.
_MEMORY = {
    "jobmanager.memory.process.size": "700m", "taskmanager.memory.process.size": "640m",
    "taskmanager.memory.network.min": "16m", "taskmanager.memory.network.max": "16m",
    "taskmanager.memory.managed.size": "16m", "taskmanager.memory.jvm-metaspace.size": "96m",
    "taskmanager.memory.jvm-overhead.min": "64m", "taskmanager.memory.jvm-overhead.max": "64m",
    "jobmanager.memory.jvm-metaspace.size": "96m", "jobmanager.memory.jvm-overhead.min": "64m",
    "jobmanager.memory.jvm-overhead.max": "64m"}


def _resources(memory: str) -> dict:
    """A JVM that starts wants all the processor it can get; at rest it needs next to none."""
    return {"requests": {"cpu": "100m", "memory": memory}, "limits": {"cpu": "2", "memory": memory}}


def flink_account() -> list[dict]:
    """The service account under which Flink's pods run, with what its HA and native mode need."""
    rbac = "rbac.authorization.k8s.io"
    verbs = ["get", "list", "watch", "create", "update", "patch", "delete"]
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "flink"}},
        {"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": {"name": "flink"},
         "rules": [{"apiGroups": [""], "resources": ["pods", "configmaps"], "verbs": verbs},
                   {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}]},
        {"apiVersion": f"{rbac}/v1", "kind": "RoleBinding", "metadata": {"name": "flink"},
         "roleRef": {"apiGroup": rbac, "kind": "Role", "name": "flink"},
         "subjects": [{"kind": "ServiceAccount", "name": "flink"}]}]


def cluster_manifest(case: Case, name: str = "session", taskmanagers: int = 2, slots: int = 3,
                     **spec) -> dict:
    """A FlinkDeployment whose state lies in the case's folder, in pods at /data."""
    return {
        "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment", "metadata": {"name": name},
        "spec": {
            "image": layout.FLINK_IMAGE, "flinkVersion": layout.FLINK_VERSION, "serviceAccount": "flink",
            "mode": "standalone",
            "flinkConfiguration": {
                **_MEMORY, "taskmanager.numberOfTaskSlots": str(slots), "web.refresh-interval": "50",
                HA_TYPE: HA_KUBERNETES, "high-availability.storageDir": "file:///data/ha",
                "execution.checkpointing.interval": "2s",
                CHECKPOINT_DIR: "file:///data/checkpoints", SAVEPOINT_DIR: "file:///data/savepoints"},
            "jobManager": {"resources": _resources("700Mi")},
            "taskManager": {"replicas": taskmanagers, "resources": _resources("640Mi")},
            "podTemplate": {"spec": {
                "containers": [{"name": "flink-main-container",
                                "volumeMounts": [{"name": "data", "mountPath": "/data"}, ledger.MOUNT]}],
                "volumes": [{"name": "data", "hostPath": {"path": str(case.data)}}, ledger.volume(case)]}},
            **spec}}


def seen_store(manifest: dict, case: Case) -> dict:
    """Its state lies where the operator can list it, too."""
    manifest["spec"]["podTemplate"]["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] = layout.STORE
    manifest["spec"]["podTemplate"]["spec"]["volumes"][0]["hostPath"]["path"] = str(layout.DATA)
    settings = manifest["spec"]["flinkConfiguration"]
    for key, value in settings.items():
        settings[key] = value.replace("file:///data/", f"file://{layout.STORE}/{case.data.name}/")
    return manifest


def job_manifest(name: str, cluster: str = "session", parallelism: int = 1, arguments=(),
                 configuration: dict | None = None, **job) -> dict:
    """A FlinkSessionJob of the counter job; the job's name in Flink is the resource's."""
    return {
        "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkSessionJob", "metadata": {"name": name},
        "spec": {"deploymentName": cluster, "flinkConfiguration": configuration or {},
                 "job": {"jarURI": layout.jar_url(), "parallelism": parallelism,
                         "args": ledger.arguments(name, *arguments), "upgradeMode": "last-state",
                         "restartPolicy": "ON_FAILURE", **job}}}


class Session:
    """One cluster under drey in the namespace of a case."""

    def __init__(self, case: Case, name: str = "session"):
        self.case, self.name, self.api = case, name, kubernetes()
        self.flink = Flink(f"{name}-rest", case.namespace)

    # -- resources

    def resource(self, kind: str, name: str) -> dict | None:
        """Asked without kubectl's start, so that one can poll quickly."""
        answer = self.api.send("GET", f"{GROUP}/namespaces/{self.case.namespace}/{kind}/{name}")
        if answer.status == 404:
            return None
        check(answer.status == 200, f"GET {kind} {name}: {answer}")
        return answer.json()

    def status(self, name: str, kind: str = JOBS) -> dict:
        return (self.resource(kind, name) or {}).get("status", {})

    def condition(self, name: str, type: str, kind: str = JOBS) -> dict:
        return next((c for c in self.status(name, kind).get("conditions", []) if c["type"] == type), {})

    def ready(self, name: str | None = None) -> bool:
        return self.condition(name or self.name, "Ready", CLUSTERS).get("status") == "True"

    def wait_ready(self, timeout: float = 120) -> None:
        wait_for(f"cluster {self.name} to be Ready", lambda: self.ready() or self.unseen(self.name, CLUSTERS), timeout)

    def unseen(self, name: str, kind: str):
        """Never true: it fails with what the status says now, which `wait_for` then tells."""
        raise LabError(f"status of {kind} {name}: {json.dumps(self.status(name, kind))[:1500]}")

    def wait_state(self, name: str, state: str, timeout: float = 60) -> str:
        """Until the status says that Flink's state is `state`; the job's id."""

        def probe():
            job = self.status(name).get("jobStatus", {})
            return job.get("state") == state and job["jobId"] or self.unseen(name, JOBS)

        return wait_for(f"{name} to be {state} in its status", probe, timeout)

    def change(self, name: str, **spec) -> int:
        """A person changes these fields of the job's spec; the generation that this is."""
        self.case.kubectl("patch", JOBS, name, "--type=merge", "-p", json.dumps({"spec": spec}))
        return self.resource(JOBS, name)["metadata"]["generation"]

    def wait_another(self, name: str, before: str, timeout: float = 60) -> str:
        """Until another execution than `before` works; its id."""

        def probe():
            job = self.status(name).get("jobStatus", {})
            return job.get("state") == "RUNNING" and job["jobId"] != before and job["jobId"] or self.unseen(name, JOBS)

        return wait_for(f"another execution of {name} to work", probe, timeout, every=0.05)

    def start(self, name: str, timeout: float = 60, **options) -> str:
        """A job that runs; its id. It is deleted by `delete`, or with the shared cluster."""
        self.case.apply(job_manifest(name, self.name, **options))
        return self.wait_state(name, "RUNNING", timeout)

    def delete(self, name: str, kind: str = JOBS, timeout: float = 60) -> float:
        """Seconds until the resource was gone."""
        start = time.monotonic()
        path = f"{GROUP}/namespaces/{self.case.namespace}/{kind}/{name}"
        answer = self.api.send("DELETE", path)
        check(answer.status == 200, f"delete {kind} {name}: {answer}")

        def probe():
            return self.resource(kind, name) is None or self.unseen(name, kind)

        wait_for(f"{kind} {name} to be gone", probe, timeout, every=0.05)
        return round(time.monotonic() - start, 1)

    # -- Flink

    def executions(self, name: str) -> list[dict]:
        """Every execution of a resource that this JobManager knows, by the job's name."""
        return [job for job in self.flink.jobs().values() if job["name"] == name]

    def live(self, name: str) -> list[str]:
        return [job["jid"] for job in self.executions(name) if job["state"] not in FINAL]

    def newest_checkpoint(self, job: str, after: int = 2) -> int:
        """Id of the newest completed checkpoint; its directory is seen on disk."""
        newest = self.flink.wait_checkpoint(job, after)
        directory = self.on_disk(newest["external_path"])
        check((directory / "_metadata").exists() or self.flink.wait_checkpoint(job, newest["id"]),
              f"{directory} is not there")
        return newest["id"]

    def on_disk(self, location: str):
        """Where this machine has what a pod calls file:/data/…, or has in a store that drey sees."""
        if f"{layout.STORE}/" in location:
            return layout.DATA / location.split(f"{layout.STORE}/", 1)[1]
        return self.case.data / location.split("/data/", 1)[1]

    def pods(self, component: str) -> list[dict]:
        return self.case.pods(f"app={self.name},component={component}")

    def pod_uids(self) -> list[str]:
        """Of the JobManager and every TaskManager."""
        return self.case.uids(f"app={self.name},component")


# -- a cluster for all cases of a file

_shared: dict[str, Session] = {}


def shared(case: Case, file: str, **options) -> Session:
    """The cluster of a file's cases, ready; `case` moves into its namespace until it ends."""
    key = file.rsplit("/", 1)[-1].removesuffix(".py")
    if key not in _shared:
        before = list(_shared.values())
        _shared.clear()
        with concurrent.futures.ThreadPoolExecutor() as beside:  # one goes while the other comes up
            leaving = [beside.submit(session.case.__exit__, None, None, None) for session in before]
            _come_up(key, options)
        for one in leaving:
            one.result()
    session = _shared[key]
    case.at_end(_delete_jobs, session)
    move_in(case, session.case)
    session.wait_ready()
    return session


def _come_up(key: str, options: dict) -> None:
    home = Case(f"{key}_shared")
    home.__enter__()
    _shared[key] = session = Session(home)
    prepare(home)
    home.apply(cluster_manifest(home, **options))
    session.wait_ready()


def _delete_jobs(session: Session) -> None:
    """What a case that failed has left behind would hurt the next one."""
    for kind in (JOBS, SNAPSHOTS):
        session.case.kubectl("delete", kind, "--all", "--timeout=30s", must=False)


def move_in(case: Case, home: Case) -> None:
    own = case.namespace, case.data
    case.namespace, case.data = home.namespace, home.data
    case.at_end(lambda: (setattr(case, "namespace", own[0]), setattr(case, "data", own[1])))
    _tell_more(case)


def _tell_more(case: Case) -> None:
    """A case that fails shows the resources and the operator's log, too."""
    plain = case.evidence

    def evidence() -> str:
        mine = case.kubectl("get", f"{CLUSTERS},{JOBS},{SNAPSHOTS}", "-o", "yaml", must=False).stdout
        return f"{plain()}\n--- resources\n{mine}\n--- operator\n{operator_log(tail=60)}"

    case.evidence = evidence


def prepare(case: Case) -> None:
    """Folders that Flink can write, its account; at the end drey removes what it made."""
    for name in ("ha", "checkpoints", "savepoints", "ledger"):
        directory = case.data / name
        directory.mkdir(exist_ok=True)
        directory.chmod(0o777)
    case.apply(*flink_account())
    case.at_end(clean_up, case)
    _tell_more(case)


def clean_up(case: Case) -> None:
    """In order; what hangs is freed by hand, so that the cases after it are not hurt.

    A new drey takes a minute before it believes that nothing of the last one's is still to land.
    """
    for kind in (JOBS, SNAPSHOTS, CLUSTERS):
        done = case.kubectl("delete", kind, "--all", "--timeout=90s", must=False, timeout=120)
        if done.returncode == 0:
            continue
        say(f"{case.namespace}: {kind} were not deleted in 90 s; their finalizers are taken off")
        for name in case.kubectl("get", kind, "-o", "name").stdout.split():
            case.kubectl("patch", name, "--type=merge", "-p", '{"metadata":{"finalizers":null}}', must=False)
        case.kubectl("delete", "deployments,statefulsets,services", "--all", must=False)


def own_cluster(case: Case, **options) -> Session:
    """A cluster for this case alone, applied but not yet waited for."""
    prepare(case)
    case.apply(cluster_manifest(case, **options))
    return Session(case, options.get("name", "session"))


@atexit.register
def close_shared() -> None:
    while _shared:
        _, session = _shared.popitem()
        session.case.__exit__(None, None, None)


# -- the operator itself

def operator_pods() -> list[dict]:
    return json.loads(kubectl("-n", SYSTEM, "get", "pods", "-l", f"app.kubernetes.io/name={OPERATOR}",
                              "-o", "json").stdout)["items"]


def is_ready(pod: dict) -> bool:
    return "deletionTimestamp" not in pod["metadata"] and any(
        c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))


def wait_operator(replicas: int = 1, timeout: float = 60) -> list[str]:
    """Until exactly so many operators are there, all Ready; their pods' names."""

    def probe():
        pods = operator_pods()
        return len(pods) == replicas and all(is_ready(pod) for pod in pods) and [
            pod["metadata"]["name"] for pod in pods]

    return wait_for(f"{replicas} operators to be Ready", probe, timeout)


def lease_holder() -> str:
    return json.loads(kubectl("-n", SYSTEM, "get", "lease", OPERATOR, "-o", "json").stdout)["spec"].get(
        "holderIdentity", "")


def wait_leader(of: list[str], timeout: float = 60) -> str:
    return wait_for(f"one of {of} to hold the Lease", lambda: (h := lease_holder()) in of and h, timeout)


def kill_operator(pod: str) -> None:
    """Takes the pod away with no grace."""
    answer = kubernetes().send("DELETE", f"/api/v1/namespaces/{SYSTEM}/pods/{pod}", {"gracePeriodSeconds": 0})
    check(answer.status == 200, f"delete {pod}: {answer}")


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def processes_of(pod: str) -> list[int]:
    """The operator's processes as the node sees them, so that a signal strikes at once."""
    (found,) = [one for one in operator_pods() if one["metadata"]["name"] == pod]
    number = found["status"]["containerStatuses"][0]["containerID"].rsplit("/", 1)[1]
    pids = [int(tree.parent.name) for tree in Path("/proc").glob("[0-9]*/cgroup") if number in _text(tree)]
    check(pids, f"no process of {pod} on this machine")
    return pids


def memory(pod: str) -> dict[str, int]:
    """MB that the operator has in memory now (VmRSS) and had at most (VmHWM)."""
    (pid,) = processes_of(pod)
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: round(int(rows[name].split()[0]) / 1024, 1) for name in ("VmRSS", "VmHWM")}


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


def restart_operator() -> str:
    """Another pod leads; its name."""
    (pod,) = wait_operator()
    kill_operator(pod)
    wait_for(f"{pod} to be gone", lambda: pod not in [p["metadata"]["name"] for p in operator_pods()], 30)
    return wait_leader(wait_operator())


def operator_log(tail: int = 500, pod: str = f"deploy/{OPERATOR}") -> str:
    """Without the Lease's renewals, which are most of it."""
    said = kubectl("-n", SYSTEM, "logs", pod, f"--tail={tail * 10}", must=False)
    lines = [line for line in (said.stdout + said.stderr).splitlines() if "machine=leadership" not in line]
    return "\n".join(lines[-tail:])


def is_lease(call: audit.Call) -> bool:
    return call.resource == "leases"


def operator_changes(since: str, namespace: str = "") -> list[audit.Call]:
    return [call for call in audit.changes(since, ACCOUNT, namespace) if not is_lease(call)]


def comes_to_rest(case: Case, seconds: float = 8, timeout: float = 30) -> None:
    """Quiet afterwards: what was asked for is there, and for `seconds` drey changes nothing
    of the case's any more."""

    def probe():
        last = operator_changes(case.began, case.namespace)[-1:]
        if last and last[0].age() < seconds:
            raise LabError(f"changed {last[0].age():.1f} s ago: {last[0]}")
        return True

    wait_for(f"drey to change nothing for {seconds:g} s", probe, timeout, every=0.25)
