package io.braid.model;

import io.braid.UserError;
import java.util.Optional;

/**
 * The shape of a decoder-only transformer.
 *
 * @param family which published architecture it is
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the gated MLP
 * @param layers decoder layers
 * @param heads query heads a layer
 * @param kvHeads key and value heads a layer; divides {@code heads}
 * @param headDim width of a head, even
 * @param rmsNormEps ε of every norm
 * @param rope rotary position embedding
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param attentionBias whether the q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param mlpBias whether the MLP's projections have a bias
 * @param maxPositions the longest sequence that it may be given, in tokens
 * @param initializerRange standard deviation of fresh weights
 */
public record ModelConfig(
    Family family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    double rmsNormEps,
    Rope rope,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    int maxPositions,
    double initializerRange) {

  /** The published architectures that differ only in the settings here. */
  public enum Family {
    /** Llama 2 and 3. */
    LLAMA,
    /** Qwen2 and Qwen2.5: biases on q, k and v. */
    QWEN2,
    /** Qwen3 dense: an RMS norm on each head's query and key. */
    QWEN3
  }

  /**
   * Rotary position embedding (Su et al. 2021).
   *
   * @param theta base of the wavelengths
   * @param scaling how wavelengths are stretched
   */
  public record Rope(double theta, Optional<RopeScaling> scaling) {}

  /** Checks that the numbers fit each other. */
  public ModelConfig {
    if (vocabSize < 1 || hiddenSize < 1 || intermediateSize < 1 || layers < 1 || maxPositions < 1) {
      throw new UserError(
          "model config: vocab_size, hidden_size, intermediate_size, num_hidden_layers and"
              + " max_position_embeddings must be positive");
    }
    if (heads < 1 || kvHeads < 1 || heads % kvHeads != 0) {
      throw new UserError(
          "model config: num_key_value_heads %d must divide num_attention_heads %d"
              .formatted(kvHeads, heads));
    }
    if (headDim < 2 || headDim % 2 != 0) {
      throw new UserError(
          "model config: head_dim %d must be even (hidden_size over num_attention_heads when not given)"
              .formatted(headDim));
    }
    if (!(rmsNormEps > 0) || !(rope.theta() > 0)) {
      throw new UserError("model config: rms_norm_eps and rope_theta must be above 0");
    }
  }

  /** The same shape with an output projection of its own. */
  public ModelConfig untied() {
    return new ModelConfig(
        family,
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        kvHeads,
        headDim,
        rmsNormEps,
        rope,
        /* tiedEmbeddings= */ false,
        attentionBias,
        outputBias,
        mlpBias,
        maxPositions,
        initializerRange);
  }

  /** Whether each head's query and key are normalised. */
  public boolean headNorm() {
    return family == Family.QWEN3;
  }
}
