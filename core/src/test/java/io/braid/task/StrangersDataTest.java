package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.templates.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests data in the layouts of other projects, without configured keys. */
class StrangersDataTest {
  @TempDir Path folder;

  private List<Problem> read(String name, String content) throws IOException {
    return ProblemFile.read(Files.writeString(folder.resolve(name), content));
  }

  private Problem one(String json) throws IOException {
    return read("a.jsonl", json.replace('\'', '"')).getFirst();
  }

  private static Reference.Text text(String answer, String... others) {
    return new Reference.Text(answer, List.of(others));
  }

  /** One record per project, in its usual layout. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "slime | {'prompt': [{'role': 'user', 'content': 'Q'}], 'label': '15', 'metadata': {}}",
        "slime, text | {'prompt': 'Q', 'label': 15}",
        "OpenRLHF | {'input': 'Q', 'label': '15', 'datasource': 'm'}",
        "OpenRLHF, chat | {'context_messages': [{'role': 'user', 'content': 'Q'}], 'label': '15'}",
        "OpenRLHF, message | {'message': '[{\\'role\\': \\'user\\', \\'content\\': \\'Q\\'}]',"
            + " 'answer': '15'}",
        "open-instruct | {'messages': [{'role': 'user', 'content': 'Q'}], 'ground_truth': '15',"
            + " 'dataset': 'gsm8k'}",
        "open-instruct, lists | {'messages': [{'role': 'user', 'content': 'Q'}], 'ground_truth':"
            + " ['15'], 'dataset': ['gsm8k']}",
        "AReaL | {'query_id': 'x', 'prompt': 'Q', 'solutions': ['So \\\\boxed{15}'], 'task':"
            + " 'math'}",
        "rLLM | {'question': 'Q', 'ground_truth': '15', 'data_source': 'm', 'uid': 'u'}",
        "rLLM for verl | {'prompt': [{'role': 'user', 'content': 'placeholder'}], 'reward_model':"
            + " {'style': 'rule', 'ground_truth': null}, 'extra_info': {'question': 'Q',"
            + " 'ground_truth': '15'}}",
        "prime-rl | {'problem_id': 'p', 'task_type': 'verifiable_math', 'prompt': 'Q',"
            + " 'verification_info': '{\\'ground_truth\\': \\'15\\'}'}",
        "TRL | {'prompt': [{'role': 'user', 'content': 'Q'}], 'solution': 'We get"
            + " $\\\\boxed{15}$.'}",
        "OpenR1 | {'problem': 'Q', 'solution': 'We get $\\\\boxed{15}$.', 'answer': '', 'uuid':"
            + " 'u'}",
        "OpenMathReasoning | {'problem': 'Q', 'expected_answer': '15', 'generated_solution': 'no'}",
        "Skywork-OR1 | {'prompt': [{'role': 'user', 'content': 'Q'}], 'ability': 'math',"
            + " 'reward_model': {'ground_truth': '[\\'15\\']'}}",
        "verl, text | {'prompt': '[{\\'role\\': \\'user\\', \\'content\\': \\'Q\\'}]',"
            + " 'reward_model': '{\\'ground_truth\\': \\'15\\'}'}",
        "verl, extra | {'prompt': [{'role': 'user', 'content': 'Q'}], 'ability': 'MATH',"
            + " 'extra_info': {'answer': 'x #### 15', 'question': 'Q'}}",
        "quoted | {'prompt': 'Q', 'verification_info': '{\\'ground_truth\\':"
            + " \\'\\\\\\'15\\\\\\'\\'}'}",
        "Search-R1 | {'question': 'Q', 'reward_model': {'ground_truth': {'target': ['15']}}}",
        "FlashRAG | {'question': 'Q', 'golden_answers': ['15']}",
        "TriviaQA | {'question': 'Q', 'answer': {'value': '15', 'aliases': []}}"
      })
  void layoutsAreRecognised(String project, String json) throws IOException {
    Problem problem = one(json.replace("\\'", "\\\""));
    assertThat(problem.question()).as(project).isEqualTo("Q");
    assertThat(problem.reference()).as(project).isEqualTo(text("15"));
    assertThat(problem.conversation()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'question': 'Q', 'reward_model': {'ground_truth': ['2', '3']}}",
        "{'question': 'Q', 'reward_model': {'ground_truth': '[\\\"2\\\", \\\"3\\\"]'}}",
        "{'question': 'Q', 'ground_truth': {'target': [2, 3]}}",
        "{'question': 'Q', 'answer': {'target': ['2', '3', '2']}}",
        "{'question': 'Q', 'answer': '{\\\"target\\\": [\\\"2\\\", \\\"3\\\"]}'}",
        "{'question': 'Q', 'answer': {'value': '2', 'aliases': ['2', '3']}}"
      })
  void eachOfSeveralGroundTruthsIsAccepted(String json) throws IOException {
    assertThat(one(json).reference()).isEqualTo(text("2", "3"));
  }

  @Test
  void pythonNotationIsReadLikeJson() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("p.csv"),
            """
            prompt,reward_model
            "[{'role': 'system', 'content': ""it's""}, {'role': 'user', 'content': 'Q\\n'}]","{'ground_truth': ['15', ""1'5""], 'style': None}"
            """);
    Problem problem = ProblemFile.read(file).getFirst();
    assertThat(problem.question()).isEqualTo("Q\n");
    assertThat(problem.conversation().getFirst()).isEqualTo(ChatMessage.system("it's"));
    assertThat(problem.reference()).isEqualTo(text("15", "1'5"));
  }

  @Test
  void aKeyMissingInOneRecordIsCountedAndOneMissingInAllIsReported() throws IOException {
    assertThat(read("a.jsonl", "{\"question\": \"a\", \"answer\": \"1\"}\n{\"question\": \"b\"}\n"))
        .extracting(Problem::question)
        .containsExactly("a");
    assertThatThrownBy(() -> read("b.jsonl", "{\"question\": \"b\"}\n{\"question\": \"c\"}\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("b.jsonl line 1 has no answer: it has none of the keys ground_truth");
  }

  @Test
  void textThatOnlyLooksLikeJsonIsAnAnswer() throws IOException {
    assertThat(one("{'question': 'Q', 'answer': '[0, 1]'}").reference()).isEqualTo(text("[0, 1]"));
    assertThat(one("{'question': 'Q', 'answer': '{1, 2}'}").reference()).isEqualTo(text("{1, 2}"));
    assertThat(one("{'question': 'Q', 'answer': '[0, 1)'}").reference()).isEqualTo(text("[0, 1)"));
  }

  @Test
  void anUnknownGroundTruthIsSkippedNamingItsKeys() {
    assertThatThrownBy(() ->
            one(
                "{'messages': [{'role': 'user', 'content': 'Q'}], 'dataset': 'ifeval',"
                    + " 'ground_truth': {'func_name': 'f', 'N': 3}}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("an answer that is an object with the keys N, func_name (1, first ");
  }

  @ParameterizedTest
  @CsvSource({"code", "CODE", "Code", "coding", "codes", "code_generation", "programming", "math"})
  void testsAreRecognisedWhateverTheAbilityIsCalled(String ability) throws IOException {
    CodeTests.Programs expected =
        new CodeTests.Programs(List.of(new CodeTests.Program("\n", "3\n")), OptionalDouble.empty());
    String tests = "{\\\"inputs\\\": [\\\"\\\\n\\\"], \\\"outputs\\\": [\\\"3\\\\n\\\"]}";
    assertThat(
            one("{'prompt': [{'role': 'user', 'content': 'Print 3'}], 'ability': '%s', 'reward_model': {'ground_truth': '%s'}}"
                    .formatted(ability, tests))
                .reference())
        .isEqualTo(expected);
    assertThat(
            one("{'prompt': 'Print 3', 'task_type': 'verifiable_code', 'verification_info':"
                    + " {'language': 'python', 'test_cases': [{'type': 'stdin_stdout', 'input':"
                    + " '\\n', 'output': '3\\n'}]}}")
                .reference())
        .isEqualTo(expected);
  }

  @Test
  void missingValuesDoNotHideOtherKeys() throws IOException {
    List<Problem> problems =
        read(
            "a.jsonl",
            """
            {"question": "a", "answer": "1", "problem": null, "solution": null}
            {"question": null, "answer": null, "problem": "b", "solution": "\\\\boxed{2}"}
            {"question": "", "answer": "  ", "problem": "c", "solution": "\\\\boxed{3}"}
            {"question": "d", "answer": NaN, "solution": "\\\\boxed{4}"}
            {"question": "e", "answer": "NaN", "solution": "\\\\boxed{5}", "rate": Infinity}
            {"problem": "f", "answer": [], "tests": null, "label": 6, "rate": -Infinity}
            {"question": "g", "answer": 0.10, "rate": NaN}
            """);
    assertThat(problems)
        .extracting(Problem::question)
        .containsExactly("a", "b", "c", "d", "e", "f", "g");
    assertThat(problems)
        .extracting(Problem::reference)
        .containsExactly(
            text("1"), text("2"), text("3"), text("4"), text("5"), text("6"), text("0.10"));
  }

  @Test
  void parquetKeepsFloatsAndAllRecords() throws IOException {
    Path file = Resources.copy("records/floats.parquet", folder.resolve("a.parquet"));
    List<Problem> problems = ProblemFile.read(file);
    assertThat(problems)
        .extracting(Problem::reference)
        .containsExactly(text("0.1"), text("16777216.0"));
    assertThat(ProblemFile.read(file, ProblemFields.of("question", "nested.x \"FLOAT\"")))
        .extracting(Problem::reference)
        .containsExactly(text("0.3"));
  }

  @Test
  void chatsKeepSystemMessagesTurnsAndParts() throws IOException {
    Problem system =
        one(
            "{'prompt': [{'role': 'system', 'content': 'S'}, {'role': 'user', 'content': ' Q\\n'}],"
                + " 'answer': '15'}");
    assertThat(system.question()).isEqualTo(" Q\n");
    assertThat(system.conversation())
        .containsExactly(ChatMessage.system("S"), ChatMessage.user(" Q\n"));
    Problem turns =
        one(
            "{'messages': [{'from': 'human', 'value': '1+1?'}, {'from': 'gpt', 'value': '2'},"
                + " {'from': 'human', 'value': '7+8?'}, {'from': 'gpt', 'value':"
                + " '\\\\boxed{15}'}]}");
    assertThat(turns.question()).isEqualTo("7+8?");
    assertThat(turns.reference()).isEqualTo(text("15"));
    assertThat(turns.conversation())
        .containsExactly(
            ChatMessage.user("1+1?"), ChatMessage.assistant("2"), ChatMessage.user("7+8?"));
    Problem parts =
        one(
            "{'prompt': [{'role': 'user', 'content': [{'type': 'text', 'text': 'What is '},"
                + " {'type': 'text', 'text': '7 plus 8?'}]}], 'answer': '15'}");
    assertThat(parts.question()).isEqualTo("What is 7 plus 8?");
    assertThatThrownBy(() ->
            one(
                "{'prompt': [{'role': 'user', 'content': 'Q'}, {'role': 'assistant', 'content':"
                    + " '<think>'}], 'answer': '15'}"))
        .hasMessageContaining("a chat that ends with an assistant message (1, first ");
  }

  @Test
  void aTemplateCanUseEveryKey() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.jsonl"),
            "{\"problem\": \"7+8?\", \"level\": 3, \"tags\": [\"a\", \"b\"], \"answer\":"
                + " \"15\"}\n");
    QuestionTemplate words =
        QuestionTemplate.of("[{{ level }}] {{ question }} {{ tags | join('/') }}");
    assertThat(
            ProblemFile.read(file, ProblemFields.AUTO.worded(Optional.of(words)))
                .getFirst()
                .question())
        .isEqualTo("[3] 7+8? a/b");
    for (String misspelt : List.of("{{ problm }}", "{{ problm | upper }}")) {
      ProblemFields fields = ProblemFields.AUTO.worded(Optional.of(QuestionTemplate.of(misspelt)));
      assertThatThrownBy(() -> ProblemFile.read(file, fields))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(
              "t.jsonl line 1: the recipe's template, line 1: 'problm' is undefined; its keys are"
                  + " question, problem, level, tags, answer");
    }
    QuestionTemplate optional =
        QuestionTemplate.of(
            "{{ problem }}{% if hint is defined %} {{ hint }}{% endif %}{{ x | default('!') }}");
    assertThat(
            ProblemFile.read(file, ProblemFields.AUTO.worded(Optional.of(optional)))
                .getFirst()
                .question())
        .isEqualTo("7+8?!");
    assertThatThrownBy(() -> QuestionTemplate.of("{% if %}"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("template: ");
    assertThatThrownBy(() ->
            ProblemFile.read(
                file, ProblemFields.AUTO.worded(Optional.of(QuestionTemplate.of("{{ '' }}")))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("t.jsonl line 1: the recipe's template renders blank text");
  }
}
