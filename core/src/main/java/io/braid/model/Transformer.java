package io.braid.model;

import io.braid.SettingError;
import io.braid.kernel.NormLoop;
import io.braid.nn.InputDropout;
import io.braid.nn.Parameter;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.ImageFeatures;
import io.braid.vision.TowerImage;
import io.braid.vision.VisionTower;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A decoder-only transformer of any {@link Family}, with the layers of its {@link Architecture}.
 *
 * <p>Training on packed sequences and decoding with a cache compute the same layers; they differ
 * only in the {@link AttentionContext}. Tokens form a single dimension n everywhere.
 */
public final class Transformer implements AutoCloseable {
  private final TransformerWeights weights;
  private final ModelConfig config;
  private final DType dtype;
  private final RotaryEmbeddings rotary;
  private final Optional<ImageFeatures> images;
  private final double embeddingScale; // as rounded to the weights' type
  private DType attention;
  private boolean exact;
  private HiddenPass.Keep keep = HiddenPass.Keep.EVERYTHING;
  private boolean fused;

  /** Observes the residual stream. */
  @FunctionalInterface
  public interface LatentTap {
    /** A tap that does nothing. */
    LatentTap NONE = (layer, hidden) -> {};

    /**
     * Called after the embedding (layer 0) and after each decoder layer (1, 2, …).
     *
     * @param hidden [n, hidden] residual stream before the final norm; belongs to the open scope
     */
    void see(int layer, Tensor hidden);
  }

  /**
   * Creates a model with uninitialised weights; see {@link #create} and {@code
   * io.braid.checkpoint}.
   */
  public Transformer(ModelConfig config, DType dtype) {
    this(new TransformerWeights(config, dtype, /* int8= */ false, Optional.empty()));
  }

  private Transformer(TransformerWeights weights) {
    this(weights, weights.tower().map(ImageFeatures::new));
  }

  private Transformer(TransformerWeights weights, Optional<ImageFeatures> images) {
    this.weights = weights;
    this.config = weights.config();
    this.dtype = weights.dtype();
    this.attention =
        dtype == DType.FLOAT64 || Backend.current().flashAttends(dtype, config.headDim())
            ? dtype
            : DType.FLOAT32;
    this.rotary = new RotaryEmbeddings(config);
    this.images = images;
    this.embeddingScale = EmbeddedTokens.rounded(weights.architecture().embeddingScale(), dtype);
    this.fused = canBeFused();
    SlowLayers.say(Backend.current(), config, weights.architecture(), dtype);
  }

  /**
   * Creates a randomly initialised model: normally distributed weights, norms that multiply by 1,
   * zero biases; the seed determines the weights.
   */
  public static Transformer create(ModelConfig config, DType dtype, long seed) {
    Transformer model = new Transformer(config, dtype);
    model.weights.initialise(seed);
    return model;
  }

  /**
   * Returns whether Braid's own loops can compute the operations between the products. The loops
   * use FLOAT32, so they are used with 16-bit weights only if the machine has no products of that
   * type.
   */
  private boolean canBeFused() {
    return (dtype == DType.FLOAT32
            || (dtype == DType.BFLOAT16 && Backend.current().widensBfloat16()))
        && weights.embedding().isOnHost()
        && SlowLayers.uncovered(Backend.current(), config, weights.architecture()).isEmpty();
  }

  /** Switches to libtorch's operators only, as the reference for {@link FusedLayer}. */
  void computePlainly() {
    fused = false;
  }

  // ---- forward --------------------------------------------------------------------------------

  /**
   * Computes the hidden states after the last layer and the final norm.
   *
   * @param context the tokens that each token attends to
   * @param tap observes the stream after each layer
   * @return [n, hidden]
   */
  public Tensor hidden(InputTokens input, AttentionContext context, LatentTap tap) {
    Tensor last = stream(embedded(input), context, tap, config.layers()); // [n, hidden]
    return fused && !Gradients.recorded()
        ? NormLoop.forward(last, weights.norm().factors(), weights.norm().epsilon()).y()
        : weights.norm().apply(last);
  }

  /**
   * Computes the same hidden states as {@link #hidden}, with a separate backward pass that starts
   * from their gradient.
   *
   * @param attention the tokens that each token attends to; it captures nothing
   * @param tap observes the stream after each layer, once
   */
  public HiddenPass pass(InputTokens input, PackedAttention attention, LatentTap tap) {
    EmbeddedTokens embedded =
        new EmbeddedTokens(
            weights.embedding(),
            input,
            features(input.images()),
            embeddingScale,
            fused ? DType.FLOAT32 : dtype);
    if (fused) {
      List<FusedLayer> all =
          IntStream.range(0, config.layers())
              .mapToObj(l -> new FusedLayer(weights.layers().get(l), config, l))
              .toList();
      Rotations rotations = rotary.at(attention.positions(), attention.end(), DType.FLOAT32);
      return new FusedLayers(embedded, all, weights.norm(), rotations, attention, keep, tap);
    }
    if (keep == HiddenPass.Keep.EVERYTHING) {
      Tensor first = embedded.rows().requiresGrad(true);
      return new RecordedLayers(
          embedded, weights.norm().apply(stream(first, attention, tap, config.layers())));
    }
    Rotations rotations = rotary.at(attention.positions(), attention.end(), dtype);
    List<UnaryOperator<Tensor>> all = new ArrayList<>();
    for (int l = 0; l < config.layers(); l++) {
      PlainLayer layer = plainLayer(l);
      all.add(x -> layer.apply(x, rotations, attention));
    }
    return new RecomputedLayers(embedded, all, weights.norm()::apply, tap);
  }

  /**
   * Computes only the first layers, for a tap.
   *
   * @param depth number of layers
   */
  public void latents(InputTokens input, AttentionContext context, LatentTap tap, int depth) {
    stream(embedded(input), context, tap, depth);
  }

  /**
   * Computes the features of images: [image tokens, hidden], image by image; empty without images.
   * While the vision tower is frozen, those of an image are computed only once.
   *
   * @throws IllegalArgumentException if there are images and the model does not read any
   */
  public Optional<Tensor> features(List<TowerImage> wanted) {
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    return images
        .orElseThrow(() -> new IllegalArgumentException("the model does not read images"))
        .of(wanted);
  }

  /** Returns the type of the computations between the products. */
  private DType computed() {
    return fused && !Gradients.recorded() ? DType.FLOAT32 : dtype;
  }

  private Tensor embedded(InputTokens input) {
    return EmbeddedTokens.look(
        weights.embedding(), input, features(input.images()), embeddingScale, computed());
  }

  private PlainLayer plainLayer(int number) {
    return new PlainLayer(weights.layers().get(number), config, number, attention);
  }

  /** Computes the first layers from the embedding: [n, hidden] → [n, hidden]. */
  private Tensor stream(Tensor embedded, AttentionContext context, LatentTap tap, int depth) {
    boolean byLoops = fused && !Gradients.recorded();
    Rotations rotations = rotary.at(context.positions(), context.end(), computed());
    Tensor x = embedded;
    tap.see(0, x);
    for (int l = 0; l < depth; l++) {
      x = // [n, hidden]
          byLoops
              ? fusedLayer(l, x, rotations, context)
              : plainLayer(l).apply(x, rotations, context);
      tap.see(l + 1, x);
    }
    return x;
  }

  /**
   * Computes a layer and frees its intermediate tensors, so that the next layer reuses the memory.
   */
  private Tensor fusedLayer(int number, Tensor x, Rotations rotations, AttentionContext context) {
    try (Scope scope = Scope.open()) {
      return scope.keep(
          new FusedLayer(weights.layers().get(number), config, number)
              .apply(x, rotations, context));
    }
  }

  /**
   * Computes the logits of the next token.
   *
   * @param hidden [..., hidden], after the final norm
   * @return [..., vocab], in FLOAT32
   */
  public Tensor logits(Tensor hidden) {
    return head().logits(hidden, exact);
  }

  /** Returns the head. */
  OutputHead head() {
    return new OutputHead(weights.head(), dtype);
  }

  /**
   * Computes log-probabilities of chosen tokens, with a separate backward pass that starts from
   * their gradient.
   *
   * @param hidden [n, hidden], after the final norm
   * @param targets [n] INT64, the chosen tokens
   * @param temperature divisor of the logits
   * @param entropies whether to compute entropies as well
   */
  public ChosenTokens chosen(Tensor hidden, Tensor targets, double temperature, boolean entropies) {
    return new ChosenTokens(this, hidden, targets, temperature, entropies);
  }

  // ---- decoding -------------------------------------------------------------------------------

  /**
   * Creates a cache for decoding; the caller closes it.
   *
   * @param pages number of pages of {@link KvCache#PAGE} tokens
   */
  public KvCache cache(int pages) {
    return new KvCache(config, dtype == DType.FLOAT64 ? dtype : DType.FLOAT32, pages);
  }

  // ---- exactness ------------------------------------------------------------------------------

  /**
   * Makes log-probabilities the same whether tokens are decoded one by one or computed together.
   *
   * <p>With enough rows, everything in a layer except libtorch's attention gives a token the same
   * bits regardless of the other rows. Libtorch's attention sums in an order that depends on the
   * shapes; Braid's own loop does not. A FLOAT32 model that cannot use that loop attends in FLOAT64
   * instead, and rounding back hides the order of summation: on the quickstart's model, rollout and
   * training differ by 2e-5 without FLOAT64 and by at most 2e-6 with it. 16-bit models round too
   * coarsely for this.
   */
  public void attendExactly() {
    exact = dtype != DType.BFLOAT16 && dtype != DType.FLOAT16;
    if (dtype == DType.FLOAT32 && !fused) {
      attention = DType.FLOAT64;
    }
  }

  /** Returns whether {@link #attendExactly} was called. */
  boolean attendsExactly() {
    return exact;
  }

  /** Returns whether {@link FusedLayer}s compute everything that autograd does not record. */
  boolean isFused() {
    return fused;
  }

  /** Sets which values a {@link #pass} keeps for its backward pass. */
  public void keep(HiddenPass.Keep what) {
    keep = what;
  }

  /** Returns the size in bytes of a page's keys and values. */
  public long pageBytes() {
    return 2L
        * config.layers()
        * config.kvHeads()
        * config.headDim()
        * KvCache.PAGE
        * (dtype == DType.FLOAT64 ? dtype : DType.FLOAT32).bytes();
  }

  // ---- contents ---------------------------------------------------------------------------

  /** Returns the model's settings. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the type of the weights. */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns all weights; the published tensors are views of them. With adapters these are the
   * weights that the adapters are merged into, except those that are merged only when they are
   * used, and they are not trained.
   */
  public List<Parameter> parameters() {
    return weights.parameters();
  }

  /**
   * Returns the trained parameters: the adapters if there are any, otherwise all weights that are
   * not frozen.
   */
  public List<Parameter> trained() {
    return weights.trained();
  }

  /** Returns the features of images that were computed, if the model reads images. */
  public Optional<ImageFeatures> images() {
    return images;
  }

  /** Stops training the vision tower, if there is one. Models then share its weights. */
  public void freezeVision() {
    weights.tower().ifPresent(VisionTower::freeze);
  }

  // ---- adapters -------------------------------------------------------------------------------

  /**
   * Trains low-rank adapters instead of the weights from now on; the weights are frozen and rounded
   * to the format in the settings.
   *
   * @param seed seed of the adapters' initial values
   * @throws SettingError if a target names no matrix of this model, or the weights are not FLOAT32
   */
  public void adapt(LoraSettings settings, long seed) {
    adapt(settings, seed, /* empty= */ false);
  }

  /**
   * Prepares a model for {@link #adapt} whose weights are read afterwards. They are stored in the
   * base's format as they are read, and the model must then be merged.
   *
   * @param seed seed of the adapters' initial values
   * @throws SettingError as {@link #adapt} does
   */
  public void adaptEmpty(LoraSettings settings, long seed) {
    adapt(settings, seed, /* empty= */ true);
  }

  private void adapt(LoraSettings settings, long seed, boolean empty) {
    if (dtype != DType.FLOAT32) {
      throw new SettingError(
          "adapter",
          "adapters are merged in float32, so the model is computed in float32; set"
              + " precision=float32, and adapter.base=bfloat16 to hold the frozen weights in half"
              + " the memory");
    }
    weights.adapt(settings, seed, empty);
  }

  /** Sets, before {@link #adapt}, the size of the largest layer whose merged weights are kept. */
  void keepMergedUpTo(long layerBytes) {
    weights.keepMergedUpTo(layerBytes);
  }

  /** Returns the adapters; empty for a model without adapters. */
  public List<NamedAdapter> adapters() {
    return weights.adapters();
  }

  /** Merges the adapters into the weights again after they have changed. */
  public void merge() {
    weights.merge();
  }

  /**
   * Removes the adapters from the weights until the result is closed. The model is then π_ref of a
   * policy that is trained with adapters, without a second copy of the weights. A model without
   * adapters does not change.
   */
  public WithoutAdapters withoutAdapters() {
    weights.unmerge();
    return weights::merge;
  }

  /** Ends {@link #withoutAdapters}. */
  @FunctionalInterface
  public interface WithoutAdapters extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Turns the dropout of the adapters' inputs on until the result is closed. Without adapters, or
   * with a rate of 0, nothing changes.
   *
   * @param key seed of the pass's random numbers
   */
  public InputDropout.On dropping(long key) {
    return weights.dropping(key);
  }

  /** Returns the location of each published tensor. */
  public List<NamedView> views() {
    return weights.views();
  }

  /** Returns the number of weights. */
  public long parameterCount() {
    return views().stream().mapToLong(NamedView::numel).sum();
  }

  /**
   * Returns the number of bytes of weights that decoding a token reads, in their current format.
   */
  public long bytesPerToken() {
    return weights.bytesPerToken();
  }

  TransformerWeights weights() {
    return weights;
  }

  /** Returns the factor of the embedding's rows. */
  double embeddingScale() {
    return embeddingScale;
  }

  RotaryEmbeddings rotary() {
    return rotary;
  }

  /**
   * Returns a copy with its own weights and without gradients, to use as a reference or a snapshot.
   */
  public Transformer frozenCopy() {
    return rolloutCopy(RolloutWeights.AS_TRAINED);
  }

  /** Returns a copy like {@link #frozenCopy} with weights in a different format, for sampling. */
  public Transformer rolloutCopy(RolloutWeights format) {
    Optional<VisionTower> frozen = weights.tower().filter(VisionTower::isFrozen);
    TransformerWeights copy =
        new TransformerWeights(
            config,
            format.dtype(dtype),
            format == RolloutWeights.INT8,
            frozen.map(VisionTower::shared));
    copy.copyFrom(weights);
    copy.parameters().forEach(parameter -> parameter.tensor().requiresGrad(false));
    return frozen.isPresent()
        ? new Transformer(copy, images.map(ImageFeatures::shared))
        : new Transformer(copy);
  }

  /**
   * Copies the weights of a model of the same shape, converted to this model's format.
   *
   * @param other a model without int8 weights
   */
  public void copyFrom(Transformer other) {
    weights.copyFrom(other.weights);
    if (!weights.tower().equals(other.weights.tower())) {
      images.ifPresent(ImageFeatures::forget);
    }
  }

  @Override
  public void close() {
    images.ifPresent(ImageFeatures::close);
    weights.close();
    rotary.close();
  }
}
