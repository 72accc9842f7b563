package io.braid.model;

import io.braid.kernel.NormLoop;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A decoder-only transformer of any {@link Family}, as its {@link Architecture} says.
 *
 * <p>Training on packed sequences and decoding with a cache compute the same layers; they differ
 * only in the {@link AttentionContext}. Tokens are one flat dimension n everywhere.
 */
public final class Transformer implements AutoCloseable {
  private final TransformerWeights weights;
  private final ModelConfig config;
  private final DType dtype;
  private final RotaryEmbeddings rotary;
  private final double embeddingScale; // as rounded to the weights' type
  private DType attention;
  private boolean exact;
  private HiddenPass.Keep keep = HiddenPass.Keep.EVERYTHING;
  private boolean fused;

  /** Observes the residual stream. */
  @FunctionalInterface
  public interface LatentTap {
    /** Ignores it. */
    LatentTap NONE = (layer, hidden) -> {};

    /**
     * Called after the embedding (layer 0) and after each decoder layer (1, 2, …).
     *
     * @param hidden [n, hidden], before the final norm; belongs to the open scope
     */
    void see(int layer, Tensor hidden);
  }

  /** A model with uninitialised weights; see {@link #create} and the checkpoint room. */
  public Transformer(ModelConfig config, DType dtype) {
    this(new TransformerWeights(config, dtype, /* int8= */ false));
  }

  private Transformer(TransformerWeights weights) {
    this.weights = weights;
    this.config = weights.config();
    this.dtype = weights.dtype();
    this.attention =
        dtype == DType.FLOAT64 || Backend.current().flashAttends(dtype, config.headDim())
            ? dtype
            : DType.FLOAT32;
    this.rotary = new RotaryEmbeddings(config);
    this.embeddingScale = rounded(weights.architecture().embeddingScale(), dtype);
    this.fused = canBeFused();
    SlowLayers.say(Backend.current(), config, weights.architecture(), dtype);
  }

  private static double rounded(double number, DType dtype) {
    if (number == 1) {
      return number;
    }
    try (Scope scope = Scope.open()) {
      return Tensor.full(dtype, number, 1).item();
    }
  }

  /** A fresh model: normal weights, norms that multiply by 1, zero biases; by the seed. */
  public static Transformer create(ModelConfig config, DType dtype, long seed) {
    Transformer model = new Transformer(config, dtype);
    model.weights.initialise(seed);
    return model;
  }

  /**
   * Whether our own loops compute what is between the products. They use FLOAT32, so they take
   * half-width weights only where the machine has no products of that type.
   */
  private boolean canBeFused() {
    return (dtype == DType.FLOAT32
            || (dtype == DType.BFLOAT16 && Backend.current().widensBfloat16()))
        && weights.embedding().isOnHost()
        && SlowLayers.uncovered(Backend.current(), config, weights.architecture()).isEmpty();
  }

  /** Computes with libtorch's operators only: the reference of {@link FusedLayer}. */
  void computePlainly() {
    fused = false;
  }

  // ---- forward --------------------------------------------------------------------------------

  /**
   * The residual stream after the last layer and the final norm.
   *
   * @param ids [n], INT64
   * @param context what each token attends to
   * @param tap observes the stream after each layer
   * @return [n, hidden]
   */
  public Tensor hidden(Tensor ids, AttentionContext context, LatentTap tap) {
    Tensor last = stream(embedded(ids, computed()), context, tap, config.layers()); // [n, hidden]
    return fused && !Gradients.recorded()
        ? NormLoop.forward(last, weights.norm().factors(), weights.norm().epsilon()).y()
        : weights.norm().apply(last);
  }

  /**
   * The same as {@link #hidden}, with a backward pass for when the gradient at the states is known.
   *
   * @param ids [n], INT64
   * @param attention what each token attends to; captures nothing
   * @param tap observes the stream after each layer, once
   */
  public HiddenPass pass(Tensor ids, PackedAttention attention, LatentTap tap) {
    EmbeddedTokens embedded =
        new EmbeddedTokens(weights.embedding(), ids, embeddingScale, fused ? DType.FLOAT32 : dtype);
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
   * Computes the first layers only, for a tap.
   *
   * @param depth how many layers
   */
  public void latents(Tensor ids, AttentionContext context, LatentTap tap, int depth) {
    stream(embedded(ids, computed()), context, tap, depth);
  }

  /** What is computed in between the products. */
  private DType computed() {
    return fused && !Gradients.recorded() ? DType.FLOAT32 : dtype;
  }

  private Tensor embedded(Tensor ids, DType as) {
    return EmbeddedTokens.look(weights.embedding(), ids, embeddingScale, as);
  }

  private PlainLayer plainLayer(int number) {
    return new PlainLayer(weights.layers().get(number), config, number, attention);
  }

  /** [n, hidden] → [n, hidden], from the embedding through the first layers. */
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

  /** Its intermediate tensors die with it, so the next layer takes the same memory. */
  private Tensor fusedLayer(int number, Tensor x, Rotations rotations, AttentionContext context) {
    try (Scope scope = Scope.open()) {
      return scope.keep(
          new FusedLayer(weights.layers().get(number), config, number)
              .apply(x, rotations, context));
    }
  }

  /**
   * Scores of the next token.
   *
   * @param hidden [..., hidden], after the final norm
   * @return [..., vocab], in FLOAT32
   */
  public Tensor logits(Tensor hidden) {
    Tensor scores =
        exact && hidden.rank() == 2 && hidden.size(0) < RowProducts.FEWEST_ROWS
            ? ofFewRows(hidden)
            : weights.head().apply(hidden);
    return scores.to(dtype == DType.FLOAT64 ? dtype : DType.FLOAT32);
  }

  /**
   * Padded, because a library multiplies very few rows with another kernel, which rounds
   * differently.
   */
  private Tensor ofFewRows(Tensor hidden) {
    long rows = hidden.size(0);
    Tensor padding = Tensor.zeros(hidden.dtype(), RowProducts.FEWEST_ROWS - rows, hidden.size(1));
    return weights.head().apply(Tensor.cat(List.of(hidden, padding), 0)).narrow(0, 0, rows);
  }

  /**
   * Scores of some of the vocabulary.
   *
   * @param part [tokens, hidden], rows of the head
   * @return [..., tokens], in FLOAT32
   */
  Tensor logits(Tensor hidden, Tensor part) {
    return Functional.linear(hidden, part).to(dtype == DType.FLOAT64 ? dtype : DType.FLOAT32);
  }

  /** The weight of the head, which is trained: [vocab, hidden]. */
  Tensor head() {
    return switch (weights.head()) {
      case Linear dense -> dense.weight();
      case Int8Linear _ -> throw new IllegalStateException("int8 weights are not trained");
    };
  }

  /**
   * Log-probabilities of chosen tokens, with a backward pass for when the gradient at them is
   * known.
   *
   * @param hidden [n, hidden], after the final norm
   * @param targets [n] INT64: the chosen tokens
   * @param temperature what the logits are divided by
   * @param entropies whether to compute them as well
   */
  public ChosenTokens chosen(Tensor hidden, Tensor targets, double temperature, boolean entropies) {
    return new ChosenTokens(this, hidden, targets, temperature, entropies);
  }

  // ---- decoding -------------------------------------------------------------------------------

  /**
   * A cache for decoding; the caller closes it.
   *
   * @param pages of {@link KvCache#PAGE} tokens
   */
  public KvCache cache(int pages) {
    return new KvCache(config, dtype == DType.FLOAT64 ? dtype : DType.FLOAT32, pages);
  }

  // ---- exactness ------------------------------------------------------------------------------

  /**
   * Makes log-probabilities equal whether tokens are decoded one by one or computed together.
   *
   * <p>From some number of rows upward, everything in a layer but libtorch's attention gives a
   * token the same bits whatever other rows are computed with it; libtorch's attention sums in an
   * order that depends on the shapes. Our own loop does not. A FLOAT32 model that cannot use that
   * loop attends in FLOAT64 instead, and rounding back hides the order: on the quickstart's model
   * rollout and training differ by 2e-5 without this and by at most 2e-6 with it. Half-width models
   * round too coarsely for it.
   */
  public void attendExactly() {
    exact = dtype != DType.BFLOAT16 && dtype != DType.FLOAT16;
    if (dtype == DType.FLOAT32 && !fused) {
      attention = DType.FLOAT64;
    }
  }

  /** Whether {@link #attendExactly} was called. */
  boolean attendsExactly() {
    return exact;
  }

  /** Whether {@link FusedLayer}s compute whatever autograd does not record. */
  boolean isFused() {
    return fused;
  }

  /** Sets what a {@link #pass} keeps for its backward pass. */
  public void keep(HiddenPass.Keep what) {
    keep = what;
  }

  /** Bytes of the keys and values of one page. */
  public long pageBytes() {
    return 2L
        * config.layers()
        * config.kvHeads()
        * config.headDim()
        * KvCache.PAGE
        * (dtype == DType.FLOAT64 ? dtype : DType.FLOAT32).bytes();
  }

  // ---- its contents ---------------------------------------------------------------------------

  /** Its settings. */
  public ModelConfig config() {
    return config;
  }

  /** The type of its weights. */
  public DType dtype() {
    return dtype;
  }

  /** The trained parameters; the published tensors are views of them. */
  public List<Parameter> parameters() {
    return weights.parameters();
  }

  /** Where each published tensor is. */
  public List<NamedView> views() {
    return weights.views();
  }

  /** How many numbers are trained. */
  public long parameterCount() {
    return parameters().stream().mapToLong(parameter -> parameter.tensor().numel()).sum();
  }

  /** Bytes of weights that decoding a token reads, in the format they are held in. */
  public long bytesPerToken() {
    return weights.bytesPerToken();
  }

  TransformerWeights weights() {
    return weights;
  }

  /** What the rows of the embedding are multiplied by. */
  double embeddingScale() {
    return embeddingScale;
  }

  RotaryEmbeddings rotary() {
    return rotary;
  }

  /** A copy with its own weights and without gradients: a reference or a snapshot. */
  public Transformer frozenCopy() {
    return rolloutCopy(RolloutWeights.AS_TRAINED);
  }

  /** The same with weights in another format, to sample from. */
  public Transformer rolloutCopy(RolloutWeights format) {
    TransformerWeights copy =
        new TransformerWeights(config, format.dtype(dtype), format == RolloutWeights.INT8);
    copy.copyFrom(weights);
    copy.parameters().forEach(parameter -> parameter.tensor().requiresGrad(false));
    return new Transformer(copy);
  }

  /**
   * Copies the weights of a model of the same shape, rounded to this one's format.
   *
   * @param other holds no int8 weights
   */
  public void copyFrom(Transformer other) {
    weights.copyFrom(other.weights);
  }

  @Override
  public void close() {
    weights.close();
    rotary.close();
  }
}
