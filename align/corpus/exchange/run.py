"""Export of a corpus to the file formats of other tools.

An export is written next to the target, read back, and compared bead by bead with the content that
the format can represent. Only then is it moved into place. An interrupted run leaves the previous
files unchanged.
"""

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import cast

from ...aligner.text.strings import digest
from ...errors import N_, FormatError, Message, UsageError, join_messages
from ...records import BeadRecord
from ..store import Store
from . import atomic_write
from .atomic_write import CARD, CROISSANT
from .dataset_card import ExportStatistics, render_card, render_croissant
from .documents import DocumentFormat
from .filters.formulas import FormulaCounter, Formulas
from .formats import BOOKS, Format, FormatModule, find_format
from .formats.record import FileRecord
from .formats.values import to_utc
from .leaks import PartTexts
from .newest_first import newest_first
from .normalise import Normaliser
from .plan import ExportPart, ExportPlan, ExportResult
from .splits import PARTS, SplitPlan, Splits, plan_splits, summarise_briefings

__all__ = ["ExportPart", "ExportPlan", "ExportResult", "decide_parts", "export"]

# Called for each bead that was read, from the corpus or back from a file.
Tick = Callable[[], object]


def export(store: Store, plan: ExportPlan, tick: Tick = lambda: None) -> ExportResult:
    """Write the beads of a corpus as planned."""
    form = find_format(plan.format)
    _check_plan(plan, form)
    if plan.output.name in ("", ".."):
        plan = replace(plan, output=plan.output.resolve())
    output = plan.output
    names_folder = output.is_dir() or (not output.suffix and len(form.suffixes) == 1)
    whole_folder = form.suffix != "" and names_folder
    run = _Run(store, plan, form, tick)
    with atomic_write.staging_folder(output) as folder:
        if plan.split is not None or whole_folder:
            return run.write_folder(folder / output.name)
        part = run.write_part("", folder / output.name, plan.briefings)
        exported = run.report((part,))
        atomic_write.move_into(part.files, output.parent)
        return replace(exported, parts=(_moved(part, folder, output.parent),))


_OLDER = "older wording of the same Chinese text"
"""What is reported of beads that a memory for a CAT tool leaves out."""

_RECORDS = ("jsonl", "parquet")  # formats whose records may hold more than a bead


def _check_plan(plan: ExportPlan, form: Format) -> None:
    """Raise :exc:`UsageError` for options that the format, or another option, excludes."""
    _check_surroundings(plan)
    if plan.variant not in ("", *form.variants):
        raise UsageError(
            N_("variant={variant}: not available in {name}; its variants: {variants}"),
            variant=plan.variant,
            name=plan.format,
            variants=form.variants or ("none",),
        )
    if plan.pinyin and not form.book:
        raise UsageError(
            N_("{name} is not a book format; pinyin needs {books}"),
            name=plan.format,
            books=" or ".join(BOOKS),
        )
    if plan.purpose and (plan.format != "tmx" or plan.split is not None):
        raise UsageError(
            N_("for {purpose}: needs the format tmx in one file; use --format tmx without --split"),
            purpose=plan.purpose,
        )
    if plan.raw and form.book:
        raise UsageError(N_("{name} contains only the edited texts; remove raw"), name=plan.format)


def _check_surroundings(plan: ExportPlan) -> None:
    """Check what a record is to contain besides its bead: context, or a whole document."""
    name, unit = plan.format, plan.documents
    if (unit or plan.context) and name not in _RECORDS:
        raise UsageError(
            N_("{name} contains beads only; use jsonl or parquet for documents and context"),
            name=name,
        )
    if unit and (plan.context or plan.normalise):
        raise UsageError(
            N_(
                "whole documents already contain the original text and all context; remove the "
                "option"
            )
        )
    if unit not in ("", "briefing", "turn") and not _is_positive(unit):
        raise UsageError(
            N_("documents={unit}: not a valid unit; use briefing, turn or a number of sentences"),
            unit=unit,
        )
    if plan.context < 0:
        raise UsageError(N_("context={context}: not a number of beads"), context=plan.context)


def _is_positive(number: str) -> bool:
    return number.isdecimal() and int(number[:9]) > 0


def decide_parts(
    store: Store,
    splits: Splits,
    briefings: Sequence[str] | None = None,
    tick: Tick = lambda: None,
    counter: FormulaCounter | None = None,
) -> SplitPlan:
    """Decide the parts of briefings that have none, regardless of cleaning rules.

    :param counter: counts the texts of all beads on the way.
    """

    def beads() -> Iterator[BeadRecord]:
        for bead in store.pairs(briefings):
            tick()
            if counter is not None:
                counter.add(bead)
            yield bead

    kept = store.preference("", f"parts {splits}", {})
    return plan_splits(summarise_briefings(beads()), splits, kept if isinstance(kept, dict) else {})


def _fingerprint(bead: FileRecord) -> int:
    """Return a 64-bit digest of a bead: two beads that differ in a compared field differ here."""
    return digest(repr(_compared_values(bead)))


def _compared_values(value: object) -> object:
    """Return a value, or of a record the list of all fields that ``==`` compares, at any depth.

    The ``repr`` of a record may lack such fields, and may show others.
    """
    names = _compared_names(type(value))  # type: ignore[arg-type] # a class can be hashed
    if not names:
        return value
    return [_compared_values(getattr(value, name)) for name in names]


@cache
def _compared_names(kind: type) -> tuple[str, ...]:
    """Return the fields of a record that ``==`` compares; nothing for other values."""
    if not is_dataclass(kind):
        return ()
    return tuple(field.name for field in fields(kind) if field.compare)


def _moved(part: ExportPart, old: Path, new: Path) -> ExportPart:
    return replace(part, files=tuple(new / file.relative_to(old) for file in part.files))


class _Run:
    def __init__(self, store: Store, plan: ExportPlan, form: Format, tick: Tick) -> None:
        self._store, self._plan, self._form, self._tick = store, plan, form, tick
        title = str(store.card.get("title") or store.card.get("name") or form.name)
        self._header = replace(plan, title=title, briefing=store.briefing if form.book else None)
        self._module: FormatModule = form.load()
        if plan.documents:
            module = cast(ModuleType, self._module)
            self._module = DocumentFormat(module, store.briefing, plan.documents)
        self._statistics: ExportStatistics | None = None
        self._rules = [(rule.name, rule.begin()) for rule in plan.filters]
        self._dropped = Counter({name: 0 for name, _ in self._rules})
        self._normaliser = Normaliser(plan.normalise) if plan.normalise else None
        self._smaller: dict[str, PartTexts] = {}  # the parts written so far
        self._formulas = Formulas()
        self._read = 0
        self._left_out = 0
        self._altered = 0
        self._texts = 0  # the sum of digests of the texts of a part

    def write_folder(self, inner: Path) -> ExportResult:
        """Write every part that has beads, and the card, and put them into the output folder."""
        plan, store = self._plan, self._store
        atomic_write.check_target(plan.output)
        inner.mkdir()
        statistics = ExportStatistics()
        self._statistics = statistics
        splits = None
        if plan.split is not None:
            counter = FormulaCounter() if plan.alike == "one" else None
            splits = decide_parts(store, plan.split, plan.briefings, self._tick, counter)
            self._formulas = counter.find() if counter else self._formulas
        parts = self._write_parts(inner, splits)
        exported = self.report(parts)
        name = f"parts {plan.split}"
        if splits is not None and splits.kept != store.preference("", name, {}):
            if not store.reads_only:
                store.set_preference("", name, dict(splits.kept))
            exported = replace(exported, unkept=store.reads_only)
        card = render_card(plan, exported, statistics, store.card)
        (inner / CARD).write_text(card, encoding="utf-8", newline="\n")
        metadata = render_croissant(plan, exported, statistics, store.card, inner)
        (inner / CROISSANT).write_text(metadata, encoding="utf-8", newline="\n")
        plan.output.mkdir(exist_ok=True)
        fresh = sorted(inner.iterdir())
        atomic_write.move_into(fresh, plan.output)
        removed = atomic_write.delete_stale_parts(plan.output, fresh)
        moved = tuple(_moved(part, inner, plan.output) for part in parts)
        return replace(exported, parts=moved, card=plan.output / CARD, removed=removed)

    def _write_parts(self, folder: Path, splits: SplitPlan | None) -> tuple[ExportPart, ...]:
        suffix = self._form.suffix if len(self._form.suffixes) == 1 else ""
        if splits is None:
            return (self.write_part("", folder / f"corpus{suffix}", self._plan.briefings),)
        parts = []
        for name in reversed(PARTS):  # the small ones first: a larger one must not hold their texts
            briefings = splits.briefings(name)
            if not briefings:
                continue
            part = self.write_part(name, folder / f"{name}{suffix}", briefings)
            if part.pairs:
                parts.append(part)
            else:  # loaders of the folder reject an empty part
                atomic_write.delete(part.files)
        return tuple(reversed(parts))

    def write_part(self, name: str, path: Path, briefings: Iterable[str] | None) -> ExportPart:
        """Write one file, read it back and compare: a bead that differs is named."""
        form, module = self._form, self._module
        digests = array("Q")  # 8 bytes a bead, so that a million take 8 MB
        chosen = self._read_beads(briefings, name)
        if self._plan.purpose:
            chosen = newest_first(chosen, self._drop_older)
        beads = self._project(self._count(chosen, name), digests)
        self._texts = 0
        module.write(beads, path, self._header)
        back = 0
        for back, bead in enumerate(module.read(path) if form.reader else (), 1):
            if back > len(digests) or _fingerprint(bead) != digests[back - 1]:
                what = Message(
                    N_("bead {number} ({id}) differs"), number=back, id=bead.id or bead.zh[:20]
                )
                raise self._broken(what)
            self._tick()
        if form.reader and back != len(digests):
            what = Message(
                N_("{count} beads were written and {back} read back"), count=len(digests), back=back
            )
            raise self._broken(what)
        checksum = "" if form.book else f"{self._texts % 2**64:016x}"
        return ExportPart(name, form.files(path), len(digests), checksum)

    def _broken(self, what: Message) -> FormatError:
        return FormatError(
            N_(
                "{name}: the file does not read back as written, {what}; nothing was kept, so "
                "please report this bug in briefing-align with this bead"
            ),
            name=self._form.name,
            what=what,
        )

    def _read_beads(self, briefings: Iterable[str] | None, part: str) -> Iterator[FileRecord]:
        before: deque[BeadRecord] = deque(maxlen=self._plan.context)
        for bead in self._store.pairs(briefings):
            self._read += 1
            ready = self._prepare(bead, before)
            if why := self._find_refusal(part, ready):
                self._dropped[why] += 1
            else:
                yield ready
            self._tick()

    def _count(self, beads: Iterable[FileRecord], part: str) -> Iterator[FileRecord]:
        for bead in beads:
            if self._statistics is not None:
                self._statistics.add(bead, part)
            yield bead

    def _drop_older(self, _bead: FileRecord) -> None:
        self._dropped[_OLDER] += 1

    def _prepare(self, bead: BeadRecord, before: deque[BeadRecord]) -> FileRecord:
        """Return a bead with its checks and preceding beads, and with times in UTC.

        :param before: the preceding beads, including those that rules drop.
        """
        if self._normaliser:
            bead = self._normaliser.apply(bead)
        briefing, at = bead.provenance.briefing, bead.provenance.retrieved
        context = tuple(one.pair.texts for one in before if one.provenance.briefing == briefing)
        before.append(bead)
        if at:
            bead = replace(bead, provenance=replace(bead.provenance, retrieved=to_utc(at)))
        if self._plan.check:
            checks = tuple(self._plan.check(bead.pair))
            bead = replace(bead, verdict=replace(bead.verdict, checks=checks))
        return replace(FileRecord.of(bead), context=context)

    def _find_refusal(self, part: str, bead: BeadRecord) -> str:
        rule = next((name for name, keeps in self._rules if not keeps(bead)), "")
        if rule or self._plan.split is None:
            return rule
        if not self._plan.split.admits(part, bead):
            return "unreviewed in the test set"
        for other, texts in self._smaller.items():
            if other != part and (reason := texts.find_reason(bead, other)):
                return reason
        if part != PARTS[0]:  # the last to be written
            known = self._smaller.setdefault(part, PartTexts(self._plan.alike, self._formulas))
            known.add(bead)
        return ""

    def _project(self, beads: Iterable[FileRecord], digests: "array[int]") -> Iterator[FileRecord]:
        expand = getattr(self._module, "expand", lambda bead, _header: (bead,))
        for bead in chain.from_iterable(expand(bead, self._header) for bead in beads):
            held = self._module.project_bead(bead, self._header)
            if held is None:
                self._left_out += 1
                continue
            self._altered += held.pair.texts != bead.pair.texts
            digests.append(_fingerprint(held))
            self._texts += digest(f"{held.zh}\n{held.en}")
            yield held

    def report(self, parts: tuple[ExportPart, ...]) -> ExportResult:
        """Return the result of the export of these parts; raise if no bead was written."""
        if not any(part.pairs for part in parts):
            counts = ((self._dropped[rule], rule) for rule, _ in self._rules)
            why = [Message(N_("nothing to write: {read} beads were read"), read=self._read)]
            why += [
                Message(N_("{count} dropped by {rule}"), count=count, rule=rule)
                for count, rule in counts
                if count
            ]
            if self._left_out:
                why.append(
                    Message(
                        N_("{count} not supported by {format} (docs/howto/export.md)"),
                        count=self._left_out,
                        format=self._plan.format,
                    )
                )
            if self._plan.purpose:
                why.append(
                    Message(N_("a translation memory needs accepted rows: review some first"))
                )
            raise FormatError(join_messages(why))
        return ExportResult(
            format=self._plan.format,
            parts=parts,
            read=self._read,
            dropped=tuple(self._dropped.items()),
            left_out=self._left_out,
            altered=self._altered,
            normalised=tuple(self._normaliser.counts.items()) if self._normaliser else (),
        )
