"""Page total: how many pages a capture has, counted or estimated, so that progress has an end.

Folders and ZIP files are counted. WARC files are estimated from the pages read so far and the share
of the bytes before the last of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .captured_pages import Locator, count_pages
from .index_file import IndexFile


@dataclass(slots=True)
class PageTotal:
    """The pages of a capture: how many were read, and an estimate of all."""

    done: int = 0
    _counted: int = 0  # pages of folders and ZIP files
    _sizes: dict[str, int] = field(default_factory=dict)  # bytes of each WARC file
    _pages: Counter[str] = field(default_factory=Counter)  # read in each, the last one apart
    _before: dict[str, int] = field(default_factory=dict)  # bytes before that one
    _has_places: bool = True

    @classmethod
    def of(cls, index: IndexFile, files: Sequence[Path]) -> "PageTotal":
        """Count the pages of the files of a capture, and those that its index has."""
        total = cls(done=index.count())
        unfinished = set(index.unfinished_files())
        for path in files:
            name, pages = str(path), count_pages(path)
            if pages is not None:
                total._counted += pages
                continue
            total._sizes[name] = path.stat().st_size
            for place in index.places(name):
                total._note(Locator(name, place))
            if name not in unfinished:
                total.finish(name)
        return total

    def add(self, locator: Locator) -> None:
        """Note that a page was read."""
        self.done += 1
        self._note(locator)

    def finish(self, file: str) -> None:
        """Note that a file was read to its end."""
        if file in self._before:
            self._pages[file] += 1
            self._before[file] = self._sizes[file]

    def estimate(self) -> int | None:
        """Return how many pages there are, or ``None`` if that is not known yet, or cannot be."""
        if not self._has_places:
            return None
        if not self._sizes:
            return max(self.done, self._counted)
        pages = self._pages.total()
        if not pages:
            return None
        share = sum(self._before.values()) / sum(self._sizes.values())
        return max(self.done, self._counted + round(pages / share))

    def _note(self, locator: Locator) -> None:
        if locator.is_sequential:  # compressed as a whole, or within a ZIP file
            self._has_places = False
        elif locator.file in self._sizes and locator.place:
            offset = int(locator.place[1:])
            if locator.file in self._before:
                self._pages[locator.file] += 1
            self._before[locator.file] = max(offset, self._before.get(locator.file, 0))
