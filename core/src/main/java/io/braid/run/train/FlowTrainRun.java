package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.flow.FieldQuality;
import io.braid.flow.FlowField;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.input.TokenizedExamples;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun.Row;
import io.braid.sampling.Shuffle;
import io.braid.train.FlowTraining;
import io.braid.train.StepMetrics;
import io.braid.trajectory.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A run that trains a flow field from a recipe. */
public final class FlowTrainRun {
  private static final String PART = "field";
  private static final int LARGEST_VALIDATION = 10; // at most one in so many

  private FlowTrainRun() {}

  /**
   * The result of a run.
   *
   * @param field the field's directory
   * @param steps the number of steps done, including those before a resume
   * @param quality how well the field fits; absent if the run was stopped early
   * @param stoppedBy the exit code of the process, if a signal stopped the run
   */
  public record Result(
      Path field, int steps, Optional<FieldQuality> quality, OptionalInt stoppedBy) {}

  /**
   * Runs a recipe.
   *
   * @param out the run directory
   * @param resume whether to continue the run in the directory
   * @throws UserError for every error that the user can fix
   */
  public static Result run(FlowTrainRecipe recipe, Path out, boolean resume, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving(), listener);
        LoadedModel model = model(recipe);
        FlowField field = field(recipe, loop, model)) {
      Batches batches =
          new Batches(recipe, loop.dated(recipe.prompts().prompting(), model, listener), model);
      try (FlowTraining trainer =
          new FlowTraining(model.transformer(), field, batches::batch, batches.settings())) {
        Steps steps = new Steps(recipe, batches, field, trainer);
        RunLoop.Ended ended = loop.run(batches.steps(), steps);
        Path place = loop.directory().root().resolve(PART);
        field.save(place);
        Optional<FieldQuality> quality =
            ended.stoppedBy().isPresent()
                ? Optional.empty()
                : Optional.of(trainer.quality(batches.validation));
        return new Result(place, ended.steps(), quality, ended.stoppedBy());
      }
    }
  }

  /**
   * Finds out what a run would do, and leaves no directory behind.
   *
   * @param out the run directory, which must be missing or empty
   * @throws UserError for every error that the user can fix
   */
  public static DryRun dryRun(FlowTrainRecipe recipe, Path out, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, /* resume= */ false, recipe, recipe.saving(), listener);
        LoadedModel model = model(recipe);
        FlowField field = field(recipe, loop, model)) {
      Batches batches =
          new Batches(recipe, loop.dated(recipe.prompts().prompting(), model, listener), model);
      ExamplesDryRun examples =
          new ExamplesDryRun(
              batches.examples, place -> batches.examples.at(batches.split.at(place), place));
      List<Row> rows = new ArrayList<>();
      rows.add(new Row("model", recipe.model() + ", which is not changed"));
      rows.add(new Row("parameters", DryRun.format("%,d of the field are trained", field.size())));
      rows.addAll(examples.rows(recipe.source().data()));
      rows.add(
          new Row(
              "steps",
              DryRun.format(
                  "%,d of %,d responses; %,d responses are held out for validation",
                  batches.steps(), recipe.batchSize(), batches.held)));
      rows.add(new Row("memory", "not estimated"));
      rows.add(new Row("time", "not estimated"));
      rows.add(
          new Row("writes", DryRun.writes(loop, "the field", recipe.saving(), batches.steps())));
      return new DryRun(rows, examples.shown(model));
    }
  }

  private static LoadedModel model(FlowTrainRecipe recipe) {
    LoadedModel model =
        recipe
            .adapter()
            .map(adapter -> LoadedModel.load(recipe.model(), adapter))
            .orElseGet(() ->
                LoadedModel.load(recipe.model(), Optional.of(recipe.compute().precision().dtype())))
            .addingSpecialTokens(recipe.prompts().addSpecialTokens());
    model.transformer().freezeVision(); // the features of an image are then computed once
    return model;
  }

  private static FlowField field(FlowTrainRecipe recipe, RunLoop loop, LoadedModel model) {
    return loop.resumed()
        .map(Checkpoint::path)
        .map(path -> FlowField.load(path.resolve(PART)))
        .orElseGet(
            () -> FlowField.create(model.transformer().config(), recipe.field(), recipe.seed()));
  }

  /** The training batches and the validation set. */
  private static final class Batches {
    private final FlowTrainRecipe recipe;
    private final TokenizedExamples examples;
    private final Shuffle split; // its first indices are held out
    private final int held;
    private final Shuffle order;
    final List<Sequence> validation = new ArrayList<>();

    Batches(FlowTrainRecipe recipe, Prompting prompting, LoadedModel model) {
      this.recipe = recipe;
      examples =
          new TokenizedExamples(
              recipe.source().source(recipe.prompts().asking()), prompting, model);
      held = Math.min(recipe.validation(), examples.size() / LARGEST_VALIDATION);
      if (held < 1) {
        throw new UserError(
            "%s: %d examples are too few to hold some out for validation; give at least %d"
                .formatted(recipe.source().data(), examples.size(), LARGEST_VALIDATION));
      }
      split = new Shuffle(examples.size(), recipe.seed());
      order =
          new Shuffle(
              examples.size() - held,
              Seeds.derive(recipe.seed(), Seeds.Stream.FLOW_TRAINING_ORDER, 1));
      for (int place = 0; place < held; place++) {
        validation.add(examples.at(split.at(place), recipe.seed()));
      }
    }

    int steps() {
      double steps = Math.ceil(recipe.epochs() * (examples.size() - held) / recipe.batchSize());
      if (steps > Integer.MAX_VALUE) {
        throw new SettingError("epochs", "gives more than 2^31 steps; use fewer epochs");
      }
      return (int) steps;
    }

    FlowTraining.Settings settings() {
      return new FlowTraining.Settings(
          steps(),
          recipe.compute().microBatchTokens(),
          recipe.flowBatchMul(),
          recipe.seed(),
          recipe.optimizer(steps()));
    }

    List<Sequence> batch(int step) {
      List<Sequence> sequences = new ArrayList<>(recipe.batchSize());
      for (int i = 0; i < recipe.batchSize(); i++) {
        long place = (long) step * recipe.batchSize() + i;
        int index = split.at(held + order.at(place));
        sequences.add(
            examples.at(index, Seeds.derive(recipe.seed(), Seeds.Stream.SFT_RESPONSE, place)));
      }
      return sequences;
    }
  }

  private static final class Steps implements RunLoop.Work {
    private final FlowTrainRecipe recipe;
    private final Batches batches;
    private final FlowField field;
    private final FlowTraining trainer;

    Steps(FlowTrainRecipe recipe, Batches batches, FlowField field, FlowTraining trainer) {
      this.recipe = recipe;
      this.batches = batches;
      this.field = field;
      this.trainer = trainer;
    }

    @Override
    public MetricValues step(int number) {
      long begun = System.nanoTime();
      FlowTraining.Report report = trainer.step(number);
      MetricValues metrics = new MetricValues();
      metrics.put(StepMetrics.LOSS, report.loss());
      int done = number + 1;
      if (done % recipe.validateEverySteps() == 0 || done == batches.steps()) {
        long validating = System.nanoTime();
        metrics.put(StepMetrics.VALIDATION_LOSS, trainer.loss(batches.validation));
        metrics.put(StepMetrics.VALIDATION_SECONDS, (System.nanoTime() - validating) / 1e9);
      }
      metrics.put(StepMetrics.GRAD_NORM, report.gradientNorm());
      metrics.put(StepMetrics.LEARNING_RATE, report.learningRate());
      metrics.put(StepMetrics.TOKENS, report.tokens());
      metrics.put(StepMetrics.SKIPPED_UPDATES, report.skippedSteps());
      metrics.put(StepMetrics.STEP_SECONDS, (System.nanoTime() - begun) / 1e9);
      return metrics;
    }

    @Override
    public OptionalInt finished() {
      return trainer.finished();
    }

    @Override
    public CheckpointParts parts() {
      return CheckpointParts.none().withReadAtStart(PART, field::savePart).and(trainer.parts());
    }
  }
}
