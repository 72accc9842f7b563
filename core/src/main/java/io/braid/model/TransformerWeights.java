package io.braid.model;

import io.braid.nn.AdaptedLinear;
import io.braid.nn.FrozenMatrix;
import io.braid.nn.InputDropout;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.MergedMemory;
import io.braid.nn.Parameter;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.FreedMemory;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.VisionTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parameters of a {@link Transformer}, and the locations of the published tensors in them.
 * Projections with the same input are one parameter.
 */
final class TransformerWeights implements AutoCloseable {
  private final ModelConfig config;
  private final DType dtype;
  private final boolean int8;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<NamedView> views = new ArrayList<>();
  private final Tensor embedding; // [vocab, hidden]
  private final Architecture architecture;
  private final List<List<Block>> layers = new ArrayList<>();
  private final List<RmsNorm> norms = new ArrayList<>(); // all
  private final RmsNorm norm;
  private final Projection head; // [vocab, hidden]
  private final List<Projection> projections = new ArrayList<>(); // all, the head last
  private final List<NamedAdapter> adapters = new ArrayList<>();
  private final Map<List<Long>, MergedMemory> shared = new HashMap<>(); // by shape
  private long keptMergedBytes = Decoder.LAYER_BYTES;
  private final Optional<VisionTower> tower;
  private InputDropout dropout = new InputDropout(0);

  /**
   * A sub-layer and its weights.
   *
   * @param spec description of the sub-layer
   * @param in input projection, [outputs, inputs]
   * @param queryNorm [d] norm of query heads, if the attention has head norms
   * @param keyNorm [d] norm of key heads, if the attention has head norms
   * @param out output projection, [hidden, inputs]
   */
  record Block(
      Sublayer spec,
      Optional<RmsNorm> before,
      Projection in,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm,
      Projection out,
      Optional<RmsNorm> after) {}

  /**
   * Allocates uninitialised weights.
   *
   * @param int8 whether projections are int8; they are then not trainable, so only the other
   *     weights are parameters
   * @param shared the vision tower, if it is another model's too
   */
  TransformerWeights(ModelConfig config, DType dtype, boolean int8, Optional<VisionTower> shared) {
    this.config = config;
    this.architecture = config.architecture();
    this.dtype = dtype;
    this.int8 = int8;
    embedding = parameter("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
    for (List<Sublayer> layer : architecture.layers()) {
      String name = "model.layers." + layers.size() + ".";
      layers.add(layer.stream().map(spec -> block(name, spec)).toList());
    }
    norm = norm("model.", architecture.norm());
    head =
        int8
            ? new Int8Linear(config.vocabSize(), config.hiddenSize(), /* bias= */ false)
            : new Linear(
                config.tiedEmbeddings()
                    ? embedding
                    : parameter("lm_head.weight", config.vocabSize(), config.hiddenSize()),
                Optional.empty());
    projections.add(head);
    tower = shared.or(() -> config.vision().map(vision -> new VisionTower(vision, dtype)));
    tower.ifPresent(it ->
        it.parameters()
            .forEach(each -> view(each.name(), each.tensor(), 0, each.tensor().shape())));
  }

  private Block block(String name, Sublayer spec) {
    Optional<RmsNorm> before = spec.before().map(norm -> norm(name, norm));
    Projection in = fused(name, spec.in());
    Optional<Sublayer.HeadNorms> headNorms =
        spec.mixer() instanceof Sublayer.Attention attention
            ? attention.headNorms()
            : Optional.empty();
    int d = config.headDim();
    Optional<RmsNorm> query = headNorms.map(it -> norm(name + it.query(), d, it.offset()));
    Optional<RmsNorm> key = headNorms.map(it -> norm(name + it.key(), d, it.offset()));
    Projection out = fused(name, spec.out());
    return new Block(spec, before, in, query, key, out, spec.after().map(norm -> norm(name, norm)));
  }

  private Tensor parameter(String name, long... shape) {
    Tensor tensor = Tensor.empty(dtype, shape).owned().requiresGrad(true);
    parameters.add(new Parameter(name, tensor));
    view(name, tensor, 0, shape);
    return tensor;
  }

  private void view(String name, Tensor parameter, long firstRow, long... shape) {
    views.add(
        new NamedView(
            name, NamedView.Stored.in(parameter), firstRow, Arrays.stream(shape).boxed().toList()));
  }

  private RmsNorm norm(String prefix, Sublayer.Norm norm) {
    return norm(prefix + norm.name(), config.hiddenSize(), norm.offset());
  }

  private RmsNorm norm(String name, long width, double offset) {
    RmsNorm norm = new RmsNorm(parameter(name + ".weight", width), config.rmsNormEps(), offset);
    norms.add(norm);
    return norm;
  }

  /**
   * Creates projections with the same input as one parameter; the published tensors are views of
   * its rows.
   */
  private Projection fused(String layer, Sublayer.Projection spec) {
    String prefix = layer + spec.module() + ".";
    List<Sublayer.Projection.Part> parts = spec.parts();
    long in = spec.inputs();
    long out = spec.outputs();
    boolean bias = spec.bias();
    Projection projection =
        int8
            ? new Int8Linear(out, in, bias)
            : new Linear(
                fusedParameter(prefix, parts, ".weight", out, in),
                bias ? Optional.of(fusedParameter(prefix, parts, ".bias", out)) : Optional.empty());
    projections.add(projection);
    return projection;
  }

  private Tensor fusedParameter(
      String prefix, List<Sublayer.Projection.Part> parts, String kind, long... shape) {
    Tensor tensor = Tensor.empty(dtype, shape).owned().requiresGrad(true);
    String names =
        parts.stream().map(Sublayer.Projection.Part::name).collect(Collectors.joining("+"));
    parameters.add(new Parameter(prefix + names + kind, tensor));
    long start = 0;
    for (Sublayer.Projection.Part part : parts) {
      long[] own = shape.clone();
      own[0] = part.outputs();
      view(prefix + part.name() + kind, tensor, start, own);
      start += part.outputs();
    }
    return tensor;
  }

  /**
   * Initialises the weights: normally distributed matrices, norms that multiply by 1, zero biases;
   * the seed determines them.
   */
  void initialise(long seed) {
    try (RandomSource random = new RandomSource(seed)) {
      for (Parameter parameter : parameters) {
        try (Scope scope = Scope.open();
            Gradients off = Gradients.off()) {
          Tensor tensor = parameter.tensor();
          if (parameter.name().endsWith(".bias")) {
            tensor.fillInPlace(0);
          } else if (tensor.rank() > 1) {
            tensor.copyInPlace(
                Tensor.randn(random, tensor.shape()).times(config.initializerRange()));
          }
        }
      }
      for (RmsNorm norm : norms) {
        try (Gradients off = Gradients.off()) {
          norm.weight().fillInPlace(1 - norm.offset());
        }
      }
    }
    tower.ifPresent(it -> it.initialise(~seed));
  }

  /**
   * Copies the weights of a model of the same shape, converted to this model's format.
   *
   * @param other weights without int8 projections
   */
  void copyFrom(TransformerWeights other) {
    Map<String, Tensor> theirs =
        other.parameters.stream().collect(Collectors.toMap(Parameter::name, Parameter::tensor));
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Parameter mine : parameters) {
        Optional.ofNullable(theirs.get(mine.name()))
            .ifPresent(tensor -> mine.tensor().copyInPlace(tensor));
      }
    }
    for (int i = 0; i < projections.size(); i++) {
      copy(other.projections.get(i), projections.get(i));
    }
    if (tower.isPresent() && !tower.equals(other.tower)) {
      tower.get().copyFrom(other.tower.orElseThrow());
    }
  }

  /** Copies a projection whose weight is not a parameter on both sides. */
  private static void copy(Projection from, Projection to) {
    switch (to) {
      case Int8Linear bytes when !(from instanceof Int8Linear) -> bytes.copyFrom(dense(from));
      case Linear(Tensor weight, _) when from instanceof AdaptedLinear it && !it.isKeptMerged() -> {
        try (Gradients off = Gradients.off()) {
          weight.copyInPlace(it.weight());
        }
      }
      case Linear _, AdaptedLinear _, Int8Linear _ -> {} // copied as a parameter
    }
  }

  // ---- adapters -------------------------------------------------------------------------------

  /**
   * Sets the size in bytes of the largest layer whose merged weights are kept, before {@link
   * #adapt}.
   */
  void keepMergedUpTo(long layerBytes) {
    keptMergedBytes = layerBytes;
  }

  /**
   * Freezes all weights, and trains adapters of the target matrices instead. A starts as PyTorch
   * initialises linear layers and B as zeros, so that the model initially equals its base.
   *
   * @param seed seed of the values of A
   * @param empty whether the weights are undefined, because they will be read later
   */
  void adapt(LoraSettings settings, long seed, boolean empty) {
    settings.checkTargets(architecture);
    dropout = new InputDropout(settings.dropout());
    parameters.forEach(each -> each.tensor().requiresGrad(false));
    tower.ifPresent(VisionTower::freeze);
    try (RandomSource random = new RandomSource(seed)) {
      for (int l = 0; l < layers.size(); l++) {
        String layer = "model.layers." + l + ".";
        layers.set(
            l,
            layers.get(l).stream()
                .map(block ->
                    new Block(
                        block.spec,
                        block.before,
                        adapted(layer, block.spec.in(), block.in, settings, random, empty),
                        block.queryNorm,
                        block.keyNorm,
                        adapted(layer, block.spec.out(), block.out, settings, random, empty),
                        block.after))
                .toList());
      }
    }
    if (!areKept()) {
      boolean _ = FreedMemory.returnToSystem(); // only saves memory
    }
  }

  private Projection adapted(
      String layer,
      Sublayer.Projection spec,
      Projection projection,
      LoraSettings settings,
      RandomSource random,
      boolean empty) {
    Linear linear = (Linear) projection;
    List<AdaptedLinear.Adapter> own = new ArrayList<>();
    long row = 0;
    for (Sublayer.Projection.Part part : spec.parts()) {
      if (settings.takes(part.name())) {
        String name = layer + spec.module() + "." + part.name();
        double bound = 1 / Math.sqrt(spec.inputs());
        Tensor down;
        Tensor up;
        try (Scope scope = Scope.open()) {
          down =
              Tensor.rand(random, settings.rank(), spec.inputs())
                  .times(2 * bound)
                  .minus(bound)
                  .owned()
                  .requiresGrad(true);
          up =
              Tensor.zeros(DType.FLOAT32, part.outputs(), settings.rank())
                  .owned()
                  .requiresGrad(true);
        }
        own.add(
            new AdaptedLinear.Adapter(down, up, row, settings.scale(), dropout, adapters.size()));
        adapters.add(new NamedAdapter(name, down, up));
      }
      row += part.outputs();
    }
    FrozenMatrix.Format format = settings.base();
    if (own.isEmpty() && format == FrozenMatrix.Format.FLOAT32) {
      return projection;
    }
    FrozenMatrix base =
        empty
            ? FrozenMatrix.empty(spec.outputs(), spec.inputs(), format)
            : FrozenMatrix.of(linear.weight(), format);
    AdaptedLinear adapted = new AdaptedLinear(memory(linear, settings), linear.bias(), base, own);
    projections.set(projections.indexOf(projection), adapted);
    views.replaceAll(view -> view.parameter().get() == linear.weight() ? view.in(adapted) : view);
    if (!adapted.isKeptMerged()) {
      parameters.removeIf(each -> each.tensor() == linear.weight());
      linear.weight().close();
    }
    return adapted;
  }

  /** Returns the memory of a layer's merged weights. */
  private MergedMemory memory(Linear linear, LoraSettings settings) {
    if (settings.keepsMerged(architecture, keptMergedBytes)) {
      return MergedMemory.of(linear.weight());
    }
    List<Long> shape = Arrays.stream(linear.weight().shape()).boxed().toList();
    return shared.computeIfAbsent(
        shape, _ -> MergedMemory.shared(shape.getFirst(), shape.getLast()));
  }

  /** Returns the adapters in layer order. */
  List<NamedAdapter> adapters() {
    return List.copyOf(adapters);
  }

  /**
   * Returns the trained parameters: the adapters if there are any, otherwise all weights that are
   * not frozen.
   */
  List<Parameter> trained() {
    return adapters.isEmpty()
        ? parameters().stream().filter(each -> each.tensor().requiresGrad()).toList()
        : adapters.stream().flatMap(each -> each.parameters().stream()).toList();
  }

  /** Merges the adapters into the weights. */
  void merge() {
    adaptedProjections().forEach(AdaptedLinear::merge);
  }

  /** Returns whether all weights are in memory at the same time, merged. */
  boolean areKept() {
    return shared.isEmpty();
  }

  /** Turns the dropout of the adapters' inputs on until the result is closed. */
  InputDropout.On dropping(long key) {
    return dropout.during(key);
  }

  /** Removes the adapters from the weights. */
  void unmerge() {
    adaptedProjections().forEach(AdaptedLinear::unmerge);
  }

  private Stream<AdaptedLinear> adaptedProjections() {
    return projections.stream()
        .filter(AdaptedLinear.class::isInstance)
        .map(AdaptedLinear.class::cast);
  }

  // ---- contents -------------------------------------------------------------------------------

  /** Returns a projection that is not int8. */
  private static Linear dense(Projection projection) {
    return switch (projection) {
      case Linear linear -> linear;
      case AdaptedLinear adapted -> adapted.merged();
      case Int8Linear _ -> throw new IllegalArgumentException("int8 weights are not copied");
    };
  }

  ModelConfig config() {
    return config;
  }

  /** Returns the structure of the model. */
  Architecture architecture() {
    return architecture;
  }

  DType dtype() {
    return dtype;
  }

  /**
   * Returns all weights. With adapters these are the merged ones, without those that are merged
   * only when they are used.
   */
  List<Parameter> parameters() {
    return Stream.concat(
            parameters.stream(), tower.stream().flatMap(it -> it.parameters().stream()))
        .toList();
  }

  /** Returns the vision tower, if the model reads images. */
  Optional<VisionTower> tower() {
    return tower;
  }

  /** Returns the location of each published tensor. */
  List<NamedView> views() {
    return List.copyOf(views);
  }

  /** Returns a matrix of shape [vocab, hidden]. */
  Tensor embedding() {
    return embedding;
  }

  /** Returns the sub-layers of each layer. */
  List<List<Block>> layers() {
    return layers;
  }

  /** Returns the final norm. */
  RmsNorm norm() {
    return norm;
  }

  /** Returns a matrix of shape [vocab, hidden]. */
  Projection head() {
    return head;
  }

  /** Returns all projections, with the head last. */
  List<Projection> projections() {
    return projections;
  }

  /** Returns the size in bytes of one layer's matrices. */
  long layerBytes() {
    return architecture.layerNumbers() * dtype.bytes();
  }

  /**
   * Returns the number of bytes that decoding a token reads: all weights, except that an untied
   * embedding counts with one row.
   */
  long bytesPerToken() {
    long multiplied = projections.stream().mapToLong(Projection::bytes).sum();
    long normed = norms.stream().mapToLong(norm -> norm.weight().bytes()).sum();
    boolean headIsEmbedding = head instanceof Linear(Tensor weight, _) && weight == embedding;
    long row = headIsEmbedding ? 0 : config.hiddenSize() * (long) dtype.bytes();
    return multiplied + normed + row;
  }

  @Override
  public void close() {
    tower.ifPresent(VisionTower::close);
    parameters.forEach(parameter -> parameter.tensor().close());
    shared.values().forEach(memory -> memory.weight().close());
    projections.forEach(projection -> {
      switch (projection) {
        case Int8Linear mine -> mine.close();
        case AdaptedLinear mine -> mine.close();
        case Linear _ -> {} // its tensors are parameters
      }
    });
  }
}
