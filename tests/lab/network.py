"""The lab's networks: one namespace for each node, joined by veth pairs.

The kernel at hand has no `dummy` device, so the first node's address sits on a
bridge, and the other nodes are plugged into that bridge. Taking a node's veth
down (`link_of(n)`) is a true network partition of it.
"""

from pathlib import Path

import layout
from shell import run

BRIDGE = "node0"


def ip(*words, node: int | None = None) -> None:
    inside = ["-n", layout.netns(node)] if node else []
    run(["ip", *inside, *words])


def inside(node: int, *command) -> list[str]:
    """A server's command in the node's network.

    `ip netns exec` would remount /sys and hide the cgroups from it; that is right
    for clients only, which also want the name server of /etc/netns.
    """
    return ["nsenter", f"--net=/run/netns/{layout.netns(node)}", "--", *map(str, command)]


def link_of(node: int) -> str:
    """The first node's end of the veth to another node."""
    return f"to-{layout.node_name(node)}"


def _namespace(node: int) -> None:
    run(["ip", "netns", "add", layout.netns(node)])
    ip("link", "set", "lo", "up", node=node)
    bridged = "/proc/sys/net/bridge/bridge-nf-call-iptables"
    run(inside(node, "sh", "-c", f"""
        echo 1 > /proc/sys/net/ipv4/ip_forward
        test -e {bridged} || modprobe br_netfilter
        echo 1 > {bridged}"""))


def _resolver(nodes: int) -> None:
    """What `ip netns exec` lays over /etc: names resolve as they do in a pod."""
    for node in range(1, nodes + 1):
        directory = Path("/etc/netns") / layout.netns(node)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "resolv.conf").write_text(
            f"nameserver {layout.node_address()}\n"
            "search default.svc.cluster.local svc.cluster.local cluster.local\n"
            "options ndots:5\n")
        (directory / "hosts").write_text("127.0.0.1 localhost\n" + "".join(
            f"{layout.node_address(n)} {layout.node_name(n)}\n" for n in range(1, nodes + 1)))


def up(nodes: int) -> None:
    _namespace(1)
    ip("link", "add", BRIDGE, "type", "bridge", node=1)
    ip("addr", "add", f"{layout.node_address()}/24", "dev", BRIDGE, node=1)
    ip("link", "set", BRIDGE, "up", node=1)
    ip("route", "add", "default", "dev", BRIDGE, node=1)
    for node in range(2, nodes + 1):
        _namespace(node)
        ip("link", "add", link_of(node), "type", "veth", "peer", "name", "eth0",
           "netns", layout.netns(node), node=1)
        ip("link", "set", link_of(node), "master", BRIDGE, "up", node=1)
        ip("addr", "add", f"{layout.node_address(node)}/24", "dev", "eth0", node=node)
        ip("link", "set", "eth0", "up", node=node)
        ip("route", "add", "default", "via", layout.node_address(), node=node)
    for node in range(1, nodes + 1):
        for other in range(1, nodes + 1):
            if other != node:
                ip("route", "add", layout.pod_subnet(other), "via", layout.node_address(other), node=node)
    _resolver(nodes)
