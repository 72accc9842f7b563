"""TRL's GRPOTrainer on a pretrained model and problems in words: its times, memory and accuracy by the clock.

    python bench/peers/grpo_words.py --model DIR --data FILE [--threads N] [--steps N] [--new N]

DIR is a model with a chat template, FILE has lines of JSON with "question" and "answer". 12 prompts x 8 responses,
one optimizer step a step, no reference model, all weights trained in float32. An answer counts if the last number
after #### or in a box is the reference. A step's time goes from TRL's on_step_begin to its on_step_end. Prints one
line of JSON; `./braid train recipes/real/grpo-full.yaml` with the same settings writes the same figures to
metrics.jsonl.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
import time

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

import work

ANSWER = re.compile(r"(?:####\s*|\\boxed\{)(-?\d+)")


class Clock(TrainerCallback):
    def __init__(self):
        self.step_ms, self.begin, self.start = [], time.perf_counter(), 0.0

    def on_step_begin(self, args, state, control, **kwargs):
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        self.step_ms.append((time.perf_counter() - self.start) * 1e3)



def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--model", required=True)
    args.add_argument("--data", required=True)
    args.add_argument("--threads", type=int, default=0, help="threads PyTorch uses; 0: its default")
    args.add_argument("--steps", type=int, default=4)
    args.add_argument("--prompts", type=int, default=12)
    args.add_argument("--group", type=int, default=8)
    args.add_argument("--new", type=int, default=16, help="the most tokens of a response")
    args.add_argument("--learning-rate", type=float, default=1e-5)
    args = args.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    transformers.logging.set_verbosity_error()
    with open(args.data) as lines:
        problems = [json.loads(line) for line in lines]
    random.Random(0).shuffle(problems)
    problems = [problems[i % len(problems)] for i in range(args.prompts * args.steps)]
    data = Dataset.from_dict({
        "prompt": [[{"role": "user", "content": p["question"]}] for p in problems],
        "answer": [str(p["answer"]) for p in problems]})
    lengths, accuracy = [], []

    def reward(completions, answer, completion_ids, **kwargs):
        found = [ANSWER.findall(c[0]["content"]) for c in completions]
        right = [float(bool(f) and f[-1] == a) for f, a in zip(found, answer)]
        lengths.append(statistics.mean(map(len, completion_ids)))
        accuracy.append(statistics.mean(right))
        return right

    clock = Clock()
    with tempfile.TemporaryDirectory() as out:
        config = GRPOConfig(
            output_dir=out, use_cpu=True, bf16=False, fp16=False, seed=1, max_steps=args.steps,
            per_device_train_batch_size=args.prompts * args.group, gradient_accumulation_steps=1,
            num_generations=args.group, max_completion_length=args.new, num_iterations=1, temperature=1.0, top_p=1.0,
            top_k=0, beta=0.0, epsilon=0.2, loss_type="dapo", learning_rate=args.learning_rate,
            lr_scheduler_type="constant", max_grad_norm=1.0, optim="adamw_torch_fused", gradient_checkpointing=False,
            dataloader_num_workers=0, dataloader_pin_memory=False, shuffle_dataset=False, disable_dropout=False,
            logging_strategy="no", save_strategy="no", report_to="none", disable_tqdm=True)
        model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="sdpa")
        trainer = GRPOTrainer(model, reward, config, data, processing_class=AutoTokenizer.from_pretrained(args.model),
                              callbacks=[clock])
        trainer.train()
    work.report(what="words", peer="trl", step_ms=[round(ms) for ms in clock.step_ms],
                accuracy=[round(a, 3) for a in accuracy], response_tokens=round(statistics.mean(lengths), 2),
                settings={"prompts": args.prompts, "group": args.group, "new": args.new},
                trl=trl.__version__, transformers=transformers.__version__)


if __name__ == "__main__":
    main()
