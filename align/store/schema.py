"""The tables of a corpus, the same on SQLite and PostgreSQL.

Raw text (``page``, ``document``, ``turn``, ``paragraph``, ``sentence``) is written once and never
changed: a page that changed is a new row, a briefing that changed gets new document revisions.
``bead`` holds the current state of the rows under review; ``verdict`` is the log from which any
earlier state can be restored. Times are UTC.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PAGE = Table(
    "page",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, index=True),
    Column("final_url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("fetched_at", DateTime(timezone=True), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("url", "sha256"),
)

BRIEFING = Table(
    "briefing",
    METADATA,
    Column("id", String(40), primary_key=True),
    # The address that identifies the briefing: adding it again finds this row.
    Column("address", Text, nullable=False, unique=True),
    Column("date", Date, index=True),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

DOCUMENT = Table(
    "document",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("language", String(2), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("date", Date),
    Column("place", Text, nullable=False),
    Column("url", Text, nullable=False, index=True),
    Column("counterpart_url", Text, nullable=False),
    Column("source", String(40), nullable=False),
    Column("notes", JSON, nullable=False),
    Column("participants", JSON, nullable=False),
    Column("captions", JSON, nullable=False),
    # sha256 over labels and paragraphs: equal digests mean equal text.
    Column("digest", String(64), nullable=False, index=True),
    Column("added_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("briefing_id", "language", "revision"),
)

_DOCUMENT_ID = ForeignKey("document.id", ondelete="CASCADE")

TURN = Table(
    "turn",
    METADATA,
    Column("document_id", _DOCUMENT_ID, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("role", String(10), nullable=False),
)

PARAGRAPH = Table(
    "paragraph",
    METADATA,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

# ``id`` is "paragraph.start-end": a sentence that a reviewer split leaves two rows with smaller
# ranges, and stays itself, so that undoing the split needs nothing but the old bead.
SENTENCE = Table(
    "sentence",
    METADATA,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("paragraph", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

ALIGNMENT = Table(
    "alignment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("zh_document_id", ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("en_document_id", ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("signature", Text, nullable=False),
    # The aligner's own answer, kept beside what reviewers made of it:
    # [[zh sentence ids], [en sentence ids], probability or null] for each bead.
    Column("beads", JSON, nullable=False),
    Column("seconds", JSON, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("current", Boolean, nullable=False),
    Index(None, "briefing_id", "current"),
)

BEAD = Table(
    "bead",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("position", Float, nullable=False),
    Column("zh", JSON, nullable=False),  # sentence ids, in order
    Column("en", JSON, nullable=False),
    Column("zh_text", Text, nullable=False),  # as published: the sentences of the bead, joined
    Column("en_text", Text, nullable=False),
    Column("zh_edit", Text),  # a reviewer's correction, laid over the text; null means none
    Column("en_edit", Text),
    Column("kind", String(10), nullable=False),
    Column("probability", Float),
    Column("status", String(12), nullable=False, index=True),
    Column("reviewer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("crossing", Boolean, nullable=False),  # out of order on purpose: text that moved
    Column("revision", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index(None, "briefing_id", "position"),
)

VERDICT = Table(
    "verdict",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("op", String(64), nullable=False, unique=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("reviewer", Text, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", String(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("before", JSON, nullable=False),  # the bead rows that were replaced, whole
    Column("after", JSON, nullable=False),  # the bead rows that replaced them, whole
    Column("undoes", Integer),  # the seq that this verdict takes back, if it is an undo or redo
    Index(None, "briefing_id", "seq"),
)

# What could not be carried over when a page or a model changed: never lost, shown to reviewers.
CONFLICT = Table(
    "conflict",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("bead", JSON, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("settled", Boolean, nullable=False),
)

PREFERENCE = Table(
    "preference",
    METADATA,
    Column("reviewer", Text, primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

# Who may do what. While it is empty everyone may do everything: one person, one machine.
PERSON = Table(
    "person",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("role", String(12), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
)

# Who is to review a briefing; a briefing without a row here is everybody's.
ASSIGNMENT = Table(
    "assignment",
    METADATA,
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

# When somebody was last seen at a briefing: one row each, written a few times a minute.
PRESENCE = Table(
    "presence",
    METADATA,
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

# What became of an address that a run read: it led to a briefing that has other addresses, or it
# was a list page, whose entries are kept until the run that read it comes to its end.
VISIT = Table(
    "visit",
    METADATA,
    Column("address", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), index=True),
    Column("entries", JSON, nullable=False),  # of a list: [[url, title, date or null]]
)

# A briefing that two people review independently; it is opened when both are done.
DOUBLE_REVIEW = Table(
    "seal",
    METADATA,
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), primary_key=True),
    Column("first", Text, nullable=False),
    Column("second", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("opened_at", DateTime(timezone=True)),
)

# What the two decided, kept apart from the rows and from each other; as ``verdict`` otherwise.
PRIVATE_VERDICT = Table(
    "sealed_verdict",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("op", String(64), nullable=False, unique=True),
    Column("briefing_id", ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", String(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("undoes", Integer),
    Index(None, "briefing_id", "reviewer", "seq"),
)
