"""A real browser without a window, driven over the DevTools protocol by the standard library alone."""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from urllib.parse import urlparse

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_browser():
    """Return the path of a browser; None where there is none. SCRATCHML_BROWSER may name one."""
    asked = os.environ.get("SCRATCHML_BROWSER")
    return asked or next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One page of a headless browser. `problems` collects console errors, exceptions and requests to a network."""

    def __init__(self, path, profile):
        self.problems, self.profile = [], profile
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        self.process = subprocess.Popen(
            [path, *flags, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.sent, self.rest, self.line = 0, b"", None

    def __enter__(self):
        note = self.profile / "DevToolsActivePort"
        until = time.monotonic() + 60
        while not (note.exists() and "\n" in note.read_text()):
            if time.monotonic() > until or self.process.poll() is not None:
                self.__exit__()
                raise TimeoutError("the browser did not open its port")
            time.sleep(0.05)
        port = note.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
            page = next(item for item in json.load(answer) if item["type"] == "page")
        self.connect(urlparse(page["webSocketDebuggerUrl"]))
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *error):
        if self.line is not None:
            self.line.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def connect(self, address):
        """Shake hands (RFC 6455)."""
        self.line = socket.create_connection((address.hostname, address.port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.line.sendall(
            f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.line.recv(4096)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0]

    def ask(self, method, **params):
        """Send a command and return its result; note what happens meanwhile."""
        self.sent += 1
        body = json.dumps({"id": self.sent, "method": method, "params": params}).encode()
        n, mask = len(body), os.urandom(4)
        size = (
            bytes([0x80 | n])
            if n < 126
            else b"\xfe" + n.to_bytes(2, "big")
            if n < 65536
            else b"\xff" + n.to_bytes(8, "big")
        )
        self.line.sendall(b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))
        while True:
            message = self.receive()
            if message.get("id") == self.sent:
                assert "error" not in message, message
                return message["result"]
            self.note(message)

    def receive(self):
        """Return the next message."""
        whole = b""
        while True:
            first, second = self.take(2)
            n = second & 127
            n = n if n < 126 else int.from_bytes(self.take(2 if n == 126 else 8), "big")
            part = self.take(n)
            whole += part if first & 15 in (0, 1) else b""
            if first & 128 and first & 15 in (0, 1):
                return json.loads(whole)

    def take(self, n):
        """Return the next n bytes."""
        while len(self.rest) < n:
            self.rest += self.line.recv(65536)
        found, self.rest = self.rest[:n], self.rest[n:]
        return found

    def note(self, message):
        """Keep what no page should do."""
        kind, facts = message.get("method"), message.get("params", {})
        if kind == "Runtime.exceptionThrown":
            self.problems.append(facts["exceptionDetails"])
        elif (kind == "Runtime.consoleAPICalled" and facts["type"] in ("error", "warning", "assert")) or (
            kind == "Log.entryAdded" and facts["entry"]["level"] in ("error", "warning")
        ):
            self.problems.append(facts)
        elif kind == "Network.requestWillBeSent" and not facts["request"]["url"].startswith(
            ("file:", "data:", "about:")
        ):
            self.problems.append(facts["request"]["url"])

    def open(self, path):
        """Open a file and wait until it is there."""
        self.ask("Page.navigate", url=path.resolve().as_uri())
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, script):
        """Return what a script comes to."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, script, seconds=30):
        """Wait until a script comes to true."""
        until = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < until, f"it never came to: {script}"
            time.sleep(0.03)

    def press(self, key):
        """Press a key where the focus is."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=" " if key == " " else "")

    def click(self, selector):
        """Click the middle of what a selector finds."""
        x, y = self.run(
            f"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView();"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self):
        """Return what the page looks like, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])
