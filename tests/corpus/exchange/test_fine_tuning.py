"""Records to fine-tune models on: chat messages, and preferences with the origin of both sides."""

import json

import pytest
from bead_strategy import bead

from align.corpus.exchange.formats import ExportHeader, Machine, chat, preferences
from align.corpus.exchange.plan import ExportPlan
from align.corpus.exchange.run import export
from align.errors import FormatError


class MemoryBeads:
    """A store of some beads."""

    card = {}  # noqa: RUF012 # never changed

    def __init__(self, *beads):
        self._beads = beads

    def pairs(self, briefing_ids=None):
        return iter(self._beads)


def made(number, zh, en, **fields):
    known = {"zh_raw": zh, "en_raw": en, "status": "accepted", "reviewer": "mei"} | fields
    return bead(id=f"b{number}", briefing="port", zh=zh, en=en, **known)


BEADS = (
    made(1, "港口去年运货。", "The port handled cargo."),
    made(2, "灯塔亮了。", "The lighthouse is lit.", en_raw="The light house is on."),
    made(3, "潮水退了。", "The tide is out.", en_raw="the  tide is out"),  # means the same
    made(4, "谢谢。", ""),
    made(5, "渔民回来了。", "The fishers are back.", status="unreviewed", reviewer=""),
)


def records(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_chat_has_both_directions_and_the_system_text_of_the_user(tmp_path):
    path = tmp_path / "port.chat.jsonl"
    done = export(MemoryBeads(*BEADS), ExportPlan("chat", path, system="{source}->{target}"))
    assert (done.pairs, done.left_out) == (4, 1)
    there, back = records(path)[:2]
    assert there["messages"] == [
        {"role": "system", "content": "Chinese->English"},
        {"role": "user", "content": "港口去年运货。"},
        {"role": "assistant", "content": "The port handled cargo."},
    ]
    assert [message["content"] for message in back["messages"]] == [
        "English->Chinese",
        "The port handled cargo.",
        "港口去年运货。",
    ]
    assert (there["direction"], back["direction"], there["id"]) == ("zh-en", "en-zh", back["id"])


def test_without_a_system_text_there_is_no_such_message(tmp_path):
    path = tmp_path / "port.chat.jsonl"
    chat.write([BEADS[0]], path, ExportHeader(system=""))
    assert [message["role"] for message in records(path)[0]["messages"]] == ["user", "assistant"]


def test_preferences_come_from_corrections_that_changed_the_meaning(tmp_path):
    path = tmp_path / "port.preferences.jsonl"
    done = export(MemoryBeads(*BEADS), ExportPlan("preferences", path, system=""))
    assert (done.pairs, done.left_out) == (1, 4)
    (record,) = records(path)
    assert record["prompt"] == [{"role": "user", "content": "灯塔亮了。"}]
    assert record["chosen"] == [{"role": "assistant", "content": "The lighthouse is lit."}]
    assert record["rejected"] == [{"role": "assistant", "content": "The light house is on."}]
    assert (record["chosen_origin"], record["rejected_origin"]) == (
        "corrected by mei",
        "as published",
    )


def test_preferences_come_from_a_machine_against_accepted_beads(tmp_path):
    texts = {"b1": "Port carry.", "b2": "Lamp.", "b3": "The tide is out!", "b5": "Fishers."}
    plan = ExportPlan("preferences", tmp_path / "p.jsonl", machine=Machine("mt.en", "en", texts))
    assert export(MemoryBeads(*BEADS), plan).pairs == 3
    assert [
        (one["id"], one["rejected"][0]["content"], one["chosen_origin"], one["rejected_origin"])
        for one in records(plan.output)
    ] == [
        ("b1", "Port carry.", "accepted by mei", "machine: mt.en"),
        ("b2", "The light house is on.", "corrected by mei", "as published"),
        ("b2", "Lamp.", "accepted by mei", "machine: mt.en"),
    ]


def test_a_corrected_chinese_side_is_preferred_in_the_other_direction(tmp_path):
    path = tmp_path / "p.jsonl"
    plan = ExportPlan("preferences", path, system="")
    export(MemoryBeads(made(1, "灯塔亮了。", "It is lit.", zh_raw="登塔亮了。")), plan)
    (record,) = records(path)
    assert (record["direction"], record["prompt"][0]["content"]) == ("en-zh", "It is lit.")
    assert record["rejected"] == [{"role": "assistant", "content": "登塔亮了。"}]


def test_preferences_of_a_corpus_that_nobody_corrected_say_why_there_are_none(tmp_path):
    plan = ExportPlan("preferences", tmp_path / "tuning.jsonl")
    with pytest.raises(FormatError, match="1 beads were read; 1 not supported by preferences"):
        export(MemoryBeads(BEADS[0]), plan)


@pytest.mark.parametrize("name", ["zh", "en"])
def test_the_language_of_a_machine_is_seen(tmp_path, name):
    path = tmp_path / "mt"
    path.write_text({"zh": "港口运货", "en": "Port carry"}[name] + "\n", encoding="utf-8")
    assert preferences.read_machine(path, BEADS[:1]).language == name


def test_a_machine_of_another_length_is_refused(tmp_path):
    path = tmp_path / "mt.en"
    path.write_text("One.\nTwo.\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"mt.en: 2 lines, but the export has 4 beads; translate"):
        preferences.read_machine(path, BEADS)


def test_the_command_line_refuses_and_writes_preferences(run, tmp_path):
    (tmp_path / "in.tsv").write_text(
        "briefing\tstatus\tzh\ten\nport\taccepted\t灯塔亮了。\tIt is lit.\n", encoding="utf-8"
    )
    assert run("import", "in.tsv", "--corpus", "c").code == 0
    (tmp_path / "mt").write_text("Light on.\n", encoding="utf-8")
    words = ("export", "--corpus", "c", "--format", "preferences", "-o", "p.jsonl")
    assert run(*words, "--machine", "mt").code == 0
    assert records(tmp_path / "p.jsonl")[0]["rejected"][0]["content"] == "Light on."
    (tmp_path / "mt").write_text("Light on.\nAnd off.\n", encoding="utf-8")
    refused = run(*words[:-1], "q.jsonl", "--machine", "mt")
    assert (refused.code, (tmp_path / "q.jsonl").exists()) == (1, False)
    assert run("export", "--corpus", "c", "--format", "chat", "--machine", "mt").code == 2


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Return a model with random weights, and its tokenizer: single bytes."""
    pytest.importorskip("trl", reason="trl is not installed: pip install trl")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {word: number for number, word in enumerate(["<end>", "<pad>", *letters])}
    bytewise = Tokenizer(models.BPE(vocab=words, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token="<end>", pad_token="<pad>"
    )
    tokenizer.chat_template = (
        "{% for message in messages %}{{ message.role }}: {{ message.content }}<end>{% endfor %}"
        "{% if add_generation_prompt %}assistant: {% endif %}"
    )
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, eos_token_id=0, pad_token_id=1, bos_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(tmp_path / "model")  # DPO reads it a second time
    return LlamaForCausalLM.from_pretrained(tmp_path / "model"), tokenizer


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["chat", "preferences"])
def test_a_model_is_tuned_for_one_step(name, tiny, tmp_path):
    import trl
    from datasets import load_dataset

    path = tmp_path / f"train.{name}.jsonl"
    texts = {"b1": "Port carry.", "b2": "Lamp."}
    plan = ExportPlan(name, path, machine=Machine("mt.en", "en", texts))
    export(MemoryBeads(*BEADS), plan)
    data = load_dataset("json", data_files=str(path), cache_dir=str(tmp_path / "cache"))["train"]
    sft = name == "chat"
    settings = (trl.SFTConfig if sft else trl.DPOConfig)(
        output_dir=str(tmp_path / "out"), max_steps=1, per_device_train_batch_size=2,
        use_cpu=True, bf16=False, report_to="none", save_strategy="no", disable_tqdm=True,
    )  # fmt: skip
    model, tokenizer = tiny
    before = model.lm_head.weight.detach().clone()
    trainer = (trl.SFTTrainer if sft else trl.DPOTrainer)(
        model=model, args=settings, train_dataset=data, processing_class=tokenizer
    )
    trainer.train()
    assert trainer.state.global_step == 1
    assert not before.equal(trainer.model.lm_head.weight.detach())
