"""Bytes and text of local files, within limits.

It imports no reader of a format, so that plain texts are aligned without them.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..errors import N_, Message, TextError
from ..settings import Settings
from .web.charset import Decoded, decode

DOCUMENTS = (".docx", ".docm", ".dotx", ".odt", ".pdf", ".epub")
"""Suffixes of documents that only 'align add' and 'align read' read."""

LIMIT = Settings().max_bytes  # bytes of one file
# Bytes that do not occur in text files, except zeros in UTF-16.
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
# Share of control bytes above which a file is not a text file.
_CONTROL_SHARE = 0.02
# Share of unreadable characters above which the encoding is wrong.
_UNREADABLE = 0.01


def load_bytes(path: Path, *, max_bytes: int = LIMIT) -> bytes:
    """Return the bytes of a file."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise TextError(
                N_("{path} is a folder; name the files in it, or add it as a folder"), path=path
            )
        if size > max_bytes:
            raise TextError(
                N_(
                    "{path} is too large: {size:.1f} MB, the limit is {max_bytes:.1f} MB "
                    "(ALIGN_MAX_MB)"
                ),
                path=path,
                size=size / 1e6,
                max_bytes=max_bytes / 1e6,
            )
        body = path.read_bytes()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise TextError(
                N_("{path} is a link to {target}, which does not exist"),
                path=path,
                target=path.readlink(),
            ) from error
        raise TextError(
            N_("{path} does not exist; check the name, or start a URL with https://"), path=path
        ) from error
    except (OSError, ValueError) as error:
        raise TextError(N_("{path} cannot be read: {error}"), path=path, error=error) from error
    if not body.strip():
        raise TextError(N_("{path} is empty"), path=path)
    return body


def load_text(path: Path, *, max_bytes: int = LIMIT) -> Decoded:
    """Return the text of a file; the encoding is detected."""
    return decode_text(path, load_bytes(path, max_bytes=max_bytes))


_SENTENCES = {
    "declared as {name}, read as {encoding}": N_("Declared as {name}, read as {encoding}."),
    "{count} characters could not be decoded and were replaced with U+FFFD": N_(
        "{count} characters could not be decoded and were replaced with U+FFFD."
    ),
}
"""The findings of a decoding, and the sentences that say them in the notes of a document."""


def decode_text(
    path: Path, body: bytes, headers: Iterable[tuple[str, str]] = (), url: str = ""
) -> Decoded:
    """Return the text of a file, or of a page in it; the encoding is detected."""
    sample = b"" if body.startswith(_MARKS) else body[:65536]
    controls = len(sample) - len(sample.translate(None, _BINARY))
    if b"\0" in sample or controls > _CONTROL_SHARE * len(sample):
        raise TextError(
            N_("{path} is a binary file, not text; save it as text (UTF-8), HTML or DOCX"),
            path=path,
        )
    decoded = decode(body, headers, url)
    if decoded.text.count("\ufffd") > max(1, _UNREADABLE * len(decoded.text)):
        raise TextError(
            N_("{path} cannot be decoded (tried {encoding}); save it again as UTF-8"),
            path=path,
            encoding=decoded.encoding,
        )
    return replace(decoded, notes=tuple(map(_as_sentence, decoded.notes)))


def _as_sentence(note: Message) -> Message:
    return Message(_SENTENCES[note.template], **note.values)
