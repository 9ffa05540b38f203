"""sandbox: runs a student's functions in a process of their own and always comes back.

The grader (this side) makes the inputs, knows the answers and compares; the child only computes. One child per
question: what it breaks (an endless loop, compiled ones too; a crash; ``os._exit``; a memory bomb) ends that child,
becomes a ``Stopped`` with a sentence for the student, and the other questions still count. A child that is silent for
longer than ``wall`` seconds is killed: no signal handler of Python's interrupts a compiled loop, so nothing gentler
would do.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import wire

LOADING = 10.0  # seconds a file may take to be run once: importing numba alone takes some on a busy machine

__all__ = ["Child", "Limits", "Sandbox", "Stopped", "StudentError"]


@dataclass(frozen=True)
class Limits:
    """What one child may use: wall seconds a call and in all, CPU seconds, bytes of memory, of a file, printed."""

    wall: float = 10.0
    cpu: int = 60
    memory: int = 1 << 30
    file: int = 1 << 20
    printed: int = 10_000
    total: float = 150.0


class StudentError(Exception):
    """The student's code raised an error: its kind, message and the line of the student's file."""

    def __init__(self, kind: str, message: str, line: int) -> None:
        self.kind, self.message, self.line = kind, message, line
        super().__init__(f"{kind}: {message}" + (f" (line {line})" if line else ""))


class Stopped(Exception):
    """The child ended or had to be ended; the message is the verdict for the student."""


class Child:
    """One process with one student's file loaded; ``call`` computes there. Use as a context manager."""

    def __init__(self, sandbox: Sandbox, source: str, filename: str, limits: Limits) -> None:
        self.sandbox, self.limits = sandbox, limits
        self.stream, theirs = socket.socketpair()
        self.reader, writer = os.pipe()
        self.stream.settimeout(limits.wall)
        self.printed = bytearray()
        self.mute = threading.Event()
        self.names: list[str] = []
        self.last_moment = time.monotonic() + limits.total
        try:
            self.pid = sandbox.fork(theirs.fileno(), writer)
        finally:
            theirs.close()
            os.close(writer)
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        order = {"source": source, "filename": filename, "limits": asdict(limits)}
        wire.send(self.stream, order, secrets.token_bytes(16))

    def listen(self) -> None:
        """Read what the child prints, keep the beginning, drop the rest: a flood of words fills no memory."""
        while not self.mute.is_set():
            ready, _, _ = select.select([self.reader], [], [], 0.05)
            part = os.read(self.reader, 1 << 16) if ready else None
            if part == b"":
                break
            if part and len(self.printed) < self.limits.printed:
                self.printed += part[: self.limits.printed - len(self.printed)]
        os.close(self.reader)

    def load(self) -> list[str]:
        """Run the student's file in the child and return the names it defines. Raises StudentError and Stopped."""
        names = self.ask({"do": "load"}, wall=LOADING)["value"]
        self.names = [str(name) for name in names] if isinstance(names, list) else []
        return self.names

    def call(self, name: str, *arguments: Any) -> Any:
        """Return what the student's function ``name`` returns. Raises StudentError and Stopped."""
        return self.ask({"do": "call", "name": name, "arguments": tuple(arguments)})["value"]

    def ask(
        self, question: dict[str, Any], answer_with: Callable[..., Any] | None = None, wall: float | None = None
    ) -> dict[str, Any]:
        """Send one question and return the child's answer; ``answer_with(name, *arguments)`` serves its own calls."""
        nonce, wall = secrets.token_bytes(16), wall or self.limits.wall
        until = min(time.monotonic() + wall, self.last_moment)
        try:
            wire.send(self.stream, question, nonce)
            while True:
                answer, _ = wire.receive(self.stream, nonce, until)
                if not (isinstance(answer, dict) and "ask" in answer and answer_with is not None):
                    break
                self.reply(answer, nonce, answer_with)
        except TimeoutError:
            self.kill()
            if until == self.last_moment:
                raise Stopped(f"all calls together took more than {self.limits.total:g} s") from None
            raise Stopped(f"not finished after {wall:g} s: is there a loop that never ends?") from None
        except (EOFError, ConnectionError):
            raise Stopped(self.how_it_ended()) from None
        except wire.BrokenFrame as error:
            self.kill()
            raise Stopped(f"the answer cannot be read: {error}") from None
        wanted = {"call": {"value", "arguments"}, "count": {"value", "lines"}}.get(question["do"], {"value"})
        if not isinstance(answer, dict) or not ("error" in answer or wanted <= set(answer)):
            self.kill()  # nothing of ours answers so
            raise Stopped("the answer cannot be read: a part is missing")
        if "error" in answer:
            line = answer.get("line")
            raise StudentError(
                str(answer["error"])[:100], str(answer.get("message", ""))[:2000], line if type(line) is int else 0
            )
        return answer

    def reply(self, asked: dict[str, Any], nonce: bytes, answer_with: Callable[..., Any]) -> None:
        """Answer a call that the student's own tests make."""
        try:
            value = {"value": answer_with(str(asked["ask"]), *asked["arguments"])}
            frame = wire.pack(value, nonce)
        except Exception as error:  # whatever a wrong answer does with a test's inputs is that test's affair
            frame = wire.pack({"error": f"{type(error).__name__}: {error}"}, nonce)
        self.stream.sendall(frame)

    def how_it_ended(self) -> str:
        """Return a sentence on how the child ended by itself."""
        status = self.sandbox.ended(self.pid)
        self.pid = 0
        if status == -signal.SIGXCPU or status == -signal.SIGKILL:
            return f"used up its time ({self.limits.cpu} s of processor) or its memory"
        if status < 0:
            return f"crashed with {signal.Signals(-status).name}"
        return "left the process (os._exit, or an end in compiled code) before it returned"

    def kill(self) -> None:
        """End the child and all it started."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.sandbox.ended(self.pid)
            self.pid = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.stream.close()
        self.mute.set()
        self.listener.join()


class Sandbox:
    """The server that forks children. Start one for a whole grading; several threads may use it."""

    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise OSError("grading needs a system that can fork (Linux, macOS); on Windows use WSL")
        self.lock = threading.Lock()
        self.start()

    def start(self) -> None:
        """Start the server's process."""
        self.server, theirs = socket.socketpair()
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "HOME": "/nonexistent"}
        environment["SCRATCHML_ASSIGNMENTS"] = os.environ.get("SCRATCHML_ASSIGNMENTS", "")  # not to be read there
        for library in ("OPENBLAS", "OMP", "MKL", "NUMBA", "VECLIB_MAXIMUM"):
            environment[f"{library}_NUM_THREADS"] = "1"
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).parent / "child.py"), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        self.lines = self.server.makefile("rb")

    def exchange(self, order: dict[str, Any], ends: list[int]) -> dict[str, Any]:
        """Send one order to the server and return its reply; a server that somebody has killed is started again."""
        with self.lock:
            for _ in range(3):
                with contextlib.suppress(ConnectionError):
                    socket.send_fds(self.server, [json.dumps(order).encode()], ends)
                    if line := self.lines.readline():
                        return dict(json.loads(line))
                self.close()
                self.start()
        raise OSError("the grading server ends again and again; is there enough memory?")

    def fork(self, stream: int, writer: int) -> int:
        """Fork a child that talks over ``stream`` and prints to ``writer``; return its process number."""
        return int(self.exchange({"fork": True}, [stream, writer])["pid"])

    def ended(self, pid: int) -> int:
        """Wait for a child that has ended or been killed; return its exit code, or minus the signal's number."""
        return int(self.exchange({"ended": pid}, [])["status"])

    @contextlib.contextmanager
    def child(self, source: str, filename: str = "student.py", limits: Limits | None = None) -> Iterator[Child]:
        """Give a child with this source, its file not yet run: call ``load`` first."""
        with Child(self, source, filename, limits or Limits()) as child:
            yield child

    def close(self) -> None:
        """End the server."""
        self.lines.close()
        self.server.close()
        self.process.wait()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
