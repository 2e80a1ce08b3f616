"""JSON protocol between the table in the browser and Python: rows, help for one row, requests.

A row is sent as a JSON object: ``zh`` and ``en`` are its original sentences, ``zh_edit`` and
``en_edit`` the edits, ``zh_turn`` and ``en_turn`` the turns, ``zh_origins`` and ``en_origins``
paragraph and offset of each sentence; ``crossing`` says whether the row is a cross-link. Requests
from the browser are validated here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import quote

from ...aligner.text.word_links import WordLink, link_words
from ...aligner.text.word_model.posteriors import link_row
from ...corpus.review import InvalidEditError, Request, ReviewState
from ...corpus.review.history import NoteThread, label_action, name_author
from ...corpus.review.preview import Preview
from ...corpus.review.queue import risk
from ...corpus.review.realign import alternative_key, find_alternatives
from ...corpus.review.reconcile import TextConflictError
from ...corpus.review.row_history import RowChange, history_of_row
from ...corpus.review.state import correction
from ...corpus.search.taught_links import read_taught
from ...corpus.store import BeadRow
from ...corpus.store.records import REALIGN, sentence_ids
from ...errors import N_, Message
from ...records import LANGUAGES, Bead, Document, Language, join_text
from ...settings import Settings
from . import glosses
from .glosses import Script, rewrite
from .language import translate_message
from .session_state import BriefingView, load_word_vectors

Json = dict[str, Any]

LONGEST_TEXT = 100_000
"""Maximum characters of an edited text."""

_LENGTHS = {"op": 64, "option": 64, "reason": 200, "note": 2000}
"""Maximum characters of other fields of a request. A longer text is refused, never cut."""


def encode_row(
    state: ReviewState, row: BeadRow, failed: int = 0, script: Script = "as written"
) -> Json:
    """Return a row in the form that the table expects.

    :param failed: number of failed checks of the row.
    :param script: the characters in which Chinese text is shown.
    """
    data: Json = {
        "id": row.id,
        "position": row.position,
        "revision": row.revision,
        "probability": None if row.probability is None else round(row.probability, 4),
        "risk": round(risk(row, failed), 5),
        "status": row.status,
        "who": row.reviewer,
        "why": row.reason,
        "note": row.note,
        "crossing": row.crossing,
    }
    for language in LANGUAGES:
        write = partial(rewrite, script=script) if language == "zh" else str
        sentences = [state.sentences(language)[name] for name in sentence_ids(row, language)]
        edited = correction(row, language)
        data[language] = [write(sentence.clean) for sentence in sentences]
        data[f"{language}_edit"] = None if edited is None else write(edited)
        data[f"{language}_turn"] = state.turn_of(row, language)
        data[f"{language}_origins"] = [
            [sentence.paragraph, sentence.start] for sentence in sentences
        ]
    if rewrite(row.zh_final, script) != row.zh_final:
        data["raw"] = row.zh_final  # edits apply to the unconverted text
    return data


def encode_thread(thread: NoteThread, row: BeadRow) -> Json:
    """Return a thread of notes for the table; ``was`` is the annotated text, if it changed."""
    texts = thread.row.zh_text, thread.row.en_text
    return {
        "was": "" if texts == (row.zh_text, row.en_text) else " ".join(filter(None, texts)),
        "key": thread.key,
        "open": thread.is_open,
        "said": [
            {"who": one.decision.reviewer, "at": one.at.isoformat(), "text": one.decision.note}
            for one in thread.messages
        ],
    }


def encode_turns(documents: Mapping[Language, Document], script: Script) -> Json:
    """Return the labels of the turns in the form that the table expects."""
    return {
        "zh": [rewrite(turn.label, script) for turn in documents["zh"].turns],
        "en": [turn.label for turn in documents["en"].turns],
    }


def decode_request(op: Mapping[str, Any]) -> Request:
    """Return an operation of the table as a request; ignore values of the wrong type.

    :raises InvalidEditError: if a text is too long.
    """
    usual = {**asdict(Request("", "")), "side": "en"}
    return Request(
        **usual | {name: _read(name, op[name], usual[name]) for name in usual.keys() & op}
    )


PREVIEWED_ROWS = 5
"""Maximum rows of a preview that are shown: the first ones and the last one."""


def encode_change(change: RowChange) -> Json:
    """Return a line of a row's history; ``seq`` is the verdict before which to restore the row."""
    decision, action = change.entry.decision, label_action(change.entry.decision.action)
    note = decision.note
    if decision.action == REALIGN:
        action = Message(N_("realigned after the decision by {name}"), name=note)
        note = ""
    return {
        "seq": change.restores,
        "at": change.entry.at.isoformat(),
        "who": translate_message(name_author(change.entry)),
        "action": translate_message(action),
        "what": translate_message(change.description) if change.description else "",
        "note": note,
        "undone": change.undone_by.decision.reviewer if change.undone_by else "",
    }


def encode_preview(state: ReviewState, way: Preview, script: Script) -> Json:
    """Return a preview of a move in the form that the table expects.

    ``rows`` are the ids of the rows that change, ``first`` and ``last`` their numbers from 1,
    ``after`` the texts of some rows as they would be, and ``left_off`` how many others there are.
    Both are empty if all texts stay as they are.
    """
    new = way.after if way.moves_text else ()
    shown = new
    if len(shown) > PREVIEWED_ROWS:
        shown = (*shown[: PREVIEWED_ROWS - 1], shown[-1])
    return {
        "rows": [state.rows[place].id for place in way.places],
        "first": way.places[0] + 1,
        "last": way.places[-1] + 1,
        "turns": way.turns,
        "across": way.request.across,
        "target": way.request.target,
        "after": [[rewrite(row.zh_final, script), row.en_final] for row in shown],
        "left_off": len(new) - len(shown),
    }


def encode_conflict(conflict: TextConflictError) -> Json:
    """Return the versions of a text that two people edited, and the answers that are possible.

    The texts are not rewritten in another script: an answer stores them.
    """
    return {
        "row": conflict.row,
        "side": conflict.language,
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "others": list(conflict.others),
        "choices": [asdict(choice) for choice in conflict.choices],
    }


def _read(name: str, value: object, usual: object) -> object:
    """Return a field's value, checked against the type of its default."""
    if name == "rows":
        return tuple(map(str, value)) if isinstance(value, Sequence) else ()
    if name == "side":
        return "zh" if value == "zh" else "en"
    if isinstance(usual, bool):
        return value is True
    if isinstance(usual, int):
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        return number if isinstance(number, int) and abs(number) < 2**53 else usual
    if not isinstance(value, str):
        return ""
    most = _LENGTHS.get(name, LONGEST_TEXT)
    if len(value) > most:
        raise InvalidEditError(
            N_("the text is longer than {most:,} characters; shorten it"), most=most
        )
    return value


def make_help(view: BriefingView, row_id: str, *, whole: bool) -> Json:
    """Return the reading help for a row; only its words unless ``whole`` is set."""
    row = view.session.state.row(row_id)
    ready = bool(view.session.aligner(*view.session.state.ordered_sentences()))
    help: Json = {
        "revision": row.revision,
        "whole": whole,
        "ready": ready and view.words.settled,  # if not, the table asks again
        "words": [
            {**asdict(word), "text": rewrite(word.text, view.script)}
            for word in glosses.gloss_words(row.zh_final)
        ],
        "links": list(map(asdict, _link_words(view, row, ready=ready))),
    }
    if not whole:
        return help
    return {
        **help,
        "pinyin": glosses.write_pinyin(row.zh_final),
        "numbers": glosses.list_numbers(row.zh_final, row.en_final),
        "options": _alternatives(view, row_id),
        "history": [
            encode_change(change)
            for change in reversed(history_of_row(view.session.state, view.session.log, row_id))
        ],
        **{
            f"url_{language}": _address(view.documents[language], row, language)
            for language in LANGUAGES
        },
    }


def _link_words(view: BriefingView, row: BeadRow, *, ready: bool) -> tuple[WordLink, ...]:
    """Link the words of a row by counts from the corpus, or else by vectors of the encoder.

    :param ready: whether the encoder is loaded.
    """
    zh, en = row.zh_final, row.en_final
    taught = read_taught(view.session.store, view.session.briefing, row.id, zh, en)
    if view.words.chances is not None:
        posteriors = link_row(zh, en, view.words.chances)
        return link_words(zh, en, posteriors=posteriors, taught=taught)
    name = Settings.from_environment().encoder
    vectors = load_word_vectors(name) if ready and name == "use" else None  # handles single words
    return link_words(zh, en, vectors, taught=taught)


def _alternatives(view: BriefingView, row_id: str) -> list[Json]:
    """Return the other alignments of a row and its neighbours, each with the texts of its rows."""
    state = view.session.state
    zh, en = state.ordered_sentences()
    found = find_alternatives(state, row_id, view.session.aligner)
    ids = [row.id for row in state.rows[found.run.start : found.run.stop]]

    def show_bead(bead: Bead) -> list[str]:
        zh_text = join_text((zh[at] for at in bead.zh), "zh")
        en_text = join_text((en[at] for at in bead.en), "en")
        return [rewrite(zh_text, view.script), en_text]

    return [
        {
            "name": alternative_key(state, alternative),
            "probability": alternative.probability,
            "ids": ids,
            "rows": [show_bead(bead) for bead in alternative.beads],
        }
        for alternative in found.alternatives
    ]


def _address(document: Document, row: BeadRow, language: Language) -> str:
    """Return the URL of a row on its source page, with a text fragment to scroll to."""
    text = row.zh_text if language == "zh" else row.en_text
    if not document.url.startswith(("http://", "https://")):
        return ""
    words = text[:40] if language == "zh" else " ".join(text.split()[:8])
    return f"{document.url}#:~:text={quote(words)}" if words else document.url
