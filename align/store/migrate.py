"""Bring the schema of a corpus up to this version, or refuse a newer one."""

from collections.abc import Sequence
from importlib.resources import files

import sqlalchemy as sa

from ..errors import StoreError
from .engine import advisory_lock

SCHEMA = "schema"
"""The name under which one program at a time changes the schema."""

_FOLDER = files("align") / "migrations"


def due(engine: sa.Engine, name: str) -> bool:
    """Say whether a migration has not run yet.

    :raises StoreError: when the corpus was made by a newer version, or has no schema at all.
    """
    current, known = revision(engine), _known()
    _check(current, known, name)
    return current != known[-1]


def upgrade(engine: sa.Engine, name: str, *, create: bool) -> None:
    """Run every migration that has not run yet, in one transaction.

    Alembic is loaded only when there is something to do.

    :raises StoreError: when the corpus was made by a newer version, or has no schema at all and
        ``create`` is false.
    """
    current, known = revision(engine), _known()
    if current == known[-1]:
        return
    if not (current is None and create):
        _check(current, known, name)
    _run(engine)


def _check(current: str | None, known: Sequence[str], name: str) -> None:
    if current is None:
        raise StoreError(f"{name}: its database holds no corpus; name another one with --corpus")
    if current not in known:
        raise StoreError(
            f"{name}: made by a newer version of briefing-align (schema {current}); "
            "upgrade briefing-align to open it"
        )


def revision(engine: sa.Engine) -> str | None:
    """Name the revision of a database's schema; ``None`` where it holds no corpus."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def _known() -> list[str]:
    """Give the revisions of this version, oldest first: their files are named by number."""
    names = (path.name for path in (_FOLDER / "versions").iterdir())
    return sorted(name.split("_")[0] for name in names if name[:4].isdigit())


def _run(engine: sa.Engine) -> None:
    """Run them one program at a time: whoever comes second finds that nothing is left to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        advisory_lock(connection, SCHEMA)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
