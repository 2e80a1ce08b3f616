"""Every error that the package raises on purpose, and the messages that people read.

A message names the input, says what is wrong with it, and what to do. It is a template and its
values: ``str`` gives the English line, the page fills the translated template. Errors of other
libraries are mapped to these where they are caught (``raise ... from error``). An error that only
one part raises and catches is defined there: ``review.InvalidEditError``, ``store.ConflictError``.
Only ``apps/cli`` exits and only ``apps/page`` shows an error.
"""

import numbers
import re
from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from typing import Any, ClassVar, Self

_ENGLISH = NullTranslations()
_SUBJECT = re.compile(r"\{(\w+)\}(?=:? )")
"""The subject at the start of a message: a file, URL or name."""

_ADVICE = re.compile("; |；")
"""The separator before the advice of a template."""


def N_(text: str) -> str:
    """Mark a template to be translated where it is shown; return it as it is."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a template about a count, for :func:`count_message`."""
    return one, many


class Message(str):
    """A line in English that keeps its template and its values, so that it can be translated.

    Values are messages, strings, numbers or sequences of them; others become strings. A message as
    a value is translated as well; a sequence is joined with commas. A message without values is its
    template, which may contain braces.

    >>> lost = Message("{name}: unknown {what}", name="a{b}", what=Message("lamp"))
    >>> lost, lost.template, dict(lost.values)
    ('a{b}: unknown lamp', '{name}: unknown {what}', {'name': 'a{b}', 'what': 'lamp'})
    """

    template: str
    values: Mapping[str, Any]
    plural: str
    is_short: bool

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill a template; ``{name}`` and ``{name:,}`` take the value of that name."""
        return cls._make(template, "", {name: _plain(value) for name, value in values.items()})

    @classmethod
    def _make(
        cls, template: str, plural: str, values: Mapping[str, Any], *, is_short: bool = False
    ) -> Self:
        line = _fill(template, plural, values, _ENGLISH, is_short=is_short)
        message = super().__new__(cls, line)
        message.template, message.plural, message.values = template, plural, values
        message.is_short = is_short
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_message, (self.template, self.plural, self.values, self.is_short)

    def __repr__(self) -> str:
        """Return the ``repr`` of the line, so that a message looks like any other string."""
        return repr(str(self))

    def render(self, catalog: NullTranslations) -> str:
        """Return the line in the language of a catalog, in English where it has no translation."""
        return _fill(self.template, self.plural, self.values, catalog, is_short=self.is_short)

    def without_subject(self, subject: object) -> "Message":
        """Return the message without its beginning, if that is ``subject``.

        >>> Message("{path}: file not found", path="a.txt").without_subject("a.txt")
        'file not found'
        """
        found = _SUBJECT.match(self.template)
        if not found or str(self.values.get(found[1])) != str(subject):
            return self
        return Message._make(
            self.template,
            self.plural,
            {**self.values, found[1]: None},
            is_short=self.is_short,
        )

    def without_advice(self) -> "Message":
        """Return the message without its advice: only the part before the semicolon.

        >>> Message("{path}: file not found; check the name", path="a; b.txt").without_advice()
        'a; b.txt: file not found'
        """
        values = {
            name: value.without_advice() if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return Message._make(self.template, self.plural, values, is_short=True)


def count_message(one: str, many: str, count: int, /, **values: object) -> Message:
    """Return a message about a count, in the form for it; the value is named ``count``.

    >>> count_message("{count:,} row", "{count:,} rows", 1200)
    '1,200 rows'
    """
    kept = {name: _plain(value) for name, value in values.items()}
    return Message._make(one, many, {"count": count, **kept})


def join_messages(messages: Iterable[str]) -> Message:
    """Return one or more messages as one line.

    >>> join_messages(["page not found", "check the URL"])
    'page not found; check the URL'
    """
    first, *rest = map(as_message, messages)
    if not rest:
        return first
    return Message(N_("{first}; {rest}"), first=first, rest=join_messages(rest))


def as_message(text: str) -> Message:
    """Return a text as a message, whose whole line is its template."""
    return text if isinstance(text, Message) else Message(text)


def _restore_message(
    template: str, plural: str, values: Mapping[str, Any], is_short: bool
) -> Message:
    return Message._make(template, plural, values, is_short=is_short)


def _plain(value: object) -> object:
    """Return a value that is a message, a string, a number, or a tuple of them."""
    if isinstance(value, Exception) and value.args and isinstance(value.args[0], Message):
        return value.args[0]
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, numbers.Integral):  # of NumPy
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, Iterable):
        return tuple(_plain(one) for one in value)
    return str(value)


def _fill(
    template: str,
    plural: str,
    values: Mapping[str, Any],
    catalog: NullTranslations,
    *,
    is_short: bool,
) -> str:
    """Fill the translation of a template with the values, in the language of the catalog."""
    if plural:
        form = catalog.ngettext(template, plural, values["count"])
    else:
        form = catalog.gettext(template) if template else ""
    if is_short:
        form = _ADVICE.split(form)[0]
    if not values:
        return form
    line = form.format_map({name: _translate(one, catalog) for name, one in values.items()})
    subject = _SUBJECT.match(template)
    left_out = subject is not None and values[subject[1]] is None
    return line.lstrip(":： ") if left_out else line


def _translate(value: object, catalog: NullTranslations) -> object:
    """Return a value in the language of a catalog; a text that people wrote stays as it is."""
    if value is None:
        return ""
    if isinstance(value, Message):
        return value.render(catalog)
    if isinstance(value, tuple):
        between = catalog.gettext(N_(", "))
        return between.join(str(_translate(one, catalog)) for one in value)
    return value


class AlignError(Exception):
    """Root of every error that is the input's or the environment's fault, not a bug.

    ``code`` is stable: programs may ask for it, while the words of a message may change.
    """

    code: ClassVar[str] = "failed"

    def __init__(self, template: str = "", /, **values: object) -> None:
        """Take a message, or the template of one (marked by ``N_``) and its values."""
        given = isinstance(template, Message) and not values
        self.message: Message = as_message(template) if given else Message(template, **values)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_error, (type(self), self.message), self.__dict__

    @property
    def template(self) -> str:
        """The line in English, with the names of the values in braces."""
        return self.message.template

    @property
    def values(self) -> Mapping[str, Any]:
        """What the template is filled with."""
        return self.message.values


def _restore_error(kind: type[AlignError], message: Message) -> AlignError:
    """Restore an error in another process, without the further arguments of its class."""
    error = kind.__new__(kind)
    error.args = (message,)
    return error


class UsageError(AlignError):
    """An invalid option, rule or query, independent of any file."""

    code = "usage.invalid"


class FetchError(AlignError):
    """A URL could not be fetched."""

    code = "page.unreadable"


class PageNotFoundError(FetchError):
    """The server has no page with this URL, or no longer has it."""

    code = "page.not-found"


class MovedError(FetchError):
    """A URL redirects to another host; ``target`` is the URL there."""

    code = "page.moved"

    def __init__(self, template: str, /, *, target: str, **values: object) -> None:
        super().__init__(template, **values)
        self.target = target


class ExtractError(AlignError):
    """A page or file does not contain a readable briefing."""

    code = "document.none"


class TextError(AlignError):
    """A text cannot be used as it is."""

    code = "text.unusable"


class EncoderError(AlignError):
    """A model is missing, cannot be loaded, or gave unusable vectors."""

    code = "encoder.unusable"


class MatchError(AlignError):
    """Constraints contradict each other, or vectors do not fit the sentences."""

    code = "alignment.impossible"


class StoreError(AlignError):
    """A corpus cannot be opened, read or written."""

    code = "corpus.unusable"


class ReadOnlyError(StoreError):
    """A corpus can be read, but not written."""

    code = "corpus.read-only"


class AbsentError(StoreError):
    """The requested corpus, briefing or row does not exist."""

    code = "corpus.not-found"


class FormatError(AlignError):
    """A file to import or export breaks its format."""

    code = "file.malformed"
