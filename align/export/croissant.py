"""Croissant metadata of an export folder: what its files are, in the vocabulary of MLCommons."""

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from ..records import LANGUAGES
from .formats.values import FIELDS, HEAD
from .plan import ExportPlan, ExportResult

_MEDIA = {
    ".jsonl": "application/jsonlines",
    ".parquet": "application/x-parquet",
    ".tsv": "text/tab-separated-values",
    ".tmx": "application/xml",
    ".xlf": "application/xml",
    ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TYPES = {"probability": "sc:Float", "date": "sc:Date", "retrieved": "sc:DateTime"}
_LISTS = ("zh_index", "en_index", "checks")


def render_croissant(
    plan: ExportPlan, exported: ExportResult, about: Mapping[str, Any], folder: Path
) -> str:
    """Return the metadata of the files in a folder.

    :param about: the values of ``corpus.toml``.
    """
    name = str(about.get("title") or about.get("name") or "briefings")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    loadable = exported.parts if plan.format in ("jsonl", "parquet", "tsv") else ()
    context = (resources(__package__) / "croissant_context.json").read_text("utf-8")
    values = {
        "@context": json.loads(context),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "description": str(
            about.get("description") or "Briefings in Chinese and English, aligned."
        ),
        "license": str(about.get("licence_url") or about.get("licence") or "see README.md"),
        "inLanguage": list(LANGUAGES),
        "citeAs": str(about.get("citation") or name),
        "distribution": [_file(path, path.relative_to(folder).as_posix()) for path in files],
        "recordSet": [_records(part.files[0].name, plan) for part in loadable],
    }
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _file(path: Path, name: str) -> dict[str, str]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": _MEDIA.get(path.suffix, "text/plain"),
        "sha256": sha256,
    }


def _records(table: str, plan: ExportPlan) -> dict[str, Any]:
    """Return the fields of a file that has one record a bead or document."""
    part = table.partition(".")[0]
    columns = ("id", *HEAD) if plan.documents else [name for name in FIELDS if name not in _LISTS]
    return {
        "@type": "cr:RecordSet",
        "@id": part,
        "name": part,
        "field": [_field(part, name, table, plan.format) for name in (*LANGUAGES, *columns)],
    }


def _field(part: str, name: str, table: str, form: str) -> dict[str, Any]:
    source: dict[str, Any] = {"fileObject": {"@id": table}, "extract": {"column": name}}
    if name in LANGUAGES and form != "tsv":
        source |= {"extract": {"column": "translation"}, "transform": {"jsonPath": name}}
    return {
        "@type": "cr:Field",
        "@id": f"{part}/{name}",
        "name": name,
        "dataType": _TYPES.get(name, "sc:Text"),
        "source": source,
    }
