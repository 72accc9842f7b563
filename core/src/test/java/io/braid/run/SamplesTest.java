package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
  @TempDir Path dir;

  private static final Sample SAMPLE =
      new Sample(
          "p1",
          "1+1?\n\u2028",
          "\"2\" é😀",
          Optional.of("2"),
          Optional.of("2 (the whole response)"),
          Optional.of("correct"),
          1,
          true,
          -0.5,
          "stop",
          4,
          3);

  @Test
  void samplesReadBackEqual() throws IOException {
    Sample odd =
        new Sample(
            "",
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Double.NEGATIVE_INFINITY,
            false,
            Double.NaN,
            "length",
            0,
            0);
    try (RunDirectory run = RunDirectory.create(dir, false)) {
      Samples.write(run, 3, List.of(SAMPLE, odd));

      assertThat(Samples.read(run.samples(3))).containsExactly(SAMPLE, odd);
      assertThat(Files.readAllLines(run.samples(3)))
          .hasSize(2)
          .first()
          .asString()
          .contains("\"response_tokens\":3");
    }
  }

  @Test
  void anOlderFileLacksTheReferenceAndTheReading() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("old.jsonl"),
            """
            {"problem":"p","prompt":"?","response":"!","reward":0.5,"correct":false,"advantage":0.0,"finish":"stop","prompt_tokens":4,"response_tokens":3}
            """);

    assertThat(Samples.read(file))
        .containsExactly(
            new Sample(
                "p",
                "?",
                "!",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0.5,
                false,
                0,
                "stop",
                4,
                3));
  }

  @Test
  void aLineThatIsNoSampleIsNamed() throws IOException {
    Path file = Files.writeString(dir.resolve("s.jsonl"), "{\n");

    assertThatThrownBy(() -> Samples.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ":1: not a sample; delete the line");
  }

  @Test
  void samplesAreKnownByTheirKeysAndAreWhole() throws IOException {
    try (RunDirectory run = RunDirectory.create(dir, false)) {
      Samples.write(run, 3, List.of(SAMPLE));
      assertThat(Samples.areIn(run.samples(3))).isTrue();
    }
    Path data =
        Files.writeString(dir.resolve("d.jsonl"), "{\"prompt\": \"?\", \"response\": \"!\"}\n");
    assertThat(Samples.areIn(data)).isFalse();
    assertThat(Samples.areIn(dir.resolve("nowhere.jsonl"))).isFalse();
    for (String line : List.of("{\"prompt\": \"?\", \"response\": null}", "null", "{}")) {
      Files.writeString(data, line + "\n");
      assertThatThrownBy(() -> Samples.read(data))
          .isInstanceOf(UserError.class)
          .hasMessage(data + ":1: not a sample; delete the line");
    }
  }

  @Test
  void aResumedRunForgetsLaterSteps() {
    try (RunDirectory run = RunDirectory.create(dir, false)) {
      for (long step : List.of(9L, 10L, 11L, 1_000_000L)) {
        Samples.write(run, step, List.of(SAMPLE));
      }
      Samples.removeAfter(run, 10);

      assertThat(List.of(run.samples(9), run.samples(10))).allMatch(Files::exists);
      assertThat(List.of(run.samples(11), run.samples(1_000_000))).noneMatch(Files::exists);
    }
  }
}
