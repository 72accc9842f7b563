"""Draws small checkpoints with settings at random, and writes what transformers makes of them.

    python parity/random_models.py

core/src/test/resources/io/braid/checkpoint/random_models.zip holds forty directories, each with a
config.json, its weights and expected.json:

    {"drawn": [...], "ids": [[...]], "logprobs": [[...]]}        what transformers computes
    {"drawn": [...], "refused": "..."}                           it refuses, or makes weights up
    {"drawn": [...], "contradiction": ["key", "key"], ...}       it takes one of the two; Braid refuses

The draws go through the families, the rope types and their spellings in turn, and are random in
everything else: keys that are missing, null, doubled or of another family, the head, the names and
files of tensors, and tensors too many. The same seed gives the same archive.
"""

import io
import json
import random
import shutil
import tempfile
import warnings
import zipfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import save
from transformers import AutoModelForCausalLM
from transformers.utils import logging

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/checkpoint/random_models.zip"
SEED, CASES = 17, 40
FAMILIES = ["llama", "qwen2", "qwen3"]
ROPES = ["default", "yarn", "linear", "llama3", "yarn", "dynamic", "default"]
SPELLINGS = ["older", "newer", "newer, theta outside", "both the same", "older in place of newer",
             "two thetas", "older"]
CLASS = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3"}
CONTEXT = 48


class Draw:
    """One checkpoint: `config`, `tensors`, `files` and the words for what was drawn."""

    def __init__(self, number):
        self.random = random.Random(SEED * 1000 + number)
        self.torch = torch.Generator().manual_seed(SEED * 1000 + number)
        self.family = FAMILIES[number % 3]
        self.rope = ROPES[number % len(ROPES)]
        self.spelling = SPELLINGS[(number // 2) % len(SPELLINGS)]
        self.drawn = [self.family, self.rope, self.spelling]
        self.contradiction = None
        self.shape()
        self.scaling()
        self.other_keys()
        self.weights()
        self.head()
        self.extra()
        self.null_or_missing()
        self.lay_out()

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, p):
        return self.random.random() < p

    def say(self, text):
        self.drawn.append(text)

    # ---- the config -------------------------------------------------------------------------

    def shape(self):
        self.layers = self.one(1, 1, 2)
        self.hidden = self.one(16, 32)
        self.heads = self.one(2, 4) if self.hidden == 32 else 2
        self.inner = self.one(16, 32)
        self.vocab = self.one(40, 48)
        self.kv = self.one(1, 2, self.heads)
        self.dim = self.hidden // self.heads
        c = dict(model_type=self.family, vocab_size=self.vocab, hidden_size=self.hidden,
                 intermediate_size=self.inner, num_hidden_layers=self.layers,
                 num_attention_heads=self.heads, max_position_embeddings=CONTEXT,
                 rms_norm_eps=self.one(1e-5, 1e-6), hidden_act=self.one("silu", "silu", "swish"))
        how = self.one("given", "given", "null", "missing")
        if how == "given" or (how == "missing" and self.family != "llama"):
            c["num_key_value_heads"] = self.kv
        else:
            self.kv = self.heads
            self.say(f"num_key_value_heads {how}")
            if how == "null":
                c["num_key_value_heads"] = None
        how = self.one("given", "given", "null", "missing")
        if how == "given" or self.family == "qwen3":
            self.dim = c["head_dim"] = self.one(8, 16)
        elif how == "null":
            c["head_dim"] = None
            self.say("head_dim null")
        architecture = self.one("ForCausalLM", "ForCausalLM", "Model", None)
        if architecture:
            c["architectures"] = [CLASS[self.family] + architecture]
        self.config = c

    def scaling(self):
        """The rotary settings, in the spelling of this draw."""
        theta = self.one(1e4, 5e5, 1e6, 10000, 32.0)
        s = {}
        if self.rope != "default":
            s["factor"] = self.one(1.0, 2.0, 4.0, 2.5, 8)
        original = self.one(8, 16, 24, CONTEXT)
        if self.rope in ("llama3", "yarn"):
            s["original_max_position_embeddings"] = original
        if self.rope == "llama3":
            s |= dict(low_freq_factor=self.one(1, 1.0, 2.0), high_freq_factor=self.one(4, 4.0, 3.0))
        if self.rope == "yarn":
            for key, value in dict(beta_fast=self.one(32, 8.0, None, 2), beta_slow=self.one(1, 0.5, None),
                                   mscale=self.one(1.0, 0.707), mscale_all_dim=self.one(1.0, 0.707, 0),
                                   attention_factor=self.one(1.0, 1.25, None),
                                   truncate=self.one(True, False, None)).items():
                if self.chance(0.4):
                    s[key] = value
                    self.say(f"{key} {value}")
        if s and self.chance(0.2):
            key = self.one(*s)
            if self.chance(0.7):
                del s[key]
                self.say(f"{key} missing")
            else:
                s[key] = None
                self.say(f"{key} null")
        elif "original_max_position_embeddings" in s and self.chance(0.3):
            self.config["original_max_position_embeddings"] = s.pop("original_max_position_embeddings")
            self.say("original_max_position_embeddings outside")
        if self.chance(0.15):
            s[self.one("finetuned", "short_factor")] = True
            self.say("a key too many")
        name = self.one("rope_type", "rope_type", "type")
        typed = {name: self.rope, **s} if self.rope != "default" or self.chance(0.5) else dict(s)
        c = self.config
        if self.spelling == "older":
            c["rope_theta"] = theta
            c["rope_scaling"] = typed or None
        elif self.spelling == "newer":
            c["rope_parameters"] = {**typed, "rope_theta": theta}
        elif self.spelling == "newer, theta outside":
            c["rope_theta"] = theta
            c["rope_parameters"] = {"rope_type": "default"} if not typed else typed
        elif self.spelling == "both the same":
            c["rope_theta"] = theta
            c["rope_scaling"] = {**typed}
            c["rope_parameters"] = {**typed, "rope_theta": theta}
        elif self.spelling == "older in place of newer":
            c["rope_parameters"] = {"rope_type": "default", "rope_theta": theta}
            c["rope_scaling"] = typed
        elif self.spelling == "two thetas":
            c["rope_theta"] = theta * 10
            c["rope_parameters"] = {**typed, "rope_theta": theta}
            self.contradiction = ["rope_theta", "rope_parameters.rope_theta"]
        if self.chance(0.1) and self.family != "qwen3" and self.rope != "default":
            c["partial_rotary_factor"] = 1.0

    def other_keys(self):
        c = self.config
        for key in ("attention_bias", "mlp_bias"):
            if self.chance(0.5):
                c[key] = self.one(True, False)
        if self.family != "llama" and self.chance(0.5):
            c["use_sliding_window"] = self.one(True, True, False)
            c["sliding_window"] = self.one(20, 200, None, 20)
            c["max_window_layers"] = self.one(0, 1, 28)
            if self.chance(0.3):
                c["layer_types"] = [self.one("full_attention", "full_attention", "sliding_attention")
                                    for _ in range(self.layers)]
            self.say("window " + str({k: c.get(k) for k in ("use_sliding_window", "sliding_window",
                                                             "max_window_layers", "layer_types")}))
        for key, value in dict(pretraining_tp=2, attention_dropout=0.1, pad_token_id=self.one(3, None, -1),
                               eos_token_id=self.one([1, 2], 2, None), bos_token_id=0, use_cache=True,
                               layer_types=["full_attention"] * self.layers, surprise={"a": 1},
                               transformers_version="4.51.0", initializer_range=0.02,
                               torch_dtype="bfloat16", temperature=0.6).items():
            if key not in c and self.chance(0.3):
                c[key] = value

    def null_or_missing(self):
        c = self.config
        if self.chance(0.3):
            key = self.one("rms_norm_eps", "hidden_act", "tie_word_embeddings", "attention_bias", "initializer_range",
                           "rope_scaling", "rope_parameters", "rope_theta")
            if self.chance(0.5):
                if c.pop(key, None) is not None:
                    self.say(f"{key} missing")
            else:
                c[key] = None
                self.say(f"{key} null")
            if self.contradiction and (c.get("rope_theta") is None or not c.get("rope_parameters")):
                self.contradiction = None

    # ---- the weights ------------------------------------------------------------------------

    def numbers(self, *shape, mean=0.0, scale=0.3):
        """Multiples of 1/64, which are the same in bfloat16 and pack well."""
        return ((mean + scale * torch.randn(*shape, generator=self.torch)) * 64).round().clamp(-127, 127) / 64

    def weights(self):
        c, t = self.config, {}
        bias = c.get("attention_bias", False) if self.family != "qwen2" else True
        for l in range(self.layers):
            p = f"model.layers.{l}."
            for name, rows in (("q", self.heads), ("k", self.kv), ("v", self.kv)):
                t[f"{p}self_attn.{name}_proj.weight"] = self.numbers(rows * self.dim, self.hidden)
                if bias:
                    t[f"{p}self_attn.{name}_proj.bias"] = self.numbers(rows * self.dim)
            t[p + "self_attn.o_proj.weight"] = self.numbers(self.hidden, self.heads * self.dim)
            if bias and self.family != "qwen2":
                t[p + "self_attn.o_proj.bias"] = self.numbers(self.hidden)
            if self.family == "qwen3":
                for name in ("q_norm", "k_norm"):
                    t[f"{p}self_attn.{name}.weight"] = self.numbers(self.dim, mean=1.0)
            for name, shape in (("gate", (self.inner, self.hidden)), ("up", (self.inner, self.hidden)),
                                ("down", (self.hidden, self.inner))):
                t[f"{p}mlp.{name}_proj.weight"] = self.numbers(*shape)
                if self.family == "llama" and c.get("mlp_bias"):
                    t[f"{p}mlp.{name}_proj.bias"] = self.numbers(shape[0])
            for name in ("input_layernorm", "post_attention_layernorm"):
                t[f"{p}{name}.weight"] = self.numbers(self.hidden, mean=1.0)
        t["model.norm.weight"] = self.numbers(self.hidden, mean=1.0)
        self.tensors = t

    def head(self):
        t = self.tensors
        embedding, head = self.numbers(self.vocab, self.hidden), self.numbers(self.vocab, self.hidden)
        how = self.one("tied", "tied, only the head", "tied, twice", "tied, two", "two", "two", "missing key",
                       "no head")
        self.say(how)
        if how != "missing key":
            self.config["tie_word_embeddings"] = how.startswith("tied")
        if how != "tied, only the head":
            t["model.embed_tokens.weight"] = embedding
        if how in ("tied, only the head", "tied, two", "two", "missing key"):
            t["lm_head.weight"] = head
        if how == "tied, twice":
            t["lm_head.weight"] = embedding.clone()

    def extra(self):
        t = self.tensors
        how = self.one(None, None, "a bias", "a layer", "a classifier", "frequencies")
        if how:
            self.say(how + " too many")
        if how == "a bias":
            t["model.layers.0.mlp.down_proj.bias"] = t.get(
                "model.layers.0.mlp.down_proj.bias", self.numbers(self.hidden))
        if how == "a layer":
            t[f"model.layers.{self.layers}.mlp.up_proj.weight"] = self.numbers(self.inner, self.hidden)
        if how == "a classifier":
            t["score.weight"] = self.numbers(2, self.hidden)
        if how == "frequencies":
            t["model.layers.0.self_attn.rotary_emb.inv_freq"] = self.numbers(self.dim // 2)

    def lay_out(self):
        """Names, type and files."""
        dtype = self.one(torch.float32, torch.bfloat16)
        naming = self.one("", "", "", "without model.", "with model. twice")
        if naming:
            self.say(naming)
        tensors = {}
        for name, tensor in sorted(self.tensors.items()):
            if naming == "without model.":
                name = name.removeprefix("model.")
            if naming == "with model. twice":
                name = "model." + name
            tensors[name] = tensor.to(dtype).contiguous()
        how = self.one("single", "single", "shards", "shards, one forgotten", "single beside an index")
        self.say(f"{how} in {str(dtype).removeprefix('torch.')}")
        self.files = {}
        if how.startswith("single"):
            self.files["model.safetensors"] = save(tensors, {"format": "pt"})
        if how == "single beside an index":
            other = {name: -tensor for name, tensor in tensors.items() if "norm" in name}
            self.files["model-00001-of-00001.safetensors"] = save(other, {"format": "pt"})
            self.index({name: "model-00001-of-00001.safetensors" for name in other})
        if how.startswith("shards"):
            places = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(tensors)}
            for shard in sorted(set(places.values())):
                self.files[shard] = save({n: tensors[n] for n in tensors if places[n] == shard}, {"format": "pt"})
            if how == "shards, one forgotten":
                del places[self.one(*places)]
            self.index(places)
        self.files["config.json"] = (json.dumps(self.config, indent=1) + "\n").encode()

    def index(self, places):
        self.files["model.safetensors.index.json"] = json.dumps(
            {"metadata": {"total_size": 0}, "weight_map": places}).encode()

    # ---- what is expected -------------------------------------------------------------------

    def context(self, rope):
        """How long sequences may be: YaRN makes them longer."""
        c, longest = self.config, CONTEXT
        if rope["rope_type"] == "yarn":
            original = rope["original_max_position_embeddings"]
            factor = CONTEXT / original if rope["factor"] is None else rope["factor"]
            longest = max(CONTEXT, int(factor * original))
        return longest

    def expected(self, where):
        out = {"drawn": self.drawn}
        if self.contradiction:
            out["contradiction"] = self.contradiction
        try:
            model, info = AutoModelForCausalLM.from_pretrained(
                where, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
            if info["missing_keys"]:
                raise ValueError("missing: " + ", ".join(sorted(info["missing_keys"])))
            model.eval()
            longest = self.context(model.config.rope_parameters)
            ids = [[int(v) for v in torch.randint(0, self.vocab, (n,), generator=self.torch)]
                   for n in (min(longest, 100), max(2, longest // 5))]
            logprobs = []
            with torch.no_grad():
                for sequence in ids:
                    t = torch.tensor([sequence])
                    all_tokens = model(t).logits[0, :-1].log_softmax(-1)
                    chosen = all_tokens.gather(1, t[0, 1:, None])[:, 0]
                    if not torch.isfinite(chosen).all():
                        raise ValueError("not finite")
                    logprobs.append([round(float(v), 6) for v in chosen])
            out |= {"ids": ids, "context": longest, "logprobs": logprobs}
        except Exception as error:  # whatever it is, transformers does not compute this model
            out["refused"] = f"{type(error).__name__}: {error}".replace(str(where), "DIR").splitlines()[0][:200]
            out.pop("contradiction", None)  # it may be refused for something else first
        return out


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for number in range(CASES):
            draw = Draw(number)
            where = Path(tempfile.mkdtemp())
            for name, content in draw.files.items():
                (where / name).write_bytes(content)
            expected = draw.expected(where)
            shutil.rmtree(where)
            print(f"{number:02}", expected.get("refused", "computed"), expected.get("contradiction", ""), draw.drawn)
            expected["transformers"] = transformers.__version__
            draw.files["expected.json"] = json.dumps(expected).encode()
            for name, content in sorted(draw.files.items()):
                info = zipfile.ZipInfo(f"{number:02}/{name}", (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, content)
    OUT.write_bytes(archive.getvalue())
    print(len(archive.getvalue()), "bytes")


if __name__ == "__main__":
    main()
