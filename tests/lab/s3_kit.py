"""A store of S3 for a case, and what Flink's pods need to reach it."""

import contextlib
import hashlib
import shutil

import layout
import s3_plugin
from flink_kit import JAR
from kit import Case
from s3_server import Object, Store


@contextlib.contextmanager
def store(bucket: str, jar_key: str):
    """A bucket with the counter job's jar in it, and that jar's address with its sum."""
    served = Store((layout.node_address(), layout.S3_PORT), dict(layout.S3_KEYS))
    served.buckets[bucket] = {jar_key: Object(JAR.read_bytes())}
    served.start()
    try:
        yield served, f"s3://{bucket}/{jar_key}#sha256={hashlib.sha256(JAR.read_bytes()).hexdigest()}"
    finally:
        served.stop()


def secret() -> dict:
    """As the operator's, with a key of Flink's own: its file system takes it from the environment."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3"}, "stringData": {
        "AWS_ACCESS_KEY_ID": "flink-key", "AWS_SECRET_ACCESS_KEY": layout.S3_KEYS["flink-key"]}}


def plugin(case: Case) -> tuple[dict, dict]:
    """A pod's volume with Flink's S3 file system, and its mount among Flink's plugins."""
    folder = case.data / "s3-fs-hadoop"
    shutil.copytree(s3_plugin.folder(), folder)
    folder.chmod(0o755)
    return ({"name": "s3", "hostPath": {"path": str(folder)}},
            {"name": "s3", "mountPath": "/opt/flink/plugins/s3-fs-hadoop", "readOnly": True})
