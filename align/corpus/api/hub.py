"""``Corpus.push_to_hub``: an export with its data card as a data set on the Hugging Face hub."""

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import N_, AlignError, UsageError, count_message
from ..store import Store

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def check_licence(store: Store, briefings: tuple[str, ...] | None) -> None:
    """Raise :exc:`AlignError` if a briefing that would be uploaded has no licence.

    A licence in ``corpus.toml`` is that of all briefings.
    """
    if store.card.get("licence"):
        return
    without = sorted(
        {bead.provenance.briefing for bead in store.pairs(briefings) if not bead.provenance.licence}
    )
    if without:
        raise UsageError(
            count_message(
                "no licence is known of {count} briefing ({first}); set licence in corpus.toml",
                "no licence is known of {count} briefings ({first} ...); set licence in "
                "corpus.toml",
                len(without),
                first=without[0],
            )
        )


def upload(folder: Path, repository: str, *, private: bool, api: "HfApi") -> str:
    """Upload a folder as a data set, and return its URL.

    :param private: create a private repository; one that exists must be private, too.
    :raises AlignError: the hub cannot be reached, or rejects the token or the name.
    """
    try:
        url = api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        if private and not api.repo_info(url.repo_id, repo_type="dataset").private:
            raise UsageError(
                N_("{repository} is public on the hub; use private=False to upload to it"),
                repository=repository,
            )
        api.upload_folder(
            repo_id=url.repo_id,
            repo_type="dataset",
            folder_path=folder,
            commit_message="Upload by briefing-align",
        )
    except AlignError:
        raise
    except Exception as error:  # of httpx or requests, depending on the version of the hub's client
        raise AlignError(
            N_("{repository}: upload to the hub failed: {reason}; log in with 'hf auth login'"),
            repository=repository,
            reason=(str(error).strip() or type(error).__name__).splitlines()[0],
        ) from error
    return str(url)
