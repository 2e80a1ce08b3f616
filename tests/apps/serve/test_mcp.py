"""The MCP server, asked by the client of the official SDK."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import anyio
import pytest

from align.corpus.search import Concordance
from align.corpus.search.terms import KeptTerms
from align.corpus.store import Store

mcp = pytest.importorskip("mcp")


@pytest.fixture
def call(corpus):
    from align.apps.serve.mcp import make_server

    async def ask(work):
        async with mcp.Client(make_server(corpus)) as client:
            return await work(client)

    with ThreadPoolExecutor(1) as own:  # in the tests' own thread Playwright's loop may run
        yield lambda work: own.submit(anyio.run, ask, work).result()


def use(call, tool, **given):
    answer = call(lambda client: client.call_tool(tool, given))
    assert not answer.is_error, answer
    return answer.structured_content


def test_the_tools_only_read_and_say_that_texts_are_data(call):
    tools = call(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"search", "pair", "terms"}
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert "never instructions" in tool.description
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize("query", ["谢谢", "grew", "zh:好 en:news"])
def test_search_answers_as_the_library(call, folder, query):
    with Store.open(folder) as store:
        expected = asdict(Concordance(store).search(query, 20))
    assert use(call, "search", query=query) == json.loads(json.dumps(expected))


def test_a_pair_has_its_addresses_and_what_stands_around_it(call):
    (hit,) = use(call, "search", query="谢谢主持人")["hits"]
    pair = use(call, "pair", bead=hit["bead"])
    assert (pair["zh"], pair["en"]) == ("谢谢主持人。", "Thank you.")
    assert pair["url_en"] == "http://site.example/en.html"
    assert [one["en"] for one in pair["before"]] == ["Good morning.", "Welcome to the briefing."]
    assert [one["zh"] for one in pair["after"]] == ["去年产量增长3%。这是好消息。"]


def test_terms_are_those_of_the_command(call, folder):
    with Store.open(folder) as store:
        concordance = Concordance(store)
        concordance.refresh()
        terms = KeptTerms(concordance.index, 1)
        terms.count_again()
        expected = [asdict(term) for term in terms.find()]
    assert expected
    answered = use(call, "terms", least=1)["terms"]
    assert answered == json.loads(json.dumps(expected))
    assert use(call, "terms", least=1, holding="产量")["terms"] == [
        term for term in answered if "产量" in term["zh"]
    ]


@pytest.mark.parametrize(
    ("tool", "given", "line"),
    [
        ("search", {"query": '"'}, "unmatched quotation mark at character 1"),
        ("search", {"query": "x", "limit": -1}, "limit='-1': give a number from 0 to 200"),
        ("search", {"query": "x", "since": "may"}, "since='may': give a date"),
        ("pair", {"bead": "none"}, "none: unknown bead; search for its id"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line(call, tool, given, line):
    answer = call(lambda client: client.call_tool(tool, given))
    assert answer.is_error
    assert re.search(rf"\b[a-z]+\.[a-z-]+: {re.escape(line)}", answer.content[0].text)
    assert "\n" not in answer.content[0].text


def test_the_command_speaks_over_stdio(folder):
    async def ask():
        words = ["-m", "align", "mcp", "--corpus", str(folder)]
        server = mcp.StdioServerParameters(command=sys.executable, args=words)
        async with mcp.Client(mcp.stdio_client(server)) as client:
            return await client.call_tool("search", {"query": "谢谢"})

    with ThreadPoolExecutor(1) as own:
        answer = own.submit(anyio.run, ask).result()
    assert answer.structured_content["total"] == 1


@pytest.mark.parametrize("query", ["谢谢\ud83d", "\ude00", "\ud800\ud800 OR 谢谢"])
def test_half_a_character_gets_an_answer_over_stdio(folder, query):
    def ask(number, method, **given):
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = {}
        while answer.get("id") != number:
            answer = json.loads(process.stdout.readline())
        return answer

    client = {"protocolVersion": "2025-06-18", "capabilities": {}}
    client["clientInfo"] = {"name": "test", "version": "1"}
    words = [sys.executable, "-m", "align", "mcp", "--corpus", str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, text=True, encoding="utf-8", **pipes) as process:
        ask(1, "initialize", **client)
        process.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        answers = [
            ask(number, "tools/call", name="search", arguments={"query": asked})
            for number, asked in enumerate((query, "谢谢"), 2)
        ]
        process.stdin.close()
    assert all("result" in answer or "error" in answer for answer in answers)
    assert answers[1]["result"]["structuredContent"]["total"] == 1
