package io.braid.train;

import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/** The log-probabilities of the policy that is frozen while several optimizer steps are taken. */
final class OldPolicy {
  private final IdentityHashMap<Sequence, float[]> logProbs = new IdentityHashMap<>();

  private OldPolicy() {}

  static OldPolicy of(
      Transformer policy, List<List<Sequence>> miniBatches, PolicyTrainer.Settings settings) {
    OldPolicy old = new OldPolicy();
    for (List<Sequence> miniBatch : miniBatches) {
      for (List<Sequence> part : MicroBatches.split(miniBatch, settings.microBatchTokens())) {
        try (Gradients off = Gradients.off();
            Scope scope = Scope.open()) {
          old.keep(
              part,
              TokenLogProbs.of(policy, PackedBatch.of(part), settings.temperature())
                  .logProbs()
                  .toFloats());
        }
      }
    }
    return old;
  }

  private void keep(List<Sequence> part, float[] all) {
    int at = 0;
    for (Sequence sequence : part) {
      int length = sequence.response().length;
      logProbs.put(sequence, Arrays.copyOfRange(all, at, at + length));
      at += length;
    }
  }

  /** Of the sequences' response tokens, packed: [n]. */
  Tensor logProbs(List<Sequence> part) {
    int tokens = part.stream().mapToInt(sequence -> sequence.response().length).sum();
    float[] all = new float[tokens];
    int at = 0;
    for (Sequence sequence : part) {
      float[] its = Objects.requireNonNull(logProbs.get(sequence));
      System.arraycopy(its, 0, all, at, its.length);
      at += its.length;
    }
    return Tensor.of(all, tokens);
  }
}
