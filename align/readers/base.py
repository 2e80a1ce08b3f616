"""What a reader is: the protocol, and the common one, which turns a file into blocks first."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..extract.transcript import Sides
from ..records import Document, Language
from .documents import FileBlocks, build_both, build_document, build_documents


class Reader(Protocol):
    """Reads one kind of file, as one document or as two."""

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read the file as one document."""
        ...

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read both documents of a bilingual file."""
        ...

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the file as what it is: one document, or two, Chinese first."""
        ...


@dataclass(frozen=True, slots=True)
class BlocksReader:
    """A reader whose format knows paragraphs only; ``name`` is the document's source."""

    name: str
    blocks: Callable[[Path, int], FileBlocks]

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read the file as one document."""
        return build_document(self.blocks(path, max_bytes), path, name=self.name, language=language)

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read both documents of a bilingual file."""
        return build_both(self.blocks(path, max_bytes), path, name=self.name)

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the file as what it is: one document, or two, Chinese first."""
        return build_documents(self.blocks(path, max_bytes), path, name=self.name)
