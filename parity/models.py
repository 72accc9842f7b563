"""Writes small random checkpoints and what transformers computes with them.

    python parity/models.py [NAME ...]

Each directory below core/src/test/resources/io/braid/checkpoint/models/ holds a model as
`save_pretrained` leaves it, and `golden.safetensors` with what to expect of it, all from eager
attention in float32 (README.md lists the entries). Before anything is kept, the directory is loaded
again with transformers, so that a config.json rewritten to the older form is known to mean the same.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers.utils import logging
from transformers import (AutoModelForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig,
                          LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
                          Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM, SmolLM3Config,
                          SmolLM3ForCausalLM)

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/checkpoint/models"
VOCAB, PROMPT, NEW = 64, 8, 24
EOS = [63, 62]
COMMON = dict(vocab_size=VOCAB, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
              num_key_value_heads=2, max_position_embeddings=256, bos_token_id=61, eos_token_id=EOS[0],
              pad_token_id=None, attn_implementation="eager")


def default_rope(theta):
    return dict(rope_theta=theta, rope_type="default")


# Wavelengths of the eight frequencies run from 2 pi to 2 pi 10000^(7/8); with 32 original positions
# the first is above the high-frequency bound, the second between the bounds, the rest below.
LLAMA3_ROPE = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0,
                   high_freq_factor=4.0, original_max_position_embeddings=32)

# name: (seed, class, config, saved as, config.json in the older form, largest shard)
MODELS = {
    "llama": (
        1, LlamaForCausalLM,
        LlamaConfig(**COMMON, intermediate_size=64, tie_word_embeddings=True, attention_bias=True,
                    mlp_bias=True, rms_norm_eps=1e-5, rope_parameters=default_rope(10000.0)),
        torch.float32, False, "1GB"),
    "llama3-rope": (
        2, LlamaForCausalLM,
        LlamaConfig(**COMMON, intermediate_size=40, head_dim=16, tie_word_embeddings=False,
                    rms_norm_eps=1e-5, rope_parameters=LLAMA3_ROPE),
        torch.float32, True, "40KB"),
    "qwen2": (
        3, Qwen2ForCausalLM,
        Qwen2Config(**COMMON, intermediate_size=64, tie_word_embeddings=True, rms_norm_eps=1e-6,
                    rope_parameters=default_rope(1000000.0)),
        torch.float32, True, "1GB"),
    "qwen2-bf16": (
        4, Qwen2ForCausalLM,
        Qwen2Config(**COMMON, intermediate_size=64, tie_word_embeddings=True, rms_norm_eps=1e-6,
                    rope_parameters=default_rope(1000000.0)),
        torch.bfloat16, True, "1GB"),
    "qwen2-fp16": (
        5, Qwen2ForCausalLM,
        Qwen2Config(**COMMON, intermediate_size=64, tie_word_embeddings=True, rms_norm_eps=1e-6,
                    rope_parameters=default_rope(1000000.0)),
        torch.float16, False, "1GB"),
    "qwen3": (
        6, Qwen3ForCausalLM,
        Qwen3Config(**COMMON, intermediate_size=40, head_dim=16, tie_word_embeddings=False,
                    rms_norm_eps=1e-6, rope_parameters=default_rope(1000000.0)),
        torch.float32, False, "1GB"),
    # Every token but the first few has more before it than the window.
    "mistral": (
        7, MistralForCausalLM,
        MistralConfig(**COMMON, intermediate_size=40, head_dim=16, tie_word_embeddings=False,
                      rms_norm_eps=1e-5, sliding_window=5, rope_parameters=default_rope(10000.0)),
        torch.float32, True, "1GB"),
    # The second layer has no rotary positions, and a window.
    "smollm3": (
        8, SmolLM3ForCausalLM,
        SmolLM3Config(**COMMON, intermediate_size=64, tie_word_embeddings=True, rms_norm_eps=1e-6,
                      no_rope_layers=[1, 0], use_sliding_window=True, sliding_window=6,
                      rope_parameters=default_rope(2000000.0)),
        torch.float32, False, "1GB"),
    # A window in the first layer, two bases, the second stretched, and another scale than head_dim's.
    "gemma3": (
        9, Gemma3ForCausalLM,
        Gemma3TextConfig(**COMMON, intermediate_size=40, head_dim=16, rms_norm_eps=1e-6,
                         query_pre_attn_scalar=24, sliding_window=5,
                         layer_types=["sliding_attention", "full_attention"],
                         rope_parameters={"sliding_attention": default_rope(10000.0),
                                          "full_attention": {"rope_type": "linear", "factor": 8.0,
                                                             "rope_theta": 1000000.0}}),
        torch.float32, False, "1GB"),
    # The published heads of 256 dimensions; stored in bfloat16 to stay small.
    "gemma3-bf16": (
        10, Gemma3ForCausalLM,
        Gemma3TextConfig(**{**COMMON, "hidden_size": 16, "num_attention_heads": 2,
                            "num_key_value_heads": 1}, intermediate_size=32, head_dim=256,
                         rms_norm_eps=1e-6, query_pre_attn_scalar=256, sliding_window=5,
                         layer_types=["sliding_attention", "full_attention"],
                         rope_parameters={"sliding_attention": default_rope(10000.0),
                                          "full_attention": default_rope(1000000.0)}),
        torch.bfloat16, True, "1GB"),
}


def randomise(model, seed, dtype):
    """No weight keeps its initial value: a norm of ones or a bias of zeros would hide a mistake.

    The weights are float32 and hold only what `dtype` can.
    """
    g = torch.Generator().manual_seed(seed)
    for name, p in sorted(model.named_parameters()):
        w = torch.randn(p.shape, generator=g)
        if "norm" in name:  # Gemma stores what is added to 1
            w = (0.0 if model.config.model_type.startswith("gemma") else 1.0) + 0.3 * w
        elif name.endswith(".bias"):
            w = 0.5 * w
        else:
            w = 0.3 * w
        p.data.copy_(((w * 1024).round() / 1024).to(dtype))


def older_form(config):
    """config.json as the models on the hub had it before transformers 5."""
    rope = config.pop("rope_parameters")
    if "full_attention" in rope:
        config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
        config["sliding_window_pattern"] = 2
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["torch_dtype"] = config.pop("dtype")
    config.pop("layer_types", None)
    config["transformers_version"] = "4.43.1"
    return config


def save(model, where, dtype, older, shard):
    shutil.rmtree(where, ignore_errors=True)
    # A copy, since a model once in half precision has lost digits of its rotary frequencies.
    copy.deepcopy(model).to(dtype).save_pretrained(where, max_shard_size=shard)
    path = where / "config.json"
    config = json.loads(path.read_text())
    if older:
        if config["rope_parameters"].get("rope_type", "default") != "default":
            # The same model in the newer form, for a loader that is to read both.
            (where / "config.newer-form.json").write_text(json.dumps(config, indent=2) + "\n")
        config = older_form(config)
    path.write_text(json.dumps(config, indent=2) + "\n")
    (where / "generation_config.json").write_text(json.dumps({
        "bos_token_id": 61, "do_sample": True, "eos_token_id": EOS, "temperature": 0.7,
        "top_k": 20, "top_p": 0.8, "transformers_version": config["transformers_version"],
    }, indent=2) + "\n")


def load(where, dtype=torch.float32):
    return AutoModelForCausalLM.from_pretrained(where, dtype=dtype, attn_implementation="eager").eval()


def graded_weights(model):
    wanted = ["model.layers.0.self_attn.k_proj.weight", "model.layers.1.mlp.down_proj.weight",
              "model.layers.0.input_layernorm.weight", "model.layers.0.self_attn.q_norm.weight",
              "model.layers.0.self_attn.k_proj.bias", "model.layers.1.post_feedforward_layernorm.weight"]
    if model.config.tie_word_embeddings:  # where two gradients meet
        wanted.append("model.embed_tokens.weight")
    return {n: p for n, p in model.named_parameters() if n in wanted}


def golden(model, seed):
    ids = torch.randint(0, VOCAB, (2, 20), generator=torch.Generator().manual_seed(100 + seed))
    out = {"input_ids": ids}
    # Hooks, since output_hidden_states gives the last layer's states after the final norm.
    hooks = [model.model.embed_tokens.register_forward_hook(
        lambda m, i, o: out.__setitem__("hidden.embed", o.detach()))]
    for n, layer in enumerate(model.model.layers):
        hooks.append(layer.register_forward_hook(
            lambda m, i, o, n=n: out.__setitem__(
                f"hidden.{n}", (o[0] if isinstance(o, tuple) else o).detach())))
    hooks.append(model.model.norm.register_forward_hook(
        lambda m, i, o: out.__setitem__("hidden.norm", o.detach())))
    logits = model(input_ids=ids, use_cache=False).logits
    for h in hooks:
        h.remove()
    out["logits"] = logits.detach()

    loss = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, VOCAB), ids[:, 1:].reshape(-1))
    weights = graded_weights(model)
    grads = torch.autograd.grad(loss, list(weights.values()))
    out["loss"] = loss.detach().reshape(1)
    out.update({f"grad.{n}": g for n, g in zip(weights, grads)})

    # Greedy by whole forward passes: no cache, no stop at the end-of-sequence token.
    seq, margin = ids[:, :PROMPT].clone(), float("inf")
    with torch.no_grad():
        for _ in range(NEW):
            last = model(input_ids=seq, use_cache=False).logits[:, -1]
            top = last.topk(2).values
            margin = min(margin, float((top[:, 0] - top[:, 1]).min()))
            seq = torch.cat([seq, last.argmax(-1, keepdim=True)], 1)
    assert margin > 1e-3, f"greedy choice hangs on {margin}"
    out["greedy.prompt"], out["greedy.tokens"] = seq[:, :PROMPT].clone(), seq[:, PROMPT:].clone()
    return out, margin


def main(names):
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    for name in names or MODELS:
        seed, kind, config, dtype, older, shard = MODELS[name]
        where = OUT / name
        torch.manual_seed(seed)
        model = kind(config).float().eval()
        randomise(model, seed, dtype)
        save(model, where, dtype, older, shard)
        read = load(where)
        ids = torch.arange(VOCAB).unsqueeze(0)
        with torch.no_grad():
            same = torch.equal(model(ids).logits, read(ids).logits)
        assert same, f"{name} reads back otherwise"
        out, margin = golden(read, seed)
        if dtype != torch.float32:
            with torch.no_grad():
                low = load(where, dtype)(input_ids=out["input_ids"], use_cache=False).logits
            out["logits.low_precision"] = low.float()
        save_file({k: v.contiguous() for k, v in out.items()}, where / "golden.safetensors")
        size = sum(f.stat().st_size for f in where.iterdir())
        assert size < 180_000, f"{name} takes {size} bytes"
        print(json.dumps({"model": name, "bytes": size, "files": sorted(f.name for f in where.iterdir()),
                          "logits_std": round(float(out["logits"].std()), 3),
                          "loss": round(float(out["loss"]), 4), "greedy_margin": round(margin, 4),
                          "greedy_distinct": int(out["greedy.tokens"].unique().numel())}))


if __name__ == "__main__":
    main(sys.argv[1:])
