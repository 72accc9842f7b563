package io.braid.rollout;

import static io.braid.rollout.TinyRollouts.PLENTY;
import static io.braid.rollout.TinyRollouts.PROMPTS;
import static io.braid.rollout.TinyRollouts.VOCABULARY;
import static io.braid.rollout.TinyRollouts.argmax;
import static io.braid.rollout.TinyRollouts.logits;
import static io.braid.rollout.TinyRollouts.prompt;
import static io.braid.rollout.TinyRollouts.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.KvCache;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutTest {
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
  void batchingDoesNotChangeTheSamples() {
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
  void preemptedResponsesContinueWithTheSameSamples() {
    SamplingSettings settings = settings(6, 1.1, 40);
    List<Prompt> prompts = List.of(PROMPTS.getFirst(), PROMPTS.get(2));
    List<Group> plenty = rollout(settings, PLENTY).sample(prompts, 9);
    List<GrowingResponse> ended = new ArrayList<>();
    try (Gradients off = Gradients.inference();
        KvCache cache = model.cache(5)) { // a response of 43 tokens takes 3 pages
      ContinuousBatch batch =
          new ContinuousBatch(
              model, cache, prompts, new TokenSampler(settings), _ -> {}, ended::add, _ -> {});
      List<List<GrowingResponse>> groups = new ArrayList<>();
      for (int p = 0; p < 2; p++) {
        List<GrowingResponse> group = new ArrayList<>();
        for (int sample = 0; sample < 6; sample++) {
          long stream = KeyedRandom.stream(9, prompts.get(p).key(), sample);
          group.add(new GrowingResponse(settings, TinyRollouts::decode, p, sample, stream));
        }
        batch.add(prompts.get(p), group);
        groups.add(group);
      }
      batch.run();

      assertThat(batch.preemptions()).isPositive();
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
  void aListenerReceivesEveryTokenInOrder() {
    Map<String, List<Long>> drawn = new HashMap<>();
    List<Rollout.Sampled> handed = new ArrayList<>();
    rollout(settings(3, 1.1, 12, 5L, 17L), 1) // few pages: with preemptions
        .sample(
            PROMPTS,
            9,
            (place, sample, id) ->
                drawn.computeIfAbsent(place + " " + sample, _ -> new ArrayList<>()).add(id),
            handed::add);

    assertThat(drawn).hasSize(3 * PROMPTS.size());
    for (Rollout.Sampled group : handed) {
      for (int sample = 0; sample < 3; sample++) {
        assertThat(drawn.get(group.place() + " " + sample))
            .containsExactlyElementsOf(
                Arrays.stream(group.group().responses().get(sample).ids()).boxed().toList());
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
  void aRepeatedPromptGetsTheSamplesOfOnePromptWithTwiceAsManySamples() {
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
  void theSeedTheProblemAndTheSampleNumberDetermineTheSample() {
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
        double[][] logits = logits(model, group.prompt(), response);
        for (int t = 0; t < response.length(); t++) {
          double[] expected = PlainSampler.logProbs(logits[t], settings, t);
          assertThat((double) response.logProbs()[t])
              .isCloseTo(expected[(int) response.ids()[t]], within(1e-5));
        }
      }
    }
  }

  @Test
  void firstTokensHaveTheModelsFrequencies() {
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

  // ---- helpers --------------------------------------------------------------------------------

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

  private static double[][] logProbs(Prompt prompt, Response response, double temperature) {
    double[][] logits = logits(model, prompt, response);
    SamplingSettings plain = settings(1, temperature, 1);
    return Arrays.stream(logits)
        .map(row -> PlainSampler.logProbs(row, plain, 0))
        .toArray(double[][]::new);
  }

  private static Rollout rollout(SamplingSettings settings, long cacheBytes) {
    return TinyRollouts.rollout(model, settings, cacheBytes);
  }

  private static List<Response> responses(SamplingSettings settings) {
    return TinyRollouts.responses(model, settings);
  }
}
