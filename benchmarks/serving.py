"""Servers as processes that can be measured, and browsers without a screen that keep their connection and cookies."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from lxml import html

FLAGS = ("-w", "2", "--threads", "4", "--access-logfile", "/dev/null", "--log-level", "warning")
"""How `sanshe serve` starts gunicorn."""
MB = 1024 * 1024


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server:
    """gunicorn over one of the two sites, from its start to its end."""

    def __init__(self, target: str, environment: dict[str, str], first: str) -> None:
        self.port = free_port()
        began = time.perf_counter()
        command = [sys.executable, "-m", "gunicorn", target, *FLAGS, "-b", f"127.0.0.1:{self.port}"]
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.process = subprocess.Popen(command, env=kept | environment, stderr=subprocess.PIPE)
        try:
            status = self._first_answer(target, first)
        except BaseException:
            self.__exit__()
            raise
        self.first_page = time.perf_counter() - began
        if status != HTTPStatus.OK:
            self.__exit__()
            raise RuntimeError(f"{target}{first}: {status}")
        self.workers = psutil.Process(self.process.pid).children()

    def _first_answer(self, target: str, first: str) -> int:
        """Ask until somebody answers."""
        while True:
            try:
                return Wire(self.port).send(Person(), "GET", first)[0]
            except OSError:
                if self.process.poll() is not None:
                    said = self.process.stderr.read() if self.process.stderr else b""
                    raise RuntimeError(f"{target} did not start: {said.decode()}") from None
                time.sleep(0.005)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)

    def cpu(self) -> float:
        """Seconds of processor the workers have used."""
        return sum(sum(one.cpu_times()[:2]) for one in self.workers)

    def resting(self) -> float:
        """Megabytes of the larger worker now."""
        return max(one.memory_info().rss for one in self.workers) / MB

    def peak(self) -> float:
        """The most a worker ever had, in megabytes."""
        return max(high_water(one.pid) for one in self.workers)


def high_water(pid: int) -> float:
    """The most memory a process ever had, in megabytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


WEIGHED = """
import atexit, re, sys
from webapp.cli import main
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr))
main(sys.argv[1:])
"""
"""`sanshe`, which tells at its end the most it held. What the system says of a finished child (`ru_maxrss`) is at least what its parent held
when it started the child, and here the parent has just filled a database."""


def sanshe(data: Path, database: str, *words: str) -> tuple[float, float, str]:
    """Seconds, megabytes at the most, and what one `sanshe` command said. Raises RuntimeError when it fails."""
    environment = {**os.environ, "SANSHE_DATA": str(data), "SANSHE_DATABASE": database}
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", WEIGHED, *words], capture_output=True, env=environment, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"sanshe {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return took, int(done.stderr.split()[-1]) / 1024, done.stdout


@dataclass
class Person:
    """The cookies of one person."""

    cookies: dict[str, str] = field(default_factory=dict)


class Wire:
    """One connection, kept open."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(
        self, who: Person, method: str, path: str, fields: Sequence[tuple[str, str]] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """One request and its whole answer."""
        body = None if fields is None else urlencode(fields).encode()
        sent = dict(headers or {})
        if who.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        for again in (True, False):
            try:
                self.connection.request(method, path, body, sent)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()  # gunicorn had closed the idle connection
                if not again:
                    raise
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            who.cookies[name] = value
        return answer.status, content


def fields_of(page: bytes, action: str) -> list[tuple[str, str]]:
    """What the form with this address holds as the page came: hidden fields, texts, chosen options."""
    tree = html.fromstring(page.decode())
    for form in tree.xpath("//form"):
        if (form.get("action") or "").partition("?")[0] == action:
            return [(name, value) for name, value in form.form_values() if value is not None]
    raise LookupError(f"no form for {action}")


@dataclass
class Load:
    """What a number of requests took."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0
    cpu: float = 0

    def add(self, more: Load) -> None:
        self.seconds += more.seconds
        self.wall += more.wall
        self.cpu += more.cpu

    def percentile(self, share: float) -> float:
        """Milliseconds within which such a share was answered."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000

    @property
    def each(self) -> float:
        """Milliseconds of processor for one request."""
        return self.cpu / len(self.seconds) * 1000

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall


def press(port: int, clients: int, many: int, request: Callable[[Wire, int, int], None], cpu: Callable[[], float]) -> Load:
    """So many requests by so many clients at once. `request(wire, client, turn)` sends one and judges its answer."""
    load, lock, trouble = Load(), threading.Lock(), []
    gate = threading.Barrier(clients + 1)

    def client(number: int) -> None:
        wire, took = Wire(port), []
        gate.wait()
        try:
            for turn in range(number, many, clients):
                began = time.perf_counter()
                request(wire, number, turn)
                took.append(time.perf_counter() - began)
        except Exception as error:
            trouble.append(error)
        with lock:
            load.seconds += took
        wire.connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    before = cpu()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    load.wall = time.perf_counter() - began
    load.cpu = cpu() - before
    if trouble:
        raise trouble[0]
    return load
