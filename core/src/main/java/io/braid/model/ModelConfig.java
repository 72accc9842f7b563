package io.braid.model;

import io.braid.UserError;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The settings of a decoder-only transformer, from which its {@link Family} makes an {@link
 * Architecture}.
 *
 * @param family the published architecture
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the gated MLP
 * @param layers decoder layers
 * @param heads query heads a layer
 * @param kvHeads key and value heads a layer; divides {@code heads}
 * @param headDim width of a head, even
 * @param rmsNormEps ε of every norm
 * @param rope rotary position embedding of the layers that have no other
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param attentionBias whether the q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param mlpBias whether the MLP's projections have a bias
 * @param maxPositions the longest sequence that it may be given, in tokens
 * @param initializerRange standard deviation of fresh weights
 * @param attention how each layer attends, one entry a layer
 * @param attentionScale what attention scores are multiplied by
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
    double initializerRange,
    List<LayerAttention> attention,
    double attentionScale) {

  /**
   * Rotary position embedding (Su et al. 2021).
   *
   * @param theta base of the wavelengths
   * @param scaling how wavelengths are stretched
   */
  public record Rope(double theta, Optional<RopeScaling> scaling) {}

  /**
   * How one layer attends.
   *
   * @param rope how queries and keys are rotated; empty where they are not
   * @param window how many tokens a token sees, itself among them; empty for all
   */
  public record LayerAttention(Optional<Rope> rope, OptionalInt window) {}

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
    attention = List.copyOf(attention);
    boolean positive =
        Stream.concat(Stream.of(rope), attention.stream().flatMap(each -> each.rope().stream()))
            .allMatch(each -> each.theta() > 0);
    if (!(rmsNormEps > 0) || !positive) {
      throw new UserError(
          "model config: rms_norm_eps and rotary bases (rope_theta,"
              + " rope_local_base_freq) must be above 0");
    }
    if (attention.size() != layers) {
      throw new IllegalArgumentException(
          "attention has %s entries for %s layers".formatted(attention.size(), layers));
    }
  }

  /** Every layer sees all tokens and rotates by {@code rope}; scores are divided by √headDim. */
  public ModelConfig(
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
    this(
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
        tiedEmbeddings,
        attentionBias,
        outputBias,
        mlpBias,
        maxPositions,
        initializerRange,
        Collections.nCopies(
            Math.max(0, layers), new LayerAttention(Optional.of(rope), OptionalInt.empty())),
        1 / Math.sqrt(headDim));
  }

  /** The same with a head of its own. */
  public ModelConfig untied() {
    return with(
        rope, /* tied= */ false, attentionBias, outputBias, mlpBias, attention, attentionScale);
  }

  /** The same with another rotary embedding where no layer has its own. */
  public ModelConfig withRope(Rope other) {
    return with(
        other, tiedEmbeddings, attentionBias, outputBias, mlpBias, attention, attentionScale);
  }

  /**
   * The same with biases on some projections.
   *
   * @param queryKeyValue of the attention's q, k and v projections
   * @param output of the attention's output projection
   * @param mlp of the gated unit's projections
   */
  public ModelConfig withBiases(boolean queryKeyValue, boolean output, boolean mlp) {
    return with(rope, tiedEmbeddings, queryKeyValue, output, mlp, attention, attentionScale);
  }

  /**
   * The same with other attention.
   *
   * @param each how each layer attends
   * @param scale what scores are multiplied by
   */
  public ModelConfig withAttention(List<LayerAttention> each, double scale) {
    return with(rope, tiedEmbeddings, attentionBias, outputBias, mlpBias, each, scale);
  }

  private ModelConfig with(
      Rope newRope,
      boolean tied,
      boolean queryKeyValueBias,
      boolean newOutputBias,
      boolean newMlpBias,
      List<LayerAttention> each,
      double scale) {
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
        newRope,
        tied,
        queryKeyValueBias,
        newOutputBias,
        newMlpBias,
        maxPositions,
        initializerRange,
        each,
        scale);
  }

  /** What the model is made of. */
  public Architecture architecture() {
    return family.architecture(this);
  }
}
