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
DUAL = 3.0
RELEASED_METRICS = 9  # entries of the dictionary that FlowRL's released code takes for the micro-batch
PARTS = [[0, 1], [2, 3, 4, 5, 6], [7, 8, 9, 10, 11]]
VALUE_CLIP = 0.2
CAP, LOW, HIGH = 1.25, 0.75, 1.3

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
                        old=halves(old.clamp(max=-1e-3)), ref=round6(ref.clamp(max=-1e-3))))
    return with_rollout_and_values(out)


def with_rollout_and_values(responses, seed=179):
    """What rollout correction, token-level advantages and the critic's loss take beside that."""
    g = torch.Generator().manual_seed(seed)
    for i, r in enumerate(responses):
        n = len(r["policy"])
        apart = 0.15 if i % 3 else 0.4
        old = torch.tensor(r["old"])
        r["roll"] = halves((old + apart * torch.randn(n, generator=g)).clamp(max=-1e-3))
        r["tokenAdvantage"] = round6(torch.randn(n, generator=g))
        before = torch.randn(n, generator=g) * 0.5
        r["oldValue"] = round6(before)
        r["value"] = round6(before + 0.3 * torch.randn(n, generator=g))
        r["return"] = round6(r["reward"] + 0.3 * torch.randn(n, generator=g))
    return responses


def round6(x):
    return [round(v, 6) for v in numbers(x)]


def halves(x):
    """Rounded to 2^-12: what single precision holds exactly too."""
    return [round(v * 4096) / 4096 for v in numbers(x)]


def covers(old, responses, adv):
    """Whether each sign of the advantage meets ratios below, between and above the clip's bounds."""
    seen = set()
    for o, r, a in zip(old, responses, adv):
        for rho in ratio(torch.tensor(r["policy"]), o):
            seen.add((float(a.sign()), "low" if rho < 1 - EPS_LOW else "high" if rho > 1 + EPS_HIGH else ""))
    return len([s for s in seen if s[0] != 0]) == 6


def extreme():
    """Log-ratios beyond the clamp, on either side, under either sign of the advantage."""
    far = dict(policy=[-0.5, -13.25, -1.0], old=[-12.75, -0.25, -1.125], ref=[-1.0, -12.5, -0.75])
    sums = dict(policy=[-0.5, -0.25], old=[-6.5, -7.25], ref=[-0.75, -0.5])
    return [dict(advantage=1.5, **far), dict(advantage=-0.75, **far), dict(advantage=0.5, **sums)]


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


def dual_clipped(p, o, adv, c):
    """Where the advantage is negative the loss is at most c |A|."""
    rows = []
    for loss, a in zip(clipped(p, o, adv), adv):
        a = torch.as_tensor(a).expand_as(loss)
        rows.append(torch.where(a < 0, torch.minimum(loss, -c * a), loss))
    return rows


def weighted(rows, w):
    return [wi * row for wi, row in zip(w, rows)]


def cispo(p, o, adv, low=EPS_LOW):
    return [-ratio(pi, oi).clamp(1 - low, 1 + EPS_HIGH).detach() * a * pi
            for pi, oi, a in zip(p, o, adv)]


def gspo(p, o, adv):
    loss = 0.0
    for pi, oi, a in zip(p, o, adv):
        s = ratio(pi.mean(), oi.mean())
        loss = loss - torch.minimum(s * a, s.clamp(1 - EPS_LOW, 1 + EPS_HIGH) * a)
    return loss / len(p)


def gspo_tokens(p, o, adv):
    """GSPO-token: each token's ratio has the sequence's value and its own gradient."""
    rows = []
    for pi, oi, a in zip(p, o, adv):
        s = (pi - pi.detach() + (pi - oi).mean().detach()).clamp(-CLAMP, CLAMP).exp()
        rows.append(-torch.minimum(s * a, s.clamp(1 - EPS_LOW, 1 + EPS_HIGH) * a))
    return rows


# Rollout correction: constant weights from log pi_old - log pi_roll.

def rollout_weights(o, roll, level, how):
    rows = []
    for oi, ri in zip(o, roll):
        d = oi - ri
        if level == "sequence":
            d = d.sum().expand_as(d)
        w = d.exp()
        inside = ((w >= LOW) & (w <= HIGH)).to(w.dtype)
        rows.append({"truncate": w.clamp(max=CAP), "mask": w * inside, "reject": inside}[how])
    return rows


# The critic's loss. `v` values now, `before` values at the rollout.

def clipped_value(v, before, returns, eps):
    rows = []
    for vi, bi, ri in zip(v, before, returns):
        near = torch.maximum(torch.minimum(vi, bi + eps), bi - eps)
        rows.append(0.5 * torch.maximum((vi - ri) ** 2, (near - ri) ** 2))
    return rows


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
             "sequence-unclipped": lambda: log_ratio.sum().clamp(-CLAMP, CLAMP).exp(),
             "none": lambda: torch.tensor(1.0)}[weight]()
        loss = loss + w * delta ** 2
    return loss / len(p)


def flowrl_released(p, o, f, adv, group, log_z, beta, parts):
    """update_policy of the released dp_actor.py: compute_flowrl_objective gives back a micro-batch's mean and a
    dictionary of nine metrics, which takes the micro-batch's name; its length over the mini-batch scales the mean."""
    loss = 0.0
    for part in parts:
        rows = [[x[i] for i in part] for x in (p, o, f, adv, group)]
        loss = loss + flowrl(*rows, log_z, beta, "sequence-unclipped") * (RELEASED_METRICS / len(p))
    return loss


def mean_over_group(o, f, adv, group, beta):
    """The log Z of each group that makes its residuals zero on average, from the policy before the step."""
    rest = torch.stack([beta * a + fi.mean() - oi.mean() for oi, fi, a in zip(o, f, adv)])
    return torch.stack([rest[[i for i, x in enumerate(group) if x == g]].mean()
                        for g in sorted(set(group))])


def mean_over_all(o, f, adv, group, beta):
    """The same number for every group."""
    rest = torch.stack([beta * a + fi.mean() - oi.mean() for oi, fi, a in zip(o, f, adv)])
    return rest.mean().expand(len(set(group)))


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
    case("cispo.boundedAbove.tokenMean", "-constant(clip(rho, 1-epsLow, 1+epsHigh)) A log pi with epsLow 1, sum over tokens / all tokens",
         lambda p, z: token_mean(cispo(p, old, adv, low=1.0)), **dict(clip, epsLow=1.0))
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
            (1.0, "none", "w = 1")):
        case(f"flowrl.{weight}.beta{beta:g}", f"{delta}; {note}",
             lambda p, z: flowrl(p, old, ref, adv, group, z, beta, weight),
             with_log_z=True, beta=beta, eps=0.2, ratio=weight, advantage="groupNormalised")
    for name, parts in (("whole", [list(range(len(responses)))]), ("parts", PARTS)):
        case(f"flowrl.released.beta15.{name}",
             f"{delta}; w = exp(sum log rho), a constant; the mean of each of 'parts' times 9 / all responses, summed",
             lambda p, z: flowrl_released(p, old, ref, adv, group, z, 15.0, parts),
             with_log_z=True, beta=15.0, ratio="sequence-unclipped", advantage="groupNormalised", parts=parts)
    for name, of, note in (("groupMean", mean_over_group, "of a group = mean over it"),
                           ("batchMean", mean_over_all, "= mean over all responses")):
        fixed = of(old, ref, adv, group, 1.0)
        case(f"flowrl.sequence.beta1.{name}",
             f"{delta}; logZ {note} of beta A + mean log ref - mean log old, a constant",
             lambda p, z: flowrl(p, old, ref, adv, group, fixed, 1.0, "sequence"),
             beta=1.0, eps=0.2, ratio="sequence", advantage="groupNormalised", logZ=numbers(fixed))

    by_token = dict(clip, advantage="tokenAdvantage")
    token_adv = [torch.tensor(r["tokenAdvantage"]) for r in responses]
    case("tokens.clipped.tokenMean", surrogate + ", sum over tokens / all tokens; an advantage for each token",
         lambda p, z: token_mean(clipped(p, old, token_adv)), **by_token)
    case("tokens.cispo.tokenMean", "-constant(clip(rho, 1-epsLow, 1+epsHigh)) A log pi, sum over tokens / all tokens; an advantage for each token",
         lambda p, z: token_mean(cispo(p, old, token_adv)), **by_token)
    case("cispo.sequenceMeanTokenMean", "-constant(clip(rho, 1-epsLow, 1+epsHigh)) A log pi, mean over responses of means over tokens",
         lambda p, z: sequence_mean_token_mean(cispo(p, old, adv)), **clip)
    token_form = "log s_t = constant(mean over tokens of log rho) + log pi - constant(log pi); -min(s_t A, clip(s_t, 1-epsLow, 1+epsHigh) A)"
    case("gspo.tokenForm", token_form + ", mean over responses of means over tokens",
         lambda p, z: sequence_mean_token_mean(gspo_tokens(p, old, adv)), **clip)
    case("tokens.gspo.tokenForm", token_form + ", mean over responses of means over tokens; an advantage for each token",
         lambda p, z: sequence_mean_token_mean(gspo_tokens(p, old, token_adv)), **by_token)
    same(cases["gspo.tokenForm"], cases["gspo"])

    dual = surrogate + "; where A < 0 at most -dualClip A; sum over tokens / all tokens"
    for c in (1.4, DUAL):
        case(f"clipped.dual{c:g}.tokenMean", dual,
             lambda p, z: token_mean(dual_clipped(p, old, adv, c)), dualClip=c, **clip)
        case(f"tokens.clipped.dual{c:g}.tokenMean", dual + "; an advantage for each token",
             lambda p, z: token_mean(dual_clipped(p, old, token_adv, c)), dualClip=c, **by_token)
    assert cases["clipped.dual1.4.tokenMean"]["loss"] < cases["clipped.tokenMean"]["loss"] - 1e-3

    roll = [torch.tensor(r["roll"]) for r in responses]
    weights = {}
    for level in ("token", "sequence"):
        for how in ("truncate", "mask", "reject"):
            w = rollout_weights(old, roll, level, how)
            weights[f"{level}.{how}"] = [numbers(x) for x in w]
            case(f"corrected.{level}.{how}", surrogate + f", times rolloutWeights {level}.{how}; sum over tokens / all tokens",
                 lambda p, z: token_mean(weighted(clipped(p, old, adv), w)),
                 rolloutWeights=f"{level}.{how}", **clip)
            flat = [x for row in weights[f"{level}.{how}"] for x in row]
            assert (CAP in flat and min(flat) < CAP) if how == "truncate" else (0 in flat and max(flat) > 0)
    case("corrected.token.truncate.k3", surrogate + ", plus coefficient rho k3, both times rolloutWeights token.truncate; sum over tokens / all tokens",
         lambda p, z: token_mean(weighted(
             [c + 0.25 * ratio(pi, oi) * k3(pi, fi) for c, pi, oi, fi in zip(clipped(p, old, adv), p, old, ref)],
             rollout_weights(old, roll, "token", "truncate"))),
         rolloutWeights="token.truncate", coefficient=0.25, **clip)

    v = [torch.tensor(r["value"], requires_grad=True) for r in responses]
    before, returns = ([torch.tensor(r[k]) for r in responses] for k in ("oldValue", "return"))
    rows = clipped_value(v, before, returns, VALUE_CLIP)
    held = [(x - b).abs() > VALUE_CLIP for x, b in zip(v, before)]
    loss = token_mean(rows)
    loss.backward()
    still = torch.cat([(x.grad == 0) & h for x, h in zip(v, held)])
    assert still.any() and (torch.cat(held) & ~still).any(), "some branch of the value's clip is not taken"
    value_loss = dict(formula="max((v - R)^2, (clip(v, oldValue - eps, oldValue + eps) - R)^2) / 2, sum over tokens / all tokens",
                      eps=VALUE_CLIP, loss=float(loss.detach()), gradValue=[numbers(x.grad) for x in v])

    far = extreme()
    far_old, far_ref = ([torch.tensor(r[k]) for r in far] for k in ("old", "ref"))
    far_adv = [torch.tensor(r["advantage"]) for r in far]
    case("extreme.clipped.tokenMean", surrogate + ", sum over tokens / all tokens; on the responses of 'extreme'",
         lambda p, z: token_mean(clipped(p, far_old, far_adv)),
         rows=far, epsLow=EPS_LOW, epsHigh=EPS_HIGH)
    case("extreme.clipped.dual3.tokenMean", dual + "; on the responses of 'extreme'",
         lambda p, z: token_mean(dual_clipped(p, far_old, far_adv, DUAL)),
         rows=far, epsLow=EPS_LOW, epsHigh=EPS_HIGH, dualClip=DUAL)
    case("extreme.flowrl.sequence-unclipped.beta1",
         f"{delta}; w = exp(clamp(sum log rho, -10, 10)), a constant; times 9 / 3; on the responses of 'extreme', logZ each's own",
         lambda p, z: flowrl_released(p, far_old, far_ref, far_adv, [0, 1, 2], z, 1.0, [[0, 1, 2]]),
         rows=far, with_log_z=True, beta=1.0, ratio="sequence-unclipped")

    golden = {
        "about": "Written by parity/losses.py. rho = exp(clamp(log pi - log old, -10, 10)).",
        "responses": responses, "logZ": log_z, "extreme": far,
        "advantages": {
            "groupNormalised": numbers(adv),
            "groupNormalisedPopulation": numbers(by_group(responses, normalised_population)),
            "centred": numbers(by_group(responses, centred)),
            "leaveOneOut": numbers(by_group(responses, leave_one_out)),
        },
        "rolloutWeights": dict(
            formula="w = exp(log old - log roll), summed over the response at level sequence; truncate min(w, cap), "
                    "mask w where low <= w <= high and else 0, reject 1 there and else 0",
            cap=CAP, low=LOW, high=HIGH, **weights),
        "valueLoss": value_loss,
        "losses": cases,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(layout(golden) + "\n")
    print(json.dumps({"bytes": OUT.stat().st_size,
                      "losses": {k: round(v["loss"], 6) for k, v in cases.items()}}))


def same(a, b):
    assert abs(a["loss"] - b["loss"]) < 1e-12
    assert all(abs(x - y) < 1e-12 for r, q in zip(a["gradPolicy"], b["gradPolicy"]) for x, y in zip(r, q))


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
