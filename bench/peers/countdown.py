"""The peer of the Countdown quickstart: GRPO written by hand in PyTorch, for its times only.

    python bench/peers/countdown.py [--model DIR] [--threads N] [--sft N] [--steps N] [--all-groups] [--save DIR]

Three distinct numbers of 1..20 and a target of 1..99; the answer is an expression that uses each number
once, with positive whole intermediate results. One token a number, prompt 6 tokens, response at most 10.
A Qwen2-like decoder: 3 layers, hidden 96, 4 heads, 2 key/value heads of 24, FFN 256, vocabulary 111, tied.
It is read from a model directory such as the quickstart's `base/model`, whose tokens these are; else a short
SFT comes first, so that the responses look like answers. Then GRPO with 32 prompts x 8: sample with a cache,
grade, one clipped update (AdamW, clip to norm 1). Prints one line of JSON.
"""

import argparse
import random
import statistics
import time

import torch
import torch.nn.functional as F

import work
from model import Shape, decode_step, empty_cache, forward, load, rope, sample, save, weights

SHAPE = Shape(layers=3, hidden=96, heads=4, kv=2, dim=24, ffn=256, vocab=111, theta=1e4)
PROMPTS, GROUP, PROMPT, NEW = 32, 8, 6, 10
# The quickstart's tokens: <pad>, <bos>, <eos>, the numbers from 0 to 99, then signs.
PAD, END, ZERO = 0, 2, 3
OPS = {103: "+", 104: "-", 105: "*", 106: "/"}
OPEN, CLOSE, ASK, ANSWER = 107, 108, 109, 110
CODE = {v: k for k, v in OPS.items()}
TEXT = ["<pad>", "<bos>", "<eos>", *map(str, range(100)), *"+-*/()=:"]
EPS_LOW, EPS_HIGH = 0.2, 0.2


def is_number(token):
    return ZERO <= token < ZERO + 100


def apply(op, a, b):
    """A positive whole number, or None."""
    if op == "+":
        return a + b
    if op == "-":
        return a - b if a > b else None
    if op == "*":
        return a * b
    return a // b if b and a % b == 0 else None


def problem(rng):
    """(prompt tokens, answer tokens)"""
    while True:
        a, b, c = numbers = rng.sample(range(1, 21), 3)
        p, q = rng.choice("+-*/"), rng.choice("+-*/")
        if rng.random() < 0.5:
            inner = apply(p, a, b)
            target = inner and apply(q, inner, c)
            answer = [OPEN, ZERO + a, CODE[p], ZERO + b, CLOSE, CODE[q], ZERO + c]
        else:
            inner = apply(q, b, c)
            target = inner and apply(p, a, inner)
            answer = [ZERO + a, CODE[p], OPEN, ZERO + b, CODE[q], ZERO + c, CLOSE]
        if target and target < 100:
            return [*(ZERO + n for n in sorted(numbers)), ASK, ZERO + target, ANSWER], answer + [END]


def value(tokens, at=0, depth=0):
    """Value of an expression and where it ends, left to right, * and / before + and -; or None."""
    def operand(at):
        if at < len(tokens) and tokens[at] == OPEN and depth < 4:
            inner = value(tokens, at + 1, depth + 1)
            closed = inner and inner[1] < len(tokens) and tokens[inner[1]] == CLOSE
            return (inner[0], inner[1] + 1) if closed else None
        return (tokens[at] - ZERO, at + 1) if at < len(tokens) and is_number(tokens[at]) else None

    def chain(at, ops, part):
        left = part(at)
        while left and left[1] < len(tokens) and OPS.get(tokens[left[1]]) in ops:
            right = part(left[1] + 1)
            result = right and apply(OPS[tokens[left[1]]], left[0], right[0])
            left = (result, right[1]) if result else None
        return left

    return chain(at, ("+", "-"), lambda i: chain(i, ("*", "/"), operand))


def reward(prompt, response):
    if END not in response:
        return 0.0
    response = response[:response.index(END)]
    if sorted(t for t in response if is_number(t)) != prompt[:3]:
        return 0.0
    got = value(response)
    return 1.0 if got and got == (prompt[4] - ZERO, len(response)) else 0.0


def sft(shape, w, optimizer, cos, sin, rng, steps, batch=128):
    for step in range(steps):
        for g in optimizer.param_groups:
            g["lr"] = 4e-3 * (1 - step / steps)
        rows = [problem(rng) for _ in range(batch)]
        ids = torch.tensor([p + a + [PAD] * (NEW - len(a)) for p, a in rows])
        target = ids[:, PROMPT:].masked_fill(ids[:, PROMPT:] == PAD, -100)
        logits = F.linear(forward(shape, w, ids[:, :-1], cos, sin)[:, PROMPT - 1:], w["embed"])
        update(w, optimizer, F.cross_entropy(logits.reshape(-1, shape.vocab), target.reshape(-1)))


def update(w, optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(w.values(), 1.0)
    optimizer.step()


@torch.inference_mode()
def rollout(shape, w, cos, sin, prompts):
    """Each prompt is read once; GROUP responses go on from its cache."""
    n = len(prompts) * GROUP
    small = empty_cache(shape, len(prompts), PROMPT)
    h = forward(shape, w, prompts, cos, sin, small)[:, -1].repeat_interleave(GROUP, 0)
    cache = empty_cache(shape, n, PROMPT + NEW)
    for (k, v), (sk, sv) in zip(cache, small):
        k[:, :, :PROMPT] = sk.repeat_interleave(GROUP, 0)
        v[:, :, :PROMPT] = sv.repeat_interleave(GROUP, 0)
    out = torch.full((n, NEW), PAD)
    logp = torch.zeros(n, NEW)
    alive = torch.ones(n, dtype=torch.bool)
    for i in range(NEW):
        logs = F.linear(h, w["embed"]).log_softmax(-1)
        token = sample(logs)
        out[:, i] = token.where(alive, PAD)
        logp[:, i] = logs.gather(1, token[:, None])[:, 0]
        alive = alive & (token != END)
        if i + 1 == NEW or not alive.any():
            break
        h = decode_step(shape, w, token, cos, sin, cache, PROMPT + i)
    return out, logp


def grade(prompts, out):
    rows = out.tolist()
    asked = prompts.tolist()
    return torch.tensor([reward(asked[i // GROUP], row) for i, row in enumerate(rows)])


def train(shape, w, optimizer, cos, sin, prompts, out, old, rewards, all_groups):
    r = rewards.view(-1, GROUP)
    advantage = ((r - r.mean(1, keepdim=True)) / (r.std(1, keepdim=True) + 1e-6)).view(-1)
    # Groups of equal rewards have no gradient: they are left out of the work, not of the divisor.
    keep = (advantage != 0) | all_groups
    mask = out != PAD
    tokens = mask.sum()
    if not keep.any():
        return
    ids = torch.cat([prompts.repeat_interleave(GROUP, 0), out], 1)[keep]
    logits = F.linear(forward(shape, w, ids[:, :-1], cos, sin)[:, PROMPT - 1:], w["embed"])
    logp = -F.cross_entropy(logits.reshape(-1, shape.vocab), out[keep].reshape(-1), reduction="none").view(-1, NEW)
    ratio = (logp - old[keep]).clamp(-10, 10).exp()
    a = advantage[keep, None]
    surrogate = torch.minimum(ratio * a, ratio.clamp(1 - EPS_LOW, 1 + EPS_HIGH) * a)
    update(w, optimizer, -(surrogate * mask[keep]).sum() / tokens)


def words(directory):
    """A word-level tokenizer of these tokens."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast
    tokenizer = Tokenizer(models.WordLevel({text: i for i, text in enumerate(TEXT)}, unk_token="<unk>"))
    split = pre_tokenizers.Split(Regex(r"[0-9]+|\p{L}+|[^\s]"), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), split])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<bos>",
                            eos_token="<eos>").save_pretrained(directory)


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--warm-up", type=int, default=3, help="steps before the timed ones")
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--model", help="a model directory with the quickstart's tokens, instead of SFT")
    args.add_argument("--save", help="a directory for the model after SFT; then nothing else is done")
    args.add_argument("--sft", type=int, default=1000, help="SFT steps before")
    args.add_argument("--steps", type=int, default=50, help="timed GRPO steps")
    args.add_argument("--all-groups", action="store_true", help="train on groups of equal rewards too: fixed work")
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    rng = random.Random(0)
    shape, w = load(args.model) if args.model else (SHAPE, weights(SHAPE))
    w = {k: v.requires_grad_() for k, v in w.items()}
    cos, sin = rope(shape, PROMPT + NEW)
    if not args.model:
        sft(shape, w, torch.optim.AdamW(w.values(), lr=4e-3, fused=True), cos, sin, rng, args.sft)
    if args.save:
        save(args.save, shape, w)
        words(args.save)
        return

    optimizer = torch.optim.AdamW(w.values(), lr=5e-4, fused=True)
    times = {"rollout": [], "verify": [], "train": [], "step": []}
    rewards, lengths, trained = [], [], []
    for _ in range(args.warm_up + args.steps):
        prompts = torch.tensor([problem(rng)[0] for _ in range(PROMPTS)])
        clock = [time.perf_counter()]
        out, old = rollout(shape, w, cos, sin, prompts)
        clock.append(time.perf_counter())
        got = grade(prompts, out)
        clock.append(time.perf_counter())
        train(shape, w, optimizer, cos, sin, prompts, out, old, got, args.all_groups)
        clock.append(time.perf_counter())
        for name, a, b in (("rollout", 0, 1), ("verify", 1, 2), ("train", 2, 3), ("step", 0, 3)):
            times[name].append((clock[b] - clock[a]) * 1e3)
        rewards.append(float(got.mean()))
        lengths.append(float((out != PAD).sum(1).float().mean()))
        trained.append(float((got.view(-1, GROUP).std(1) > 0).float().mean()))
    ms = {f"{k}_ms": [round(v, 2) for v in times[k][args.warm_up:]] for k in times}
    work.report(what="step", peer="pytorch countdown", **ms, all_groups=args.all_groups,
                model="given" if args.model else f"after {args.sft} steps of SFT",
                reward_first=round(statistics.mean(rewards[:10]), 3),
                reward_last=round(statistics.mean(rewards[-10:]), 3),
                response_tokens=round(statistics.mean(lengths), 2),
                groups_trained=round(statistics.mean(trained), 3))


if __name__ == "__main__":
    main()
