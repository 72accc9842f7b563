package io.braid.app.bench;

import io.braid.model.KvCache;
import io.braid.model.ModelConfig;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How fast the engine is on a fixed piece of work, to be held against other programs that do the
 * same.
 *
 * @param trainStepMs forward, backward, clipping and AdamW on 16 × 128 tokens, one a run
 * @param decodeTokensPerSecond 32 rows × 128 new tokens behind prompts of 16, prompts not counted
 */
public record EngineSpeed(List<Double> trainStepMs, List<Double> decodeTokensPerSecond) {
  private static final ModelConfig CONFIG =
      new ModelConfig(
          ModelConfig.Family.QWEN2,
          2048,
          256,
          704,
          4,
          4,
          2,
          64,
          1e-6,
          new ModelConfig.Rope(1e6, Optional.empty()),
          true,
          true,
          false,
          false,
          512,
          0.02);

  private static final int WARM_UP = 5;
  private static final int ROWS = 16;
  private static final int LENGTH = 128;
  private static final int DECODE_ROWS = 32;
  private static final int PROMPT = 16;
  private static final int NEW_TOKENS = 128;

  /**
   * Measures.
   *
   * @param runs training steps timed
   * @param exact whether attention is computed as in reinforcement learning
   */
  public static EngineSpeed measure(int runs, boolean exact) {
    try (Transformer model = Transformer.create(CONFIG, DType.FLOAT32, 1)) {
      if (exact) {
        model.attendExactly();
      }
      return new EngineSpeed(train(model, runs), decode(model, Math.max(3, runs / 3)));
    }
  }

  private static List<Double> train(Transformer model, int runs) {
    int[] lengths = new int[ROWS];
    Arrays.fill(lengths, LENGTH);
    List<Double> times = new ArrayList<>();
    try (AdamW optimizer =
        new AdamW(
            AdamW.Settings.DEFAULT,
            List.of(
                new AdamW.Group(
                    model.parameters(),
                    new LearningRate(1e-3, 0, 1, LearningRate.Fall.CONSTANT, 0),
                    0.01)))) {
      for (int run = -WARM_UP; run < runs; run++) {
        long start = System.nanoTime();
        try (Scope step = Scope.open()) {
          Tensor ids = Tensor.of(ids(ROWS * LENGTH), ROWS, LENGTH);
          Tensor hidden =
              model.hidden(ids.view(-1), new PackedAttention(lengths), Transformer.LatentTap.NONE);
          Tensor before =
              hidden
                  .view(ROWS, LENGTH, -1)
                  .narrow(1, 0, LENGTH - 1)
                  .reshape(ROWS * (LENGTH - 1L), -1);
          Tensor next = ids.narrow(1, 1, LENGTH - 1).reshape(-1, 1);
          model.logits(before).logSoftmax().gather(1, next).mean().negate().backward();
        }
        optimizer.step(0);
        if (run >= 0) {
          times.add((System.nanoTime() - start) / 1e6);
        }
      }
    }
    return times;
  }

  private static List<Double> decode(Transformer model, int runs) {
    List<long[]> prompts = new ArrayList<>();
    for (int row = 0; row < DECODE_ROWS; row++) {
      prompts.add(ids(PROMPT));
    }
    List<Double> speeds = new ArrayList<>();
    for (int run = -1; run < runs; run++) {
      try (Gradients off = Gradients.inference();
          Scope scope = Scope.open()) {
        int pages = DECODE_ROWS * KvCache.pagesOf(PROMPT + NEW_TOKENS);
        try (KvCache cache = model.cache(pages)) {
          Transformer.Prefill prefill = model.prefill(prompts, cache);
          long[] next = model.logits(prefill.lastHidden()).argmax().toLongs();
          long start = System.nanoTime();
          for (int t = 0; t < NEW_TOKENS; t++) {
            try (Scope step = Scope.open()) {
              next =
                  model.logits(model.decode(next, cache, prefill.sequences())).argmax().toLongs();
            }
          }
          if (run >= 0) {
            speeds.add(DECODE_ROWS * NEW_TOKENS / ((System.nanoTime() - start) / 1e9));
          }
        }
      }
    }
    return speeds;
  }

  private static long[] ids(int count) {
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (i * 7919L + 13) % CONFIG.vocabSize();
    }
    return ids;
  }
}
