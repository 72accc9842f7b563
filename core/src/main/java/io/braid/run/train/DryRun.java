package io.braid.run.train;

import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.train.TrainingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run would do, found out without training.
 *
 * @param rows facts, each with a name of a word or two
 * @param prompts the text of the first prompts, exactly as the model sees them; in supervised
 *     training with their responses
 */
public record DryRun(List<Row> rows, List<String> prompts) {
  /** A fact about the run. */
  public record Row(String name, String text) {}

  /** Copies the lists. */
  public DryRun {
    rows = List.copyOf(rows);
    prompts = List.copyOf(prompts);
  }

  /** Returns the smallest, largest and median number: {@code 12 to 340 tokens, median 56}. */
  static String lengths(int[] tokens) {
    int[] sorted = tokens.clone();
    Arrays.sort(sorted);
    if (sorted[0] == sorted[sorted.length - 1]) {
      return format("%,d tokens each", sorted[0]);
    }
    int median = sorted[(sorted.length - 1) / 2];
    return format("%,d to %,d tokens, median %,d", sorted[0], sorted[sorted.length - 1], median);
  }

  /** Describes the parameters of a model and how many of them are trained. */
  static String parameters(Transformer model) {
    long all = model.parameterCount();
    long trained = size(model.trained());
    if (!model.adapters().isEmpty()) {
      return format("%,d, and %,d of adapters, which alone are trained", all, trained);
    }
    long kept = size(model.parameters()) - trained;
    return kept == 0
        ? format("%,d, all of them trained", all)
        : format("%,d; %,d of the vision tower are not trained", all, kept);
  }

  private static long size(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::tensor).mapToLong(t -> t.numel()).sum();
  }

  /** Returns the estimate of the memory for training a model, as {@code braid model info} does. */
  static TrainingMemory memory(
      ModelConfig config, BackwardRecipe compute, Optional<AdapterRecipe> adapter) {
    return adapter
        .map(each -> TrainingMemory.of(config, each.lora()))
        .orElseGet(() -> TrainingMemory.of(config, compute.precision().dtype()));
  }

  /** Returns the activations of a micro-batch of this number of tokens, in bytes. */
  static long activations(TrainingMemory memory, BackwardRecipe compute, long tokens) {
    return tokens
        * (compute.gradientCheckpointing()
            ? memory.checkpointed() + memory.recomputed()
            : memory.activations());
  }

  /** Adds up parts of the memory, and names those that are not 0. */
  static String sum(List<Part> parts) {
    long all = parts.stream().mapToLong(Part::bytes).sum();
    List<String> texts = new ArrayList<>();
    parts.stream()
        .filter(part -> part.bytes() > 0)
        .forEach(part -> texts.add(part.name() + " " + size(part.bytes())));
    return "about %s: %s; in addition about 0.5 GB for the JVM and libtorch"
        .formatted(size(all), String.join(", ", texts));
  }

  /** A part of the memory, in bytes. */
  record Part(String name, long bytes) {}

  /** Returns a size with its unit: {@code 538 MB}, {@code 2.2 GB}. */
  static String size(long bytes) {
    return bytes < 1_000_000_000 ? format("%.0f MB", bytes / 1e6) : format("%.1f GB", bytes / 1e9);
  }

  /** Returns a time with two digits: {@code 0.82 s}, {@code 35 s}, {@code 12 min}. */
  static String time(double seconds) {
    if (seconds < 10) {
      return format("%.2g s", seconds);
    }
    if (seconds < 100) {
      return format("%.0f s", seconds);
    }
    return seconds < 6_000 ? format("%.0f min", seconds / 60) : format("%.1f h", seconds / 3_600);
  }

  /** Describes what a run writes. */
  static String writes(RunLoop loop, String result, SavingRecipe saving, int steps) {
    int every = Math.min(saving.checkpointEverySteps(), steps);
    return format(
        "%s: %s at the end; a checkpoint every %,d steps, of which %d are kept%s",
        loop.directory().root(),
        result,
        every,
        saving.keep(),
        saving.mlflow().map(each -> "; metrics also to MLflow at " + each.uri()).orElse(""));
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
