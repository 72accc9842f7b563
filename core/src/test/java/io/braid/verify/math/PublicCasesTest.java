package io.braid.verify.math;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.verify.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public cases of other graders, and the references of public sets. */
class PublicCasesTest {
  /** Lines of verifier_cases.jsonl whose labels docs/verification.md does not follow. */
  private static final Set<Integer> EQUAL_AGAINST_THE_LABEL =
      Set.of(7, 8, 57, 122, 129, 167, 168, 175);

  private static final Set<Integer> DIFFERENT_AGAINST_THE_LABEL = Set.of(36, 41);

  @Test
  void verdictsAreAsExpectedButForTheLabelsThatAreListed() throws IOException {
    Set<Integer> falsePositives = new TreeSet<>();
    Set<Integer> falseNegatives = new TreeSet<>();
    List<String> lines = Files.readAllLines(SharedData.file("verifier_cases.jsonl"));
    for (int i = 0; i < lines.size(); i++) {
      JsonNode node = JsonMapper.shared().readTree(lines.get(i));
      boolean equal = lenient(node.get("gold").asString(), node.get("prediction").asString());
      if (equal != node.get("expected").asBoolean()) {
        (equal ? falsePositives : falseNegatives).add(i + 1);
      }
    }
    assertThat(falsePositives).isEqualTo(new TreeSet<>(EQUAL_AGAINST_THE_LABEL));
    int listed = EQUAL_AGAINST_THE_LABEL.size() + DIFFERENT_AGAINST_THE_LABEL.size();
    falseNegatives.removeAll(DIFFERENT_AGAINST_THE_LABEL);
    double agreement = 1 - falseNegatives.size() / (double) (lines.size() - listed);
    assertThat(agreement).isGreaterThanOrEqualTo(0.97);
  }

  private static boolean lenient(String gold, String prediction) {
    return MathAnswers.compare(gold, prediction, Strictness.LENIENT).equal();
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

  /** References are read as mathematics: few are taken for text. */
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

  /** Among many references, answers with one key are equal, and others are not. */
  @Test
  void referencesWithDifferentKeysAreDifferent() throws IOException {
    List<String> golds =
        golds(SharedData.file("flowrl_test_math500.json")).stream().distinct().limit(150).toList();
    Map<String, String> keys = new HashMap<>();
    golds.forEach(gold ->
        keys.put(
            gold, MathAnswers.key(gold, "\\boxed{" + gold + "}", Strictness.STRICT).orElseThrow()));
    List<String> surprising = new ArrayList<>();
    for (String a : golds) {
      for (String b : golds) {
        boolean equal = MathAnswers.compare(a, "\\boxed{" + b + "}", Strictness.STRICT).equal();
        if (equal != keys.getOrDefault(a, "").equals(keys.get(b))) {
          surprising.add(a + " and " + b);
        }
      }
    }
    assertThat(surprising).isEmpty();
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
