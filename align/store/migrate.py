"""Bring the schema of a corpus up to this version, or refuse a newer one."""

from importlib.resources import files

import sqlalchemy as sa

from ..errors import StoreError

_FOLDER = files("align") / "migrations"


def upgrade(engine: sa.Engine, name: str, *, create: bool) -> None:
    """Run every migration that has not run yet, in one transaction.

    Alembic is loaded only when there is something to do.

    :raises StoreError: when the corpus was made by a newer version, or has no schema at all and
        ``create`` is false.
    """
    current, known = _current(engine), _known()
    if current == known[-1]:
        return
    if current is None and not create:
        raise StoreError(f"{name}: its database holds no corpus; name another one with --corpus")
    if current is not None and current not in known:
        raise StoreError(
            f"{name}: made by a newer version of briefing-align (schema {current}); "
            "upgrade briefing-align to open it"
        )
    _run(engine)


def _current(engine: sa.Engine) -> str | None:
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
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
