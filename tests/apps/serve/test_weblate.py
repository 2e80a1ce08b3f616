"""The translation memory, asked by Weblate's own client.

Weblate brings 550 MB: .ci/run installs it into an environment of its own and runs this file there.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(
    find_spec("weblate") is None, reason="weblate is not installed; .ci/run does"
)

PROGRAM = """
import json, sys
import django

django.setup()
from weblate.machinery.tmserver import TMServerTranslation

memory = TMServerTranslation({"url": sys.argv[1]})
changed = "Output grew by 5% last year, which is good news."
texts = [("zh_Hans", "en", "谢谢主持人。"), ("en", "zh-CN", changed)]
answers = [
    list(memory.download_translations(*map(memory.map_language_code, codes), text, None, None))
    for *codes, text in texts
]
print(json.dumps({"languages": memory.download_languages(), "answers": answers}))
"""


def test_weblate_reads_languages_exact_and_fuzzy_translations(address, tmp_path):
    settings = {"DJANGO_SETTINGS_MODULE": "weblate.settings_test", "CI_BASE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, address],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert ["zh", "en"] in told["languages"]
    assert ["en", "zh"] in told["languages"]
    (exact, *_), (fuzzy, *_) = told["answers"]
    assert exact == {
        "text": "Thank you.", "quality": 100, "service": "tmserver", "source": "谢谢主持人。",
    }  # fmt: skip
    assert fuzzy["source"] == "Output grew by 3% last year, which is good news."
    assert 75 <= fuzzy["quality"] < 100
