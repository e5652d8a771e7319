"""The API `metrics.k8s.io` of a case's own: what a HorizontalPodAutoscaler reads, as the case says.

A server in the case's process, registered as an APIService through a Service without selector.
"""

import contextlib
import http.server
import json
import ssl
import tempfile
import threading
import urllib.parse
from datetime import datetime, timezone
from pathlib import Path

import layout
from kit import Case, kubectl
from shell import run, wait_for

GROUP = "metrics.k8s.io/v1beta1"
SERVICE, PORT = "resource-metrics", 9543
API = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService"}


class Load:
    """How much every pod that is asked about uses."""

    def __init__(self, case: Case, cpu: str):
        self.case, self.cpu = case, cpu

    def answer(self, path: str) -> dict | None:
        asked = urllib.parse.urlsplit(path)
        if asked.path == f"/apis/{GROUP}":
            return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": GROUP, "resources": [
                {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": ["get", "list"]}]}
        if asked.path != f"/apis/{GROUP}/namespaces/{self.case.namespace}/pods":
            return None
        selector = urllib.parse.parse_qs(asked.query).get("labelSelector", [""])[0]
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"kind": "PodMetricsList", "apiVersion": GROUP, "metadata": {}, "items": [
            {"metadata": {"name": pod["metadata"]["name"], "namespace": self.case.namespace,
                          "labels": pod["metadata"]["labels"]},
             "timestamp": now, "window": "1s", "containers": [
                 {"name": one["name"], "usage": {"cpu": self.cpu, "memory": "300Mi"}}
                 for one in pod["spec"]["containers"]]}
            for pod in self.case.pods(selector) if pod["status"]["phase"] == "Running"]}


def _handler(load: Load):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            found = load.answer(self.path)
            body = json.dumps(found or {"kind": "Status", "code": 404}).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def _register(case: Case) -> None:
    group, version = GROUP.split("/")
    case.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": SERVICE},
         "spec": {"ports": [{"port": 443, "targetPort": PORT}]}},
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": SERVICE},
         "subsets": [{"addresses": [{"ip": layout.node_address()}], "ports": [{"port": PORT}]}]})
    kubectl("apply", "-f", "-", input=json.dumps({
        **API, "metadata": {"name": f"{version}.{group}"},
        "spec": {"group": group, "version": version, "groupPriorityMinimum": 100, "versionPriority": 100,
                 "insecureSkipTLSVerify": True, "service": {"namespace": case.namespace, "name": SERVICE}}}))

    def available() -> bool:
        done = kubectl("get", "--raw", f"/apis/{GROUP}", must=False)
        return done.returncode == 0

    wait_for("the resource metrics to be served through the API server", available, 30)


@contextlib.contextmanager
def served(case: Case, cpu: str):
    """The API is there, and says that every pod of the case uses `cpu`; its `Load` can be changed."""
    load = Load(case, cpu)
    with tempfile.TemporaryDirectory() as made:
        key, certificate = Path(made, "key"), Path(made, "certificate")
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=resource-metrics", "-days", "2",
             "-keyout", key, "-out", certificate])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer((layout.node_address(), PORT), _handler(load))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _register(case)
        yield load
    finally:
        # First of all: an API that is registered and does not answer holds up every namespace's end.
        group, version = GROUP.split("/")
        kubectl("delete", "apiservice", f"{version}.{group}", "--ignore-not-found", must=False)
        server.shutdown()
        server.server_close()
