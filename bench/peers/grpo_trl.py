"""TRL's GRPOTrainer on the quickstart's Countdown step, for its times only.

    python bench/peers/grpo_trl.py --model DIR [--threads N] [--steps N]

DIR has the quickstart's tokens: `runs/quickstart/base/model`, or what `countdown.py --save DIR` wrote. 32 prompts
x 8 responses of at most 10 tokens, one optimizer step a step, no reference model, float32. A step's time goes from
TRL's on_step_begin to its on_step_end: generation, verification, forward, backward and update, not the loading of
data. Prints one line of JSON.
"""

import argparse
import random
import statistics
import tempfile
import time

import torch
import transformers
import trl
from datasets import Dataset
from tokenizers.processors import TemplateProcessing
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

import countdown
import work



class Clock(TrainerCallback):
    def __init__(self):
        self.step_ms, self.start = [], 0.0

    def on_step_begin(self, args, state, control, **kwargs):
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        self.step_ms.append((time.perf_counter() - self.start) * 1e3)


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--warm-up", type=int, default=5, help="steps before the timed ones")
    args.add_argument("--model", required=True)
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--steps", type=int, default=30, help="timed steps")
    args.add_argument("--cache", choices=["dynamic", "static"], default="dynamic")
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    transformers.logging.set_verbosity_error()
    rng = random.Random(0)
    steps = args.warm_up + args.steps
    prompts = [countdown.problem(rng)[0] for _ in range(countdown.PROMPTS * steps)]
    # AutoTokenizer takes Qwen2's own rules for this kind of model, which split numbers into digits.
    tokenizer = PreTrainedTokenizerFast.from_pretrained(args.model)
    # Braid's prompts have no <bos>, and TRL tokenizes as the tokenizer does by default.
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single="$A", pair="$A $B", special_tokens=[])
    text = [" ".join(countdown.TEXT[t] for t in p) for p in prompts]
    assert tokenizer(text[0])["input_ids"] == prompts[0], "the model has other tokens than the quickstart's"
    lengths, rewards, verified_ms = [], [], []

    def reward(prompts, completions, completion_ids, **kwargs):
        start = time.perf_counter()
        asked = tokenizer(prompts)["input_ids"]
        got = [countdown.reward(p, list(c)) for p, c in zip(asked, completion_ids)]
        verified_ms.append((time.perf_counter() - start) * 1e3)
        lengths.append(statistics.mean(map(len, completion_ids)))
        rewards.append(statistics.mean(got))
        return got

    clock = Clock()
    with tempfile.TemporaryDirectory() as out:
        config = GRPOConfig(
            output_dir=out, use_cpu=True, bf16=False, fp16=False, seed=1, max_steps=steps,
            per_device_train_batch_size=countdown.PROMPTS * countdown.GROUP, gradient_accumulation_steps=1,
            num_generations=countdown.GROUP, max_completion_length=countdown.NEW, num_iterations=1,
            temperature=1.0, top_p=1.0, top_k=0, beta=0.0, epsilon=0.2, loss_type="dapo", learning_rate=5e-4,
            lr_scheduler_type="constant", max_grad_norm=1.0, optim="adamw_torch_fused", gradient_checkpointing=False,
            dataloader_num_workers=0, dataloader_pin_memory=False, shuffle_dataset=False, disable_dropout=False,
            cache_implementation=None if args.cache == "dynamic" else args.cache,
            logging_strategy="no", save_strategy="no", report_to="none", disable_tqdm=True)
        model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="sdpa")
        trainer = GRPOTrainer(model, reward, config, Dataset.from_dict({"prompt": text}),
                              processing_class=tokenizer, callbacks=[clock])
        trainer.train()
    assert len(clock.step_ms) == len(rewards) == steps, "TRL did not generate once a step"
    work.report(what="step", peer="trl", step_ms=[round(ms, 2) for ms in clock.step_ms[args.warm_up:]],
                verify_ms=[round(ms, 2) for ms in verified_ms[args.warm_up:]], settings={"cache": args.cache},
                reward_first=round(statistics.mean(rewards[:10]), 3),
                reward_last=round(statistics.mean(rewards[-10:]), 3),
                response_tokens=round(statistics.mean(lengths), 2),
                trl=trl.__version__, transformers=transformers.__version__)


if __name__ == "__main__":
    main()
