package io.braid.model;

import io.braid.model.ModelConfig.Rope;
import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import java.util.Optional;

/** Models that compute in no time. */
public final class TinyModels {
  /** How many tokens they know. */
  public static final int VOCABULARY = 24;

  /** The longest sequence they take. */
  public static final int CONTEXT = 48;

  private TinyModels() {}

  /** Two layers, weights wide enough that some tokens are much likelier than others. */
  public static Transformer create(long seed) {
    return create(2, DType.FLOAT32, seed);
  }

  /** The same with so many layers, in a type. */
  public static Transformer create(int layers, DType dtype, long seed) {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            VOCABULARY,
            /* hiddenSize= */ 16,
            /* intermediateSize= */ 24,
            layers,
            /* heads= */ 2,
            /* kvHeads= */ 1,
            /* headDim= */ 8,
            1e-6,
            new Rope(10_000, Optional.empty()),
            /* tiedEmbeddings= */ false,
            /* attentionBias= */ true,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            CONTEXT,
            /* initializerRange= */ 0.3);
    return Transformer.create(config, dtype, seed);
  }

  /** One layer whose heads fill the vectors of every processor, so that its rollouts are exact. */
  public static Transformer exact(long seed) {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            VOCABULARY,
            /* hiddenSize= */ 32,
            /* intermediateSize= */ 48,
            /* layers= */ 1,
            /* heads= */ 2,
            /* kvHeads= */ 1,
            /* headDim= */ 16,
            1e-6,
            new Rope(10_000, Optional.empty()),
            /* tiedEmbeddings= */ false,
            /* attentionBias= */ true,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            CONTEXT,
            /* initializerRange= */ 0.3);
    return Transformer.create(config, DType.FLOAT32, seed);
  }

  /**
   * The model, computed by libtorch's operators alone. Whether a small model is computed by our own
   * loops depends on the processor (a head must fill whole vectors), so a test that compares
   * something else with its reference takes that question away.
   */
  public static Transformer plainly(Transformer model) {
    model.computePlainly();
    return model;
  }
}
