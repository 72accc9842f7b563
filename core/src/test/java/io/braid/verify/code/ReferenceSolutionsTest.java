package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.task.ProblemFile;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import io.braid.verify.CodeSettings;
import io.braid.verify.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests that the reference solutions of public data sets pass their own tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceSolutionsTest {
  /** MBPP/123 takes 3 s on an idle processor and longer on a busy one. */
  private static final CodeSettings PATIENT =
      new CodeSettings(CodeSettings.Sandboxing.BUBBLEWRAP, 60, 1024, false);

  private CodeVerifier verifier;

  @BeforeAll
  void begin() {
    verifier = Sandboxed.verifier(PATIENT);
  }

  @AfterAll
  void end() {
    if (verifier != null) {
      verifier.close();
    }
  }

  private record Item(String name, CodeTests tests, String answer) {}

  @Test
  void humanEval() {
    List<Item> items = items("HumanEval.jsonl.gz", "canonical_solution", false);
    assertThat(items).hasSize(164);
    assertThat(failures(items)).isEmpty();
  }

  @Test
  void mbpp() {
    List<Item> items = items("mbpp.jsonl", "code", true);
    assertThat(items).hasSize(974);
    assertThat(failures(items)).isEmpty();
  }

  @Test
  void leetCode() {
    List<Item> items = items("flowrl_test_leetcode.json", "solutions", true);
    assertThat(items).hasSize(200);
    assertThat(failures(items))
        .singleElement()
        .asString()
        .endsWith("ModuleNotFoundError: No module named 'sortedcontainers' (line 1)");
  }

  /** Reads a file's problems as a run does, together with their reference solutions. */
  private static List<Item> items(String name, String solution, boolean inMarkdown) {
    Path file = SharedData.file(name);
    List<Problem> problems = ProblemFile.read(file);
    List<DataRecord> records = RecordFile.read(file);
    assertThat(records).hasSameSizeAs(problems);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < problems.size(); i++) {
      String code = records.get(i).verbatim(solution).orElseThrow();
      items.add(
          new Item(
              problems.get(i).id(),
              (CodeTests) problems.get(i).reference(),
              inMarkdown ? "```python\n" + code + "\n```" : code));
    }
    return items;
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
}
