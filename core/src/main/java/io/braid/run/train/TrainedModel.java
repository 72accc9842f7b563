package io.braid.run.train;

import io.braid.SettingError;
import io.braid.checkpoint.AdapterFiles;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.ModelDirectory;
import io.braid.checkpoint.ModelWriter;
import io.braid.input.LoadedModel;
import io.braid.model.LoraSettings;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.run.RunListener;
import io.braid.tensor.DType;
import io.braid.tensor.ProductSpeed;
import io.braid.train.TrainingMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The model that a run trains, fully or with adapters. A run with adapters does not change the
 * model that it started from, and its checkpoints contain only the adapters.
 */
final class TrainedModel implements AutoCloseable {
  private static final String ADAPTER = "adapter";

  /** Number of rows of the product that is measured, about the tokens of a small micro-batch. */
  private static final int PRODUCT_ROWS = 1024;

  private final LoadedModel model;
  private final Optional<AdapterRecipe> adapter;

  private TrainedModel(LoadedModel model, Optional<AdapterRecipe> adapter) {
    this.model = model;
    this.adapter = adapter;
  }

  /**
   * Loads the model; a fully trained model of a resumed run is loaded from the checkpoint.
   *
   * @param start the model directory in the recipe
   * @param compute says in which precision, and whether the vision tower is trained
   * @param seed seed of the adapters' initial values
   */
  static TrainedModel load(
      RunLoop loop,
      Path start,
      BackwardRecipe compute,
      boolean addSpecialTokens,
      Optional<AdapterRecipe> adapter,
      long seed) {
    boolean resumed = loop.resumed().isPresent(); // the checkpoint then holds the adapters
    Optional<AdapterRecipe> starts =
        adapter.filter(recipe -> !resumed && recipe.start().isPresent());
    starts.ifPresent(recipe -> checkSame(recipe.lora(), recipe.start().orElseThrow()));
    LoadedModel model =
        LoadedModel.load(
                adapter.isPresent() ? start : loop.begin(start),
                Optional.of(compute.precision().dtype()),
                loaded -> adapter.ifPresent(recipe -> loaded.adaptEmpty(recipe.lora(), seed)))
            .addingSpecialTokens(addSpecialTokens);
    try {
      compute.prepare(model);
      starts.ifPresent(
          recipe -> AdapterFiles.restore(recipe.start().orElseThrow(), model.transformer()));
      return new TrainedModel(model, adapter);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Checks that adapters to start from match the recipe.
   *
   * @throws SettingError if they do not, or there are none
   */
  private static void checkSame(LoraSettings lora, Path start) {
    if (!Files.isRegularFile(start.resolve(AdapterFiles.CONFIG))) {
      throw new SettingError(
          "adapter.start",
          "%s has no %s; give the directory of adapters that PEFT or Braid saved"
              .formatted(start, AdapterFiles.CONFIG));
    }
    LoraSettings there = AdapterFiles.settings(start);
    if (there.rank() != lora.rank()
        || there.alpha() != lora.alpha()
        || there.rslora() != lora.rslora()) {
      throw new SettingError(
          "adapter.start",
          "%s has rank %s, alpha %s and rslora %s, this recipe %s, %s and %s; set adapter.rank, adapter.alpha and adapter.rslora to those of the files"
              .formatted(
                  start,
                  there.rank(),
                  there.alpha(),
                  there.rslora(),
                  lora.rank(),
                  lora.alpha(),
                  lora.rslora()));
    }
  }

  /** Returns what the run says about the model before its first step. */
  List<String> notices() {
    return Stream.of(description(), costOfPrecision()).flatMap(Optional::stream).toList();
  }

  /**
   * Compares training in bfloat16 with float32: its memory, and the time of a product on this
   * machine.
   */
  private Optional<String> costOfPrecision() {
    ModelConfig config = model.transformer().config();
    if (model.transformer().dtype() != DType.BFLOAT16) {
      return Optional.empty();
    }
    ProductSpeed.Shape shape =
        new ProductSpeed.Shape(PRODUCT_ROWS, config.hiddenSize(), 2 * config.intermediateSize());
    return Optional.of(
        String.format(
            Locale.ROOT,
            "precision=bfloat16: weights, gradients and optimizer take %s, in float32 %s, because"
                + " the optimizer keeps float32 master weights; a matrix product takes %.2f times"
                + " as long as in float32 on this machine (measured with %s rows). To save memory,"
                + " set precision=float32 and adapter.base=bfloat16",
            DryRun.size(TrainingMemory.of(config, DType.BFLOAT16).state()),
            DryRun.size(TrainingMemory.of(config, DType.FLOAT32).state()),
            ProductSpeed.bfloat16Slowdown(shape),
            PRODUCT_ROWS));
  }

  /** Describes what is trained; empty if it is the whole model. */
  private Optional<String> description() {
    return adapter.map(recipe -> {
      List<Parameter> trained = model.transformer().trained();
      return "adapters: %s of %s parameters are trained (rank %s, %s matrices), the others stored in %s"
          .formatted(
              trained.stream().mapToLong(each -> each.tensor().numel()).sum(),
              model.transformer().parameterCount(),
              recipe.lora().rank(),
              model.transformer().adapters().size(),
              recipe.lora().base().name().toLowerCase(Locale.ROOT));
    });
  }

  /** Returns the model with its tokenizer. */
  LoadedModel model() {
    return model;
  }

  /** Returns the model's checkpoint parts. */
  CheckpointParts parts() {
    return parts(
        adapter.isPresent() ? ADAPTER : RunLoop.MODEL,
        model.transformer(),
        model.directory(),
        adapter.map(AdapterRecipe::lora));
  }

  /**
   * Returns the checkpoint parts of a trained model: its adapters, or all weights, which are read
   * when the run starts.
   *
   * @param part name of the part
   * @param directory the model directory that the model was loaded from
   */
  static CheckpointParts parts(
      String part, Transformer model, ModelDirectory directory, Optional<LoraSettings> adapter) {
    return adapter
        .map(settings ->
            CheckpointParts.none()
                .with(
                    part,
                    place -> AdapterFiles.savePart(place, model, settings, directory.path()),
                    place -> AdapterFiles.restore(place, model)))
        .orElseGet(() ->
            CheckpointParts.none()
                .withReadAtStart(part, place -> ModelWriter.savePart(place, model, directory)));
  }

  /**
   * Saves the trained model.
   *
   * @return the directory of the model, or of the adapters if the merged model is not saved
   */
  Path leave(RunLoop loop, RunListener listener) {
    if (adapter.isEmpty()) {
      return loop.leave(model);
    }
    AdapterRecipe recipe = adapter.get();
    Path place = loop.directory().root().resolve(ADAPTER);
    AtomicDirectory.write(
        place,
        unfinished ->
            AdapterFiles.save(
                unfinished, model.transformer(), recipe.lora(), model.directory().path()));
    if (!recipe.saveMerged()) {
      return place;
    }
    listener.notice("adapters: " + place);
    return loop.leave(model);
  }

  /**
   * Saves the model as it is now as part of a larger directory that is itself written atomically,
   * with the same parts as {@link #leave}.
   *
   * @param directory exists
   */
  void savePart(Path directory) {
    adapter.ifPresent(recipe ->
        AdapterFiles.savePart(
            directory.resolve(ADAPTER),
            model.transformer(),
            recipe.lora(),
            model.directory().path()));
    if (adapter.map(AdapterRecipe::saveMerged).orElse(true)) {
      ModelWriter.savePart(
          directory.resolve(RunLoop.MODEL), model.transformer(), model.directory());
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
