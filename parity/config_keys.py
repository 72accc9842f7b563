"""Tries every key of config.json with values of every kind, and writes what transformers makes of it.

    python parity/config_keys.py [FAMILY ...]

core/src/test/resources/io/braid/checkpoint/config_keys/ gets the weights of one small model a family
and, in config_keys.json, for each family a config, the log-probabilities that it gives, and for each key
and value what is found: nothing where the key changes nothing, "refused" (also where it makes
weights up, or gives no numbers), or other log-probabilities. The keys are those of docs/models.md;
those that decide what is computed are tried in each family, with more values. What is there of
families that are not named is kept.
"""

import json
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

ROOT = Path(__file__).parents[1]
OUT = ROOT / "core/src/test/resources/io/braid/checkpoint/config_keys"
VOCAB, HIDDEN, INNER, LAYERS, HEADS, KV, DIM = 40, 16, 24, 2, 2, 1, 8
IDS = [5, 17, 20, 33, 39, 7, 9, 12]
VALUES = [None, True, 0, 2, 0.5, "x", []]  # of what decides what is computed
FEW = [None, True, 2, "x"]  # of the rest, in one family
MISSING = "missing"
SPECIAL = {
    "layer_types": [["full_attention"] * 2, ["sliding_attention"] * 2, ["attention"] * 2, ["full_attention"],
                    ["full_attention", "mamba"]],
    "rope_parameters": [{"rope_type": "default"}, {"rope_theta": 5e5}, {"rope_type": "yarn", "factor": 2.0},
                        {"rope_type": "linear", "factor": 4}, {"rope_type": "longrope"}, {"rope_type": None},
                        {"full_attention": {"rope_theta": 1e4}}],
    "rope_scaling": [{"type": "linear", "factor": 2.0}, {"rope_type": "dynamic", "factor": 2.0}, {"type": "yarn"},
                     {"rope_type": "llama3", "factor": 8}, {"type": "su", "factor": 2.0}, {"factor": 2.0}],
    "rope_theta": [10000, 10000.0, 1e6, "10000"],
    "architectures": [["LlamaForCausalLM"], ["Qwen2ForCausalLM"], ["Qwen3ForCausalLM"], ["MistralForCausalLM"]],
    "eos_token_id": [[1, 2], [1, "x"], 99],
    "quantization_config": [{"quant_method": "gptq", "bits": 4}],
    "per_layer_config": [{"0": {"rms_norm_eps": 0.1}}],
    "pad_token_id": [39, 40, -40, -41],
    "vocab_size": [VOCAB, VOCAB + 1],
    "head_dim": [8, 16],
    "sliding_window": [1, 3, 100, -1],
    "sliding_window_pattern": [1, 2],
    "no_rope_layers": [[1, 0], [0, 0], [0], [1, 0, 1], [1, "x"]],
    "no_rope_layer_interval": [1, 3, -1],
    "query_pre_attn_scalar": [8, 24],
    "rope_local_base_freq": [10000, 5e5],
    "hidden_act": ["silu", "swish", "gelu_pytorch_tanh"],
    "hidden_activation": ["gelu_pytorch_tanh", "silu"],
}
LAYER_ROPES = [{"full_attention": {"rope_type": "default", "rope_theta": 5e4}},
               {"full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e6},
                "sliding_attention": {"rope_type": "default", "rope_theta": 2e4}},
               {"full_attention": None, "sliding_attention": {"rope_theta": 2e4}},
               {"full_attention": {"rope_type": "yarn", "factor": 2.0}}, {"sliding_attention": {"rope_type": "su"}}]
BASE = dict(vocab_size=VOCAB, hidden_size=HIDDEN, intermediate_size=INNER, num_hidden_layers=LAYERS,
            num_attention_heads=HEADS, num_key_value_heads=KV, head_dim=DIM, max_position_embeddings=64,
            rms_norm_eps=1e-6, rope_theta=1e6, tie_word_embeddings=False)
# What makes the base of a family use what is particular to it.
OWN = {"mistral": dict(sliding_window=3), "gemma3_text": dict(sliding_window=3, sliding_window_pattern=2),
       "smollm3": dict(use_sliding_window=True, sliding_window=3, no_rope_layer_interval=2,
                       pad_token_id=None)}
FAMILIES = ["llama", "qwen2", "qwen3", *OWN]


def keys():
    """The first column of the table, and whether the second says that the key is used."""
    rows = re.findall(r"^\| (`\w+`[^|]*) \| (used|checked|refused|harmless) \|",
                      (ROOT / "docs/models.md").read_text(), re.M)
    used = {}  # a key that one family uses another may refuse
    for row, role in rows:
        for key in re.findall(r"`(\w+)`", row):
            used[key] = used.get(key, False) or role == "used"
    return sorted((key, each) for key, each in used.items() if key not in ("model_type", "attention_out_bias"))


def weights(family):
    g = torch.Generator().manual_seed(23)
    gemma = family.startswith("gemma")  # its norms are stored as what is added to 1
    def numbers(*shape, mean=0.0):
        mean = 0.0 if gemma else mean
        return ((mean + 0.3 * torch.randn(*shape, generator=g)) * 64).round() / 64
    t = {"model.embed_tokens.weight": numbers(VOCAB, HIDDEN), "lm_head.weight": numbers(VOCAB, HIDDEN),
         "model.norm.weight": numbers(HIDDEN, mean=1.0)}
    for l in range(LAYERS):
        p = f"model.layers.{l}."
        for name, rows in (("q", HEADS * DIM), ("k", KV * DIM), ("v", KV * DIM)):
            t[f"{p}self_attn.{name}_proj.weight"] = numbers(rows, HIDDEN)
            if family == "qwen2":
                t[f"{p}self_attn.{name}_proj.bias"] = numbers(rows)
        t[p + "self_attn.o_proj.weight"] = numbers(HIDDEN, HEADS * DIM)
        if gemma:
            t[p + "pre_feedforward_layernorm.weight"] = numbers(HIDDEN)
            t[p + "post_feedforward_layernorm.weight"] = numbers(HIDDEN)
        if family == "qwen3" or gemma:
            t[p + "self_attn.q_norm.weight"] = numbers(DIM, mean=1.0)
            t[p + "self_attn.k_norm.weight"] = numbers(DIM, mean=1.0)
        for name, shape in (("gate", (INNER, HIDDEN)), ("up", (INNER, HIDDEN)), ("down", (HIDDEN, INNER))):
            t[f"{p}mlp.{name}_proj.weight"] = numbers(*shape)
        t[p + "input_layernorm.weight"] = numbers(HIDDEN, mean=1.0)
        t[p + "post_attention_layernorm.weight"] = numbers(HIDDEN, mean=1.0)
    return t


def computed(where, config):
    (where / "config.json").write_text(json.dumps(config))
    try:
        model, info = AutoModelForCausalLM.from_pretrained(
            where, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
        if info["missing_keys"]:
            return "refused"
        with torch.no_grad():
            scores = model.eval()(torch.tensor([IDS])).logits[0, :-1].log_softmax(-1)
        chosen = scores.gather(1, torch.tensor(IDS)[1:, None])[:, 0]
        return [round(float(v), 5) for v in chosen] if torch.isfinite(chosen).all() else "refused"
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return "refused"


def main(names):
    torch.set_num_threads(1)
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    OUT.mkdir(exist_ok=True)
    file = OUT / "config_keys.json"
    out = json.loads(file.read_text()) if names else {}
    out |= {"transformers": transformers.__version__, "ids": IDS}
    for family in names or FAMILIES:
        save_file(weights(family), OUT / f"{family}.safetensors", {"format": "pt"})
        where = Path(tempfile.mkdtemp())
        shutil.copy(OUT / f"{family}.safetensors", where / "model.safetensors")
        base = {"model_type": family, **BASE, **OWN.get(family, {})}
        right = computed(where, base)
        cases = []
        for key, used in keys():
            if not used and family != "llama":
                continue
            for value in [MISSING, *(VALUES if used else FEW), *SPECIAL.get(key, []),
                          *(LAYER_ROPES if family == "gemma3_text" and key == "rope_parameters" else [])]:
                config = {k: v for k, v in base.items() if k != key}
                if value is not MISSING:
                    config[key] = value
                elif key not in base:
                    continue
                result = computed(where, config)
                cases.append([key, *([] if value is MISSING else [value]), {} if result == right else result])
        out[family] = {"config": base, "logprobs": right,
                       "cases": [dict(key=c[0], **({"value": c[1]} if len(c) == 3 else {}),
                                      **({} if c[-1] == {} else {"found": c[-1]})) for c in cases]}
        shutil.rmtree(where)
        print(family, len(cases), sum(c[-1] == "refused" for c in cases), "refused")
    text = json.dumps(out, separators=(",", ":")).replace('{"key"', '\n{"key"')
    file.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
