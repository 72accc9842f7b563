"""Writes a random Qwen2 model directory that Jlama reads: python bench/peers/jlama/directory.py OUT [SIZE] [DTYPE]"""

import json
import sys
from pathlib import Path

import torch
from tokenizers.pre_tokenizers import ByteLevel

sys.path.insert(0, str(Path(__file__).parent.parent))
from model import save, weights  # noqa: E402
from work import SIZES  # noqa: E402


def main():
    out, size, dtype = Path(sys.argv[1]), *(sys.argv[2:] + ["0.5b", "bfloat16"][len(sys.argv) - 2:])
    shape = SIZES[size]
    # Jlama takes one end token only; Decode.java knows the others.
    save(out, shape, weights(shape, dtype=getattr(torch, dtype)), bos_token_id=0, eos_token_id=0)
    # Prompts are given as token ids; this tokenizer is only there because Jlama wants one.
    characters = {c: i for i, c in enumerate(sorted(ByteLevel.alphabet()))}
    special = {"id": len(characters), "content": "<|end|>", "special": True, "single_word": False, "lstrip": False,
               "rstrip": False, "normalized": False}
    (out / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "added_tokens": [special], "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True},
        "model": {"type": "BPE", "unk_token": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": characters, "merges": []}}))
    (out / "README.md").write_text("Random weights.\n")  # Jlama's quantization wants to copy one
    (out / "tokenizer_config.json").write_text(json.dumps({"eos_token": "<|end|>", "bos_token": None}))


if __name__ == "__main__":
    main()
