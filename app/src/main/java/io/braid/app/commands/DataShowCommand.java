package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.app.terminal.Printable;
import io.braid.image.EncodedImage;
import io.braid.image.ImageLimits;
import io.braid.image.PixelImage;
import io.braid.input.DataSource;
import io.braid.task.Problem;
import io.braid.task.ProblemSource;
import io.braid.task.Split;
import io.braid.task.Where;
import io.braid.task.inspect.Guesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid data show}. */
@Command(
    name = "show",
    description =
        "Shows problems of a file or of a generated task, with their answers and pictures.")
final class DataShowCommand extends BraidCommand {
  @Parameters(
      paramLabel = "DATA",
      description = "A data file, or a generated task such as visual:kind=count,difficulty=2.")
  private String data = "";

  @Mixin private RecordOptions fields = new RecordOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of problems to show (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write the problems' images as PNG files into this directory, which must not exist.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--guesses",
      description =
          "Instead of the problems, show how many of them are solved by the best answer that does"
              + " not depend on them, and by the best answer to each question.")
  private boolean guesses;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the responses shown.")
  private long seed;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new UserError("--count: must be at least 1, got " + count);
    }
    DataSource source = new DataSource(data, fields.fields(), new Where(Map.of(), fields.split()));
    List<Problem> problems = source.problems(Split.TEST, OptionalInt.of(count));
    if (guesses) {
      guess(problems);
      return 0;
    }
    out.ifPresent(DataShowCommand::create);
    Optional<ProblemSource> task = source.task();
    ArrayNode shown = JsonMapper.shared().createArrayNode();
    for (int i = 0; i < problems.size(); i++) {
      show(i + 1, problems.get(i), task, shown.addObject());
    }
    answer(JsonMapper.shared().createObjectNode().set("problems", shown));
    return 0;
  }

  private static void create(Path directory) {
    if (Files.exists(directory)) {
      throw new UserError(directory + ": already exists; give another --out, or delete it");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw FileError.writing(directory, e);
    }
  }

  private void show(int number, Problem problem, Optional<ProblemSource> task, ObjectNode json) {
    String answer = problem.reference().shown();
    Optional<String> response = task.map(each -> each.randomSolution(problem, seed));
    List<String> images = images(number, problem);
    say(Printable.line(problem.id()));
    say("  question  " + indented(problem.question()));
    if (!answer.isEmpty()) {
      say("  answer    " + indented(answer));
    }
    response.ifPresent(text -> say("  response  " + indented(text)));
    images.forEach(image -> say("  image     " + Printable.line(image)));
    json.put("id", problem.id()).put("question", problem.question()).put("answer", answer);
    response.ifPresent(text -> json.put("response", text));
    images.forEach(json.putArray("images")::add);
  }

  /** Returns the files of a problem's images, or what they are called if none are written. */
  private List<String> images(int number, Problem problem) {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < problem.images().size(); i++) {
      if (out.isEmpty()) {
        images.add(problem.images().get(i).where());
        continue;
      }
      String name = problem.images().size() == 1 ? "" + number : number + "-" + (i + 1);
      Path file = out.get().resolve(name + ".png");
      PixelImage image = problem.images().get(i).decode(ImageLimits.STANDARD);
      try {
        Files.write(file, EncodedImage.png(image).bytes());
      } catch (IOException e) {
        throw FileError.writing(file, e);
      }
      images.add(file.toString());
    }
    return images;
  }

  private static String indented(String text) {
    return text.strip().replaceAll("\\R", "\n            ");
  }

  private void guess(List<Problem> problems) {
    Guesses rates =
        Guesses.of(problems)
            .orElseThrow(() ->
                new UserError(
                    "%s: --guesses needs at least two problems whose answers are text"
                        .formatted(data)));
    say(
        String.format(
            Locale.ROOT,
            "%,d problems; always '%s': %.1f %% right; the best answer to each question: %.1f %%"
                + " right",
            problems.size(),
            rates.answer(),
            100 * rates.constant(),
            100 * rates.byQuestion()));
    answer(
        JsonMapper.shared()
            .createObjectNode()
            .put("problems", problems.size())
            .put("answer", rates.answer())
            .put("constant", rates.constant())
            .put("by_question", rates.byQuestion()));
  }
}
