"""Writes what torch.optim.AdamW does in five steps under given gradients.

    python parity/adamw.py

Two weights, gradients large enough that clipping to norm 1 bites on some steps and not on others.
In double precision (the truth) and in float32 (what PyTorch's own arithmetic gives).
"""

import json
from pathlib import Path

import torch

from losses import layout

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/nn/adamw.golden.json"
STEPS, SHAPES = 5, {"matrix": (2, 3), "vector": (4,)}
SETTINGS = dict(lr=0.05, beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.1)
MAX_NORM = 1.0


def trajectory(start, gradients, dtype, clip):
    params = {n: torch.tensor(v, dtype=dtype).reshape(SHAPES[n]).requires_grad_() for n, v in start.items()}
    optimizer = torch.optim.AdamW(params.values(), lr=SETTINGS["lr"], eps=SETTINGS["eps"],
                                  betas=(SETTINGS["beta1"], SETTINGS["beta2"]),
                                  weight_decay=SETTINGS["weightDecay"])
    steps = []
    for g in gradients:
        for n, p in params.items():
            p.grad = torch.tensor(g[n], dtype=dtype).reshape(SHAPES[n])
        step = {}
        if clip:
            step["norm"] = float(torch.nn.utils.clip_grad_norm_(params.values(), MAX_NORM))
        optimizer.step()
        step.update({n: p.detach().reshape(-1).tolist() for n, p in params.items()})
        steps.append(step)
    return steps


def main():
    torch.set_num_threads(1)
    rng = torch.Generator().manual_seed(11)

    def draw(scale):
        return {n: [round(scale * float(x), 4) for x in torch.randn(s, generator=rng, dtype=torch.float64).reshape(-1)]
                for n, s in SHAPES.items()}

    start = draw(1.0)
    gradients = [draw(s) for s in (0.2, 1.0, 0.1, 3.0, 0.05)]
    golden = {
        "about": "Written by parity/adamw.py: the weights after each step, row by row; 'norm' is the gradients' before clipping.",
        "settings": SETTINGS, "maxNorm": MAX_NORM, "shapes": SHAPES, "start": start, "gradients": gradients,
        "plain": {"float64": trajectory(start, gradients, torch.float64, False),
                  "float32": trajectory(start, gradients, torch.float32, False)},
        "clipped": {"float64": trajectory(start, gradients, torch.float64, True),
                    "float32": trajectory(start, gradients, torch.float32, True)},
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(layout(golden) + "\n")
    norms = [round(s["norm"], 3) for s in golden["clipped"]["float64"]]
    assert any(n < MAX_NORM for n in norms) and any(n > MAX_NORM for n in norms)
    print(json.dumps({"bytes": OUT.stat().st_size, "norms": norms}))


if __name__ == "__main__":
    main()
