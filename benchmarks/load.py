"""A load generator that costs little: one process, one epoll loop, requests built beforehand.

The two cores of a small machine are shared with the server, so the generator must not need much
of them. It keeps one connection per client open, sends the next request when the answer to the
last one is complete (a closed loop), and does no more parsing than the length of the answer.

Run as a process of its own: ``python -m benchmarks.load`` with a :class:`Plan` as JSON on standard
input; it prints a :class:`Outcome` as JSON. ``@ID@`` in a request becomes a new time-ordered uuid
(36 characters, so the stated length of the body stays right).
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import count

from benchmarks.places import REPOSITORY

PLACE_OF_ID = "@ID@"
LENGTH_OF_ID = 36


@dataclass(frozen=True)
class Request:
    """One request as text. ``body`` empty means GET."""

    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def pieces(self, host: str) -> list[bytes]:
        """Return the bytes to send, cut where an id goes."""
        length = len(self.body.encode()) + self.body.count(PLACE_OF_ID) * (
            LENGTH_OF_ID - len(PLACE_OF_ID)
        )
        lines = [f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"Content-Length: {length}")
        text = "\r\n".join(lines) + "\r\n\r\n" + self.body
        return [part.encode() for part in text.split(PLACE_OF_ID)]


@dataclass(frozen=True)
class Plan:
    """What to send. ``seconds`` and ``most`` both end it; requests are taken in turn."""

    port: int
    clients: int
    seconds: float
    requests: list[Request]
    most: int = 1_000_000
    warm_up: float = 0.5


@dataclass(frozen=True)
class Outcome:
    """What came back. Times are in milliseconds; ``cpu`` is the generator's share of one core."""

    answered: int
    failed: int
    seconds: float
    rate: float
    p50: float
    p95: float
    p99: float
    worst: float
    cpu: float
    bytes_per_answer: int
    complaint: str = ""


def new_id() -> str:
    """Return a uuid of version 7 as text."""
    bits = (
        (time.time_ns() // 1_000_000) << 80
        | 0x7 << 76
        | int.from_bytes(os.urandom(10)) & 0x0FFF_3FFF_FFFF_FFFF_FFFF
        | 0x8 << 60
    )
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def answer_length(data: bytes) -> int:
    """Return how long the answer that starts ``data`` is, or -1 while that is not known."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return -1
    head = data[:end].lower()
    at = head.find(b"content-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at)
        return end + 4 + int(head[at + 15 : stop if stop >= 0 else end])
    if b"transfer-encoding: chunked" in head:
        last = data.find(b"0\r\n\r\n", end)
        return last + 5 if last >= 0 else -1
    return end + 4


class _Client:
    """One connection with one request on its way at a time."""

    def __init__(self, plan: Plan, pieces: list[list[bytes]], turn: count[int]) -> None:
        self.plan, self.pieces, self.turn = plan, pieces, turn
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.plan.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.wanted, self.sent_at = b"", -1, 0.0

    def send(self) -> None:
        pieces = self.pieces[next(self.turn) % len(self.pieces)]
        out = new_id().encode().join(pieces) if len(pieces) > 1 else pieces[0]
        self.buffer, self.wanted = b"", -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(out)

    def receive(self) -> bytes | None:
        """Return the whole answer, None while it is not complete, b"" when cut off."""
        part = self.socket.recv(262_144)
        if not part:
            return b""
        self.buffer += part
        if self.wanted < 0:
            self.wanted = answer_length(self.buffer)
        return self.buffer if 0 <= self.wanted <= len(self.buffer) else None


@dataclass
class _Tally:
    times: list[float] = field(default_factory=list)
    failed: int = 0
    complaint: str = ""
    received: int = 0

    def take(self, answer: bytes, taken: float) -> None:
        # "HTTP/1.1 2..": the tenth byte is the class of the status.
        if answer[9:10] in (b"2", b"3"):
            self.times.append(taken)
            self.received += len(answer)
            return
        self.failed += 1
        if not self.complaint:
            self.complaint = answer[:2000].decode(errors="replace") or "connection closed"


def _drive(clients: list[_Client], seconds: float, most: int) -> tuple[_Tally, float]:
    """Send for that long or that often; return what came back and the time it took."""
    tally, sent = _Tally(), len(clients)
    with selectors.DefaultSelector() as waiting:
        started = time.perf_counter()
        for client in clients:
            waiting.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        under_way = len(clients)
        while under_way:
            for key, _ in waiting.select(timeout=60):
                client = key.data
                answer = client.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                tally.take(answer, now - client.sent_at)
                if not answer or b"connection: close" in answer[:600].lower():
                    waiting.unregister(client.socket)
                    client.socket.close()
                    client.connect()
                    waiting.register(client.socket, selectors.EVENT_READ, client)
                if now - started < seconds and sent < most:
                    sent += 1
                    client.send()
                else:
                    under_way -= 1
        return tally, time.perf_counter() - started


def _quantile(ordered: list[float], share: float) -> float:
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def run(plan: Plan) -> Outcome:
    """Send what the plan says from this process."""
    pieces = [request.pieces(f"127.0.0.1:{plan.port}") for request in plan.requests]
    turn = count()
    clients = [_Client(plan, pieces, turn) for _ in range(plan.clients)]
    if plan.warm_up:
        _drive(clients, plan.warm_up, plan.most)
    before = resource.getrusage(resource.RUSAGE_SELF)
    tally, seconds = _drive(clients, plan.seconds, plan.most)
    after = resource.getrusage(resource.RUSAGE_SELF)
    for client in clients:
        client.socket.close()
    ordered = sorted(tally.times)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Outcome(
        answered=len(ordered),
        failed=tally.failed,
        seconds=round(seconds, 3),
        rate=round(len(ordered) / seconds, 1),
        p50=round(_quantile(ordered, 0.50), 2),
        p95=round(_quantile(ordered, 0.95), 2),
        p99=round(_quantile(ordered, 0.99), 2),
        worst=round(_quantile(ordered, 1.0), 2),
        cpu=round(used / seconds, 2),
        bytes_per_answer=tally.received // max(1, len(ordered)),
        complaint=tally.complaint,
    )


def in_own_process(plan: Plan) -> Outcome:
    """Send what the plan says from a process that has nothing else to do."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        timeout=plan.seconds + plan.warm_up + 180,
    )
    if done.returncode:
        message = f"The load generator stopped: {done.stderr.strip()[-600:]}"
        raise RuntimeError(message)
    return Outcome(**json.loads(done.stdout))


def main() -> None:
    """Read a plan, run it, print what came of it."""
    told = json.load(sys.stdin)
    requests = [Request(**request) for request in told.pop("requests")]
    print(json.dumps(asdict(run(Plan(requests=requests, **told)))))


if __name__ == "__main__":
    main()
