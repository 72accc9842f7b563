package io.braid.task;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes Countdown problems to a file. */
public final class CountdownFile {
  private CountdownFile() {}

  /**
   * Writes Countdown problems as JSONL that {@link ProblemFile#read(Path)} reads back as the same
   * problems: question, answer (one solution), id, numbers, target, how solutions are counted, and
   * one expression for each solution.
   *
   * @param problems problems whose reference is a {@link Countdown}
   * @throws UserError if the file cannot be written
   */
  public static void write(Path file, List<Problem> problems, CountdownSolver solver) {
    JsonMapper mapper = new JsonMapper();
    List<String> lines = new ArrayList<>();
    for (Problem problem : problems) {
      if (!(problem.reference() instanceof Countdown countdown)) {
        throw new IllegalArgumentException(problem.id() + " is not a Countdown problem");
      }
      List<String> solutions = solver.solutions(countdown).stream().map(Expression::text).toList();
      ObjectNode line = mapper.createObjectNode();
      line.put("id", problem.id());
      line.put("question", problem.question());
      line.put("answer", solutions.isEmpty() ? null : solutions.getFirst());
      line.set("numbers", mapper.valueToTree(countdown.numbers()));
      line.put("target", countdown.target());
      line.put("intermediates", Names.of(countdown.counting().intermediates()));
      line.put("sameness", Names.of(countdown.counting().sameness()));
      line.set("solutions", mapper.valueToTree(solutions));
      lines.add(mapper.writeValueAsString(line));
    }
    write(file, lines);
  }

  /** Writes the file atomically: if the disk is full, the previous file remains. */
  private static void write(Path file, List<String> lines) {
    Path place = file.toAbsolutePath();
    Path unfinished = place.resolveSibling(".unfinished-" + place.getFileName());
    try {
      try {
        Files.write(unfinished, lines);
        Files.move(unfinished, place, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }
}
