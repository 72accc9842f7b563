package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.math.ComparisonSettings;
import io.braid.math.Extraction;
import io.braid.math.MathAnswers;
import io.braid.math.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the public cases of other graders, and the references of public sets. */
class PublicCasesTest {
  /**
   * Lines of verifier_cases.jsonl whose labels Braid does not follow; docs/verification.md explains
   * them.
   */
  private static final Set<Integer> AGAINST_THE_LABEL = Set.of(7, 8, 57);

  /** The same without the config of the cases. */
  private static final Set<Integer> AGAINST_THE_LABEL_WITHOUT_CONFIG =
      Set.of(7, 8, 57, 122, 129, 167, 168, 175);

  @Test
  void verdictsAreAsExpectedButForTheLabelsThatAreListed() throws IOException {
    List<JsonNode> cases = cases();
    Set<Integer> falsePositives = new TreeSet<>();
    Set<Integer> falseNegatives = new TreeSet<>();
    judge(cases, true, falsePositives, falseNegatives);
    assertThat(falsePositives).isEqualTo(new TreeSet<>(AGAINST_THE_LABEL));
    double wrong = falsePositives.size() + falseNegatives.size();
    assertThat(1 - wrong / cases.size()).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void withoutTheirConfigOnlyTheListedCasesAreFalsePositives() throws IOException {
    Set<Integer> falsePositives = new TreeSet<>();
    Set<Integer> falseNegatives = new TreeSet<>();
    judge(cases(), false, falsePositives, falseNegatives);
    assertThat(falsePositives).isEqualTo(new TreeSet<>(AGAINST_THE_LABEL_WITHOUT_CONFIG));
    assertThat(falseNegatives).containsExactly(41);
  }

  private static List<JsonNode> cases() throws IOException {
    return Files.readAllLines(SharedData.file("verifier_cases.jsonl")).stream()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }

  private static void judge(
      List<JsonNode> cases, boolean withConfig, Set<Integer> positives, Set<Integer> negatives) {
    for (int i = 0; i < cases.size(); i++) {
      JsonNode node = cases.get(i);
      ComparisonSettings settings =
          withConfig ? settings(node.path("config")) : ComparisonSettings.of(Strictness.LENIENT);
      boolean equal =
          MathAnswers.compare(
                  node.get("gold").asString(), node.get("prediction").asString(), settings)
              .equal();
      if (equal != node.get("expected").asBoolean()) {
        (equal ? positives : negatives).add(i + 1);
      }
    }
  }

  private static ComparisonSettings settings(JsonNode config) {
    return new ComparisonSettings(
        Strictness.LENIENT,
        config.path("needs_think_and_boxed_format").asBoolean(false)
            ? Extraction.BOX
            : Extraction.ANYWHERE,
        config.path("string_match_only").asBoolean(false),
        config.has("precision")
            ? OptionalInt.of(config.get("precision").asInt())
            : OptionalInt.empty());
  }

  @Test
  void everyReferenceEqualsItselfInABox() throws IOException {
    for (String file :
        List.of(
            "flowrl_test_math500.json",
            "flowrl_test_minerva.json",
            "flowrl_test_olympiadbench.json",
            "flowrl_train_math.json")) {
      for (String gold : golds(SharedData.file(file))) {
        assertThat(MathAnswers.compare(gold, "\\boxed{" + gold + "}", Strictness.STRICT).equal())
            .as(gold)
            .isTrue();
      }
    }
  }

  /** Only few references are read as text. */
  @Test
  void referencesAreUnderstood() throws IOException {
    List<String> golds = golds(SharedData.file("flowrl_train_math.json"));
    long texts =
        golds.stream()
            .filter(gold -> !gold.contains("\\text") && !gold.contains("\\mbox"))
            .map(gold -> MathAnswers.compare(gold, "1", Strictness.LENIENT).goldReading())
            .filter(reading -> reading.startsWith("text"))
            .count();
    assertThat(texts).isLessThanOrEqualTo(2);
  }

  /** Among many references, answers with the same key are equal, and others are not. */
  @Test
  void referencesWithDifferentKeysAreDifferent() throws IOException {
    List<String> golds =
        golds(SharedData.file("flowrl_test_math500.json")).stream().distinct().limit(150).toList();
    Map<String, String> keys = new HashMap<>();
    golds.forEach(gold ->
        keys.put(
            gold,
            MathAnswers.judge(
                    gold, "\\boxed{" + gold + "}", ComparisonSettings.of(Strictness.STRICT))
                .key()
                .orElseThrow()));
    List<String> surprising = new ArrayList<>();
    for (String a : golds) {
      for (String b : golds) {
        boolean equal = MathAnswers.compare(a, "\\boxed{" + b + "}", Strictness.STRICT).equal();
        if (equal != keys.getOrDefault(a, "").equals(keys.get(b))) {
          surprising.add(a + " and " + b);
        }
      }
    }
    assertThat(surprising).containsExactly("40_9 and 40"); // the base may be left out
  }

  private static List<String> golds(Path file) throws IOException {
    List<String> golds = new ArrayList<>();
    for (JsonNode record : JsonMapper.shared().readTree(Files.readString(file))) {
      JsonNode answer = record.get("answer");
      if (answer.isArray()) {
        answer.forEach(each -> golds.add(each.asString()));
      } else if (answer.isString() && !answer.asString().isBlank()) {
        golds.add(answer.asString());
      }
    }
    assertThat(golds).isNotEmpty();
    return golds;
  }
}
