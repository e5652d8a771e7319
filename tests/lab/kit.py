"""What a case is written with. A case runs inside the lab's network.

Nothing here sleeps for a fixed time to let something happen: `wait_for` polls, has a
deadline, and says what it waited for and what it saw last.
"""

import contextlib
import json
import os
import shutil
import signal
from pathlib import Path
from string import Template

import audit
import daemons
import http_exchange
import layout
import network
from shell import LabError, run, wait_for

MANIFESTS = layout.SOURCE / "manifests"


def check(true, what: str) -> None:
    """Like assert, but it tells what was seen."""
    if not true:
        raise LabError(what)


def equal(seen, wanted, what: str) -> None:
    check(seen == wanted, f"{what}: {seen!r}, not {wanted!r}")


def kubectl(*words, input: str | None = None, must=True, timeout: float = 60):
    return run([layout.BIN / "kubectl", f"--kubeconfig={layout.KUBECONFIG}", *words],
               input=input, check=must, timeout=timeout)


def running_lab() -> dict:
    return json.loads(layout.STATE.read_text())


class Case:
    """A case's own Kubernetes namespace, its directory for state, and what it can do there."""

    def __init__(self, name: str):
        self.name = name
        self.namespace = name.replace("_", "-").replace(".", "-")[:50].rstrip("-")
        self.began = audit.now()
        self.api = http_exchange.kubernetes()
        self.data = layout.DATA / self.namespace
        self.facts: dict[str, object] = {}
        self._undo = contextlib.ExitStack()

    def __enter__(self):
        # A test run that was killed may have left the namespace and its state.
        kubectl("delete", "namespace", self.namespace, "--ignore-not-found", timeout=120)
        shutil.rmtree(self.data, ignore_errors=True)
        kubectl("create", "namespace", self.namespace)
        wait_for(f"the service account of {self.namespace}",
                 lambda: self.get("serviceaccount", "default"), 30)
        self.data.mkdir(mode=0o777)
        self.data.chmod(0o777)
        return self

    def __exit__(self, *_):
        """The next case finds no pod of this one; the empty namespace may take 5 s more to go."""
        self._undo.close()
        kubectl("delete", "namespace", self.namespace, "--wait=false", must=False)
        wait_for(f"the pods of {self.namespace} to be gone",
                 lambda: not self.kubectl("get", "pods", "-o", "name").stdout, 60)
        shutil.rmtree(self.data, ignore_errors=True)

    # -- resources

    def kubectl(self, *words, **options):
        return kubectl("-n", self.namespace, *words, **options)

    def apply(self, *manifests: str | dict) -> None:
        """Texts of YAML or objects, applied in one go."""
        text = "\n---\n".join(m if isinstance(m, str) else json.dumps(m) for m in manifests)
        self.kubectl("apply", "-f", "-", input=text)

    def apply_file(self, name: str, **values) -> None:
        """A file of manifests/, its ${NAMES} replaced."""
        given = {"NAMESPACE": self.namespace, "DATA": str(self.data), "FLINK_IMAGE": layout.FLINK_IMAGE,
                 "FLINK_VERSION": layout.FLINK_VERSION, "JAR_URL": layout.jar_url(), **values}
        self.apply(Template((MANIFESTS / name).read_text()).substitute(given))

    def get(self, kind: str, name: str) -> dict | None:
        done = self.kubectl("get", kind, name, "-o", "json", must=False)
        if done.returncode == 0:
            return json.loads(done.stdout)
        if "NotFound" in done.stderr:
            return None
        raise LabError(done.stderr.strip())

    def every(self, kind: str, selector: str = "") -> list[dict]:
        return json.loads(self.kubectl("get", kind, "-l", selector, "-o", "json").stdout)["items"]

    def wait_deleted(self, kind: str, name: str, timeout: float = 60) -> None:
        wait_for(f"{kind} {name} to be gone", lambda: self.get(kind, name) is None, timeout)

    # -- pods

    def pods(self, selector: str) -> list[dict]:
        return sorted(self.every("pods", selector), key=lambda pod: pod["metadata"]["name"])

    def uids(self, selector: str) -> list[str]:
        """To show that no pod was touched."""
        return [pod["metadata"]["uid"] for pod in self.pods(selector)]

    def evict(self, pod: str, **options) -> http_exchange.Answer:
        """Through the Eviction API, as a drain does."""
        body = {"apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": {"name": pod, "namespace": self.namespace}}
        return self.api.send("POST", f"/api/v1/namespaces/{self.namespace}/pods/{pod}/eviction", body, **options)

    def kill_pod(self, pod: str) -> None:
        """Takes the pod away without any grace."""
        self.kubectl("delete", "pod", pod, "--grace-period=0", "--force", "--wait=false")

    def processes(self, pod: str, container: str | None = None) -> list[int]:
        """The container's processes as the node sees them; a signal from there strikes at once."""
        statuses = self.get("pod", pod)["status"]["containerStatuses"]
        wanted = next(s for s in statuses if container in (None, s["name"]))
        number = wanted["containerID"].rsplit("/", 1)[1]
        found = []
        for tree in Path("/proc").glob("[0-9]*/cgroup"):
            with contextlib.suppress(OSError):
                if number in tree.read_text():
                    found.append(int(tree.parent.name))
        check(found, f"no process of {pod} on this machine")
        return found

    def crash_container(self, pod: str, container: str | None = None) -> None:
        """Kills the container's processes from the node, as the kernel's OOM killer does."""
        for pid in self.processes(pod, container):
            daemons.send(pid, signal.SIGKILL)

    # -- accounts and the audit log

    def token(self, account: str) -> str:
        return self.kubectl("create", "token", account).stdout.strip()

    def changes_by(self, account: str, since: str | None = None) -> list[audit.Call]:
        """`account` as in "drey-system:drey-operator"."""
        return audit.changes(since or self.began, account)

    # -- undoing

    def at_end(self, action, *arguments) -> None:
        self._undo.callback(action, *arguments)

    @contextlib.contextmanager
    def cut_off(self, node: int):
        """A true network partition of a node; healed at the end, whatever happens."""
        check(2 <= node <= running_lab()["nodes"], f"node {node} can't be cut off here: the first node "
              "holds the control plane; bring the lab up with NODES=2")
        try:
            network.ip("link", "set", network.link_of(node), "down", node=1)
            yield
        finally:
            network.ip("link", "set", network.link_of(node), "up", node=1)

    @contextlib.contextmanager
    def silent_kubelet(self, node: int):
        """The node's kubelet stops to speak while its containers go on."""
        pid = daemons.pid_of(f"kubelet-{node}")
        try:
            os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    # -- for the report

    def note(self, what: str, value) -> None:
        """A figure or an observation; it goes into report.json and on the screen."""
        self.facts[what] = value if isinstance(value, (int, float, list, dict)) else str(value)

    def evidence(self) -> str:
        """What one wants to see first when a case failed."""
        parts = [self.kubectl("get", "all,configmaps", "-o", "wide", must=False).stdout,
                 self.kubectl("get", "events", "--sort-by=.lastTimestamp", must=False).stdout[-3000:]]
        for pod in self.kubectl("get", "pods", "-o", "name", must=False).stdout.split():
            for more in ([], ["--previous"]):
                said = self.kubectl("logs", pod, "--tail=25", "--all-containers", *more, must=False).stdout
                if said:
                    parts.append(f"--- {pod} {' '.join(more)}\n{said}")
        return "\n".join(parts)
