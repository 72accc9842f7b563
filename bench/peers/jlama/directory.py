"""Writes a random Qwen2 model directory that Jlama reads: python bench/peers/jlama/directory.py OUT [SIZE] [DTYPE]"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers.pre_tokenizers import ByteLevel

sys.path.insert(0, str(Path(__file__).parent.parent))
from model import EPS, THETA, weights  # noqa: E402
from work import SIZES  # noqa: E402


def main():
    out, size, dtype = Path(sys.argv[1]), *(sys.argv[2:] + ["0.5b", "bfloat16"][len(sys.argv) - 2:])
    s = SIZES[size]
    w = weights(s, dtype=getattr(torch, dtype))
    tensors = {"model.embed_tokens.weight": w["embed"], "model.norm.weight": w["norm"]}
    for n in range(s.layers):
        at = f"model.layers.{n}."
        widths = [s.heads * s.dim, s.kv * s.dim, s.kv * s.dim]
        for kind, packed in (("weight", w[f"{n}.qkv"]), ("bias", w[f"{n}.qkv.bias"])):
            for x, part in zip("qkv", packed.split(widths)):
                tensors[f"{at}self_attn.{x}_proj.{kind}"] = part.clone()
        gate, up = w[f"{n}.gate_up"].chunk(2)
        tensors |= {f"{at}self_attn.o_proj.weight": w[f"{n}.o"], f"{at}mlp.down_proj.weight": w[f"{n}.down"],
                    f"{at}mlp.gate_proj.weight": gate.clone(), f"{at}mlp.up_proj.weight": up.clone(),
                    f"{at}input_layernorm.weight": w[f"{n}.norm1"],
                    f"{at}post_attention_layernorm.weight": w[f"{n}.norm2"]}
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "model.safetensors", {"format": "pt"})
    (out / "config.json").write_text(json.dumps({
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": s.vocab, "hidden_size": s.hidden,
        "intermediate_size": s.ffn, "num_hidden_layers": s.layers, "num_attention_heads": s.heads,
        "num_key_value_heads": s.kv, "hidden_act": "silu", "rms_norm_eps": EPS, "rope_theta": THETA,
        "tie_word_embeddings": True, "max_position_embeddings": 512, "bos_token_id": 0, "torch_dtype": dtype,
        "eos_token_id": 0}, indent=2))
    # The other stop tokens are the benchmark's. Prompts are given as token ids; this tokenizer is only there because Jlama wants one.
    characters = {c: i for i, c in enumerate(sorted(ByteLevel.alphabet()))}
    special = {"id": len(characters), "content": "<|end|>", "special": True, "single_word": False, "lstrip": False,
               "rstrip": False, "normalized": False}
    (out / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "added_tokens": [special], "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True},
        "model": {"type": "BPE", "unk_token": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": characters, "merges": []}}))
    (out / "tokenizer_config.json").write_text(json.dumps({"eos_token": "<|end|>", "bos_token": None}))


if __name__ == "__main__":
    main()
