"""Removes every trace of this clone's lab, whole or half-made, and nothing else.

Everything is found by the names that derive from the clone's path or by paths that
lie in its build/lab, never by what a run wrote down: a lab that was killed half-way
is removed just like one that is complete.
"""

import ctypes
import os
import re
import shutil
import signal
from pathlib import Path

import cgroups
import daemons
import layout
from shell import LabError, run, say, wait_for

# Servers are stopped in this order, and each group has this many seconds before it is killed.
ORDER = [
    ({"kubelet", "kube-proxy", "coredns", "python3", "kube-scheduler", "kube-controller"}, 3.0),
    ({"containerd"}, 3.0),
    ({"kube-apiserver", "etcd"}, 2.0),
]
CNI_RESULTS = Path("/var/lib/cni/results")
CONTAINER_LOGS = Path("/var/log/containers")
DEVICE_PLUGINS = Path("/var/lib/kubelet/device-plugins")


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _gone(pids):
    return lambda: not any(cgroups.alive(pid) for pid in pids)


def _kill(pids) -> None:
    for pid in pids:
        daemons.send(pid, signal.SIGKILL)
    wait_for(f"killed processes {sorted(pids)} to be gone", _gone(pids), 10, every=0.02)


def _stop_servers() -> None:
    for names, patience in ORDER:
        pids = [pid for pid in cgroups.processes(layout.DAEMONS_CGROUP)
                if any(_name(pid).startswith(name[:15]) for name in names)
                and not _name(pid).startswith("containerd-shim")]
        for pid in pids:
            daemons.send(pid, signal.SIGTERM)
            daemons.send(pid, signal.SIGCONT)  # a case may have frozen it
        try:
            wait_for("servers to stop", _gone(pids), patience, every=0.02)
        except LabError:
            _kill(pids)


def _our_cgroups() -> set[str]:
    return {path.name for tree in cgroups.hierarchies() for path in tree.glob(f"{layout.TAG}-*")}


def _kill_containers() -> None:
    """Containers first, then their shims: a shim that dies first leaves its container behind."""
    groups = sorted(_our_cgroups() - {layout.DAEMONS_CGROUP}) + [layout.DAEMONS_CGROUP]
    for group in groups:
        for _ in range(50):  # a fork may slip in between reading and killing
            pids = cgroups.processes(group)
            if not pids:
                break
            _kill(pids)
        else:
            raise LabError(f"cgroup {group} still has processes: {sorted(pids)}")


def _mounts() -> list[str]:
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        target = re.sub(r"\\(\d{3})", lambda m: chr(int(m[1], 8)), line.split()[4])
        if target.removesuffix("//deleted").startswith(f"{layout.LAB}/"):
            found.append(target)
    return sorted(found, reverse=True)


def _unmount() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    detach = 2  # MNT_DETACH: the mount goes when its last user does
    for target in _mounts():
        if libc.umount2(os.fsencode(target), 0) and libc.umount2(os.fsencode(target), detach):
            say(f"cannot unmount {target}: {os.strerror(ctypes.get_errno())}")
    if left := _mounts():  # removing files below a mount would remove what is mounted
        raise LabError("still mounted: " + ", ".join(left))


def _shim_sockets() -> None:
    """Each task's directory names the socket of its shim, below /run/containerd."""
    for address in layout.LAB.glob("node-*/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/address"):
        Path(address.read_text().strip().removeprefix("unix://")).unlink(missing_ok=True)


def _namespaces() -> None:
    listed = run(["ip", "netns", "list"], check=False).stdout.split("\n")
    for line in listed:
        if line.startswith(f"{layout.TAG}-"):
            run(["ip", "netns", "delete", line.split()[0]])
    for directory in Path("/etc/netns").glob(f"{layout.TAG}-*"):
        shutil.rmtree(directory)
    _remove_if_empty(Path("/etc/netns"))


def _cni_results() -> None:
    """Results of our network are named after it, those of loopback only after the container."""
    ours = [path.name for path in CNI_RESULTS.glob(f"{layout.TAG}-*")]
    ids = {match[1] for name in ours if (match := re.search(r"-([0-9a-f]{64})-", name))}
    for path in CNI_RESULTS.glob("*") if ids else []:
        if any(container in path.name for container in ids):
            path.unlink()
    _remove_if_empty(CNI_RESULTS, CNI_RESULTS.parent)


def _log_links() -> None:
    for link in CONTAINER_LOGS.glob("*.log"):
        if link.is_symlink() and os.readlink(link).startswith(f"{layout.LAB}/"):
            link.unlink()
    _remove_if_empty(CONTAINER_LOGS)


def _device_plugins() -> None:
    """A fixed path of every kubelet's: removed only when no kubelet at all is running."""
    if any(_name(int(p.name)) == "kubelet" for p in Path("/proc").iterdir() if p.name.isdigit()):
        return
    if DEVICE_PLUGINS.is_dir() and not (DEVICE_PLUGINS.parent / "config.yaml").exists():
        for name in ("kubelet.sock", "kubelet_internal_checkpoint", "DEPRECATION"):
            (DEVICE_PLUGINS / name).unlink(missing_ok=True)
        _remove_if_empty(DEVICE_PLUGINS, DEVICE_PLUGINS.parent)


def _remove_if_empty(*directories: Path) -> None:
    for directory in directories:
        try:
            directory.rmdir()
        except OSError:
            return


def clean(keep_reports=False) -> None:
    """`keep_reports` leaves report.json, the recorded exchanges and nothing else of build/lab."""
    _stop_servers()
    _kill_containers()
    _unmount()
    _namespaces()
    left = [line for group in sorted(_our_cgroups()) for line in cgroups.remove(group)]
    if left:
        raise LabError("cannot remove these cgroups:\n    " + "\n    ".join(left))
    _shim_sockets()
    _cni_results()
    _log_links()
    _device_plugins()
    kept = {layout.REPORT, layout.RECORDED} if keep_reports else set()
    for path in layout.LAB.iterdir() if layout.LAB.is_dir() else []:
        if path not in kept:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    _remove_if_empty(layout.LAB)


def traces() -> list[str]:
    """What still tells of this clone's lab on the machine; empty after `clean`."""
    found = [f"mount {target}" for target in _mounts()]
    found += [f"cgroup {name}" for name in sorted(_our_cgroups())]
    found += [f"{p}" for d in ("/run/netns", "/etc/netns", "/var/lib/cni/results", "/var/lib/cni/networks")
              for p in Path(d).glob(f"{layout.TAG}*")]
    return found
