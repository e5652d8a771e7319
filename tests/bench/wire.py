"""When what one end of a connection sent arrived at the other, by the kernel's clock.

The bench's own servers are slow and share the machine with the operator; the moments at which packets
arrive on the loopback do not depend on when anybody reads them. Needs root.
"""

import multiprocessing
import queue
import re
import socket
import struct

ETH_P_IP = 0x0800
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
PACKETS_WAITING_MAX = 128 << 20  # bytes
LARGEST = 1 << 17
IPV4, TCP = 0x45, 6
FAILED = re.compile(rb'"jid":"([0-9a-f]{32})","name":"job","state":"FAILED"')
CHANGE = re.compile(rb"^PATCH \S*/flinksessionjobs/([^/\s?]+)")


def _packets(bound):
    """(seconds, port it comes from, port it goes to, payload) of every packet of TCP."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP)) as loopback:
        loopback.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, PACKETS_WAITING_MAX)
        loopback.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        loopback.bind(("lo", ETH_P_IP))
        bound.set()
        while True:
            data, extra, _, sender = loopback.recvmsg(LARGEST, socket.CMSG_SPACE(16))
            frame = memoryview(data)[14:]
            if sender[2] == socket.PACKET_OUTGOING or len(frame) < 40 or frame[0] != IPV4 or frame[9] != TCP:
                continue  # seen a second time as it arrives
            segment = frame[20:struct.unpack_from("!H", frame, 2)[0] or len(frame)]
            payload = segment[(segment[12] >> 4) * 4:]
            if payload and extra:
                seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                yield seconds + nanoseconds / 1e9, *struct.unpack_from("!HH", segment), payload


def _listen(flink_port: int, api_port: int, ids: dict[str, str], bound, found) -> None:
    told: dict[str, float] = {}
    answered = set()
    for at, source, target, payload in _packets(bound):
        if source == flink_port:
            for job in FAILED.findall(payload):
                told.setdefault(job.decode(), at)
        elif target == api_port and (change := CHANGE.match(payload)):
            job = ids.get(change[1].decode(), "")
            if job in told and job not in answered:
                answered.add(job)
                found.put((job, at - told[job]))


class Wire:
    """From the first list that tells that a job has failed, as it arrives at the operator, to the first
    change of the job's resource, as it leaves for an API server of plain HTTP. `ids`: of jobs, by their resources."""

    def __init__(self, flink_port: int, api_port: int, ids: dict[str, str]):
        context = multiprocessing.get_context("spawn")
        self._found = context.Queue()
        bound = context.Event()
        self._listener = context.Process(target=_listen, args=(flink_port, api_port, ids, bound, self._found),
                                         daemon=True)
        self._listener.start()
        if not bound.wait(30):
            raise SystemExit("nobody listens on the loopback")
        self.seconds: dict[str, float] = {}

    def hear(self, patience: float) -> None:
        """Waits for one more answer, at most so many seconds."""
        try:
            job, seconds = self._found.get(timeout=patience)
            self.seconds[job] = seconds
        except queue.Empty:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.terminate()
        self._listener.join()
