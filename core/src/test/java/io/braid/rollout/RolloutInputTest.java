package io.braid.rollout;

import static io.braid.rollout.TinyRollouts.PLENTY;
import static io.braid.rollout.TinyRollouts.PROMPTS;
import static io.braid.rollout.TinyRollouts.VOCABULARY;
import static io.braid.rollout.TinyRollouts.prompt;
import static io.braid.rollout.TinyRollouts.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts and settings that a rollout refuses. */
class RolloutInputTest {
  @SuppressWarnings("NullAway.Init") // made before all tests
  private static Transformer model;

  @BeforeAll
  static void make() {
    model = TinyModels.create(3);
  }

  @AfterAll
  static void free() {
    model.close();
  }

  @Test
  void aPromptThatLeavesNoRoomInTheContextIsRefused() {
    Rollout rollout = rollout(settings(1, 1, 8), PLENTY);
    long[] longest = new long[TinyModels.CONTEXT - 8];
    assertThat(rollout.sample(List.of(new Prompt("fits", longest)), 1)).hasSize(1);

    refused(
        rollout,
        new Prompt("long", new long[TinyModels.CONTEXT - 7]),
        "problem long: its prompt has 41 tokens, which with max_new_tokens 8 exceeds the model's"
            + " context of 48; shorten it or lower max_new_tokens");
  }

  @Test
  void anEmptyPromptIsRefused() {
    refused(
        rollout(settings(1, 1, 8), PLENTY),
        prompt("empty"),
        "problem empty: its prompt has no tokens");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, VOCABULARY, Long.MAX_VALUE})
  void aTokenOutsideTheVocabularyIsRefused(long id) {
    refused(
        rollout(settings(1, 1, 8), PLENTY),
        prompt("foreign", 1, id),
        "problem foreign: its prompt has token %d, the model's vocabulary ends at 23; the tokenizer does not fit the model"
            .formatted(id));
  }

  @Test
  void oneBadPromptIsRefusedBeforeAnythingIsComputed() {
    List<Prompt> prompts = new ArrayList<>(PROMPTS);
    prompts.add(prompt("empty"));

    assertThatThrownBy(() -> rollout(settings(1, 1, 8), 1).sample(prompts, 1))
        .isInstanceOf(UserError.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, VOCABULARY})
  void aStopTokenOutsideTheVocabularyIsRefused(long id) {
    assertThatThrownBy(() -> rollout(settings(1, 1, 8, id), PLENTY))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("stop token " + id);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 0, 0, 5, samples",
    "1, -0.1, 1, 0, 0, 5, temperature",
    "1, NaN, 1, 0, 0, 5, temperature",
    "1, Infinity, 1, 0, 0, 5, temperature",
    "1, 1, 0, 0, 0, 5, top_p",
    "1, 1, 1.1, 0, 0, 5, top_p",
    "1, 1, NaN, 0, 0, 5, top_p",
    "1, 1, 1, -1, 0, 5, top_k",
    "1, 1, 1, 0, 6, 5, min_new_tokens",
    "1, 1, 1, 0, -1, 5, min_new_tokens",
    "1, 1, 1, 0, 0, 0, max_new_tokens"
  })
  void settingsOutOfRangeAreRefused(
      int samples, double temperature, double topP, int topK, int least, int most, String key) {
    assertThatThrownBy(() ->
            new SamplingSettings(
                samples, temperature, topP, topK, least, most, List.of(), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void anEmptyStopStringIsRefused() {
    assertThatThrownBy(() -> new SamplingSettings(1, 1, 1, 0, 0, 5, List.of(), List.of("")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("stop");
  }

  private static void refused(Rollout rollout, Prompt prompt, String message) {
    assertThatThrownBy(() -> rollout.sample(List.of(prompt), 1))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static Rollout rollout(SamplingSettings settings, long cacheBytes) {
    return TinyRollouts.rollout(model, settings, cacheBytes);
  }
}
