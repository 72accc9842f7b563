"""The peer of Braid's engine benchmark: the same model and the same work in PyTorch, eager, float32.

    python bench/peers/engine.py [--threads N] [--runs N] [--steps N]

A Qwen2-like decoder: 4 layers, hidden 256, 4 heads, 2 key/value heads of 64, FFN 704, vocabulary 2048,
tied.

  train_step_ms              B16 x T128: forward, cross-entropy, backward, clip to norm 1, AdamW
                             (foreach or fused, whichever was faster)
  decode_tokens_per_s        B32, prompt 16, 128 new tokens, greedy; the prompt's pass is not counted

Prints one line of JSON.
"""

import argparse
import statistics
import time

import torch
import torch.nn.functional as F

import work
from model import Shape, decode_step, empty_cache, forward, rope, weights

SHAPE = Shape(layers=4, hidden=256, heads=4, kv=2, dim=64, ffn=704, vocab=2048)
TRAIN_BATCH, TRAIN_LENGTH, WARM_UP = 16, 128, 3
BATCH, PROMPT, NEW = 32, 16, 128


def train(steps, fused):
    w = {k: v.requires_grad_() for k, v in weights(SHAPE).items()}
    params = list(w.values())
    optimizer = torch.optim.AdamW(params, lr=1e-3, weight_decay=0.01, fused=fused, foreach=not fused)
    cos, sin = rope(SHAPE, TRAIN_LENGTH)
    ids = torch.randint(0, SHAPE.vocab, (TRAIN_BATCH, TRAIN_LENGTH), generator=torch.Generator().manual_seed(1))
    target = ids[:, 1:].reshape(-1)
    times = []
    for _ in range(WARM_UP + steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = F.linear(forward(SHAPE, w, ids, cos, sin)[:, :-1], w["embed"])
        loss = F.cross_entropy(logits.reshape(-1, SHAPE.vocab), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        optimizer.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    return times[WARM_UP:]


@torch.inference_mode()
def decode():
    w = weights(SHAPE)
    cos, sin = rope(SHAPE, PROMPT + NEW)
    cache = empty_cache(SHAPE, BATCH, PROMPT + NEW)
    prompt = torch.randint(0, SHAPE.vocab, (BATCH, PROMPT), generator=torch.Generator().manual_seed(2))
    out = torch.empty(NEW + 1, BATCH, dtype=torch.long)
    out[0] = F.linear(forward(SHAPE, w, prompt, cos, sin, cache)[:, -1], w["embed"]).argmax(-1)
    start = time.perf_counter()
    for i in range(NEW):
        h = decode_step(SHAPE, w, out[i], cos, sin, cache, PROMPT + i)
        torch.argmax(F.linear(h, w["embed"]), -1, out=out[i + 1])
    return BATCH * NEW / (time.perf_counter() - start), prompt, out


@torch.inference_mode()
def check(prompt, out):
    """The cached loop must agree with whole passes: each token is the best within a rounding error."""
    w = weights(SHAPE)
    ids = torch.cat([prompt, out.t()], 1)
    logits = F.linear(forward(SHAPE, w, ids, *rope(SHAPE, ids.shape[1])), w["embed"])[:, PROMPT - 1:-1]
    taken = logits.gather(-1, ids[:, PROMPT:, None])[..., 0]
    assert (logits.amax(-1) - taken).max() < 1e-4, "the cached decoding differs from whole passes"


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--runs", type=int, default=5, help="decoding runs")
    args.add_argument("--steps", type=int, default=20, help="timed training steps")
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    runs = {name: train(args.steps, fused) for name, fused in (("foreach", False), ("fused", True))}
    best = min(runs, key=lambda name: statistics.median(runs[name]))
    check(*decode()[1:])
    work.report(what="engine", peer="pytorch", settings={}, optimizer=best,
                train_step_ms=[round(ms, 2) for ms in runs[best]],
                decode_tokens_per_s=[round(decode()[0], 1) for _ in range(args.runs)])


if __name__ == "__main__":
    main()
