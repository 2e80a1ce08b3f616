"""``align people``: roles in a corpus, and assignments of briefings to reviewers."""

import click
from rich.cells import cell_len

from ...corpus.review.double_review import open_double_review, start_double_review
from ...corpus.review.permissions import PERSON_ROLES, give_role, join_names, remove_role
from ...corpus.review.permissions import assign as make_reviewers
from ...corpus.store import people
from .corpora import find_full_id
from .shared import corpus_option, json_option, open_corpus, say, say_either

_NAME_WIDTH = 32  # cells of a terminal


@click.group("people", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Manage roles and review assignments.

    The roles are reader, reviewer, adjudicator and admin; each includes the rights of those before
    it. If no roles are set, anyone who opens the corpus is an admin, unless the page requires a
    login ('docs/howto/team.md').

    \b
    Examples:
      align people add ann@example.org --role admin
      align people assign BRIEFING ann@example.org bob@example.org
    """


@command.command("list")
@corpus_option
@json_option
def list_people(corpus: str | None, as_json: bool) -> None:
    """List people with their roles and assignments."""
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
        say("no roles are set: anyone who opens this corpus is an admin", err=True)
    lines = (
        f"{_pad(str(one['name']))} {one['role']:12} {' '.join(one['assigned'])}" for one in rows
    )
    say_either(rows, map(str.rstrip, lines), as_json)


def _pad(name: str) -> str:
    """Return a name with spaces up to the width of its column; a Chinese character is two wide."""
    return name + " " * (_NAME_WIDTH - cell_len(name))


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(PERSON_ROLES), default="reviewer", show_default=True)
@corpus_option
@json_option
def add(name: str, role: str, corpus: str | None, as_json: bool) -> None:
    """Give a person a role. NAME is their login or display name."""
    with open_corpus(corpus) as store:
        new = give_role(store, name, role)
    change = f"added as {role}" if new else f"role changed to {role}"
    say_either({"name": name, "role": role, "new": new}, (), as_json)
    say(f"{name}: {change}", err=True)


@command.command("remove")
@click.argument("name")
@corpus_option
@json_option
def remove(name: str, corpus: str | None, as_json: bool) -> None:
    """Remove a person's role and assignments; keep their decisions."""
    with open_corpus(corpus) as store:
        remove_role(store, name)
    say_either({"removed": name}, (), as_json)
    say(f"{name}: role removed", err=True)


@command.command("assign")
@click.argument("briefing")
@click.argument("names", nargs=-1)
@click.option(
    "--independent", is_flag=True, help="Two reviewers, who cannot see each other's decisions."
)
@corpus_option
@json_option
def assign(
    briefing: str, names: tuple[str, ...], independent: bool, corpus: str | None, as_json: bool
) -> None:
    """Assign a briefing to reviewers; without names, to everyone."""
    with open_corpus(corpus) as store:
        whole = find_full_id(store, briefing)
        if independent:
            start_double_review(store, whole, names)
        else:
            make_reviewers(store, whole, names)
    assigned = {"briefing": whole, "reviewers": names, "independent": independent}
    say_either(assigned, (), as_json)
    apart = ", independently" if independent else ""
    reviewers = join_names(names) if names else "everyone"
    say(f"{whole}: assigned to {reviewers}{apart}", err=True)


@command.command("open")
@click.argument("briefing")
@corpus_option
@json_option
def open_early(briefing: str, corpus: str | None, as_json: bool) -> None:
    """End an independent review early and reveal its decisions."""
    with open_corpus(corpus) as store:
        whole = find_full_id(store, briefing)
        open_double_review(store, whole)
    say_either({"briefing": whole, "independent": False}, (), as_json)
    say(f"{whole}: independent review ended", err=True)
