"""Flink's distribution and the image flink:<minor>, from package registries alone."""

import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import cache
import debian
import images
import layout
from shell import LabError, run

# The file system below Flink: a shell, the commands that Flink's scripts call, and wget, which
# the official image is made with.
BASE = ["base-files", "bash", "coreutils", "findutils", "gettext-base", "grep", "hostname",
        "libacl1", "libattr1", "libc-bin", "libc6", "libffi8", "libgcc-s1", "libgmp10", "libgnutls30", "libhogweed6",
        "libidn2-0", "libnettle8", "libp11-kit0", "libpcre2-8-0", "libpsl5", "libselinux1",
        "libssl3", "libstdc++6", "libtasn1-6", "libtinfo6", "libunistring2", "libuuid1", "mawk", "sed", "wget", "zlib1g"]
JDK = Path("/usr/lib/jvm") / f"java-17-openjdk-{ {'x86_64': 'amd64', 'aarch64': 'arm64'}[os.uname().machine] }"
MODULES = ["java.se", "jdk.unsupported", "jdk.crypto.ec", "jdk.crypto.cryptoki", "jdk.management",
           "jdk.management.agent", "jdk.naming.dns", "jdk.net", "jdk.zipfs", "jdk.jcmd", "jdk.localedata",
           "jdk.charsets", "jdk.security.auth", "jdk.security.jgss"]

# What Flink needs on Java 17. It is given to every JVM by JDK_JAVA_OPTIONS (a file of
# options, else every log began with a line of 1,000 characters), and not by
# env.java.opts.all of the configuration, so that it also holds where a manifest's own
# configuration replaces the image's. No garbage collector is named here: a second one in
# a manifest's options would stop the JVM, and a small container gets the serial one anyway.
EXPORTS = ["java.base/sun.net.util", "java.rmi/sun.rmi.registry", "java.security.jgss/sun.security.krb5"]
OPENS = ["java.base/" + package for package in
         ["java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.lang.reflect", "java.text",
          "java.time", "java.util", "java.util.concurrent", "java.util.concurrent.atomic",
          "java.util.concurrent.locks"]]
JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                *(f"--add-exports={name}=ALL-UNNAMED" for name in EXPORTS),
                *(f"--add-opens={name}=ALL-UNNAMED" for name in OPENS)]
USER = 9999  # flink, as in the official image


def _pip_download(directory: Path, log: Path, *words: str) -> Path:
    target = directory / "download"
    # Debian's own Python: another one on PATH may be without pip.
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    run([python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", target, *words], log=log)
    (file,) = target.iterdir()
    file = file.rename(directory / file.name)
    target.rmdir()
    return file


def _distribution(directory: Path, log: Path) -> None:
    """The Python packages of Flink carry the distribution: jars in one, scripts in the other.
    Before 1.13 one has both."""
    if layout.FLINK_MINOR < (1, 13):
        return _unpack_wheel(directory, log, "3.8", ("bin", "conf", "lib", "opt", "plugins"))
    jars = _pip_download(directory, log, "--no-binary", ":all:", f"apache-flink-libraries=={layout.FLINK}")
    with tarfile.open(jars) as archive:
        for member in archive:
            parts = Path(member.name).parts
            if member.isfile() and len(parts) > 3 and parts[1] == "deps" and parts[2] in ("lib", "opt", "plugins", "bin"):
                _extract(archive.extractfile(member), directory / "flink" / Path(*parts[2:]))
    jars.unlink()
    _unpack_wheel(directory, log, "3.11", ("bin", "conf"))


def _unpack_wheel(directory: Path, log: Path, python: str, folders: tuple[str, ...]) -> None:
    wheel = _pip_download(
        directory, log, "--only-binary", ":all:", "--python-version", python,
        "--platform", "manylinux1_x86_64", "--platform", "manylinux2014_x86_64", f"apache-flink=={layout.FLINK}")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(tuple(f"pyflink/{folder}/" for folder in folders)) and not name.endswith("/"):
                target = directory / "flink" / Path(name).relative_to("pyflink")
                _extract(archive.open(name), target)
                if target.parent.name == "bin":
                    target.chmod(0o755)
    wheel.unlink()


def _extract(stream, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with stream, target.open("wb") as out:
        shutil.copyfileobj(stream, out)


def distribution() -> Path:
    """FLINK_HOME with bin, conf, lib, opt and plugins."""
    return cache.entry(f"flink-{layout.FLINK}", cache.key_of("1"), f"Flink {layout.FLINK} (230 MB)",
                       _distribution) / "flink"


def _base(root: Path, packages: Path, log: Path) -> None:
    packages.mkdir()
    debian.download(BASE, packages, log)
    root.mkdir()
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in sorted(packages.glob("*.deb")):
        # dpkg-deb -x would replace the links above by directories.
        run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
             "sh", package, root], log=log)
    for waste in ("usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/info", "usr/lib/locale",
                  "usr/lib/x86_64-linux-gnu/gconv"):
        shutil.rmtree(root / waste, ignore_errors=True)
    (root / "tmp").mkdir(mode=0o1777, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    (root / "usr/bin/sh").unlink(missing_ok=True)
    (root / "usr/bin/sh").symlink_to("bash")
    (root / "usr/bin/awk").symlink_to("mawk")
    (root / "etc/passwd").write_text(f"root:x:0:0::/root:/bin/bash\nflink:x:{USER}:{USER}::/opt/flink:/bin/bash\n")
    (root / "etc/group").write_text(f"root:x:0:\nflink:x:{USER}:\n")
    (root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")


def _check_libraries(root: Path) -> None:
    """A missing library is better found here than in a pod."""
    for path in [*(root / "usr/bin").iterdir(), root / "opt/java/bin/java",
                 *(root / "opt/java/lib/server").glob("*.so")]:
        if path.is_symlink() or path.open("rb").read(4) != b"\x7fELF":
            continue
        # Without /proc in there, the loader can't tell where a program lies: say it.
        done = run(["chroot", root, "/lib64/ld-linux-x86-64.so.2", "--library-path",
                    "/opt/java/lib:/opt/java/lib/server", "--list", "/" + str(path.relative_to(root))],
                   check=False)
        if done.returncode or "not found" in done.stdout:
            raise LabError(f"the image lacks a library of {path.name}: {done.stdout}{done.stderr}")


def _image(directory: Path, log: Path) -> None:
    root, home = directory / "root", directory / "root/opt/flink"
    _base(root, directory / "packages", log)
    (root / "opt").mkdir(exist_ok=True)
    run([JDK / "bin/jlink", "--add-modules", ",".join(MODULES), "--no-header-files", "--no-man-pages",
         "--output", root / "opt/java"], log=log)
    # The archive of the JDK's classes makes every start of a JVM quicker.
    run([root / "opt/java/bin/java", "-Xshare:dump"], log=log)
    _check_libraries(root)
    source = distribution()
    # `opt` holds the SQL client and Python: 60 MB that no job of the lab uses.
    shutil.copytree(source, home, ignore=lambda path, names: ["opt"] if Path(path) == source else [])
    for name in ("opt", "log", "usrlib"):
        (home / name).mkdir(exist_ok=True)
    shutil.copy(layout.SOURCE / "images/config.yaml", home / "conf" / layout.FLINK_CONFIGURATION)
    shutil.copy(layout.SOURCE / "images/docker-entrypoint.sh", root / "docker-entrypoint.sh")
    shutil.copy(layout.SOURCE / "images/rev", root / "usr/bin/rev")
    (root / "opt/java/flink.options").write_text("\n".join(JAVA_OPTIONS) + "\n")
    digest = images.layer(root, directory / "layer.tar", owned_by={"opt/flink": USER})
    images.write(directory / "image.tar", [layout.FLINK_IMAGE], [directory / "layer.tar"], [digest], {
        "User": f"{USER}:{USER}", "WorkingDir": "/opt/flink", "Entrypoint": ["/docker-entrypoint.sh"],
        "Cmd": ["help"], "ExposedPorts": {"6123/tcp": {}, "8081/tcp": {}},
        "Env": ["PATH=/opt/flink/bin:/opt/java/bin:/usr/bin:/usr/sbin", "FLINK_HOME=/opt/flink",
                "JAVA_HOME=/opt/java", "LANG=C.UTF-8", "JDK_JAVA_OPTIONS=@/opt/java/flink.options"],
    })
    shutil.rmtree(root)
    shutil.rmtree(directory / "packages")
    (directory / "layer.tar").unlink()


def image() -> Path:
    recipe = [Path(__file__), *sorted((layout.SOURCE / "images").glob("*")), layout.FLINK]
    return cache.entry(f"flink-image-{layout.FLINK}", cache.key_of(*recipe), f"image {layout.FLINK_IMAGE}",
                       _image) / "image.tar"
