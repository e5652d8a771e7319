"""Where everything of this clone's lab is, and what it is called.

Every name that the machine shares with others (network namespaces, cgroups, CNI
networks) starts with TAG, which derives from the clone's path. Two clones' labs
never meet, and a lab that was killed is found again by its names alone.
"""

import hashlib
import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parent  # tests/lab
REPO = SOURCE.parents[1]
LAB = REPO / "build" / "lab"

TAG = "drey-" + hashlib.sha256(str(REPO).encode()).hexdigest()[:8]

KUBERNETES = "1.34.4"
# The Flinks that were proved here, each with the SHA-256 of its S3 file system (s3_plugin.py);
# None: the lab has none for it.
FLINKS = {
    "1.12.5": None,
    "1.20.1": "4dabe5d51519984f88d677c477b99c5e18cec924af2e41816da67df527a5c679",
    "2.3.0": "5a3de2daac49e9df1783367391f994dace3bfa18c168b45c3d4563decca7d3d0",
}
FLINK = os.environ.get("FLINK") or "1.20.1"
FLINK_MINOR = tuple(map(int, FLINK.split(".")[:2]))
FLINK_CONFIGURATION = "flink-conf.yaml" if FLINK_MINOR < (1, 19) else "config.yaml"
FLINK_IMAGE = "flink:" + FLINK.rsplit(".", 1)[0]
FLINK_VERSION = "v" + FLINK.rsplit(".", 1)[0].replace(".", "_")
OPERATOR_IMAGE = "drey-operator:lab"
PAUSE_IMAGE = "drey-lab/pause:1"

# The benchmarking range 198.18.0.0/15: nothing of it leaves the namespaces.
POD_RANGE = "198.18.0.0/17"
SERVICE_RANGE = "198.19.0.0/24"
SERVICE_API = "198.19.0.1"
JAR_PORT = 8000
S3_PORT = 8002  # where a case may serve a store
S3_KEYS = {"flink-key": "secret/of+flink", "drey-key": "secret/of+drey"}  # of its two users

LOGS = LAB / "log"
PIDS = LAB / "run"
PKI = LAB / "pki"
BIN = LAB / "bin"
DATA = LAB / "data"
STORE = "/store"  # where the operator has DATA, and Flink, when it is to be listed
JARS = LAB / "jars"
KUBECONFIG = LAB / "kubeconfig"
AUDIT_LOG = LAB / "audit.log"
STATE = LAB / "state.json"
RECORDED = LAB / "recorded"
REPORT = LAB / "report.json"


def netns(node: int = 1) -> str:
    return f"{TAG}-{node}"


def cgroup(node: int) -> str:
    """The cgroup that holds the pods of one node, and nothing else."""
    return f"{TAG}-{node}"


DAEMONS_CGROUP = f"{TAG}-daemons"


def node_name(node: int) -> str:
    return f"node-{node}"


def node_address(node: int = 1) -> str:
    return f"198.18.255.{node}"


def pod_subnet(node: int) -> str:
    return f"198.18.{node - 1}.0/24"


def node_dir(node: int) -> Path:
    return LAB / f"node-{node}"


def containerd_socket(node: int) -> Path:
    return node_dir(node) / "containerd.sock"


def jar_url() -> str:
    return f"http://{node_address()}:{JAR_PORT}/counter-job.jar"


def s3_url() -> str:
    return f"http://{node_address()}:{S3_PORT}"


def api_url() -> str:
    return f"https://{node_address()}:6443"


def cache_root() -> Path:
    """The user's folder for what is built once and shared by all clones."""
    if given := os.environ.get("DREY_LAB_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "drey-lab"
