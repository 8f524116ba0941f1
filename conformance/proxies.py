"""Puts Debian's nginx and Caddy, with the settings of deploy/, in front of a clinic and of an echo.

Only names of files and ports are changed. What a stranger may try: to choose the address that the clinic
sees, to send too much, to send slowly. What must never happen: the secret of a link in a log of the proxy.
"""

import json
import os
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from conformance import HERE, free_port
from intake.web.headers import LONGEST_FILE

DEPLOY = HERE.parent / "deploy"
NAME = "intake.example.org"
SECRET = "cAnArY1234567890abcdefgh"
SECRET_ADDRESSES = (
    f"/i/{SECRET}",
    f"/c/{SECRET}",
    f"/welcome/{SECRET}",
    f"/sign-in?next={SECRET}",
    f"/sign-on/back?code={SECRET}",
)
SPOOFED = "6.6.6.6"
CHOSEN = "c0ffee" * 4
STRANGERS = ("127.6.6.1", "127.6.6.2", "127.6.6.3")
HEADER_SECONDS, PATIENCE = 15, 10
TOO_MUCH = 5 * 1024 * 1024


@dataclass(frozen=True)
class Ports:
    """Where everything listens, on this machine alone."""

    http: int
    https: int
    clinic: int


@dataclass
class Front:
    """A proxy that runs, where to reach it, and what it did wrong so far."""

    name: str
    ports: Ports
    logs: Path
    faults: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def holds(self, claim: str, so: object) -> None:
        """Note what is not so."""
        if not so:
            self.faults.append(f"{self.name}: {claim}")

    def asks(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        of: str = "127.0.0.1",
    ) -> tuple[HTTPResponse, bytes]:
        """The answer over HTTPS to somebody at the address `of`; nobody checks the certificate."""
        connection = _https(self.ports.https, of)
        try:
            connection.request(
                "POST" if body is not None else "GET", path, body, {"Host": NAME, **(headers or {})}
            )
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


def check() -> bool:
    """Both proxies hold what is promised."""
    faults = []
    for name, running in (("nginx", _nginx), ("caddy", _caddy)):
        with tempfile.TemporaryDirectory() as folder:
            faults += _faults(name, running, Path(folder))
    for fault in faults:
        print(fault)
    print(f"nginx and Caddy: {len(faults)} faults")
    return not faults


Running = Callable[[Path, Ports], Iterator[None]]


def _faults(name: str, running: Running, folder: Path) -> list[str]:
    folder.chmod(0o755)
    (folder / "logs").mkdir(mode=0o777)
    (folder / "logs").chmod(0o777)
    _make_certificate(folder)
    front = Front(name, Ports(free_port(), free_port(), free_port()), folder / "logs")
    with contextmanager(running)(folder, front.ports):
        with _echo(front.ports.clinic):
            _look_at_headers(front)
        _look_at_absence(front)
        with _clinic(folder, front.ports.clinic):
            _look_at_clinic(front)
            _look_at_strangers(front, folder / "data/backstory.db")
        _look_at_patience(front)
    _look_at_logs(front)
    return front.faults


def _look_at_headers(front: Front) -> None:
    """What the clinic is told of a request."""
    forged = {
        "X-Forwarded-For": SPOOFED,
        "X-Forwarded-Proto": "http",
        "Forwarded": f"for={SPOOFED}",
        "X-Real-IP": SPOOFED,
        "X-Request-ID": CHOSEN,
    }
    _, said = front.asks("/", headers=forged)
    seen = {name.lower(): value for name, value in json.loads(said)}
    front.holds("Host is not preserved", seen["host"].split(":")[0] == NAME)
    front.holds("X-Forwarded-For is not what the proxy saw", seen.get("x-forwarded-for") == "127.0.0.1")
    front.holds("X-Forwarded-Proto is not https", seen.get("x-forwarded-proto") == "https")
    front.holds("a header with a forged address gets through", SPOOFED.encode() not in said)
    front.holds("a stranger chooses the number of a request", CHOSEN.encode() not in said)

    for size in (LONGEST_FILE + 1, TOO_MUCH):
        front.holds(f"a body of {size} bytes is let in", _is_turned_away(front, b"x" * size))
    answer, _ = front.asks("/", body=b"x" * LONGEST_FILE)
    front.holds("a file of the greatest size is turned away", answer.status == 200)

    plain = HTTPConnection("127.0.0.1", front.ports.http, timeout=PATIENCE)
    plain.request("GET", SECRET_ADDRESSES[0], headers={"Host": NAME})
    moved = plain.getresponse()
    plain.close()
    to_https = moved.status in (301, 308) and (moved.headers["Location"] or "").startswith("https://")
    front.holds("HTTP does not lead to HTTPS", to_https)


def _is_turned_away(front: Front, body: bytes) -> bool:
    """Too large, says the proxy; or it closes the connection while the rest is still on its way."""
    try:
        answer, _ = front.asks("/", body=body)
    except OSError:
        return True
    return answer.status == 413


def _look_at_absence(front: Front) -> None:
    """The clinic is away: an honest answer, and no secret in a log of errors."""
    for address in SECRET_ADDRESSES:
        answer, _ = front.asks(address, headers={"Referer": f"https://{NAME}{address}"})
        front.holds(
            f"a clinic that is away is answered with {answer.status}", answer.status in (502, 503, 504)
        )


def _look_at_clinic(front: Front) -> None:
    """The pages as patients get them."""
    answer, page = front.asks("/sign-in")
    front.holds(f"the page to sign in is answered with {answer.status}", answer.status == 200)
    front.holds("the page to sign in is not whole", b"</html>" in page)
    once = answer.headers.get_all("Strict-Transport-Security", [])
    front.holds(f"HSTS stands there {len(once)} times", len(once) == 1)
    number = answer.headers["X-Request-ID"] or ""
    front.holds("the proxy gives a request no number", re.fullmatch("[0-9a-f-]{32,36}", number))
    front.numbers.append(number)
    front.holds("pages may be kept", answer.headers["Cache-Control"] == "no-store")
    front.holds(
        "no policy of content", "default-src 'none'" in (answer.headers["Content-Security-Policy"] or "")
    )
    front.holds("the version of the server is said", not re.search(r"\d", answer.headers["Server"] or ""))
    for address in SECRET_ADDRESSES:
        front.asks(address, headers={"Referer": f"https://{NAME}{address}"})


def _look_at_strangers(front: Front, database: Path) -> None:
    """The clinic counts guesses at passwords for each address, whatever a stranger says theirs is."""
    for address in STRANGERS:
        answer, page = front.asks("/sign-in", of=address)
        token = re.search(rb'name="csrf_token"[^>]* value="([^"]+)"', page)
        guess = {"email": "nobody@clinic.example", "password": "a guess at a password"}
        headers = {
            "X-Forwarded-For": SPOOFED,
            "Origin": f"https://{NAME}",
            "Referer": f"https://{NAME}/sign-in",
            "Cookie": "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", [])),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode(guess | {"csrf_token": token[1] if token else b""}).encode()
        front.asks("/sign-in", headers=headers, body=body, of=address)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        found = opened.execute("SELECT count(DISTINCT network_hmac) FROM refused_sign_in").fetchone()
    front.holds(f"{len(STRANGERS)} strangers are counted as {found[0]}", found[0] == len(STRANGERS))


def _look_at_patience(front: Front) -> None:
    """A header that never ends is given up."""
    with socket.create_connection(("127.0.0.1", front.ports.https), timeout=HEADER_SECONDS + PATIENCE) as raw:
        tls = _untrusting().wrap_socket(raw, server_hostname=NAME)
        tls.sendall(b"GET / HTTP/1.1\r\nHost: " + NAME.encode() + b"\r\nX-Slow: ")
        try:
            tls.recv(1)
            given_up = True
        except TimeoutError:
            given_up = False
        except OSError:
            given_up = True
    front.holds("a header that never ends is waited for", given_up)


def _look_at_logs(front: Front) -> None:
    """Requests are there, secrets are not."""
    said = "".join(each.read_text(errors="replace") for each in front.logs.rglob("*") if each.is_file())
    front.holds("a log holds the secret of a link", SECRET not in said)
    front.holds("there is no log of requests", "/sign-in" in said)
    if front.name == "nginx":
        # Debian's Caddy passes the number on and cannot write it down.
        front.holds("the log lacks the number of a request", all(each in said for each in front.numbers))
    front.holds("the log holds a whole address", '127.0.0.1"' not in said and "127.0.0.1 " not in said)


def _nginx(folder: Path, ports: Ports) -> Iterator[None]:
    """Debian's nginx with deploy/nginx.conf, until the block ends."""
    site = (DEPLOY / "nginx.conf").read_text()
    site = site.replace("/var/log/nginx", str(folder / "logs"))
    site = re.sub(r"/etc/letsencrypt/live/[^;]*/(fullchain|privkey)\.pem", rf"{folder}/\1.pem", site)
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{ports.clinic}")
    site = re.sub(r"listen \[::\]:.*\n", "", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{ports.http};")
    site = site.replace("listen 443", f"listen 127.0.0.1:{ports.https}")
    whole = f"""daemon off;
pid {folder}/nginx.pid;
error_log {folder}/logs/main.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    {site}
}}
"""
    (folder / "nginx.conf").write_text(whole)
    yield from _process(["nginx", "-c", str(folder / "nginx.conf")], folder, ports.https)


def _caddy(folder: Path, ports: Ports) -> Iterator[None]:
    """Debian's Caddy with deploy/Caddyfile, until the block ends."""
    site = (DEPLOY / "Caddyfile").read_text()
    site = site.replace("/var/log/caddy", str(folder / "logs"))
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{ports.clinic}")
    site = re.sub(
        rf"^{NAME} {{",
        f"https://{NAME} {{\n\ttls {folder}/fullchain.pem {folder}/privkey.pem",
        site,
        flags=re.M,
    )
    listening = f"http_port {ports.http}\n\thttps_port {ports.https}"
    ours = f"admin off\n\t{listening}\n\tstorage file_system {folder}/caddy\n"
    site = site.replace("{\n\tservers {", f"{{\n\t{ours}\tservers {{", 1)
    (folder / "Caddyfile").write_text(site)
    command = ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    yield from _process(command, folder, ports.https)


def _process(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run until the block ends; what it says on the terminal is a log too."""
    with (folder / "logs/terminal.log").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | {"HOME": str(folder)})
    try:
        _wait_for(port, process, folder / "logs/terminal.log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _clinic(folder: Path, port: int) -> Iterator[None]:
    """A clinic for real patients behind the proxy."""
    facts = dict(
        line.split("=", 1)
        for line in (DEPLOY / "settings.example").read_text().splitlines()
        if not line.startswith("#")
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BACKSTORY_")}
    environment = (
        kept
        | facts
        | {
            "BACKSTORY_MODE": "production",
            "BACKSTORY_DATA_DIR": str(folder / "data"),
            "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json"),
            "PORT": str(port),
        }
    )
    with (folder / "clinic.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", "start"],
            env=environment,
            stdout=said,
            stderr=said,
            cwd=HERE.parent,
        )
    try:
        _wait_for(port, process, folder / "clinic.log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def _echo(port: int) -> Iterator[None]:
    """A server that answers with the headers it was sent."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = json.dumps(self.headers.items()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002  (its parent's name)
            """Say nothing: this check prints faults alone."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Echo)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*command, *named, *files], check=True, capture_output=True)


def _https(port: int, of: str) -> HTTPSConnection:
    """A connection to this machine, from an address of it, that asks for the clinic's name."""
    connection = HTTPSConnection(NAME, port, timeout=PATIENCE * 3, context=_untrusting())
    raw = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE * 3, source_address=(of, 0))
    connection.sock = _untrusting().wrap_socket(raw, server_hostname=NAME)
    return connection


def _untrusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"it never opened:\n{log.read_text(errors='replace')[-2000:]}")
