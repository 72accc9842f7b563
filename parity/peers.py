"""Compares the golden values with what verl and TRL compute with their own functions.

    python parity/peers.py

Needs requirements-peers.txt. Writes nothing; prints one line of JSON with the largest difference of
each, and stops where one is above the bound. Where a peer's formula is another one, the difference is
asserted too, so that README.md stays true.
"""

import asyncio
import json
import math
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from trl import GRPOTrainer
from verl.experimental.reward_loop.reward_manager.dapo import DAPORewardManager
from verl.trainer.config import AlgoConfig
from verl.trainer.ppo import core_algos, rollout_corr_helper
from verl.workers.config import ActorConfig

BOUND = 1e-6
GOLDEN = Path(__file__).parents[1] / "core/src/test/resources/io/braid/objective"

torch.set_default_dtype(torch.float64)
DIFFERENCES = {}


def close(name, ours, theirs):
    ours, theirs = (torch.as_tensor(x) for x in (ours, theirs))
    assert ours.shape == theirs.shape, (name, ours.shape, theirs.shape)
    worst = float((ours - theirs).abs().max())
    assert worst < BOUND, (name, worst)
    DIFFERENCES[name] = max(worst, DIFFERENCES.get(name, 0.0))


def apart(name, ours, theirs):
    """A formula that differs, which README.md says."""
    worst = float((torch.as_tensor(ours) - torch.as_tensor(theirs)).abs().max())
    assert worst > 1e-3, (name, worst)


def padded(rows):
    longest = max(len(r) for r in rows)
    return torch.tensor([list(r) + [0.0] * (longest - len(r)) for r in rows])


def mask_of(rows):
    return padded([[1.0] * len(r) for r in rows])


def flat(matrix, mask):
    return matrix[mask > 0]


def joined(rows):
    return torch.tensor([x for r in rows for x in r])


# ---- advantages -----------------------------------------------------------------------------------

def advantages(golden):
    rows = golden["responses"]
    mask = mask_of([r["dense"] for r in rows])
    index = np.array([r["group"] for r in rows])

    def rewards(dense):
        out = padded([r["dense"] if dense else [0.0] * len(r["dense"]) for r in rows])
        for i, r in enumerate(rows):
            out[i, len(r["dense"]) - 1] += r["outcome"]
        return out

    def ours(part, name):
        return joined(golden[part][name]["tokens"])

    def theirs(f, dense=False, **settings):
        return flat(f(token_level_rewards=rewards(dense), response_mask=mask, **settings)[0], mask)

    grpo, rloo = core_algos.compute_grpo_outcome_advantage, core_algos.compute_rloo_outcome_advantage
    rpp = core_algos.compute_reinforce_plus_plus_outcome_advantage
    baseline = core_algos.compute_reinforce_plus_plus_baseline_outcome_advantage
    close("verl.grpo", ours("outcomeOnly", "groupNormalised"), theirs(grpo, index=index))
    close("verl.drgrpo", ours("outcomeOnly", "centred"),
          theirs(grpo, index=index, norm_adv_by_std_in_grpo=False))
    close("verl.rloo", ours("outcomeOnly", "leaveOneOut"), theirs(rloo, index=index))
    close("verl.reinforce_plus_plus_baseline", ours("outcomeOnly", "reinforcePlusPlusBaseline"),
          theirs(baseline, index=index))
    for part in ("dense", "outcomeOnly"):
        for gamma in (1.0, 0.9):
            close(f"verl.reinforce_plus_plus.{part}", ours(part, f"reinforcePlusPlus.{gamma:g}"),
                  theirs(rpp, dense=part == "dense", config=AlgoConfig(gamma=gamma)))
    # verl adds the dense rewards to the outcome that the group compares; here they are summed backwards.
    for name, f in (("groupNormalised", grpo), ("leaveOneOut", rloo), ("reinforcePlusPlusBaseline", baseline)):
        apart(name, ours("dense", name), theirs(f, dense=True, index=index))

    values = padded([r["values"] for r in rows])
    for name, case in golden["dense"].items():
        if name.startswith("gae") and name.endswith("whitened"):
            a, r = core_algos.compute_gae_advantage_return(
                rewards(True), values, mask, case["discount"], case["lambda"])
            close("verl.gae", joined(case["tokens"]), flat(a, mask))
            close("verl.gae.returns", joined(case["returns"]), flat(r, mask))

    overlong(golden["overlong"])


def overlong(golden):
    manager = object.__new__(DAPORewardManager)
    manager.max_resp_len = golden["limit"]
    manager.overlong_buffer_cfg = SimpleNamespace(
        enable=True, len=golden["buffer"], penalty_factor=golden["factor"], log=False)
    manager.reward_router_address = None
    manager.is_async_reward_score = True
    manager.tokenizer = SimpleNamespace(decode=lambda *a, **k: "")

    async def nothing(**_):
        return 0.0

    manager.compute_score = nothing

    async def of(length):
        manager.loop = asyncio.get_running_loop()
        item = SimpleNamespace(
            batch=dict(responses=torch.zeros(golden["limit"], dtype=torch.long),
                       attention_mask=(torch.arange(golden["limit"]) < length).long()),
            non_tensor_batch=dict(data_source="", reward_model=dict(ground_truth="")))
        return float((await manager.run_single([item]))["reward_score"])

    close("verl.dapo.overlong", golden["penalties"],
          [asyncio.run(of(n)) for n in range(1, golden["limit"] + 1)])


# ---- losses ---------------------------------------------------------------------------------------

class Batch:
    def __init__(self, golden):
        self.golden = golden
        self.rows = golden["responses"]
        self.mask = mask_of([r["policy"] for r in self.rows])
        self.old, self.ref, self.roll = (padded([r[k] for r in self.rows]) for k in ("old", "ref", "roll"))
        self.adv = torch.tensor(golden["advantages"]["groupNormalised"])[:, None] * self.mask
        self.token_adv = padded([r["tokenAdvantage"] for r in self.rows])

    def policy(self):
        return padded([r["policy"] for r in self.rows]).requires_grad_()

    def weights(self, name):
        return padded(self.golden["rolloutWeights"][name])

    def check(self, peer, name, loss, policy, expected=None):
        """Value and gradient."""
        case = expected or self.golden["losses"][name]
        loss.backward()
        close(f"{peer}.{name}", case["loss"], loss.detach())
        close(f"{peer}.{name}", joined(case["gradPolicy"]), flat(policy.grad, self.mask))


def actor(**settings):
    plain = dict(strategy="fsdp", rollout_n=1, use_dynamic_bsz=True, clip_ratio_low=0.2,
                 clip_ratio_high=0.28, clip_ratio_c=1e9)  # verl's dual clip cannot be left out
    return ActorConfig(**dict(plain, **settings))


def verl_losses(b):
    vanilla, gspo, cispo = (core_algos.get_policy_loss_fn(n) for n in ("vanilla", "gspo", "cispo"))
    dual = b.golden["losses"]

    def check(name, f, adv, mode, weights=None, **settings):
        p = b.policy()
        loss, _ = f(b.old, p, adv, b.mask, mode, actor(**settings), weights)
        b.check("verl", name, loss, p)

    check("clipped.tokenMean", vanilla, b.adv, "token-mean")
    check("clipped.sequenceMeanTokenMean", vanilla, b.adv, "seq-mean-token-mean")
    check("clipped.constant", vanilla, b.adv, "seq-mean-token-sum-norm",
          global_batch_info=dict(loss_scale_factor=dual["clipped.constant"]["lengthDivisor"]))
    check("tokens.clipped.tokenMean", vanilla, b.token_adv, "token-mean")
    for c in (1.4, 3.0):
        check(f"clipped.dual{c:g}.tokenMean", vanilla, b.adv, "token-mean", clip_ratio_c=c)
        check(f"tokens.clipped.dual{c:g}.tokenMean", vanilla, b.token_adv, "token-mean", clip_ratio_c=c)
    check("cispo.tokenMean", cispo, b.adv, "token-mean")
    check("cispo.sequenceMeanTokenMean", cispo, b.adv, "seq-mean-token-mean")
    check("tokens.cispo.tokenMean", cispo, b.token_adv, "token-mean")
    check("gspo", gspo, b.adv, "seq-mean-token-mean")
    check("gspo.tokenForm", gspo, b.adv, "seq-mean-token-mean")
    check("tokens.gspo.tokenForm", gspo, b.token_adv, "seq-mean-token-mean")

    for kind in ("k2", "k3"):
        p = b.policy()
        kl = core_algos.kl_penalty(p, b.ref, kind)
        b.check("verl", f"{kind}.none", core_algos.agg_loss(kl, b.mask, "token-mean"), p)

    settings = b.golden["rolloutWeights"]
    low, high = settings["low"], settings["high"]
    apart_by = (b.old - b.roll) * b.mask
    for level, stat in (("token", "token_k1"), ("sequence", "seq_sum_k1")):
        for how, threshold in (("truncate", settings["cap"]), ("mask", f"{low}_{high}")):
            w, _ = rollout_corr_helper.compute_rollout_correction_weights(
                apart_by, b.mask, level, threshold)
            close(f"verl.rolloutWeights.{level}.{how}", flat(b.weights(f"{level}.{how}"), b.mask), flat(w, b.mask))
            check(f"corrected.{level}.{how}", vanilla, b.adv, "token-mean", weights=w)
        # verl bounds pi_roll / pi_old there, so the bounds are the reciprocals.
        kept, _ = rollout_corr_helper.compute_rollout_rejection_mask(
            apart_by, b.mask, stat, f"{1 / high}_{1 / low}")
        close(f"verl.rolloutWeights.{level}.reject", flat(b.weights(f"{level}.reject"), b.mask), flat(kept, b.mask))

    case = b.golden["valueLoss"]
    v = padded([r["value"] for r in b.rows]).requires_grad_()
    loss, _ = core_algos.compute_value_loss(
        v, padded([r["return"] for r in b.rows]), padded([r["oldValue"] for r in b.rows]), b.mask, case["eps"])
    loss.backward()
    close("verl.valueLoss", case["loss"], loss.detach())
    close("verl.valueLoss", joined(case["gradValue"]), flat(v.grad, b.mask))


def trl_loss(b, p, adv, loss_type, level="token", delta=None, beta=0.0, weights=None, high=0.28):
    trainer = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *a, **k: (p, torch.zeros_like(p), None),
        aux_loss_enabled=False, top_entropy_quantile=1.0, off_policy_mask_threshold=None,
        importance_sampling_level=level, beta=beta, loss_type=loss_type, epsilon_low=0.2, epsilon_high=high,
        args=SimpleNamespace(delta=delta, use_bias_correction_kl=True, steps_per_generation=1),
        use_vllm=weights is not None, vllm_importance_sampling_correction=weights is not None,
        model=SimpleNamespace(training=True), current_gradient_accumulation_steps=1,
        max_completion_length=b.golden["losses"]["clipped.constant"]["lengthDivisor"],
        _entropy_bonus_enabled=False, _metrics=dict(train=defaultdict(list)),
        accelerator=SimpleNamespace(num_processes=1, gather=lambda x: x, reduce=lambda x, reduction: x))
    none = torch.zeros(len(b.rows), 0)
    inputs = dict(prompt_ids=none, prompt_mask=none, completion_ids=b.mask, completion_mask=b.mask,
                  advantages=adv, old_per_token_logps=b.old, ref_per_token_logps=b.ref,
                  importance_sampling_ratio=weights, num_items_in_batch=b.mask.sum())
    return GRPOTrainer._compute_loss(trainer, None, inputs)


def trl_losses(b):
    def check(name, adv, loss_type, expected=None, **settings):
        p = b.policy()
        b.check("trl", name, trl_loss(b, p, adv, loss_type, **settings), p, expected)

    check("clipped.tokenMean", b.adv, "bnpo")
    check("clipped.tokenMean", b.adv, "dapo")
    check("clipped.sequenceMeanTokenMean", b.adv, "grpo")
    check("clipped.constant", b.adv, "dr_grpo")
    check("tokens.clipped.tokenMean", b.token_adv, "bnpo")
    for c in (1.4, 3.0):  # a ratio kept below delta is the dual clip while delta is above 1 + epsilon
        check(f"clipped.dual{c:g}.tokenMean", b.adv, "bnpo", delta=c)
        check(f"tokens.clipped.dual{c:g}.tokenMean", b.token_adv, "bnpo", delta=c)
    check("gspo", b.adv[:, :1], "grpo", level="sequence")
    for level in ("token", "sequence"):
        for how in ("truncate", "mask"):
            check(f"corrected.{level}.{how}", b.adv, "bnpo", weights=b.weights(f"{level}.{how}"))
    clipped, k3 = (b.golden["losses"][n] for n in ("clipped.tokenMean", "k3.differentiated"))
    both = dict(loss=clipped["loss"] + 0.25 * k3["loss"],
                gradPolicy=[[x + 0.25 * y for x, y in zip(r, q)]
                            for r, q in zip(clipped["gradPolicy"], k3["gradPolicy"])])
    check("clipped.tokenMean + k3.differentiated", b.adv, "bnpo", expected=both, beta=0.25)
    # The correction's weight is not on TRL's KL term; here it is.
    p = b.policy()
    apart("corrected.token.truncate.k3", b.golden["losses"]["corrected.token.truncate.k3"]["loss"],
          trl_loss(b, p, b.adv, "bnpo", beta=0.25, weights=b.weights("token.truncate")).detach())
    # TRL's epsilon_high is the bound itself for CISPO, and there is none below.
    p = b.policy()
    b.check("trl", "cispo.boundedAbove.tokenMean", trl_loss(b, p, b.adv, "cispo", high=1.28), p)


def main():
    torch.set_num_threads(1)
    losses = Batch(json.loads((GOLDEN / "losses.golden.json").read_text()))
    advantages(json.loads((GOLDEN / "advantages.golden.json").read_text()))
    verl_losses(losses)
    trl_losses(losses)
    assert all(math.isfinite(x) for x in DIFFERENCES.values())
    print(json.dumps(dict(verl=version("verl"), trl=version("trl"), compared=len(DIFFERENCES),
                          worst=max(DIFFERENCES.values()), differences=DIFFERENCES)))


if __name__ == "__main__":
    main()
