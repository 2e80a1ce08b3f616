"""``align doctor`` and ``encoders``: findings about this machine, a corpus, a page and a model."""

import json
from pathlib import Path

from align.corpus.store import Store


def test_encoders_lists_the_usable_ones(run):
    rows = {row["name"]: row for row in json.loads(run("encoders", "--json").out)}
    assert rows["use"]["usable"]
    assert "yes  use" in run("encoders").out


def test_encoders_measures_the_one_that_is_named(run):
    known = json.loads(run("encoders", "use", "--json").out)
    assert (known["signature"].split("@")[0], known["width"]) == ("use", 512)
    assert known["any_two"] + 0.3 < known["translations"]
    assert "calibrated: yes" in run("encoders", "use").out
    refused = run("encoders", "/no/such/folder")
    assert refused.code != 0
    assert "Traceback" not in refused.err


def test_doctor_finds_a_sound_machine_and_corpus(run, corpus: Path):
    done = run("doctor", "--corpus", corpus)
    assert done.code == 0, done.err
    assert f"{corpus}: 1 briefing, no problems found" in done.out


def test_doctor_reports_damaged_rows_and_rebuilds_them(run, corpus: Path):
    import sqlalchemy as sa

    with Store.open(corpus) as store:
        (briefing,), rows = store.briefings(), store.rows()
        with store.writing() as connection:
            connection.execute(sa.text("UPDATE bead SET zh = '[]' WHERE position = 1.0"))
    done = run("doctor", "--corpus", corpus)
    assert done.code == 1
    assert (
        f"!!  corpus                 {briefing.id}: 1 row differs from its alignment and "
        "decisions; run 'align doctor --rebuild'" in done.out
    )
    done = run("doctor", "--corpus", corpus, "--rebuild")
    assert done.code == 0, done.err
    assert f"{briefing.id}: 1 row rebuilt" in done.out
    with Store.open(corpus) as store:
        assert store.rows() == rows


def test_doctor_explains_how_a_page_is_read(run, demo: Path):
    page = demo / "pages" / "pressroom" / "2031-05" / "14" / "content_900001.htm"
    done = run("doctor", "--site", page)
    assert done.code == 0, done.err
    assert "scio_en" in done.out
    (lines,) = json.loads(run("doctor", "--site", page, "--json").out).values()
    assert [f"  {line}" for line in lines] == done.out.splitlines()[1:]
