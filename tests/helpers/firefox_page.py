"""Firefox, controlled over WebDriver BiDi, which it supports natively (W3C: webdriver-bidi).

Playwright requires its own build of Firefox; this module controls Debian's with a few commands.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from browser_page import PATIENCE, RESTING, Table, free_port
from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
# Code points that represent keys (W3C: webdriver, keyboard actions).
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Alt": "\ue00a", "Left": "\ue012", "Down": "\ue015"}


def firefox() -> str | None:
    """Return the path of an installed Firefox, or ``None``."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """Firefox tab with the review table, controlled by keyboard and pointer."""

    def __init__(self, socket) -> None:
        self._socket, self._numbers = socket, count(1)
        self._ask("session.new", capabilities={})
        tree = self._ask("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]

    def _ask(self, method: str, **values) -> dict:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": values}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE / 1000))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=address, wait="complete")
        self.wait("S.root.dataset.ready > 0")

    def state(self, words: str):
        """Return a string, number or Boolean from an expression in which S is the table's state."""
        found = self._ask(
            "script.evaluate",
            expression=f"(S => S && ({words}))(({Table.FIND})()?.__state)",
            target={"context": self._context},
            awaitPromise=False,
        )
        assert found["type"] == "success", found
        return found["result"].get("value")

    def wait(self, words: str) -> None:
        """Wait until an expression on the table's state S is true."""
        until = time.monotonic() + PATIENCE / 1000
        while not self.state(words):
            assert time.monotonic() < until, words
            time.sleep(0.05)

    def press(self, *keys: str) -> None:
        """Press keys in sequence; keys joined by + (``Alt+Enter``) are pressed together."""
        for key in keys:
            codes = [KEYS.get(part, part) for part in key.split("+")]
            down = [{"type": "keyDown", "value": code} for code in codes]
            up = [{"type": "keyUp", "value": code} for code in codes[::-1]]
            self._act({"type": "key", "id": "keys", "actions": down + up})

    def do(self, *keys: str) -> None:
        """Press keys and wait until the server has acknowledged all operations."""
        self.press(*keys)
        self.wait("!S.pend.length && !S.keysWaiting.length")

    def click(self, row: int, side: str, word: str) -> None:
        """Click at the start of a word in a row."""
        self.wait(RESTING)
        place = self.state(f"""(() => {{
            const cell = S.els.get(S.order[{row}].id).querySelector(".cell.{side}");
            const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
            const range = new Range();
            range.setStart(text, text.data.indexOf({json.dumps(word)}));
            const box = range.getBoundingClientRect();
            return JSON.stringify([box.left + 1, box.top + box.height / 2]);
        }})()""")
        x, y = map(round, json.loads(place))
        self._drag((x, y))

    def choose(self, label: str) -> None:
        """Click a button of the open dialog.

        Firefox without a window has no focus, and activates no button by keyboard.
        """
        place = self.state(f"""(() => {{
            const named = [...S.layer.querySelectorAll("button")];
            const button = named.find(one => one.textContent === {json.dumps(label)});
            const box = button.getBoundingClientRect();
            return JSON.stringify([box.left + box.width / 2, box.top + box.height / 2]);
        }})()""")
        x, y = map(round, json.loads(place))
        self._drag((x, y))

    def mark(self, row: int, side: str, word: str) -> None:
        """Select a word of a row with the pointer."""
        self.wait(RESTING)
        place = self.state(f"""(() => {{
            const cell = S.els.get(S.order[{row}].id).querySelector(".cell.{side}");
            const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode();
            const range = new Range(), at = text.data.indexOf({json.dumps(word)});
            range.setStart(text, at);
            range.setEnd(text, at + {len(word)});
            const box = range.getBoundingClientRect();
            return JSON.stringify([box.left, box.right, box.top + box.height / 2]);
        }})()""")
        left, right, y = map(round, json.loads(place))
        self._drag((left, y), ((left + right) // 2, y), (right, y))

    def drag_handle(self, row: int, kind: str, to: int) -> None:
        """Drag a handle of the Chinese text of a row to the start of another row's text."""
        start = self._point_handle(row, kind)
        x, y = self._find(f"S.els.get(S.order[{to}].id).querySelector('.cell.zh')", 4)
        self._drag(start, (x, (start[1] + y) // 2), (x, y))
        self.wait("!S.drag && !S.pend.length")

    def click_handle(self, row: int, kind: str) -> None:
        """Click a handle of the Chinese text of a row."""
        self._drag(self._point_handle(row, kind))
        self.wait("!S.drag && !S.pend.length")

    def _point_handle(self, row: int, kind: str) -> tuple[int, int]:
        """Point at a row; return the middle of its last handle of a kind."""
        self.wait(RESTING)
        x, y = self._find(f"S.els.get(S.order[{row}].id).querySelector('.m')", 8)
        self._act({"type": "pointer", "id": "mouse", "actions": [_move(x, y)]})
        handle = f"[...S.els.get(S.order[{row}].id).querySelectorAll("
        handle += f"'.handles [data-kind={kind}][data-side=zh]')].pop()"
        self.wait(handle)
        return self._find(handle, 4)

    def _find(self, element: str, inside: int) -> tuple[int, int]:
        """Return a point of an element, some pixels from its left edge."""
        place = self.state(f"""(() => {{
            const box = {element}.getBoundingClientRect();
            return JSON.stringify([box.left + {inside}, box.top + box.height / 2]);
        }})()""")
        x, y = map(round, json.loads(place))
        return x, y

    def _drag(self, start: tuple[int, int], *further: tuple[int, int]) -> None:
        """Press the button of the pointer at a point, and release it at the last one."""
        moves = [_move(x, y) for x, y in (start, *further)]
        down = {"type": "pointerDown", "button": 0}
        up = {"type": "pointerUp", "button": 0}
        actions = [moves[0], down, *moves[1:], up]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def _act(self, source: dict) -> None:
        self._ask("input.performActions", context=self._context, actions=[source])


def _move(x: int, y: int) -> dict:
    return {"type": "pointerMove", "x": x, "y": y}


def _connect(port: int) -> ClientConnection:
    for _ in range(PATIENCE // 100):
        try:
            return connect(f"ws://127.0.0.1:{port}/session", max_size=None)
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Firefox did not answer in two minutes")


@contextmanager
def open_firefox(profile: Path) -> Iterator[Tab]:
    """Start Firefox with an empty profile."""
    port = free_port()
    command = [firefox(), "--headless", f"--remote-debugging-port={port}", "--profile", profile]
    with (profile / "log.txt").open("w") as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
        try:
            with _connect(port) as socket:
                yield Tab(socket)
        finally:
            process.terminate()
            process.wait(120)
