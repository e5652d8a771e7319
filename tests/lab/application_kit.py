"""What the cases of application clusters share."""

import json

from operator_kit import CLUSTERS, Session

HA = ("high-availability.type", "high-availability.storageDir")

# Without high availability a TaskManager only learns from Flink's heartbeats that its JobManager is another
# process (50 s by default), and then tries the dead one's address for 20 s: most of what a next launch takes.
# The cases are about what drey adds to that.
QUICK_FLINK = {"heartbeat.interval": "3000", "heartbeat.timeout": "15000", "pekko.tcp.timeout": "3s"}


class Application(Session):
    """One application cluster; its job is told of in its own status."""

    def status(self, name: str, kind: str = CLUSTERS) -> dict:
        return super().status(name, kind)

    def condition(self, name: str, type: str, kind: str = CLUSTERS) -> dict:
        return super().condition(name, type, kind)

    def change(self, name: str, **spec) -> int:
        self.case.kubectl("patch", CLUSTERS, name, "--type=merge", "-p", json.dumps({"spec": spec}))
        return self.resource(CLUSTERS, name)["metadata"]["generation"]
