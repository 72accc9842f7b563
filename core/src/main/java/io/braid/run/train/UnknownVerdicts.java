package io.braid.run.train;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.run.RunDirectory;
import io.braid.run.RunListener;
import io.braid.sampling.AskedProblem;
import io.braid.train.StepReport;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code unknown.jsonl}: responses that the verifier could not judge, because the reference
 * or the answer could not be read or the tests could not be run. They get the reward of incorrect
 * responses, so they are listed and their fraction is reported, to tell the two apart.
 */
final class UnknownVerdicts {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NAME = "unknown.jsonl";
  private static final int MOST_OF_A_STEP = 100;
  private static final int LONGEST = 2000;

  private final Path file;
  private final RunListener listener;
  private long unknown;
  private long all;

  /** Creates the writer. */
  UnknownVerdicts(RunDirectory directory, RunListener listener) {
    this.file = directory.root().resolve(NAME);
    this.listener = listener;
  }

  /** Removes the lines of steps after the last one, since a resumed run repeats these steps. */
  void removeAfter(long lastStep) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      StringBuilder kept = new StringBuilder();
      Files.readString(file)
          .lines()
          .filter(line -> isUpTo(lastStep, line))
          .forEach(line -> kept.append(line).append('\n'));
      AtomicFile.write(file, kept.toString());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static boolean isUpTo(long lastStep, String line) {
    try {
      return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE) <= lastStep;
    } catch (JacksonException _) {
      return false;
    }
  }

  /** Writes the unjudged responses of a step, and reports the first ones. */
  void record(long step, StepReport report) {
    StringBuilder lines = new StringBuilder();
    int found = 0;
    String first = "";
    Trajectories t = report.trajectories();
    for (int row = 0; row < t.rows(); row++) {
      all++;
      Verdict verdict = t.get(Column.VERDICT).get(row);
      if (verdict.unknown()) {
        found++;
        first = found == 1 ? verdict.plainReason() : first;
        if (found <= MOST_OF_A_STEP) {
          AskedProblem asked = report.problems().get(t.group(row));
          lines.append(line(step, asked, t.get(Column.TEXT).get(row), verdict)).append('\n');
        }
      }
    }
    if (found == 0) {
      return;
    }
    if (unknown == 0) {
      listener.notice(
          "step %s: %s responses could not be judged (%s); they get the reward of incorrect ones and are in %s"
              .formatted(step, found, first, file));
    }
    unknown += found;
    append(lines.toString());
  }

  private static String line(long step, AskedProblem asked, String response, Verdict verdict) {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("step", step)
            .put("problem", asked.problem().id())
            .put("where", asked.problem().where())
            .put("reference", asked.problem().reference().shown())
            .put("reason", verdict.reason())
            .put("response", response.substring(0, Math.min(LONGEST, response.length()))));
  }

  private void append(String lines) {
    try {
      Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UserError failed(IOException e) {
    return FileError.writing(file, e);
  }

  /** Reports the total number at the end, if there were any. */
  void end() {
    if (unknown > 0) {
      listener.notice(
          String.format(
              Locale.ROOT,
              "%s of %s responses (%.2f %%) could not be judged; they are in %s",
              unknown,
              all,
              100.0 * unknown / all,
              file));
    }
  }
}
