"""Uploaded captures: files in a hidden folder, deleted when their session or the server ends.

The folder is locked while it is in use. Folders left by a killed server are deleted when the next
server starts.
"""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol
from zipfile import ZipFile

from ...errors import N_, FormatError
from ...files import clear_left_overs, hidden_folder
from ...records import Document, Language
from ...settings import Settings
from ...sources.ingest.documents import DocumentPair
from .elements import name_file

ENDINGS = (".warc.gz", ".warc", ".zip")
_DIGEST = 16  # hexadecimal digits
_CHUNK = 1 << 20  # bytes


class NamedFile(Protocol):
    """Uploaded file, as returned by Streamlit."""

    @property
    def name(self) -> str:
        """File name sent by the browser."""

    def seek(self, offset: int, /) -> object:
        """Set the read position."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


def is_capture(name: str) -> bool:
    """Return whether an uploaded file is a WARC or ZIP file, judged by its name."""
    return name.lower().endswith(ENDINGS)


class FileBundle(io.BytesIO):
    """Many uploaded files as one ZIP, with a folder for each language, to be paired."""

    def __init__(self, files: Mapping[Language, Sequence[NamedFile]], name: str) -> None:
        super().__init__()
        self.name = name
        self.count = sum(map(len, files.values()))
        with ZipFile(self, "w") as archive:
            for language, some in files.items():
                for number, file in enumerate(some, 1):
                    file.seek(0)
                    # Two files may have the same name, and the name may become the title.
                    member = f"{language}/{number:03}/{name_file(file.name)}"
                    with archive.open(member, "w") as out:
                        while chunk := file.read(_CHUNK):
                            out.write(chunk)


def uploads_folder(settings: Settings) -> Path:
    """Return the folder for the uploads of all sessions; only its owner can read it."""
    return settings.cache_folder() / "uploads"


@cache
def clear_abandoned(folder: Path) -> None:
    """Delete the uploads left by killed servers, once per process."""
    clear_left_overs(folder)


@dataclass(frozen=True, slots=True)
class CaptureNames:
    """Names of uploaded captures and their pages, without the hidden folder.

    Each file is in a folder named after the digest of its content.
    """

    folder: Path

    def shown(self, text: str) -> str:
        """Return a text without the path of the hidden folder: ``site.zip, en/june.html``."""
        for place in (self.folder.as_uri(), str(self.folder)):
            text = re.sub(rf"{re.escape(place)}/(?:[0-9a-f]{{{_DIGEST}}}/)?", "", text)
        return text

    def stable(self, address: str) -> str:
        """Return a URL that is the same each time the same file is uploaded."""
        renamed = address.replace(f"{self.folder.as_uri()}/", "upload:")
        return renamed.replace(f"{self.folder}/", "upload:")

    def rename(self, pair: DocumentPair) -> DocumentPair:
        """Return a pair whose names and URLs do not contain the hidden folder."""
        pages = tuple(
            replace(page, url=self.stable(page.url), final_url=self.stable(page.final_url))
            for page in pair.pages
        )
        facts = {name: self.shown(text) for name, text in pair.facts.items()}
        return replace(
            pair,
            zh=self._rename_document(pair.zh),
            en=self._rename_document(pair.en),
            address=self.stable(pair.address),
            name=self.shown(pair.name),
            pages=pages,
            facts=facts,
        )

    def _rename_document(self, document: Document) -> Document:
        return replace(
            document,
            url=self.stable(document.url),
            counterpart_url=self.stable(document.counterpart_url),
        )


class CaptureFiles:
    """Captures that were uploaded together, in a folder of their own."""

    def __init__(self, files: Sequence[NamedFile], parent: Path) -> None:
        self.paths: list[Path] = []
        with ExitStack() as held:
            try:
                folder = held.enter_context(hidden_folder(parent, "capture"))
                for file in files:
                    self.paths.append(_write(file, folder))
            except OSError as error:
                raise FormatError(
                    N_(
                        "cannot store the upload ({strerror}); free up space in {parent}, or set "
                        "ALIGN_CACHE to another folder"
                    ),
                    strerror=error.strerror,
                    parent=parent,
                ) from error
            self._held = held.pop_all()
        self.names = CaptureNames(folder)

    def close(self) -> None:
        """Delete the files."""
        self._held.close()


def _write(file: NamedFile, folder: Path) -> Path:
    """Write a file to a folder named after its digest, and return its path."""
    digest = hashlib.sha256()
    part = folder / "part"
    file.seek(0)
    with part.open("wb") as out:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    place = folder / digest.hexdigest()[:_DIGEST]
    place.mkdir(exist_ok=True)
    path = place / _name_capture(file.name)
    part.replace(path)
    return path


def _name_capture(name: str) -> str:
    """Return a safe file name that keeps the full extension, which identifies the format.

    >>> _name_capture("../" + "a" * 80 + ".WARC.gz")[-10:]
    'aa.warc.gz'
    """
    ending = next(one for one in ENDINGS if name.lower().endswith(one))
    return f"{name_file(name[: -len(ending)])}{ending}"
