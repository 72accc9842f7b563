"""Writes golden values for advantage estimators, from their formulas, in PyTorch at double precision.

    python parity/advantages.py

The responses are those of losses.py, with a reward at each token, values and entropies besides.
"""

import json
from pathlib import Path

import torch

from losses import (centred, data, halves, layout, leave_one_out, normalised, normalised_population,
                    numbers, round6)

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/objective/advantages.golden.json"
DISCOUNTS = (1.0, 0.9)
GAE = ((1.0, 1.0), (1.0, 0.95), (0.99, 0.9), (0.9, 0.0), (0.0, 1.0))
ALPHA, KAPPA = 0.4, 2.0
LIMIT, BUFFER, FACTOR = 20, 8, 0.5

torch.set_default_dtype(torch.float64)


def responses(seed=181):
    g = torch.Generator().manual_seed(seed)
    out = []
    for r in data():
        n = len(r["policy"])
        dense = torch.randn(n, generator=g) * 0.1 * (torch.rand(n, generator=g) < 0.6)
        out.append(dict(group=r["group"], outcome=r["reward"], dense=round6(dense),
                        values=halves(torch.rand(n, generator=g)),
                        entropies=halves(torch.rand(n, generator=g) * 2 * (torch.rand(n, generator=g) < 0.8))))
    return out


def to_go(rewards, gamma=1.0):
    out, after = [], 0.0
    for r in reversed(rewards):
        after = r + gamma * after
        out.append(after)
    return torch.stack(out[::-1])


def per_token(r):
    rewards = torch.tensor(r["dense"])
    rewards[-1] += r["outcome"]
    return rewards


def of_groups(rows, compare):
    """A number a response from its group's outcomes, the same at all its tokens, and the dense rewards to go."""
    groups = {}
    for r in rows:
        groups.setdefault(r["group"], []).append(r["outcome"])
    compared = torch.cat([compare(torch.tensor(v)) for v in groups.values()])
    return [a + to_go(torch.tensor(r["dense"])) for a, r in zip(compared, rows)]


def whitened(rows):
    """Mean 0 and standard deviation 1 over all tokens; the variance with n - 1."""
    flat = torch.cat(rows)
    return [(r - flat.mean()) / torch.sqrt(flat.var(correction=1) + 1e-8) for r in rows]


def reinforce_plus_plus(rows, gamma):
    return whitened([to_go(per_token(r), gamma) for r in rows])


def reinforce_plus_plus_baseline(rows):
    return whitened(of_groups(rows, centred))


def gae(rows, gamma, lam):
    """By its definition: A_t = sum over i >= t of (gamma lam)^(i-t) delta_i."""
    out = []
    for r in rows:
        values = torch.tensor(r["values"])
        after = torch.cat([values[1:], torch.zeros(1)])
        delta = per_token(r) + gamma * after - values
        n = len(delta)
        out.append(torch.stack([sum((gamma * lam) ** (i - t) * delta[i] for i in range(t, n)) for t in range(n)]))
    return out


def shaped(rows, advantages):
    return [a + torch.minimum(ALPHA * torch.tensor(r["entropies"]), a.abs() / KAPPA)
            for r, a in zip(rows, advantages)]


def overlong(length):
    return min(0.0, -FACTOR * (length - (LIMIT - BUFFER)) / BUFFER)


def without_dense(rows):
    return [dict(r, dense=[0.0] * len(r["dense"])) for r in rows]


def cases(rows):
    out = {}

    def case(name, formula, advantages, **settings):
        assert all(torch.isfinite(a).all() for a in advantages)
        out[name] = dict(formula=formula, **settings, tokens=[numbers(a) for a in advantages])

    for name, f, formula in (("groupNormalised", normalised, "(r - mean) / (std with n - 1, + 1e-6)"),
                             ("groupNormalisedPopulation", normalised_population, "(r - mean) / (std with n, + 1e-6)"),
                             ("centred", centred, "r - mean"),
                             ("leaveOneOut", leave_one_out, "r - mean of the others"),
                             ("rawOutcome", lambda r: r, "r")):
        case(name, formula + ", plus the dense rewards to go", of_groups(rows, f))
    for gamma in DISCOUNTS:
        case(f"reinforcePlusPlus.{gamma:g}", "discounted rewards to go, whitened over all tokens",
             reinforce_plus_plus(rows, gamma), discount=gamma)
    case("reinforcePlusPlusBaseline", "r - mean of the group, plus the dense rewards to go, whitened over all tokens",
         reinforce_plus_plus_baseline(rows))
    for gamma, lam in GAE:
        plain = gae(rows, gamma, lam)
        returns = [a + torch.tensor(r["values"]) for a, r in zip(plain, rows)]
        for name, advantages in (("plain", plain), ("whitened", whitened(plain))):
            case(f"gae.{gamma:g}.{lam:g}.{name}", "sum over i >= t of (gamma lambda)^(i-t) delta_i",
                 advantages, discount=gamma, **{"lambda": lam})
            out[f"gae.{gamma:g}.{lam:g}.{name}"]["returns"] = [numbers(x) for x in returns]
    bonus = "A + min(alpha H, |A| / kappa)"
    for name, of in (("groupNormalised", of_groups(rows, normalised)),
                     ("reinforcePlusPlus.1", reinforce_plus_plus(rows, 1.0)),
                     ("gae.1.0.95.whitened", whitened(gae(rows, 1.0, 0.95)))):
        case(f"entropyShaped.{name}", f"{bonus} on {name}", shaped(rows, of), alpha=ALPHA, kappa=KAPPA)
    return out


def main():
    torch.set_num_threads(1)
    rows = responses()
    bonus = torch.cat([a - b for a, b in zip(shaped(rows, of_groups(rows, normalised)), of_groups(rows, normalised))])
    entropy = torch.cat([torch.tensor(r["entropies"]) for r in rows])
    assert ((bonus - ALPHA * entropy).abs() < 1e-12).any() and (bonus < ALPHA * entropy - 1e-3).any()
    golden = {
        "about": "Written by parity/advantages.py. dense: a reward at each token beside the outcome.",
        "responses": rows,
        "dense": cases(rows),
        "outcomeOnly": {name: case for name, case in cases(without_dense(rows)).items()
                        if not name.startswith(("gae", "entropyShaped"))},
        "overlong": dict(formula="-factor max(0, length - (limit - buffer)) / buffer",
                         limit=LIMIT, buffer=BUFFER, factor=FACTOR,
                         penalties=[overlong(n) for n in range(1, LIMIT + 1)]),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(layout(golden) + "\n")
    print(json.dumps({"bytes": OUT.stat().st_size, "cases": len(golden["dense"]) + len(golden["outcomeOnly"])}))


if __name__ == "__main__":
    main()
