"""Tries every key of config.json with values of every kind, and writes what transformers makes of it.

    python parity/config_keys.py [FAMILY ...]

core/src/test/resources/io/braid/checkpoint/config_keys/ gets the weights of one small model a family
and, in config_keys.json, for each family a config, the log-probabilities that it gives, and for each key
and value what is found: nothing where the key changes nothing, "refused" (also where it makes
weights up, or gives no numbers), or other log-probabilities. The keys are those of docs/models.md;
those that decide what is computed are tried in each family, with more values. What is there of
families that are not named is kept.

qwen2_5_vl has two more entries. In qwen2_5_vl.nested the text's keys are in text_config, and a case's
key `text_config.KEY` is in that object. In qwen2_5_vl.image a case's key may be `vision_config.KEY`; its
sequence `ids` has an image of `grid` patches, which are in qwen2_5_vl.pixels.safetensors as `pixels`,
and the log-probabilities are those of tokens that are not image tokens, but for the first.
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
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText
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
VISION = dict(depth=2, hidden_size=16, hidden_act="silu", intermediate_size=24, num_heads=2, in_chans=3,
              out_hidden_size=HIDDEN, patch_size=4, spatial_merge_size=2, spatial_patch_size=4, window_size=16,
              fullatt_block_indexes=[1], tokens_per_second=2, temporal_patch_size=2)
VL, IMAGE_TOKEN, GRID = "qwen2_5_vl", 36, [1, 6, 8]
IMAGE_IDS = [5, 34, *[IMAGE_TOKEN] * 12, 35, 17, 20, 33, 39]
OWN[VL] = dict(head_dim=MISSING, rope_scaling={"type": "mrope", "mrope_section": [2, 1, 1]}, vision_config=VISION,
               image_token_id=IMAGE_TOKEN, video_token_id=37, vision_start_token_id=34, vision_end_token_id=35)
MROPE = [{"type": "mrope", "mrope_section": m}
         for m in ([1, 2, 1], [2, 2], [4], [1, 1, 1, 1], [3, 1, 1], None, "x", [2, 1, 0.5])]
MROPE += [{"rope_type": "default", "mrope_section": [1, 1, 2]}, {"mrope_section": [1, 1, 2]}, {"type": "mrope"},
          {"rope_type": "default", "type": "mrope", "mrope_section": [2, 1, 1]},
          {"type": "default", "rope_type": "mrope", "mrope_section": [2, 1, 1]},
          {"type": "mrope", "mrope_section": [2, 1, 1], "rope_theta": 1e4},
          {"type": "mrope", "mrope_section": [2, 1, 1], "factor": 2.0},
          {"type": "yarn", "factor": 2.0, "mrope_section": [2, 1, 1], "original_max_position_embeddings": 32},
          {"type": "linear", "factor": 4.0, "mrope_section": [2, 1, 1]}]
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
            if family in ("qwen2", VL):
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
    if family == VL:
        width, inner, merged = VISION["hidden_size"], VISION["intermediate_size"], 4 * VISION["hidden_size"]
        def linear(name, rows, columns):
            t[f"visual.{name}.weight"], t[f"visual.{name}.bias"] = numbers(rows, columns), numbers(rows)
        t["visual.patch_embed.proj.weight"] = numbers(width, 3, 2, 4, 4)
        for b in range(VISION["depth"]):
            p = f"blocks.{b}."
            linear(p + "attn.qkv", 3 * width, width)
            linear(p + "attn.proj", width, width)
            linear(p + "mlp.gate_proj", inner, width)
            linear(p + "mlp.up_proj", inner, width)
            linear(p + "mlp.down_proj", width, inner)
            t[f"visual.{p}norm1.weight"] = numbers(width, mean=1.0)
            t[f"visual.{p}norm2.weight"] = numbers(width, mean=1.0)
        t["visual.merger.ln_q.weight"] = numbers(width, mean=1.0)
        linear("merger.mlp.0", merged, merged)
        linear("merger.mlp.2", HIDDEN, merged)
    return t


def pixels():
    values = torch.randn(GRID[1] * GRID[2], 3 * 2 * 4 * 4, generator=torch.Generator().manual_seed(24))
    return (values * 64).round() / 64


def computed(where, config, image=False):
    (where / "config.json").write_text(json.dumps(config))
    kind = AutoModelForImageTextToText if config.get("model_type") == VL else AutoModelForCausalLM
    ids = torch.tensor([IMAGE_IDS if image else IDS])
    given = {"input_ids": ids}
    if image:
        given |= {"mm_token_type_ids": (ids == IMAGE_TOKEN).int(), "pixel_values": pixels(),
                  "image_grid_thw": torch.tensor([GRID])}
    try:
        if kind is AutoModelForImageTextToText:
            read = AutoConfig.from_pretrained(where)
            text, vision = read.text_config, read.vision_config
            sizes = [text.hidden_size, vision.hidden_size, 10 * text.num_hidden_layers, 10 * vision.depth,
                     vision.out_hidden_size]
            if max(sizes) > 200:  # which no weights are for, and which takes minutes to build
                return "refused"
        model, info = kind.from_pretrained(
            where, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
        if info["missing_keys"]:
            return "refused"
        with torch.no_grad():
            scores = model.eval()(**given).logits[0, :-1].log_softmax(-1)
        chosen = scores.gather(1, ids[0, 1:, None])[ids[0, 1:] != (IMAGE_TOKEN if image else -1)][:, 0]
        return [round(float(v), 5) for v in chosen] if torch.isfinite(chosen).all() else "refused"
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return "refused"


def with_value(base, key, value):
    """The config with a value of a key, which may be `OBJECT.KEY`, or without it; None if it has none."""
    outer, _, inner = key.rpartition(".")
    if outer:
        changed = with_value(base[outer], inner, value)
        return changed and {**base, outer: changed}
    config = {k: v for k, v in base.items() if k != key}
    if value is not MISSING:
        config[key] = value
    elif key not in base:
        return None
    return config


def tried(where, base, cases, image=False):
    """What is found of (key, values), as an entry of the file."""
    right, found = computed(where, base, image), []
    assert right != "refused"
    for key, values in cases:
        for value in [MISSING, *values]:
            config = with_value(base, key, value)
            if config is None:
                continue
            result = computed(where, config, image)
            found.append({"key": key, **({} if value is MISSING else {"value": value}),
                          **({} if result == right else {"found": result})})
    return {"config": base, "logprobs": right, "cases": found}


def text_cases(family):
    for key, used in keys():
        if used or family == "llama":
            yield key, [*(VALUES if used else FEW), *SPECIAL.get(key, []),
                        *(LAYER_ROPES if family == "gemma3_text" and key == "rope_parameters" else []),
                        *(MROPE if family == VL and key in ("rope_scaling", "rope_parameters") else [])]


def vision_cases():
    """Keys of vision_config, those of old files and of new ones, and what joins image and text."""
    special = {
        "fullatt_block_indexes": [[0], [0, 1], [7], [-1], [0.5], ["x"], 1],
        "window_size": [15, 17, 8, 7, 24, 64, 16.0], "patch_size": [4, 8, [4, 4]], "spatial_patch_size": [8],
        "spatial_merge_size": [1], "temporal_patch_size": [1, [2]],
        "in_channels": [3, 1], "in_chans": [1], "hidden_act": ["silu", "gelu", "quick_gelu", "swish"],
        "depth": [1, 3], "num_heads": [1, 4, 8, 16, 3], "hidden_size": [32], "out_hidden_size": [HIDDEN, 32],
        "rope_parameters": [{"rope_theta": 1e4, "rope_type": "axial"}, {"rope_theta": 5e3, "rope_type": "axial"},
                            {"rope_theta": 5e3}, {"rope_type": "default", "rope_theta": 5e3}, {"rope_type": "axial"},
                            {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}],
        "rope_theta": [1e4, 5e3], "rope_scaling": [{"rope_theta": 5e3}], "head_dim": [8, 4, 16],
        "num_attention_heads": [4], "num_hidden_layers": [1],
        "model_type": ["qwen2_5_vl", "qwen2_5_vl_vision", "qwen2_vl"],
        "attention_dropout": [0.5], "rms_norm_eps": [0.1], "layer_norm_eps": [0.1], "embed_dim": [32], "mlp_ratio": [4],
        "dtype": ["float32", "bfloat16"], "initializer_range": [0.5], "num_position_embeddings": [16],
        "deepstack_visual_indexes": [[0]],
    }
    for key in {**VISION, **special}:
        yield f"vision_config.{key}", [*VALUES, *special.get(key, [])]
    for key in ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id", "vision_token_id"):
        yield key, [*VALUES, 5, 33, 36, 37, 40, -1]
    yield "vision_config", [None, {}, "x", {k: v for k, v in VISION.items() if k != "fullatt_block_indexes"}]
    yield "rope_scaling", MROPE
    yield "rope_parameters", MROPE


def nested(base):
    text = {k: v for k, v in base.items() if k in BASE}
    theta = text.pop("rope_theta")
    text["rope_parameters"] = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": theta}
    rest = {k: v for k, v in base.items() if k not in BASE and k != "rope_scaling"}
    return {**rest, "tie_word_embeddings": False, "text_config": {"model_type": "qwen2_5_vl_text", **text}}


def nested_cases(base):
    for key, values in text_cases(VL):
        yield f"text_config.{key}", values
    yield "text_config.model_type", [*VALUES, "qwen2", "qwen2_5_vl"]
    yield "text_config", [None, {}, "x"]
    yield "tie_word_embeddings", [None, True, "x"]
    for key in ("vocab_size", "hidden_size", "num_hidden_layers", "rms_norm_eps"):
        yield key, [2, 0.5]  # at the top as well
    yield "rope_theta", [1e4]
    yield "rope_scaling", [{"type": "mrope", "mrope_section": [1, 2, 1]}]
    yield "rope_parameters", [{"rope_type": "default", "mrope_section": [1, 2, 1], "rope_theta": 1e4}]


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
        base = {k: v for k, v in base.items() if v is not MISSING}
        out[family] = tried(where, base, text_cases(family))
        if family == VL:
            save_file({"pixels": pixels()}, OUT / f"{VL}.pixels.safetensors", {"format": "pt"})
            out[f"{VL}.nested"] = tried(where, nested(base), nested_cases(base))
            out[f"{VL}.image"] = {"ids": IMAGE_IDS, "grid": GRID, **tried(where, base, vision_cases(), image=True)}
        shutil.rmtree(where)
        for entry in (e for e in out if e.split(".")[0] == family):
            cases = out[entry]["cases"]
            print(entry, len(cases), sum(c.get("found") == "refused" for c in cases), "refused")
    text = json.dumps(out, separators=(",", ":")).replace('{"key"', '\n{"key"')
    file.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
