package io.braid.task.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecontaminationTest {
  @TempDir Path folder;

  private Path file(String name, String... questions) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < questions.length; i++) {
      lines.add(
          "{\"question\":\"%s\",\"answer\":1,\"unique_id\":\"%s%d\"}"
              .formatted(questions[i], name, i));
    }
    return Files.write(folder.resolve(name + ".jsonl"), lines);
  }

  @Test
  void nGramsIgnoreCaseAndPunctuation() {
    assertThat(Grams.of(Grams.words("The cat,\n sat ON-the $mat$."), 3))
        .containsExactly("the cat sat", "cat sat on", "sat on the", "on the mat");
    assertThat(Grams.of(Grams.words("One two!"), 3)).containsExactly("one two");
    assertThat(Grams.of(Grams.words("?!"), 3)).isEmpty();
  }

  @Test
  void anOverlapHasBothIdsAndTheSharedWords() throws IOException {
    Path train =
        file(
            "t",
            "Tom has three red apples and eats one.",
            "Ann has three green pears.",
            "What is it?",
            "So what is it now?");
    Path suite = file("s", "Mia: has THREE red -- apples?", "what is it");
    Decontamination comparison = new Decontamination(4);
    comparison.against(suite);
    List<String> clean = new ArrayList<>();
    Decontamination.Result result =
        comparison.train(
            train,
            Optional.empty(),
            ProblemFields.AUTO,
            values -> clean.add(values.text("unique_id").orElseThrow()));
    assertThat(result.hits())
        .containsExactly(
            new Decontamination.Hit(
                0, "t0", new Decontamination.SuiteProblem(suite, "s0"), "has three red apples"),
            new Decontamination.Hit(
                2, "t2", new Decontamination.SuiteProblem(suite, "s1"), "what is it"));
    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.overlapping()).isEqualTo(2);
    assertThat(clean).containsExactly("t1", "t3");
    assertThat(comparison.compared()).isEqualTo(2);
  }

  @Test
  void phrasesThatASuiteRepeatsAreIgnored() throws IOException {
    String phrase = "please solve the task below ";
    Path rare =
        file("rare", IntStream.range(0, 5).mapToObj(i -> phrase + i).toArray(String[]::new));
    Path common =
        file("common", IntStream.range(0, 6).mapToObj(i -> phrase + i).toArray(String[]::new));
    Path train = file("t", phrase + "quickly");
    assertThat(hits(train, rare, 5)).isEqualTo(5);
    assertThat(hits(train, common, 5)).isZero();
    assertThat(hits(file("u", "quickly " + phrase + "1"), common, 5)).isZero(); // mostly phrase
    assertThat(hits(file("v", "1 2 3 the task below"), file("w", "1 2 3 the task below"), 5))
        .isEqualTo(1);
  }

  private static int hits(Path train, Path suite, int n) {
    Decontamination comparison = new Decontamination(n);
    comparison.against(suite);
    return comparison
        .train(train, Optional.empty(), ProblemFields.AUTO, DecontaminationTest::keep)
        .hits()
        .size();
  }

  private static void keep(DataRecord values) {
    assertThat(values.values().isObject()).isTrue();
  }

  @Test
  void aDataSetOverlapsWithItself() {
    Path suite = SharedData.file("flowrl_test_aime24.json");
    Decontamination comparison = new Decontamination(13);
    comparison.against(suite);
    assertThat(
            comparison
                .train(suite, Optional.empty(), ProblemFields.AUTO, DecontaminationTest::keep)
                .overlapping())
        .isEqualTo(30);
  }
}
