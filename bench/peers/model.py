"""A Qwen2-like decoder for the peers, as well as eager PyTorch allows with torch.compile left out.

Weights that read the same input are one matrix; while decoding, the query heads of a key/value head
stand where a sequence's positions would, so that nothing is repeated; the cache is allocated once.
"""

from dataclasses import dataclass

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


def weights(s, seed=0):
    g = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return 0.02 * torch.randn(*shape, generator=g)

    w = {"embed": normal(s.vocab, s.hidden), "norm": torch.ones(s.hidden)}
    for n in range(s.layers):
        packed = (s.heads + 2 * s.kv) * s.dim
        w |= {f"{n}.norm1": torch.ones(s.hidden), f"{n}.norm2": torch.ones(s.hidden),
              f"{n}.qkv": normal(packed, s.hidden), f"{n}.qkv.bias": torch.zeros(packed),
              f"{n}.o": normal(s.hidden, s.heads * s.dim),
              f"{n}.gate_up": normal(2 * s.ffn, s.hidden), f"{n}.down": normal(s.hidden, s.ffn)}
    return w


def rope(s, length):
    angles = torch.outer(torch.arange(length), THETA ** (-torch.arange(0, s.dim, 2) / s.dim))
    angles = torch.cat([angles, angles], -1)
    sin = angles.sin()
    sin[:, :s.dim // 2].neg_()  # the sign of the rotated half, once
    return angles.cos(), sin


def empty_cache(s, batch, length):
    return [torch.zeros(2, batch, s.kv, length, s.dim).unbind(0) for _ in range(s.layers)]


def norm(x, weight):
    return F.rms_norm(x, weight.shape, weight, EPS)


def rotate(x, cos, sin):
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)


def mlp(w, n, x):
    gate, up = F.linear(norm(x, w[f"{n}.norm2"]), w[f"{n}.gate_up"]).chunk(2, -1)
    return x + F.linear(F.silu(gate) * up, w[f"{n}.down"])


def forward(s, w, ids, cos, sin, cache=None):
    """Whole sequences, ids [B,T] -> normed states [B,T,hidden]. A cache, if given, is filled."""
    b, t = ids.shape
    x = F.embedding(ids, w["embed"])
    cos, sin = cos[:t, None], sin[:t, None]
    for n in range(s.layers):
        qkv = F.linear(norm(x, w[f"{n}.norm1"]), w[f"{n}.qkv"], w[f"{n}.qkv.bias"])
        qk, v = qkv.view(b, t, s.heads + 2 * s.kv, s.dim).split((s.heads + s.kv, s.kv), 2)
        q, k = rotate(qk, cos, sin).split((s.heads, s.kv), 2)
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        if cache is not None:
            cache[n][0][:, :, :t].copy_(k)
            cache[n][1][:, :, :t].copy_(v)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + F.linear(a.transpose(1, 2).reshape(b, t, s.heads * s.dim), w[f"{n}.o"])
        x = mlp(w, n, x)
    return norm(x, w["norm"])


def decode_step(s, w, ids, cos, sin, cache, at):
    """One new token a sequence at position `at`, ids [B] -> normed states [B,hidden]."""
    b = ids.shape[0]
    x = F.embedding(ids, w["embed"])
    for n in range(s.layers):
        qkv = F.linear(norm(x, w[f"{n}.norm1"]), w[f"{n}.qkv"], w[f"{n}.qkv.bias"])
        qkv = qkv.view(b, s.heads + 2 * s.kv, s.dim)
        qk = rotate(qkv[:, :s.heads + s.kv], cos[at], sin[at])
        keys, values = cache[n]
        keys[:, :, at].copy_(qk[:, s.heads:])
        values[:, :, at].copy_(qkv[:, s.heads + s.kv:])
        q = qk[:, :s.heads].view(b, s.kv, s.heads // s.kv, s.dim)
        a = F.scaled_dot_product_attention(q, keys[:, :, :at + 1], values[:, :, :at + 1])
        x = x + F.linear(a.reshape(b, s.heads * s.dim), w[f"{n}.o"])
        x = mlp(w, n, x)
    return norm(x, w["norm"])
