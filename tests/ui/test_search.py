"""The search page: hits as HTML, conditions, counts and files, without a browser."""

import pytest
from bead_strategy import bead
from beads_in_memory import MemoryStore
from review_cases import stored
from streamlit.testing.v1 import AppTest

from align.search import Concordance, Where
from align.ui.hits import LONG, line_html, sides_html
from align.ui.search import PAGE, export_hits

BODY = "from align.ui.app import draw_page\ndraw_page('search')"


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    folder = tmp_path / "corpus"
    monkeypatch.setenv("ALIGN_CORPUS", str(folder))
    return folder


def asked(query, **state):
    app = AppTest.from_string(BODY, default_timeout=60)
    for name, value in {"words": query, **state}.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app):
    return " ".join(
        str(one.value) for kind in ("caption", "info", "error") for one in app.get(kind)
    )


def hit(query, **fields):
    (found,) = Concordance(MemoryStore(bead(**fields))).search(query).hits
    return found


def test_both_texts_stand_beside_each_other_with_their_marks():
    html = sides_html(hit("船只", zh="船只<b>来了。", en="The ship & its crew came."))
    assert '<div lang="zh-Hans"><mark>船只</mark>&lt;b&gt;来了。</div>' in html
    assert '<div lang="en">The <i>ship</i> &amp; its crew came.</div>' in html
    assert "details" not in html


def test_a_long_text_is_shown_around_its_hit_and_whole_on_request():
    zh = "水价不变。" * 60 + "港口开放。" + "水价不变。" * 60
    part, whole = sides_html(hit("港口", zh=zh, en="Ports open.")).split("</summary>")
    assert part.startswith('<details class="whole"><summary>')
    assert "…" in part
    assert "<mark>港口</mark>开放。" in part
    assert part.count("水价") * 4 < LONG["zh"]
    assert whole.count("水价") == 120


def test_a_long_text_is_cut_between_words():
    sentence = "Water prices do not change this year."
    part, _ = sides_html(hit("港口", zh="港口。", en=f"{sentence} " * 30)).split("</summary>")
    assert part.split(" …")[0].split()[-1] in sentence.split()


def test_a_side_that_is_empty_says_so():
    assert "no counterpart" in sides_html(hit("港口", zh="港口。", en=""))


def test_a_hit_in_its_line_has_its_counterpart_below():
    html = line_html(
        hit('"open to"', zh="这个港口对所有船只开放。", en="The <port> is open to every ship.")
    )
    assert '<span class="before">The &lt;port&gt; is </span><mark>open to</mark>' in html
    assert '<span class="other" lang="zh-Hans">' in html


def test_what_fits_nothing_says_what_to_do(corpus):
    with stored(corpus):
        assert "No row fits. Leave a word out" in shown(asked("zebra"))


def test_a_query_that_cannot_be_read_is_one_line(corpus):
    with stored(corpus):
        assert "has no partner" in shown(asked('"unclosed'))
        assert "holds no word to look for" in shown(asked("water & | ! : *"))


def test_conditions_narrow_the_hits(corpus):
    with stored(corpus):
        everything = asked("water OR lake OR prices")
        assert "rows fit" in shown(everything)
        assert "No row fits" in shown(asked("water OR lake OR prices", s_speaker="nobody"))
        narrowed = asked("water OR lake OR prices", s_doubt=0.05)
        assert "No row fits" in shown(narrowed)
        assert narrowed.get("popover")[0].proto.popover.label == "More conditions (1)"


def test_counts_are_plotted_when_they_are_asked_for(corpus):
    with stored(corpus):
        assert not asked("water").get("vega_lite_chart")
        assert len(asked("water", hits_counts=True).get("vega_lite_chart")) == 2


def test_a_new_question_starts_at_its_first_page(corpus):
    assert PAGE == 25
    with stored(corpus):
        app = asked("water", hits_page=3)
        assert app.session_state["hits_page"] == 0


def test_the_file_of_hits_holds_all_of_them_and_nothing_else(corpus):
    with stored(corpus) as store:
        concordance = Concordance(store)
        query = "湖水"
        made = export_hits(store, concordance, query, Where(), "tsv").decode()
        _, *rows = made.splitlines()
        assert len(rows) == concordance.search(query).total == 1
        assert "湖水" in rows[0]
        concordance.close()


def test_by_meaning_the_nearest_rows_come_first_and_say_how_near_they_are(corpus):
    with stored(corpus):
        app = asked("the lake is cleaner", s_by="by meaning")
        html = [one.value for one in app.get("html") if 'class="hit"' in str(one.value)]
        assert "湖水更清了" in html[0]
        assert "near by its" in shown(app)
        zh = asked("the lake is cleaner", s_by="by meaning", s_side="Chinese")
        assert "near by its English" not in shown(zh)
