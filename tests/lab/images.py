"""Container images without a container engine: OCI layouts written as tar files."""

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import cache
import layout
import node as nodes
from shell import LabError, run

EPOCH = 1_700_000_000  # of every file in an image: the same content is the same image


def full_name(name: str) -> str:
    """The name that the container runtime gives an image that a manifest calls `name`."""
    host, _, rest = name.partition("/")
    if not rest:
        return f"docker.io/library/{name}"
    return name if "." in host or ":" in host or host == "localhost" else f"docker.io/{name}"


class _Hashing(io.RawIOBase):
    def __init__(self, path: Path):
        self._file = path.open("wb")
        self.digest = hashlib.sha256()

    def writable(self):
        return True

    def write(self, data):
        self.digest.update(data)
        return self._file.write(data)

    def close(self):
        self._file.close()
        super().close()


def layer(directory: Path, tar: Path, owned_by: dict[str, int] | None = None) -> str:
    """Packs a directory; `owned_by` gives paths below it to a user. Returns the digest."""

    def owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = next(
            (uid for path, uid in (owned_by or {}).items()
             if member.name == path or member.name.startswith(path + "/")), 0)
        member.uname = member.gname = ""
        member.mtime = EPOCH
        return member

    out = _Hashing(tar)
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.GNU_FORMAT, bufsize=1 << 20) as archive:
        for entry in sorted(directory.iterdir()):
            archive.add(entry, arcname=entry.name, filter=owner)
    out.close()
    return "sha256:" + out.digest.hexdigest()


def write(out: Path, names: list[str], layers: list[Path], digests: list[str], config: dict) -> None:
    """One image under several names."""

    def blob(data: bytes) -> dict:
        digest = hashlib.sha256(data).hexdigest()
        add(f"blobs/sha256/{digest}", io.BytesIO(data), len(data))
        return {"digest": f"sha256:{digest}", "size": len(data)}

    def add(name: str, stream, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime = size, EPOCH
        archive.addfile(member, stream)

    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as archive:
        add("oci-layout", io.BytesIO(b'{"imageLayoutVersion":"1.0.0"}'), 30)
        described = []
        for path, digest in zip(layers, digests, strict=True):
            size = path.stat().st_size
            with path.open("rb") as stream:
                add("blobs/sha256/" + digest.split(":")[1], stream, size)
            described.append({"mediaType": "application/vnd.oci.image.layer.v1.tar",
                              "digest": digest, "size": size})
        settings = blob(json.dumps({
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine], "os": "linux",
            "config": config, "rootfs": {"type": "layers", "diff_ids": digests}}).encode())
        manifest = blob(json.dumps({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **settings},
            "layers": described}).encode())
        index = json.dumps({"schemaVersion": 2, "manifests": [
            {"mediaType": "application/vnd.oci.image.manifest.v1+json", **manifest,
             "annotations": {"io.containerd.image.name": full_name(name)}} for name in names]}).encode()
        add("index.json", io.BytesIO(index), len(index))


def load(node: int, tar: Path) -> None:
    log = layout.LOGS / f"images-{node}.log"
    done = nodes.ctr(node, "images", "import", tar, check=False, log=log)
    if done.returncode != 0:
        raise LabError(f"node {node} can't import {tar}", log)


def pause() -> Path:
    """The program that holds a pod's namespaces: it waits, and collects orphans."""
    source = layout.SOURCE / "images" / "pause.c"

    def build(directory: Path, log: Path) -> None:
        root = directory / "root"
        root.mkdir()
        run(["gcc", "-static", "-O2", "-s", "-o", root / "pause", source], log=log)
        digest = layer(root, directory / "layer.tar")
        write(directory / "image.tar", [layout.PAUSE_IMAGE], [directory / "layer.tar"], [digest],
              {"Entrypoint": ["/pause"], "User": "65535:65535"})

    key = cache.key_of(source, Path(__file__), layout.PAUSE_IMAGE)
    return cache.entry("pause-image", key, "pause image", build) / "image.tar"
