package io.braid.model;

import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a {@link Transformer} holds: its parameters, and where the published tensors stand in them.
 * Projections of one input are one parameter.
 */
final class TransformerWeights implements AutoCloseable {
  private final ModelConfig config;
  private final DType dtype;
  private final boolean int8;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<NamedView> views = new ArrayList<>();
  private final Tensor embedding; // [vocab, hidden]
  private final List<Layer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Projection head; // [vocab, hidden]
  private final List<Projection> projections = new ArrayList<>(); // all, the head last

  /** The weights of one decoder layer. */
  record Layer(
      RmsNorm inputNorm,
      Projection qkv, // [(heads + 2·kvHeads)·d, hidden]
      Optional<RmsNorm> queryNorm, // [d]
      Optional<RmsNorm> keyNorm, // [d]
      Projection output, // [hidden, heads·d]
      RmsNorm mlpNorm,
      Projection gateUp, // [2·intermediate, hidden]
      Projection down) {} // [hidden, intermediate]

  /**
   * Uninitialised weights.
   *
   * @param int8 whether projections are held as bytes; what they hold is then not learned, and the
   *     parameters are the others alone
   */
  TransformerWeights(ModelConfig config, DType dtype, boolean int8) {
    this.config = config;
    this.dtype = dtype;
    this.int8 = int8;
    embedding = parameter("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
    for (int l = 0; l < config.layers(); l++) {
      layers.add(layer("model.layers." + l + "."));
    }
    norm = norm("model.norm", config.hiddenSize());
    head =
        int8
            ? new Int8Linear(config.vocabSize(), config.hiddenSize(), /* bias= */ false)
            : new Linear(
                config.tiedEmbeddings()
                    ? embedding
                    : parameter("lm_head.weight", config.vocabSize(), config.hiddenSize()),
                Optional.empty());
    projections.add(head);
  }

  private Layer layer(String name) {
    String attention = name + "self_attn.";
    String mlp = name + "mlp.";
    long hidden = config.hiddenSize();
    long q = (long) config.heads() * config.headDim();
    long kv = (long) config.kvHeads() * config.headDim();
    long inner = config.intermediateSize();
    return new Layer(
        norm(name + "input_layernorm", hidden),
        fused(
            attention,
            List.of("q_proj", "k_proj", "v_proj"),
            new long[] {q, kv, kv},
            hidden,
            config.attentionBias()),
        headNorm(attention + "q_norm"),
        headNorm(attention + "k_norm"),
        fused(attention, List.of("o_proj"), new long[] {hidden}, q, config.outputBias()),
        norm(name + "post_attention_layernorm", hidden),
        fused(
            mlp,
            List.of("gate_proj", "up_proj"),
            new long[] {inner, inner},
            hidden,
            config.mlpBias()),
        fused(mlp, List.of("down_proj"), new long[] {hidden}, inner, config.mlpBias()));
  }

  private Tensor parameter(String name, long... shape) {
    Tensor tensor = Tensor.empty(dtype, shape).owned().requiresGrad(true);
    parameters.add(new Parameter(name, tensor));
    views.add(new NamedView(name, tensor, 0, shape[0]));
    return tensor;
  }

  private RmsNorm norm(String name, long width) {
    return new RmsNorm(parameter(name + ".weight", width), config.rmsNormEps());
  }

  private Optional<RmsNorm> headNorm(String name) {
    return config.headNorm() ? Optional.of(norm(name, config.headDim())) : Optional.empty();
  }

  /** Projections of one input as one parameter; the published names are views of its rows. */
  private Projection fused(String prefix, List<String> names, long[] rows, long in, boolean bias) {
    long out = Arrays.stream(rows).sum();
    Projection projection =
        int8
            ? new Int8Linear(out, in, bias)
            : new Linear(
                fusedParameter(prefix, names, rows, ".weight", out, in),
                bias
                    ? Optional.of(fusedParameter(prefix, names, rows, ".bias", out))
                    : Optional.empty());
    projections.add(projection);
    return projection;
  }

  private Tensor fusedParameter(
      String prefix, List<String> names, long[] rows, String kind, long... shape) {
    Tensor tensor = Tensor.empty(dtype, shape).owned().requiresGrad(true);
    parameters.add(new Parameter(prefix + String.join("+", names) + kind, tensor));
    long start = 0;
    for (int i = 0; i < rows.length; i++) {
      views.add(new NamedView(prefix + names.get(i) + kind, tensor, start, rows[i]));
      start += rows[i];
    }
    return tensor;
  }

  /** Normal weights, unit norms, zero biases; the same for the same seed. */
  void initialise(long seed) {
    try (RandomSource random = new RandomSource(seed)) {
      for (Parameter parameter : parameters) {
        try (Scope scope = Scope.open();
            Gradients off = Gradients.off()) {
          Tensor tensor = parameter.tensor();
          if (parameter.name().endsWith(".bias")) {
            tensor.fillInPlace(0);
          } else if (tensor.rank() == 1) {
            tensor.fillInPlace(1);
          } else {
            tensor.copyInPlace(
                Tensor.randn(random, tensor.shape()).times(config.initializerRange()));
          }
        }
      }
    }
  }

  /**
   * Takes over the weights of a model of the same shape, rounded to this one's format.
   *
   * @param other holds no bytes
   */
  void copyFrom(TransformerWeights other) {
    Map<String, Tensor> theirs =
        other.parameters.stream().collect(Collectors.toMap(Parameter::name, Parameter::tensor));
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Parameter mine : parameters) {
        mine.tensor().copyInPlace(Objects.requireNonNull(theirs.get(mine.name())));
      }
    }
    for (int i = 0; i < projections.size(); i++) {
      if (projections.get(i) instanceof Int8Linear mine
          && other.projections.get(i) instanceof Linear trained) {
        mine.copyFrom(trained);
      }
    }
  }

  ModelConfig config() {
    return config;
  }

  DType dtype() {
    return dtype;
  }

  /** What is learned. */
  List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** Where each published tensor stands. */
  List<NamedView> views() {
    return List.copyOf(views);
  }

  /** [vocab, hidden]. */
  Tensor embedding() {
    return embedding;
  }

  List<Layer> layers() {
    return layers;
  }

  /** The one behind the last layer. */
  RmsNorm norm() {
    return norm;
  }

  /** [vocab, hidden]. */
  Projection head() {
    return head;
  }

  /** All that is multiplied with, the head last. */
  List<Projection> projections() {
    return projections;
  }

  /** Bytes of one layer's matrices, as they are learned. */
  long layerBytes() {
    long d = config.headDim();
    long attention = (2L * config.heads() + 2L * config.kvHeads()) * d;
    return (attention + 3L * config.intermediateSize()) * config.hiddenSize() * dtype.bytes();
  }

  /** What decoding a token reads of them: all, but of an embedding that is not the head one row. */
  long bytesPerToken() {
    long multiplied = projections.stream().mapToLong(Projection::bytes).sum();
    long norms =
        parameters.stream()
            .filter(parameter -> parameter.name().endsWith("norm.weight"))
            .mapToLong(parameter -> parameter.tensor().bytes())
            .sum();
    boolean headIsEmbedding = head instanceof Linear(Tensor weight, _) && weight == embedding;
    long row = headIsEmbedding ? 0 : config.hiddenSize() * (long) dtype.bytes();
    return multiplied + norms + row;
  }

  @Override
  public void close() {
    parameters.forEach(parameter -> parameter.tensor().close());
    projections.forEach(projection -> {
      if (projection instanceof Int8Linear mine) {
        mine.close();
      }
    });
  }
}
