"""Export of a corpus into files of other tools, read back before they are put in place.

Everything is written into a folder beside the target, read back, compared bead by bead with what
the format can hold, and only then moved into place. A run that stops half-way leaves what was
there before.
"""

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from types import ModuleType
from typing import cast

from .. import __version__
from ..errors import FormatError
from ..records import ExportedBead
from ..text.strings import digest
from .atomic_write import (
    CARD,
    CROISSANT,
    check_target,
    delete,
    delete_stale_parts,
    move_into,
    staging_folder,
)
from .croissant import render_croissant
from .dataset_card import ExportStatistics, render_card
from .documents import DocumentFormat
from .formats import BOOKS, ExportHeader, Format, FormatModule, find_format
from .formats.checksum import add_checksum
from .formats.values import to_utc
from .normalise import SCRIPTS, Normaliser
from .plan import BeadSource, ExportPart, ExportPlan, ExportResult
from .splits import (
    PARTS,
    PartName,
    SmallerParts,
    SplitPlan,
    Splits,
    plan_splits,
    summarise_briefings,
)

__all__ = ["BeadSource", "ExportPart", "ExportPlan", "ExportResult", "export"]

Progress = Callable[[int], object]
"""Called with the number of beads read so far, from the corpus and back from the files."""

Tick = Callable[[], object]
"""Called for each bead that was read."""

_TO_COME = "?"
"""The checksum of a bead until it is known what the format makes of it."""


def export(store: BeadSource, plan: ExportPlan, progress: Progress | None = None) -> ExportResult:
    """Write the beads of a corpus as planned.

    :param progress: called with the number of beads read so far: each is read twice, from the
        corpus and back from the file, and with a split once more.
    :raises FormatError: unknown format, unusable target, or a file that does not read back.
    """
    form = find_format(plan.format)
    _check_records(plan, form)
    if plan.output.name in ("", ".."):
        plan = replace(plan, output=plan.output.resolve())
    numbers = count(1)

    def tick() -> None:
        if progress is not None:
            progress(next(numbers))

    with staging_folder(plan.output) as folder:
        if plan.split is not None or _wants_folder(form, plan.output):
            return _export_folder(store, plan, form, folder, tick)
        reader = _BeadReader(store, plan, form, tick)
        path = folder / plan.output.name
        part = _write_part(form, "", path, reader.read(plan.briefings), reader)
        exported = reader.report((part,))
        move_into(part.files, plan.output.parent)
        return replace(exported, parts=(_moved_part(part, folder, plan.output.parent),))


_RECORDS = ("jsonl", "parquet")
"""Formats whose records may hold more than a bead."""


def _check_records(plan: ExportPlan, form: Format) -> None:
    """Refuse documents, context and variants that cannot be.

    :raises FormatError: saying what can.
    """
    if (plan.documents or plan.context) and plan.format not in _RECORDS:
        raise FormatError(
            f"{plan.format} holds beads alone; documents and context need jsonl or parquet"
        )
    if plan.documents and (plan.context or plan.normalise):
        raise FormatError("whole documents are as published, with all context; leave that out")
    if plan.normalise not in ("", *SCRIPTS):
        raise FormatError(f"normalise={plan.normalise}: the scripts are {', '.join(SCRIPTS)}")
    if plan.variant and plan.variant not in form.variants:
        there = ", ".join(form.variants) or "none"
        raise FormatError(f"variant={plan.variant}: {plan.format} has {there}")
    number = plan.documents.isdecimal() and int(plan.documents[:9])
    if plan.documents and plan.documents not in ("briefing", "turn") and not number:
        raise FormatError(
            f"documents={plan.documents}: a record is a briefing, a turn or a number of sentences"
        )
    if plan.pinyin and not form.book:
        raise FormatError(f"{plan.format} is no book; pinyin needs {' or '.join(BOOKS)}")
    if plan.context < 0:
        raise FormatError(f"context={plan.context}: name a number of beads")


def _wants_folder(form: Format, output: Path) -> bool:
    if form.folder:
        return False
    return output.is_dir() or (not output.suffix and len(form.suffixes) == 1)


def _export_folder(
    store: BeadSource, plan: ExportPlan, form: Format, folder: Path, tick: Tick
) -> ExportResult:
    """Write every part that has beads, and the card, and put them into the output folder."""
    check_target(plan.output)
    inner = folder / plan.output.name
    inner.mkdir()
    splits = None if plan.split is None else _plan_splits(store, plan, plan.split, tick)
    statistics = ExportStatistics()
    reader = _BeadReader(store, plan, form, tick, statistics)
    parts = _write_parts(form, inner, reader, splits)
    unkept = "" if splits is None else _keep_parts(store, splits)
    exported = replace(reader.report(parts), unkept=unkept)
    card = render_card(plan, exported, statistics, store.card)
    (inner / CARD).write_text(card, encoding="utf-8", newline="\n")
    metadata = render_croissant(plan, exported, store.card, inner)
    (inner / CROISSANT).write_text(metadata, encoding="utf-8", newline="\n")
    plan.output.mkdir(exist_ok=True)
    fresh = sorted(inner.iterdir())
    move_into(fresh, plan.output)
    delete_stale_parts(plan.output, fresh)
    moved = tuple(_moved_part(part, inner, plan.output) for part in parts)
    return replace(exported, parts=moved, card=plan.output / CARD)


def _plan_splits(store: BeadSource, plan: ExportPlan, splits: Splits, tick: Tick) -> SplitPlan:
    """Decide the parts of briefings that have none; no cleaning rule has a say in it."""

    def beads() -> Iterator[ExportedBead]:
        for bead in store.pairs(plan.briefings):
            tick()
            yield bead

    kept = store.preference("", f"parts {splits}", {})
    return plan_splits(summarise_briefings(beads()), splits, kept if isinstance(kept, dict) else {})


def _keep_parts(store: BeadSource, plan: SplitPlan) -> str:
    """Keep new parts in the corpus; return why that cannot be."""
    name = f"parts {plan.splits}"
    if plan.kept == store.preference("", name, {}):
        return ""
    if not store.reads_only:
        store.set_preference("", name, dict(plan.kept))
    return store.reads_only


def _moved_part(part: ExportPart, old: Path, new: Path) -> ExportPart:
    return replace(part, files=tuple(new / file.relative_to(old) for file in part.files))


def _write_parts(
    form: Format, folder: Path, reader: "_BeadReader", splits: SplitPlan | None
) -> tuple[ExportPart, ...]:
    """Write the parts of a split that have beads, or all beads as one part."""
    suffix = form.suffix if len(form.suffixes) == 1 else ""
    if splits is None:
        beads = reader.read(reader.plan.briefings)
        return (_write_part(form, "", folder / f"corpus{suffix}", beads, reader),)
    parts = []
    for name in reversed(PARTS):  # the small ones first: a larger one must not hold their texts
        if not splits.briefings(name):
            continue
        beads = reader.read(splits.briefings(name), name)
        part = _write_part(form, name, folder / f"{name}{suffix}", beads, reader)
        if part.pairs:
            parts.append(part)
        else:  # an empty part would be refused by those who load the folder
            delete(part.files)
    return tuple(reversed(parts))


class _BeadReader:
    """Reads the beads that pass every filter, and counts what happens to them on the way."""

    def __init__(
        self,
        store: BeadSource,
        plan: ExportPlan,
        form: Format,
        tick: Tick,
        statistics: ExportStatistics | None = None,
    ) -> None:
        self.plan, self.tick = plan, tick
        name = str(store.card.get("name", ""))
        self.header = ExportHeader(
            name, __version__, plan.zh, plan.en, plan.raw, plan.context > 0, plan.variant,
            plan.system, plan.machine, form.name, str(store.card.get("title") or name or form.name),
            plan.pinyin, store.briefing if form.book else None,
        )  # fmt: skip
        module = form.load()
        self.module: FormatModule = module
        if plan.documents:
            self.module = DocumentFormat(cast(ModuleType, module), store.briefing, plan.documents)
        self._store, self._statistics = store, statistics
        self._rules = [(rule.name, rule.begin()) for rule in plan.filters]
        self._dropped = [0] * len(self._rules)
        self._normaliser = Normaliser(plan.normalise) if plan.normalise else None
        self._kept_apart: Counter[str] = Counter()
        self._smaller = SmallerParts(plan.split.alike if plan.split else 1)
        self._read = self._left_out = self._altered = 0

    def read(
        self, briefings: Iterable[str] | None, part: PartName | None = None
    ) -> Iterator[ExportedBead]:
        """Yield the beads of some briefings, or of all, as far as a part admits them."""
        before: deque[ExportedBead] = deque(maxlen=self.plan.context)
        for bead in self._store.pairs(briefings):
            self._read += 1
            ready = self._prepare(bead, before)
            if self._passes_filters(ready) and self._admits(part, ready):
                if self._statistics is not None:
                    self._statistics.add(ready, part or "")
                yield ready
            self.tick()

    def project(
        self, beads: Iterable[ExportedBead], digests: "array[int]"
    ) -> Iterator[ExportedBead]:
        """Yield what a format can hold of beads, and keep the digest of each."""
        expand = getattr(self.module, "expand", lambda bead, _header: (bead,))
        for bead in chain.from_iterable(expand(bead, self.header) for bead in beads):
            held = self.module.project_bead(bead, self.header)
            if held is None:
                self._left_out += 1
                continue
            if (held.zh, held.en) != (bead.zh, bead.en):
                self._altered += 1
            if held.checksum:  # the format has room for it; it is that of what comes back
                held = add_checksum(held)
            digests.append(digest(repr(held)))
            yield held

    def report(self, parts: tuple[ExportPart, ...]) -> ExportResult:
        """Return what was written in these parts, and what was left out.

        :raises FormatError: when nothing was written, saying why.
        """
        if not any(part.pairs for part in parts):
            why = [
                f"{count} dropped by {rule}"
                for (rule, _), count in zip(self._rules, self._dropped, strict=True)
                if count
            ]
            raise FormatError(
                f"nothing to write: {'; '.join((f'{self._read} beads were read', *why))}"
            )
        counts = zip((name for name, _ in self._rules), self._dropped, strict=True)
        return ExportResult(
            format=self.plan.format,
            parts=parts,
            read=self._read,
            dropped=(*counts, *self._kept_apart.items()),
            left_out=self._left_out,
            altered=self._altered,
            normalised=tuple(self._normaliser.counts.items()) if self._normaliser else (),
        )

    def _prepare(self, bead: ExportedBead, before: deque[ExportedBead]) -> ExportedBead:
        """Add checks and context; a database may return times in a zone of its own.

        :param before: the beads before it, whatever rules drop; gets this one.
        """
        if self._normaliser:
            bead = self._normaliser.apply(bead)
        context = tuple((one.zh, one.en) for one in before if one.briefing == bead.briefing)
        before.append(bead)
        at = to_utc(bead.retrieved) if bead.retrieved else None
        checks = tuple(self.plan.check(bead)) if self.plan.check else bead.checks
        return replace(bead, retrieved=at, checks=checks, checksum=_TO_COME, context=context)

    def _admits(self, part: PartName | None, bead: ExportedBead) -> bool:
        """Return whether a bead may stand in a part, and count why not."""
        if part is None or self.plan.split is None:
            return True
        why = "unreviewed in test"
        if self.plan.split.admits(part, bead):
            other = self._smaller.find_or_add(part, bead)
            why = f"nearly the same in {other}" if other else ""
        self._kept_apart.update(filter(None, [why]))
        return not why

    def _passes_filters(self, bead: ExportedBead) -> bool:
        for at, (_, keeps) in enumerate(self._rules):
            if not keeps(bead):
                self._dropped[at] += 1
                return False
        return True


def _write_part(
    form: Format, name: str, path: Path, beads: Iterable[ExportedBead], reader: _BeadReader
) -> ExportPart:
    """Write one file, read it back (not a book) and compare.

    :raises FormatError: when a bead differs; it is named.
    """
    module = reader.module
    digests = array("Q")  # 8 bytes a bead, so that a million take 8 MB
    written = module.write(reader.project(beads, digests), path, reader.header)
    if form.book:
        return ExportPart(name, form.files(path), written)
    count, texts = -1, 0
    for count, bead in enumerate(module.read(path)):
        if count >= len(digests) or digest(repr(bead)) != digests[count]:
            raise _broken(form, f"bead {count + 1} ({bead.id or bead.zh[:20]}) differs")
        texts += digest(f"{bead.zh}\n{bead.en}")
        reader.tick()
    if count + 1 != len(digests):
        raise _broken(form, f"{len(digests)} beads went in and {count + 1} came back")
    return ExportPart(name, form.files(path), len(digests), f"{texts % 2**64:016x}")


def _broken(form: Format, what: str) -> FormatError:
    return FormatError(
        f"{form.name}: the file does not read back as written, {what}; nothing was kept. "
        "This is a fault of briefing-align: please report it with this bead"
    )
