package io.braid.rollout;

import io.braid.model.Decoder;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Samples one response at a time to prompts that mostly continue each other, as in a chat. The keys
 * and values of the tokens with which a prompt and the sequence before it both begin are kept, and
 * only the rest is computed.
 */
public final class ContinuedRollout implements AutoCloseable {
  private final Transformer model;
  private final Function<long[], String> decode;
  private final KvCache cache; // for the model's whole context; pages take memory when used
  private Optional<KvCache.Sequence> sequence = Optional.empty();
  private long[] known = {}; // the tokens of the sequence
  private List<PlacedImage> images = List.of(); // among them

  /**
   * Creates a sampler for a model, whose weights must not change.
   *
   * @param model the model; the caller closes it
   * @param decode converts tokens to text without special tokens
   */
  public ContinuedRollout(Transformer model, Function<long[], String> decode) {
    this.model = model;
    this.decode = decode;
    this.cache = model.cache(KvCache.pagesOf(model.config().maxPositions()));
  }

  /**
   * Samples a response. An exception of the listener ends the sampling and is passed on; what was
   * computed is kept.
   *
   * @param settings how to sample; one sample
   * @param seed seed of the response, together with the prompt's key
   * @param drawn receives the tokens as they are sampled
   * @return the response, whose log-probabilities equal {@link Rollout}'s up to rounding
   * @throws io.braid.UserError if the prompt leaves no room in the model's context
   */
  public Response sample(Prompt prompt, SamplingSettings settings, long seed, TokenListener drawn) {
    new Rollout(model, settings, decode, /* cacheBytes= */ 0).check(List.of(prompt));
    TokenSampler sampler = new TokenSampler(settings);
    GrowingResponse response =
        new GrowingResponse(
            settings, decode, 0, 0, KeyedRandom.stream(seed, prompt.key(), /* sample= */ 0));
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prefill = prefill(decoder, prompt.tokens());
      KvCache.Sequence growing = prefill.sequences().getFirst();
      take(sampler, model.logits(prefill.lastHidden()), response, drawn);
      while (!response.finished()) {
        long last = response.lastId();
        try (Scope step = Scope.open()) {
          Tensor logits = decoder.decode(new long[] {last}, cache, List.of(growing));
          known = Arrays.copyOf(known, known.length + 1);
          known[known.length - 1] = last;
          take(sampler, logits, response, drawn);
        }
      }
    }
    return response.response();
  }

  /** Computes what a prompt adds to the sequence; at least its last token. */
  private Decoder.Prefill prefill(Decoder decoder, PromptTokens prompt) {
    long[] ids = prompt.ids();
    Optional<KvCache.Sequence> before = sequence;
    int mismatch = Arrays.mismatch(known, ids);
    int same = Math.min(mismatch < 0 ? ids.length : mismatch, ids.length - 1);
    // The tokens of two images are the same, and the sequence knows positions only after its last.
    boolean continues = images.equals(prompt.images()) && same >= prompt.imagesEnd();
    int common = continues ? same : 0;
    known = new long[0]; // in case that computing fails
    sequence = Optional.empty();
    Decoder.Prefill prefill;
    if (before.isPresent() && decoder.canExtend() && common > 0) {
      cache.truncate(before.get(), common);
      prefill = decoder.extend(Arrays.copyOfRange(ids, common, ids.length), cache, before.get());
    } else {
      before.ifPresent(cache::release);
      prefill = decoder.prefill(List.of(prompt), cache);
    }
    sequence = Optional.of(prefill.sequences().getFirst());
    known = ids.clone();
    images = prompt.images();
    return prefill;
  }

  private static void take(
      TokenSampler sampler, Tensor logits, GrowingResponse response, TokenListener drawn) {
    TokenSampler.SampledTokens sampled =
        sampler.sample(logits, new double[] {response.uniform()}, new int[] {response.length()});
    response.take(sampled.ids()[0], sampled.logProbs()[0], sampled.entropies()[0]);
    drawn.drawn(0, 0, sampled.ids()[0]);
  }

  /** Returns the number of tokens whose keys and values are kept. */
  int kept() {
    return known.length;
  }

  @Override
  public void close() {
    cache.close();
  }
}
