"""What reviewers say about words of a row: links that are right or wrong, and terms."""

from collections.abc import Mapping
from typing import get_args

from ...corpus.review.state import InvalidEditError
from ...corpus.search.taught_links import find_words
from ...corpus.search.terms.term_check import TermChecker
from ...corpus.store import BeadRow
from ...corpus.store.link_decisions import LONGEST_WORDS, LinkDecision, LinkVerdict
from ...corpus.store.term_base import TERM_STATUSES, TermEntry, TermStatus, put_terms, read_terms
from ...errors import N_
from ...records import CharSpan, Language, Sides
from .glosses import rewrite
from .language import gettext as _
from .open_views import Operation
from .protocol import decode_request
from .session_state import BriefingView

TEACH = "teach"
"""The action of the operations that :func:`teach` carries out."""

VERDICTS: tuple[LinkVerdict, ...] = get_args(LinkVerdict)


def teach(view: BriefingView, op: Operation) -> str:
    """Store what an operation says of the words of a row; return a message.

    The operation has the words of both languages (``words``), where they begin in the texts that
    were shown (``starts``, -1 if they were typed), and what they are (``option``): a verdict on
    their link, or the status of a term.

    :raises InvalidEditError: the reviewer may not decide here, or the words are not in the row.
    """
    if refusal := view.session.refusal:
        raise InvalidEditError(refusal)
    words = Sides(_read_words(op, "zh"), _read_words(op, "en"))
    option = op.get("option")
    for status in TERM_STATUSES:
        if option == status:
            return _add_term(view, words, status)
    for verdict in VERDICTS:
        if option == verdict:
            return _decide_link(view, op, words, verdict)
    raise InvalidEditError(N_("{action}: unknown action"), action=str(option))


def _read_words(op: Operation, language: Language) -> str:
    words = op.get("words")
    text = words.get(language) if isinstance(words, Mapping) else None
    tidy = " ".join(text.split()) if isinstance(text, str) else ""
    if not tidy or len(tidy) > LONGEST_WORDS:
        raise InvalidEditError(
            N_("enter 1 to {most} characters of each language"), most=LONGEST_WORDS
        )
    return tidy


def _add_term(view: BriefingView, words: Sides[str], status: TermStatus) -> str:
    store = view.session.store
    changes = put_terms(store, [TermEntry(words.zh, words.en, status)], view.reviewer)
    if not (changes.added or changes.changed):
        return _("nothing to change")
    view.use_terms(TermChecker(read_terms(store)))
    return _("added to the term base: {zh} = {en}").format(zh=words.zh, en=words.en)


def _decide_link(view: BriefingView, op: Operation, words: Sides[str], verdict: LinkVerdict) -> str:
    row_id = next(iter(decode_request(op).rows), "")
    row = view.session.state.row(row_id)
    places = Sides(
        _find_place(view, row, op, "zh", words.zh), _find_place(view, row, op, "en", words.en)
    )
    final = Sides(row.zh_final, row.en_final)
    there = Sides(final.zh[slice(*places.zh)], final.en[slice(*places.en)])
    decision = LinkDecision(
        view.session.briefing, row.id, places, there, verdict, author=view.reviewer
    )
    if not view.session.store.put_link_decision(decision):
        return _("nothing to change")
    view.words.wake()
    done = {
        "right": _("link confirmed: {zh} = {en}"),
        "wrong": _("link removed: {zh} = {en}"),
        "withdrawn": _("decision withdrawn: {zh} = {en}"),
    }
    return done[verdict].format(zh=there.zh, en=there.en)


def _find_place(
    view: BriefingView, row: BeadRow, op: Operation, language: Language, words: str
) -> CharSpan:
    """Return where some words are in the final text of a row, whatever script it is shown in."""
    final = row.zh_final if language == "zh" else row.en_final
    shown = rewrite(final, view.script) if language == "zh" else final
    text = shown if len(shown) == len(final) else final
    starts = op.get("starts")
    start = starts.get(language) if isinstance(starts, Mapping) else None
    place = (start, start + len(words)) if isinstance(start, int) and start >= 0 else (0, 0)
    found = find_words(text, words, place)
    if found:
        return found
    if words in text:
        raise InvalidEditError(
            N_("{words}: occurs several times in this row; mark the words that you mean"),
            words=words,
        )
    raise InvalidEditError(N_("{words}: not in this row"), words=words)
