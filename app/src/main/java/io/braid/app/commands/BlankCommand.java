package io.braid.app.commands;

import io.braid.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid blank}. */
@Command(
    name = "blank",
    description =
        "Creates a small randomly initialised model, with a tokenizer of one token per word, for"
            + " sft and train.")
public final class BlankCommand extends BraidCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The model directory to write; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--numbers",
      defaultValue = "100",
      description = "The vocabulary holds the numbers below N (default: ${DEFAULT-VALUE}).")
  private int numbers;

  @Option(
      names = "--word",
      paramLabel = "WORD",
      description = "A further word of the vocabulary; may be repeated.")
  private List<String> words = List.of();

  @Option(
      names = "--vision",
      description =
          "A model that reads the pictures of the task visual and has its words; takes only --out"
              + " and --seed.")
  private boolean vision;

  @Option(names = "--hidden", defaultValue = "96", description = "Width (${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--layers",
      defaultValue = "3",
      description = "The number of layers (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--positions",
      defaultValue = "64",
      description = "The length of its context, in tokens (default: ${DEFAULT-VALUE}).")
  private int positions;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of its weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserError(out + ": already exists; give another --out, or delete it");
    }
    if (numbers < 0 || numbers > 100_000) {
      throw new UserError("--numbers: must be between 0 and 100000, got " + numbers);
    }
    if (vision) {
      if (spec.commandLine().getParseResult().matchedOptions().stream()
          .anyMatch(each -> !List.of("--out", "--seed", "--vision").contains(each.longestName()))) {
        throw new UserError("--vision: takes only --out and --seed; leave the other options out");
      }
      new BlankVisionModel(seed).write(out);
      say("model: " + out);
      answer(JsonMapper.shared().createObjectNode().put("model", out.toString()));
      return 0;
    }
    List<String> all = BlankModel.numbers(numbers);
    words.stream().filter(word -> !all.contains(word)).forEach(all::add);
    new BlankModel(hidden, layers, positions, seed).write(out, all);
    say("model: " + out);
    answer(JsonMapper.shared().createObjectNode().put("model", out.toString()));
    return 0;
  }
}
