"""Hypothesis strategies for beads: all values that a corpus may contain, with hostile text."""

import datetime as dt

from hypothesis import strategies as st

from align.corpus.exchange.formats.record import FileRecord
from align.corpus.exchange.formats.values import to_values
from align.records import STATUSES, Pair, Provenance, Sides, Verdict

HOSTILE = (
    "",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
    "'quoted",
    "''",
    '"quoted"',
    'a "b" c',
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\\n",
    "\\u0041",
    "a\u2028b\x85c",
    "<seg>&amp;</seg>",
    "]]>",
    "\x00\x07",
    "\ufffe",
    " blank at both ends ",
    "＝全角",
    "𠮷野家😀",
    "新质生产力",
    "null",
    "NA",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=20))
names = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)
indices = st.sets(st.integers(0, 9999), max_size=4).map(sorted).map(tuple)
times = st.datetimes(timezones=st.just(dt.UTC))


def make_bead(  # fields of three records, named as in files
    *,
    id=None,
    zh="",
    en="",
    zh_raw=None,
    en_raw=None,
    zh_index=(),
    en_index=(),
    probability=None,
    source_zh="",
    source_en="",
    status="unreviewed",
    reviewer="",
    note="",
    checks=(),
    changed=None,
    checksum=None,
    context=(),
    aside=None,
    **provenance,
) -> FileRecord:
    """Return a bead from fields that are named as in files."""
    raw = None
    if zh_raw is not None or en_raw is not None:
        raw = Sides(zh if zh_raw is None else zh_raw, en if en_raw is None else en_raw)
    return FileRecord(
        id,
        Pair(Sides(zh, en), raw, Sides(zh_index, en_index), probability),
        Provenance(sources=Sides(source_zh, source_en), **provenance),
        Verdict(status, reviewer, note, checks, changed),
        checksum,
        context,
        aside or {},
    )


def change_bead(bead, **fields) -> FileRecord:
    """Return a bead with some fields changed; fields are named as in files."""
    values = to_values(bead)
    del values["type"]
    values |= {"zh": bead.zh, "en": bead.en, "changed": bead.verdict.changed}
    if bead.pair.raw is not None:
        values |= {"zh_raw": bead.pair.raw.zh, "en_raw": bead.pair.raw.en}
    if isinstance(bead, FileRecord):
        values |= {"context": bead.context, "aside": bead.aside}
    return make_bead(**values | fields)


pairs = st.builds(
    make_bead,
    id=names,
    briefing=names,
    zh=texts,
    en=texts,
    zh_raw=texts,
    en_raw=texts,
    date=st.none() | st.dates(),
    speaker=texts,
    role=st.sampled_from(["chair", "speaker", "media", ""]),
    zh_index=indices,
    en_index=indices,
    probability=st.none() | st.floats(0, 1),
    status=st.sampled_from(STATUSES),
    reviewer=texts,
    checks=st.lists(st.sampled_from(["number", "date", "name"]), max_size=2).map(tuple),
    source_zh=texts,
    source_en=texts,
    retrieved=st.none() | times,
    licence=texts,
    signature=texts,
    note=texts,
    checksum=st.none() | names,
)


def bead(**fields: object) -> FileRecord:
    """Return an ordinary bead with some fields changed."""
    usual: dict[str, object] = {
        "id": "b1",
        "briefing": "harbour-2026",
        "zh": "港口去年完成货物吞吐量3亿吨。",
        "en": "The port handled 300 million tonnes of cargo last year.",
        "zh_raw": "港口去年完成货物吞吐量3亿吨。",
        "en_raw": "The port handled 300 million tonnes of cargo last year.",
        "date": dt.date(2026, 3, 1),
        "speaker": "Lin Hai",
        "role": "speaker",
        "zh_index": (0,),
        "en_index": (0,),
        "probability": 0.97,
        "status": "accepted",
        "reviewer": "mei",
        "checks": ("number",),
        "source_zh": "https://example.org/zh/1.htm",
        "source_en": "https://example.org/en/1.htm",
        "retrieved": dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC),
        "licence": "CC-BY-4.0",
        "signature": "demo|use@0.2",
    }
    return make_bead(**{**usual, **fields})


class KeptSettings:
    """Preferences of a store in memory, where an export keeps its split."""

    reads_only = ""

    def preference(self, reviewer, name, default=None):
        return vars(self).get((reviewer, name), default)

    def set_preference(self, reviewer, name, value):
        vars(self)[reviewer, name] = value
