"""Control groups, version 1 (one tree per controller) or 2 (one tree)."""

import os
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def hierarchies() -> list[Path]:
    if (ROOT / "cgroup.controllers").exists():
        return [ROOT]
    return sorted(path for path in ROOT.iterdir() if path.is_dir() and not path.is_symlink())


def make(name: str) -> None:
    for hierarchy in hierarchies():
        group = hierarchy / name
        group.mkdir(exist_ok=True)
        # A new cpuset has neither processors nor memory, and nothing can run in it.
        for setting in ("cpuset.cpus", "cpuset.mems"):
            if (group / setting).exists() and hierarchy != ROOT:
                (group / setting).write_text((hierarchy / setting).read_text())


def join_script(name: str) -> str:
    """Shell that puts the process that runs it into the group.

    One tree is enough to find it again. On version 1 that is not the memory tree,
    where whoever started us may count what belongs to them.
    """
    tree = next((h for h in hierarchies() if h.name == "pids"), hierarchies()[0])
    return f"echo $$ > {tree}/{name}/cgroup.procs"


def processes(name: str) -> set[int]:
    """The live processes in the group and below it."""
    found = set()
    for hierarchy in hierarchies():
        for directory, _, files in os.walk(hierarchy / name):
            if "cgroup.procs" in files:
                try:
                    found.update(map(int, Path(directory, "cgroup.procs").read_text().split()))
                except OSError:  # the group went away, and its processes with it
                    pass
    return {pid for pid in found if pid and alive(pid)}


def alive(pid: int) -> bool:
    """A zombie counts as gone: its parent may never collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def remove(name: str, timeout: float = 5) -> list[str]:
    """Removes the group in every tree, deepest first; tells what could not be removed."""
    deadline = time.monotonic() + timeout
    while True:
        left = []
        for hierarchy in hierarchies():
            for directory, _, _ in os.walk(hierarchy / name, topdown=False):
                try:
                    os.rmdir(directory)
                except FileNotFoundError:
                    pass
                except OSError as error:  # the kernel needs a moment after the last process
                    left.append(f"{directory}: {error.strerror}")
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)
