package io.braid.rollout;

import static io.braid.rollout.TinyRollouts.PLENTY;
import static io.braid.rollout.TinyRollouts.PROMPTS;
import static io.braid.rollout.TinyRollouts.VOCABULARY;
import static io.braid.rollout.TinyRollouts.argmax;
import static io.braid.rollout.TinyRollouts.indexOf;
import static io.braid.rollout.TinyRollouts.logits;
import static io.braid.rollout.TinyRollouts.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Response.Finish;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How responses end: by length, stop tokens and stop strings. */
class ResponseEndsTest {
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
  void withoutStopsEveryResponseEndsByItsLength() {
    for (Response response : responses(settings(2, 1, 7))) {
      assertThat(response.finish()).isEqualTo(Finish.LENGTH);
      assertThat(response.truncated()).isTrue();
      assertThat(response.length()).isEqualTo(7);
      assertThat(response.logProbs()).hasSize(7);
      assertThat(response.text()).isEqualTo(TinyRollouts.decode(response.ids()));
    }
  }

  @Test
  void aStopTokenEndsAResponseAndIsPartOfIt() {
    List<Response> free = responses(settings(2, 1, 12));
    long stop = free.getFirst().ids()[4];
    List<Response> stopped = responses(settings(2, 1, 12, stop));

    for (int r = 0; r < free.size(); r++) {
      int end = indexOf(free.get(r).ids(), stop);
      long[] expected = end < 0 ? free.get(r).ids() : Arrays.copyOf(free.get(r).ids(), end + 1);
      assertThat(stopped.get(r).ids()).isEqualTo(expected);
      assertThat(stopped.get(r).finish()).isEqualTo(end < 0 ? Finish.LENGTH : Finish.STOP_TOKEN);
      assertThat(stopped.get(r).truncated()).isEqualTo(end < 0);
    }
    assertThat(stopped.getFirst().finish()).isEqualTo(Finish.STOP_TOKEN);
  }

  @Test
  void aStopTokenThatComesLastIsAStop() {
    Response free = responses(settings(1, 1, 6)).getFirst();
    long stop = free.ids()[free.length() - 1];
    assertThat(indexOf(free.ids(), stop)).as("comes once").isEqualTo(5);

    assertThat(responses(settings(1, 1, 6, stop)).getFirst().finish()).isEqualTo(Finish.STOP_TOKEN);
  }

  @Test
  void aStopStringEndsAResponseOnceItsTextHoldsIt() {
    List<Response> free = responses(settings(2, 1, 12));
    String stop = free.getFirst().text().substring(3, 5);
    SamplingSettings settings =
        new SamplingSettings(2, 1, 1, 0, 0, 12, List.of(), List.of("never", stop));
    List<Response> stopped = responses(settings);

    for (int r = 0; r < free.size(); r++) {
      int at = free.get(r).text().indexOf(stop);
      Response response = stopped.get(r);
      assertThat(response.finish()).isEqualTo(at < 0 ? Finish.LENGTH : Finish.STOP_STRING);
      assertThat(response.length()).isEqualTo(at < 0 ? 12 : at + 2);
      assertThat(response.text())
          .isEqualTo(at < 0 ? free.get(r).text() : free.get(r).text().substring(0, at + 2));
    }
    assertThat(stopped.getFirst().finish()).isEqualTo(Finish.STOP_STRING);
  }

  @Test
  void textBehindAStopStringIsCutOff() {
    // Every token is three letters, so that a stop string ends inside one.
    SamplingSettings settings = new SamplingSettings(1, 1, 1, 0, 0, 5, List.of(), List.of("xy"));
    Rollout rollout = new Rollout(model, settings, ids -> "xyz".repeat(ids.length), PLENTY);

    Response response = rollout.sample(PROMPTS, 1).getFirst().responses().getFirst();

    assertThat(response.length()).isEqualTo(1);
    assertThat(response.text()).isEqualTo("xy");
    assertThat(response.finish()).isEqualTo(Finish.STOP_STRING);
  }

  @Test
  void noStopTokenIsSampledBeforeTheMinimumLength() {
    Long[] stops = LongStream.range(0, VOCABULARY - 2).boxed().toArray(Long[]::new);
    SamplingSettings settings = new SamplingSettings(8, 1, 1, 0, 4, 12, List.of(stops), List.of());

    Set<Integer> lengths = new HashSet<>();
    for (Response response : responses(settings)) {
      assertThat(response.length()).isGreaterThan(4);
      for (int t = 0; t < 4; t++) {
        assertThat(response.ids()[t]).isGreaterThanOrEqualTo(VOCABULARY - 2);
      }
      lengths.add(response.length());
    }
    assertThat(lengths).contains(5);
  }

  @Test
  void beforeTheFewestTokensGreedyTakesTheLikeliestOfTheOthers() {
    long stop = responses(settings(1, 0, 1)).getFirst().ids()[0];
    SamplingSettings settings = new SamplingSettings(1, 0, 1, 0, 1, 2, List.of(stop), List.of());
    Response response = responses(settings).getFirst();

    double[] logits = logits(model, PROMPTS.getFirst(), response)[0];
    logits[(int) stop] = Double.NEGATIVE_INFINITY;
    assertThat(response.ids()[0]).isEqualTo(argmax(logits));
  }

  private static Rollout rollout(SamplingSettings settings, long cacheBytes) {
    return TinyRollouts.rollout(model, settings, cacheBytes);
  }

  private static List<Response> responses(SamplingSettings settings) {
    return TinyRollouts.responses(model, settings);
  }
}
