"""Windows and macOS, as far as they can be tried elsewhere: what they lack is taken away.

docs/howto/install.md lists what was never run.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import portalocker
import pytest

from align.corpus.store import Store
from align.errors import AbsentError, StoreError
from align.files import (
    can_lock,
    clean_name,
    find_fault,
    hidden_folder,
    lock_file,
    replace_file,
    safe_name,
)
from align.sources.ingest.documents import is_address
from align.sources.ingest.pair_files import find_pairs

PACKAGE = Path(__file__).resolve().parent.parent / "align"

# Modules and names that Windows does not have. Libraries that take their branch by the name of the
# system are loaded before these are taken away.
POSIX_MODULES = {
    *("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"),
}
WITHOUT_POSIX = f"""
import os, signal, sys
import numpy, platformdirs, portalocker
platformdirs.user_cache_path()
for name in {sorted(POSIX_MODULES)!r}:
    sys.modules[name] = None
for name in ("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "killpg", "mkfifo",
             "setsid", "statvfs", "uname", "wait", "chown", "sync", "fchmod", "getpgid", "nice"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGPIPE", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGQUIT", "alarm", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
from align.apps.cli import main
main()
"""
ZH = "大家好。\n今天下雨，我们谈渔业。\n欢迎提问。\n"
EN = "Hello everyone.\nIt rains today, and we talk about fisheries.\nQuestions are welcome.\n"


@pytest.fixture
def texts(tmp_path: Path) -> tuple[Path, Path]:
    zh, en = tmp_path / "zh.txt", tmp_path / "en.txt"
    zh.write_text(ZH, encoding="utf-8")
    en.write_text(EN, encoding="utf-8")
    return zh, en


def run(code: str, *words: object, text: bytes = b"", **variables: str):
    command = [sys.executable, "-c", code, *map(str, words)]
    environment = {**os.environ, "USERNAME": "ann", **variables}  # Windows sets it
    return subprocess.run(command, input=text, env=environment, capture_output=True, check=False)


def test_the_package_works_without_what_only_posix_has(tmp_path, texts):
    zh, en = texts
    corpus, table = tmp_path / "corpus", tmp_path / "rows.tsv"
    done = run(WITHOUT_POSIX, "texts", zh, en, "--format", "tsv")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "今天下雨" in done.stdout.decode()
    for words in (
        ("add", en, "--zh", zh, "--id", "june", "--force"),
        ("show",),
        ("show", "june"),
        ("export", "--format", "tsv", "-o", table),
        ("backup", tmp_path / "saved"),
    ):
        done = run(WITHOUT_POSIX, *words, "--corpus", corpus)
        assert done.returncode == 0, (words, done.stderr.decode())
    assert "今天下雨" in table.read_text(encoding="utf-8")


def without_platform_blocks(tree: ast.Module) -> ast.Module:
    """Return a tree without the blocks that one platform alone runs."""

    class Remover(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
            if "sys.platform" in ast.unparse(node.test):
                return node.orelse
            return self.generic_visit(node)

    return Remover().visit(tree)


def test_no_file_of_the_package_imports_what_only_posix_has():
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(without_platform_blocks(tree)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not POSIX_MODULES.intersection(names), path


MAIN = "from align.apps.cli import main; main()"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp936", "今天下雨"),
        ("utf-8", "今天下雨"),
        ("cp437", r"\u4eca\u5929"),
        ("cp1252", r"\u4eca"),
    ],
)
def test_chinese_is_written_or_escaped_in_every_code_page(texts, encoding, shown):
    done = run(MAIN, "texts", *texts, "--format", "tsv", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout.decode(encoding)
    done = run(MAIN, "show", "--corpus", "没有", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 1
    assert b"corpus not found" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp936"])
def test_standard_input_is_read_as_shells_of_windows_write_it(encoding):
    rows = zip(ZH.splitlines(), EN.splitlines(), strict=True)
    text = "".join(f"{zh}\t{en}\r\n" for zh, en in rows).encode(encoding)
    done = run(MAIN, "texts", "-", "-", "--presegmented", text=text)
    beads = [line.rpartition(":")[0] for line in done.stdout.decode().splitlines()]
    assert beads == [f"[{number}]:[{number}]" for number in range(3)]


@pytest.mark.parametrize("name", [r"C:\corpora\main", "C:corpora", "c:/corpora/main", r"\\srv\a\b"])
def test_a_path_of_windows_is_no_address(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert not is_address(name)
    with pytest.raises(AbsentError, match="corpus not found"):
        Store.open(name)


def test_files_of_several_drives_are_paired_by_their_own_names(tmp_path):
    paths = tmp_path / "june.zh.txt", tmp_path / "june.en.txt"
    for path, text in zip(paths, (ZH, EN), strict=True):
        path.write_text(text, encoding="utf-8")
    found = find_pairs(paths, None, max_bytes=1000, say=lambda _text: None)
    assert [pair.paths for pair in found.pairs] == [paths]


@pytest.mark.parametrize("name", ["con", "AUX.txt", "nul.tar.gz", "com1", "LPT9.tsv", "COM² .x"])
def test_a_name_of_a_device_is_neither_made_nor_taken(name):
    assert find_fault(name)
    assert not find_fault(clean_name(name))
    assert not find_fault(f"{safe_name(name, 40)}.zh.xml")


@pytest.mark.parametrize("name", ["a:b.tsv", "what?.tsv", "a.", "a ", "a\tb", "a/b"])
def test_a_name_that_windows_refuses_is_mended(name):
    assert find_fault(name)
    assert not find_fault(clean_name(name))


@pytest.mark.parametrize("name", ["june.tsv", "发布会 6月.xlsx", "console.txt", "com.txt", ".a"])
def test_other_names_stay(name):
    assert not find_fault(name)
    assert clean_name(name) == name


class OpenElsewhere:
    """A file that another program has open for a while."""

    def __init__(self, attempts: int, winerror: int = 32) -> None:
        self.refused, self.winerror, self.target = attempts, winerror, None

    def replace(self, target):
        if self.refused:
            self.refused -= 1
            error = PermissionError(13, "it is being used by another process")
            error.winerror = self.winerror
            raise error
        self.target = target


def test_a_file_that_is_open_for_a_moment_is_replaced_after_it():
    file = OpenElsewhere(3)
    replace_file(file, "there", pause=0)
    assert file.target == "there"


def test_a_file_that_stays_open_is_named_with_what_to_do():
    with pytest.raises(PermissionError, match="another program has it open; close it there"):
        replace_file(OpenElsewhere(1000), "there", pause=0)


def test_a_file_that_may_not_be_replaced_is_tried_once():
    file = OpenElsewhere(2, winerror=19)  # a write-protected disk
    with pytest.raises(PermissionError, match="by another process"):
        replace_file(file, "there", pause=0)
    assert file.refused == 1


HOLD = """
import sys
from pathlib import Path
from align.files import lock_file
lock = lock_file(Path(sys.argv[1]), shared=sys.argv[2] == "shared")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("held", ["shared", "alone"])
def test_a_lock_is_shared_or_not_and_ends_with_its_process(tmp_path, held):
    path = tmp_path / "lock"
    path.touch()
    command = [sys.executable, "-c", HOLD, path, held]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout.readline().strip() == b"held"
        assert lock_file(path) is None
        shared = lock_file(path, shared=True)
        assert (shared is None) == (held == "alone")
        if shared:
            shared.close()
        process.kill()
    with lock_file(path) as lock:
        assert lock is not None
        assert lock_file(path, shared=True) is None  # of the same process, too


def refuse(*_arguments):
    raise portalocker.LockException(OSError(37, "No locks available"))


@pytest.fixture
def no_locks(monkeypatch):
    """Make every drive one that cannot lock files, as some network drives."""
    monkeypatch.setattr(portalocker, "lock", refuse)


@pytest.mark.usefixtures("no_locks")
def test_a_folder_that_cannot_be_locked_is_named_with_what_to_choose(tmp_path):
    assert not can_lock(tmp_path)
    with pytest.raises(
        StoreError, match=r"does not support file locks.*choose a folder on a local drive"
    ):
        Store.open(tmp_path / "corpus", create=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_locks")
def test_a_file_is_made_also_where_nothing_can_be_locked(tmp_path):
    with hidden_folder(tmp_path, "a") as one, hidden_folder(tmp_path, "b") as two:
        assert sorted(tmp_path.iterdir()) == sorted((one, two))
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_locked_is_named(tmp_path, monkeypatch):
    Store.open(tmp_path / "corpus", create=True).close()
    monkeypatch.setattr(portalocker, "lock", refuse)
    with pytest.raises(StoreError, match="ALIGN_CACHE to a folder on a local drive"):
        Store.open(tmp_path / "corpus")
