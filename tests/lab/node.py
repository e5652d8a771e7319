"""One node: containerd, kubelet and kube-proxy in the node's network namespace."""

import json
import os
from pathlib import Path

import cgroups
import control_plane
import daemons
import layout
from shell import LabError, run, wait_for

LONGEST_SOCKET = 107  # bytes in sockaddr_un, without the closing zero


def check_path_lengths() -> None:
    """Unix sockets have short names: better said here than by a kubelet that hangs."""
    socket = f"{layout.node_dir(9)}/kubelet/pod-resources/kubelet.sock.12345678"
    if len(os.fsencode(socket)) > LONGEST_SOCKET:
        raise LabError(f"the clone's path is too long for Unix sockets ({socket}); "
                       "clone into a directory with a shorter path")


def _write(path: Path, content) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1) + "\n")
    return path


def _cni(node: int) -> Path:
    directory = layout.node_dir(node) / "cni"
    _write(directory / "10-lab.conflist", {
        # The network's name is how tear-down finds the results in /var/lib/cni.
        "cniVersion": "0.4.0", "name": layout.cgroup(node),
        "plugins": [
            {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True,
             "ipam": {"type": "host-local", "ranges": [[{"subnet": layout.pod_subnet(node)}]],
                      "routes": [{"dst": "0.0.0.0/0"}], "dataDir": str(directory / "addresses")}},
        ],
    })
    _write(directory / "99-loopback.conf", {"cniVersion": "0.4.0", "name": "lo", "type": "loopback"})
    return directory


def start_containerd(node: int) -> None:
    home = layout.node_dir(node) / "containerd"
    socket = layout.containerd_socket(node)
    config = _write(layout.node_dir(node) / "containerd.toml", f'''
version = 2
root = "{home}/root"
state = "{home}/state"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
  address = "{socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "{home}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/{layout.PAUSE_IMAGE}"
  # Without the capability CAP_SYS_RESOURCE every sandbox would fail.
  restrict_oom_score_adj = true
  # Below `state`, so that a path alone tells whose they are.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{_cni(node)}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "{home}/runc"
''')
    daemons.start(f"containerd-{node}", "containerd", "--config", config, node=node)
    daemons.wait_ready(f"containerd-{node}", lambda: ctr(node, "version", check=False).returncode == 0, 30)


def ctr(node: int, *words, check=True, log=None):
    return run(["ctr", "--address", layout.containerd_socket(node), "--namespace", "k8s.io", *words],
               check=check, log=log)


def _kubelet(node: int, programs: Path) -> None:
    home = layout.node_dir(node)
    cgroups.make(layout.cgroup(node))
    config = _write(home / "kubelet.json", {
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True},
                           "x509": {"clientCAFile": str(layout.PKI / "ca.crt")}},
        "authorization": {"mode": "Webhook"},
        # A root of its own: with "/" the kubelet removes pod cgroups that it does not know,
        # another node's and another lab's, and kills what runs there.
        "cgroupRoot": f"/{layout.cgroup(node)}", "cgroupDriver": "cgroupfs",
        "clusterDNS": [layout.node_address()], "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{layout.containerd_socket(node)}",
        "enforceNodeAllocatable": ["pods"], "failSwapOn": False, "failCgroupV1": False,
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99,
        "oomScoreAdj": 0, "healthzPort": 0, "podLogsDir": str(home / "pod-logs"),
        "resolvConf": str(_write(home / "resolv.conf", f"nameserver {layout.node_address()}\n")),
        "volumePluginDir": str(home / "volume-plugins"),
        "shutdownGracePeriod": "0s", "registerNode": True,
    })
    daemons.start(f"kubelet-{node}", programs / "kubelet", f"--config={config}",
                  f"--kubeconfig={layout.PKI / layout.node_name(node)}.kubeconfig",
                  f"--hostname-override={layout.node_name(node)}", f"--node-ip={layout.node_address(node)}",
                  f"--root-dir={home / 'kubelet'}", f"--cert-dir={home / 'kubelet-pki'}", node=node)


def _kube_proxy(node: int, programs: Path) -> None:
    config = _write(layout.node_dir(node) / "kube-proxy.json", {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(layout.PKI / "proxy.kubeconfig")},
        "mode": "iptables", "clusterCIDR": layout.POD_RANGE, "oomScoreAdj": 0,
        "hostnameOverride": layout.node_name(node), "conntrack": {"maxPerCore": 0, "min": 0},
    })
    daemons.start(f"kube-proxy-{node}", programs / "kube-proxy", f"--config={config}", node=node)


def start_kubelet_and_proxy(node: int, programs: Path) -> None:
    _kubelet(node, programs)
    _kube_proxy(node, programs)


def wait_ready(node: int) -> None:
    name = layout.node_name(node)
    condition = "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
    daemons.wait_ready(
        f"kubelet-{node}",
        lambda: control_plane.kubectl("get", "node", name, "-o", condition, check=False).stdout == "True",
        60, f"{name} to be Ready")
    chain = "KUBE-SERVICES"  # made by kube-proxy with its first rules
    wait_for(f"kube-proxy's rules on {name}", lambda: run(
        ["ip", "netns", "exec", layout.netns(node), "iptables", "-t", "nat", "-L", chain, "-n"],
        check=False).stdout.count(layout.SERVICE_API) > 0, 30, log=daemons.log_of(f"kube-proxy-{node}"))
