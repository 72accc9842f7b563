package io.braid.rollout;

import static io.braid.rollout.TinyRollouts.PLENTY;
import static io.braid.rollout.TinyRollouts.prompt;
import static io.braid.rollout.TinyRollouts.rollout;
import static io.braid.rollout.TinyRollouts.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContinuedRolloutTest {
  /** A chat: each prompt continues the one before it; the fifth begins differently. */
  private static final List<Prompt> TURNS =
      List.of(
          prompt("1", 1, 2, 3),
          prompt("2", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
          prompt("3", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 3, 3),
          prompt("3", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 3, 3),
          prompt("5", 9, 2, 3),
          prompt("6", 9),
          prompt("7", 9, 2, 3, 4));

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

  private static Response plain(Transformer of, Prompt prompt, SamplingSettings settings) {
    return rollout(of, settings, PLENTY)
        .sample(List.of(prompt), 5)
        .getFirst()
        .responses()
        .getFirst();
  }

  private static void same(Response a, Response b) {
    assertThat(a.ids()).isEqualTo(b.ids());
    assertThat(a.logProbs()).containsExactly(b.logProbs(), within(1e-5f));
    assertThat(a.text()).isEqualTo(b.text());
    assertThat(a.finish()).isEqualTo(b.finish());
  }

  @Test
  void whatIsKeptDoesNotChangeTheResponses() {
    SamplingSettings settings = settings(1, 1.1, 20, 5L);
    try (Transformer unfused = TinyModels.plainly(TinyModels.create(3))) {
      for (Transformer each : List.of(model, unfused)) {
        try (ContinuedRollout chat = new ContinuedRollout(each, TinyRollouts::decode)) {
          for (Prompt turn : TURNS) {
            Response response = chat.sample(turn, settings, 5, TokenListener.NONE);
            same(response, plain(each, turn, settings));
            assertThat(chat.kept()).isEqualTo(turn.ids().length + response.length() - 1);
          }
        }
      }
    }
  }

  @Test
  void aStoppedResponseLeavesTheRestRight() {
    SamplingSettings settings = settings(1, 1.1, 20);
    try (ContinuedRollout chat = new ContinuedRollout(model, TinyRollouts::decode)) {
      for (int stop = 1; stop < 19; stop++) {
        List<Long> drawn = new ArrayList<>();
        int at = stop;
        Prompt turn = TURNS.get(stop % TURNS.size());
        assertThatThrownBy(() ->
                chat.sample(
                    turn,
                    settings,
                    5,
                    (_, _, id) -> {
                      drawn.add(id);
                      if (drawn.size() == at) {
                        throw new CancellationException();
                      }
                    }))
            .isInstanceOf(CancellationException.class);
        assertThat(chat.kept()).isEqualTo(turn.ids().length + stop - 1);
        Response response = chat.sample(turn, settings, 5, TokenListener.NONE);
        same(response, plain(model, turn, settings));
        assertThat(response.ids()).startsWith(drawn.stream().mapToLong(Long::longValue).toArray());
      }
    }
  }

  @Test
  void aPromptThatIsTooLongIsRefusedAndNothingIsLost() {
    SamplingSettings settings = settings(1, 1.1, 40);
    try (ContinuedRollout chat = new ContinuedRollout(model, TinyRollouts::decode)) {
      Response before = chat.sample(TURNS.getFirst(), settings, 5, TokenListener.NONE);
      assertThatThrownBy(() -> chat.sample(TURNS.get(1), settings, 5, TokenListener.NONE))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("exceeds the model's context of 48");
      same(chat.sample(TURNS.getFirst(), settings, 5, TokenListener.NONE), before);
    }
  }
}
