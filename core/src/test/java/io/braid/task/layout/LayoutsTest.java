package io.braid.task.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.SharedData;
import io.braid.UserError;
import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class LayoutsTest {
  /**
   * A pickled string, compressed by zlib and encoded in base64: {@code [{"input": "3\n", "output":
   * "9\n", …}]}.
   */
  private static final String PACKED =
      "eJxrYJlqwwABPRbR1UqZeQWlJUpWCkrGMXlKOgpK+aUlUAFLiEBJanFJSWVBKkiouCQlM0+pNnaKHgCWMBRP";

  /** The same, but with a pickle that calls Python's {@code print}. */
  private static final String PACKED_CALL =
      "eJxrYJkqxwABPRxJpZk5JZl5xVN6WAuKMvNKpkye0sNYMaV1StAUPQDyFg4J";

  private static DataRecord values(String json) {
    return new DataRecord("x line 1", new JsonMapper().readTree(json));
  }

  private static Reading read(String json) {
    return new Layouts(ProblemFields.AUTO).read(values(json));
  }

  private static Reading.Found found(String json) {
    return (Reading.Found) read(json);
  }

  private static String answer(String json) {
    return ((Reference.Text) found(json).reference()).answer();
  }

  @Test
  void humanEvalAsksForCompletionAndCallsCheck() {
    Reading.Found read =
        found(
            """
            {"task_id": "HumanEval/0", "prompt": "def f(x):\\n    \\"\\"\\"One more.\\"\\"\\"\\n",
             "entry_point": "f", "canonical_solution": "    return x + 1",
             "test": "def check(candidate):\\n    assert candidate(1) == 2\\n"}
            """);
    assertThat(read.id()).contains("HumanEval/0");
    assertThat(read.question()).contains("```python\ndef f(x):\n").doesNotContain("return x + 1");
    assertThat(read.reference())
        .isEqualTo(
            new CodeTests.Assertions(
                "def f(x):\n    \"\"\"One more.\"\"\"\n",
                List.of("def check(candidate):\n    assert candidate(1) == 2\n\ncheck(f)")));
  }

  @Test
  void anInvalidEntryPointNeverBecomesCode() {
    assertThat(read("{\"prompt\": \"p\", \"test\": \"t\", \"entry_point\": \"f); import os; (\"}"))
        .isEqualTo(new Reading.Skipped("no function to complete"));
  }

  @Test
  void mbppQuestionsShowTheirTestsInBothForms() {
    Reading.Found published =
        found(
            """
            {"text": "Add one.", "code": "secret", "task_id": 7, "test_setup_code": "import math",
             "test_list": ["assert f(1) == 2", "assert f(2) == 3"], "challenge_test_list": []}
            """);
    assertThat(published.id()).contains("MBPP/7");
    assertThat(published.question())
        .startsWith("Add one.")
        .contains("assert f(1) == 2\nassert f(2) == 3")
        .doesNotContain("secret");
    assertThat(published.reference())
        .isEqualTo(
            new CodeTests.Assertions(
                "import math\n", List.of("assert f(1) == 2", "assert f(2) == 3")));
    Reading.Found sanitized =
        found(
            """
            {"prompt": "Add one.", "code": "secret", "task_id": 7, "test_imports": ["import math"],
             "test_list": ["assert f(1) == 2", "assert f(2) == 3"]}
            """);
    assertThat(sanitized).isEqualTo(published);
  }

  @Test
  void programTestsHaveTheProblemsTimeLimit() {
    CodeTests.Program program = new CodeTests.Program("1\n", "2\n");
    assertThat(
            found(
                    """
                    {"problem": "Add.\\nTime Limit: 1500 ms\\nMemory Limit: 256 MB",
                     "tests": [{"input": "1\\n", "output": "2\\n"}]}
                    """)
                .reference())
        .isEqualTo(new CodeTests.Programs(List.of(program), OptionalDouble.of(1.5)));
    assertThat(
            found(
                    """
                    {"problem": "The time limit is tight.\\nTime Limit: {'seconds': 2, 'nanos': 500000000}",
                     "tests": {"inputs": ["1\\n"], "outputs": ["2\\n"]}}
                    """)
                .reference())
        .isEqualTo(new CodeTests.Programs(List.of(program), OptionalDouble.of(2.5)));
    assertThat(
            found(
                    """
                    {"question": "Time Limit: 9 ms, or more", "input_output":
                      "{\\"inputs\\": [[\\"1\\", \\"\\"]], \\"outputs\\": [\\"2\\\\n\\"]}"}
                    """)
                .reference())
        .isEqualTo(new CodeTests.Programs(List.of(program), OptionalDouble.empty()));
  }

  @Test
  void everyFormOfCallsIsRead() {
    CodeTests.Call call = new CodeTests.Call(List.of("[2,7]", "9"), "[0,1]");
    CodeTests.Calls calls = new CodeTests.Calls("twoSum", List.of(call));
    List<String> forms =
        List.of(
            // TACO wraps results, APPS does not
            "{'fn_name': 'twoSum', 'inputs': [[[2,7],9]], 'outputs': [[[0,1]]]}",
            "{'fn_name': 'twoSum', 'inputs': [[[2,7],9]], 'outputs': [[0,1]]}",
            // PrimeIntellect
            "[{'type': 'function_call', 'fn_name': 'twoSum', 'input': [[2,7],9], 'output':"
                + " [[0,1]]}]",
            // LiveCodeBench
            "[{'testtype': 'functional', 'input': '[2, 7]\\n9', 'output': '[0, 1]', 'metadata':"
                + " {'func_name': 'twoSum'}}]");
    for (String form : forms) {
      String json = form.replace('\'', '"');
      assertThat(found("{\"problem\": \"Sum.\", \"tests\": " + json + "}").reference())
          .as(form)
          .isEqualTo(calls);
      String quoted = new JsonMapper().writeValueAsString(json);
      assertThat(found("{\"problem\": \"Sum.\", \"tests\": " + quoted + "}").reference())
          .as("as text: %s", form)
          .isEqualTo(calls);
    }
  }

  @Test
  void leetCodeTestsAreOneAssertion() {
    Reading.Found read =
        found("{\"problem\": \"As it is.\", \"tests\": {\"functional\": \"check(Solution().f)\"}}");
    assertThat(read.question()).isEqualTo("As it is.");
    CodeTests.Assertions tests = (CodeTests.Assertions) read.reference();
    assertThat(tests.tests()).containsExactly("check(Solution().f)");
    assertThat(tests.before()).contains("class ListNode", "from collections import");
  }

  @Test
  void privateTestsOfLiveCodeBenchAreUnpackedWithoutRunningThePickle() {
    String record =
        """
        {"question_content": "Square it.", "question_id": "1873_A", "starter_code": "",
         "public_test_cases": "[{\\"input\\": \\"2\\", \\"output\\": \\"4\\", \\"testtype\\": \\"stdin\\"}]",
         "private_test_cases": "%s", "metadata": "{}"}
        """;
    Reading.Found read = found(record.formatted(PACKED));
    assertThat(read.id()).contains("1873_A");
    assertThat(read.question()).contains("standard input");
    assertThat(read.reference())
        .isEqualTo(
            new CodeTests.Programs(
                List.of(new CodeTests.Program("2", "4"), new CodeTests.Program("3\n", "9\n")),
                OptionalDouble.empty()));
    for (String broken : List.of(PACKED_CALL, "AAAA", "not base64", PACKED.substring(0, 40))) {
      assertThat(read(record.formatted(broken)))
          .isEqualTo(new Reading.Skipped("tests that are neither JSON nor packed JSON"));
    }
  }

  @Test
  void functionsOfLiveCodeBenchBeginWithTheirStarterCode() {
    Reading.Found read =
        found(
            """
            {"question_content": "Double it.", "starter_code": "class Solution:\\n    def d(self, x):\\n",
             "public_test_cases": "[{\\"input\\": \\"2\\", \\"output\\": \\"4\\", \\"testtype\\": \\"functional\\"}]",
             "private_test_cases": "[]", "metadata": "{\\"func_name\\": \\"d\\"}"}
            """);
    assertThat(read.question()).contains("class Solution:\n    def d(self, x):\n```");
    assertThat(read.reference())
        .isEqualTo(new CodeTests.Calls("d", List.of(new CodeTests.Call(List.of("2"), "4"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | no tests",
        "'' | no tests",
        "'[{' | tests that are malformed JSON",
        "{'inputs': ['1'], 'outputs': []} | tests with different numbers of inputs and outputs",
        "[{'input': '1'}] | tests in an unknown form",
        "{'in': 1} | tests in an unknown form",
        "[{'input': {}, 'output': '1'}] | tests whose input or output is not text",
        "{'fn_name': 'f(', 'inputs': [[1]], 'outputs': [1]} | tests of a function with an"
            + " invalid name",
        "{'fn_name': 'f', 'inputs': ['[1'], 'outputs': [1]} | calls whose arguments are malformed"
            + " JSON"
      },
      quoteCharacter = '~')
  void unreadableTestsAreSkipped(String tests, String why) {
    assertThat(read("{\"problem\": \"p\", \"tests\": " + tests.replace('\'', '"') + "}"))
        .isEqualTo(new Reading.Skipped(why));
  }

  @Test
  void dapoHasTheUserMessageAndTheGroundTruth() {
    Reading.Found read =
        found(
            """
            {"data_source": "math_dapo", "prompt": [{"role": "user", "content": "6*7?"}], "ability": "MATH",
             "reward_model": {"ground_truth": "42", "style": "rule"}, "extra_info": {"index": "9a"}}
            """);
    assertThat(read.question()).isEqualTo("6*7?");
    assertThat(read.reference()).isEqualTo(new Reference.Text("42"));
  }

  @Test
  void preparedPromptsOfDeepCoderAreUnchanged() {
    Reading.Found read =
        found(
            """
            {"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "Do it."}],
             "ability": "code", "reward_model": {"style": "rule", "ground_truth":
               "[{\\"input\\": \\"1\\", \\"output\\": \\"2\\"}]"}}
            """);
    assertThat(read.question()).isEqualTo("Do it.");
    assertThat(read.reference())
        .isEqualTo(
            new CodeTests.Programs(
                List.of(new CodeTests.Program("1", "2")), OptionalDouble.empty()));
  }

  @Test
  void allAnswersOfAListAreRequired() {
    assertThat(
            answer("{\"question\": \"q\", \"final_answer\": [\"9.6\\n\"], \"solution\": [\"s\"]}"))
        .isEqualTo("9.6");
    assertThat(answer("{\"question\": \"q\", \"final_answer\": [\"1\", \" 2\\n\"]}"))
        .isEqualTo("1, 2");
  }

  @Test
  void answersOfMinervaAreAlternatives() {
    assertThat(
            found(
                    """
                    {"problem": "p", "solution": "s", "type": "t", "idx": 3,
                     "answer": ["6630.65\\n", "6630", "6630\\n"]}
                    """)
                .reference())
        .isEqualTo(new Reference.Text("6630.65", List.of("6630")));
  }

  @Test
  void keysIgnoreCaseAndChatsAreRead() {
    Reading.Found aime =
        found("{\"ID\": \"2024-I-1\", \"Problem\": \"p\", \"Solution\": \"s\", \"Answer\": 204}");
    assertThat(aime.reference()).isEqualTo(new Reference.Text("204"));
    Reading.Found hub =
        found("{\"problem\": \"p\", \"answer\": \"1\", \"unique_id\": \"test/algebra/1.json\"}");
    assertThat(hub.id()).contains("test/algebra/1.json");
    Reading.Found chat =
        found(
            """
            {"conversations": [{"from": "human", "value": "6*7?"},
                               {"from": "gpt", "value": "It is \\\\boxed{42}."}]}
            """);
    assertThat(chat.question()).isEqualTo("6*7?");
    assertThat(chat.reference()).isEqualTo(new Reference.Text("42"));
    assertThat(
            read(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},{\"role\": \"user\","
                    + " \"content\": \"b\"}]}"))
        .isEqualTo(new Reading.Skipped("no answer"));
  }

  @Test
  void configuredKeysMayBePathsAndOverrideTheLayout() {
    DataRecord values =
        values("{\"prompt\": [{\"content\": \"q\"}], \"truth\": {\"a.b\": 1, \"c\": [5, 6]}}");
    ProblemFields fields = ProblemFields.of("prompt.0.content", "truth.c.1");
    assertThat(new Layouts(fields).read(values))
        .isEqualTo(new Reading.Found(Optional.empty(), "q", new Reference.Text("6")));
    assertThat(values.has("truth.c.2")).isFalse();
    assertThat(values.has("truth.c.x")).isFalse();
    assertThat(values("{\"a.b\": 1}").has("a.b")).isTrue();
    assertThatThrownBy(() -> new Layouts(ProblemFields.of("prompt.1", "truth")).read(values))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("x line 1 has no key 'prompt.1'");
  }

  @ParameterizedTest
  @CsvSource({
    "HumanEval.jsonl.gz, 164, Assertions",
    "mbpp.jsonl, 974, Assertions",
    "flowrl_train_leetcode.json, 1889, Assertions",
    "flowrl_test_leetcode.json, 200, Assertions",
    "flowrl_test_codeforces.json, 408, Programs",
    "flowrl_test_code_contests.json, 165, Programs"
  })
  void publishedCodeDataIsRead(String name, int count, String kind) {
    List<Problem> problems = ProblemFile.read(SharedData.file(name));
    assertThat(problems).hasSize(count);
    assertThat(problems)
        .allMatch(problem -> problem.reference().getClass().getSimpleName().equals(kind));
    assertThat(problems.stream().map(Problem::id).distinct()).hasSize(count);
  }

  /** All problems of Codeforces state a time limit, from one second to more than twelve. */
  @Test
  void codeforcesProblemsHaveTimeLimits() {
    assertThat(ProblemFile.read(SharedData.file("flowrl_test_codeforces.json")))
        .allMatch(problem -> ((CodeTests.Programs) problem.reference()).seconds().isPresent());
    assertThat(ProblemFile.read(SharedData.file("flowrl_test_code_contests.json")))
        .allMatch(problem -> ((CodeTests.Programs) problem.reference()).seconds().isPresent());
  }

  @Test
  void minervaHasAlternatives() {
    List<Problem> problems = ProblemFile.read(SharedData.file("flowrl_test_minerva.json"));
    assertThat(problems).hasSize(272);
    assertThat(((Reference.Text) problems.getFirst().reference()).answer()).isEqualTo("9.6");
    assertThat(problems)
        .filteredOn(problem -> !((Reference.Text) problem.reference()).alternatives().isEmpty())
        .isNotEmpty();
  }
}
