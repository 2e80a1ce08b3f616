"""The command ``align encoders``: which encoders can be used on this machine."""

import json
from dataclasses import asdict

import click

from .. import encoders
from .options import json_option


@click.command("encoders")
@json_option
def command(as_json: bool) -> None:
    """Say which encoders can be used on this machine, and what the others need.

    \b
    Example:
      align encoders
    """
    found = encoders.available()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1))
        return
    for row in found:
        click.echo(
            f"{'yes' if row.usable else 'no ':3}  {row.name:8} {row.about}\n{'':14}{row.note}"
        )
