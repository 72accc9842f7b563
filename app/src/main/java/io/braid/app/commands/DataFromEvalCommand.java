package io.braid.app.commands;

import io.braid.run.eval.ExamplesFile;
import io.braid.run.eval.RightResponses;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid data from-eval}. */
@Command(
    name = "from-eval",
    description =
        "Writes the right responses of an eval, or of a training run's samples, as examples for sft"
            + " and flow train (rejection sampling).")
final class DataFromEvalCommand extends BraidCommand {
  @Parameters(
      paramLabel = "RUN",
      description = "The --out directory of an eval, or the directory of a training run.")
  private Path run = Path.of("");

  @Option(
      names = "--right",
      required = true,
      description = "Take the right responses; those cut off at the length limit are left out.")
  private boolean right;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "A .jsonl file.")
  private Path out = Path.of("");

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      split = ",",
      description = "Only the problems of these suites (default: all of the eval).")
  private Set<String> suites = new LinkedHashSet<>();

  @Option(
      names = "--per-problem",
      paramLabel = "N",
      description =
          "At most N responses to a problem: random ones, or the shortest (default: all).")
  private Optional<Integer> perProblem = Optional.empty();

  @Option(
      names = "--distinct",
      description = "Take responses that differ only in white space once.")
  private boolean distinct;

  @Option(
      names = "--shortest",
      description = "Take the shortest responses, in tokens, instead of random ones.")
  private boolean shortest;

  @Mixin private SeedOption seed = new SeedOption();

  @Override
  public Integer call() {
    ExamplesFile.Result result =
        ExamplesFile.write(
            run, suites, new RightResponses(perProblem, distinct, shortest, seed.value()), out);
    say(
        String.format(
            Locale.ROOT,
            "%,d of %,d responses to %,d problems are right%s",
            result.right(),
            result.responses(),
            result.problems(),
            result.cutOff() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; %,d of these reached the length limit and are left out",
                    result.cutOff())));
    if (result.unsolved() > 0) {
      say(
          String.format(
              Locale.ROOT,
              "%,d problems have no right response and are left out",
              result.unsolved()));
    }
    say(String.format(Locale.ROOT, "%,d examples: %s", result.written(), out));
    result.notes().forEach(note -> say("note: " + note));
    ObjectNode json =
        JsonMapper.shared()
            .createObjectNode()
            .put("file", out.toString())
            .put("problems", result.problems())
            .put("unsolved", result.unsolved())
            .put("responses", result.responses())
            .put("right", result.right())
            .put("cut_off", result.cutOff())
            .put("examples", result.written());
    result.notes().forEach(json.putArray("notes")::add);
    answer(json);
    return 0;
  }
}
