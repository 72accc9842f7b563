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
 * A flow field over a model's latents: a velocity network, and where it looks. One network serves
 * all layers.
 *
 * <p>On the disk it is a directory with {@code flow.safetensors}, whose names are the published
 * ones, and {@code flow_config.json}, the published settings and those of the model it is for.
 */
public final class FlowField implements AutoCloseable {
  static final String WEIGHTS = "flow.safetensors";

  private final FieldSettings settings;
  private final Place place;
  private final List<Integer> layers;
  private final VelocityNetwork network;

  /**
   * The model that a field is for.
   *
   * @param width of its hidden states
   * @param depth its decoder layers
   * @param epsilon of its norms
   */
  record Place(int width, int depth, double epsilon) {
    static Place of(ModelConfig config) {
      return new Place(config.hiddenSize(), config.layers(), config.rmsNormEps());
    }
  }

  FlowField(FieldSettings settings, Place place, long seed) {
    this.settings = settings;
    this.place = place;
    this.layers = settings.layers(place.depth());
    this.network =
        new VelocityNetwork(place.width(), settings.numLayersFlow(), place.epsilon(), seed);
  }

  /** A field that knows nothing yet. */
  public static FlowField create(ModelConfig model, FieldSettings settings, long seed) {
    return new FlowField(settings, Place.of(model), seed);
  }

  /**
   * A field with weights from elsewhere.
   *
   * @param from where they are from, for errors
   * @param weights gives a tensor, FLOAT32 or narrower, by its published name
   * @throws UserError when one has another shape
   */
  public static FlowField of(
      ModelConfig model, FieldSettings settings, Object from, Function<String, Tensor> weights) {
    return new FlowField(settings, Place.of(model), 0).filled(from, weights);
  }

  /**
   * Reads a field's directory, for a model.
   *
   * @throws UserError when it is none, is damaged, or is for another model
   */
  public static FlowField load(Path directory, ModelConfig model) {
    FlowField field = load(directory);
    try {
      field.refuseOther(model, directory);
      return field;
    } catch (RuntimeException e) {
      field.close();
      throw e;
    }
  }

  /**
   * Reads a field's directory.
   *
   * @throws UserError when it is none, or is damaged
   */
  public static FlowField load(Path directory) {
    if (!Files.isRegularFile(directory.resolve(WEIGHTS))) {
      throw new UserError(
          "%s: no flow field here (%s is missing); make one with braid flow train or braid flow import"
              .formatted(directory, WEIGHTS));
    }
    List<Path> edited = SavedFiles.check(directory);
    SavedFiles.checkWeights(directory);
    FlowConfigFile config = FlowConfigFile.read(directory);
    try (Safetensors file = Safetensors.open(directory.resolve(WEIGHTS))) {
      refuseOtherSize(file, config); // before anything of that size is made
      FlowField field =
          new FlowField(config.settings(), config.place(), 0).filled(file.file(), file::tensor);
      SavedFiles.warn(edited);
      return field;
    }
  }

  private static void refuseOtherSize(Safetensors file, FlowConfigFile config) {
    refuseOtherWidth(file, "input_proj.weight", config.place().width());
    int blocks = 0;
    while (file.names().contains(inBlock(blocks))) {
      refuseOtherWidth(file, inBlock(blocks++), config.place().width());
    }
    if (blocks != config.settings().numLayersFlow()) {
      throw new UserError(
          "%s: holds %d residual blocks, flow_config.json says num_layers_flow %d; the two files do not belong together"
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
            "%s: %s has shape %s, flow_config.json says hidden_size %d; the two files do not belong together"
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
              "%s: %s has shape %s, a field of %d blocks for this model has %s"
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
   * Writes its directory, whole or not at all.
   *
   * @throws UserError when the disk refuses
   */
  public void save(Path directory) {
    AtomicDirectory.write(directory, this::savePart);
  }

  /** Writes its files into a directory that is there, or will be, a part of a larger whole. */
  public void savePart(Path directory) {
    new FlowConfigFile(settings, place).write(directory);
    SafetensorsWriter.write(directory.resolve(WEIGHTS), network.state(), Map.of("format", "pt"));
  }

  /**
   * Holds it against the model that it shall look into.
   *
   * @param from where it is from, for the error
   * @throws UserError when it is for another
   */
  public void refuseOther(ModelConfig model, Object from) {
    if (place.width() != model.hiddenSize() || place.depth() != model.layers()) {
      throw new UserError(
          "%s: this field is for a model of %d layers and hidden size %d, the model has %d and %d; train one for this model with braid flow train"
              .formatted(from, place.depth(), place.width(), model.layers(), model.hiddenSize()));
    }
  }

  /**
   * What takes the latents of a packed batch while the model computes it. It belongs to the open
   * scope.
   *
   * @param sequences where each prompt and response stands; responses are there to the last token
   */
  public Latents latents(List<PackedSequence> sequences) {
    return new Latents(layers, LatentRows.of(sequences, settings.contexts()));
  }

  /** The decoder layers that it looks behind, counted from 0. */
  public List<Integer> layers() {
    return layers;
  }

  /** ℓ of one of the {@link #layers}: its share of the depth. */
  double share(int at) {
    return layers.get(at) / (double) place.depth();
  }

  /** What it is made of. */
  public FieldSettings settings() {
    return settings;
  }

  /** The width of the latents. */
  public int width() {
    return place.width();
  }

  VelocityNetwork network() {
    return network;
  }

  /** What is learned. */
  public List<Parameter> parameters() {
    return network.parameters();
  }

  /** How many numbers are learned. */
  public long size() {
    return parameters().stream().mapToLong(each -> each.tensor().numel()).sum();
  }

  @Override
  public void close() {
    network.close();
  }
}
