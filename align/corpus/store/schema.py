"""Tables of a corpus, the same on SQLite and PostgreSQL.

Raw text (``page``, ``document``, ``turn``, ``paragraph``, ``sentence``) is written once and never
changed: a page that changed is a new row, a briefing that changed gets new document revisions.
``bead`` contains the rows under review, which ``alignment`` and ``verdict`` determine
(:mod:`.check`). Times are UTC. A change here needs a migration in ``align/corpus/migrations``.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _columns(kind: Any, *names: str) -> Iterator[sa.Column[Any]]:  # noqa: ANN401 # a type, or one's class
    """Yield columns that always have a value."""
    return (sa.Column(name, kind, nullable=False) for name in names)


def _part_of(table: str, name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    """Return a column that refers to a table; the row goes when the one it refers to goes."""
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, key, nullable=nullable, **options)


PAGE = sa.Table(
    "page",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("url", sa.Text, nullable=False, index=True),
    *_columns(sa.Text, "final_url"),
    *_columns(sa.Integer, "status"),
    *_columns(sa.JSON, "headers"),
    _time("fetched_at"),
    *_columns(sa.String(64), "sha256"),
    *_columns(sa.LargeBinary, "body"),
    sa.UniqueConstraint("url", "sha256"),
)

BRIEFING = sa.Table(
    "briefing",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    # The address that identifies the briefing: adding it again finds this row.
    sa.Column("address", sa.Text, nullable=False, unique=True),
    sa.Column("date", sa.Date, index=True),
    # What the user said of it, over what its documents say: title, date, source, licence; the names
    # of its files (file_zh, file_en); of an import when its pages were retrieved.
    sa.Column("facts", sa.JSON, nullable=False, server_default="{}"),
    _time("added_at"),
    _time("changed_at"),
)

DOCUMENT = sa.Table(
    "document",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _part_of("briefing", "briefing_id"),
    *_columns(sa.String(2), "language"),
    *_columns(sa.Integer, "revision"),
    *_columns(sa.Boolean, "current"),
    *_columns(sa.Text, "title", "place", "counterpart_url"),
    sa.Column("date", sa.Date),
    sa.Column("url", sa.Text, nullable=False, index=True),
    *_columns(sa.String(40), "source"),
    *_columns(sa.JSON, "notes", "participants", "captions"),
    # sha256 over labels and paragraphs: equal digests mean equal text.
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    _time("added_at"),
    sa.UniqueConstraint("briefing_id", "language", "revision"),
)

TURN = sa.Table(
    "turn",
    METADATA,
    _part_of("document", "document_id", primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
)

PARAGRAPH = sa.Table(
    "paragraph",
    METADATA,
    _part_of("document", "document_id", primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

# ``id`` is "paragraph.start-end": a sentence that a reviewer split leaves two rows with smaller
# ranges, and stays itself, so that undoing the split needs nothing but the old bead.
SENTENCE = sa.Table(
    "sentence",
    METADATA,
    _part_of("document", "document_id", primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    *_columns(sa.Integer, "paragraph", "turn", "start", "end"),
    *_columns(sa.Text, "text"),
    # The numbers of a TablePlace, NULL outside tables and in corpora made before this column.
    sa.Column("table_row", sa.JSON(none_as_null=True)),
)

ALIGNMENT = sa.Table(
    "alignment",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _part_of("briefing", "briefing_id"),
    _part_of("document", "zh_document_id"),
    _part_of("document", "en_document_id"),
    sa.Column("signature", sa.Text, nullable=False),
    # The rows as they were stored with it, without what the sentences say (BeadRow.to_stored).
    sa.Column("beads", sa.JSON, nullable=False),
    # Probabilities computed later: {row id: [revision of the row, probability]}.
    sa.Column("scores", sa.JSON, nullable=False),
    # The briefing's last verdict before the alignment; later ones are about its rows.
    sa.Column("verdict_seq", sa.Integer, nullable=False),
    sa.Column("seconds", sa.JSON, nullable=False),
    _time("made_at"),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Index(None, "briefing_id", "current"),
)

BEAD = sa.Table(
    "bead",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    _part_of("briefing", "briefing_id"),
    *_columns(sa.Float, "position"),
    *_columns(sa.JSON, "zh", "en"),  # sentence ids, in order
    *_columns(sa.Text, "zh_text", "en_text"),  # as published: the sentences of the bead, joined
    sa.Column("zh_edit", sa.Text),  # a reviewer's edit, shown instead of the text; null: no edit
    sa.Column("en_edit", sa.Text),
    *_columns(sa.String(10), "kind"),
    sa.Column("probability", sa.Float),
    *_columns(sa.String(12), "status"),
    *_columns(sa.Text, "reviewer", "reason", "note"),
    *_columns(sa.Boolean, "crossing"),  # out of order on purpose: text that moved
    *_columns(sa.Integer, "revision"),
    _time("changed_at"),
    sa.Index(None, "briefing_id", "position"),
    sa.Index("ix_bead_counts", "briefing_id", "status", "probability", "kind"),  # without texts
)


def _verdict_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("op", sa.String(64), nullable=False, unique=True),
        _part_of("briefing", "briefing_id"),
        *_columns(sa.Text, "reviewer", "reason", "note"),
        _time("at"),
        *_columns(sa.String(24), "action"),
        *_columns(sa.JSON, "before", "after"),  # the bead rows before and after, whole
        sa.Column("undoes", sa.Integer),  # the seq that this verdict takes back, of an undo or redo
    )


VERDICT = sa.Table(
    "verdict",
    METADATA,
    *_verdict_columns(),
    sa.Index(None, "reviewer"),
    sa.Index(None, "briefing_id", "seq"),
    sa.Index("ix_verdict_action_briefing_id", "action", "briefing_id"),  # few are about notes
)

# What could not be carried over when a page or a model changed: never lost, shown to reviewers.
CONFLICT = sa.Table(
    "conflict",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _part_of("briefing", "briefing_id"),
    *_columns(sa.JSON, "bead"),
    *_columns(sa.Text, "why"),
    _time("at"),
    *_columns(sa.Boolean, "settled"),
)

# What people changed about a briefing apart from its rows: facts, and conflicts they settled.
BRIEFING_CHANGE = sa.Table(
    "briefing_change",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _part_of("briefing", "briefing_id", index=True),
    *_columns(sa.Text, "reviewer"),
    _time("at"),
    *_columns(sa.String(24), "action"),
    *_columns(sa.JSON, "before", "after"),
)

PREFERENCE = sa.Table(
    "preference",
    METADATA,
    sa.Column("reviewer", sa.Text, primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

# Who may do what. While it is empty everyone may do everything: one person, one machine.
PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.String(12), nullable=False),
    _time("added_at"),
)

# Who is to review a briefing; a briefing without a row here is everybody's.
ASSIGNMENT = sa.Table(
    "assignment",
    METADATA,
    _part_of("briefing", "briefing_id", primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    _time("at"),
)

# An address that led to a briefing that has other addresses. A row without a briefing is a list,
# with the days of its pages as an object. Earlier versions kept the entries of list pages there, as
# an array.
VISIT = sa.Table(
    "visit",
    METADATA,
    sa.Column("address", sa.Text, primary_key=True),
    _time("at"),
    _part_of("briefing", "briefing_id", nullable=True, index=True),
    sa.Column("entries", sa.JSON, nullable=False),
)

# A briefing that two people review independently; it is opened when both are done.
DOUBLE_REVIEW = sa.Table(
    "double_review",
    METADATA,
    _part_of("briefing", "briefing_id", primary_key=True),
    *_columns(sa.Text, "first", "second"),
    _time("at"),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
)

# What the two decided, apart from the rows and from each other; otherwise as ``verdict``.
PRIVATE_VERDICT = sa.Table(
    "private_verdict",
    METADATA,
    *_verdict_columns(),
    sa.Index(None, "briefing_id", "reviewer", "seq"),
)

# The term base: what was decided about a rendering of a Chinese term, and when. Rows are only
# added; the newest row of a pair of texts is valid, and "removed" takes the pair out.
TERM_DECISION = sa.Table(
    "term_decision",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    *_columns(sa.Text, "zh", "en"),
    *_columns(sa.String(10), "status"),
    *_columns(sa.Text, "note", "author"),
    _time("at"),
)

# Links between words that somebody confirmed or rejected. ``bead`` is not a foreign key: rows come
# and go, and what was learned from a confirmed link remains. Rows are only added; the newest row of
# the same places in a bead is valid. The numbers are offsets in the final texts of the bead.
LINK_DECISION = sa.Table(
    "link_decision",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _part_of("briefing", "briefing_id", index=True),
    *_columns(sa.String(32), "bead"),
    *_columns(sa.Integer, "zh_start", "zh_end", "en_start", "en_end"),
    *_columns(sa.Text, "zh", "en"),
    *_columns(sa.String(10), "verdict"),
    *_columns(sa.Text, "author"),
    _time("at"),
)
