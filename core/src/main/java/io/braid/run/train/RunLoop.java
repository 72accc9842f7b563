package io.braid.run.train;

import io.braid.MayChangeOnResume.Effect;
import io.braid.MetricValues;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.Checkpoints;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.checkpoint.ModelWriter;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.recipe.Recipe;
import io.braid.recipe.RecipeChanges.Change;
import io.braid.remote.Waiting;
import io.braid.remote.WaitingEnded;
import io.braid.run.RecordedRecipe;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.run.Samples;
import io.braid.run.StopSignal;
import io.braid.run.TimeLeft;
import io.braid.train.StepMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Runs the steps of a training run in its directory. Records metrics after every step and saves
 * checkpoints; when a signal or a failure ends the run early, all finished steps are saved first.
 */
final class RunLoop implements AutoCloseable {
  /** The directory of the model in a checkpoint and in the run directory. */
  static final String MODEL = "model";

  private final RunDirectory directory;
  private final Record settings;
  private String recipe;
  private final SavingRecipe saves;
  private final RunListener listener;
  private final Checkpoints checkpoints;
  private final Optional<Checkpoint> resumed;
  private int done; // steps
  private int saved; // the last step with a checkpoint
  private boolean saving;

  /** The work of each step. */
  interface Work {
    /** Runs one step; returns its metrics. */
    MetricValues step(int number);

    /** Returns the number of consecutive steps, up to the last one, without a learning signal. */
    default int idle() {
      return 0;
    }

    /** Returns the reason to end the run before its last step; empty if it should continue. */
    default Optional<String> over() {
      return Optional.empty();
    }

    /** Returns the evaluations between the steps; empty for none. */
    default Optional<Evaluations> evaluations() {
      return Optional.empty();
    }

    /**
     * Returns the number of steps that the current state includes; empty if a step failed while it
     * changed the state.
     */
    OptionalInt finished();

    /**
     * Returns everything that a checkpoint contains, so that a resumed run continues as if it had
     * not stopped.
     */
    CheckpointParts parts();
  }

  private RunLoop(
      RunDirectory directory,
      Record settings,
      SavingRecipe saves,
      boolean resume,
      RunListener listener) {
    this.directory = directory;
    this.settings = settings;
    this.recipe = Recipe.toYaml(settings);
    this.saves = saves;
    this.listener = listener;
    this.checkpoints = new Checkpoints(directory.checkpoints(), saves.keep());
    this.resumed = checkpoints.latestIntact(listener::notice);
    if (resume && resumed.isEmpty()) {
      listener.notice("the run ended before its first checkpoint; it starts again at step 0");
    }
  }

  /**
   * Opens a run directory.
   *
   * @param recipe the recipe, recorded in the directory; to resume, it may differ from the one that
   *     the run began with only in settings that may change
   * @param listener receives the progress
   * @throws UserError if the directory contains a run that must not or cannot be resumed
   */
  static RunLoop in(
      Path out, boolean resume, Record recipe, SavingRecipe saving, RunListener listener) {
    RunDirectory directory = RunDirectory.create(out, resume);
    try {
      List<Change> changes =
          Files.exists(directory.recipe())
              ? RecordedRecipe.resumed(directory.recipe(), recipe)
              : List.of();
      RunLoop loop = new RunLoop(directory, recipe, saving, resume, listener);
      loop.announce(changes, recipe);
      return loop;
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Says which settings differ from those that the run began with. */
  private void announce(List<Change> changes, Record recipe) {
    RecordedRecipe.describe(changes).forEach(listener::notice);
    for (Change each : changes) {
      if (each.effect().filter(Effect.LENGTH::equals).isPresent()) {
        List<String> schedules = recipe instanceof RunLength run ? run.schedules() : List.of();
        listener.notice(
            "%s=%s (was %s)%s"
                .formatted(
                    each.key(),
                    each.is(),
                    each.was(),
                    schedules.isEmpty()
                        ? ": nothing else depends on it, so the run continues as if it had begun"
                            + " with it"
                        : ": %s; the steps so far used the old number, all others use the new one"
                            .formatted(String.join("; ", schedules))));
      }
    }
  }

  /**
   * Returns the prompting with a fixed date. If prompts contain today's date and the recipe sets no
   * date, it is the day on which the run began, which is stored in the recorded recipe.
   */
  Prompting dated(Prompting prompting, LoadedModel model, RunListener listener) {
    if (!prompting.asksForDate(model.chatTemplate())) {
      return prompting;
    }
    LocalDate day = recorded().orElseGet(() -> LocalDate.now(ZoneId.systemDefault()));
    recipe =
        recipe.replaceFirst(
            "(?m)^" + RecordedRecipe.NO_DATE + "$", RecordedRecipe.DATE + '"' + day + '"');
    listener.notice(
        "the chat template contains the date: %s, recorded as asking.date in the run's recipe.yaml"
            .formatted(day));
    return prompting.on(day);
  }

  private Optional<LocalDate> recorded() {
    if (!Files.exists(directory.recipe())) {
      return Optional.empty();
    }
    try {
      return Files.readAllLines(directory.recipe()).stream()
          .filter(
              line -> line.startsWith(RecordedRecipe.DATE) && !line.equals(RecordedRecipe.NO_DATE))
          .map(line ->
              LocalDate.parse(
                  line.substring(RecordedRecipe.DATE.length()).replace("\"", "").strip()))
          .findFirst();
    } catch (IOException | DateTimeException e) {
      throw new UserError(directory.recipe() + ": asking.date is not a date; correct it", e);
    }
  }

  /**
   * Returns the model directory that this session starts from.
   *
   * @param first the model directory of a new run
   */
  Path begin(Path first) {
    return resumed.map(checkpoint -> checkpoint.path().resolve(MODEL)).orElse(first);
  }

  /** Saves the trained model; returns its directory. */
  Path leave(LoadedModel model) {
    Path place = directory.root().resolve(MODEL);
    ModelWriter.save(place, model.transformer(), model.directory());
    return place;
  }

  /** Returns the run's directory. */
  RunDirectory directory() {
    return directory;
  }

  /** Returns the checkpoint that the run is resumed from. */
  Optional<Checkpoint> resumed() {
    return resumed;
  }

  /**
   * Runs to the end or to the first signal. When a step fails, the state after the previous step is
   * saved first.
   */
  Ended run(int steps, Work work) {
    done = resumed.map(Checkpoint::step).orElse(0);
    saved = done;
    if (done > steps) {
      throw new SettingError(
          "steps",
          "%s is less than the %s steps that the run has done; set steps=%s or more"
              .formatted(steps, done, done));
    }
    try (Tracker tracker = tracker()) {
      // Not earlier, so that a run that cannot begin leaves no files.
      AtomicFile.write(directory.recipe(), recipe);
      return run(steps, work, tracker);
    }
  }

  /** Begins a copy on a tracking server, if there is one. */
  private Tracker tracker() {
    return saves
        .mlflow()
        .<Tracker>map(each -> MlflowRun.begin(each, directory, settings, done, listener::notice))
        .orElse(Tracker.NONE);
  }

  private Ended run(int steps, Work work, Tracker tracker) {
    Optional<Evaluations> evaluations = work.evaluations();
    resumed.ifPresent(checkpoint -> parts(work).restore(checkpoint.path()));
    Samples.removeAfter(directory, done);
    listener.begins(String.valueOf(directory.root().toAbsolutePath().getFileName()), steps, done);
    if (done == steps) {
      listener.notice(
          "the run is already finished: all %s steps are done; lengthen it with --resume steps=N"
              .formatted(steps));
    }
    try (StopSignal stop = StopSignal.listen(this::stopping)) {
      RemainingTime remaining = new RemainingTime(steps);
      try (Metrics metrics = Metrics.open(directory, done, tracker)) {
        OptionalDouble savingSeconds = OptionalDouble.empty();
        evaluations.ifPresent(each -> {
          each.begin(done);
          if (each.isDue(done, steps)) { // before the first step, or it ended early
            metrics.amend(done, each.evaluate(done, stop::requested));
            keepBest(each);
          }
        });
        while (done < steps && !stop.requested() && work.over().or(() -> early(work)).isEmpty()) {
          MetricValues numbers = work.step(done);
          savingSeconds.ifPresent(seconds -> numbers.put(StepMetrics.SAVING_SECONDS, seconds));
          savingSeconds = OptionalDouble.empty();
          done++;
          Optional<Evaluations> due = evaluations.filter(each -> each.isDue(done, steps));
          try {
            due.ifPresent(each -> {
              long begun = System.nanoTime();
              numbers.putAll(each.evaluate(done, stop::requested));
              remaining.recurred(
                  "evaluation", each.everySteps(), (System.nanoTime() - begun) / 1e9);
            });
          } finally {
            metrics.record(done, numbers);
            remaining.stepped(numbers);
            remaining.after(done).ifPresent(left -> listener.remains(TimeLeft.about(left)));
            listener.stepped(done, numbers);
          }
          // A better model has a checkpoint first, so that the state of a resumed run knows it.
          boolean scheduled = done % saves.checkpointEverySteps() == 0 || done == steps;
          if (scheduled || due.filter(Evaluations::isBest).isPresent()) {
            double seconds = save(work);
            savingSeconds = OptionalDouble.of(seconds);
            remaining.recurred("saving", saves.checkpointEverySteps(), seconds);
          }
          due.ifPresent(RunLoop::keepBest);
        }
        if (saved < done) {
          save(work);
        }
      } catch (RuntimeException | Error e) {
        rescue(work, e);
        boolean asked = e instanceof WaitingEnded || e instanceof Evaluations.Stopped;
        if (!(asked && stop.requested())) {
          throw e;
        }
      }
      Ended ended = ended(steps, work, stop);
      tracker.ended(ended.outcome());
      return ended;
    } finally {
      Waiting.resume();
    }
  }

  private Ended ended(int steps, Work work, StopSignal stop) {
    Optional<Evaluations.Best> best = work.evaluations().flatMap(Evaluations::best);
    Optional<Path> kept = work.evaluations().flatMap(Evaluations::kept);
    if (done == steps) {
      listener.ends("");
      return new Ended(done, OptionalInt.empty(), Optional.empty(), Optional.empty(), best, kept);
    }
    Optional<String> over = work.over().map(why -> over(why, work.idle()));
    Optional<String> early =
        early(work)
            .filter(_ -> !stop.requested())
            .map(why -> "stopped early after step %s of %s: %s".formatted(done, steps, why));
    listener.ends(
        over.or(() -> early)
            .orElseGet(
                () -> "stopped at step %s of %s; continue with --resume".formatted(done, steps)));
    return new Ended(done, stop.exitCode(), over, early, best, kept);
  }

  private static void keepBest(Evaluations evaluations) {
    if (evaluations.isBest()) {
      evaluations.keepBest();
    }
  }

  private static Optional<String> early(Work work) {
    return work.evaluations().flatMap(Evaluations::enough);
  }

  /** Returns everything that a checkpoint contains. */
  private static CheckpointParts parts(Work work) {
    return work.evaluations().map(each -> work.parts().and(each.parts())).orElseGet(work::parts);
  }

  private String over(String why, int idle) {
    String before =
        checkpoints
            .newestUpTo(done - idle)
            .map(checkpoint -> "; the newest checkpoint from before that is " + checkpoint.path())
            .orElse("");
    return "stopped at step %s: %s%s".formatted(done, why, before);
  }

  private void stopping() {
    listener.notice("stopping after this step, which will be saved");
    Waiting.end(); // a step that waits for an unreachable service would not end
  }

  /** Saves a checkpoint; returns the seconds that it took. */
  private double save(Work work) {
    long begun = System.nanoTime();
    saving = true;
    // Keep the last checkpoint from before the steps without a learning signal.
    checkpoints.save(
        done,
        parts(work)::save,
        work.idle() == 0
            ? Optional.empty()
            : checkpoints.newestUpTo(done - work.idle()).map(Checkpoint::step));
    saving = false;
    saved = done;
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Saves the finished steps before a failure is reported. */
  private void rescue(Work work, Throwable failure) {
    if (saving) {
      return; // saving itself failed
    }
    OptionalInt finished = work.finished();
    // Writing a step's samples may fail although the step itself is done.
    done = Math.max(done, finished.orElse(done));
    if (saved == done) {
      return;
    }
    if (finished.isEmpty()) {
      tell(
          "step %d failed during its update; the last checkpoint is that of step %d",
          done + 1, saved);
      return;
    }
    try {
      save(work);
      tell("step %d is saved; continue from there with --resume", done);
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
      tell("step %d could not be saved; the last checkpoint is that of step %d", done, saved);
    }
  }

  private void tell(String format, Object... numbers) {
    listener.notice(String.format(Locale.ROOT, format, numbers));
  }

  /**
   * How the steps ended.
   *
   * @param steps number of steps done
   * @param stoppedBy the exit code, if a signal ended them early
   * @param over reason why the run failed to go on to its last step, in words
   * @param early reason why the run ended before its last step because it no longer improved
   * @param best the best evaluated model
   * @param kept the directory of the best model, if it is kept
   */
  record Ended(
      int steps,
      OptionalInt stoppedBy,
      Optional<String> over,
      Optional<String> early,
      Optional<Evaluations.Best> best,
      Optional<Path> kept) {
    private Tracker.Outcome outcome() {
      if (over.isPresent()) {
        return Tracker.Outcome.FAILED;
      }
      return stoppedBy.isPresent() ? Tracker.Outcome.STOPPED : Tracker.Outcome.FINISHED;
    }

    /** Returns the result of the run. */
    RunResult result(Path model, long skippedSteps) {
      return new RunResult(
          model,
          steps,
          skippedSteps,
          stoppedBy,
          over,
          early,
          kept.flatMap(
              place -> best.map(each -> new RunResult.Best(place, each.step(), each.value()))));
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
