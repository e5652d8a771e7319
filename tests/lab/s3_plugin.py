"""Flink's own S3 file system, which the distribution of flink_image.py comes without."""

import hashlib
import urllib.request
from pathlib import Path

import cache
import layout
from shell import LabError

NAME = f"flink-s3-fs-hadoop-{layout.FLINK}.jar"
SOURCE = f"https://repo1.maven.org/maven2/org/apache/flink/flink-s3-fs-hadoop/{layout.FLINK}/{NAME}"


def _download(directory: Path, _) -> None:
    try:
        with urllib.request.urlopen(SOURCE, timeout=60) as answer:
            jar = answer.read()
    except OSError as error:
        raise LabError(f"{SOURCE}: {error}") from error
    if hashlib.sha256(jar).hexdigest() != layout.FLINKS[layout.FLINK]:
        raise LabError(f"{SOURCE} is another file than it was")
    (directory / NAME).write_bytes(jar)


def exists() -> bool:
    return layout.FLINKS[layout.FLINK] is not None


def folder() -> Path:
    """What belongs into a folder below Flink's plugins/."""
    return cache.entry(f"flink-s3-{layout.FLINK}", cache.key_of(layout.FLINKS[layout.FLINK]),
                       "Flink's S3 file system (31 MB)", _download)
