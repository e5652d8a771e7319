"""The lab's certificates and kubeconfigs, made anew for every lab with openssl."""

import base64
import json
from pathlib import Path

import layout
from shell import run

DAYS = "30"


def _key(name: str) -> Path:
    path = layout.PKI / f"{name}.key"
    run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])
    path.chmod(0o600)
    return path


def _authority(name: str) -> None:
    run(["openssl", "req", "-x509", "-new", "-key", _key(name), "-days", DAYS, "-subj", f"/CN={name}",
         "-addext", "basicConstraints=critical,CA:true",
         "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", layout.PKI / f"{name}.crt"])


def _certificate(name: str, subject: str, usage: str, authority="ca", names: str = "") -> None:
    request, extensions = layout.PKI / f"{name}.csr", layout.PKI / f"{name}.ext"
    run(["openssl", "req", "-new", "-key", _key(name), "-subj", subject, "-out", request])
    extensions.write_text(f"keyUsage=digitalSignature\nextendedKeyUsage={usage}\n"
                          + (f"subjectAltName={names}\n" if names else ""))
    run(["openssl", "x509", "-req", "-in", request, "-CA", layout.PKI / f"{authority}.crt",
         "-CAkey", layout.PKI / f"{authority}.key", "-CAcreateserial", "-days", DAYS,
         "-extfile", extensions, "-out", layout.PKI / f"{name}.crt"])


def kubeconfig(path: Path, certificate: str) -> None:
    """Kubeconfigs are YAML, and JSON is YAML."""

    def text(file: str) -> str:
        return base64.b64encode((layout.PKI / file).read_bytes()).decode()

    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "lab", "cluster": {
            "server": layout.api_url(), "certificate-authority-data": text("ca.crt")}}],
        "users": [{"name": "lab", "user": {
            "client-certificate-data": text(f"{certificate}.crt"),
            "client-key-data": text(f"{certificate}.key")}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
    }, indent=1) + "\n")
    path.chmod(0o600)


def make(nodes: int) -> None:
    layout.PKI.mkdir(parents=True, exist_ok=True)
    for authority in ("ca", "front-proxy-ca"):
        _authority(authority)
    _key("service-accounts")
    names = ["DNS:localhost", "DNS:kubernetes", "DNS:kubernetes.default", "DNS:kubernetes.default.svc",
             "DNS:kubernetes.default.svc.cluster.local", "IP:127.0.0.1", f"IP:{layout.SERVICE_API}",
             f"IP:{layout.node_address()}"]
    _certificate("apiserver", "/CN=kube-apiserver", "serverAuth", names=",".join(names))
    _certificate("front-proxy", "/CN=front-proxy-client", "clientAuth", authority="front-proxy-ca")
    users = {"admin": "/O=system:masters/CN=lab-admin",
             "controller-manager": "/CN=system:kube-controller-manager",
             "scheduler": "/CN=system:kube-scheduler", "proxy": "/CN=system:kube-proxy"}
    for node in range(1, nodes + 1):
        name = layout.node_name(node)
        users[name] = f"/O=system:nodes/CN=system:node:{name}"
    for user, subject in users.items():
        _certificate(user, subject, "clientAuth")
        if user != "admin":
            kubeconfig(layout.PKI / f"{user}.kubeconfig", user)
    kubeconfig(layout.KUBECONFIG, "admin")
