package io.braid.model;

import io.braid.UserError;
import io.braid.vision.TokenPositions;
import io.braid.vision.VisionConfig;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The settings of a decoder-only transformer, from which its {@link Family} derives an {@link
 * Architecture}.
 *
 * @param family the published architecture
 * @param vocabSize number of rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated MLP's hidden layer
 * @param layers number of decoder layers
 * @param heads number of query heads per layer
 * @param kvHeads number of key and value heads per layer; divides {@code heads}
 * @param headDim width of a head, even
 * @param rmsNormEps ε of every norm
 * @param rope rotary position embedding of the layers without their own
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param attentionBias whether the q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param mlpBias whether the MLP's projections have a bias
 * @param maxPositions context length, in tokens
 * @param initializerRange standard deviation of randomly initialised weights
 * @param attention attention settings of each layer
 * @param attentionScale factor of the attention scores
 * @param vision the vision tower, if the model reads images
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
    double attentionScale,
    Optional<VisionConfig> vision) {

  /**
   * Rotary position embedding (Su et al. 2021).
   *
   * @param theta base of the wavelengths
   * @param scaling how the wavelengths are scaled; absent for no scaling
   * @param axes number of pairs of dimensions that count time, height and width, in this order;
   *     empty if all count tokens
   */
  public record Rope(double theta, Optional<RopeScaling> scaling, List<Integer> axes) {
    /** Copies the list and checks its length. */
    public Rope {
      axes = List.copyOf(axes);
      if (!axes.isEmpty() && axes.size() != TokenPositions.AXES) {
        throw new IllegalArgumentException("axes: " + axes);
      }
    }

    /** Creates an embedding that counts tokens. */
    public Rope(double theta, Optional<RopeScaling> scaling) {
      this(theta, scaling, List.of());
    }
  }

  /**
   * Attention settings of a layer.
   *
   * @param rope rotary embedding of queries and keys; empty for none
   * @param window number of tokens that a token attends to, including itself; empty for all
   */
  public record LayerAttention(Optional<Rope> rope, OptionalInt window) {}

  /** Checks that the settings are consistent. */
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
          "model config: head_dim %d must be even (its default is hidden_size / num_attention_heads)"
              .formatted(headDim));
    }
    attention = List.copyOf(attention);
    int pairs = rope.axes().stream().mapToInt(Integer::intValue).sum();
    if (!rope.axes().isEmpty() && pairs != headDim / 2) {
      throw new UserError(
          "model config: mrope_section %s must add up to half of head_dim %s"
              .formatted(rope.axes(), headDim));
    }
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

  /**
   * Creates a config whose layers all attend to all tokens and rotate with {@code rope}; scores are
   * divided by √headDim.
   */
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
        1 / Math.sqrt(headDim),
        Optional.empty());
  }

  /** Returns this config with a head that is not the embedding. */
  public ModelConfig untied() {
    return with(
        rope, /* tied= */ false, attentionBias, outputBias, mlpBias, attention, attentionScale);
  }

  /** Returns this config with a different rotary embedding for the layers without their own. */
  public ModelConfig withRope(Rope other) {
    return with(
        other, tiedEmbeddings, attentionBias, outputBias, mlpBias, attention, attentionScale);
  }

  /**
   * Returns this config with biases on some projections.
   *
   * @param queryKeyValue whether the q, k and v projections have biases
   * @param output whether the attention's output projection has a bias
   * @param mlp whether the gated unit's projections have biases
   */
  public ModelConfig withBiases(boolean queryKeyValue, boolean output, boolean mlp) {
    return with(rope, tiedEmbeddings, queryKeyValue, output, mlp, attention, attentionScale);
  }

  /**
   * Returns this config with different attention settings.
   *
   * @param each attention settings of each layer
   * @param scale factor of the attention scores
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
        scale,
        vision);
  }

  /** Returns this config with a vision tower. */
  public ModelConfig withVision(VisionConfig tower) {
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
        tiedEmbeddings,
        attentionBias,
        outputBias,
        mlpBias,
        maxPositions,
        initializerRange,
        attention,
        attentionScale,
        Optional.of(tower));
  }

  /** Returns the structure of the model. */
  public Architecture architecture() {
    return family.architecture(this);
  }
}
