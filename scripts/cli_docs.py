"""Write docs/cli.md from the help of every command.

python scripts/cli_docs.py            write it
python scripts/cli_docs.py --check    only say whether it is up to date
"""

import sys
from pathlib import Path

import click

from align.apps.cli import COMMANDS, cli

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
HEAD = """\
# Command line

Made by `python scripts/cli_docs.py` from the commands' own help. Exit codes: 0 done, 1 an error in
one plain line, 2 wrong usage, 130 stopped by Ctrl-C. Results go to stdout, progress and messages to
stderr.

With `--json`, a command that fails before it has printed a result also prints an object to stdout:
`{"error": LINE, "code": CODE, "values": {...}}`. The line is the one on stderr; `values` holds what
was filled into it: a file, a URL, a number. Programs check the code, which does not change when the
wording does: `page.not-found`, `corpus.read-only`, `text.unusable` and others, one for each class
of errors.
"""


def page() -> str:
    """Return the text of the page."""
    wide = {"terminal_width": 98, "max_content_width": 98, **cli.context_settings}
    root = click.Context(cli, info_name="align", **wide)
    parts = [HEAD, _help("align", cli.get_help(root))]
    for name in COMMANDS.own:
        command = cli.get_command(root, name)
        assert command is not None, name  # the table names only commands that are there
        context = click.Context(command, info_name=f"align {name}", **wide)
        parts.append(_help(f"align {name}", command.get_help(context)))
    return "\n".join(parts)


def _help(name: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {name}\n\n```\n{lines}\n```\n"


def main() -> None:
    """Write or check."""
    if sys.argv[1:] == ["--check"]:
        there = PAGE.read_text("utf-8") if PAGE.exists() else ""
        sys.exit(None if there == page() else f"{PAGE}: out of date; run scripts/cli_docs.py")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
