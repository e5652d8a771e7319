"""What the cases of application clusters share."""

import json

from kit import check
from operator_kit import CLUSTERS, Session
from shell import wait_for


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

    def wait_no_pods(self, timeout: float = 60) -> None:
        """Of the JobManager and of TaskManagers."""

        def probe():
            left = [f"{pod['metadata']['name']} ({pod['status']['phase']}, deleted {pod['metadata'].get('deletionTimestamp')})"
                    for pod in self.case.pods(f"app={self.name},component")]
            check(not left, f"there are {', '.join(left)}")
            return True

        wait_for(f"all pods of {self.name} to be gone", probe, timeout)
