package io.braid.app.commands;

import io.braid.UserError;
import io.braid.math.ComparisonSettings;
import io.braid.math.Extraction;
import io.braid.math.MathAnswers;
import io.braid.math.MathComparison;
import io.braid.math.Strictness;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid verify}. */
@Command(
    name = "verify",
    description = "Checks whether an answer matches a reference, and shows how both are parsed.")
public final class VerifyCommand extends BraidCommand {
  @Option(names = "--gold", paramLabel = "TEXT", description = "The reference answer.")
  private Optional<String> gold = Optional.empty();

  @Option(
      names = "--prediction",
      paramLabel = "TEXT",
      description = "The answer to check, or a response that ends with it.")
  private Optional<String> prediction = Optional.empty();

  @Option(
      names = "--cases",
      paramLabel = "FILE",
      description =
          "A JSONL file with gold, prediction, expected and optionally config; counts the verdicts"
              + " that agree.")
  private Optional<Path> cases = Optional.empty();

  @Option(
      names = "--strictness",
      defaultValue = "lenient",
      description = "strict, as for rewards, or lenient, as for evaluation (default: lenient).")
  private Strictness strictness = Strictness.LENIENT;

  @Option(
      names = "--extraction",
      defaultValue = "anywhere",
      description = "Where the answer is searched for (default: anywhere).")
  private Extraction extraction = Extraction.ANYWHERE;

  @Option(names = "--ordered", description = "The order of lists matters.")
  private boolean ordered;

  @Option(
      names = "--digits",
      paramLabel = "N",
      description =
          "Compare decimals to N digits after the point (default: as many as are written).")
  private Optional<Integer> digits = Optional.empty();

  @Option(names = "--no-config", description = "Ignore the config of the cases.")
  private boolean noConfig;

  @Override
  public Integer call() {
    if (digits.filter(n -> n < 0 || n > 100).isPresent()) {
      throw new UserError("--digits must be from 0 to 100");
    }
    if (cases.isPresent() && (gold.isPresent() || prediction.isPresent())) {
      throw new UserError("--cases contains its own answers; leave out --gold and --prediction");
    }
    if (cases.isPresent()) {
      agreement(VerifierCase.read(cases.get()));
    } else {
      one(
          gold.orElseThrow(() -> new UserError("--gold is missing; or give --cases FILE")),
          prediction.orElseThrow(() -> new UserError("--prediction is missing")));
    }
    return 0;
  }

  private ComparisonSettings settings() {
    OptionalInt count = digits.stream().mapToInt(Integer::intValue).findFirst();
    return new ComparisonSettings(strictness, extraction, ordered, count);
  }

  private void one(String reference, String answer) {
    MathAnswers.Judged judged = MathAnswers.judge(reference, answer, settings());
    MathComparison comparison = judged.comparison();
    Optional<String> unknown = unknown(reference, judged);
    say("gold        " + comparison.goldReading());
    say("prediction  " + comparison.predictionReading());
    say(
        comparison.equal()
            ? "equal"
            : unknown.map(why -> "unknown: " + why).orElse("not equal: " + comparison.reason()));
    ObjectNode object = JsonMapper.shared().createObjectNode();
    object.put("equal", comparison.equal());
    unknown.ifPresent(why -> object.put("unknown", why));
    answer(readings(object, comparison));
  }

  /** Returns the reason if the reference or the answer could not be read. */
  private static Optional<String> unknown(String reference, MathAnswers.Judged judged) {
    return judged.comparison().equal() || judged.key().isEmpty()
        ? Optional.empty()
        : MathAnswers.unreadable(reference).or(judged::unread);
  }

  private static ObjectNode readings(ObjectNode object, MathComparison comparison) {
    return object
        .put("gold_reading", comparison.goldReading())
        .put("prediction_reading", comparison.predictionReading())
        .put("reason", comparison.reason());
  }

  private void agreement(List<VerifierCase> all) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ArrayNode falsePositives = JsonMapper.shared().createArrayNode();
    ArrayNode falseNegatives = JsonMapper.shared().createArrayNode();
    int unknown = 0;
    for (VerifierCase each : all) {
      ComparisonSettings own = noConfig ? settings() : each.settings(settings());
      MathAnswers.Judged judged = MathAnswers.judge(each.gold(), each.prediction(), own);
      MathComparison comparison = judged.comparison();
      unknown += unknown(each.gold(), judged).isPresent() ? 1 : 0;
      if (comparison.equal() != each.expected()) {
        ObjectNode entry = (comparison.equal() ? falsePositives : falseNegatives).addObject();
        entry.put("line", each.line()).put("gold", each.gold());
        entry.put("prediction", each.prediction());
        readings(entry, comparison);
        say(
            "line %s: %s, expected %s%n  gold        %s%n  prediction  %s"
                .formatted(
                    each.line(),
                    comparison.equal() ? "equal" : "not equal",
                    each.expected() ? "equal" : "not equal",
                    comparison.goldReading(),
                    comparison.predictionReading()));
      }
    }
    int wrong = falsePositives.size() + falseNegatives.size();
    double agreement = (all.size() - wrong) / (double) all.size();
    say(
        String.format(
            Locale.ROOT,
            "%d of %d verdicts as expected (%.1f %%), %d false positives, %d false negatives",
            all.size() - wrong,
            all.size(),
            100 * agreement,
            falsePositives.size(),
            falseNegatives.size()));
    if (unknown > 0) {
      say(
          "%s of them are unknown, because the gold or the prediction cannot be read"
              .formatted(unknown));
    }
    object.put("agreement", agreement);
    object.put("cases", all.size());
    object.put("unknown", unknown);
    object.set("false_positives", falsePositives);
    object.set("false_negatives", falseNegatives);
    answer(object);
  }
}
