#!/usr/bin/env python3
"""What drey-operator takes of a machine: CPU time until everything runs, then at rest memory and CPU.

The whole program runs against tests/bench/fake_cluster.py behind HTTP/2 and TLS, brings every cluster up
and follows every job to RUNNING; what it took is read from /proc. Then some jobs fail, and the time until
the first change that is asked for is taken from the packets on the loopback. Needs root, since names of
JobManagers are resolved in a namespace of its own, and nghttpx (Debian package nghttp2-proxy).
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field

from fake_cluster import FLINK_PORT, Cluster, serve
from wire import Wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
API_PORT = 6443
PARTS_SHOWN = 9
AT_ONCE = 5  # clusters
READY_WITHIN = 900  # seconds, for everything to run, and
READY_WITHIN_OF_EACH = 0.3  # seconds for each resource
SETTLE = 20  # seconds of quiet before rest is measured
REST = 60  # seconds
POLL_AT_REST = 10  # seconds between two looks at a JobManager (protocol/limits.hpp)
FAILURES = 3  # jobs of each cluster, one after the other
ANSWERED_WITHIN = 60  # seconds, for all failures of a round
GOAL_REACTION_MS = 5  # of the slowest in a hundred


@dataclass
class Size:
    clusters: int
    jobs: int  # of each cluster
    task_managers: int  # of each cluster
    goal_mb: float
    goal_start_seconds: float | None = None  # of CPU, until everything runs
    goal_rest_percent: float | None = None  # of one core
    jobs_fail: bool = False  # once at rest; the API server speaks plain HTTP, so that packets can be read


SIZES = {"one cluster, one job": Size(1, 1, 4, 20),
         "100 clusters, 900 jobs": Size(100, 9, 4, 60),
         "100 clusters, 900 jobs, failures": Size(100, 9, 4, 60, jobs_fail=True),
         "20 clusters, 1,000 jobs": Size(20, 50, 4, 150, goal_start_seconds=30),
         "200 clusters of 10 TaskManagers": Size(200, 0, 10, 100, goal_rest_percent=1),
         "300 clusters, 14,700 jobs": Size(300, 49, 4, 400)}


@dataclass
class Load:
    what: str
    start_seconds: float = 0  # CPU time
    rest_percent: float = 0  # of one core
    polls: int = 0  # of one JobManager's list of jobs while at rest, at most
    rss_mb: float = 0
    peak_mb: float = 0
    private_mb: float = 0
    threads: int = 0
    parts_mb: dict[str, float] = field(default_factory=dict)
    reactions_ms: list[float] = field(default_factory=list)  # to failures, quickest first


def manifests(numbers: range, size: Size):
    for number in numbers:
        name = f"session-{number}"
        yield "flinkdeployments", {
            "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment",
            "metadata": {"name": name, "namespace": "flink"},
            "spec": {"image": "flink:1.20", "flinkVersion": "v1_20", "serviceAccount": "flink", "mode": "standalone",
                     "flinkConfiguration": {"taskmanager.numberOfTaskSlots": "64",
                                            "high-availability.type": "kubernetes",
                                            "high-availability.storageDir": "s3://flink/ha",
                                            "execution.checkpointing.dir": "s3://flink/checkpoints",
                                            "execution.checkpointing.savepoint-dir": "s3://flink/savepoints",
                                            "execution.checkpointing.interval": "10 s"},
                     "podTemplate": {"spec": {"containers": [{"name": "flink-main-container", "volumeMounts": [
                         {"mountPath": "/opt/flink/tmp", "name": "scratch"}]}],
                         "volumes": [{"name": "scratch", "emptyDir": {}}]}},
                     "jobManager": {"resource": {"cpu": 1, "memory": "2048m"}},
                     "taskManager": {"replicas": size.task_managers, "resource": {"cpu": 1, "memory": "2048m"}}}}
        for job in range(size.jobs):
            yield "flinksessionjobs", {
                "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkSessionJob",
                "metadata": {"name": f"{name}-job-{job}", "namespace": "flink"},
                "spec": {"deploymentName": name,
                         "job": {"jarURI": "http://127.0.0.1:8081/job.jar", "parallelism": 4,
                                 "upgradeMode": "last-state", "restartPolicy": "ON_FAILURE",
                                 "args": ["--topic", "orders", "--rate", "100"]}}}


def write_config(path: pathlib.Path, cluster: dict) -> pathlib.Path:
    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "bench",
        "clusters": [{"name": "bench", "cluster": cluster}],
        "users": [{"name": "bench", "user": {"token": "bench"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}]}))
    return path


@contextlib.contextmanager
def access_to(folder: pathlib.Path, backend: int):
    """A kubeconfig for an API server that speaks HTTP/2 over TLS, as the real one does, before the one that
    speaks plain HTTP on `backend`."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=bench",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    config = write_config(folder / "kubeconfig", {
        "server": f"https://127.0.0.1:{API_PORT}",
        "certificate-authority-data": base64.b64encode(certificate.read_bytes()).decode()})
    with subprocess.Popen(["nghttpx", f"--frontend=127.0.0.1,{API_PORT}", f"--backend=127.0.0.1,{backend}",
                           "--backend-connections-per-host=256", "--conf=/dev/null", key, certificate],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as front:
        try:
            yield config
        finally:
            front.terminate()


def name_job_managers(folder: pathlib.Path, clusters: int) -> None:
    hosts = folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" +
                     "".join(f"127.0.0.1 session-{number}-rest.flink\n" for number in range(clusters)))
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)


def running(cluster: Cluster) -> int:
    """Clusters that are ready and jobs that run."""

    def statuses(plural: str):
        return [one.get("status", {}) for one in list(cluster.store.objects[plural].values())]

    return (sum(one.get("jobManagerDeploymentStatus") == "READY" for one in statuses("flinkdeployments"))
            + sum(one.get("jobStatus", {}).get("state") == "RUNNING" for one in statuses("flinksessionjobs")))


def bring_up(cluster: Cluster, operator: subprocess.Popen, size: Size) -> None:
    """Some clusters after the other, as people do it."""
    end = time.monotonic() + READY_WITHIN + READY_WITHIN_OF_EACH * size.clusters * (1 + size.jobs)
    for first in range(0, size.clusters, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, size.clusters))
        for plural, manifest in manifests(numbers, size):
            cluster.store.put(plural, manifest)
        while (now := running(cluster)) < (numbers[-1] + 1) * (1 + size.jobs):
            if operator.poll() is not None:
                raise SystemExit(f"the operator ended with {operator.returncode}")
            if time.monotonic() > end:
                raise SystemExit(f"only {now} of {size.clusters * (1 + size.jobs)} run")
            time.sleep(0.2)


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system


def measure_rest(cluster: Cluster, pid: int, load: Load) -> None:
    cluster.polls.clear()
    before, start = cpu_seconds(pid), time.monotonic()
    time.sleep(REST)
    load.rest_percent = (cpu_seconds(pid) - before) / (time.monotonic() - start) * 100
    load.polls = max(cluster.polls.values(), default=0)


def part_of(mapping: str) -> str:
    """The program, its large libraries by name, or what it allocated."""
    name = mapping.rpartition("/")[2]
    if mapping.startswith("/"):
        return name.partition(".so")[0]
    return {"[heap]": "heap", "[stack]": "stacks"}.get(mapping, "other arenas and stacks")


def read_memory(pid: int, load: Load) -> None:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    number = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+)", status, re.M)}
    load.rss_mb, load.peak_mb = number["VmRSS"] / 1024, number["VmHWM"] / 1024
    load.private_mb, load.threads = number["RssAnon"] / 1024, number["Threads"]
    mapping = ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
            words = line.split(maxsplit=5)
            mapping = words[5] if len(words) == 6 else ""
        elif line.startswith("Rss:"):
            part = part_of(mapping)
            load.parts_mb[part] = load.parts_mb.get(part, 0) + int(line.split()[1]) / 1024


def measure_reactions(cluster: Cluster, backend: int, size: Size, load: Load) -> None:
    """From the list that tells of a failed job, on its arrival, to the first change of its resource."""
    ids = {name: one["status"]["jobStatus"]["jobId"]
           for (_, name), one in cluster.store.objects["flinksessionjobs"].items()}
    expected = 0
    with Wire(FLINK_PORT, backend, ids) as wire:
        for _ in range(FAILURES if size.jobs_fail else 0):
            expected += sum(cluster.fail(f"session-{number}.flink") for number in range(size.clusters))
            end = time.monotonic() + ANSWERED_WITHIN
            while len(wire.seconds) < expected and time.monotonic() < end:
                wire.hear(1)
    if len(wire.seconds) < expected:
        raise SystemExit(f"only {len(wire.seconds)} of {expected} failures were answered")
    load.reactions_ms = sorted(seconds * 1000 for seconds in wire.seconds.values())


def measure(build: pathlib.Path, what: str) -> Load:
    size, load = SIZES[what], Load(what)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        cluster = Cluster()
        name_job_managers(folder, size.clusters)
        backend = serve(cluster)
        plain = {"server": f"http://127.0.0.1:{backend}"}
        access = (contextlib.nullcontext(write_config(folder / "kubeconfig", plain)) if size.jobs_fail
                  else access_to(folder, backend))
        with access as config, (build / "operator_load.log").open("w") as log, subprocess.Popen(
                [build / "drey-operator", "--kubeconfig", config, "--listen-port", "0", "--identity", "bench",
                 "--work-directory", folder / "work"], stdout=log, stderr=log) as operator:
            try:
                bring_up(cluster, operator, size)
                load.start_seconds = cpu_seconds(operator.pid)
                time.sleep(SETTLE)
                measure_rest(cluster, operator.pid, load)
                read_memory(operator.pid, load)
                measure_reactions(cluster, backend, size, load)
            finally:
                operator.terminate()
    return load


def against(value: float, goal: float | None) -> str:
    return "" if goal is None else f" (goal {goal:g}: {'met' if value <= goal else 'not met'})"


def tell(load: Load) -> None:
    size = SIZES[load.what]
    start = against(load.start_seconds, size.goal_start_seconds)
    rest = against(load.rest_percent, size.goal_rest_percent)
    print(f"{load.what}\n"
          f"    until everything runs    {load.start_seconds:6.1f} s of CPU{start}\n"
          f"    at rest                  {load.rest_percent:6.2f} % of a core{rest}, "
          f"{load.polls} looks at a JobManager in {REST} s, one every {POLL_AT_REST} s\n"
          f"    resident                 {load.rss_mb:6.1f} MB{against(load.rss_mb, size.goal_mb)}, of it "
          f"{load.private_mb:.1f} MB its own; peak {load.peak_mb:.1f} MB; {load.threads} threads")
    if load.reactions_ms:
        slowest, half = (load.reactions_ms[int(len(load.reactions_ms) * part)] for part in (0.99, 0.5))
        print(f"    failure seen, change sent {slowest:5.1f} ms p99{against(slowest, GOAL_REACTION_MS)}, {half:.1f} ms p50, "
              f"of {len(load.reactions_ms)}; from packet to packet")
    parts = sorted(load.parts_mb.items(), key=lambda part: -part[1])
    for part, megabytes in parts[:PARTS_SHOWN]:
        print(f"      {part:<24} {megabytes:6.1f} MB")
    print(f"      {'the rest':<24} {sum(megabytes for _, megabytes in parts[PARTS_SHOWN:]):6.1f} MB", flush=True)


def alone(build: pathlib.Path, what: str) -> Load:
    """Measured in namespaces of its own."""
    done = subprocess.run(["unshare", "--mount", "--net", sys.executable, __file__, "--build", build, "--inside", what],
                          check=True, stdout=subprocess.PIPE, text=True)
    return Load(**json.loads(done.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--only", choices=SIZES, help="one of them")
    parser.add_argument("--inside", choices=SIZES, help=argparse.SUPPRESS)  # in this very process
    options = parser.parse_args()
    build = options.build.resolve()
    if options.inside:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        print(json.dumps(asdict(measure(build, options.inside))))
        return 0
    if os.geteuid() != 0:
        print("the operator's load is measured by root only: it needs namespaces of its own")
        return 0
    if not shutil.which("nghttpx"):
        print("the operator's load is not measured without nghttpx: apt-get install nghttp2-proxy")
        return 0
    figures = [alone(build, what) for what in ([options.only] if options.only else SIZES)]
    for one in figures:
        tell(one)
    (build / "operator_load.json").write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
