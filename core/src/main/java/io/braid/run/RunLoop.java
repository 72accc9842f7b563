package io.braid.run;

import io.braid.UserError;
import io.braid.checkpoint.Checkpoints;
import io.braid.checkpoint.Checkpoints.Checkpoint;
import io.braid.checkpoint.ModelWriter;
import io.braid.recipe.Recipe;
import io.braid.train.NothingToLearn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Steps one after another in a run directory: numbers after each, checkpoints now and then, and a
 * signal that ends it early saves first.
 */
final class RunLoop implements AutoCloseable {
  private static final String DATE = "  date: ";
  private static final String NO_DATE = "  date: null";

  private final RunDirectory directory;
  private String recipe;
  private final SavingRecipe saving;
  private final Checkpoints checkpoints;
  private final Optional<Checkpoint> resumed;

  /** What is done at each step. */
  interface Work {
    /** One step; returns its numbers by name. */
    Map<String, Double> step(int number);

    /** Writes all that is needed to go on, the model under {@code model}. */
    void save(Path checkpoint);
  }

  private RunLoop(RunDirectory directory, String recipe, SavingRecipe saving) {
    this.directory = directory;
    this.recipe = recipe;
    this.saving = saving;
    this.checkpoints = new Checkpoints(directory.checkpoints(), saving.keep());
    this.resumed = checkpoints.latest();
  }

  /**
   * Takes a run directory.
   *
   * @param recipe written down there; on resume it must be the one that the run began with
   */
  static RunLoop in(Path out, boolean resume, Record recipe, SavingRecipe saving) {
    RunDirectory directory = RunDirectory.create(out, resume);
    try {
      String yaml = Recipe.toYaml(recipe);
      if (Files.exists(directory.recipe())) {
        refuseAnother(directory.recipe(), yaml);
      }
      return new RunLoop(directory, yaml, saving);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Refuses to go on where the recipe that was written down is not the one given now. */
  static void refuseAnother(Path file, String recipe) {
    try {
      List<Line> before = settings(Files.readString(file));
      List<Line> now = settings(recipe);
      for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
        Line was = i < before.size() ? before.get(i) : new Line(before.size(), "");
        String is = i < now.size() ? now.get(i).text : "";
        if (!was.text.equals(is) && !isRecordedDate(was.text, is)) {
          throw new UserError(
              "%s:%d: the run began with \"%s\", the recipe now says \"%s\"; resume with the recipe it began with, or start another run with another --out"
                  .formatted(file, was.number, was.text.strip(), is.strip()));
        }
      }
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** Where the recipe says no date, the one of the run's beginning was written down. */
  private static boolean isRecordedDate(String was, String is) {
    return is.equals(NO_DATE) && was.startsWith(DATE);
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
    recipe = recipe.replaceFirst("(?m)^" + NO_DATE + "$", DATE + '"' + day + '"');
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
          .filter(line -> line.startsWith(DATE) && !line.equals(NO_DATE))
          .map(line -> LocalDate.parse(line.substring(DATE.length()).replace("\"", "").strip()))
          .findFirst();
    } catch (IOException | DateTimeException e) {
      throw new UserError(directory.recipe() + ": its date cannot be read; mend it", e);
    }
  }

  /** A line of a recipe; lines count from 1. */
  private record Line(int number, String text) {}

  /** Without the comments, which only explain and may be worded anew. */
  private static List<Line> settings(String recipe) {
    String[] lines = recipe.split("\\R");
    return IntStream.range(0, lines.length)
        .filter(i -> !lines[i].strip().startsWith("#"))
        .mapToObj(i -> new Line(i + 1, lines[i]))
        .toList();
  }

  /**
   * The model directory that the run begins from.
   *
   * @param first where a run that is not resumed begins
   */
  Path begin(Path first) {
    return resumed.map(checkpoint -> checkpoint.path().resolve("model")).orElse(first);
  }

  /** Saves what the run leaves, and says where. */
  Path leave(LoadedModel model) {
    Path place = directory.root().resolve("model");
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
   * Runs to the end, or to the first signal.
   *
   * @return how many steps are done, and what the process should exit with when it was stopped
   */
  Ended run(int steps, Work work, RunListener listener) {
    int done = resumed.map(Checkpoint::step).orElse(0);
    int saved = done;
    AtomicFile.write(directory.recipe(), recipe); // not before: a run that cannot begin leaves none
    Samples.removeAfter(directory, done);
    listener.begins(String.valueOf(directory.root().toAbsolutePath().getFileName()), steps, done);
    try (Metrics metrics = Metrics.open(directory, done);
        StopSignal stop =
            StopSignal.listen(() -> listener.notice("stopping: this step will end and be saved"))) {
      while (done < steps && !stop.requested()) {
        Map<String, Double> numbers;
        try {
          numbers = work.step(done);
        } catch (NothingToLearn e) {
          if (saved < done) {
            checkpoints.save(done, work::save);
          }
          throw e;
        }
        done++;
        metrics.record(done, numbers);
        listener.stepped(done, numbers);
        if (done % saving.checkpointEvery() == 0 || done == steps) {
          checkpoints.save(done, work::save);
          saved = done;
        }
      }
      if (saved < done) {
        checkpoints.save(done, work::save);
      }
      boolean early = done < steps;
      listener.ends(
          early ? "stopped at step %d of %d; --resume goes on".formatted(done, steps) : "");
      return new Ended(done, early ? stop.exitCode() : OptionalInt.empty());
    }
  }

  /**
   * How the steps ended.
   *
   * @param steps done
   * @param stoppedBy what to exit with, when a signal ended them early
   */
  record Ended(int steps, OptionalInt stoppedBy) {}

  @Override
  public void close() {
    directory.close();
  }
}
