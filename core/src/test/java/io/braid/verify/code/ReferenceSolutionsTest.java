package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.task.CodeTests;
import io.braid.verify.CodeSettings;
import io.braid.verify.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The solutions that come with public data sets pass their own tests, and nearly no time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceSolutionsTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private CodeVerifier verifier;

  @BeforeAll
  void begin() {
    verifier = Sandboxed.verifier(CodeSettings.STANDARD);
  }

  @AfterAll
  void end() {
    if (verifier != null) {
      verifier.close();
    }
  }

  private record Item(String name, CodeTests tests, String answer) {}

  @Test
  void humanEval() throws IOException {
    List<Item> items = new ArrayList<>();
    try (InputStream file = Files.newInputStream(SharedData.file("HumanEval.jsonl.gz"));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        JsonNode node = JSON.readTree(line);
        String test = text(node, "test") + "\ncheck(" + text(node, "entry_point") + ")\n";
        items.add(
            new Item(
                text(node, "task_id"),
                new CodeTests.Assertions(text(node, "prompt"), List.of(test)),
                text(node, "canonical_solution")));
      }
    }
    assertThat(items).hasSize(164);
    assertThat(failures(items)).isEmpty();
  }

  @Test
  void mbpp() throws IOException {
    List<Item> items = new ArrayList<>();
    for (String line : Files.readAllLines(SharedData.file("mbpp.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      List<String> tests = new ArrayList<>();
      node.get("test_list").forEach(each -> tests.add(each.asString()));
      items.add(
          new Item(
              text(node, "task_id"),
              new CodeTests.Assertions(text(node, "test_setup_code"), tests),
              "```python\n" + text(node, "code") + "\n```"));
    }
    assertThat(items).hasSize(974);
    assertThat(failures(items)).isEmpty();
  }

  @Test
  void leetCode() throws IOException {
    String before = resource("leetcode_prelude.py");
    List<Item> items = new ArrayList<>();
    String all = Files.readString(SharedData.file("flowrl_test_leetcode.json"));
    for (JsonNode node : JSON.readTree(all)) {
      List<String> tests = List.of(text(node.get("tests"), "functional"));
      items.add(
          new Item(
              "LeetCode " + items.size(),
              new CodeTests.Assertions(before, tests),
              text(node, "solutions")));
    }
    assertThat(items).hasSize(200);
    assertThat(failures(items))
        .containsExactly(
            "LeetCode 126: ModuleNotFoundError: No module named 'sortedcontainers' (line 1)");
  }

  private List<String> failures(List<Item> items) {
    List<String> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Verdict>> verdicts = new ArrayList<>();
      for (Item each : items) {
        verdicts.add(threads.submit(() -> verifier.judge(each.tests, each.answer)));
      }
      for (int i = 0; i < items.size(); i++) {
        Verdict verdict = verdicts.get(i).get();
        if (!verdict.correct()) {
          failures.add(items.get(i).name + ": " + verdict.reason());
        }
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
    return failures;
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream file = ReferenceSolutionsTest.class.getResourceAsStream(name)) {
      return new String(
          java.util.Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
