"""What a release needs: absolute links for the index, pictures that are not older than the page."""

import shutil
import tomllib
from pathlib import Path

import pytest
from release_links import add_urls, make_absolute
from screenshots import SHOWN, digest_page

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://git.example/us/briefing-align"


def test_links_of_the_readme_lead_to_the_repository():
    text = make_absolute((ROOT / "README.md").read_text("utf-8"), BASE, "v9")
    assert f"]({BASE}/raw/v9/docs/img/review.png)" in text
    assert f"]({BASE}/blob/v9/docs/howto/install.md)" in text
    assert "](docs/" not in text


@pytest.mark.parametrize("link", ["[a](https://x.example/b.md)", "[a](#b)", "[a](mailto:b@c)"])
def test_other_links_stay(link: str):
    assert make_absolute(link, BASE, "v9") == link


def test_the_project_file_gets_its_addresses():
    project = add_urls((ROOT / "pyproject.toml").read_text("utf-8"), BASE, "v9")
    urls = tomllib.loads(project)["project"]["urls"]
    assert urls["Changelog"] == f"{BASE}/blob/v9/CHANGELOG.md"
    with pytest.raises(SystemExit):
        add_urls(project, BASE, "v9")


@pytest.mark.parametrize("name", ["align/apps/page/review.py", "scripts/screenshots.py"])
def test_pictures_are_older_than_a_page_that_changed(tmp_path: Path, name: str):
    for pattern in SHOWN:
        for path in ROOT.glob(pattern):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    before = digest_page(tmp_path)
    assert before == digest_page()
    (tmp_path / name).write_text("changed", encoding="utf-8")
    assert digest_page(tmp_path) != before


def test_version_and_citation_agree():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
