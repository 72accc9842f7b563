package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.TrainRecipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and bytes of what a run leaves, where digits, commas and letters are written otherwise. */
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalesTest {
  @TempDir private static Path directory = Path.of("");

  private Map<String, String> expected = Map.of();

  @BeforeAll
  void runWhereNothingIsSpecial() throws Exception {
    TinyModel.in(directory);
    expected = in(Locale.ROOT);
    assertThat(expected)
        .containsKeys(
            "run/checkpoints/step-000003/model/model.safetensors",
            "run/checkpoints/step-000004/trainer.safetensors",
            "run/samples/step-000004.jsonl",
            "run/recipe.yaml",
            "problems.jsonl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fa-IR",
        "ar-EG",
        "th-TH-u-nu-thai",
        "tr-TR",
        "hi-IN-u-nu-deva",
        "de-DE",
        "az",
      })
  void anInterruptedRunGivesTheSameFilesInEveryLocale(String tag) throws Exception {
    assertThat(in(Locale.forLanguageTag(tag))).isEqualTo(expected);
  }

  @Test
  void theseLocalesWriteNumbersOtherwise() {
    assertThat(String.format(Locale.forLanguageTag("fa-IR"), "%06d", 3)).isEqualTo("۰۰۰۰۰۳");
    assertThat(String.format(Locale.forLanguageTag("de-DE"), "%.1f", 0.5)).isEqualTo("0,5");
  }

  /** What a run and some problems leave, by name: the SHA-256 of all but the times in it. */
  private Map<String, String> in(Locale locale) throws Exception {
    Locale before = Locale.getDefault();
    Path out = directory.resolve(locale.toLanguageTag());
    Locale.setDefault(locale);
    try {
      assertThatThrownBy(
              () -> PolicyRun.run(recipe(), out.resolve("run"), false, new BreaksAfter(3)))
          .hasMessage("broken");
      PolicyRun.run(recipe(), out.resolve("run"), true, RunListener.SILENT);
      Terminal.Ended data =
          Terminal.here(
              "data",
              "countdown",
              "--out",
              out.resolve("problems.jsonl").toString(),
              "--count",
              "4");
      assertThat(data.exit()).as(data.err()).isZero();
      return hashes(out);
    } finally {
      Locale.setDefault(before);
    }
  }

  private TrainRecipe recipe() {
    return Recipe.read(
        Path.of("..", "recipes", "countdown-flowrl.yaml"),
        List.of(
            "model='" + directory.resolve("model-111") + "'",
            "steps=4",
            "prompts_per_step=4",
            "rollout.samples=4",
            "rollout.max_new_tokens=8",
            "flow={}",
            "saving={checkpoint_every_steps: 2, samples_every_steps: 2}"),
        TrainRecipe.class);
  }

  private static Map<String, String> hashes(Path out) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(out)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files) {
      String name = out.relativize(file).toString();
      if (name.contains("tensorboard")) {
        name = name.replaceAll("\\d{10}", "time");
      }
      hashes.put(name, hash(file));
    }
    return hashes;
  }

  private static String hash(Path file) throws Exception {
    String name = String.valueOf(file.getFileName());
    if (name.contains("tfevents") || name.equals(".lock")) {
      return "holds times";
    }
    byte[] bytes = Files.readAllBytes(file);
    if (name.equals("metrics.jsonl")) {
      bytes = withoutTimes(file).getBytes(StandardCharsets.UTF_8);
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String withoutTimes(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(line -> line.replaceAll("\"time\":\"[^\"]*\",?|\"[a-z_]+_seconds\":[0-9.E-]+,?", ""))
        .collect(Collectors.joining("\n"));
  }
}
