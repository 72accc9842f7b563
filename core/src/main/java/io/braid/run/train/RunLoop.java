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
  private String recipe;
  private final SavingRecipe settings;
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
      String recipe,
      SavingRecipe saving,
      boolean resume,
      RunListener listener) {
    this.directory = directory;
    this.recipe = recipe;
    this.settings = saving;
    this.listener = listener;
    this.checkpoints = new Checkpoints(directory.checkpoints(), saving.keep());
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
      RunLoop loop = new RunLoop(directory, Recipe.toYaml(recipe), saving, resume, listener);
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
    // Not earlier, so that a run that cannot begin leaves no files.
    AtomicFile.write(directory.recipe(), recipe);
    resumed.ifPresent(checkpoint -> work.parts().restore(checkpoint.path()));
    Samples.removeAfter(directory, done);
    listener.begins(String.valueOf(directory.root().toAbsolutePath().getFileName()), steps, done);
    if (done == steps) {
      listener.notice(
          "the run is already finished: all %s steps are done; lengthen it with --resume steps=N"
              .formatted(steps));
    }
    try (StopSignal stop = StopSignal.listen(this::stopping)) {
      RemainingTime remaining = new RemainingTime(steps);
      try (Metrics metrics = Metrics.open(directory, done)) {
        OptionalDouble savingSeconds = OptionalDouble.empty();
        while (done < steps && !stop.requested() && work.over().isEmpty()) {
          MetricValues numbers = work.step(done);
          savingSeconds.ifPresent(seconds -> numbers.put(StepMetrics.SAVING_SECONDS, seconds));
          savingSeconds = OptionalDouble.empty();
          done++;
          metrics.record(done, numbers);
          remaining.stepped(numbers);
          remaining.after(done).ifPresent(left -> listener.remains(TimeLeft.about(left)));
          listener.stepped(done, numbers);
          if (done % settings.checkpointEverySteps() == 0 || done == steps) {
            double seconds = save(work);
            savingSeconds = OptionalDouble.of(seconds);
            remaining.recurred("saving", settings.checkpointEverySteps(), seconds);
          }
        }
        if (saved < done) {
          save(work);
        }
      } catch (RuntimeException | Error e) {
        rescue(work, e);
        if (!(e instanceof WaitingEnded && stop.requested())) {
          throw e;
        }
      }
      if (done == steps) {
        listener.ends("");
        return new Ended(done, OptionalInt.empty(), Optional.empty());
      }
      Optional<String> over = work.over().map(why -> over(why, work.idle()));
      listener.ends(
          over.orElseGet(
              () -> "stopped at step %s of %s; continue with --resume".formatted(done, steps)));
      return new Ended(done, stop.exitCode(), over);
    } finally {
      Waiting.resume();
    }
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
        work.parts()::save,
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
   * @param over reason why the run ended before its last step, in words
   */
  record Ended(int steps, OptionalInt stoppedBy, Optional<String> over) {}

  @Override
  public void close() {
    directory.close();
  }
}
