package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for suites with images: their options, tables and comparison. */
class VisionEvalTest {
  private static final String IMAGE =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

  @TempDir private Path directory = Path.of("");

  private void files() throws IOException {
    Files.writeString(
        directory.resolve("VisuLogic.tsv"),
        "index\timage\tquestion\tanswer\tcategory\n1\t%s\tq?\tA\tSpatial\n2\t1\tr?\tB\tStyle\n"
            .formatted(IMAGE));
    Files.writeString(
        directory.resolve("LogicVista.tsv"),
        "index\timage\tquestion\tanswer\tskill\n1\t%s\tq?\tA\tinductive\n".formatted(IMAGE));
  }

  private Terminal.Ended eval(ChatStandIn model, String suites, String out, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "eval",
                "--endpoint",
                model.base(),
                "--endpoint-model",
                "m",
                "--suites",
                directory.toString(),
                "--suite",
                suites,
                "--out",
                directory.resolve(out).toString()));
    line.addAll(List.of(more));
    return Terminal.here(line.toArray(String[]::new));
  }

  @Test
  void suitesAreScoredInTablesAndCompared() throws IOException {
    files();
    try (ChatStandIn model = new ChatStandIn(_ -> "\\boxed{A}");
        ChatStandIn other = new ChatStandIn(_ -> "\\boxed{B}");
        ChatStandIn judge = new ChatStandIn(_ -> "ANSWER: A")) {
      String[] judged = {"--judge-endpoint", judge.base(), "--judge-model", "j"};
      Terminal.Ended first = eval(model, "visulogic,logicvista", "a", judged);
      assertThat(first.exit()).as(first.err()).isZero();
      assertThat(first.out())
          .containsPattern("visulogic +category: Spatial +1 +100")
          .containsPattern("visulogic +category: Style +1 +0")
          .containsPattern("logicvista +skill: inductive +1 +100");
      assertThat(first.err())
          .contains("VisuLogic.tsv has 2 problems, the published suite has 1000");
      assertThat(judge.requests()).hasSize(1);
      assertThat(model.requests()).hasSize(3);
      Terminal.Ended second = eval(other, "visulogic,logicvista", "b", judged);
      assertThat(second.exit()).as(second.err()).isZero();
      Terminal.Ended compared =
          Terminal.here(
              "eval-compare",
              directory.resolve("a").toString(),
              directory.resolve("b").toString(),
              "--json");
      assertThat(compared.exit()).as(compared.err()).isZero();
      assertThat(compared.err()).containsPattern("visulogic +category: Style +1 +0.0 +100.0");
      assertThat(compared.out()).contains("\"category: Spatial\":{\"n\":1,\"a\":1.0,\"b\":0.0,");
    }
  }

  @Test
  void theJudgesOptionsAreChecked() throws IOException {
    files();
    try (ChatStandIn model = new ChatStandIn(_ -> "Perhaps.")) {
      Terminal.Ended none = eval(model, "logicvista", "a");
      assertThat(none.exit()).isEqualTo(2);
      assertThat(none.err()).contains("suite logicvista needs a language model");
      Terminal.Ended unneeded = eval(model, "visulogic", "b", "--unjudged");
      assertThat(unneeded.exit()).isEqualTo(2);
      assertThat(unneeded.err()).contains("none of the suites needs a judge");
      Terminal.Ended both = eval(model, "logicvista", "c", "--unjudged", "--judge-model", "j");
      assertThat(both.exit()).isEqualTo(2);
      assertThat(both.err()).contains("judge: give either the judge's model, or unjudged");
      Terminal.Ended verifier = eval(model, "visulogic", "d", "--verifier", "gsm8k");
      assertThat(verifier.exit()).isEqualTo(2);
      assertThat(verifier.err()).contains("suite visulogic has its own rule");
      assertThat(model.requests()).isEmpty();
      Terminal.Ended unjudged = eval(model, "logicvista", "e", "--unjudged");
      assertThat(unjudged.exit()).as(unjudged.err()).isZero();
      assertThat(unjudged.out())
          .contains("logicvista: unjudged; there was no judge")
          .contains("100.00 % of the responses could not be judged");
    }
  }
}
