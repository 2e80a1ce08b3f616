"""Programs in front of the page on a server: an OpenID Connect provider, and nginx with TLS.

Both are real programs on loopback. The page is started as in docs/howto/server.md: ``align view``
in a folder that contains ``.streamlit/secrets.toml``.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from browser_page import ROOT, free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

SECRETS = """[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "0f3c2a9d5b7e4c1f8a6d3b2e9c7f5a1d"
client_id = "align"
client_secret = "only a test"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
"""Secrets from docs/howto/server.md, with the URLs of a test."""


@contextmanager
def program(command, log: Path, *, ready: str, **options):
    """Run a program and its child processes during the block; first wait until it responds."""
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            list(map(str, command)), stdout=out, stderr=out, start_new_session=True, **options
        )
        try:
            _await(ready, process, log)
            yield process
        finally:
            with suppress(ProcessLookupError):  # it has already ended
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(120)


def _await(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError(
                    f"{process.args[0]} stopped: {log.read_text(encoding='utf-8')}"
                ) from None
            time.sleep(0.1)
    raise RuntimeError(f"{address}: no answer in two minutes: {log.read_text(encoding='utf-8')}")


@contextmanager
def provider(log: Path, *people: dict[str, object]):
    """Run an OpenID Connect provider with people given by their claims; yield its URL."""
    port = free_port()
    words = [word for claims in people for word in ("--user-claims", json.dumps(claims))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", port, *words]
    address = f"http://localhost:{port}"
    ready = f"{address}/.well-known/openid-configuration"
    with program(command, log, ready=ready):
        yield address


@contextmanager
def view(folder: Path, corpus: Path, *options: str, port: int, secrets: str = ""):
    """Run ``align view`` in a folder, as a service does; yield its URL."""
    with run_view(folder, corpus, *options, port=port, secrets=secrets):
        yield f"http://localhost:{port}"


@contextmanager
def run_view(folder: Path, corpus: Path, *options: str, port: int, secrets: str = ""):
    """Run ``align view`` in a folder, with output to ``page.txt``; yield its process."""
    (folder / ".streamlit").mkdir(parents=True, exist_ok=True)
    if secrets:
        (folder / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    words = ["view", "--no-browser", "--port", port, "--corpus", corpus, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ALIGN_REVIEWER": "the service"}
    with program(
        [sys.executable, "-m", "align", *words],
        folder / "page.txt",
        ready=f"http://127.0.0.1:{port}/_stcore/health",
        cwd=folder,
        env=environment,
    ) as process:
        yield process


@dataclass(frozen=True)
class Doors:
    """URLs at which nginx responds."""

    tls: str
    plain: str


@contextmanager
def nginx(folder: Path, *, page: int):
    """Run nginx with ``deploy/nginx.conf`` in front of the page on a port; yield its URLs.

    Only ports, host name and certificate path are changed in the configuration.
    """
    tls, plain = free_port(), free_port()
    key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for was, now in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("align.example.org", "localhost"),
        ("/etc/ssl/align", str(folder)),
        ("127.0.0.1:8501", f"127.0.0.1:{page}"),
    ):
        assert was in site, was
        site = site.replace(was, now)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/nginx.txt;\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n{site}\n"
        f"server {{ listen 127.0.0.1:{plain}; server_name 127.0.0.1; return 204; }} }}\n",
        encoding="utf-8",
    )
    command = [NGINX, "-p", folder, "-c", folder / "nginx.conf"]
    with program(command, folder / "out.txt", ready=f"http://127.0.0.1:{plain}"):
        yield Doors(f"https://localhost:{tls}", f"http://localhost:{plain}")
