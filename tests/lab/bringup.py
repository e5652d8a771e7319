"""From nothing to a cluster with nodes that are Ready."""

import json
import os
import shlex
import sys
from pathlib import Path

import certificates
import cgroups
import control_plane
import daemons
import debian
import flink_image
import golang
import images
import job
import layout
import network
import node
import operator_image
import s3_plugin
import teardown
from shell import in_background, say, step, write_atomically


class Parts:
    """What is built once; everything here comes from the cache when it is there."""

    def __init__(self):
        debian.ensure()
        self.pause = images.pause()
        self.flink = flink_image.image()
        if s3_plugin.exists():
            s3_plugin.folder()
        self.jar = job.jar()
        self.coredns = golang.coredns()
        self.etcd = golang.etcd()
        self.kubernetes = golang.kubernetes()


def prepare() -> Parts:
    return Parts()


def _write_enter(kubernetes: Path) -> None:
    layout.BIN.mkdir(parents=True, exist_ok=True)
    (layout.BIN / "kubectl").symlink_to(kubernetes / "kubectl")
    write_atomically(layout.LAB / "enter", f"""#!/bin/sh
# Runs a command inside the lab's network, with kubectl configured.
exec ip netns exec {layout.netns()} env PATH={shlex.quote(str(layout.BIN))}:"$PATH" \\
  KUBECONFIG={shlex.quote(str(layout.KUBECONFIG))} "$@"
""", 0o755)


def _write_env() -> None:
    values = {
        "LAB_DATA": layout.DATA, "LAB_JAR_URL": layout.jar_url(), "FLINK_IMAGE": layout.FLINK_IMAGE,
        "FLINK_VERSION": layout.FLINK_VERSION, "KUBECONFIG": layout.KUBECONFIG,
        "LAB_KUBECTL": layout.BIN / "kubectl",
    }
    write_atomically(layout.LAB / "env", "".join(
        f"export {name}={shlex.quote(str(value))}\n" for name, value in values.items()))


def _data_directory() -> None:
    layout.DATA.mkdir(parents=True)
    os.chown(layout.DATA, flink_image.USER, flink_image.USER)
    layout.DATA.chmod(0o777)  # a case may write into it with another user


def _serve_jars(jar: Path) -> None:
    layout.JARS.mkdir(parents=True)
    (layout.JARS / "counter-job.jar").write_bytes(jar.read_bytes())
    daemons.start("jar-server", sys.executable, "-B", "-m", "http.server", layout.JAR_PORT,
                  "--bind", layout.node_address(), "--directory", layout.JARS)


def _load_images(nodes: int, parts: Parts) -> None:
    for number in range(1, nodes + 1):
        for tar in (parts.pause, parts.flink):
            images.load(number, tar)


def up(nodes: int) -> None:
    node.check_path_lengths()
    if teardown.traces() or layout.LAB.exists():
        with step("what an earlier lab of this clone left is removed"):
            teardown.clean(keep_reports=True)
    parts = prepare()
    for directory in (layout.LAB, layout.LOGS, layout.PIDS):
        directory.mkdir(parents=True, exist_ok=True)
    cgroups.make(layout.DAEMONS_CGROUP)
    _write_enter(parts.kubernetes)
    with step(f"network of {nodes} node{'s' * (nodes > 1)}"):
        network.up(nodes)
    with step("containerd"):
        for number in range(1, nodes + 1):
            node.start_containerd(number)
    loading = in_background(_load_images, nodes, parts)
    with step("certificates"):
        certificates.make(nodes)
    control_plane.start_servers(parts.kubernetes, parts.etcd)
    control_plane.start_name_server(parts.coredns)
    _data_directory()
    _serve_jars(parts.jar)
    with step("nodes Ready"):
        for number in range(1, nodes + 1):
            node.start_kubelet_and_proxy(number, parts.kubernetes)
        for number in range(1, nodes + 1):
            node.wait_ready(number)
    with step("service accounts"):
        control_plane.default_account_ready()
    with step("name server"):
        control_plane.name_server_ready()
    with step("images loaded (what was left of it)"):
        loading.join()
    _write_env()
    if not (left_out := operator_image.report_missing()):
        operator_image.load(nodes)
        operator_image.install()
    write_atomically(layout.STATE, json.dumps(
        {"nodes": nodes, "operator": not left_out, "flink": layout.FLINK}) + "\n")
    say(f"up; try: {layout.LAB.relative_to(layout.REPO)}/enter kubectl get nodes")
