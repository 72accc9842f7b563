package io.braid.flow;

import io.braid.UserError;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.checkpoint.SavedFiles;
import io.braid.model.ModelConfig;
import io.braid.model.PackedSequence;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A flow field over a model's latents: a velocity network and the settings that select its latents.
 * One network serves all layers.
 *
 * <p>On disk it is a directory with {@code flow.safetensors}, which uses the published tensor
 * names, and {@code flow_config.json}, which holds the published settings and properties of the
 * model.
 */
public final class FlowField implements AutoCloseable {
  static final String WEIGHTS = "flow.safetensors";

  private final FieldSettings settings;
  private final Target target;
  private final List<Integer> layers;
  private final VelocityNetwork network;

  /**
   * Properties of the model that a field is for.
   *
   * @param width width of the hidden states
   * @param depth number of decoder layers
   * @param epsilon ε of the model's norms
   */
  record Target(int width, int depth, double epsilon) {
    static Target of(ModelConfig config) {
      return new Target(config.hiddenSize(), config.layers(), config.rmsNormEps());
    }
  }

  FlowField(FieldSettings settings, Target target, long seed) {
    this.settings = settings;
    this.target = target;
    this.layers = settings.layers(target.depth());
    this.network =
        new VelocityNetwork(target.width(), settings.numLayersFlow(), target.epsilon(), seed);
  }

  /** Creates an untrained field. */
  public static FlowField create(ModelConfig model, FieldSettings settings, long seed) {
    return new FlowField(settings, Target.of(model), seed);
  }

  /**
   * Creates a field with the given weights.
   *
   * @param from source of the weights, for error messages
   * @param weights returns a tensor, FLOAT32 or narrower, by its published name
   * @throws UserError if a tensor has a different shape
   */
  public static FlowField of(
      ModelConfig model, FieldSettings settings, Object from, Function<String, Tensor> weights) {
    return new FlowField(settings, Target.of(model), 0).filled(from, weights);
  }

  /**
   * Reads a field for a model from a directory.
   *
   * @throws UserError if the directory contains no field, is damaged, or is for a different model
   */
  public static FlowField load(Path directory, ModelConfig model) {
    FlowField field = load(directory);
    try {
      field.checkFits(model, directory);
      return field;
    } catch (RuntimeException e) {
      field.close();
      throw e;
    }
  }

  /**
   * Reads a field from a directory.
   *
   * @throws UserError if the directory contains no field or is damaged
   */
  public static FlowField load(Path directory) {
    if (!Files.isRegularFile(directory.resolve(WEIGHTS))) {
      throw new UserError(
          "%s: not a flow field (%s is missing); create one with braid flow train or braid flow import"
              .formatted(directory, WEIGHTS));
    }
    List<Path> edited = SavedFiles.check(directory);
    SavedFiles.checkWeights(directory);
    FlowConfigFile config = FlowConfigFile.read(directory);
    try (Safetensors file = Safetensors.open(directory.resolve(WEIGHTS))) {
      refuseOtherSize(file, config); // before anything of that size is allocated
      FlowField field =
          new FlowField(config.settings(), config.target(), 0).filled(file.file(), file::tensor);
      SavedFiles.warn(edited);
      return field;
    }
  }

  private static void refuseOtherSize(Safetensors file, FlowConfigFile config) {
    refuseOtherWidth(file, "input_proj.weight", config.target().width());
    int blocks = 0;
    while (file.names().contains(inBlock(blocks))) {
      refuseOtherWidth(file, inBlock(blocks++), config.target().width());
    }
    if (blocks != config.settings().numLayersFlow()) {
      throw new UserError(
          "%s has %d residual blocks but flow_config.json says num_layers_flow %d; the two files do not belong together"
              .formatted(file.file(), blocks, config.settings().numLayersFlow()));
    }
  }

  private static String inBlock(int block) {
    return "res_blocks.%s.mlp.0.weight".formatted(block);
  }

  private static void refuseOtherWidth(Safetensors file, String name, int width) {
    try (Scope scope = Scope.open()) {
      long[] shape = file.tensor(name).shape();
      if (!Arrays.equals(shape, new long[] {width, width})) {
        throw new UserError(
            "%s: %s has shape %s but flow_config.json says hidden_size %d; the two files do not belong together"
                .formatted(file.file(), name, Arrays.toString(shape), width));
      }
    }
  }

  private FlowField filled(Object from, Function<String, Tensor> weights) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Map.Entry<String, Tensor> entry : network.state().entrySet()) {
        Tensor stored = weights.apply(entry.getKey());
        Tensor own = entry.getValue();
        if (!Arrays.equals(stored.shape(), own.shape())) {
          throw new UserError(
              "%s: %s has shape %s, but a field of %d blocks for this model needs %s"
                  .formatted(
                      from,
                      entry.getKey(),
                      Arrays.toString(stored.shape()),
                      settings.numLayersFlow(),
                      Arrays.toString(own.shape())));
        }
        own.copyInPlace(stored.to(DType.FLOAT32));
      }
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Writes the field's directory atomically.
   *
   * @throws UserError if the directory cannot be written
   */
  public void save(Path directory) {
    AtomicDirectory.write(directory, this::savePart);
  }

  /** Writes the field's files into a directory that belongs to a larger atomic write. */
  public void savePart(Path directory) {
    new FlowConfigFile(settings, target).write(directory);
    SafetensorsWriter.write(directory.resolve(WEIGHTS), network.state(), Map.of("format", "pt"));
  }

  /**
   * Checks that the field fits a model.
   *
   * @param from source of the field, for error messages
   * @throws UserError if the field is for a different model
   */
  public void checkFits(ModelConfig model, Object from) {
    if (target.width() != model.hiddenSize() || target.depth() != model.layers()) {
      throw new UserError(
          "%s: this field is for a model with %d layers and hidden size %d, but the model has %d and %d; train a field for this model with braid flow train"
              .formatted(from, target.depth(), target.width(), model.layers(), model.hiddenSize()));
    }
  }

  /**
   * Returns a tap that captures the latents of a packed batch during the forward pass. It belongs
   * to the open scope.
   *
   * @param sequences position of each prompt and response in the batch; responses include their
   *     last token
   */
  public Latents latents(List<PackedSequence> sequences) {
    return new Latents(layers, LatentRows.of(sequences, settings.contexts()));
  }

  /** Returns the decoder layers whose outputs the field uses, numbered from 0. */
  public List<Integer> layers() {
    return layers;
  }

  /** Returns ℓ of one of the {@link #layers}: the layer's number divided by the depth. */
  double depthFraction(int at) {
    return layers.get(at) / (double) target.depth();
  }

  /** Returns the settings. */
  public FieldSettings settings() {
    return settings;
  }

  /** Returns the width of the latents. */
  public int width() {
    return target.width();
  }

  VelocityNetwork network() {
    return network;
  }

  /** Returns the trainable parameters. */
  public List<Parameter> parameters() {
    return network.parameters();
  }

  /** Returns the number of trainable weights. */
  public long size() {
    return parameters().stream().mapToLong(each -> each.tensor().numel()).sum();
  }

  @Override
  public void close() {
    network.close();
  }
}
