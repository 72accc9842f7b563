"""Writes golden values for RLFR's flow field (arXiv 2510.10201), and files as torch.save leaves them.

    python parity/flow.py

The network is written here anew after the published description; only the parameters' names are the
published ones. Weights are float32, what is computed from them is computed in double precision and
stored as float32.
"""

import collections
import io
import json
import math
import os
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from losses import layout

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/flow"
WIDTH, DEPTH, EPS = 12, 2, 1e-6
FREQUENCIES, LONGEST_PERIOD = 128, 10000.0
TOKENS = 9
TIMES = (0.5, 0.8)

torch.set_default_dtype(torch.float32)  # losses.py sets another


# The network.

class Norm(nn.Module):
    """x / rms(x), times a weight."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))

    def forward(self, x):
        return self.weight * x / (x.square().mean(dim=-1, keepdim=True) + EPS).sqrt()


class Sinusoid(nn.Module):
    """A number in [0, 1] as a vector: cosines and sines at 128 frequencies, then two layers."""

    def __init__(self, width):
        super().__init__()
        exponents = torch.arange(FREQUENCIES, dtype=torch.float32) / FREQUENCIES
        self.register_buffer("freqs", torch.exp(-math.log(LONGEST_PERIOD) * exponents).unsqueeze(0))
        self.mlp = two_layers(2 * FREQUENCIES, width)

    def forward(self, number):
        angle = number.unsqueeze(1) * self.freqs  # [n, 128]
        return self.mlp(torch.cat((angle.cos(), angle.sin()), dim=1))


def two_layers(inputs, width):
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


def modulation(width, parts):
    return nn.Sequential(nn.SiLU(), nn.Linear(width, parts * width))


class Block(nn.Module):
    """x + gate * mlp((1 + scale) * norm(x) + shift)."""

    def __init__(self, width):
        super().__init__()
        self.in_ln = Norm(width)
        self.mlp = two_layers(width, width)
        self.adaLN_modulation = modulation(width, 3)

    def forward(self, x, given):
        shift, scale, gate = self.adaLN_modulation(given).split(x.shape[-1], dim=-1)
        return x + gate * self.mlp(self.in_ln(x) * (1 + scale) + shift)


class Last(nn.Module):
    """linear((1 + scale) * norm(x) + shift)."""

    def __init__(self, width, outputs):
        super().__init__()
        self.norm_final = Norm(width)
        self.linear = nn.Linear(width, outputs)
        self.adaLN_modulation = modulation(width, 2)

    def forward(self, x, given):
        shift, scale = self.adaLN_modulation(given).split(x.shape[-1], dim=-1)
        return self.linear(self.norm_final(x) * (1 + scale) + shift)


class Field(nn.Module):
    """The velocity at x, given the time, a condition and how deep in the language model the layer is."""

    def __init__(self, latent, width, depth):
        super().__init__()
        self.input_proj = nn.Linear(latent, width)
        self.time_embed = Sinusoid(width)
        self.cond_embed = nn.Linear(latent, width)
        self.layer_embed = Sinusoid(width)
        self.res_blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.final_layer = Last(width, latent)

    def forward(self, x, time, condition, layer):
        given = self.time_embed(time) + self.cond_embed(condition) + self.layer_embed(layer)
        x = self.input_proj(x)
        for block in self.res_blocks:
            x = block(x, given)
        return self.final_layer(x, given)


def drawn(seed=251):
    """A network none of whose weights is what it starts training with: no zeros, no norms of one."""
    g = torch.Generator().manual_seed(seed)
    field = Field(WIDTH, WIDTH, DEPTH)
    with torch.no_grad():
        for name, p in field.named_parameters():
            noise = torch.randn(p.shape, generator=g)
            if p.ndim == 2:
                p.copy_(noise / math.sqrt(p.shape[1]))
            elif name.endswith(("in_ln.weight", "norm_final.weight")):
                p.copy_(1 + 0.3 * noise)
            else:
                p.copy_(0.2 * noise)
            assert (p != 0).all()
    return field


# What it is asked.

def path(inputs, time):
    """x_t = t h + (1 - t) eps, and its velocity u = h - eps."""
    t = time.unsqueeze(1)
    return t * inputs["target"] + (1 - t) * inputs["noise"], inputs["target"] - inputs["noise"]


def deviation(field, inputs, time):
    """mean over dimensions of (v - u)^2, a token, and v itself."""
    x, u = path(inputs, time)
    v = field(x, time, inputs["condition"], inputs["layers"])
    return (v - u).square().mean(dim=1), v


def questions(seed=257):
    g = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    weights = torch.rand(TOKENS, generator=g) + 0.25
    weights[[2, 5]] = 0.0
    return {
        "target": 2 * normal(TOKENS, WIDTH),
        "condition": 2 * normal(TOKENS, WIDTH),
        "noise": normal(TOKENS, WIDTH),
        "times": torch.sigmoid(normal(TOKENS)),
        "layers": torch.tensor([0.25, 0.5, 0.75] * (TOKENS // 3)),
        "weights": weights,
    }


def answers(field, inputs):
    exact = {k: v.double() for k, v in inputs.items()}
    field = field.double()
    deviations, velocity = deviation(field, exact, exact["times"])
    weights = exact["weights"]
    loss = (weights * deviations).sum() / weights.sum()
    loss.backward()
    out = {"velocity": velocity, "loss": loss.reshape(1)}
    out.update({f"grad.{name}": p.grad for name, p in field.named_parameters()})
    score = torch.zeros(TOKENS, dtype=torch.float64)
    with torch.no_grad():
        for t in TIMES:
            fixed, _ = deviation(field, exact, torch.full((TOKENS,), t, dtype=torch.float64))
            out[f"deviation.{t}"] = fixed
            score += t / (1 - t) * fixed / len(TIMES)
    out["score"] = score
    last = TIMES[-1]  # FlowReward.forward of the released flow_simple.py: an index left over from the loop before
    out["score.released"] = sum(last / (1 - last) * out[f"deviation.{t}"] for t in TIMES) / len(TIMES)
    assert all((g != 0).any() for k, g in out.items() if k.startswith("grad."))
    return {k: v.detach().float().contiguous() for k, v in out.items()}


# From scores to rewards, one response at a time.
#
# The published code has a row's least score as the second smallest value of the padded row, which is
# the least of the response's only where no score is zero and some padding is there; here it is the
# response's own. Its normalisation has no branch for `minmax-bil` and none that runs for `mean`; what
# its options say is done: both sides of zero, by stretching to [-1, 1] or by taking the mean away.

NORMS = ("minmax", "minmax-bil", "mean")


def normalised(scores, norm, gamma):
    low, high = min(scores), max(scores)
    unit = [(s - low) / (high - low) for s in scores]
    if norm == "minmax-bil":
        return [2 * u - 1 for u in unit]
    if norm == "mean":
        mean = math.fsum(unit) / len(unit)
        return [u - mean for u in unit]
    return [u ** gamma for u in unit]


def beyond(scores, threshold, both_sides):
    if threshold <= 0:
        return scores
    return [s if (abs(s) if both_sides else s) > threshold else 0.0 for s in scores]


def largest(scores, k, both_sides):
    """The k largest, or the k // 2 largest and k // 2 least; a row with fewer than k non-zero stays."""
    if k <= 0 or sum(s != 0 for s in scores) < k:
        return scores
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    kept = order[len(order) - k // 2:] + order[:k // 2] if both_sides else order[len(order) - k:]
    return [s if i in kept else 0.0 for i, s in enumerate(scores)]


def rewards(scores, norm, gamma, threshold, topk, coef):
    both_sides = norm != "minmax"
    s = normalised(scores, norm, gamma)
    assert threshold <= 0 or all(abs(abs(x) - threshold) > 1e-4 for x in s), "too near to the threshold"
    s = largest(beyond(s, threshold, both_sides), topk, both_sides)
    return [-coef * x + 0.0 for x in s]  # no minus zeros


def reward_cases(seed=283):
    g = torch.Generator().manual_seed(seed)
    rows = []
    for length, coef in ((2, 1.0), (6, 0.5), (13, 0.01), (30, 0.25)):
        scores = torch.randn(length, generator=g).exp() * 1.5
        rows.append(([round(float(s), 4) for s in scores], coef))
    cases = []
    for norm in NORMS:
        for gamma in (1, 2) if norm == "minmax" else (1,):
            for threshold in (-1, 0.2, 0.6):
                for topk in (-1, 3, 4, 15):
                    for scores, coef in rows:
                        assert len(set(scores)) == len(scores)
                        cases.append(dict(norm=norm, gamma=gamma, threshold=threshold, topk=topk, coef=coef,
                                          scores=scores,
                                          rewards=rewards(scores, norm, gamma, threshold, topk, coef)))
    return cases


def check_against_torch(cases):
    """The same with torch.where and torch.topk, as the published code selects."""
    for c in cases:
        both = c["norm"] != "minmax"
        s = torch.tensor(normalised(c["scores"], c["norm"], c["gamma"]), dtype=torch.float64)
        if c["threshold"] > 0:
            s = s * ((s > c["threshold"]) | (both & (s < -c["threshold"])))
        k = c["topk"]
        if 0 < k <= int(s.count_nonzero()):
            picks = [s.topk(k // 2).indices, (-s).topk(k // 2).indices] if both else [s.topk(k).indices]
            mask = torch.zeros_like(s)
            mask[torch.cat(picks)] = 1
            s = s * mask
        torch.testing.assert_close(-c["coef"] * s, torch.tensor(c["rewards"], dtype=torch.float64))


# What torch.save leaves.

class Hostile:
    """Unpickled without care, this runs a command."""

    def __reduce__(self):
        return os.system, ("exit 1",)


def archives(field):
    weights = field.state_dict()
    torch.save(collections.OrderedDict((f"model.{k}", v.bfloat16()) for k, v in weights.items()),
               OUT / "flow_model.bin")
    torch.save(weights, OUT / "flow_model.plain.bin")  # with its _metadata

    # A whole checkpoint: tied, shared, turned and trainable tensors, other dtypes, and the field.
    embedding = torch.arange(24, dtype=torch.float32).reshape(6, 4) / 8
    block = torch.arange(40, dtype=torch.float32).reshape(5, 8) / 4
    whole = collections.OrderedDict({
        "pretrained_model.model.embed_tokens.weight": embedding,
        "pretrained_model.lm_head.weight": embedding,
        "pretrained_model.model.turned": block.t(),
        "pretrained_model.model.rows": block[1:3],
        "pretrained_model.model.columns": block[:, 2:7:2],
        "pretrained_model.model.repeated": torch.tensor([[1.5], [-2.0]]).expand(2, 3),
        "pretrained_model.model.trained": nn.Parameter(torch.tensor([0.5, 1.5])),
        "pretrained_model.model.position_ids": torch.arange(5),
        "pretrained_model.model.counts": torch.tensor([3, -1], dtype=torch.int32),
        "pretrained_model.model.exact": torch.tensor(1 / 3, dtype=torch.float64),
        "pretrained_model.model.mask": torch.tensor([True, False]),
        "pretrained_model.model.short": torch.tensor([7], dtype=torch.int16),
        "pretrained_model.model.none": torch.zeros(0, 4),
    })
    whole.update((f"flow.model.{k}", v.half()) for k, v in weights.items())
    torch.save(whole, OUT / "pytorch_model.bin")

    small = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    content = {"weight": small, "step": 7, "about": {"rate": 0.5, "of": ["a", (None, True)]}, "long": -(2 ** 70)}
    torch.save(content, OUT / "small.bin")
    torch.save(content, OUT / "small.protocol4.bin", pickle_protocol=4)
    torch.save(small, OUT / "bare.bin")
    torch.save({"weight": small, "other": Hostile()}, OUT / "hostile.bin")
    (OUT / "notazip.bin").write_text("version https://git-lfs.github.com/spec/v1\n")
    legacy(OUT / "legacy.bin")


def legacy(file):
    """The format before PyTorch 1.6; its storage's key, an address, is made the same each time."""
    kept = io.BytesIO()
    torch.save({"weight": torch.tensor([1.0, 2.0])}, kept, _use_new_zipfile_serialization=False)
    file.write_bytes(re.sub(rb"X[\x06-\x14]\0\0\0\d{6,20}", b"X\1\0\0\0000", kept.getvalue()))
    assert torch.load(file)["weight"].tolist() == [1.0, 2.0]


def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    field = drawn()
    save_file(field.state_dict(), OUT / "network.safetensors")
    archives(field)
    inputs = questions()
    save_file({**inputs, **answers(field, inputs)}, OUT / "network.golden.safetensors")
    cases = reward_cases()
    check_against_torch(cases)
    golden = {"about": "Written by parity/flow.py: one response's scores, and the rewards made of them.",
              "cases": cases}
    (OUT / "rewards.golden.json").write_text(layout(golden) + "\n")
    print(json.dumps({f.name: f.stat().st_size for f in sorted(OUT.iterdir())}))


if __name__ == "__main__":
    main()
