package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.Checkpoints;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.checkpoint.ModelWriter;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.recipe.Recipe;
import io.braid.remote.Waiting;
import io.braid.remote.WaitingEnded;
import io.braid.run.RecordedRecipe;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.run.Samples;
import io.braid.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Steps one after another in a run directory: numbers after each, checkpoints now and then, and
 * what ends it early, a signal or a failure, is preceded by a checkpoint of all finished steps.
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

  /** What is done at each step. */
  interface Work {
    /** One step; returns its metrics. */
    MetricValues step(int number);

    /** How many steps in a row, up to the last one, taught nothing. */
    default int idle() {
      return 0;
    }

    /** Why the run should end before its last step; empty when it should not. */
    default Optional<String> over() {
      return Optional.empty();
    }

    /** How many steps the state has seen; empty when a step failed while it changed the state. */
    OptionalInt finished();

    /** All that a checkpoint holds, so that a resumed run goes on as if it had not stopped. */
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
      listener.notice("no checkpoint was saved before the run ended; it begins again at step 0");
    }
  }

  /**
   * Takes a run directory.
   *
   * @param recipe written down there; on resume it must be the one that the run began with
   * @param listener told what becomes of the run
   * @throws UserError when there is a run, and it is not to be resumed or cannot be
   */
  static RunLoop in(
      Path out, boolean resume, Record recipe, SavingRecipe saving, RunListener listener) {
    RunDirectory directory = RunDirectory.create(out, resume);
    try {
      String yaml = Recipe.toYaml(recipe);
      if (Files.exists(directory.recipe())) {
        RecordedRecipe.refuseAnother(directory.recipe(), yaml);
      }
      return new RunLoop(directory, yaml, saving, resume, listener);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * How questions become prompts. Where prompts tell the date and the recipe says none, it is the
   * day on which the run began; the recipe in the run directory keeps it.
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
        "the chat template tells the date: %s, as asking.date of the run's recipe.yaml says"
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
      throw new UserError(directory.recipe() + ": its date cannot be read; mend it", e);
    }
  }

  /**
   * The model directory that the run begins from.
   *
   * @param first where a run that is not resumed begins
   */
  Path begin(Path first) {
    return resumed.map(checkpoint -> checkpoint.path().resolve(MODEL)).orElse(first);
  }

  /** Saves what the run leaves, and says where. */
  Path leave(LoadedModel model) {
    Path place = directory.root().resolve(MODEL);
    ModelWriter.save(place, model.transformer(), model.directory());
    return place;
  }

  /** The run's directory. */
  RunDirectory directory() {
    return directory;
  }

  /** The checkpoint that the run goes on from. */
  Optional<Checkpoint> resumed() {
    return resumed;
  }

  /**
   * Runs to the end, or to the first signal. When a step fails, the state after the one before is
   * saved first.
   *
   * @return how many steps are done, and what the process should exit with when it was stopped
   */
  Ended run(int steps, Work work) {
    done = resumed.map(Checkpoint::step).orElse(0);
    saved = done;
    AtomicFile.write(directory.recipe(), recipe); // not before: a run that cannot begin leaves none
    resumed.ifPresent(checkpoint -> work.parts().restore(checkpoint.path()));
    Samples.removeAfter(directory, done);
    listener.begins(String.valueOf(directory.root().toAbsolutePath().getFileName()), steps, done);
    if (done >= steps) {
      listener.notice("the run is already finished: all %s steps are done".formatted(steps));
    }
    try (StopSignal stop = StopSignal.listen(this::stopping)) {
      try (Metrics metrics = Metrics.open(directory, done)) {
        while (done < steps && !stop.requested() && work.over().isEmpty()) {
          MetricValues numbers = work.step(done);
          done++;
          metrics.record(done, numbers);
          listener.stepped(done, numbers);
          if (done % settings.checkpointEvery() == 0 || done == steps) {
            save(work);
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
              () -> "stopped at step %s of %s; --resume goes on".formatted(done, steps)));
      return new Ended(done, stop.exitCode(), over);
    } finally {
      Waiting.resume();
    }
  }

  private String over(String why, int idle) {
    String before =
        checkpoints
            .newestUpTo(done - idle)
            .map(checkpoint -> "; the newest checkpoint from before is " + checkpoint.path())
            .orElse("");
    return "stopped at step %s: %s%s".formatted(done, why, before);
  }

  private void stopping() {
    listener.notice("stopping: this step will end and be saved");
    Waiting.end(); // for a service that is away, the step would not end
  }

  private void save(Work work) {
    saving = true;
    // What was good before the steps that taught nothing is not replaced by what they made of it.
    checkpoints.save(
        done,
        work.parts()::save,
        work.idle() == 0
            ? Optional.empty()
            : checkpoints.newestUpTo(done - work.idle()).map(Checkpoint::step));
    saving = false;
    saved = done;
  }

  /** Saves what is whole before a failure is told. */
  private void rescue(Work work, Throwable failure) {
    if (saving) {
      return; // that is what failed
    }
    OptionalInt finished = work.finished();
    // What is written after a step, its samples for example, may fail when the step itself is done.
    done = Math.max(done, finished.orElse(done));
    if (saved == done) {
      return;
    }
    if (finished.isEmpty()) {
      tell(
          "step %d failed while it was learned from; the last checkpoint is that of step %d",
          done + 1, saved);
      return;
    }
    try {
      save(work);
      tell("step %d is saved; --resume goes on from there", done);
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
   * @param steps done
   * @param stoppedBy what to exit with, when a signal ended them early
   * @param over why they ended early by themselves, in words
   */
  record Ended(int steps, OptionalInt stoppedBy, Optional<String> over) {}

  @Override
  public void close() {
    directory.close();
  }
}
