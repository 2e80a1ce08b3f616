"""Train a small translation model from nothing on an export folder, English into Chinese.

    align export --format jsonl --filter complete --split -o FOLDER
    python -m training.train_demo_mt FOLDER --minutes 3

It proves that the export is whole and can be trained on, not that the model is good. The folder is
opened by ``datasets.load_dataset``; the model is a Transformer of torch over pieces of English
words and single Chinese characters. So few pairs are soon known by heart, so the state is kept that
fits best a part it does not learn from: dev, or where there is none a tenth of train. Printed are
the loss of the test part before and after, and sacreBLEU's BLEU (``tok:zh``) and chrF of what the
model makes of it. Needs the extra ``transformers``, ``datasets`` and ``sacrebleu``.
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # before the import: nothing is asked of a hub

import sacrebleu
import torch
from datasets import (  # type: ignore[import-untyped] # has no types
    disable_progress_bars,
    load_dataset,
)
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn

PAD, START, END, UNKNOWN = range(4)
SPECIAL = ["[PAD]", "[START]", "[END]", "[UNK]"]
LONGEST = 128
"""Tokens of a side; longer pairs are left out of training, and longer texts cut."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One bead with text on both sides."""

    en: str
    zh: str


def main() -> int:
    """Train, measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--minutes", type=float, default=3.0)
    options.add_argument("--steps", type=int, default=0, help="Stop after so many, in any time.")
    options.add_argument("--width", type=int, default=128)
    options.add_argument("--cache", default=None, help="Where datasets may keep its copy.")
    chosen = options.parse_args()
    disable_progress_bars()
    parts = read(chosen.folder, chosen.cache)
    train, held = parts["train"], parts.get("test") or parts["train"]
    dev = parts.get("validation") or train[9::10] or train
    if not parts.get("validation") and len(train) > len(dev):
        train = [pair for at, pair in enumerate(train) if at % 10 != 9]
    torch.manual_seed(0)
    reader = tokenizer([pair.en for pair in train], 2000)
    writer = tokenizer([pair.zh for pair in train], 4000)
    model = Translator(reader.get_vocab_size(), writer.get_vocab_size(), chosen.width)
    print(f"{len(train)} pairs to train on, {len(dev)} to stop by, {len(held)} held out")
    print(f"loss before {loss_of(model, reader, writer, held):.3f}")
    known = encoded(reader, writer, train)
    best = Best(model, lambda: loss_of(model, reader, writer, dev))
    steps = fit(model, known, chosen.minutes, chosen.steps, best)
    best.restore()
    after = loss_of(model, reader, writer, held)
    print(f"loss after {steps} steps, kept from step {best.step}: {after:.3f}")
    made = [translate(model, reader, writer, pair.en) for pair in held[:100]]
    right = [[pair.zh for pair in held[:100]]]
    bleu = sacrebleu.BLEU(tokenize="zh")
    chrf = sacrebleu.CHRF()
    print(f"{bleu.corpus_score(made, right)}  {bleu.get_signature()}")
    print(f"{chrf.corpus_score(made, right)}  {chrf.get_signature()}")
    print(f"{held[0].en}\n  {made[0]}\n  {held[0].zh}")
    return 0


def read(folder: Path, cache: str | None) -> dict[str, list[Pair]]:
    """Open an export folder and give the pairs of each part that have text on both sides."""
    loaded = load_dataset(str(folder.resolve()), cache_dir=cache)
    return {
        part: [Pair(one["en"], one["zh"]) for one in rows["translation"] if all(one.values())]
        for part, rows in loaded.items()
    }


def tokenizer(texts: Sequence[str], words: int) -> Tokenizer:
    """Learn pieces of words; every Chinese character stands alone."""
    made = Tokenizer(models.BPE(unk_token="[UNK]"))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split(Regex(r"\p{Han}|\p{P}|\d"), "isolated"),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=words, special_tokens=SPECIAL, show_progress=False, max_token_length=12
    )
    made.train_from_iterator(texts, trainer)
    return made


class Translator(nn.Module):
    """A Transformer that reads one language and writes another."""

    def __init__(self, read: int, written: int, width: int) -> None:
        super().__init__()
        self.read = nn.Embedding(read, width, padding_idx=PAD)
        self.written = nn.Embedding(written, width, padding_idx=PAD)
        self.places = nn.Embedding(LONGEST + 2, width)
        layer = nn.TransformerEncoderLayer(width, 4, 4 * width, 0.1, batch_first=True)
        encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.body = nn.Transformer(
            width, 4, 2, 2, 4 * width, 0.1, custom_encoder=encoder, batch_first=True
        )
        self.out = nn.Linear(width, written)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return the scores of the next token at every place: (batch, target, words)."""
        later = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
        states = self.body(
            self._placed(self.read, source),
            self._placed(self.written, target),
            tgt_mask=later,
            src_key_padding_mask=source == PAD,
            tgt_key_padding_mask=target == PAD,
            memory_key_padding_mask=source == PAD,
        )
        scores: Tensor = self.out(states)
        return scores

    def _placed(self, table: nn.Module, tokens: Tensor) -> Tensor:
        placed: Tensor = table(tokens) + self.places(torch.arange(tokens.shape[1]))
        return placed


def ids(tool: Tokenizer, text: str) -> list[int]:
    """Return the tokens of a text between marks of its start and end."""
    return [START, *tool.encode(text).ids[:LONGEST], END]


def encoded(
    reader: Tokenizer, writer: Tokenizer, pairs: Sequence[Pair]
) -> list[tuple[list[int], list[int]]]:
    """Return the tokens of pairs that are not too long."""
    made = [(ids(reader, pair.en), ids(writer, pair.zh)) for pair in pairs]
    return [one for one in made if max(map(len, one)) < LONGEST + 2] or made


def batches(
    pairs: Sequence[tuple[list[int], list[int]]], size: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield pairs in order, as tensors filled up to the same length."""
    for start in range(0, len(pairs), size):
        some = pairs[start : start + size]
        yield padded([one for one, _ in some]), padded([two for _, two in some])


def padded(rows: Sequence[list[int]]) -> Tensor:
    """Fill rows up to the same length."""
    return nn.utils.rnn.pad_sequence(
        [torch.tensor(row) for row in rows], batch_first=True, padding_value=PAD
    )


def cost(model: Translator, source: Tensor, target: Tensor) -> Tensor:
    """Return the mean cross entropy of the right next tokens."""
    scores = model(source, target[:, :-1])
    return nn.functional.cross_entropy(
        scores.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PAD
    )


@torch.no_grad()
def loss_of(
    model: Translator, reader: Tokenizer, writer: Tokenizer, pairs: Sequence[Pair]
) -> float:
    """Return the mean loss of a batch over pairs."""
    model.eval()
    costs = [cost(model, *batch).item() for batch in batches(encoded(reader, writer, pairs), 32)]
    return sum(costs) / max(len(costs), 1)


class Best:
    """Remembers the state of a model that had the lowest loss so far."""

    def __init__(self, model: Translator, loss: Callable[[], float]) -> None:
        self._model, self._loss = model, loss
        self.step, self.lowest = 0, math.inf
        self._state = deepcopy(model.state_dict())

    def look(self, step: int) -> None:
        """Keep the present state if it is better than those before."""
        loss = self._loss()
        self._model.train()
        if loss < self.lowest:
            self.step, self.lowest, self._state = step, loss, deepcopy(self._model.state_dict())

    def restore(self) -> None:
        """Return the model its best state back."""
        self._model.load_state_dict(self._state)


def fit(
    model: Translator,
    pairs: list[tuple[list[int], list[int]]],
    minutes: float,
    most: int,
    best: Best,
) -> int:
    """Train for some minutes or steps, and return how many steps it was."""
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    until = time.monotonic() + 60 * minutes
    generator = torch.Generator().manual_seed(0)
    step = 0
    while True:
        order = torch.randperm(len(pairs), generator=generator).tolist()
        for source, target in batches([pairs[at] for at in order], 32):
            for group in optimizer.param_groups:
                group["lr"] = 1e-3 * min(1.0, (step + 1) / 100)
            loss = cost(model, source, target)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch has no type here
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step & (step - 1) == 0:
                print(f"step {step}: loss {loss.item():.3f}", flush=True)
            if step % 20 == 0 or step == most:
                best.look(step)
            if (most and step >= most) or (not most and time.monotonic() > until):
                return step
            if not math.isfinite(loss.item()):
                sys.exit("the loss is no number any more; the export may hold broken texts")


@torch.no_grad()
def translate(model: Translator, reader: Tokenizer, writer: Tokenizer, text: str) -> str:
    """Write the likeliest next token again and again."""
    model.eval()
    source = torch.tensor([ids(reader, text)])
    target = [START]
    while len(target) < LONGEST and target[-1] != END:
        target.append(int(model(source, torch.tensor([target]))[0, -1].argmax()))
    return writer.decode(target).replace(" ", "").replace("▁", "")


if __name__ == "__main__":
    sys.exit(main())
