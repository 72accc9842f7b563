"""A Qwen2-like decoder for the peers, as well as eager PyTorch allows with torch.compile left out.

Weights that read the same input are one matrix; while decoding, the query heads of a key/value head
stand where a sequence's positions would, so that nothing is repeated; the cache is allocated once.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

EPS, THETA = 1e-6, 1e6


@dataclass(frozen=True)
class Shape:
    layers: int
    hidden: int
    heads: int
    kv: int
    dim: int
    ffn: int
    vocab: int
    theta: float = THETA


def weights(s, seed=0, dtype=torch.float32):
    g = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return (0.02 * torch.randn(*shape, generator=g)).to(dtype)

    def ones():
        return torch.ones(s.hidden, dtype=dtype)

    w = {"embed": normal(s.vocab, s.hidden), "norm": ones()}
    for n in range(s.layers):
        packed = (s.heads + 2 * s.kv) * s.dim
        w |= {f"{n}.norm1": ones(), f"{n}.norm2": ones(),
              f"{n}.qkv": normal(packed, s.hidden), f"{n}.qkv.bias": torch.zeros(packed, dtype=dtype),
              f"{n}.o": normal(s.hidden, s.heads * s.dim),
              f"{n}.gate_up": normal(2 * s.ffn, s.hidden), f"{n}.down": normal(s.hidden, s.ffn)}
    return w


def load(directory):
    """(shape, weights) of a tied Qwen2 model directory with one safetensors file."""
    from safetensors.torch import load_file
    config = json.loads((Path(directory) / "config.json").read_text())
    heads = config["num_attention_heads"]
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    s = Shape(layers=config["num_hidden_layers"], hidden=config["hidden_size"], heads=heads,
              kv=config["num_key_value_heads"], dim=config.get("head_dim") or config["hidden_size"] // heads,
              ffn=config["intermediate_size"], vocab=config["vocab_size"], theta=theta)
    raw = load_file(Path(directory) / "model.safetensors")
    w = {"embed": raw["model.embed_tokens.weight"], "norm": raw["model.norm.weight"]}
    for n in range(s.layers):
        def part(*names, kind="weight", of=f"model.layers.{n}."):
            return torch.cat([raw[f"{of}{name}.{kind}"] for name in names])
        qkv = [f"self_attn.{x}_proj" for x in "qkv"]
        w |= {f"{n}.norm1": part("input_layernorm"), f"{n}.norm2": part("post_attention_layernorm"),
              f"{n}.qkv": part(*qkv), f"{n}.qkv.bias": part(*qkv, kind="bias"), f"{n}.o": part("self_attn.o_proj"),
              f"{n}.gate_up": part("mlp.gate_proj", "mlp.up_proj"), f"{n}.down": part("mlp.down_proj")}
    return s, w


def save(directory, s, w, **config):
    """Writes a model directory that transformers reads, without a tokenizer."""
    from safetensors.torch import save_file
    w = {name: tensor.detach() for name, tensor in w.items()}
    tensors = {"model.embed_tokens.weight": w["embed"], "model.norm.weight": w["norm"]}
    for n in range(s.layers):
        at = f"model.layers.{n}."
        for kind, packed in (("weight", w[f"{n}.qkv"]), ("bias", w[f"{n}.qkv.bias"])):
            for x, part in zip("qkv", packed.split([s.heads * s.dim, s.kv * s.dim, s.kv * s.dim])):
                tensors[f"{at}self_attn.{x}_proj.{kind}"] = part.clone()
        gate, up = w[f"{n}.gate_up"].chunk(2)
        tensors |= {f"{at}self_attn.o_proj.weight": w[f"{n}.o"], f"{at}mlp.down_proj.weight": w[f"{n}.down"],
                    f"{at}mlp.gate_proj.weight": gate.clone(), f"{at}mlp.up_proj.weight": up.clone(),
                    f"{at}input_layernorm.weight": w[f"{n}.norm1"],
                    f"{at}post_attention_layernorm.weight": w[f"{n}.norm2"]}
    Path(directory).mkdir(parents=True, exist_ok=True)
    save_file(tensors, Path(directory) / "model.safetensors", {"format": "pt"})
    dtype = str(w["embed"].dtype).removeprefix("torch.")
    (Path(directory) / "config.json").write_text(json.dumps({
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": s.vocab, "hidden_size": s.hidden,
        "intermediate_size": s.ffn, "num_hidden_layers": s.layers, "num_attention_heads": s.heads,
        "num_key_value_heads": s.kv, "head_dim": s.dim, "hidden_act": "silu", "rms_norm_eps": EPS,
        "rope_theta": s.theta, "tie_word_embeddings": True, "max_position_embeddings": 512, "dtype": dtype,
        "torch_dtype": dtype, "bos_token_id": 1, "eos_token_id": 2, **config}, indent=2))


def rope(s, length, dtype=torch.float32):
    angles = torch.outer(torch.arange(length), s.theta ** (-torch.arange(0, s.dim, 2) / s.dim))
    angles = torch.cat([angles, angles], -1)
    sin = angles.sin()
    sin[:, :s.dim // 2].neg_()  # the sign of the rotated half, once
    return angles.cos().to(dtype), sin.to(dtype)


def empty_cache(s, batch, length, dtype=torch.float32):
    return [torch.zeros(2, batch, s.kv, length, s.dim, dtype=dtype).unbind(0) for _ in range(s.layers)]


def norm(x, weight):
    return F.rms_norm(x, weight.shape, weight, EPS)


def rotate(x, cos, sin):
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)


def mlp(w, n, x):
    gate, up = F.linear(norm(x, w[f"{n}.norm2"]), w[f"{n}.gate_up"]).chunk(2, -1)
    return x + F.linear(F.silu(gate) * up, w[f"{n}.down"])


def projections(s, w, n, x, cos, sin):
    """x [...,hidden] -> queries, keys, values [...,heads,dim]; cos and sin [...,1,dim]"""
    qkv = F.linear(norm(x, w[f"{n}.norm1"]), w[f"{n}.qkv"], w[f"{n}.qkv.bias"])
    qk, v = qkv.unflatten(-1, (s.heads + 2 * s.kv, s.dim)).split((s.heads + s.kv, s.kv), -2)
    return *rotate(qk, cos, sin).split((s.heads, s.kv), -2), v


def causal(q, k, v, mask=None):
    """[B,T,heads,dim] -> [B,T,heads,dim]"""
    q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
    a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=True)
    return a.transpose(1, 2)


def forward(s, w, ids, cos, sin, cache=None, mask=None):
    """Whole sequences, ids [B,T] -> normed states [B,T,hidden]. A cache, if given, is filled."""
    b, t = ids.shape
    x = F.embedding(ids, w["embed"])
    cos, sin = cos[:t, None], sin[:t, None]
    for n in range(s.layers):
        q, k, v = projections(s, w, n, x, cos, sin)
        if cache is not None:
            cache[n][0][:, :, :t].copy_(k.transpose(1, 2))
            cache[n][1][:, :, :t].copy_(v.transpose(1, 2))
        x = x + F.linear(causal(q, k, v, mask).reshape(b, t, s.heads * s.dim), w[f"{n}.o"])
        x = mlp(w, n, x)
    return norm(x, w["norm"])


def forward_flat(s, w, ids, cos, sin, attention):
    """Many sequences as one, ids [T], cos and sin a position -> normed states [T,hidden].

    `attention` takes queries, keys and values [T,heads,dim] and keeps the sequences apart.
    """
    x = F.embedding(ids, w["embed"])
    for n in range(s.layers):
        a = attention(*projections(s, w, n, x, cos, sin))
        x = x + F.linear(a.reshape(len(ids), s.heads * s.dim), w[f"{n}.o"])
        x = mlp(w, n, x)
    return norm(x, w["norm"])


def decode_step(s, w, ids, cos, sin, cache, at, mask=None):
    """One new token a sequence at position `at`, ids [B] -> normed states [B,hidden].

    A mask [B,1,1,length], if given, is added to the scores.
    """
    b = ids.shape[0]
    x = F.embedding(ids, w["embed"])
    cos, sin = cos[at], sin[at]
    mask = mask if mask is None else mask[..., :at + 1]
    for n in range(s.layers):
        q, k, v = projections(s, w, n, x, cos, sin)
        keys, values = cache[n]
        keys[:, :, at].copy_(k)
        values[:, :, at].copy_(v)
        q = q.unflatten(1, (s.kv, s.heads // s.kv))
        a = F.scaled_dot_product_attention(q, keys[:, :, :at + 1], values[:, :, :at + 1], attn_mask=mask)
        x = x + F.linear(a.reshape(b, s.heads * s.dim), w[f"{n}.o"])
        x = mlp(w, n, x)
    return norm(x, w["norm"])


def sample(logits):
    """Tokens by the inverse of the cumulative distribution: one random number a row.

    torch.multinomial draws one for each row and token, serially, and takes 20 times as long.
    """
    up_to = logits.float().softmax(-1).cumsum_(-1)
    return torch.searchsorted(up_to, torch.rand(len(up_to), 1) * up_to[:, -1:])[:, 0]
