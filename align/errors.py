"""Every error that the package raises on purpose.

A message names the input, says what is wrong with it, and what to do. Errors of other libraries are
mapped to these where they are caught (``raise ... from error``). An error that only one part raises
and catches is defined there: ``review.InvalidEditError``, ``store.ConflictError``. Only
``apps/cli`` exits and only ``apps/page`` shows an error.
"""


class AlignError(Exception):
    """Root of every error that is the input's or the environment's fault, not a bug."""


class UsageError(AlignError):
    """An invalid option, rule or query, independent of any file."""


class FetchError(AlignError):
    """A URL could not be fetched."""


class MovedError(FetchError):
    """A URL redirects to another host; ``target`` is the URL there."""

    def __init__(self, message: str, target: str) -> None:
        super().__init__(message)
        self.target = target


class ExtractError(AlignError):
    """A page or file does not contain a readable briefing."""


class TextError(AlignError):
    """A text cannot be used as it is."""


class EncoderError(AlignError):
    """A model is missing, cannot be loaded, or gave unusable vectors."""


class MatchError(AlignError):
    """Constraints contradict each other, or vectors do not fit the sentences."""


class StoreError(AlignError):
    """A corpus cannot be opened, read or written."""


class AbsentError(StoreError):
    """The requested corpus, briefing or row does not exist."""


class FormatError(AlignError):
    """A file to import or export breaks its format."""
