package io.braid.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.KvCache;
import io.braid.model.PackedAttention;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Response.Finish;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutTest {
  private static final long PLENTY = 1L << 30;
  private static final int VOCABULARY = TinyModels.VOCABULARY;
  private static final List<Prompt> PROMPTS =
      List.of(
          prompt("a", 1, 2, 3),
          prompt("b", 4, 5, 6, 7, 8, 9, 10, 11, 12),
          prompt("c", 13),
          prompt("d", 1, 2, 3, 4, 5),
          prompt("e", 20, 21, 22, 23, 0, 1, 2),
          prompt("f", 3, 3, 3));

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

  // ---- batching -------------------------------------------------------------------------------

  @Test
  void batchingDoesNotChangeWhatIsDrawn() {
    SamplingSettings settings = settings(3, 1.1, 12, 5L, 17L);
    Map<String, List<Response>> together = byKey(rollout(settings, PLENTY).sample(PROMPTS, 9));

    List<List<Prompt>> orders = new ArrayList<>();
    for (Prompt prompt : PROMPTS) {
      orders.add(List.of(prompt));
    }
    for (int shuffle = 0; shuffle < 4; shuffle++) {
      List<Prompt> order = new ArrayList<>(PROMPTS);
      Collections.shuffle(order, new Random(shuffle));
      orders.add(order);
      orders.add(order.subList(0, 3));
    }
    for (long cache : new long[] {PLENTY, 20_000, 1}) {
      for (List<Prompt> order : orders) {
        List<Group> groups = rollout(settings, cache).sample(order, 9);
        assertThat(groups).extracting(Group::prompt).isEqualTo(order);
        byKey(groups).forEach((key, responses) -> same(responses, together.get(key)));
      }
    }
  }

  @Test
  void responsesThatHadToLeaveForWantOfPagesGoOnAsIfTheyHadNot() {
    SamplingSettings settings = settings(6, 1.1, 40);
    List<Prompt> prompts = List.of(PROMPTS.getFirst(), PROMPTS.get(2));
    List<Group> plenty = rollout(settings, PLENTY).sample(prompts, 9);
    List<GrowingResponse> ended = new ArrayList<>();
    try (Gradients off = Gradients.inference();
        KvCache cache = model.cache(5)) { // a response of 43 tokens takes 3 pages
      ContinuousBatch batch =
          new ContinuousBatch(model, cache, prompts, new TokenSampler(settings), ended::add);
      List<List<GrowingResponse>> groups = new ArrayList<>();
      for (int p = 0; p < 2; p++) {
        List<GrowingResponse> group = new ArrayList<>();
        for (int sample = 0; sample < 6; sample++) {
          long stream = KeyedRandom.stream(9, prompts.get(p).key(), sample);
          group.add(new GrowingResponse(settings, RolloutTest::decode, p, stream));
        }
        batch.add(prompts.get(p), group);
        groups.add(group);
      }
      batch.run();

      assertThat(batch.sentAway()).isPositive();
      assertThat(cache.freePages()).isEqualTo(5);
      assertThat(ended).hasSize(12).doesNotHaveDuplicates();
      for (int p = 0; p < 2; p++) {
        same(
            groups.get(p).stream().map(GrowingResponse::response).toList(),
            plenty.get(p).responses());
      }
    }
  }

  @Test
  void aGroupIsHandedOnOnceAllOfItHasEnded() {
    List<Rollout.Sampled> handed = new ArrayList<>();
    Rollout rollout = rollout(settings(3, 1.1, 12, 5L, 17L), 20_000);
    rollout.sample(PROMPTS, 9, handed::add);

    assertThat(handed)
        .extracting(Rollout.Sampled::place)
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    List<Group> together = rollout.sample(PROMPTS, 9);
    for (Rollout.Sampled each : handed) {
      assertThat(each.group().prompt()).isEqualTo(PROMPTS.get(each.place()));
      same(each.group().responses(), together.get(each.place()).responses());
    }
  }

  @Test
  void aPromptThatComesTwiceGetsTheSamplesThatOneOccurrenceWithTwiceAsManyGets() {
    Prompt prompt = PROMPTS.getFirst();
    List<Group> twice =
        rollout(settings(3, 1.1, 12, 5L), PLENTY)
            .sample(List.of(prompt, PROMPTS.get(1), prompt), 9);
    List<Response> once =
        rollout(settings(6, 1.1, 12, 5L), PLENTY).sample(List.of(prompt), 9).getFirst().responses();
    same(twice.get(0).responses(), once.subList(0, 3));
    same(twice.get(2).responses(), once.subList(3, 6));
  }

  @Test
  void someRowsEndEarlyInTheBatchesThatAreCompared() {
    Set<Integer> lengths =
        rollout(settings(3, 1.1, 12, 5L, 17L), PLENTY).sample(PROMPTS, 9).stream()
            .flatMap(group -> group.responses().stream())
            .map(Response::length)
            .collect(Collectors.toSet());

    assertThat(lengths).hasSizeGreaterThan(4).contains(12);
  }

  @Test
  void theSeedTheProblemAndTheSampleNumberDecideWhatIsDrawn() {
    Rollout rollout = rollout(settings(4, 1, 12), PLENTY);
    Prompt prompt = PROMPTS.getFirst();
    Set<List<Long>> drawn = new HashSet<>();
    for (long seed : new long[] {1, 2}) {
      for (String key : List.of("x", "y")) {
        for (Response response :
            rollout.sample(List.of(new Prompt(key, prompt.ids())), seed).getFirst().responses()) {
          drawn.add(Arrays.stream(response.ids()).boxed().toList());
        }
      }
    }

    assertThat(drawn).as("all differ").hasSize(16);
    assertThat(rollout.sample(List.of(prompt), 1)).hasSize(1);
    same(
        rollout.sample(List.of(prompt), 1).getFirst().responses(),
        rollout.sample(List.of(prompt), 1).getFirst().responses());
  }

  @Test
  void fewerSamplesAreTheFirstOfMore() {
    List<Response> four =
        rollout(settings(4, 1, 9), PLENTY).sample(PROMPTS, 5).getFirst().responses();
    List<Response> two =
        rollout(settings(2, 1, 9), PLENTY).sample(PROMPTS, 5).getFirst().responses();

    same(two, four.subList(0, 2));
  }

  @Test
  void noPromptsGiveNoResponses() {
    assertThat(rollout(settings(4, 1, 9), PLENTY).sample(List.of(), 5)).isEmpty();
  }

  // ---- what is drawn --------------------------------------------------------------------------

  @Test
  void temperatureZeroTakesTheLikeliestTokenWithItsOwnProbability() {
    for (Group group : rollout(settings(2, 0, 10), PLENTY).sample(PROMPTS, 1)) {
      for (Response response : group.responses()) {
        double[][] logProbs = logProbs(group.prompt(), response, 1);
        for (int t = 0; t < response.length(); t++) {
          int best = argmax(logProbs[t]);
          assertThat(response.ids()[t]).isEqualTo(best);
          assertThat((double) response.logProbs()[t]).isCloseTo(logProbs[t][best], within(1e-5));
        }
      }
    }
  }

  @Test
  void topKOfOneIsGreedyAtAnyTemperature() {
    SamplingSettings one = new SamplingSettings(1, 1.7, 1, 1, 0, 10, List.of(), List.of());
    List<Group> greedy = rollout(settings(1, 0, 10), PLENTY).sample(PROMPTS, 1);
    List<Group> drawn = rollout(one, PLENTY).sample(PROMPTS, 2);

    for (int g = 0; g < greedy.size(); g++) {
      assertThat(drawn.get(g).responses().getFirst().ids())
          .isEqualTo(greedy.get(g).responses().getFirst().ids());
      assertThat(drawn.get(g).responses().getFirst().logProbs()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.6, 1, 1.5})
  void reportedLogProbabilitiesAreThoseOfAFreshForwardPass(double temperature) {
    SamplingSettings settings = settings(3, temperature, 12, 5L);
    for (Group group : rollout(settings, PLENTY).sample(PROMPTS, 4)) {
      for (Response response : group.responses()) {
        double[][] logProbs = logProbs(group.prompt(), response, temperature);
        for (int t = 0; t < response.length(); t++) {
          assertThat((double) response.logProbs()[t])
              .isCloseTo(logProbs[t][(int) response.ids()[t]], within(1e-5));
        }
      }
    }
  }

  @Test
  void reportedLogProbabilitiesAreThoseOfTheFilteredDistribution() {
    SamplingSettings settings =
        new SamplingSettings(4, 0.8, 0.9, 9, 3, 10, List.of(5L, 11L), List.of());
    for (Group group : rollout(settings, PLENTY).sample(PROMPTS, 4)) {
      for (Response response : group.responses()) {
        double[][] logits = logits(group.prompt(), response);
        for (int t = 0; t < response.length(); t++) {
          double[] expected = PlainSampler.logProbs(logits[t], settings, t);
          assertThat((double) response.logProbs()[t])
              .isCloseTo(expected[(int) response.ids()[t]], within(1e-5));
        }
      }
    }
  }

  @Test
  void firstTokensComeAsOftenAsTheModelSays() {
    int samples = 4000;
    Prompt prompt = PROMPTS.get(1);
    List<Response> responses =
        rollout(settings(samples, 1.3, 1), PLENTY)
            .sample(List.of(prompt), 77)
            .getFirst()
            .responses();
    double[] logProbs = logProbs(prompt, responses.getFirst(), 1.3)[0];
    double[] expected = Arrays.stream(logProbs).map(l -> samples * Math.exp(l)).toArray();
    long[] seen = new long[VOCABULARY];
    responses.forEach(response -> seen[(int) response.ids()[0]]++);

    ChiSquare.fits(seen, expected);
  }

  // ---- how responses end ----------------------------------------------------------------------

  @Test
  void withoutStopsEveryResponseEndsByItsLength() {
    for (Response response : responses(settings(2, 1, 7))) {
      assertThat(response.finish()).isEqualTo(Finish.LENGTH);
      assertThat(response.truncated()).isTrue();
      assertThat(response.length()).isEqualTo(7);
      assertThat(response.logProbs()).hasSize(7);
      assertThat(response.text()).isEqualTo(decode(response.ids()));
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
  void beforeTheFewestTokensNoStopTokenIsDrawn() {
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

    double[] logits = logits(PROMPTS.getFirst(), response)[0];
    logits[(int) stop] = Double.NEGATIVE_INFINITY;
    assertThat(response.ids()[0]).isEqualTo(argmax(logits));
  }

  // ---- bad input ------------------------------------------------------------------------------

  @Test
  void aPromptThatLeavesNoRoomInTheContextIsRefused() {
    Rollout rollout = rollout(settings(1, 1, 8), PLENTY);
    long[] longest = new long[TinyModels.CONTEXT - 8];
    assertThat(rollout.sample(List.of(new Prompt("fits", longest)), 1)).hasSize(1);

    refused(
        rollout,
        new Prompt("long", new long[TinyModels.CONTEXT - 7]),
        "problem long: its prompt has 41 tokens, which with max_new_tokens 8 exceeds the model's context of 48; shorten it or lower max_new_tokens");
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

  // ---- helpers --------------------------------------------------------------------------------

  private static void refused(Rollout rollout, Prompt prompt, String message) {
    assertThatThrownBy(() -> rollout.sample(List.of(prompt), 1))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static Prompt prompt(String key, long... ids) {
    return new Prompt(key, ids);
  }

  private static SamplingSettings settings(
      int samples, double temperature, int most, Long... stops) {
    return SamplingSettings.of(samples, temperature, most, List.of(stops));
  }

  private static Rollout rollout(SamplingSettings settings, long cacheBytes) {
    return new Rollout(model, settings, RolloutTest::decode, cacheBytes);
  }

  private static List<Response> responses(SamplingSettings settings) {
    return rollout(settings, PLENTY).sample(PROMPTS, 31).stream()
        .flatMap(group -> group.responses().stream())
        .toList();
  }

  /** A letter a token. */
  private static String decode(long[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> String.valueOf((char) ('a' + id)))
        .collect(Collectors.joining());
  }

  private static Map<String, List<Response>> byKey(List<Group> groups) {
    Map<String, List<Response>> responses = new HashMap<>();
    groups.forEach(group -> responses.put(group.prompt().key(), group.responses()));
    return responses;
  }

  private static void same(
      List<Response> actual, @org.jspecify.annotations.Nullable List<Response> expected) {
    assertThat(actual).hasSameSizeAs(java.util.Objects.requireNonNull(expected));
    for (int r = 0; r < actual.size(); r++) {
      assertThat(actual.get(r).ids()).isEqualTo(expected.get(r).ids());
      assertThat(actual.get(r).logProbs())
          .containsExactly(expected.get(r).logProbs(), within(1e-5f));
      assertThat(actual.get(r).finish()).isEqualTo(expected.get(r).finish());
      assertThat(actual.get(r).text()).isEqualTo(expected.get(r).text());
    }
  }

  private static int indexOf(long[] ids, long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  private static int argmax(double[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }

  private static double[][] logProbs(Prompt prompt, Response response, double temperature) {
    double[][] logits = logits(prompt, response);
    SamplingSettings plain = settings(1, temperature, 1);
    return Arrays.stream(logits)
        .map(row -> PlainSampler.logProbs(row, plain, 0))
        .toArray(double[][]::new);
  }

  /** The logits before each response token, from one forward pass over the whole. */
  private static double[][] logits(Prompt prompt, Response response) {
    int start = prompt.ids().length;
    long[] all = Arrays.copyOf(prompt.ids(), start + response.length());
    System.arraycopy(response.ids(), 0, all, start, response.length());
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor hidden =
          model.hidden(
              Tensor.of(all, all.length),
              new PackedAttention(new int[] {all.length}),
              Transformer.LatentTap.NONE);
      double[] flat = model.logits(hidden.narrow(0, start - 1, response.length())).toDoubles();
      double[][] rows = new double[response.length()][];
      for (int t = 0; t < rows.length; t++) {
        rows[t] = Arrays.copyOfRange(flat, t * VOCABULARY, (t + 1) * VOCABULARY);
      }
      return rows;
    }
  }
}
