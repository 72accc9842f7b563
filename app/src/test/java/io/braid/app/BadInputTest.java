package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Bad input ends with exit code 2 and one line that says what, where and how to mend it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String RECIPE =
      """
      model: %s
      data: countdown:solutions=2,sameness=order
      steps: 2
      prompts_per_step: 2
      rollout:
        samples: 2
        max_new_tokens: 4
      """;

  private static final String LONG = "{\"question\": \"1 2 3 = 6 :\", \"answer\": 6}\n";

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");

  @BeforeAll
  void makeModel() {
    model = TinyModel.in(directory);
  }

  @Test
  void aModelDirectoryThatIsNotThere() throws IOException {
    assertThat(refused("train", recipe(RECIPE.formatted("nowhere"))))
        .contains("nowhere")
        .contains("no such model directory");
  }

  @Test
  void aTruncatedWeightsFile() throws IOException {
    Path broken = copyOfModel("truncated");
    byte[] weights = Files.readAllBytes(broken.resolve("model.safetensors"));
    Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    assertThat(refused("generate", "--model", broken.toString(), "--prompt", "1 2 3 = 6 :"))
        .contains("model.safetensors")
        .contains("truncated");
  }

  @Test
  void anUnknownArchitecture() throws IOException {
    Path other = copyOfModel("gpt2");
    String config = Files.readString(other.resolve("config.json")).replace("\"qwen2\"", "\"gpt2\"");
    Files.writeString(other.resolve("config.json"), config);
    assertThat(refused("logprobs", "--model", other.toString(), "--ids", "1,2"))
        .contains("config.json")
        .contains("gpt2")
        .contains("Braid knows llama, mistral, qwen2, qwen3");
  }

  @Test
  void aTokenizerThatDoesNotFitTheEmbedding() {
    Path small = TinyModel.in(directory, 50);
    assertThat(refused("generate", "--model", small.toString(), "--prompt", "1"))
        .contains("tokenizer.json")
        .contains("vocab_size is 50");
  }

  @Test
  void anUnknownRecipeKeyWithTheNearestName() throws IOException {
    assertThat(refused("train", recipe(RECIPE.formatted(model) + "optimiser: {}\n")))
        .contains("recipe.yaml:8")
        .contains("optimiser")
        .contains("optimizer");
  }

  @Test
  void aWrongType() throws IOException {
    assertThat(refused("train", recipe(RECIPE.formatted(model).replace("steps: 2", "steps: many"))))
        .contains("recipe.yaml:3")
        .contains("steps")
        .contains("many");
  }

  @Test
  void aGroupOfOne() throws IOException {
    assertThat(
            refused("train", recipe(RECIPE.formatted(model).replace("samples: 2", "samples: 1"))))
        .contains("rollout.samples")
        .contains("at least 2");
  }

  @Test
  void klWithAnEstimatorThatHoldsNothing() throws IOException {
    assertThat(
            refused(
                "train",
                recipe(
                    RECIPE.formatted(model)
                        + "loss:\n"
                        + "  type: ppo-clip\n"
                        + "  kl: {estimator: k1, coef: 0.1}\n")))
        .contains("recipe.yaml:10")
        .contains("has no effect in a loss");
  }

  @Test
  void anEmptyDataSet() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.jsonl"), "");
    assertThat(refused("eval", "--model", model.toString(), "--data", empty.toString()))
        .contains("empty.jsonl")
        .contains("empty");
  }

  @Test
  void aPromptLongerThanTheContext() {
    assertThat(
            refused("generate", "--model", model.toString(), "--prompt", "1 + ".repeat(40) + "1"))
        .contains("--prompt 1: its prompt has 81 tokens", "context leaves 31");
  }

  @Test
  void anUnknownTaskWithTheNearestName() {
    assertThat(refused("eval", "--model", model.toString(), "--data", "countdwn"))
        .contains("countdown");
  }

  @Test
  void anUnknownCommandOption() {
    assertThat(refused("eval", "--modle", "x")).contains("--model");
  }

  @Test
  void aRunDirectoryThatHoldsARun() throws IOException {
    Path out = Files.createDirectory(directory.resolve("taken"));
    Files.writeString(out.resolve("metrics.jsonl"), "{}\n");
    Files.writeString(directory.resolve("r2.yaml"), RECIPE.formatted(model));
    assertThat(refused("train", directory.resolve("r2.yaml").toString(), "--out", out.toString()))
        .contains("taken")
        .contains("--resume");
  }

  @Test
  void everyCommandShowsItsHelp() {
    for (String command :
        new String[] {
          "quickstart",
          "blank",
          "sft",
          "train",
          "flow",
          "compare",
          "eval",
          "eval-compare",
          "generate",
          "logprobs",
          "data",
          "model",
          "bench",
          "doctor"
        }) {
      assertThat(Terminal.here(command, "--help").exit()).as(command).isZero();
    }
  }

  private String recipe(String text) throws IOException {
    return Files.writeString(directory.resolve("recipe.yaml"), text).toString();
  }

  private Path copyOfModel(String name) throws IOException {
    Path copy = Files.createDirectories(directory.resolve(name));
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
      }
    }
    return copy;
  }

  @Test
  void aRewardServerThatWouldBeOpenToAllOrCannotStart() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty-token"), " \n");
    assertThat(serveRefused("--host", "0.0.0.0"))
        .contains("--host: 0.0.0.0 is reachable from other machines; set a token");
    assertThat(serveRefused("--host", "no.such.host.invalid"))
        .contains("not an address of this machine");
    assertThat(serveRefused("--token-file", "nowhere"))
        .contains("--token-file: nowhere: cannot be read: there is no such file");
    assertThat(serveRefused("--token-file", empty.toString())).contains("the token is empty");
    assertThat(serveRefused("--max-body", "0"))
        .contains("--max-body: must be between 1 and 1024 MB");
    assertThat(serveRefused("--verifier", "gsm8"))
        .contains("verifier: no 'gsm8'; did you mean 'gsm8k'?");
    assertThat(serveRefused("--verifier", "{type: http, url: 'http://x/', token_env: NO_SUCH}"))
        .contains("the environment variable 'NO_SUCH");
  }

  @Test
  void aWordThatAnOptionDoesNotKnow() {
    assertThat(refused("verify", "--gold", "1", "--prediction", "1", "--strictness", "lenent"))
        .contains(
            "'--strictness': expected one of strict, lenient but was 'lenent'; did you mean"
                + " 'lenient'?");
  }

  @Test
  void settingsAreNamedAsTheCommandNamesThem() throws IOException {
    Path data = Files.writeString(directory.resolve("long.jsonl"), LONG);
    String[] eval = {"eval", "--model", model.toString(), "--data", data.toString()};

    assertThat(refused(and(eval, "--system", "Add.")))
        .contains("--system: the prompt format 'none' does not support a system message");
    assertThat(refused(and(eval, "--max-prompt-tokens", "2")))
        .contains("its prompt has ")
        .contains("--max-prompt-tokens is 2")
        .contains("with --long-prompts drop");
    assertThat(refused(and(eval, "--problems", "0")))
        .contains("--problems: must be at least 1, got 0");
    assertThat(refused(and(eval, "--date", "tomorrow")))
        .contains("--date: must be a day such as 2026-01-31, got 'tomorrow'");
  }

  private static String serveRefused(String... arguments) {
    return refused(
        Stream.concat(Stream.of("serve-reward", "--port", "0"), Arrays.stream(arguments))
            .toArray(String[]::new));
  }

  private static String refused(String... arguments) {
    Terminal.Ended ended =
        Terminal.here(
            arguments[0].equals("train") && !List.of(arguments).contains("--out")
                ? and(arguments, "--out", directory.resolve("run").toString())
                : arguments);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    List<String> lines = ended.err().strip().lines().toList(); // notices of the model, then why
    assertThat(lines.stream().filter(line -> line.startsWith("braid: "))).as("one line").hasSize(1);
    assertThat(lines.getLast()).startsWith("braid: ");
    assertThat(ended.err()).doesNotContain("Exception");
    return lines.getLast();
  }

  private static String[] and(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }
}
