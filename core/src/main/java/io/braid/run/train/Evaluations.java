package io.braid.run.train;

import io.braid.FileError;
import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicDirectory;
import io.braid.checkpoint.AtomicFile;
import io.braid.checkpoint.CheckpointParts;
import io.braid.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evaluates the model of a run every few steps, keeps the best model, and decides when the run no
 * longer improves. Its state is a part of the checkpoint, so that after a resume no evaluation that
 * was due is missing or counts twice.
 */
final class Evaluations {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PART = "evaluation.json";
  private static final String BEST = "best.json";
  private static final int NEVER = -1;

  private final Settings settings;
  private final Evaluator evaluator;
  private final Path directory;
  private final Consumer<Path> saveModel;
  private final RunListener listener;
  private int evaluated = NEVER; // the last evaluated step
  private Optional<Best> best = Optional.empty();
  private int worse; // evaluations since the best one

  /**
   * Settings of the evaluations.
   *
   * @param everySteps steps between evaluations
   * @param atStart whether to evaluate before the first step too
   * @param metric name of the metric by which models are compared, for people
   * @param keepBest whether to keep the best model
   * @param patience number of evaluations without a better model that ends the run; empty for none
   * @param identity describes what is evaluated; values of different evaluations are not compared
   */
  record Settings(
      int everySteps,
      boolean atStart,
      String metric,
      boolean keepBest,
      Optional<Integer> patience,
      String identity) {}

  /** Evaluates the model as it is now. */
  interface Evaluator {
    /**
     * Evaluates the model.
     *
     * @param step the number of steps done
     * @param stop whether the evaluation should end early
     * @throws Stopped if it ended early
     */
    Result evaluate(int step, BooleanSupplier stop);

    /** Removes what evaluations after a step have written, since the run repeats these steps. */
    void removeAfter(int step);
  }

  /**
   * The result of an evaluation.
   *
   * @param value the value of the metric by which models are compared; larger is better
   * @param metrics all metrics, by their names in the run
   * @param summary the other results, for people
   */
  record Result(double value, MetricValues metrics, String summary) {}

  /**
   * The best model so far.
   *
   * @param step the number of steps after which it was evaluated
   * @param value its value
   */
  record Best(int step, double value) {}

  /** Thrown if an evaluation ended early because the process was asked to stop. */
  static final class Stopped extends UserError {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped during an evaluation");
    }
  }

  /**
   * Creates the evaluations of a run, before its first step.
   *
   * @param directory where the best model is kept
   * @param saveModel writes the model as it is now into an existing directory
   */
  Evaluations(
      Settings settings,
      Evaluator evaluator,
      Path directory,
      Consumer<Path> saveModel,
      RunListener listener) {
    this.settings = settings;
    this.evaluator = evaluator;
    this.directory = directory;
    this.saveModel = saveModel;
    this.listener = listener;
  }

  /**
   * Prepares the evaluations of a session, after the state was restored.
   *
   * @param done the number of steps done
   */
  void begin(int done) {
    evaluator.removeAfter(done);
    // The process may have ended between writing the checkpoint and keeping its model.
    if (best.filter(each -> each.step == done && !isKept(each)).isPresent()) {
      keepBest();
    }
  }

  /** Returns whether the model must be evaluated before the next step. */
  boolean isDue(int done, int steps) {
    return evaluated < done && (done == 0 ? settings.atStart : isScheduled(done) || done == steps);
  }

  private boolean isScheduled(int done) {
    return done % settings.everySteps == 0;
  }

  /**
   * Evaluates the model.
   *
   * @param done the number of steps done
   * @throws Stopped if the evaluation ended early; it is still due
   */
  MetricValues evaluate(int done, BooleanSupplier stop) {
    Result result = evaluator.evaluate(done, stop);
    Optional<Best> before = best;
    boolean better = before.map(each -> result.value > each.value).orElse(true);
    if (better) {
      best = Optional.of(new Best(done, result.value));
      worse = 0;
    } else if (isScheduled(done)) { // the last step of a run may be between two of a longer one
      worse++;
    }
    evaluated = done;
    listener.notice(line(done, result, before, better));
    return result.metrics;
  }

  private String line(int done, Result result, Optional<Best> before, boolean better) {
    String compared =
        before
            .map(each ->
                String.format(
                    Locale.ROOT,
                    better ? ", the best so far (before: %.4f %s)" : ", best %.4f %s",
                    each.value,
                    after(each.step)))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "evaluation %s: %s %.4f%s · %s",
        after(done),
        settings.metric,
        result.value,
        compared,
        result.summary);
  }

  private static String after(int step) {
    return step == 0 ? "before the first step" : "after step " + step;
  }

  /** Returns the number of steps between evaluations. */
  int everySteps() {
    return settings.everySteps;
  }

  /** Returns whether the last evaluated model is the best. */
  boolean isBest() {
    return best.filter(each -> each.step == evaluated).isPresent();
  }

  /** Returns the best model so far. */
  Optional<Best> best() {
    return best;
  }

  /** Returns the directory of the best model, if it is kept. */
  Optional<Path> kept() {
    return settings.keepBest && best.isPresent() ? Optional.of(directory) : Optional.empty();
  }

  /** Returns why the run should end; empty if it should continue. */
  Optional<String> enough() {
    return settings
        .patience
        .filter(most -> worse >= most)
        .flatMap(_ -> best)
        .map(each ->
            String.format(
                Locale.ROOT,
                "%s was not above %.4f (%s) in the last %d evaluations (evaluation.patience)",
                settings.metric,
                each.value,
                after(each.step),
                worse));
  }

  /** Keeps the model as it is now as the best one; the previous one is replaced atomically. */
  void keepBest() {
    Optional<Best> now = best.filter(_ -> settings.keepBest);
    now.ifPresent(each ->
        AtomicDirectory.write(
            directory,
            unfinished -> {
              saveModel.accept(unfinished);
              write(unfinished.resolve(BEST), json(each).put("metric", settings.metric));
            }));
  }

  private boolean isKept(Best wanted) {
    Path file = directory.resolve(BEST);
    return !settings.keepBest
        || (Files.exists(file)
            && read(file).path("step").asInt(NEVER) == wanted.step
            && read(file).path("value").asDouble(Double.NaN) == wanted.value);
  }

  /** Returns the state, as a part of a checkpoint. */
  CheckpointParts parts() {
    return CheckpointParts.none().withOptional(PART, this::save, this::restore);
  }

  private void save(Path file) {
    ObjectNode root = JSON.createObjectNode();
    root.put("evaluation", settings.identity);
    root.put("evaluated", evaluated);
    root.put("without_improvement", worse);
    best.ifPresent(each -> root.set("best", json(each)));
    write(file, root);
  }

  private static ObjectNode json(Best best) {
    return JSON.createObjectNode().put("step", best.step).put("value", best.value);
  }

  private static void write(Path file, ObjectNode content) {
    AtomicFile.write(file, JSON.writeValueAsString(content) + "\n");
  }

  private void restore(Path file) {
    JsonNode root = read(file);
    try {
      evaluated = root.required("evaluated").asInt();
      if (!root.required("evaluation").asString().equals(settings.identity)) {
        listener.notice(
            "evaluation: its problems or settings changed, so the best model so far and patience"
                + " are counted anew");
        return;
      }
      worse = root.required("without_improvement").asInt();
      if (root.has("best")) {
        JsonNode each = root.required("best");
        best =
            Optional.of(new Best(each.required("step").asInt(), each.required("value").asDouble()));
      }
    } catch (JacksonException | IllegalArgumentException e) {
      throw malformed(file, e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  private static UserError malformed(Path file, RuntimeException cause) {
    return new UserError(
        file + ": is not the state of a run's evaluations; resume from another checkpoint", cause);
  }
}
