"""etcd, API server, controller manager, scheduler and name server, on the first node."""

import json
import os
from pathlib import Path

import daemons
import layout
from shell import LabError, run, step

ETCD = "http://127.0.0.1:2379"  # of the namespace, where nobody else is


def kubectl(*words, input: str | None = None, check=True, timeout: float = 60):
    """kubectl inside the lab's network, from outside of it."""
    return run(["ip", "netns", "exec", layout.netns(), layout.BIN / "kubectl",
                f"--kubeconfig={layout.KUBECONFIG}", *words], input=input, check=check, timeout=timeout)


def _answers(path: str):
    return lambda: kubectl("get", "--raw", path, check=False, timeout=10).returncode == 0


def _audit_policy() -> Path:
    """One line for each request that was answered: who, what, with which result.

    Kubernetes' leases and events are most of the traffic and tell nothing, so the
    nodes' and the control plane's own are left out; a service account's are kept.
    """
    path = layout.LAB / "audit-policy.json"
    quiet = [layout.node_name(n) for n in range(1, 10)]
    users = [f"system:node:{name}" for name in quiet] + [
        "system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"]
    path.write_text(json.dumps({
        "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
        "omitStages": ["RequestReceived", "ResponseStarted"],
        "rules": [
            {"level": "None", "users": users, "verbs": ["get", "list", "watch"]},
            {"level": "None", "users": users, "resources": [
                {"group": "coordination.k8s.io", "resources": ["leases"]},
                {"group": "", "resources": ["events"]},
                {"group": "events.k8s.io", "resources": ["events"]}]},
            {"level": "Metadata"}],
    }, indent=1) + "\n")
    return path


def _api_server(programs: Path) -> None:
    pki = layout.PKI
    flags = {
        "advertise-address": layout.node_address(),  # must not be loopback
        "bind-address": "0.0.0.0", "secure-port": 6443,
        "etcd-servers": ETCD,
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "endpoint-reconciler-type": "master-count",
        "kubelet-preferred-address-types": "InternalIP",  # else `logs` asks DNS for the node
        "service-cluster-ip-range": layout.SERVICE_RANGE,
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": pki / "service-accounts.key",
        "service-account-signing-key-file": pki / "service-accounts.key",
        "client-ca-file": pki / "ca.crt",
        "tls-cert-file": pki / "apiserver.crt", "tls-private-key-file": pki / "apiserver.key",
        "kubelet-client-certificate": pki / "admin.crt", "kubelet-client-key": pki / "admin.key",
        "requestheader-client-ca-file": pki / "front-proxy-ca.crt",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-username-headers": "X-Remote-User",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "proxy-client-cert-file": pki / "front-proxy.crt", "proxy-client-key-file": pki / "front-proxy.key",
        "enable-aggregator-routing": "true",
        "audit-policy-file": _audit_policy(), "audit-log-path": layout.AUDIT_LOG,
        "audit-log-maxsize": 2000,  # MB: a rotated log would hide calls from a case
        "cert-dir": pki / "generated", "profiling": "false",
    }
    daemons.start("kube-apiserver", programs / "kube-apiserver",
                  *(f"--{name}={value}" for name, value in flags.items()))


def _controller_manager(programs: Path) -> None:
    pki = layout.PKI
    flags = {
        "kubeconfig": pki / "controller-manager.kubeconfig",
        "authentication-kubeconfig": pki / "controller-manager.kubeconfig",
        "authorization-kubeconfig": pki / "controller-manager.kubeconfig",
        "leader-elect": "false",
        # The real default is 50 s; a test of that path sets LAB_NODE_GRACE.
        "node-monitor-grace-period": os.environ.get("LAB_NODE_GRACE", "20s"),
        "root-ca-file": pki / "ca.crt",
        "service-account-private-key-file": pki / "service-accounts.key",
        "use-service-account-credentials": "true",  # the audit log then tells controllers apart
        "kube-api-qps": 200, "kube-api-burst": 400,  # else its controllers start over 4 s
        "allocate-node-cidrs": "false", "cert-dir": pki / "generated-cm", "profiling": "false",
        "flex-volume-plugin-dir": layout.LAB / "volume-plugins",  # it makes this folder
    }
    daemons.start("kube-controller-manager", programs / "kube-controller-manager",
                  *(f"--{name}={value}" for name, value in flags.items()))


def _scheduler(programs: Path) -> None:
    config = layout.PKI / "scheduler.kubeconfig"
    daemons.start("kube-scheduler", programs / "kube-scheduler", f"--kubeconfig={config}",
                  f"--authentication-kubeconfig={config}", f"--authorization-kubeconfig={config}",
                  "--leader-elect=false", f"--cert-dir={layout.PKI / 'generated-sch'}", "--profiling=false")


def start_servers(programs: Path, etcd: Path) -> None:
    with step("etcd and API server"):
        daemons.start("etcd", etcd, "--name=lab", f"--data-dir={layout.LAB / 'etcd'}", "--unsafe-no-fsync",
                      f"--listen-client-urls={ETCD}", f"--advertise-client-urls={ETCD}",
                      "--listen-peer-urls=http://127.0.0.1:2380", "--log-level=warn",
                      "--initial-advertise-peer-urls=http://127.0.0.1:2380",
                      "--initial-cluster=lab=http://127.0.0.1:2380",
                      environment={"ETCD_UNSUPPORTED_ARCH": os.uname().machine})
        _api_server(programs)
        daemons.wait_ready("kube-apiserver", _answers("/readyz"), 60)
    _controller_manager(programs)
    _scheduler(programs)


def start_name_server(program: Path) -> None:
    config = layout.LAB / "Corefile"
    # With the reverse zone a JVM that looks up a pod's address gets "no such name" at once.
    config.write_text(f""". {{
    bind {layout.node_address()}
    errors
    kubernetes cluster.local in-addr.arpa {{
        kubeconfig {layout.KUBECONFIG} lab
    }}
}}
""")
    daemons.start("coredns", program, "-conf", config)


def name_server_ready() -> None:
    probe = ["ip", "netns", "exec", layout.netns(), "getent", "hosts", "kubernetes.default.svc.cluster.local"]
    daemons.wait_ready("coredns", lambda: run(probe, check=False, timeout=10).returncode == 0, 30,
                       "the name server to know the service `kubernetes`")


def default_account_ready() -> None:
    """Pods can't be created in a namespace before its account is there."""
    daemons.wait_ready(
        "kube-controller-manager",
        lambda: kubectl("get", "serviceaccount", "default", "-n", "default", check=False).returncode == 0
        and kubectl("get", "configmap", "kube-root-ca.crt", "-n", "default", check=False).returncode == 0,
        30, "the namespace `default` to have its service account")


def alive() -> bool:
    try:
        return layout.STATE.exists() and daemons.running("kube-apiserver") and _answers("/readyz")()
    except (LabError, OSError):
        return False
