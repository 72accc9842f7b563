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
import io.braid.sampling.Shuffle;
import io.braid.train.FlowTraining;
import io.braid.train.StepMetrics;
import io.braid.trajectory.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Training of a flow field from a recipe, in a run directory. */
public final class FlowTrainRun {
  private static final String PART = "field";
  private static final int LARGEST_VALIDATION = 10; // at most one in so many

  private FlowTrainRun() {}

  /**
   * How it ended.
   *
   * @param field the field's directory
   * @param steps steps done, those before a resume among them
   * @param quality what the field has learned; there when the run came to its end
   * @param stoppedBy what the process exits with when a signal asked it to stop early
   */
  public record Result(
      Path field, int steps, Optional<FieldQuality> quality, OptionalInt stoppedBy) {}

  /**
   * Runs, or goes on with, a recipe.
   *
   * @param out the run directory
   * @param resume whether to go on with the run that is there
   * @throws UserError for everything that the user can mend
   */
  public static Result run(FlowTrainRecipe recipe, Path out, boolean resume, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving(), listener);
        LoadedModel model =
            LoadedModel.load(recipe.model(), Optional.of(recipe.compute().precision().dtype()))
                .addingSpecialTokens(recipe.prompts().addSpecialTokens());
        FlowField field = field(recipe, loop, model)) {
      Course course =
          new Course(recipe, loop.dated(recipe.prompts().prompting(), model, listener), model);
      try (FlowTraining trainer =
          new FlowTraining(model.transformer(), field, course::batch, course.settings())) {
        Steps steps = new Steps(recipe, course, field, trainer);
        RunLoop.Ended ended = loop.run(course.steps(), steps);
        Path place = loop.directory().root().resolve(PART);
        field.save(place);
        Optional<FieldQuality> quality =
            ended.stoppedBy().isPresent()
                ? Optional.empty()
                : Optional.of(trainer.quality(course.validation));
        return new Result(place, ended.steps(), quality, ended.stoppedBy());
      }
    }
  }

  private static FlowField field(FlowTrainRecipe recipe, RunLoop loop, LoadedModel model) {
    return loop.resumed()
        .map(Checkpoint::path)
        .map(path -> FlowField.load(path.resolve(PART)))
        .orElseGet(
            () -> FlowField.create(model.transformer().config(), recipe.field(), recipe.seed()));
  }

  /** What is learned at each step, and what is held out. */
  private static final class Course {
    private final FlowTrainRecipe recipe;
    private final TokenizedExamples examples;
    private final Shuffle deal; // its first numbers are held out
    private final int held;
    private final Shuffle order;
    final List<Sequence> validation = new ArrayList<>();

    Course(FlowTrainRecipe recipe, Prompting prompting, LoadedModel model) {
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
      deal = new Shuffle(examples.size(), recipe.seed());
      order =
          new Shuffle(
              examples.size() - held,
              Seeds.derive(recipe.seed(), Seeds.Stream.FLOW_TRAINING_ORDER, 1));
      for (int place = 0; place < held; place++) {
        validation.add(examples.at(deal.at(place), recipe.seed()));
      }
    }

    int steps() {
      double steps = Math.ceil(recipe.epochs() * (examples.size() - held) / recipe.batch());
      if (steps > Integer.MAX_VALUE) {
        throw new SettingError("epochs", "make more than 2^31 steps; give fewer");
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
      List<Sequence> sequences = new ArrayList<>(recipe.batch());
      for (int i = 0; i < recipe.batch(); i++) {
        long place = (long) step * recipe.batch() + i;
        int index = deal.at(held + order.at(place));
        sequences.add(
            examples.at(index, Seeds.derive(recipe.seed(), Seeds.Stream.SFT_RESPONSE, place)));
      }
      return sequences;
    }
  }

  private static final class Steps implements RunLoop.Work {
    private final FlowTrainRecipe recipe;
    private final Course course;
    private final FlowField field;
    private final FlowTraining trainer;

    Steps(FlowTrainRecipe recipe, Course course, FlowField field, FlowTraining trainer) {
      this.recipe = recipe;
      this.course = course;
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
      if (done % recipe.validateEvery() == 0 || done == course.steps()) {
        metrics.put(StepMetrics.VALIDATION_LOSS, trainer.loss(course.validation));
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
