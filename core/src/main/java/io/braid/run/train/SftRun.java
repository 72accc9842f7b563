package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.input.TokenizedExamples;
import io.braid.model.HiddenPass;
import io.braid.nn.Parameter;
import io.braid.run.RunListener;
import io.braid.run.train.DryRun.Part;
import io.braid.run.train.DryRun.Row;
import io.braid.sampling.Shuffle;
import io.braid.task.inspect.TrainingPrompts;
import io.braid.train.PassSpeed;
import io.braid.train.StepMetrics;
import io.braid.train.Supervised;
import io.braid.train.TrainingMemory;
import io.braid.trajectory.Sequence;
import io.braid.verify.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A run of supervised fine-tuning from a recipe. */
public final class SftRun {
  /** Memory for keys and values during evaluations, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private static final int MEASURED_TOKENS = 1_024;

  private SftRun() {}

  /**
   * Runs a recipe.
   *
   * @param out the run directory
   * @param resume whether to continue the run in the directory
   * @throws UserError for every error that the user can fix
   */
  public static RunResult run(SftRecipe recipe, Path out, boolean resume, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving(), listener)) {
      try (TrainedModel trained =
          TrainedModel.load(
              loop,
              recipe.model(),
              recipe.compute(),
              recipe.prompts().addSpecialTokens(),
              recipe.adapter(),
              recipe.seed())) {
        Prompting prompting = loop.dated(recipe.prompts().prompting(), trained.model(), listener);
        Batches batches = new Batches(recipe, prompting, trained.model());
        Optional<Evaluations> evaluations =
            recipe
                .evaluation()
                .map(held ->
                    HeldOut.evaluations(
                        held,
                        new HeldOut.Run(
                            loop.directory(),
                            trained.model(),
                            recipe.prompts(),
                            Rule.LENIENT,
                            Optional.empty(),
                            List.of(),
                            CACHE_BYTES,
                            prompting.date(),
                            recipe.seed()),
                        trained,
                        batches.prompts(),
                        listener));
        return run(recipe, loop, trained, batches, evaluations, listener);
      }
    }
  }

  private static RunResult run(
      SftRecipe recipe,
      RunLoop loop,
      TrainedModel trained,
      Batches batches,
      Optional<Evaluations> evaluations,
      RunListener listener) {
    try (Supervised trainer =
        new Supervised(
            trained.model().transformer(),
            batches::of,
            new Supervised.Settings(
                recipe.steps(),
                recipe.compute().microBatchTokens(),
                recipe.optimizer(),
                recipe.seed()))) {
      trained
          .model()
          .transformer()
          .keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
      trained.notices().forEach(listener::notice);
      Steps steps = new Steps(trained, trainer, evaluations);
      RunLoop.Ended ended = loop.run(recipe.steps(), steps);
      return ended.result(trained.leave(loop, listener), steps.skipped);
    }
  }

  /**
   * Finds out what a run would do, and leaves no directory behind.
   *
   * @param out the run directory, which must be missing or empty
   * @throws UserError for every error that the user can fix
   */
  public static DryRun dryRun(SftRecipe recipe, Path out, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, /* resume= */ false, recipe, recipe.saving(), listener);
        TrainedModel trained =
            TrainedModel.load(
                loop,
                recipe.model(),
                recipe.compute(),
                recipe.prompts().addSpecialTokens(),
                recipe.adapter(),
                recipe.seed())) {
      LoadedModel model = trained.model();
      Batches batches =
          new Batches(recipe, loop.dated(recipe.prompts().prompting(), model, listener), model);
      model
          .transformer()
          .keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
      ExamplesDryRun examples = new ExamplesDryRun(batches.examples, batches::at);
      List<Row> rows = new ArrayList<>();
      rows.add(new Row("model", recipe.model().toString()));
      rows.add(new Row("parameters", DryRun.parameters(model.transformer())));
      rows.addAll(examples.rows(recipe.source().data()));
      rows.add(
          new Row(
              "steps",
              DryRun.format(
                  "%,d of %,d examples: each example %.2g times",
                  recipe.steps(),
                  recipe.batchSize(),
                  (double) recipe.steps() * recipe.batchSize() / batches.examples.size())));
      rows.add(new Row("memory", memory(recipe, model, examples)));
      rows.add(new Row("time", time(recipe, model, examples)));
      rows.add(
          new Row(
              "writes",
              DryRun.writes(
                  loop,
                  recipe.adapter().isPresent() ? "the adapters" : "the model",
                  recipe.saving(),
                  recipe.steps())));
      return new DryRun(rows, examples.shown(model));
    }
  }

  private static String memory(SftRecipe recipe, LoadedModel model, ExamplesDryRun examples) {
    TrainingMemory memory =
        DryRun.memory(model.transformer().config(), recipe.compute(), recipe.adapter());
    long micro =
        Math.min(recipe.compute().microBatchTokens(), recipe.batchSize() * examples.longest());
    return DryRun.sum(
        List.of(
            new Part("weights", memory.weights()),
            new Part("gradients", memory.gradients()),
            new Part("optimizer", memory.optimizer()),
            new Part(
                "activations of a micro-batch",
                DryRun.activations(memory, recipe.compute(), micro))));
  }

  private static String time(SftRecipe recipe, LoadedModel model, ExamplesDryRun examples) {
    List<Parameter> trained = model.transformer().trained();
    trained.forEach(parameter -> parameter.tensor().requiresGrad(true));
    PassSpeed speed =
        PassSpeed.measure(
            model.transformer(),
            examples.first(recipe.batchSize()),
            Math.min(recipe.compute().microBatchTokens(), MEASURED_TOKENS));
    double step = recipe.batchSize() * examples.meanLength() * (speed.forward() + speed.backward());
    return DryRun.format(
        "a step takes about %s and all of them about %s, without optimizer and saving (measured"
            + " with %,d tokens)",
        DryRun.time(step), DryRun.time(recipe.steps() * step), speed.tokens());
  }

  /**
   * The sequences of each step. Each epoch uses a new order and, for generated problems, a
   * different correct response.
   */
  private static final class Batches {
    private final SftRecipe recipe;
    private final TokenizedExamples examples;
    private final Shuffle order;

    Batches(SftRecipe recipe, Prompting prompting, LoadedModel model) {
      this.recipe = recipe;
      examples =
          new TokenizedExamples(
              recipe.source().source(recipe.prompts().asking()), prompting, model);
      order = new Shuffle(examples.size(), recipe.seed());
    }

    TrainingPrompts prompts() {
      TrainingPrompts prompts = new TrainingPrompts();
      examples.addTo(prompts);
      return prompts;
    }

    List<Sequence> of(int step) {
      List<Sequence> sequences = new ArrayList<>(recipe.batchSize());
      for (int i = 0; i < recipe.batchSize(); i++) {
        sequences.add(at((long) step * recipe.batchSize() + i));
      }
      return sequences;
    }

    Sequence at(long place) {
      return examples.at(
          order.at(place), Seeds.derive(recipe.seed(), Seeds.Stream.SFT_RESPONSE, place));
    }
  }

  private static final class Steps implements RunLoop.Work {
    private final TrainedModel trained;
    private final Supervised trainer;
    private final Optional<Evaluations> evaluations;
    private long skipped;

    Steps(TrainedModel trained, Supervised trainer, Optional<Evaluations> evaluations) {
      this.evaluations = evaluations;
      this.trained = trained;
      this.trainer = trainer;
    }

    @Override
    public MetricValues step(int number) {
      long begun = System.nanoTime();
      Supervised.Report report = trainer.step(number);
      skipped = report.skippedSteps();
      MetricValues metrics = new MetricValues();
      metrics.put(StepMetrics.LOSS, report.loss());
      metrics.put(StepMetrics.GRAD_NORM, report.gradientNorm());
      metrics.put(StepMetrics.LEARNING_RATE, report.learningRate());
      metrics.put(StepMetrics.TOKENS, report.tokens());
      metrics.put(StepMetrics.SKIPPED_UPDATES, report.skippedSteps());
      metrics.put(StepMetrics.STEP_SECONDS, (System.nanoTime() - begun) / 1e9);
      return metrics;
    }

    @Override
    public Optional<Evaluations> evaluations() {
      return evaluations;
    }

    @Override
    public OptionalInt finished() {
      return trainer.finished();
    }

    @Override
    public CheckpointParts parts() {
      return trained.parts().and(trainer.parts());
    }
  }
}
