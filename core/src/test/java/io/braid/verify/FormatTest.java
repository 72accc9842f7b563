package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      delimiter = '|',
      textBlock =
          """
          form         | begun | response                                              | has
          THINK_ANSWER | false | '<think>a</think><answer>b</answer>'                  | true
          THINK_ANSWER | false | ' <think>a\n</think>\n\n<answer>b</answer>\n'         | true
          THINK_ANSWER | false | 'So: <think>a</think><answer>b</answer>'              | false
          THINK_ANSWER | false | '<think>a</think><answer>b</answer> done'             | false
          THINK_ANSWER | false | '<think>a</think> then <answer>b</answer>'            | false
          THINK_ANSWER | false | '<think></think><answer>b</answer>'                   | false
          THINK_ANSWER | false | '<think>a</think><answer> </answer>'                  | false
          THINK_ANSWER | false | '<think>a<think>b</think><answer>c</answer>'          | false
          THINK_ANSWER | false | '<think>a</think><answer>b</answer><answer>c</answer>'| false
          THINK_ANSWER | false | '<answer>b</answer><think>a</think>'                  | false
          THINK_ANSWER | false | '<think>a</think><answer>b'                           | false
          THINK_ANSWER | false | 'a</think><answer>b</answer>'                         | false
          THINK_ANSWER | true  | 'a</think><answer>b</answer>'                         | true
          THINK_ANSWER | true  | '<think>a</think><answer>b</answer>'                  | false
          BOXED        | false | 'x \\boxed{\\frac{1}{2}}'                             | true
          BOXED        | false | '\\boxed{1'                                           | false
          BOXED        | false | '\\boxed{1} \\boxed{2'                                | true
          BOXED        | false | '\\boxed{ \\boxed{2}'                                 | true
          BOXED        | false | '\\boxed{ \\}'                                        | false
          ONE_BOX      | false | '\\boxed{1}'                                          | true
          ONE_BOX      | false | '\\boxed{1} \\boxed{2}'                               | false
          CODE_BLOCK   | false | '```python\nx = 1\n```'                               | true
          CODE_BLOCK   | false | '```\n```'                                            | false
          CODE_BLOCK   | false | '```python\nx = 1\n'                                  | false
          CODE_BLOCK   | false | '```\n```\nand\n```\nx\n```'                          | true
          """)
  void judgesTheFormOnly(Format.Form form, boolean begun, String response, boolean has) {
    Verdict verdict = Judged.by(new Format(form, begun), "?", response);

    assertThat(verdict.correct()).isEqualTo(has);
    assertThat(verdict.reward()).isEqualTo(has ? 1 : 0);
  }
}
