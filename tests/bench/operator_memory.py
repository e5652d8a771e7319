#!/usr/bin/env python3
"""How much memory drey-operator takes at rest: with one cluster and its job, and with 1,000 resources.

The whole program runs against tests/bench/fake_cluster.py behind HTTP/2 and TLS, submits every job and
follows it to RUNNING; then its resident memory is read from /proc. Needs root, since names of
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

from fake_cluster import Cluster, serve

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZES = {"one cluster, one job": (1, 1, 20), "100 clusters, 900 jobs": (100, 9, 60)}
API_PORT = 6443
PARTS_SHOWN = 9
AT_ONCE = 5  # clusters
READY_WITHIN = 900  # seconds, for all jobs to be RUNNING
REST = 20  # seconds of quiet before it is measured


@dataclass
class Memory:
    what: str
    resources: int
    goal_mb: float
    rss_mb: float = 0
    peak_mb: float = 0
    private_mb: float = 0
    threads: int = 0
    parts_mb: dict[str, float] = field(default_factory=dict)


def manifests(numbers: range, jobs: int):
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
                     "taskManager": {"replicas": 4, "resource": {"cpu": 1, "memory": "2048m"}}}}
        for job in range(jobs):
            yield "flinksessionjobs", {
                "apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkSessionJob",
                "metadata": {"name": f"{name}-job-{job}", "namespace": "flink"},
                "spec": {"deploymentName": name,
                         "job": {"jarURI": "http://127.0.0.1:8081/job.jar", "parallelism": 4,
                                 "upgradeMode": "last-state", "restartPolicy": "ON_FAILURE",
                                 "args": ["--topic", "orders", "--rate", "100"]}}}


@contextlib.contextmanager
def access_to(folder: pathlib.Path, cluster: Cluster):
    """A kubeconfig for an API server that speaks HTTP/2 over TLS, as the real one does."""
    key, certificate, config = (folder / name for name in ("key.pem", "certificate.pem", "kubeconfig"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=bench",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    config.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "bench",
        "clusters": [{"name": "bench", "cluster": {
            "server": f"https://127.0.0.1:{API_PORT}",
            "certificate-authority-data": base64.b64encode(certificate.read_bytes()).decode()}}],
        "users": [{"name": "bench", "user": {"token": "bench"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}]}))
    with subprocess.Popen(["nghttpx", f"--frontend=127.0.0.1,{API_PORT}", f"--backend=127.0.0.1,{serve(cluster)}",
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
    jobs = list(cluster.store.objects["flinksessionjobs"].values())
    return sum(one.get("status", {}).get("jobStatus", {}).get("state") == "RUNNING" for one in jobs)


def bring_up(cluster: Cluster, operator: subprocess.Popen, clusters: int, jobs: int) -> None:
    """Some clusters after the other, as people do it; then some quiet."""
    end = time.monotonic() + READY_WITHIN
    for first in range(0, clusters, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, clusters))
        for plural, manifest in manifests(numbers, jobs):
            cluster.store.put(plural, manifest)
        while (now := running(cluster)) < (numbers[-1] + 1) * jobs:
            if operator.poll() is not None:
                raise SystemExit(f"the operator ended with {operator.returncode}")
            if time.monotonic() > end:
                raise SystemExit(f"{now} of {clusters * jobs} jobs are RUNNING after {READY_WITHIN} s")
            time.sleep(0.2)
    time.sleep(REST)


def part_of(mapping: str) -> str:
    """The program, its large libraries by name, or what it allocated."""
    name = mapping.rpartition("/")[2]
    if mapping.startswith("/"):
        return name.partition(".so")[0]
    return {"[heap]": "heap", "[stack]": "stacks"}.get(mapping, "other arenas and stacks")


def read_memory(pid: int, memory: Memory) -> None:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    number = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+)", status, re.M)}
    memory.rss_mb, memory.peak_mb = number["VmRSS"] / 1024, number["VmHWM"] / 1024
    memory.private_mb, memory.threads = number["RssAnon"] / 1024, number["Threads"]
    mapping = ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
            words = line.split(maxsplit=5)
            mapping = words[5] if len(words) == 6 else ""
        elif line.startswith("Rss:"):
            part = part_of(mapping)
            memory.parts_mb[part] = memory.parts_mb.get(part, 0) + int(line.split()[1]) / 1024


def measure(build: pathlib.Path, what: str) -> Memory:
    clusters, jobs, goal = SIZES[what]
    memory = Memory(what, clusters * (1 + jobs), goal)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        cluster = Cluster()
        name_job_managers(folder, clusters)
        with access_to(folder, cluster) as config, (build / "operator_memory.log").open("w") as log, subprocess.Popen(
                [build / "drey-operator", "--kubeconfig", config, "--listen-port", "0", "--identity", "bench",
                 "--work-directory", folder / "work"], stdout=log, stderr=log) as operator:
            try:
                bring_up(cluster, operator, clusters, jobs)
                read_memory(operator.pid, memory)
            finally:
                operator.terminate()
    return memory


def tell(one: Memory) -> None:
    verdict = "met" if one.rss_mb <= one.goal_mb else "not met"
    print(f"{one.what:<24} {one.rss_mb:6.1f} MB resident (goal {one.goal_mb:.0f}: {verdict}), of it "
          f"{one.private_mb:.1f} MB its own; peak {one.peak_mb:.1f} MB; {one.threads} threads")
    parts = sorted(one.parts_mb.items(), key=lambda part: -part[1])
    for part, size in parts[:PARTS_SHOWN]:
        print(f"    {part:<26} {size:6.1f} MB")
    print(f"    {'the rest':<26} {sum(size for _, size in parts[PARTS_SHOWN:]):6.1f} MB", flush=True)


def alone(build: pathlib.Path, what: str) -> Memory:
    """Measured in namespaces of its own."""
    done = subprocess.run(["unshare", "--mount", "--net", sys.executable, __file__, "--build", build, "--only", what],
                          check=True, stdout=subprocess.PIPE, text=True)
    return Memory(**json.loads(done.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--only", choices=SIZES, help=argparse.SUPPRESS)  # one of them, in this very process
    options = parser.parse_args()
    build = options.build.resolve()
    if options.only:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        print(json.dumps(asdict(measure(build, options.only))))
        return 0
    if os.geteuid() != 0:
        print("the operator's memory is measured by root only: it needs namespaces of its own")
        return 0
    if not shutil.which("nghttpx"):
        print("the operator's memory is not measured without nghttpx: apt-get install nghttp2-proxy")
        return 0
    figures = [alone(build, what) for what in SIZES]
    for one in figures:
        tell(one)
    (build / "operator_memory.json").write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
