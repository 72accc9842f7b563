package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.text.Tokenizer;
import io.braid.verify.PartRewards;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Trains on verl's digit completion with its original files: a bfloat16 Llama checkpoint with a
 * character tokenizer, prompts in Parquet, and token rewards.
 */
class VerlDigitsTest {
  @TempDir Path folder;

  private static Path fixture() throws Exception {
    return Path.of(Objects.requireNonNull(VerlDigitsTest.class.getResource("digits")).toURI());
  }

  /** Computes verl's reward: a fraction for each token up to the first incorrect one. */
  public static final class DigitCompletion implements Verifier {
    @Override
    public Verdict judge(Submission submission) {
      String truth = truth(submission.problem().question());
      String response = submission.response();
      double share = 1.0 / (truth.length() + 1);
      double last = truth.isEmpty() ? 1 : 0;
      List<Double> rewards = new ArrayList<>();
      boolean right = true;
      for (int i = 0; i < submission.ids().length; i++) {
        if (i < response.length()) {
          right &= i < truth.length() && response.charAt(i) == truth.charAt(i);
          last = right ? share : 0;
        }
        rewards.add(last); // the end token gets the last digit's reward
      }
      return Verdict.ofParts(
          new PartRewards.Tokens(rewards), response.equals(truth), "expected " + truth);
    }

    /** Returns the answer to a prompt; "7,8:20,3" asks for three more terms modulo 20. */
    private static String truth(String prompt) {
      int[] given = Arrays.stream(prompt.split("[,:]")).mapToInt(Integer::parseInt).toArray();
      int last = given[1];
      List<String> terms = new ArrayList<>();
      for (int i = 0; i < given[3]; i++) {
        last = Math.floorMod(last + given[1] - given[0], given[2]);
        terms.add(String.valueOf(last));
      }
      return String.join(",", terms);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss: ppo-clip\n",
        "loss: {type: flowrl, beta: 1.0}\n",
        "advantage: gae\nmini_batches: 2\n",
        "advantage: reinforce-plus-plus\n"
            + "staleness: 1\n"
            + "rollout_correction: {type: truncated-importance-sampling}\n"
      })
  void everyAlgorithmTrainsFromTheUnchangedFiles(String algorithm) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            """
            model: %1$s
            data: %1$s/train.parquet
            fields: {question: prompt, answer: prompt}
            prompt: chat
            precision: bfloat16
            steps: 2
            prompts_per_step: 16
            rollout: {samples: 4, max_new_tokens: 8}
            verifier: {type: custom, class: '%2$s'}
            optimizer: {learning_rate: 0.01}
            saving: {samples_every_steps: 1}
            """
                    .formatted(fixture(), DigitCompletion.class.getName())
                + algorithm);
    TrainRecipe recipe = Recipe.read(file, List.of(), TrainRecipe.class);
    Path out = folder.resolve("run");
    PolicyRun.run(recipe, out, /* resume= */ false, RunListener.SILENT);

    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(lines).hasSize(2);
    List<JsonNode> steps = lines.stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(steps)
        .allMatch(step -> step.path("unknown_frac").asDouble(-1) == 0)
        .anyMatch(step -> step.path("reward").asDouble() > 0)
        .anyMatch(step -> step.path("grad_norm").asDouble(0) > 0);
    assertThat(Files.readAllBytes(out.resolve("model/model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(fixture().resolve("model.safetensors")));
    assertThat(out.resolve("model/tokenizer_config.json"))
        .hasSameTextualContentAs(fixture().resolve("tokenizer_config.json"));
    assertThat(out.resolve("unknown.jsonl")).doesNotExist();
  }

  @Test
  void theTokenizerMatchesVerl() throws Exception {
    try (Tokenizer tokenizer = Tokenizer.load(fixture())) {
      assertThat(tokenizer.encode("1,0:9S")).containsExactly(5, 14, 4, 15, 13, 0);
      assertThat(tokenizer.encode("1x9")).containsExactly(5, 3, 13);
      assertThat(tokenizer.decode(new long[] {5, 14, 4, 1})).isEqualTo("1,0");
      assertThat(tokenizer.eosId()).hasValue(1);
    }
  }
}
