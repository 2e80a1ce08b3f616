"""The description of the HTTP interface, checked by a validator of OpenAPI."""

import json
import urllib.request

import pytest

validator = pytest.importorskip("openapi_spec_validator", reason=".ci/run installs it")


def test_the_description_is_valid_openapi(address):
    with urllib.request.urlopen(address.removesuffix("/tm") + "/openapi.json") as answer:
        described = json.load(answer)
    validator.validate(described)
    assert described["openapi"].startswith("3.")
