"""Programs built from Go modules: Kubernetes' own commands and the name server."""

import os
import re
import shutil
from pathlib import Path

import cache
import debian
import layout
from shell import LabError, run, say

GO_NEEDED = (1, 24)  # as the go.mod files here say
TOOLCHAIN = "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64"
COMMANDS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy",
            "kubectl"]


def _version(go: str) -> tuple[int, int] | None:
    said = run([go, "version"], check=False, env={**os.environ, "GOTOOLCHAIN": "local"}).stdout
    found = re.search(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def _toolchain(directory: Path, log: Path) -> None:
    """A newer Go than Debian's is itself a Go module, and Debian's Go can fetch it."""
    debian.ensure(["golang-go"])
    go = next(str(path) for path in [Path("/usr/bin/go")] if path.exists())
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOMODCACHE": str(directory / "modules")}
    run([go, "mod", "download", TOOLCHAIN], cwd=directory, env=environment, log=log)
    (unpacked,) = (directory / "modules" / "golang.org").glob("toolchain@*")
    run(["chmod", "-R", "u+w", directory / "modules"], log=log)
    unpacked.rename(directory / "go")
    shutil.rmtree(directory / "modules")
    # A module's files are never executable: the tools have to be made so.
    for tool in [*(directory / "go/bin").iterdir(), *(directory / "go/pkg/tool").rglob("*")]:
        if tool.is_file():
            tool.chmod(0o755)


def find_go() -> str:
    on_path = shutil.which("go")
    if on_path and (version := _version(on_path)) and version >= GO_NEEDED:
        return on_path
    if os.uname().machine != "x86_64":
        raise LabError(f"Go {GO_NEEDED[0]}.{GO_NEEDED[1]} or newer is needed on PATH")
    say("no Go that is new enough on PATH: using the toolchain module")
    home = cache.entry("go", cache.key_of(TOOLCHAIN), "Go toolchain", _toolchain)
    return str(home / "go/bin/go")


def _build(module: Path, packages: list[str], flags: list[str], name: str = ""):
    """`name` is for a single program; several go by the names of their packages."""

    def build(directory: Path, log: Path) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in ("GOROOT", "GOFLAGS")}
        environment |= {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
        run([find_go(), "build", "-trimpath", "-buildvcs=false", "-ldflags", " ".join(["-s", "-w", *flags]),
             "-o", f"{directory}/{name}", *packages], cwd=module, env=environment, log=log, nice=True)

    return build


def _module_key(module: Path, *more) -> str:
    return cache.key_of(*sorted(path for path in module.iterdir() if path.is_file()), *more)


def kubernetes() -> Path:
    """A directory with the commands of Kubernetes."""
    module = layout.SOURCE / "kubernetes"
    major, minor, _ = layout.KUBERNETES.split(".")
    version = "k8s.io/component-base/version"
    # Without these the server calls itself v0.0.0, which clients refuse.
    flags = [f"-X {version}.gitVersion=v{layout.KUBERNETES}", f"-X {version}.gitMajor={major}",
             f"-X {version}.gitMinor={minor}"]
    packages = [f"k8s.io/kubernetes/cmd/{command}" for command in COMMANDS]
    return cache.entry(f"kubernetes-{layout.KUBERNETES}", _module_key(module, *flags, *packages),
                       f"Kubernetes {layout.KUBERNETES} (5 minutes on 2 cores)",
                       _build(module, packages, flags))


def etcd() -> Path:
    """etcd as Kubernetes of this version ships with; Debian's 3.4 is too old for an API server
    that is to serve bookmarks and streamed lists (RequestWatchProgress) as real ones do."""
    module = layout.SOURCE / "etcd"
    main = "go.etcd.io/etcd/server/v3"
    return cache.entry("etcd", _module_key(module), "etcd", _build(module, [main], [], "etcd")) / "etcd"


def coredns() -> Path:
    module = layout.SOURCE / "coredns"
    return cache.entry("coredns", _module_key(module), "CoreDNS", _build(module, ["."], [], "coredns")) / "coredns"
