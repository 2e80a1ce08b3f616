"""``align people``: roles in a corpus, and assignments of briefings to reviewers."""

import click

from ...corpus.review.double_review import open_double_review, start_double_review
from ...corpus.review.permissions import ROLES, give_role, join_names, remove_role
from ...corpus.review.permissions import assign as make_reviewers
from ...corpus.store import people
from .corpora import find_full_id
from .shared import corpus_option, json_option, open_corpus, say_either


@click.group("people", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Say who may do what in a corpus, and who reviews which briefing.

    Roles are reader, reviewer, adjudicator and admin; each may do what those before it may.
    As long as nobody has a role everyone who opens the corpus is an admin, unless the page asks
    for a login: 'docs/people.md' shows how.

    \b
    Examples:
      align people add ann@example.org --role admin
      align people assign BRIEFING ann@example.org bob@example.org
    """


@command.command("list")
@corpus_option
@json_option
def list_people(corpus: str | None, as_json: bool) -> None:
    """List everyone with a role, and what is assigned to them."""
    with open_corpus(corpus) as store:
        known, assigned = people.roles(store), people.assignments(store)
    rows = [
        {
            "name": name,
            "role": role,
            "assigned": [briefing for briefing, names in assigned.items() if name in names],
        }
        for name, role in known.items()
    ]
    if not rows:
        click.echo("nobody has a role: everyone who opens this corpus is an admin", err=True)
    lines = (f"{one['name']:32} {one['role']:12} {' '.join(one['assigned'])}" for one in rows)
    say_either(rows, map(str.rstrip, lines), as_json)


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True)
@corpus_option
def add(name: str, role: str, corpus: str | None) -> None:
    """Give somebody a role, or another one; NAME is that of the login, or typed in the settings."""
    with open_corpus(corpus) as store:
        new = give_role(store, name, role)
    click.echo(
        f"{name} is {'now' if new else 'from now on'} {'an' if role[:1] == 'a' else 'a'} {role}",
        err=True,
    )


@command.command("remove")
@click.argument("name")
@corpus_option
def remove(name: str, corpus: str | None) -> None:
    """Take somebody's role and assignments away; the decisions stay."""
    with open_corpus(corpus) as store:
        remove_role(store, name)
    click.echo(f"{name} has no role any more", err=True)


@command.command("assign")
@click.argument("briefing")
@click.argument("names", nargs=-1)
@click.option("--independent", is_flag=True, help="Two people, who do not see each other.")
@corpus_option
def assign(briefing: str, names: tuple[str, ...], independent: bool, corpus: str | None) -> None:
    """Let only these people review a briefing; without names it is everybody's again."""
    with open_corpus(corpus) as store:
        whole = find_full_id(store, briefing)
        if independent:
            start_double_review(store, whole, names)
        else:
            make_reviewers(store, whole, names)
    apart = ", independently" if independent else ""
    click.echo(f"{whole}: for {join_names(names) if names else 'everybody'}{apart}", err=True)


@command.command("open")
@click.argument("briefing")
@corpus_option
def open_early(briefing: str, corpus: str | None) -> None:
    """End an independent review early: everybody sees what the two have decided so far."""
    with open_corpus(corpus) as store:
        whole = find_full_id(store, briefing)
        open_double_review(store, whole)
    click.echo(f"{whole}: open", err=True)
