package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 2\\n3    | 1 2 \\n3\\n\\n | true
          1 2\\n3    | 1 2 3         | false
          1\\n\\n2   | 1\\n2         | false
          1\\n2      | 1\\n2\\n3     | false
          1  2       | 1 2           | true
          YES        | Yes           | false
          1          | 1.0           | true
          1          | 1e0           | false
          10000000   | 10000001      | false
          0.5        | .5            | true
          1000000.0  | 1000001       | true
          1000000.0  | 1000001.1     | false
          0.000001   | 0.0           | true
          0.000002   | 0.0           | false
          1.0        | nan           | false
          1.0        | 1.0e999       | false
          0.1        | 0x1.8         | false
          ß→😀       | ß→😀          | true
          """)
  void comparesOutputsByLinesAndWords(String expected, String written, boolean same) {
    assertThat(OutputComparison.same(lines(expected), lines(written))).isEqualTo(same);
  }

  private static String lines(String text) {
    return text.replace("\\n", "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          [1,2]          | [1, 2]                   | true
          [1,2]          | [2, 1]                   | false
          [1,2]          | [1]                      | false
          1              | 1.0                      | true
          1              | true                     | true
          "1"            | 1                        | false
          0.3            | 0.30000000000000004      | true
          0.3            | 0.30001                  | false
          123456789012345678901 | 123456789012345678902 | false
          {"a":1,"b":[]} | {"b": [], "a": 1}        | true
          {"a":1}        | {"a": 1, "b": 2}         | false
          null           | null                     | true
          null           | false                    | false
          1.0            | NaN                      | false
          Infinity       | Infinity                 | true
          1.0            | 1e999999999              | false
          1              | 1 2                      | false
          1              | nothing                  | false
          []             | [[[                      | false
          """)
  void comparesValuesAsPythonDoes(String expected, String given, boolean same) {
    assertThat(ValueComparison.same(expected, given.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(same);
  }
}
