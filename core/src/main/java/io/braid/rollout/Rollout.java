package io.braid.rollout;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.model.KvCache;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Samples responses. Each prompt is computed once for all its responses, which share its keys and
 * values; as many responses are decoded together as fit into the cache.
 */
public final class Rollout {
  private final Transformer model;
  private final SamplingSettings settings;
  private final Function<long[], String> decode;
  private final long cacheBytes;
  private final Consumer<SamplingProgress> progress;

  /**
   * Creates a sampler for a model.
   *
   * @param decode converts tokens to text without special tokens
   * @param cacheBytes size of the cache in bytes; prompts that do not fit wait
   * @throws UserError if a stop token is outside the vocabulary
   */
  public Rollout(
      Transformer model,
      SamplingSettings settings,
      Function<long[], String> decode,
      long cacheBytes) {
    this(model, settings, decode, cacheBytes, _ -> {});
  }

  private Rollout(
      Transformer model,
      SamplingSettings settings,
      Function<long[], String> decode,
      long cacheBytes,
      Consumer<SamplingProgress> progress) {
    this.model = model;
    this.settings = settings;
    this.decode = decode;
    this.cacheBytes = cacheBytes;
    this.progress = progress;
    for (long id : settings.stopIds()) {
      if (id < 0 || id >= model.config().vocabSize()) {
        throw new SettingError(
            "sampling",
            "stop token %d is outside the model's vocabulary of %d"
                .formatted(id, model.config().vocabSize()));
      }
    }
  }

  /** Returns the same sampler for another model with the same vocabulary. */
  public Rollout of(Transformer other) {
    return new Rollout(other, settings, decode, cacheBytes, progress);
  }

  /** Returns a sampler for the same model with different settings. */
  public Rollout with(SamplingSettings other) {
    return new Rollout(model, other, decode, cacheBytes, progress);
  }

  /**
   * Returns the same sampler that reports its progress while it samples, a few times a second on
   * the calling thread.
   */
  public Rollout reporting(Consumer<SamplingProgress> to) {
    return new Rollout(model, settings, decode, cacheBytes, to);
  }

  /**
   * Returns a watch over the sampling of this number of prompts, which may be spread over several
   * calls of {@link #sample(List, long, SamplingWatch, Consumer)}.
   */
  public SamplingWatch watch(int prompts) {
    return SamplingWatch.of((long) prompts * settings.samples(), settings.maxNewTokens(), progress);
  }

  /**
   * Returns a group in which an end token replaces the last token of every response that was cut
   * off.
   */
  public Group endWritten(Group group, long end) {
    return new Group(
        group.prompt(),
        group.responses().stream().map(each -> each.endWritten(end, decode)).toList());
  }

  /** Returns the function that converts tokens to text without special tokens. */
  public Function<long[], String> decode() {
    return decode;
  }

  /** Returns the sampling settings. */
  public SamplingSettings settings() {
    return settings;
  }

  /**
   * All responses to a prompt.
   *
   * @param place index of the prompt in the given list
   * @param group the responses
   */
  public record Sampled(int place, Group group) {}

  /**
   * Samples responses to every prompt. A prompt that occurs twice gets different responses the
   * second time.
   *
   * @param seed the same seed gives the same responses, however the prompts are batched
   * @throws UserError if a prompt leaves no room in the model's context
   */
  public List<Group> sample(List<Prompt> prompts, long seed) {
    Group[] groups = new Group[prompts.size()];
    sample(prompts, seed, sampled -> groups[sampled.place()] = sampled.group());
    return List.of(groups);
  }

  /**
   * Samples responses to every prompt and passes on each group as soon as it is complete.
   *
   * @param seed the same seed gives the same responses, however the prompts are batched
   * @param done receives the groups, on the calling thread and in no particular order
   * @throws UserError if a prompt leaves no room in the model's context
   */
  public void sample(List<Prompt> prompts, long seed, Consumer<Sampled> done) {
    sample(prompts, seed, watch(prompts.size()), done);
  }

  /**
   * Samples responses to every prompt, and passes on each token as it is sampled and each group as
   * soon as it is complete.
   *
   * @param seed the same seed gives the same responses, however the prompts are batched
   * @param drawn receives the tokens, on the calling thread; those of one response in their order
   * @param done receives the groups, on the calling thread and in no particular order
   * @throws UserError if a prompt leaves no room in the model's context
   */
  public void sample(List<Prompt> prompts, long seed, TokenListener drawn, Consumer<Sampled> done) {
    sample(prompts, seed, watch(prompts.size()), drawn, done);
  }

  /**
   * Samples responses to some of the prompts that a watch covers.
   *
   * @param seed the same seed gives the same responses, however the prompts are batched
   * @param done receives the groups, on the calling thread and in no particular order
   * @throws UserError if a prompt leaves no room in the model's context
   */
  public void sample(List<Prompt> prompts, long seed, SamplingWatch watch, Consumer<Sampled> done) {
    sample(prompts, seed, watch, TokenListener.NONE, done);
  }

  private void sample(
      List<Prompt> prompts,
      long seed,
      SamplingWatch watch,
      TokenListener drawn,
      Consumer<Sampled> done) {
    check(prompts);
    if (prompts.isEmpty()) {
      return;
    }
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open();
        KvCache cache = cache(prompts)) {
      Gathering gathering = new Gathering(prompts, seed, watch, done);
      ContinuousBatch batch =
          new ContinuousBatch(
              model,
              cache,
              prompts,
              new TokenSampler(settings),
              each -> drawn.drawn(each.place(), each.sample(), each.lastId()),
              gathering,
              watch::grown);
      for (int p = 0; p < prompts.size(); p++) {
        batch.add(prompts.get(p), gathering.responses.get(p));
      }
      batch.run();
    }
  }

  /**
   * Returns the index of each prompt's first sample; a repeated prompt continues the numbering of
   * its earlier occurrences.
   */
  private List<Integer> firstSamples(List<Prompt> prompts) {
    Map<String, Integer> seen = new HashMap<>();
    List<Integer> first = new ArrayList<>(prompts.size());
    for (Prompt prompt : prompts) {
      first.add(
          seen.merge(prompt.key(), 1, Integer::sum) * settings.samples() - settings.samples());
    }
    return first;
  }

  /**
   * Rejects prompts that cannot be sampled, before anything is computed.
   *
   * @throws UserError if a prompt is empty, leaves no room in the model's context, or has a token
   *     outside the model's vocabulary
   */
  public void check(List<Prompt> prompts) {
    prompts.forEach(this::check);
  }

  private void check(Prompt prompt) {
    ModelConfig config = model.config();
    if (prompt.ids().length == 0) {
      throw new UserError("problem %s: its prompt has no tokens".formatted(prompt.key()));
    }
    if (prompt.ids().length + settings.maxNewTokens() > config.maxPositions()) {
      throw new UserError(
          "problem %s: its prompt has %d tokens, which with max_new_tokens %d exceeds the model's context of %d; shorten it or lower max_new_tokens"
              .formatted(
                  prompt.key(),
                  prompt.ids().length,
                  settings.maxNewTokens(),
                  config.maxPositions()));
    }
    for (long id : prompt.ids()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new UserError(
            "problem %s: its prompt has token %d, the model's vocabulary ends at %d; the tokenizer does not fit the model"
                .formatted(prompt.key(), id, config.vocabSize() - 1));
      }
    }
  }

  /** Allocates the cache that these prompts need, within the memory limit. */
  private KvCache cache(List<Prompt> prompts) {
    long all = 0;
    int most = 0;
    for (Prompt prompt : prompts) {
      int length = prompt.ids().length;
      int one = KvCache.pagesOf(length + settings.maxNewTokens());
      all += one + (settings.samples() - 1L) * (one - length / KvCache.PAGE);
      most = Math.max(most, one);
    }
    long affordable = Math.max(most, cacheBytes / model.pageBytes());
    return model.cache((int) Math.min(Integer.MAX_VALUE, Math.min(all, affordable)));
  }

  /** Collects each prompt's responses; a group is passed on once its last response has ended. */
  private final class Gathering implements Consumer<GrowingResponse> {
    private final List<Prompt> prompts;
    private final SamplingWatch watch;
    private final Consumer<Sampled> done;
    private final List<List<GrowingResponse>> responses = new ArrayList<>();
    private final int[] growing;

    Gathering(List<Prompt> prompts, long seed, SamplingWatch watch, Consumer<Sampled> done) {
      this.prompts = prompts;
      this.watch = watch;
      this.done = done;
      this.growing = new int[prompts.size()];
      List<Integer> firstSamples = firstSamples(prompts);
      for (int p = 0; p < prompts.size(); p++) {
        List<GrowingResponse> group = new ArrayList<>(settings.samples());
        for (int sample = 0; sample < settings.samples(); sample++) {
          long stream =
              KeyedRandom.stream(seed, prompts.get(p).key(), firstSamples.get(p) + sample);
          group.add(new GrowingResponse(settings, decode, p, sample, stream));
        }
        responses.add(group);
        growing[p] = settings.samples();
      }
    }

    @Override
    public void accept(GrowingResponse finished) {
      watch.ended(finished);
      int place = finished.place();
      if (--growing[place] == 0) {
        List<Response> all = responses.get(place).stream().map(GrowingResponse::response).toList();
        done.accept(new Sampled(place, new Group(prompts.get(place), all)));
      }
    }
  }
}
