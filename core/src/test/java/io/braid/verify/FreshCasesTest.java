package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.math.MathAnswers;
import io.braid.math.MathComparison;
import io.braid.math.Strictness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks answers and whole responses from public repositories. The test prints how many verdicts of
 * each kind agree with the labels; {@code -Dbraid.fresh=true} prints each row that does not.
 */
class FreshCasesTest {
  private static final Pattern KIND = Pattern.compile("kind (\\w+)$");

  /** The kinds of rows with short answers; all others are whole responses of models. */
  private static final Set<String> SHORT = Set.of("unit", "styles", "adv");

  /**
   * Rows, from 1, that are labelled wrong and count as correct; docs/verification.md explains them.
   */
  private static final Set<Integer> LISTED =
      Set.of(404, 415, 416, 420, 421, 424, 965, 975, 999, 1029, 1060, 1092, 1102);

  /** Rows that are labelled wrong and count as correct only in lenient. */
  private static final Set<Integer> LISTED_IN_LENIENT = Set.of(400, 401, 417, 427, 430, 436, 449);

  private record Row(int line, String kind, JsonNode node) {
    boolean right(Strictness strictness) {
      return MathAnswers.compare(
              node.get("gold").asString(), node.get("prediction").asString(), strictness)
          .equal();
    }

    boolean expected() {
      return node.get("expected").asBoolean();
    }

    boolean isResponse() {
      return !SHORT.contains(kind);
    }
  }

  @ParameterizedTest
  @EnumSource
  void verdictsAreAsLabelled(Strictness strictness) throws IOException {
    Map<String, int[]> counts = new TreeMap<>();
    Set<Integer> positives = new TreeSet<>();
    Set<Integer> negatives = new TreeSet<>();
    int responses = 0;
    int wrongResponses = 0;
    List<Row> rows = rows();
    for (Row row : rows) {
      boolean right = row.right(strictness);
      boolean asLabelled = right == row.expected();
      int[] count = counts.computeIfAbsent(row.kind, _ -> new int[3]);
      count[0]++;
      responses += row.isResponse() ? 1 : 0;
      if (!asLabelled) {
        (right ? positives : negatives).add(row.line);
        count[right ? 1 : 2]++;
        wrongResponses += row.isResponse() ? 1 : 0;
        print(strictness, row, right);
      }
    }
    double all = 1 - (positives.size() + negatives.size()) / (double) rows.size();
    double whole = 1 - wrongResponses / (double) responses;
    System.out.printf(
        "%s: %.2f %% of %d rows, %.2f %% of %d whole responses; %d false positives %s, %d false"
            + " negatives %s%n",
        strictness,
        100 * all,
        rows.size(),
        100 * whole,
        responses,
        positives.size(),
        positives,
        negatives.size(),
        negatives);
    counts.forEach((kind, count) ->
        System.out.printf(
            "  %-12s %4d rows, %2d false positives, %2d false negatives%n",
            kind, count[0], count[1], count[2]));
    assertThat(all).isGreaterThanOrEqualTo(0.99);
    assertThat(whole).isGreaterThanOrEqualTo(0.993);
    assertThat(positives)
        .filteredOn(line -> strictness == Strictness.STRICT || !LISTED_IN_LENIENT.contains(line))
        .isSubsetOf(LISTED);
  }

  private static void print(Strictness strictness, Row row, boolean right) {
    if (Boolean.getBoolean("braid.fresh")) {
      MathComparison comparison =
          MathAnswers.compare(
              row.node.get("gold").asString(), row.node.get("prediction").asString(), strictness);
      String prediction = row.node.get("prediction").asString().replace("\n", "⏎");
      String end = prediction.substring(Math.max(0, prediction.length() - 250));
      System.out.printf(
          "%s %s %d %s | %s | %s | %s ← %s | %s%n",
          strictness,
          right ? "FP" : "FN",
          row.line,
          row.kind,
          row.node.get("gold").asString(),
          end,
          comparison.goldReading(),
          comparison.predictionReading(),
          comparison.reason());
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(
                        Files.newInputStream(SharedData.file("verifier_fresh.jsonl.gz"))),
                    StandardCharsets.UTF_8));
        Stream<String> lines = reader.lines()) {
      for (String line : lines.toList()) {
        JsonNode node = JsonMapper.shared().readTree(line);
        Matcher kind = KIND.matcher(node.path("note").asString());
        rows.add(new Row(rows.size() + 1, kind.find() ? kind.group(1) : "other", node));
      }
    }
    return rows;
  }
}
