"""Documents in a ZIP: their titles, the encoding of their names, and those that cannot be read."""

import zipfile
from pathlib import Path

import pytest

from align.sources.ingest.crawl.captured_pages import read_again, read_captured

LIMIT = 1_000_000
TEXT = "甲方应按月支付租金。\n乙方负责设备的日常维护。\n合同自双方签字之日起生效。\n"


def zipped(path: Path, *names: str, text: str = TEXT) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, text)
    return path


def undeclared(path: Path, name: str, encoding: str) -> Path:
    """Write a ZIP as many programs do: the bytes of the name, without the flag of UTF-8."""
    raw = name.encode(encoding)
    zipped(path, "x" * len(raw))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    return path


def titles(path: Path) -> list[str]:
    return [one.title for page in read_captured(path, max_bytes=LIMIT) for one in page.documents]


def test_a_text_without_a_title_is_named_by_its_member(tmp_path: Path):
    members = ("zh/合同_最终版(2).TXT", "../../aux.txt", f"{'长' * 99}.txt")
    assert titles(zipped(tmp_path / "a.zip", *members)) == ["合同_最终版(2)", "_aux", "长" * 60]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_name_whose_encoding_the_zip_does_not_declare_is_decoded(tmp_path: Path, encoding: str):
    path = undeclared(tmp_path / "a.zip", "合同/最终版.txt", encoding)
    (page,) = read_captured(path, max_bytes=LIMIT)
    assert str(page.locator) == f"{path}, 合同/最终版.txt"
    assert page.documents[0].title == "最终版"
    assert read_again(page.locator, max_bytes=LIMIT).documents == page.documents


def test_documents_that_cannot_be_read_are_faults_and_lock_files_are_skipped(tmp_path: Path):
    members = ("a.doc", "zh/b.RTF", "c.pptx", "~$d.docx", "e.css", "f.jpg")
    found = list(read_captured(zipped(tmp_path / "a.zip", *members), max_bytes=LIMIT))
    assert [page.fault for page in found] == [
        "'.doc' files cannot be read; save it as .docx",
        "'.rtf' files cannot be read; save it as .docx",
        "'.pptx' files cannot be read; save its text as .docx or .txt",
    ]


def test_members_of_one_name_in_several_folders_keep_their_own_texts(tmp_path: Path):
    path = tmp_path / "a.zip"
    texts = {f"{folder}/index.html": f"<p>{folder}".encode() for folder in "abc"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    found = list(read_captured(path, max_bytes=LIMIT))
    assert {one.locator.place: one.page.body for one in found} == texts
