"""Terms of a corpus: recurring Chinese passages with their English renderings."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from ...store.index import Rendering, Term, TermList
from ...store.index.cut_rows import CutRowTable, Cutter
from ...store.index.renderings import EXAMPLES
from ...store.index.terms import TermTable
from ..word_counts import WordCounter
from .candidates import SHORTEST, find_candidates, make_cutter
from .rendering_counts import CountedTerm, RenderingCounter, RenderingTotal

LEAST_ROWS = 3
"""Number of rows from which a passage is a term, unless another number is asked for."""

USUAL = 0.5
"""Share of its rows in which the first rendering of a term that is certain occurs."""

JOINED = 0.9
"""Share of its rows in which a passage is part of a longer one that replaces it."""


class KeptTerms(TermTable):
    """The terms of an index that is up to date, counted once for each state of its texts.

    The words, the counts of words and the renderings of each briefing are stored, so that a new
    count reads only the texts of briefings that are new or changed.
    """

    def count_again(
        self,
        progress: Callable[[int, int], object] = lambda *_: None,
        cutter: Callable[[], Cutter] = make_cutter,
    ) -> None:
        """Count and keep the terms of the texts as they are now; ``progress`` gets counts.

        The words of the corpus are counted first, if they are not.

        :param cutter: returns what cuts Chinese into words; asked only when there are new texts.
        """
        state = self.texts_state()
        words = WordCounter(self.index)
        words.refresh(lambda done, known: progress(done, 3 * known))
        cut = CutRowTable(self.index)
        cut.refresh(cutter, lambda done, known: progress(known + done, 3 * known))
        rows = cut.read()
        candidates = find_candidates(rows, self.least)
        counter = RenderingCounter(self.index, words)
        self.put(state, join_doubles(counter.count(candidates, rows, progress)))


def join_doubles(counted: Sequence[CountedTerm]) -> Iterator[Term]:
    """Yield the terms without duplicates.

    A passage that is nearly always part of a longer one is dropped. If a passage and its part have
    the same rendering, the one that explains the English less is dropped: 加征关税 (kept: 关税)
    for *tariffs*, 半岛 (kept: 朝鲜半岛) for *Korean Peninsula*.
    """
    known = {one.candidate.zh: one for one in counted}
    terms = {zh: make_term(one) for zh, one in known.items()}
    first = {zh: _first_key(one) for zh, one in known.items()}
    doubles: set[str] = set()
    for zh, term in terms.items():
        for part in _parts(zh) & known.keys():
            if term.count >= JOINED * terms[part].count:
                doubles.add(part)
            elif first[zh] and first[zh] == first[part]:
                doubles.add(part if term.sure >= terms[part].sure else zh)
    yield from (term for zh, term in terms.items() if zh not in doubles)


def _parts(zh: str) -> set[str]:
    """Return all shorter passages in one that may be candidates."""
    return {
        zh[start:end]
        for start in range(len(zh))
        for end in range(start + SHORTEST, len(zh) + 1)
        if end - start < len(zh)
    }


def _first_key(one: CountedTerm) -> str:
    """Return the content stems of the most frequent rendering."""
    return max(one.forms, key=lambda key: (bool(key), one.forms[key].rows, key), default="")


def make_term(one: CountedTerm) -> Term:
    """Return a counted candidate as a term, its renderings in order, acronyms with long forms."""
    renderings = [
        Rendering(forms.best, forms.rows, tuple(forms.examples), sure=_mean_sure(forms))
        for key, forms in one.forms.items()
        if key
    ]
    renderings.sort(key=lambda found: (-found.count, found.en))
    renderings = join_acronyms(renderings)
    missing = one.forms.get("")
    if missing is not None:
        renderings.append(Rendering("", missing.rows, tuple(missing.examples)))
    count = len(one.candidate.rows)
    score, sure = 0.0, 0.0
    if renderings[0].en:
        sure = renderings[0].sure
        score = one.candidate.weight * renderings[0].count / count * sure
    kind = choose_list(one.candidate.zh, renderings, count)
    return Term(one.candidate.zh, count, tuple(renderings), sure, score, kind)


def _mean_sure(forms: RenderingTotal) -> float:
    return round(forms.sure / forms.rows, 3)


def choose_list(zh: str, renderings: Sequence[Rendering], count: int) -> TermList:
    """Return the list in which a term is shown."""
    if any(phrase in zh for phrase in _ceremony()):
        return "ceremony"
    lost = sum(one.count for one in renderings if not one.en)
    if not renderings[0].en or 2 * lost > count:
        return "missing"
    return "certain" if renderings[0].count >= USUAL * count else "varied"


@cache
def _ceremony() -> tuple[str, ...]:
    """Return words of phrases of ceremony: greetings, thanks, who speaks next."""
    text = (files(__package__) / "ceremony.txt").read_text("utf-8")
    return tuple(text.split())


def join_acronyms(renderings: Sequence[Rendering]) -> list[Rendering]:
    """Return renderings with each acronym and its long form as one, the rarer of them a variant."""
    joined: list[Rendering] = []
    for one in renderings:
        for at, other in enumerate(joined):
            if is_acronym(one.en, other.en) or is_acronym(other.en, one.en):
                joined[at] = _merge(other, one)
                break
        else:
            joined.append(one)
    return sorted(joined, key=lambda found: (-found.count, found.en))


def _merge(kept: Rendering, variant: Rendering) -> Rendering:
    """Return a rendering that counts another one as its variant."""
    count = kept.count + variant.count
    examples = [*kept.examples, *variant.examples]
    sure = (kept.sure * kept.count + variant.sure * variant.count) / count
    return Rendering(
        kept.en,
        count,
        tuple(examples[:EXAMPLES]),
        (*kept.variants, variant.en),
        round(sure, 3),
    )


def is_acronym(short: str, long: str) -> bool:
    """Return whether a rendering abbreviates another one.

    >>> is_acronym("WHO", "World Health Organization"), is_acronym("US", "United Nations")
    (True, False)
    """
    letters = short.replace(".", "")
    if not (2 <= len(letters) <= 6 and letters.isupper() and " " in long):
        return False
    words = long.replace("-", " ").split()
    every = "".join(word[0] for word in words).upper()
    capital = "".join(word[0] for word in words if word[0].isupper())
    return letters in (every, capital)
