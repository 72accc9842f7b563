package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class Gsm8kTest {
  private static final Gsm8k STRICT = new Gsm8k(Gsm8k.Extraction.STRICT);
  private static final Gsm8k FLEXIBLE = new Gsm8k(Gsm8k.Extraction.FLEXIBLE);

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      delimiter = '|',
      textBlock =
          """
          gold    | response                                | strict | flexible
          18      | '9*2=18\n#### 18'                       | true   | true
          18      | '#### $18.00'                           | true   | true
          1,234   | '#### 1234'                             | true   | true
          1234    | '#### 1,234'                            | true   | true
          18      | '####18'                                | true   | true
          18      | '#### 17\n#### 18'                      | true   | true
          18      | '#### 18 of them, 3 more'               | true   | true
          18      | '#### 17, no, 18'                       | false  | false
          18      | 'The answer is 18.'                     | false  | true
          18      | 'It is 18 dollars, or $18'              | false  | true
          18      | '18 eggs from 3 hens'                   | false  | false
          -5      | 'It fell to -5.'                        | false  | true
          5       | 'It fell to -5.'                        | false  | false
          0.5     | '#### .5'                               | true   | true
          18      | '#### eighteen'                         | false  | false
          18      | '#### eighteen (18)'                    | false  | true
          18      | ''                                      | false  | false
          '#### 18' | '#### 18'                             | true   | true
          """)
  void readsTheNumberAfterHashesElseTheLastNumber(
      String gold, String response, boolean strict, boolean flexible) {
    assertThat(Judged.by(STRICT, gold, response).correct()).as("strict").isEqualTo(strict);
    assertThat(Judged.by(FLEXIBLE, gold, response).correct()).as("flexible").isEqualTo(flexible);
  }

  @Test
  void equalAnswersHaveOneKey() {
    assertThat(Judged.by(FLEXIBLE, "1", "#### $1,200.0").canonical())
        .isEqualTo(Optional.of("1200"));
    assertThat(Judged.by(FLEXIBLE, "1", "so 1200").canonical()).isEqualTo(Optional.of("1200"));
  }

  /** Each solution of the data set is correct in both modes, and wrong for the next problem. */
  @Test
  void acceptsTheDataSetsOwnSolutions() throws Exception {
    List<String> lines = Files.readAllLines(SharedData.file("gsm8k_test.jsonl"));
    JsonMapper json = new JsonMapper();
    int wrongForTheNext = 0;
    String last = "no number";
    for (String line : lines) {
      JsonNode record = json.readTree(line);
      String solution = record.path("answer").asString();
      String gold = solution.substring(solution.indexOf("####") + 4).strip();
      assertThat(Judged.by(STRICT, gold, solution).correct()).as(solution).isTrue();
      assertThat(Judged.by(FLEXIBLE, gold, solution).correct()).as(solution).isTrue();
      wrongForTheNext += Judged.by(STRICT, gold, last).correct() ? 0 : 1;
      last = solution;
    }
    assertThat(wrongForTheNext).isGreaterThan(lines.size() * 9 / 10);
  }
}
