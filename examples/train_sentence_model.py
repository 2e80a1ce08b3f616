"""Train a small sentence model on an export, and test it: python train_sentence_model.py FOLDER.

FOLDER is what ``align export --format jsonl --split`` wrote. For each Chinese sentence of the test
set the model looks for the English sentence that translates it; the score is the share found. The
model learns from the export alone, so it needs no network, and a corpus of two briefings teaches
it little. Needs: pip install sentence-transformers datasets accelerate
"""

import os
import sys
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"  # set before the imports: nothing is asked of a hub

import torch
from datasets import Dataset, load_dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers


def make_tokenizer(texts: Any) -> Tokenizer:  # noqa: ANN401 # an iterable of strings
    """Return a tokenizer of single Chinese characters, numbers, and pieces of English words."""
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    pieces = pre_tokenizers.Split(Regex(r"\p{Han}|\d+|\p{P}"), "isolated")
    words = pre_tokenizers.WhitespaceSplit()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pieces, words])
    trainer = trainers.BpeTrainer(vocab_size=800, special_tokens=["[UNK]"], show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def share_found(model: SentenceTransformer, pairs: Dataset) -> float:
    """Return the share of Chinese sentences whose own translation is the nearest of all."""
    zh = model.encode(list(pairs["translation.zh"]), show_progress_bar=False)
    en = model.encode(list(pairs["translation.en"]), show_progress_bar=False)
    nearest = model.similarity(zh, en).argmax(dim=1)
    return float((nearest == torch.arange(len(zh))).float().mean())


def train(model: SentenceTransformer, pairs: Dataset, folder: str) -> None:
    """Train the model on pairs of sentences."""
    arguments = SentenceTransformerTrainingArguments(
        output_dir=folder,
        num_train_epochs=8,
        learning_rate=0.1,
        seed=0,
        per_device_train_batch_size=32,
        use_cpu=True,
        report_to="none",
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
    )
    loss = MultipleNegativesRankingLoss(model)
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=pairs, loss=loss).train()


def main() -> None:
    """Train and test."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {sys.argv[0]} FOLDER, written by 'align export --split'")
    parts = load_dataset(sys.argv[1], cache_dir="cache")
    sides = {
        name: rows.flatten().select_columns(["translation.zh", "translation.en"])
        for name, rows in parts.items()
    }
    torch.manual_seed(0)
    texts = (text for pair in parts["train"]["translation"] for text in pair.values())
    embedding = StaticEmbedding(make_tokenizer(texts), embedding_dim=128)
    model = SentenceTransformer(modules=[embedding], device="cpu")
    print(f"found before training: {share_found(model, sides['test']):.2f}")
    train(model, sides["train"], "trained")
    print(f"found after training: {share_found(model, sides['test']):.2f}")


if __name__ == "__main__":
    main()
