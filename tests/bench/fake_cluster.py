"""A Kubernetes API server and the JobManagers of any number of session clusters, in one process.

Only what drey-operator asks of them, over real sockets: lists with pages, watches, server-side
apply, patches of status and finalizers, Leases; Deployments and StatefulSets get their pods at once.
Flink accepts every job and runs it. Nothing fails here: it is for measuring, not for testing.
"""

import copy
import json
import re
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FLINK_PORT = 8081
SLOTS = 64
PLACE = re.compile(r"^/(?:api/v1|apis/([^/]+)/[^/]+)(?:/namespaces/([^/]+))?/([a-z]+)(?:/([^/]+))?(/status)?$")
KINDS = {"flinkdeployments": "FlinkDeployment", "flinksessionjobs": "FlinkSessionJob",
         "flinkstatesnapshots": "FlinkStateSnapshot", "deployments": "Deployment",
         "statefulsets": "StatefulSet", "services": "Service", "configmaps": "ConfigMap", "ingresses": "Ingress",
         "jobs": "Job", "pods": "Pod", "nodes": "Node", "leases": "Lease", "events": "Event"}
NOW = "2026-01-01T00:00:00Z"


def managed_fields(thing: dict) -> list[dict]:
    """As the API server keeps them: about as large as the object itself."""

    def fields(value):
        return {f"f:{key}": fields(inner) for key, inner in value.items()} if isinstance(value, dict) else {}

    return [{"manager": "drey", "operation": "Apply", "apiVersion": thing.get("apiVersion", "v1"), "time": NOW,
             "fieldsType": "FieldsV1", "fieldsV1": fields({k: v for k, v in thing.items() if k != "status"})}]


class Store:
    """Objects by plural, namespace and name; every change is an event of one version."""

    def __init__(self):
        self.changed = threading.Condition()
        self.version = 1000
        self.objects: dict[str, dict[tuple[str, str], dict]] = {plural: {} for plural in KINDS}
        self.texts: dict[tuple[str, str, str], str] = {}  # the same, as they are sent
        self.events: dict[str, list[tuple[int, str, dict, str]]] = {plural: [] for plural in KINDS}

    def put(self, plural: str, thing: dict, kind: str = "MODIFIED") -> dict:
        with self.changed:
            meta = thing["metadata"]
            key = (meta.get("namespace", ""), meta["name"])
            if key not in self.objects[plural]:
                kind = "ADDED"
                meta.setdefault("uid", str(uuid.uuid4()))
                meta.setdefault("creationTimestamp", NOW)
                meta["generation"] = 1
            self.version += 1
            meta["resourceVersion"] = str(self.version)
            meta["managedFields"] = managed_fields({k: v for k, v in thing.items() if k != "metadata"})
            self.objects[plural][key] = thing
            self.texts[plural, *key] = json.dumps(thing, separators=(",", ":"))
            self.events[plural].append((self.version, kind, thing, self.texts[plural, *key]))
            self.changed.notify_all()
            return thing


def matches(thing: dict, selector: str) -> bool:
    labels = thing["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, _, value in
               (part.partition("=") for part in selector.split(",") if part))


def pod_of(owner: dict, name: str) -> dict:
    template = owner["spec"]["template"]
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": copy.deepcopy(template["spec"]),
           "metadata": {"name": name, "namespace": owner["metadata"]["namespace"],
                        "labels": {**template["metadata"].get("labels", {}), "controller-revision-hash": "rev-1"},
                        "annotations": template["metadata"].get("annotations", {})}}
    pod["spec"]["nodeName"] = "node-1"
    pod["status"] = {"phase": "Running", "podIP": "127.0.0.1", "startTime": NOW,
                     "conditions": [{"type": kind, "status": "True", "lastTransitionTime": NOW}
                                    for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")],
                     "containerStatuses": [{"name": one["name"], "ready": True, "restartCount": 0,
                                            "image": one.get("image", ""), "state": {"running": {"startedAt": NOW}}}
                                           for one in pod["spec"]["containers"]]}
    return pod


class Cluster:
    """The store, and the controllers that make pods of workloads."""

    def __init__(self):
        self.store = Store()
        self.jobs: dict[str, dict[str, dict]] = {}  # "cluster.namespace" → job id → overview
        self.polls: dict[str, int] = {}  # "cluster.namespace" → how often its list of jobs was read
        for number in range(1, 4):
            self.store.put("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}"},
                                     "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}})

    def apply(self, plural: str, ns: str, name: str, wanted: dict) -> dict:
        live = copy.deepcopy(self.store.objects[plural].get((ns, name)))
        if live is None:
            wanted["metadata"].update(namespace=ns, name=name)
            live = self.store.put(plural, wanted)
        else:
            live.update({key: value for key, value in wanted.items() if key != "metadata"})
            for key in ("labels", "annotations"):
                live["metadata"][key] = wanted["metadata"].get(key, {})
            live["metadata"]["generation"] += 1
            live = self.store.put(plural, live)
        return self.run(plural, live) if plural in ("deployments", "statefulsets") else live

    def run(self, plural: str, owner: dict) -> dict:
        count = owner["spec"].get("replicas", 1)
        start = owner["spec"].get("ordinals", {}).get("start", 0)
        meta = owner["metadata"]
        names = [f"{meta['name']}-7d4b9-x{number}" if plural == "deployments" else f"{meta['name']}-{start + number}"
                 for number in range(count)]
        for name in names:
            if (meta["namespace"], name) not in self.store.objects["pods"]:
                self.store.put("pods", pod_of(owner, name))
        owner = copy.deepcopy(owner)
        owner["status"] = {"observedGeneration": meta["generation"], "replicas": count, "readyReplicas": count,
                           "availableReplicas": count, "updatedReplicas": count, "currentReplicas": count,
                           "currentRevision": "rev-1", "updateRevision": "rev-1"}
        return self.store.put(plural, owner)

    def fail(self, cluster: str) -> bool:
        """One more of its jobs fails for good; no: none is left."""
        rows = self.jobs.get(cluster, {})
        running = next((one for one in rows.values() if one["state"] == "RUNNING"), None)
        if running is None:
            return False
        rows[running["jid"]] = {**running, "state": "FAILED", "end-time": int(time.time() * 1000),
                                "tasks": {"total": running["tasks"]["total"], "running": 0, "finished": 0}}
        return True

    def task_managers(self, cluster: str) -> list[dict]:
        name, _, ns = cluster.partition(".")
        selector = f"app={name},component=taskmanager"
        pods = [one for (where, _), one in list(self.store.objects["pods"].items())
                if where == ns and matches(one, selector)]
        busy = sum(job["tasks"]["running"] for job in list(self.jobs.get(cluster, {}).values()))
        seen = []
        for pod in pods:
            taken = min(busy, SLOTS)
            busy -= taken
            seen.append({"id": pod["metadata"]["uid"], "slotsNumber": SLOTS, "freeSlots": SLOTS - taken})
        return seen


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def log_message(self, *_):
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, thing, code: int = 200) -> None:
        self.send(json.dumps(thing, separators=(",", ":")), code)

    def send(self, text: str, code: int = 200) -> None:
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, code: int, reason: str) -> None:
        self.answer({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
                     "message": reason}, code)


class ApiHandler(Handler):
    """/api and /apis."""

    def place(self):
        url = urlsplit(self.path)
        found = PLACE.match(url.path)
        _, ns, plural, name, status = found.groups()
        return plural, ns or "", name, bool(status), {key: value[0] for key, value in parse_qs(url.query).items()}

    def do_GET(self):
        plural, ns, name, _, query = self.place()
        store = self.cluster.store
        if plural == "serviceaccounts":
            return self.answer({"kind": "ServiceAccount", "metadata": {"namespace": ns, "name": name}})
        if plural == "resourcequotas":
            return self.answer({"kind": "ResourceQuotaList", "items": []})
        if plural not in KINDS:
            return self.refuse(404, "NotFound")
        if name:
            thing = store.objects[plural].get((ns, name))
            return self.answer(thing) if thing else self.refuse(404, "NotFound")
        if "watch" in query:
            return self.watch(plural, ns, query)
        with store.changed:
            version = store.version
            items = [store.texts[plural, where, what] for (where, what), one in sorted(store.objects[plural].items())
                     if ns in ("", where) and matches(one, query.get("labelSelector", ""))]
        begin = int(query.get("continue", "0"))
        end = begin + int(query.get("limit", "0")) if "limit" in query else len(items)
        meta = {"resourceVersion": str(version)}
        if end < len(items):
            meta["continue"] = str(end)
        head = json.dumps({"kind": KINDS[plural] + "List", "apiVersion": "v1", "metadata": meta})
        return self.send(head[:-1] + ',"items":[' + ",".join(items[begin:end]) + "]}")

    def watch(self, plural: str, ns: str, query: dict) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        store, at, seen = self.cluster.store, 0, int(query["resourceVersion"])
        while True:
            with store.changed:
                quiet = at == len(store.events[plural]) and not store.changed.wait(30)
                new, at, version = store.events[plural][at:], len(store.events[plural]), store.version
            bookmark = {"type": "BOOKMARK", "object": {"kind": KINDS[plural], "apiVersion": "v1",
                                                       "metadata": {"resourceVersion": str(version)}}}
            lines = [f'{{"type":"{kind}","object":{text}}}' for version, kind, thing, text in new
                     if version > seen and ns in ("", thing["metadata"].get("namespace", ""))
                     and matches(thing, query.get("labelSelector", ""))] or ([json.dumps(bookmark)] if quiet else [])
            if lines:
                self.wfile.write(("\n".join(lines) + "\n").encode())
                self.wfile.flush()

    def do_POST(self):
        wanted = json.loads(self.body())
        if self.path.endswith("accessreviews"):
            return self.answer({**wanted, "status": {"allowed": True}}, 201)
        plural, ns, _, _, _ = self.place()
        if (ns, wanted["metadata"]["name"]) in self.cluster.store.objects[plural]:
            return self.refuse(409, "AlreadyExists")
        wanted["metadata"]["namespace"] = ns
        return self.answer(self.cluster.store.put(plural, wanted), 201)

    def do_PUT(self):
        wanted = json.loads(self.body())
        plural, ns, name, _, _ = self.place()
        live = self.cluster.store.objects[plural][ns, name]
        if wanted["metadata"].get("resourceVersion") != live["metadata"]["resourceVersion"]:
            return self.refuse(409, "Conflict")
        return self.answer(self.cluster.store.put(plural, wanted))

    def do_PATCH(self):
        wanted = json.loads(self.body())
        plural, ns, name, status, _ = self.place()
        if "apply-patch" in self.headers["Content-Type"]:
            if plural == "events":
                return self.answer({**wanted, "metadata": {**wanted["metadata"], "resourceVersion": "1"}})
            return self.answer(self.cluster.apply(plural, ns, name, wanted))
        changed = self.change(plural, (ns, name), wanted, status)
        return self.refuse(*changed) if isinstance(changed, tuple) else self.answer(changed)

    def change(self, plural: str, key: tuple[str, str], wanted: dict, status: bool):
        """A merge patch; the object as it is then, or why not."""
        with self.cluster.store.changed:
            live = self.cluster.store.objects[plural].get(key)
            if live is None:
                return 404, "NotFound"
            live = {**live, "metadata": dict(live["metadata"])}
            if wanted.get("metadata", {}).get("resourceVersion") not in (None, live["metadata"]["resourceVersion"]):
                return 409, "Conflict"
            if status:
                live["status"] = {**live.get("status", {}), **wanted["status"]}
            else:
                live["metadata"]["finalizers"] = wanted["metadata"]["finalizers"]
            return self.cluster.store.put(plural, live)

    def do_DELETE(self):
        self.refuse(403, "Forbidden")  # nothing is deleted while memory is measured


class FlinkHandler(Handler):
    """All JobManagers; the Host header says which."""

    def jobs(self) -> dict[str, dict]:
        host = self.headers["Host"].partition(":")[0]
        self.name = host.replace("-rest.", ".")
        return self.cluster.jobs.setdefault(self.name, {})

    def do_GET(self):
        jobs = self.jobs()
        if self.path == "/jobs/overview":
            self.cluster.polls[self.name] = self.cluster.polls.get(self.name, 0) + 1
            return self.answer({"jobs": list(dict(jobs).values())})
        if self.path == "/config":
            return self.answer({"flink-version": "1.20.3", "flink-revision": "bench", "refresh-interval": 3000})
        if self.path == "/taskmanagers":
            return self.answer({"taskmanagers": self.cluster.task_managers(self.name)})
        if self.path.endswith("/checkpoints"):
            newest = {"id": 1, "status": "COMPLETED", "trigger_timestamp": int(time.time() * 1000),
                      "external_path": f"s3://flink/checkpoints/{self.path.split('/')[2]}/chk-1"}
            return self.answer({"counts": {"completed": 1}, "latest": {"completed": newest}})
        if self.path == "/job.jar":
            data = b"PK\x05\x06" + bytes(18)  # an archive with nothing in it
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            return self.wfile.write(data)
        return self.answer({"errors": ["Not found: " + self.path]}, 404)

    def do_POST(self):
        jobs, data = self.jobs(), self.body()
        if self.path == "/jars/upload":
            return self.answer({"filename": f"/tmp/flink-web/{uuid.uuid4()}_job.jar", "status": "success"})
        asked = json.loads(data)
        tasks = asked.get("parallelism", 1)
        jobs[asked["jobId"]] = {"jid": asked["jobId"], "name": "job", "state": "RUNNING",
                                "start-time": int(time.time() * 1000), "end-time": -1,
                                "tasks": {"total": tasks, "running": tasks, "finished": 0}}
        return self.answer({"jobid": asked["jobId"]})

    def do_DELETE(self):
        self.answer({})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_):
        """A client that went away."""


def serve(cluster: Cluster) -> int:
    """Starts both servers on threads of their own; the API server's port, which speaks plain HTTP/1.1."""
    api = _Server(("127.0.0.1", 0), type("Api", (ApiHandler,), {"cluster": cluster}))
    flink = _Server(("127.0.0.1", FLINK_PORT), type("Flink", (FlinkHandler,), {"cluster": cluster}))
    for one in (api, flink):
        threading.Thread(target=one.serve_forever, daemon=True).start()
    return api.server_address[1]
