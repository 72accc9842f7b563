"""Writes eight small random Qwen2.5-VL checkpoints and what transformers computes with them.

    python parity/vision.py [NUMBER ...]

core/src/test/resources/io/braid/checkpoint/vision/shape-0 … shape-7 each hold config.json,
generation_config.json, model.safetensors and preprocessor_config.json of a model whose shape is drawn
from a fixed seed, and golden.safetensors with what to expect of it, in float32 with eager attention.
There are four layouts (`layout` in golden.json):

    newer    as `save_pretrained` of transformers 5 leaves it: text_config and rope_parameters; names model.*,
             visual.*, lm_head.weight
    state    the same with the names of the model's own state_dict, model.language_model.*, model.visual.* and
             lm_head.weight, which transformers 5 reads as well
    flat     as Qwen published 2.5-VL: the text's keys at the top, rope_scaling with "type": "mrope"; the
             names of `newer`
    nested   as transformers 4.52 to 4.57 saved: text_config with rope_scaling and rope_theta, and most
             of the text's keys at the top again; the names of `newer`

golden.json: `transformers` and `torch` (versions), `layout`, `drawn` (the shape), `sequences` (for each:
tokens, images as [t, h, w] in patches, the seed of the draw, by how much the best greedy token leads), `passed`
(what the model was given), `entries` (name, dtype and shape of every tensor). golden.safetensors, where S
counts the sequences of a shape and I the images of a sequence (n tokens, p patches, m patches a side merged
into one, P the patch size, d and D the widths of text and vision):

    S.ids                int64 [n]          image tokens already repeated, one for each m·m patches, between
                                            vision_start_token_id and vision_end_token_id
    S.positions          int64 [3, n]       temporal, height, width
    S.delta              int64 [1]          a token generated as number k has position k + delta in all three
    S.image.I.pixels     float32 [p, 6PP]   (channel, time, y, x) for each patch, and the patches in the
                                            processor's order (row and column of m·m, row and column in it)
    S.image.I.features   float32 [p/mm, d]  what replaces the embeddings of image tokens, rows before columns
    S.image.I.windows    int64 [k]          tokens (not patches) in each window, windows in rows
    S.image.I.order      int64 [p/mm]       the tokens in the order of the windows
    0.image.I.embedded   float32 [p, D]     after the patch embedding, in the processor's order
    0.image.I.block.L    float32 [p, D]     after that block of the tower, in the processor's order
    S.hidden.L           float32 [n, d]     the residual stream after that decoder layer
    S.hidden.norm        float32 [n, d]     after the final norm
    S.logits             float32 [n, vocab]
    S.greedy             int64 [6]          the arg-max continuation, no stop at the end-of-sequence token
    S.weights            float32 [n]        0 for the first token and for image tokens
    S.loss               float32 [1]        the sum over i of weights[i] · log p(ids[i] | ids[:i])
    grad.NAME            as the weight      gradient of the sum of all sequences' S.loss for the weight that
                                            model.safetensors calls NAME; a tied embedding's has both parts

Each sequence is a batch of its own, without padding or attention mask. transformers gets input_ids,
mm_token_type_ids (1 for image tokens, 0 for others), pixel_values (the images' patches one after another)
and image_grid_thw; nothing but input_ids where there is no image. Before anything is kept, the directory
is read again with transformers, greedy tokens are compared with those of `generate`, and features with
those of each image alone.
"""

import json
import random
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
from transformers.utils import logging
from transformers.vision_utils import get_vision_window_index

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/checkpoint/vision"
SEED, SHAPES, NEW = 25, 8, 6
LAYOUTS = ["newer", "flat", "state", "newer", "flat", "state", "nested", "newer"]
TIED = [False, False, True, True, True, False, True, False]
HEAD_DIMS = [16, 10, 32, 12, 16, 8, 14, 6]
VISION_HEAD_DIMS = [8, 4, 16, 8, 12, 20, 8, 12]  # multiples of 4, since half of it turns by each axis
PATCHES = [4, 14, 6, 8, 4, 6, 4, 6]
MERGES = [2, 2, 1, 2, 2, 1, 2, 2]
WINDOWS = [2, 2, 3, 1, 4, 2, 3, 2]  # a window's side in merged tokens
FULL = ["some", "first", "none", "last", "first", "none", "some", "all"]
IMAGES = [[1, 2, 0], [1, 1], [2, 0, 1], [1, 1], [3, 1], [1, 0, 2], [2, 3], [1, 0, 1]]
PASSED = ("input_ids [1, n]; where there are images also mm_token_type_ids [1, n] (1 for image tokens, else 0), "
          "pixel_values and image_grid_thw; no attention_mask, no position_ids")


class Shape:
    """The settings of one checkpoint, drawn at random beside the lists above."""

    def __init__(self, number):
        r = self.random = random.Random(SEED * 1000 + number)
        self.number, self.layout, self.tied = number, LAYOUTS[number], TIED[number]
        self.patch, self.merge, self.window = PATCHES[number], MERGES[number], WINDOWS[number]
        self.vocab = r.randrange(97, 112)
        dim = HEAD_DIMS[number]
        heads = r.choice([h for h in range(2, 7) if 28 <= h * dim <= max(40, 2 * dim)])
        kv = r.choice([k for k in range(1, heads) if heads % k == 0] + [heads])
        first, second = sorted(r.sample(range(1, dim // 2), 2))
        vision_dim = VISION_HEAD_DIMS[number]
        vision_heads = r.choice([h for h in range(1, 9) if 16 <= h * vision_dim <= max(16, 2 * vision_dim)])
        if self.patch == 14:
            vision_heads = 16 // vision_dim
        depth = 3 if number in (0, 6) else 2
        full = {"none": [], "first": [0], "some": [1], "last": [depth - 1], "all": list(range(depth))}[FULL[number]]
        special = r.sample(range(self.vocab), 7)
        self.special = dict(zip(("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id",
                                 "bos_token_id", "eos_token_id"), special))
        self.text = dict(
            vocab_size=self.vocab, hidden_size=heads * dim, intermediate_size=r.randrange(24, 36),
            num_hidden_layers=1 if heads * dim > 40 or number in (1, 5) else 2, num_attention_heads=heads,
            num_key_value_heads=kv,
            hidden_act="silu", rms_norm_eps=r.choice([1e-6, 1e-5, 1e-3]), max_position_embeddings=256,
            bos_token_id=self.special["bos_token_id"], eos_token_id=self.special["eos_token_id"],
            use_sliding_window=False,
            rope_parameters=dict(rope_type="default", rope_theta=r.choice([1e6, 1e4, 5e5]),
                                 mrope_section=[first, second - first, dim // 2 - second]))
        theta = {} if number != 5 else dict(rope_parameters=dict(rope_type="axial", rope_theta=5000.0))
        self.vision = dict(
            depth=depth, hidden_size=vision_heads * vision_dim, hidden_act="silu",
            intermediate_size=r.randrange(20, 32), num_heads=vision_heads, in_channels=3, patch_size=self.patch,
            spatial_merge_size=self.merge, temporal_patch_size=2, tokens_per_second=2,
            window_size=self.window * self.merge * self.patch + r.choice([0, 0, r.randrange(self.patch)]),
            out_hidden_size=heads * dim, fullatt_block_indexes=full, **theta)

    def config(self):
        return Qwen2_5_VLConfig(
            text_config=dict(self.text), vision_config=dict(self.vision), tie_word_embeddings=self.tied,
            **{k: self.special[k] for k in self.special if k not in ("bos_token_id", "eos_token_id")})

    def grid(self, r, patches, large):
        """An image of at most that many patches, and half as many at least if it is to be large."""
        most = max(1, patches // self.merge ** 2)
        side = max(4, self.window + 2)
        while True:
            h, w = r.randrange(1, side + 1), r.randrange(1, side + 1)
            if h * w <= most and (not large or 2 * h * w >= most):
                return [1, h * self.merge, w * self.merge]


def randomise(model, seed):
    """No weight keeps its initial value, and outputs vary: about 1.3 / √inputs, norms near 1."""
    g = torch.Generator().manual_seed(seed)
    for name, p in sorted(model.named_parameters()):
        w = torch.randn(p.shape, generator=g)
        if p.dim() == 1 and name.endswith("weight"):
            w = 1.0 + 0.2 * w
        elif p.dim() == 1:
            w = 0.3 * w
        elif "embed_tokens" in name:
            w = 0.4 * w
        else:
            w = 1.3 / (p.numel() / p.shape[0]) ** 0.5 * w
        p.data.copy_((w * 1024).round() / 1024)


def older_name(name):
    return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")


def older_config(config, layout):
    """config.json as it was before transformers 5."""
    text, vision = config.pop("text_config"), config.pop("vision_config")
    rope = text.pop("rope_parameters")
    text["rope_theta"] = rope.pop("rope_theta")
    for c in (text, vision):
        c.pop("dtype", None)
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.41.2" if layout == "flat" else "4.55.4"
    if layout == "flat":
        for key in ("layer_types", "pad_token_id", "tie_word_embeddings", "model_type"):
            text.pop(key, None)
        vision = {"in_chans" if k == "in_channels" else k: v for k, v in vision.items()
                  if k not in ("model_type", "rope_parameters", "initializer_range")}
        vision["spatial_patch_size"] = vision["patch_size"]
        text["rope_scaling"] = {"type": "mrope", "mrope_section": rope["mrope_section"]}
        text["sliding_window"] = 32768
        return {**config, **text, "vision_config": vision}
    vision.pop("rope_parameters", None)
    text["rope_scaling"] = {"mrope_section": rope["mrope_section"], "rope_type": "default", "type": "default"}
    text["torch_dtype"] = vision["torch_dtype"] = "float32"
    text["tie_word_embeddings"] = config["tie_word_embeddings"]
    again = {k: v for k, v in text.items() if k not in ("model_type", "layer_types")}
    return {**again, **config, "text_config": text, "vision_config": vision}


def save(model, shape, where):
    shutil.rmtree(where, ignore_errors=True)
    model.save_pretrained(where)
    weights = load_file(where / "model.safetensors")
    names = {n: n if shape.layout == "state" else older_name(n) for n, _ in model.named_parameters()}
    assert set(map(older_name, names)) >= set(weights) >= {older_name(n) for n in names if n != "lm_head.weight"}
    if shape.layout == "state":
        weights = {n: weights[older_name(n)] for n in names if older_name(n) in weights}
        save_file(dict(sorted(weights.items())), where / "model.safetensors", {"format": "pt"})
    config = json.loads((where / "config.json").read_text())
    if shape.layout in ("flat", "nested"):
        config = older_config(config, shape.layout)
    (where / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (where / "generation_config.json").write_text(json.dumps({
        "bos_token_id": shape.special["bos_token_id"], "do_sample": True,
        "eos_token_id": [shape.special["eos_token_id"]], "repetition_penalty": 1.05, "temperature": 0.000001,
        "transformers_version": config["transformers_version"],
    }, indent=2) + "\n")
    unit = (shape.patch * shape.merge) ** 2
    (where / "preprocessor_config.json").write_text(json.dumps({
        "min_pixels": 2 * unit, "max_pixels": 12 * unit, "patch_size": shape.patch, "temporal_patch_size": 2,
        "merge_size": shape.merge, "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711], "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2_5_VLProcessor",
    }, indent=2) + "\n")
    return names


def load(where):
    model, info = AutoModelForImageTextToText.from_pretrained(
        where, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    wrong = {k: v for k, v in info.items() if v}
    assert not wrong, f"{where}: {wrong}"
    assert type(model) is Qwen2_5_VLForConditionalGeneration, type(model)
    return model.eval()


def draw_sequence(shape, images, patches, seed):
    """Token ids and images; text of one to seven tokens around each image."""
    r, g = random.Random(seed), torch.Generator().manual_seed(seed)
    words = [t for t in range(shape.vocab) if t not in shape.special.values()]
    text = lambda least, most: [r.choice(words) for _ in range(r.randrange(least, most + 1))]
    ids, grids, pixels = text(1, 7) if images else text(12, 20), [], []
    for n in range(images):
        grid = shape.grid(r, patches, n == 0)
        count = grid[1] * grid[2]
        ids += [shape.special["vision_start_token_id"],
                *[shape.special["image_token_id"]] * (count // shape.merge ** 2),
                shape.special["vision_end_token_id"], *text(0, 6)]
        grids.append(grid)
        values = torch.randn(count, 6 * shape.patch ** 2, generator=g)
        pixels.append((values * 64).round() / 64)
    ids += text(1, 4)
    weights = torch.randint(-64, 65, (len(ids),), generator=g) / 64
    weights[0] = 0
    weights[torch.tensor(ids) == shape.special["image_token_id"]] = 0
    return ids, grids, pixels, weights


def inputs(shape, ids, grids, pixels):
    ids = torch.tensor([ids])
    if not grids:
        return {"input_ids": ids}
    return {"input_ids": ids, "mm_token_type_ids": (ids == shape.special["image_token_id"]).int(),
            "pixel_values": torch.cat(pixels), "image_grid_thw": torch.tensor(grids)}


def greedy(model, shape, given):
    """By whole forward passes, which `generate` with its cache must agree with."""
    given, margin, tokens = dict(given), float("inf"), []
    with torch.no_grad():
        whole = model.generate(**given, do_sample=False, max_new_tokens=NEW, min_new_tokens=NEW,
                               repetition_penalty=1.0, eos_token_id=-1, temperature=None)
        for _ in range(NEW):
            last = model(**given, use_cache=False).logits[0, -1]
            top = last.topk(2)
            margin = min(margin, float(top.values[0] - top.values[1]))
            tokens.append(int(top.indices[0]))
            if tokens[-1] in list(shape.special.values())[:4]:
                return tokens, 0.0  # an image without patches
            given["input_ids"] = torch.cat([given["input_ids"], top.indices[None, :1]], 1)
            if "mm_token_type_ids" in given:
                zero = torch.zeros(1, 1, dtype=torch.int)
                given["mm_token_type_ids"] = torch.cat([given["mm_token_type_ids"], zero], 1)
    assert margin < 1e-3 or whole[0, -NEW:].tolist() == tokens, (whole[0, -NEW:].tolist(), tokens)
    return tokens, margin


def sequence_golden(model, shape, number, drawn, out):
    """Puts everything of one sequence into `out`, and returns its loss, still differentiable."""
    ids, grids, pixels, weights = drawn
    given = inputs(shape, ids, grids, pixels)
    key, hooks = f"{number}.", []
    out[key + "ids"] = torch.tensor(ids)
    if grids:
        positions, delta = model.model.get_rope_index(
            given["input_ids"], given["mm_token_type_ids"], image_grid_thw=given["image_grid_thw"])
        out[key + "positions"], out[key + "delta"] = positions[:, 0], delta.reshape(1)
    else:
        out[key + "positions"], out[key + "delta"] = torch.arange(len(ids)).expand(3, -1), torch.zeros(1).long()
    for n, layer in enumerate(model.model.language_model.layers):
        hooks.append(layer.register_forward_hook(
            lambda m, i, o, n=n: out.__setitem__(f"{key}hidden.{n}", o.detach()[0])))
    hooks.append(model.model.language_model.norm.register_forward_hook(
        lambda m, i, o: out.__setitem__(key + "hidden.norm", o.detach()[0])))
    logits = model(**given, use_cache=False).logits[0]
    explicit = model(**given, position_ids=out[key + "positions"][:, None], use_cache=False).logits[0]
    assert torch.equal(logits, explicit)
    for h in hooks:
        h.remove()
    out[key + "logits"] = logits.detach()
    unit = shape.merge ** 2
    features = model.get_image_features(given["pixel_values"], given["image_grid_thw"]).pooler_output if grids else []
    for n, (grid, patches, found) in enumerate(zip(grids, pixels, features)):
        image = f"{key}image.{n}."
        one = torch.tensor([grid])
        out[image + "pixels"], out[image + "features"] = patches, found.detach()
        order, ends = get_vision_window_index(one, shape.merge, shape.vision["window_size"], shape.patch)
        out[image + "order"], out[image + "windows"] = order, ends.diff().long() // unit
        back = torch.argsort(order)
        def unpermuted(o):
            return o.detach().reshape(len(order), unit, -1)[back].reshape(len(patches), -1)
        visual = model.model.visual
        if number == 0:
            hooks = [visual.patch_embed.register_forward_hook(
                lambda m, i, o: out.__setitem__(image + "embedded", o.detach()))]
            hooks += [block.register_forward_hook(
                lambda m, i, o, b=b: out.__setitem__(f"{image}block.{b}", unpermuted(o)))
                for b, block in enumerate(visual.blocks)]
        with torch.no_grad():
            alone = model.get_image_features(patches, one).pooler_output[0]
        if number == 0:
            for h in hooks:
                h.remove()
        assert torch.allclose(alone, found, atol=1e-5, rtol=1e-5), (alone - found).abs().max()
    logprobs = logits[:-1].log_softmax(-1).gather(1, out[key + "ids"][1:, None])[:, 0]
    loss = (weights[1:] * logprobs).sum()
    out[key + "weights"], out[key + "loss"] = weights, loss.detach().reshape(1)
    return loss


def graded(model):
    last = model.config.vision_config.depth - 1
    wanted = ["model.visual.patch_embed.proj.weight", "model.visual.blocks.0.attn.qkv.weight",
              "model.visual.blocks.0.attn.qkv.bias", "model.visual.blocks.0.norm1.weight",
              f"model.visual.blocks.{last}.mlp.down_proj.weight", "model.visual.merger.ln_q.weight",
              "model.visual.merger.mlp.0.bias", "model.visual.merger.mlp.2.weight",
              "model.language_model.embed_tokens.weight", "model.language_model.layers.0.self_attn.q_proj.weight"]
    found = dict(model.named_parameters())
    return {n: found[n] for n in wanted}


def write(number):
    shape = Shape(number)
    where = OUT / f"shape-{number}"
    torch.manual_seed(number)
    model = Qwen2_5_VLForConditionalGeneration._from_config(shape.config(), attn_implementation="eager").float().eval()
    randomise(model, SEED * 1000 + number)
    names = save(model, shape, where)
    read = load(where)

    out, sequences, total = {}, [], 0
    budget = {14: 45_000, 8: 18_000}.get(shape.patch, 12_000) // (6 * shape.patch ** 2)
    each = budget // sum(IMAGES[number])
    for s, images in enumerate(IMAGES[number]):
        for attempt in range(100):  # until the greedy choice is clear, varies and has no image in it
            seed = SEED * 100_000 + number * 1000 + s * 100 + attempt
            drawn = draw_sequence(shape, images, each, seed)
            given = inputs(shape, *drawn[:3])
            tokens, margin = greedy(read, shape, given)
            if margin > 0.02 and len(set(tokens)) > 2:
                break
        else:
            raise ValueError("no clear greedy continuation")
        with torch.no_grad():
            assert torch.equal(model(**given).logits, read(**given).logits), f"shape-{number} reads back otherwise"
        total = total + sequence_golden(read, shape, s, drawn, out)
        out[f"{s}.greedy"] = torch.tensor(tokens)
        sequences.append({"tokens": len(drawn[0]), "images": drawn[1], "seed": seed, "greedy_margin": round(margin, 4)})
    weights = graded(read)
    stored = set(load_file(where / "model.safetensors"))
    for name, grad in zip(weights, torch.autograd.grad(total, list(weights.values()))):
        assert names[name] in stored, names[name]
        out[f"grad.{names[name]}"] = grad
    out = {k: v.contiguous().clone() for k, v in out.items()}
    assert all(v.dtype in (torch.int64, torch.float32) and v.isfinite().all() for v in out.values())
    save_file(out, where / "golden.safetensors", {"format": "pt"})
    dtypes = {torch.int64: "I64", torch.float32: "F32"}
    golden = {
        "transformers": transformers.__version__, "torch": torch.__version__.split("+")[0], "layout": shape.layout,
        "drawn": {"tie_word_embeddings": shape.tied, "text": shape.text, "vision": shape.vision}, "passed": PASSED,
        "sequences": sequences,
        "entries": {k: {"dtype": dtypes[v.dtype], "shape": list(v.shape)} for k, v in sorted(out.items())},
    }
    text = json.dumps(golden)
    for piece in ('"layout"', '"drawn"', '"passed"', '"sequences"', '"entries"', '{"tokens"'):
        text = text.replace(piece, "\n" + piece)
    for name in golden["entries"]:
        text = text.replace(f'"{name}": {{"dtype"', f'\n"{name}": {{"dtype"')
    assert json.loads(text) == golden
    (where / "golden.json").write_text(text + "\n")
    size = {f.name: f.stat().st_size for f in sorted(where.iterdir())}
    print(json.dumps({
        "shape": number, "layout": shape.layout, "bytes": sum(size.values()), "model": size["model.safetensors"],
        "golden": size["golden.safetensors"],
        "sequences": [[s["tokens"], s["images"], s["greedy_margin"]] for s in sequences],
        "windows": [out[k].tolist() for k in sorted(out) if k.endswith(".windows")],
        "logits_std": round(float(out["0.logits"].std()), 2),
        "features_std": round(float(out["0.image.0.features"].std()), 2),
        "greedy": [out[f"{s}.greedy"].tolist() for s in range(len(sequences))],
        "grads": {k[5:]: round(float(v.abs().max()), 4) for k, v in out.items() if k.startswith("grad.")}}))


def main(numbers):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    for number in map(int, numbers or range(SHAPES)):
        write(number)


if __name__ == "__main__":
    main(sys.argv[1:])
