package io.braid.run.train;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.SettingError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.flow.FlowSignal;
import io.braid.input.LoadedModel;
import io.braid.input.MixedProblems;
import io.braid.input.Prompting;
import io.braid.model.HiddenPass;
import io.braid.recipe.OwnClass;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.run.RunListener;
import io.braid.run.Sample;
import io.braid.run.Samples;
import io.braid.sampling.AskedProblem;
import io.braid.sampling.Order;
import io.braid.sampling.Sampler;
import io.braid.task.Problem;
import io.braid.task.inspect.TrainingPrompts;
import io.braid.train.PolicyTrainer;
import io.braid.train.StepMetrics;
import io.braid.train.StepReport;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** A run of reinforcement learning from a recipe. */
public final class PolicyRun {
  private PolicyRun() {}

  /**
   * Runs a recipe.
   *
   * @param out the run directory
   * @param resume whether to continue the run in the directory
   * @throws io.braid.UserError for every error that the user can fix
   */
  public static RunResult run(TrainRecipe recipe, Path out, boolean resume, RunListener listener) {
    return open(recipe, out, resume, listener, PolicyRun::train);
  }

  /**
   * Finds out what a run would do, with all checks that it makes before its first step, and leaves
   * no directory behind.
   *
   * @param out the run directory, which must be missing or empty
   * @throws io.braid.UserError for every error that the user can fix
   */
  public static DryRun dryRun(TrainRecipe recipe, Path out, RunListener listener) {
    return open(
        recipe,
        out,
        /* resume= */ false,
        listener,
        ready ->
            new PolicyDryRun(
                    recipe,
                    ready.trained.model(),
                    ready.read,
                    ready.unreadable,
                    ready.asked,
                    ready.order,
                    ready.sampler.rollout(),
                    ready.reference)
                .run(ready.loop));
  }

  /**
   * A run that is ready for its first step.
   *
   * @param read the problems whose references the verifier can read
   * @param unreadable number of the others
   * @param asked the problems whose prompts fit
   * @param reference whether there is a reference with weights of its own
   */
  private record Ready(
      TrainRecipe recipe,
      RunLoop loop,
      TrainedModel trained,
      Prompting prompting,
      MixedProblems read,
      int unreadable,
      List<AskedProblem> asked,
      Order order,
      Sampler sampler,
      CriticModel critic,
      FlowModel flow,
      boolean reference,
      PolicyTrainer trainer,
      Optional<Evaluations> evaluations,
      RunListener listener) {}

  private static <T> T open(
      TrainRecipe recipe, Path out, boolean resume, RunListener listener, Function<Ready, T> then) {
    List<OwnClass> own = OwnClass.in(recipe);
    // The verifier comes first: if something that it needs is missing, nothing is written.
    try (Verifier verifier = recipe.truncatedAnswers().judgedBy(recipe.verifier().create());
        RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving(), listener)) {
      try (TrainedModel trained =
          TrainedModel.load(
              loop,
              recipe.model(),
              recipe.compute(),
              recipe.prompts().addSpecialTokens(),
              recipe.adapter(),
              recipe.seed())) {
        OwnClass.line(own).ifPresent(listener::notice);
        trained.notices().forEach(listener::notice);
        return open(recipe, loop, trained, verifier, listener, then);
      }
    } catch (RuntimeException | Error e) {
      Optional<SettingError> blamed = OwnClass.blame(e, own);
      if (blamed.isPresent()) {
        throw blamed.get();
      }
      throw e;
    }
  }

  private static <T> T open(
      TrainRecipe recipe,
      RunLoop loop,
      TrainedModel trained,
      Verifier verifier,
      RunListener listener,
      Function<Ready, T> then) {
    LoadedModel model = trained.model();
    Prompting prompting = loop.dated(recipe.prompts().prompting(), model, listener);
    UnreadableReferences unreadable = new UnreadableReferences(verifier, recipe.unreadable());
    MixedProblems mixed =
        MixedProblems.read(recipe.sources(), recipe.prompts().asking(), unreadable::leftOut);
    unreadable.tell(mixed.problems().size(), listener);
    int context = model.transformer().config().maxPositions();
    if (recipe.rollout().maxNewTokens() >= context) {
      throw new SettingError(
          "rollout.max_new_tokens",
          "%s leaves no room for a prompt in the model's context of %s tokens; set a smaller number"
              .formatted(recipe.rollout().maxNewTokens(), context));
    }
    List<AskedProblem> problems =
        model.ask(mixed.problems(), prompting, recipe.rollout().maxNewTokens());
    Optional<Evaluations> evaluations =
        recipe
            .evaluation()
            .map(held ->
                HeldOut.evaluations(
                    held,
                    new HeldOut.Run(
                        loop.directory(),
                        model,
                        recipe.prompts(),
                        recipe.verifier(),
                        Optional.of(recipe.rollout().maxNewTokens()),
                        recipe.rollout().stop(),
                        recipe.rollout().cacheBytes(),
                        prompting.date(),
                        recipe.seed()),
                    trained,
                    new TrainingPrompts().and(mixed.problems()),
                    listener));
    Order order = mixed.keeping(problems).order(recipe.seed());
    model.transformer().keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
    Rollout rollout =
        new Rollout(
                model.transformer(),
                recipe.rollout().settings(model.stopIds(), prompting.format().stop()),
                model.tokenizer()::decode,
                recipe.rollout().cacheBytes())
            .reporting(listener::sampling);
    Sampler sampler =
        new Sampler(problems, order, rollout, verifier, recipe.samplerSettings(model.endId()));
    try (CriticModel critic = CriticModel.of(recipe, loop, model, problems);
        FlowModel flow = FlowModel.of(recipe, loop, model)) {
      try (TrainerParts parts = TrainerParts.create(recipe, model.transformer(), flow.signals());
          PolicyTrainer trainer = parts.trainer(recipe, critic, sampler)) {
        return then.apply(
            new Ready(
                recipe,
                loop,
                trained,
                prompting,
                mixed,
                unreadable.count(),
                problems,
                order,
                sampler,
                critic,
                flow,
                parts.reference().filter(each -> each != model.transformer()).isPresent(),
                trainer,
                evaluations,
                listener));
      }
    }
  }

  private static RunResult train(Ready ready) {
    TrainRecipe recipe = ready.recipe;
    RunLoop loop = ready.loop;
    RunListener listener = ready.listener;
    LoadedModel model = ready.trained.model();
    IdleSteps idle =
        new IdleSteps(recipe.stopAfterIdleSteps(), recipe.rewards().overlong().isPresent());
    loop.resumed().ifPresent(each -> idle.resume(loop.directory().metrics(), each.step()));
    PolicyNotices notices = new PolicyNotices(recipe, listener);
    notices.begin(
        recipe.model(), model.transformer(), model.stopIds(), ready.prompting.format().stop());
    UnknownVerdicts unknown = new UnknownVerdicts(loop.directory(), listener);
    unknown.removeAfter(loop.resumed().map(Checkpoint::step).orElse(0));
    Steps steps =
        new Steps(
            recipe,
            loop,
            ready.trained,
            ready.critic,
            ready.trainer,
            notices,
            idle,
            unknown,
            ready.evaluations,
            listener);
    RunLoop.Ended ended = loop.run(recipe.steps(), steps);
    notices.end();
    unknown.end();
    if (recipe.flow().isPresent() && steps.seconds.has(StepMetrics.STEP_SECONDS)) {
      listener.notice(steps.costOfFlow());
    }
    ready.flow.leave(loop.directory());
    return ended.result(ready.trained.leave(loop, listener), steps.skipped);
  }

  /** Runs the trainer's steps and saves samples. */
  private static final class Steps implements RunLoop.Work {
    private final TrainRecipe recipe;
    private final RunLoop loop;
    private final TrainedModel trained;
    private final CriticModel critic;
    private final PolicyTrainer trainer;
    private final PolicyNotices notices;
    private final IdleSteps idle;
    private final UnknownVerdicts unknown;
    private final RunListener listener;
    private final Optional<Evaluations> evaluations;
    private static final List<Metric> TIMES =
        List.of(StepMetrics.STEP_SECONDS, FlowSignal.SCORE_SECONDS, FlowSignal.LEARN_SECONDS);

    private final MetricValues seconds = new MetricValues(); // of all steps
    private long skipped;

    Steps(
        TrainRecipe recipe,
        RunLoop loop,
        TrainedModel trained,
        CriticModel critic,
        PolicyTrainer trainer,
        PolicyNotices notices,
        IdleSteps idle,
        UnknownVerdicts unknown,
        Optional<Evaluations> evaluations,
        RunListener listener) {
      this.evaluations = evaluations;
      this.recipe = recipe;
      this.loop = loop;
      this.trained = trained;
      this.critic = critic;
      this.trainer = trainer;
      this.notices = notices;
      this.idle = idle;
      this.unknown = unknown;
      this.listener = listener;
    }

    @Override
    public MetricValues step(int number) {
      StepReport report = trainer.step(number);
      skipped = (long) report.metric(StepMetrics.SKIPPED_UPDATES);
      for (Metric time : TIMES) {
        seconds.add(time, report.metrics().get(time, 0));
      }
      int done = number + 1;
      notices.stepped(done, report);
      unknown.record(done, report);
      if (done % recipe.saving().samplesEverySteps() == 0 || done == recipe.steps() || done == 1) {
        List<Sample> samples = samples(report);
        Samples.write(loop.directory(), done, samples);
        listener.sampled(done, samples.get(number % samples.size()));
      }
      return new MetricValues()
          .putAll(report.metrics())
          .put(StepMetrics.IDLE_STEPS, idle.after(report));
    }

    @Override
    public int idle() {
      return idle.count();
    }

    @Override
    public Optional<String> over() {
      return idle.enough();
    }

    @Override
    public Optional<Evaluations> evaluations() {
      return evaluations;
    }

    /** Describes the flow field's share of the steps' time. */
    String costOfFlow() {
      double whole = Math.max(seconds.get(StepMetrics.STEP_SECONDS, 0), Double.MIN_NORMAL);
      return String.format(
          Locale.ROOT,
          "flow rewards: scoring took %.0f %% of the steps' time, training the field %.0f %%",
          100 * seconds.get(FlowSignal.SCORE_SECONDS, 0) / whole,
          100 * seconds.get(FlowSignal.LEARN_SECONDS, 0) / whole);
    }

    private static double mean(float[] numbers) {
      double sum = 0;
      for (float number : numbers) {
        sum += number;
      }
      return sum / numbers.length;
    }

    private static Optional<String> gold(Problem problem) {
      return Optional.of(problem.reference().shown()).filter(shown -> !shown.isEmpty());
    }

    private List<Sample> samples(StepReport report) {
      List<Sample> samples = new ArrayList<>();
      Trajectories t = report.trajectories();
      for (int row = 0; row < t.rows(); row++) {
        Prompt prompt = t.prompt(t.group(row));
        Verdict verdict = t.get(Column.VERDICT).get(row);
        samples.add(
            new Sample(
                prompt.key(),
                trained.model().tokenizer().decodeRaw(prompt.ids()),
                t.get(Column.TEXT).get(row),
                gold(report.problems().get(t.group(row)).problem()),
                verdict.reading(),
                Optional.of(verdict.plainReason()),
                verdict.reward(),
                verdict.correct(),
                mean(t.row(Column.ADVANTAGES, row)),
                t.get(Column.FINISH).get(row).name().toLowerCase(Locale.ROOT),
                prompt.ids().length,
                t.sequence(row).response().length));
      }
      return samples;
    }

    @Override
    public OptionalInt finished() {
      return trainer.finished();
    }

    /** Returns all parts of a run's checkpoint. */
    @Override
    public CheckpointParts parts() {
      return trained.parts().and(critic.parts()).and(trainer.parts());
    }
  }
}
