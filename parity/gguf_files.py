"""Writes small GGUF files with the gguf package, and what it reads from them.

Run from the repository root: python parity/gguf_files.py
Needs gguf, numpy, safetensors. Writes core/src/test/resources/io/braid/gguf/: a file with a tensor of
each type and its dequantized elements, and three of the checkpoints in checkpoint/models/ as models.
With --check BRAID it exports those checkpoints by BRAID model export, and compares what the gguf
package reads with what is here; nothing is written then.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
from gguf.quants import dequantize, quantize
from safetensors.numpy import load_file, save_file

RESOURCES = Path("core/src/test/resources/io/braid")
OUT = RESOURCES / "gguf"
TYPES = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"]

# Where half-precision numbers are in a block; random bytes there would be infinite or NaN.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
MODULES = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789.,?!+-*=") + ["\u0120", "\u010a"]
MERGES = ["\u0120 t", "h e", "\u0120t he", "1 2", "a t"]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def tokens(rows: int) -> tuple[list[str], list[int]]:
    pieces = LETTERS + [merge.replace(" ", "") for merge in MERGES]
    kinds = [gguf.TokenType.NORMAL] * len(pieces) + [gguf.TokenType.CONTROL] * len(SPECIALS)
    pieces = pieces + SPECIALS
    while len(pieces) < rows:
        kinds.append(gguf.TokenType.UNUSED)
        pieces.append(f"[PAD{len(pieces)}]")
    return pieces, kinds


def write_types() -> None:
    writer = gguf.GGUFWriter(OUT / "types.gguf", "types")
    random = np.random.default_rng(7)
    expected = {}
    for name in TYPES:
        kind = gguf.GGMLQuantizationType[name]
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        rows, columns = 2, 256
        if elements == 1:
            values = random.normal(size=(rows, columns)).astype(np.float32)
            data = quantize(values, kind)
        else:
            blocks = random.integers(0, 256, size=(rows * columns // elements, size), dtype=np.uint8)
            for place in HALVES[name]:
                halves = random.normal(scale=0.1, size=(len(blocks), 1)).astype(np.float16)
                blocks[:, place:place + 2] = halves.view(np.uint8)
            data = blocks.reshape(rows, -1)
        expected[name] = np.ascontiguousarray(dequantize(data, kind), dtype=np.float32)
        assert expected[name].shape == (rows, columns) and np.isfinite(expected[name]).all()
        writer.add_tensor(name, data, raw_dtype=kind)
    finish(writer)
    save_file(expected, OUT / "types.safetensors")


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permuted(weight: np.ndarray, heads: int) -> np.ndarray:
    """The rows of query and key heads as llama.cpp has them for Llama: pairs side by side."""
    shape = weight.shape
    return weight.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def stored(directory: Path, config: dict) -> dict[str, np.ndarray]:
    tensors = {}
    heads = config["num_attention_heads"], config["num_key_value_heads"]
    for name, value in load_file(directory / "model.safetensors").items():
        if config["model_type"] == "llama" and ".q_proj." in name:
            value = permuted(value, heads[0])
        if config["model_type"] == "llama" and ".k_proj." in name:
            value = permuted(value, heads[1])
        tensors[gguf_name(name)] = np.ascontiguousarray(value)
    return tensors


def gguf_name(name: str) -> str:
    outside = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
               "lm_head.weight": "output.weight"}
    if name in outside:
        return outside[name]
    _, _, layer, rest = name.split(".", 3)
    module, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{MODULES[module]}.{kind}"


def write_model(name: str, pre: str, kind: str) -> None:
    directory = RESOURCES / "checkpoint" / "models" / name
    config = json.loads((directory / "config.json").read_text())
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", config["model_type"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config.get("rope_theta", config.get("rope_parameters", {}).get("rope_theta")))
    if config.get("head_dim"):
        writer.add_key_length(config["head_dim"])
        writer.add_value_length(config["head_dim"])
    pieces, kinds = tokens(config["vocab_size"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(pieces)
    writer.add_token_types(kinds)
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(pieces.index("<|im_start|>"))
    writer.add_eos_token_id(pieces.index("<|im_end|>"))
    writer.add_pad_token_id(pieces.index("<|endoftext|>"))
    writer.add_add_bos_token(pre == "llama-bpe")
    writer.add_chat_template("{% for m in messages %}{{ '<|im_start|>' + m.content + '<|im_end|>' }}{% endfor %}")
    for tensor, value in stored(directory, config).items():
        wanted = gguf.GGMLQuantizationType[kind if value.ndim > 1 else "F32"]
        writer.add_tensor(tensor, quantize(value.astype(np.float32), wanted), raw_dtype=wanted)
    finish(writer)


def check(braid: str) -> None:
    """Compares files that Braid exported, of each type, with what the gguf package makes of the same model."""
    for name in ["llama", "qwen2", "qwen3"]:
        directory = RESOURCES / "checkpoint" / "models" / name
        config = json.loads((directory / "config.json").read_text())
        with tempfile.TemporaryDirectory() as place:
            model = Path(place) / "model"
            subprocess.run([braid, "model", "import", (OUT / f"{name}.gguf").resolve(), "--out", model, "--dtype", "float32"], check=True)
            values = stored(model, config)
            for kind in ["f32", "f16", "bf16", "q8_0"]:
                file = Path(place) / f"{kind}.gguf"
                subprocess.run([braid, "model", "export", model, "--type", kind, "--out", file], check=True)
                reader = gguf.GGUFReader(file)
                assert len(reader.tensors) == len(values)
                for tensor in reader.tensors:
                    value = values[tensor.name]
                    assert tuple(reversed(tensor.shape.tolist())) == value.shape, tensor.name
                    expected = quantize(value, tensor.tensor_type)
                    assert expected.tobytes() == tensor.data.tobytes(), (name, kind, tensor.name)
        print(f"{name}: the gguf package reads Braid's files of every type to the bit", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", metavar="BRAID")
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.check)
        return
    OUT.mkdir(parents=True, exist_ok=True)
    write_types()
    write_model("llama", "llama-bpe", "F16")
    write_model("qwen2", "qwen2", "F16")
    write_model("qwen3", "smollm", "BF16")


if __name__ == "__main__":
    main()
