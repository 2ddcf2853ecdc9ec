"""The real server in processes of its own, ready to be killed, and the clients that press its buttons.

gunicorn serves `webapp.cli:make_site()` with two web workers; `sanshe worker` runs beside it. Both are what `make run`
starts. A trap (`core.faults`) kills one web worker at a named point; `kill_one` and `kill_all` strike at any moment.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from webapp.core import secrets

ROOT = Path(__file__).resolve().parents[2]
WORKER = ["webapp.cli", "worker"]
PATIENCE = 60
"""Seconds that a server may take to start on a busy machine."""


class Server:
    """`quick`: web workers are forks of a loaded master, so that a new one takes no second; else exactly as `make run`."""

    def __init__(self, address: str, data: Path, *, quick: bool = False) -> None:
        self.traps = data / "traps"
        self.traps.mkdir(exist_ok=True)
        self.data, self.quick = data, quick
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.environment = os.environ | {
            "SANSHE_DATA": str(data), "SANSHE_DATABASE": address, "SANSHE_FAULT": str(self.traps), "SANSHE_IDLE_MINUTES": "600",
            "PORT": str(self.port), "PYTHONUTF8": "1",
        }  # fmt: skip
        signing = Flask("signing")  # once: built in fifty threads together, its address rules trip over each other (CPython 106905)
        signing.secret_key = secrets.load(data)
        self.signing: Any = SecureCookieSessionInterface().get_signing_serializer(signing)
        self.running: list[subprocess.Popen[bytes]] = []
        self.log = (data / "server.log").open("ab")

    def start(self) -> None:
        """Start what is not running; returns when it answers."""
        web = [
            "gunicorn", "webapp.cli:make_site()", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{self.port}", "--access-logfile",
            "/dev/null", "--log-level", "warning", "--graceful-timeout", "5",
        ]  # fmt: skip
        self.running = [self._begin([*web, "--preload"] if self.quick else web), self._begin(WORKER)]
        self.wait()

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        full = [sys.executable, "-m", *command]
        return subprocess.Popen(full, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True)

    def wait(self) -> None:
        """Until it shows a sign of life. Raises AssertionError with the end of its log when it never does."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.said()[-3000:])

    def said(self) -> str:
        """What the server wrote on its error output."""
        return (self.data / "server.log").read_text(errors="replace")

    def trap(self, point: str) -> None:
        """The next process that passes the point dies there, and no other."""
        (self.traps / f"{point}.sprung").unlink(missing_ok=True)
        (self.traps / point).touch()

    def sprung(self, point: str) -> bool:
        return (self.traps / f"{point}.sprung").exists() and not (self.traps / point).exists()

    def kill_one(self) -> None:
        """kill -9 of one web worker; gunicorn puts another in its place."""
        master = self.running[0].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(random.choice(children)), signal.SIGKILL)

    def kill_worker(self) -> None:
        """kill -9 of the background worker; `sanshe serve` starts another."""
        self.running[1].kill()
        self.running[1].wait()
        self.running[1] = self._begin(WORKER)

    def kill_all(self) -> None:
        """kill -9 of everything at once, as when the machine loses its power."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running = []

    def stop(self) -> None:
        self.kill_all()
        self.log.close()

    def doctor(self) -> str:
        """What `sanshe doctor` says; raises AssertionError when it is not content."""
        done = subprocess.run(
            [sys.executable, "-m", "webapp.cli", "doctor"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("通过") > 15
        return done.stdout


@dataclass(frozen=True)
class Letter:
    """A filled-in form, ready to be sent, and sent again."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    @property
    def heard(self) -> bool:
        """Whether it told the person that the work is done."""
        return self.status < 400


def send(port: int, letter: Letter, at: float = 0.0) -> Answer | None:
    """Send a letter (at a given moment, so that two processes send together); None when no answer came."""
    time.sleep(max(0.0, at - time.time()))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("POST", letter.path, letter.body, letter.headers)
        answer = line.getresponse()
        return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


@dataclass
class Client:
    """A browser in which somebody is signed in. Every letter that was answered is kept."""

    server: Server
    person: Any
    cookies: dict[str, str] = field(default_factory=dict)
    answered: list[tuple[Letter, Answer]] = field(default_factory=list)
    csrf: str = ""
    """What the session says its forms are signed over, where a letter is written without asking for its page."""

    def __post_init__(self) -> None:
        self.cookies["session"] = self.server.signing.dumps(
            {"_user_id": f"{self.person.id}.{self.person.session_version}", "_fresh": True}
            | ({"csrf_token": self.csrf} if self.csrf else {})
        )

    def get(self, path: str) -> Answer:
        """A page, asked for until it comes: a reader presses F5."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
            with contextlib.suppress(OSError, http.client.HTTPException):
                line.request("GET", path, headers=self._headers())
                answer = line.getresponse()
                text = answer.read().decode()
                if answer.status != 503:
                    for cookie in answer.headers.get_all("Set-Cookie") or ():
                        name, _, value = cookie.partition(";")[0].partition("=")
                        self.cookies[name] = value
                    return Answer(answer.status, answer.headers.get("Location", ""), text)
            line.close()
            time.sleep(0.1)
        raise AssertionError(f"{path}: no answer\n{self.server.said()[-2000:]}")

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def fill(self, path: str, button: str, **values: Any) -> Letter:
        """Open a page and fill in the form that has this button, as it stands there."""
        page = self.get(path)
        assert page.status == 200, f"{path}: {page.status} {page.text[:300]}"
        return self.fill_in(page, path, button, **values)

    def fill_in(self, page: Answer, path: str, button: str, /, **values: Any) -> Letter:
        """Fill in a form of a page that is before one's eyes."""
        tree = html.fromstring(page.text)
        for form in tree.xpath("//form"):
            if button in [re.sub(r"\s+", " ", b.text_content()).strip() for b in form.xpath(".//button[not(@aria-disabled)]")]:
                return self._letter(form, path, values)
        raise AssertionError(f"{path}: 没有按钮“{button}”：{tree.text_content()[:600]}")

    def _letter(self, form: Any, path: str, values: dict[str, Any]) -> Letter:
        pairs: list[tuple[str, Any]] = []
        for name, value in form.fields.items():
            if name not in values and value is not None:
                shown = [value.removeprefix("\n")] if isinstance(value, str) else sorted(value)  # a textarea's first newline is not shown
                pairs += [(name, one) for one in shown]
        for name, value in values.items():
            assert name in form.fields, f"{path}: no field {name}"
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        to = urljoin(path, form.get("action") or path)
        if (form.get("enctype") or "").startswith("multipart"):
            boundary, body = encode_multipart(MultiDict(pairs))
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        return Letter(to, self._headers() | {"Content-Type": kind}, body)

    def send(self, letter: Letter) -> Answer | None:
        """Send once; None when no answer came."""
        answer = send(self.server.port, letter)
        if answer is not None and answer.heard:
            self.answered.append((letter, answer))
        return answer

    def insist(self, letter: Letter) -> Answer:
        """Send the same form again until there is an answer other than “busy”, as the page tells one to."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.send(letter)
            if answer is not None and answer.status != 503:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{letter.path}: no answer\n{self.server.said()[-2000:]}")
