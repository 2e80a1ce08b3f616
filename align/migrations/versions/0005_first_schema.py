"""First schema. Numbers 0001 to 0004 belong to versions before the first release."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = None
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _string(length: int, name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False, **options)


def _integers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _json(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.JSON, nullable=False) for name in names]


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _number(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=True)


def _briefing_id(*, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    key = sa.ForeignKey("briefing.id", ondelete="CASCADE")
    return sa.Column("briefing_id", sa.String(40), key, nullable=nullable, **options)


def _document_id(name: str, *, primary_key: bool = False) -> sa.Column[Any]:
    key = sa.ForeignKey("document.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer, key, nullable=False, primary_key=primary_key)


def _verdict_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        _string(64, "op", unique=True),
        _briefing_id(),
        *_text("reviewer"),
        _time("at"),
        _string(24, "action"),
        *_text("reason", "note"),
        *_json("before", "after"),
        sa.Column("undoes", sa.Integer),
    ]


def upgrade() -> None:
    """Create every table."""
    _create_texts()
    _create_rows()
    _create_people()


def _create_texts() -> None:
    op.create_table(
        "page",
        _number(),
        sa.Column("url", sa.Text, nullable=False, index=True),
        *_text("final_url"),
        *_integers("status"),
        *_json("headers"),
        _time("fetched_at"),
        _string(64, "sha256"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("url", "sha256"),
    )
    op.create_table(
        "briefing",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("date", sa.Date, index=True),
        _time("added_at"),
        _time("changed_at"),
    )
    op.create_table(
        "document",
        _number(),
        _briefing_id(),
        _string(2, "language"),
        *_integers("revision"),
        _flag("current"),
        *_text("title"),
        sa.Column("date", sa.Date),
        *_text("place"),
        sa.Column("url", sa.Text, nullable=False, index=True),
        *_text("counterpart_url"),
        _string(40, "source"),
        *_json("notes", "participants", "captions"),
        _string(64, "digest", index=True),
        _time("added_at"),
        sa.UniqueConstraint("briefing_id", "language", "revision"),
    )
    op.create_table(
        "turn",
        _document_id("document_id", primary_key=True),
        _number("position"),
        *_text("label"),
        _string(10, "role"),
    )
    op.create_table(
        "paragraph",
        _document_id("document_id", primary_key=True),
        _number("position"),
        *_integers("turn"),
        *_text("text"),
    )
    op.create_table(
        "sentence",
        _document_id("document_id", primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        *_integers("paragraph", "turn", "start", "end"),
        *_text("text"),
    )


def _create_rows() -> None:
    op.create_table(
        "alignment",
        _number(),
        _briefing_id(),
        _document_id("zh_document_id"),
        _document_id("en_document_id"),
        *_text("signature"),
        *_json("beads", "scores"),
        *_integers("verdict_seq"),
        *_json("seconds"),
        _time("made_at"),
        _flag("current"),
        sa.Index(None, "briefing_id", "current"),
    )
    op.create_table(
        "bead",
        sa.Column("id", sa.String(32), primary_key=True),
        _briefing_id(),
        sa.Column("position", sa.Float, nullable=False),
        *_json("zh", "en"),
        *_text("zh_text", "en_text"),
        sa.Column("zh_edit", sa.Text),
        sa.Column("en_edit", sa.Text),
        _string(10, "kind"),
        sa.Column("probability", sa.Float),
        _string(12, "status", index=True),
        *_text("reviewer", "reason", "note"),
        _flag("crossing"),
        *_integers("revision"),
        _time("changed_at"),
        sa.Index(None, "briefing_id", "position"),
    )
    op.create_table(
        "verdict",
        *_verdict_columns(),
        sa.Index(None, "reviewer"),
        sa.Index(None, "briefing_id", "seq"),
    )
    op.create_table(
        "conflict",
        _number(),
        _briefing_id(),
        *_json("bead"),
        *_text("why"),
        _time("at"),
        _flag("settled"),
    )
    op.create_table(
        "visit",
        sa.Column("address", sa.Text, primary_key=True),
        _time("at"),
        _briefing_id(nullable=True, index=True),
        *_json("entries"),
    )


def _create_people() -> None:
    op.create_table(
        "preference",
        sa.Column("reviewer", sa.Text, primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        *_json("value"),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.Text, primary_key=True),
        _string(12, "role"),
        _time("added_at"),
    )
    for name in ("assignment", "presence"):
        op.create_table(
            name,
            _briefing_id(primary_key=True),
            sa.Column("person", sa.Text, primary_key=True),
            _time("at"),
        )
    op.create_table(
        "double_review",
        _briefing_id(primary_key=True),
        *_text("first", "second"),
        _time("at"),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "private_verdict",
        *_verdict_columns(),
        sa.Index(None, "briefing_id", "reviewer", "seq"),
    )
