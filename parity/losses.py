"""Writes golden values for advantages and losses, from their formulas, in PyTorch at double precision.

    python parity/losses.py

Written plainly, response by response, to be a reference and not to be fast. Gradients are autograd's,
with respect to the policy's log-probabilities (and log Z), one list a response.
"""

import json
import math
from pathlib import Path

import torch

OUT = Path(__file__).parents[1] / "core/src/test/resources/io/braid/objective/losses.golden.json"
CLAMP = 10.0
EPS_LOW, EPS_HIGH = 0.2, 0.28
LENGTH_DIVISOR = 16

torch.set_default_dtype(torch.float64)


def numbers(x):
    return [float(v) for v in x.detach().reshape(-1)]


def data(seed=173):
    """Three groups of four: partial credit, all equal (no advantage), one right."""
    g = torch.Generator().manual_seed(seed)
    rewards = [1.0, 0.0, 0.5, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]
    lengths = [5, 3, 1, 7, 4, 2, 6, 3, 8, 1, 5, 4]
    # One log-ratio spread a response: from ratios that no clip touches to ratios that all do.
    spread = [0.5, 0.4, 0.1, 0.2, 0.1, 0.3, 0.05, 0.6, 0.1, 0.5, 0.5, 0.02]
    out = []
    for i, n in enumerate(lengths):
        policy = -torch.rand(n, generator=g) * 3 - 0.02
        old = policy + spread[i] * torch.randn(n, generator=g)
        ref = policy + 0.4 * torch.randn(n, generator=g)
        out.append(dict(group=i // 4, reward=rewards[i], policy=round6(policy),
                        old=round6(old.clamp(max=-1e-3)), ref=round6(ref.clamp(max=-1e-3))))
    return out


def round6(x):
    return [round(v, 6) for v in numbers(x)]


def covers(old, responses, adv):
    """Whether each sign of the advantage meets ratios below, between and above the clip's bounds."""
    seen = set()
    for o, r, a in zip(old, responses, adv):
        for rho in ratio(torch.tensor(r["policy"]), o):
            seen.add((float(a.sign()), "low" if rho < 1 - EPS_LOW else "high" if rho > 1 + EPS_HIGH else ""))
    return len([s for s in seen if s[0] != 0]) == 6


def extreme():
    """Log-ratios beyond the clamp, on either side, under either sign of the advantage."""
    return [dict(advantage=1.5, policy=[-0.5, -13.25, -1.0], old=[-12.75, -0.25, -1.125]),
            dict(advantage=-0.75, policy=[-0.5, -13.25, -1.0], old=[-12.75, -0.25, -1.125])]


# Advantages: one number a response.

def by_group(responses, f):
    groups = {}
    for r in responses:
        groups.setdefault(r["group"], []).append(r["reward"])
    return torch.cat([f(torch.tensor(v)) for v in groups.values()])


def normalised(r):
    return (r - r.mean()) / (r.std(correction=1) + 1e-6)


def normalised_population(r):
    return (r - r.mean()) / (r.std(correction=0) + 1e-6)


def centred(r):
    return r - r.mean()


def leave_one_out(r):
    return r - (r.sum() - r) / (len(r) - 1)


# Aggregations: from lists of per-token losses to one number.

def token_mean(rows):
    return sum(r.sum() for r in rows) / sum(len(r) for r in rows)


def sequence_mean_token_mean(rows):
    return sum(r.mean() for r in rows) / len(rows)


def constant(rows):
    return sum(r.sum() / LENGTH_DIVISOR for r in rows) / len(rows)


# Losses. `p` policy, `o` old, `f` reference: lists of vectors.

def ratio(p, o):
    return (p - o).clamp(-CLAMP, CLAMP).exp()


def clipped(p, o, adv):
    rows = []
    for pi, oi, a in zip(p, o, adv):
        rho = ratio(pi, oi)
        rows.append(-torch.minimum(rho * a, rho.clamp(1 - EPS_LOW, 1 + EPS_HIGH) * a))
    return rows


def cispo(p, o, adv):
    return [-ratio(pi, oi).clamp(1 - EPS_LOW, 1 + EPS_HIGH).detach() * a * pi
            for pi, oi, a in zip(p, o, adv)]


def gspo(p, o, adv):
    loss = 0.0
    for pi, oi, a in zip(p, o, adv):
        s = ratio(pi.mean(), oi.mean())
        loss = loss - torch.minimum(s * a, s.clamp(1 - EPS_LOW, 1 + EPS_HIGH) * a)
    return loss / len(p)


def k2(pi, fi):
    return 0.5 * (pi - fi) ** 2


def k3(pi, fi):
    return (fi - pi).exp() - (fi - pi) - 1


def kl(kind, p, o, f, importance):
    rows = []
    for pi, oi, fi in zip(p, o, f):
        w = {"none": lambda: 1.0, "constant": lambda: ratio(pi, oi).detach(),
             "differentiated": lambda: ratio(pi, oi)}[importance]()
        rows.append(w * kind(pi, fi))
    return token_mean(rows)


def flowrl(p, o, f, adv, group, log_z, beta, weight, eps=0.2):
    loss = 0.0
    for pi, oi, fi, a, g in zip(p, o, f, adv, group):
        delta = log_z[g] + pi.mean() - beta * a - fi.mean()
        log_ratio = (pi - oi).detach()
        w = {"sequence": lambda: log_ratio.sum().exp().clamp(1 - eps, 1 + eps),
             "sequence-mean": lambda: log_ratio.mean().exp().clamp(1 - eps, 1 + eps),
             "sequence-unclipped": lambda: log_ratio.sum().exp(),
             "none": lambda: torch.tensor(1.0)}[weight]()
        loss = loss + w * delta ** 2
    return loss / len(p)


def main():
    torch.set_num_threads(1)
    responses = data()
    group = [r["group"] for r in responses]
    old, ref = ([torch.tensor(r[k]) for r in responses] for k in ("old", "ref"))
    log_z = [0.3, -0.7, 1.2]
    adv = by_group(responses, normalised)
    cases = {}
    assert covers(old, responses, adv), "some branch of the clip is not taken"

    def case(name, formula, f, rows=responses, with_log_z=False, **settings):
        p = [torch.tensor(r["policy"], requires_grad=True) for r in rows]
        z = torch.tensor(log_z, requires_grad=with_log_z)
        loss = f(p, z)
        loss.backward()
        cases[name] = dict(formula=formula, **settings, loss=float(loss.detach()),
                           gradPolicy=[numbers(x.grad) for x in p])
        if with_log_z:
            cases[name]["gradLogZ"] = numbers(z.grad)
        assert math.isfinite(cases[name]["loss"])

    surrogate = "-min(rho A, clip(rho, 1-epsLow, 1+epsHigh) A)"
    clip = dict(epsLow=EPS_LOW, epsHigh=EPS_HIGH, advantage="groupNormalised")
    case("clipped.tokenMean", surrogate + ", sum over tokens / all tokens",
         lambda p, z: token_mean(clipped(p, old, adv)), **clip)
    case("clipped.sequenceMeanTokenMean", surrogate + ", mean over responses of means over tokens",
         lambda p, z: sequence_mean_token_mean(clipped(p, old, adv)), **clip)
    case("clipped.constant", surrogate + ", mean over responses of sum over tokens / lengthDivisor",
         lambda p, z: constant(clipped(p, old, adv)), lengthDivisor=LENGTH_DIVISOR, **clip)
    case("cispo.tokenMean", "-constant(clip(rho, 1-epsLow, 1+epsHigh)) A log pi, sum over tokens / all tokens",
         lambda p, z: token_mean(cispo(p, old, adv)), **clip)
    case("gspo", "s = exp(mean over tokens of log rho); -min(s A, clip(s, 1-epsLow, 1+epsHigh) A), mean over responses",
         lambda p, z: gspo(p, old, adv), **clip)

    for kind in (k2, k3):
        what = "(log pi - log ref)^2 / 2" if kind is k2 else "exp(d) - d - 1, d = log ref - log pi"
        for importance, note in (("none", ""), ("constant", ", times rho as a constant"),
                                 ("differentiated", ", times rho, whose gradient counts")):
            case(f"{kind.__name__}.{importance}", f"{what}{note}, sum over tokens / all tokens",
                 lambda p, z: kl(kind, p, old, ref, importance), importance=importance)

    delta = "delta = logZ + mean log pi - beta A - mean log ref; mean over responses of w delta^2"
    for beta, weight, note in (
            (15.0, "sequence", "w = clip(exp(sum log rho), 1-eps, 1+eps), a constant"),
            (1.0, "sequence", "w = clip(exp(sum log rho), 1-eps, 1+eps), a constant"),
            (1.0, "sequence-mean", "w = clip(exp(mean log rho), 1-eps, 1+eps), a constant"),
            (15.0, "sequence-unclipped", "w = exp(sum log rho), a constant"),
            (1.0, "none", "w = 1")):
        case(f"flowrl.{weight}.beta{beta:g}", f"{delta}; {note}",
             lambda p, z: flowrl(p, old, ref, adv, group, z, beta, weight),
             with_log_z=True, beta=beta, eps=0.2, ratio=weight, advantage="groupNormalised")

    far = extreme()
    case("extreme.clipped.tokenMean", surrogate + ", sum over tokens / all tokens; on the responses of 'extreme'",
         lambda p, z: token_mean(clipped(p, [torch.tensor(r["old"]) for r in far],
                                         [r["advantage"] for r in far])),
         rows=far, epsLow=EPS_LOW, epsHigh=EPS_HIGH)

    golden = {
        "about": "Written by parity/losses.py. rho = exp(clamp(log pi - log old, -10, 10)).",
        "responses": responses, "logZ": log_z, "extreme": far,
        "advantages": {
            "groupNormalised": numbers(adv),
            "groupNormalisedPopulation": numbers(by_group(responses, normalised_population)),
            "centred": numbers(by_group(responses, centred)),
            "leaveOneOut": numbers(by_group(responses, leave_one_out)),
        },
        "losses": cases,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(layout(golden) + "\n")
    print(json.dumps({"bytes": OUT.stat().st_size,
                      "losses": {k: round(v["loss"], 6) for k, v in cases.items()}}))


def layout(value, indent=0, width=110):
    """JSON with short values on one line, so that a difference can be read."""
    flat = json.dumps(value)
    if len(flat) + indent <= width or not isinstance(value, (dict, list)):
        return flat
    pad = "  " * (indent // 2 + 1)
    end = "\n" + "  " * (indent // 2)
    if isinstance(value, dict):
        inner = [f"{json.dumps(k)}: {layout(v, indent + 2, width)}" for k, v in value.items()]
        return "{\n" + ",\n".join(pad + x for x in inner) + end + "}"
    return "[\n" + ",\n".join(pad + layout(x, indent + 2, width) for x in value) + end + "]"


if __name__ == "__main__":
    main()
