"""child: the process that runs a student's code, and the small server that forks one such process for each question.

The grader starts this file by its path (it imports only the standard library, NumPy and ``wire.py`` beside it) with
one socket. For each question the grader sends two ends: a socket for frames and a pipe for what is printed. The server
forks; the fork limits itself (CPU seconds, memory, file sizes), leaves the server's socket, reads the student's file
and answers calls until its socket closes. Forking from a process that has NumPy loaded takes milliseconds; the
grader itself, which has threads and the answers, is never forked.

What a student's code cannot do from here is said in ``guard``. It is a guard against mistakes and easy tricks, not a
prison: run submissions of strangers in a container as well.
"""

from __future__ import annotations

import _posixsubprocess
import contextlib
import importlib.util
import json
import os
import posix
import resource
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def load_wire() -> ModuleType:
    """Load ``wire.py`` by its path: the package itself stays out of this process."""
    spec = importlib.util.spec_from_file_location("wire", HERE / "wire.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


wire = load_wire()

FORBIDDEN_EVENTS = (
    "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "os.killpg",
    "subprocess.Popen", "socket.connect", "socket.bind", "pty.spawn", "resource.setrlimit", "resource.prlimit",
    "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "os.link", "os.symlink", "os.truncate", "os.mkdir",
    "os.chmod", "os.chown", "os.chdir", "signal.pidfd_send_signal", "sqlite3.connect", "gc.get_objects",
    "gc.get_referrers", "gc.get_referents",
)  # fmt: skip
FOREIGN = (  # functions of the C library, by ctypes: the same in another way
    "kill", "killpg", "tgkill", "tkill", "fork", "vfork", "clone", "clone3", "ptrace", "system", "popen", "execl",
    "execle", "execlp", "execv", "execve", "execvp", "execvpe", "posix_spawn", "posix_spawnp", "setsid", "setpgid",
    "syscall", "prctl", "setrlimit", "prlimit", "prlimit64", "unlink", "unlinkat", "remove", "rename", "renameat",
    "renameat2", "rmdir", "open", "open64", "openat", "openat64", "fopen", "fopen64", "creat", "creat64",
    "truncate", "truncate64", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "chmod", "chown",
    "sigqueue", "process_vm_readv", "process_vm_writev", "dlsym", "dlopen", "dlmopen",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def identities(*folders: str) -> frozenset[tuple[int, int]]:
    """Return (device, number) of each folder and all below: a file under another name is still the same file."""
    found = set()
    for folder in folders:
        for place, _, names in os.walk(os.path.realpath(folder)):
            for path in (place, *(os.path.join(place, name) for name in names)):
                with contextlib.suppress(OSError):
                    found.add((os.stat(path).st_dev, os.stat(path).st_ino))
    return frozenset(found)


def not_to_be_had(*_: Any) -> Any:
    """Stand in for the function that starts a process without telling any audit hook."""
    raise PermissionError("starting a process is not allowed in an assignment")


def guard(hidden: frozenset[tuple[int, int]]) -> None:
    """Refuse, for the rest of this process, new processes, sockets, signals, writing files, and reading the answers.

    ``hidden`` are the package's and the teacher's files and folders: opening is refused, so is importing. No folder is
    opened either: below an open one, ``os.open(..., dir_fd=...)`` hides the path.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "scratchml"]:
        del sys.modules[name]
    _posixsubprocess.fork_exec = not_to_be_had
    if "subprocess" in sys.modules:
        sys.modules["subprocess"].__dict__["_fork_exec"] = not_to_be_had
    sys.addaudithook(refusal(hidden))


def refusal(hidden: frozenset[tuple[int, int]]) -> Any:
    """Return the audit hook. What it needs are its own defaults: a student's file can give them no other meaning."""
    null, system = os.stat(os.devnull), Path("/proc/cpuinfo")  # numba reads the latter
    processor = (system.stat().st_dev, system.stat().st_ino) if system.exists() else (-1, -1)

    def refuse(
        event: str,
        arguments: tuple[Any, ...],
        forbidden: frozenset[str] = frozenset(FORBIDDEN_EVENTS),
        foreign: frozenset[str] = frozenset(FOREIGN),
        hidden: frozenset[tuple[int, int]] = hidden,
        harmless: tuple[Any, ...] = ((null.st_dev, null.st_ino), processor),
        processes: int = processor[0],
        writing: int = WRITING,
        stat: Any = posix.stat,
        types: tuple[type, ...] = (str, bytes, int),
        kind: type = type,
        no: type[Exception] = PermissionError,
        absent: type[Exception] = OSError,
    ) -> None:
        word, raw, number = types
        if event in forbidden:
            raise no(f"{event} is not allowed in an assignment")
        asked = arguments[-1] if event in ("ctypes.dlsym", "ctypes.dlsym/handle") else None
        if asked is not None and (kind(asked) is not word or asked in foreign):
            raise no(f"{asked} of the C library is not allowed in an assignment")
        if event == "import" and kind(arguments[0]) is word and arguments[0].partition(".")[0] == "scratchml":
            raise no(f"{arguments[0]} is not to be read from an assignment: the answers stay with the grader")
        if event != "open" or kind(arguments[0]) is number:
            return
        path, flags = arguments[0], arguments[2]
        if kind(path) is not word and kind(path) is not raw:  # it might say another name the next time
            raise no("a file is to be opened by its name, a str")
        folder = path.rpartition("/" if kind(path) is word else b"/")[0] or ("/" if path[:1] in ("/", b"/") else ".")
        for place in (path, folder):
            try:
                found = stat(place)
            except absent:
                continue
            same = (found.st_dev, found.st_ino)
            if same in harmless and place is path:
                return
            if same in hidden or found.st_dev == processes or (place is path and found.st_mode & 0o170000 == 0o040000):
                raise no(f"{path!r} is not to be read from an assignment")
        if kind(flags) is number and flags & writing:
            raise no(f"{path!r} is not to be written from an assignment")

    return refuse


def limit(limits: dict[str, Any]) -> None:
    """Set this process's own limits: CPU seconds, bytes of memory above today's, bytes of a file."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    memory = pages * resource.getpagesize() + int(limits["memory"])
    wanted = ((resource.RLIMIT_CPU, int(limits["cpu"])), (resource.RLIMIT_FSIZE, int(limits["file"])))
    for which, most in (*wanted, (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(which, (most, most))


def line_counter(filename: str, counts: list[int]) -> Any:
    """Return a trace function that adds one to counts[0] for each line of the student's file that runs."""

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != filename:
            return None
        if event == "line":
            counts[0] += 1
        return trace

    return trace


def place_of(error: BaseException, filename: str) -> int:
    """Return the last line of the student's file that an error went through; 0 if none."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == filename]
    return lines[-1] if lines else int(getattr(error, "lineno", 0) or 0)


def describe_error(error: BaseException, filename: str) -> dict[str, Any]:
    """Return what an error says, as plain words and numbers."""
    kind = type(error).__name__
    try:
        words = str(error)[:2000]
    except BaseException:  # an error whose message raises
        words = ""
    return {"error": str(kind), "message": words, "line": place_of(error, filename)}


class Student:
    """The student's module and what can be asked of it."""

    def __init__(self, stream: socket.socket, filename: str, source: str) -> None:
        self.stream, self.filename, self.source = stream, filename, source
        self.module = ModuleType("assignment")
        self.nonce = b""

    def load(self) -> dict[str, Any]:
        """Run the student's file once and return the names it defines."""
        code: CodeType = compile(self.source, self.filename, "exec")
        self.module.__file__ = self.filename
        sys.modules["assignment"] = self.module
        exec(code, self.module.__dict__)
        return {"value": [str(name) for name in self.module.__dict__ if not str(name).startswith("__")]}

    def call(self, name: str, arguments: tuple[Any, ...], counted: bool = False) -> dict[str, Any]:
        """Call one function; the answer holds its value, the arguments as it left them, and the lines it ran."""
        function, lines = getattr(self.module, name), [0]
        with np.errstate(all="ignore"):
            if counted:
                sys.settrace(line_counter(self.filename, lines))
            try:
                value = function(*arguments)
            finally:
                sys.settrace(None)
        return {"value": value, "arguments": arguments, "lines": lines[0]}

    def ask(self, name: str) -> Any:
        """Return a function that has the grader compute ``name``: for a student's own tests."""

        def asked(*arguments: Any) -> Any:
            wire.send(self.stream, {"ask": name, "arguments": arguments}, self.nonce)
            answer, _ = wire.receive(self.stream, self.nonce)
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["value"]

        asked.__name__ = name
        return asked

    def test(self, names: list[str]) -> dict[str, Any]:
        """Run the student's ``test_*`` functions with ``names`` answered by the grader; return which failed."""
        for name in names:
            setattr(self.module, name, self.ask(name))
        failed = {}
        for name in [name for name in self.module.__dict__ if name.startswith("test_")]:
            try:
                self.module.__dict__[name]()
            except Exception as error:  # a failing test is a result, whatever it raised
                failed[name] = describe_error(error, self.filename)
        return {"value": failed}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Carry out one question and return its answer; an error becomes an answer."""
        try:
            if question["do"] == "load":
                return self.load()
            if question["do"] == "test":
                return self.test(question["names"])
            return self.call(question["name"], question["arguments"], question["do"] == "count")
        except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's code too
            return describe_error(error, self.filename)


def serve_student(stream: socket.socket, order: dict[str, Any], hidden: frozenset[tuple[int, int]]) -> None:
    """Answer the grader's questions until it hangs up."""
    student = Student(stream, order["filename"], order["source"])
    limit(order["limits"])
    guard(hidden)
    while True:
        try:
            question, student.nonce = wire.receive(stream)
        except EOFError:
            return
        answer = student.answer(question)
        try:
            frame = wire.pack(answer, student.nonce)
        except BaseException as error:  # a value that has no place in a frame
            frame = wire.pack({"error": "TypeError", "message": str(error), "line": 0}, student.nonce)
        stream.sendall(frame)


def become_student(server: socket.socket, ends: list[int], hidden: frozenset[tuple[int, int]]) -> None:
    """Turn this fork into a student's process: own session, own output, no way back to the server."""
    os.setsid()
    server.close()
    silence = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((silence, 0), (ends[1], 1), (ends[1], 2)):
        os.dup2(old, new)
    os.close(ends[1])
    stream = socket.socket(fileno=ends[0])
    order, _ = wire.receive(stream)
    serve_student(stream, order, hidden)


def status_of(pid: int) -> int:
    """Wait for a child that should be ending; one that only hung up and lives on is ended."""
    for _ in range(100):
        try:
            found, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # of a server before this one, which it took with it
            return int(signal.SIGKILL)
        if found:
            return status
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def serve(server: socket.socket) -> None:
    """Fork one student's process for each pair of ends that arrives; report how each ended when asked."""
    own = os.environ.pop("SCRATCHML_ASSIGNMENTS", "")
    hidden = identities(str(HERE.parent), *([own] if own else []))
    while True:
        message, ends, _, _ = socket.recv_fds(server, 1024, 2)
        if not message:
            return
        order = json.loads(message)
        if "ended" in order:
            status = status_of(order["ended"])
            server.sendall(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
            continue
        pid = os.fork()
        if pid == 0:
            try:
                become_student(server, ends, hidden)
            finally:
                os._exit(0)
        for end in ends:
            os.close(end)
        server.sendall(json.dumps({"pid": pid}).encode() + b"\n")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(socket.socket(fileno=int(sys.argv[1])))
