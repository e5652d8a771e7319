"""The counter job's jar, compiled against Flink's own libraries."""

import zipfile
from pathlib import Path

import cache
import flink_image
import layout
from shell import run

SOURCES = sorted((layout.SOURCE / "job").glob("*.java"))


def _build(directory: Path, log: Path) -> None:
    classes = directory / "classes"
    run([flink_image.JDK / "bin/javac", "--release", "11", "-nowarn", "-cp",
         f"{flink_image.distribution() / 'lib'}/*", "-d", classes, *SOURCES], log=log)
    with zipfile.ZipFile(directory / "counter-job.jar", "w", zipfile.ZIP_DEFLATED) as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: CounterJob\n\n")
        for path in sorted(classes.iterdir()):
            jar.write(path, path.name)


def jar() -> Path:
    key = cache.key_of(*SOURCES, Path(__file__), layout.FLINK)
    return cache.entry("counter-job", key, "counter job", _build) / "counter-job.jar"
