package io.braid.rollout;

import io.braid.model.KvCache;
import io.braid.rollout.Response.Finish;
import io.braid.vision.PromptTokens;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** A response that is being sampled. */
final class GrowingResponse {
  private final SamplingSettings settings;
  private final Function<long[], String> decode;
  private final int place;
  private final int sample;
  private final long stream;
  private Optional<KvCache.Sequence> sequence = Optional.empty();
  private long[] ids = new long[16];
  private float[] logProbs = new float[16];
  private float[] entropies = new float[16];
  private int length;
  private Finish finish = Finish.LENGTH;
  private boolean finished;

  /**
   * Creates a response without tokens.
   *
   * @param place index of its prompt
   * @param sample index among the prompt's responses
   * @param stream key of its random numbers
   */
  GrowingResponse(
      SamplingSettings settings,
      Function<long[], String> decode,
      int place,
      int sample,
      long stream) {
    this.settings = settings;
    this.decode = decode;
    this.place = place;
    this.sample = sample;
    this.stream = stream;
  }

  int place() {
    return place;
  }

  int sample() {
    return sample;
  }

  int length() {
    return length;
  }

  boolean finished() {
    return finished;
  }

  /** Returns the number of tokens that may still be added. */
  int room() {
    return settings.maxNewTokens() - length;
  }

  /** Returns the uniform random number for the next token. */
  double uniform() {
    return KeyedRandom.uniform(stream, length);
  }

  long lastId() {
    return ids[length - 1];
  }

  /**
   * Returns the tokens that are in the cache: the prompt and all of its own tokens except the last.
   */
  PromptTokens seen(Prompt prompt) {
    return prompt.tokens().then(Arrays.copyOf(ids, Math.max(0, length - 1)));
  }

  /** Returns the response's sequence in the cache while it is decoded. */
  KvCache.Sequence sequence() {
    return sequence.orElseThrow();
  }

  void admit(KvCache.Sequence cached) {
    sequence = Optional.of(cached);
  }

  void evict(KvCache cache) {
    cache.release(sequence());
    sequence = Optional.empty();
  }

  void take(long id, float logProb, float entropy) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
      logProbs = Arrays.copyOf(logProbs, 2 * length);
      entropies = Arrays.copyOf(entropies, 2 * length);
    }
    ids[length] = id;
    logProbs[length] = logProb;
    entropies[length++] = entropy;
    if (settings.stopIds().contains(id)) {
      finished = true;
      finish = Finish.STOP_TOKEN;
    } else if (holdsStopString()) {
      finished = true;
      finish = Finish.STOP_STRING;
    } else if (length == settings.maxNewTokens()) {
      finished = true;
    }
  }

  /**
   * Returns whether the text contains a stop string. The whole text is decoded, because a tokenizer
   * may split a string anywhere.
   */
  private boolean holdsStopString() {
    if (settings.stopStrings().isEmpty()) {
      return false;
    }
    String text = decode.apply(Arrays.copyOf(ids, length));
    return settings.stopStrings().stream().anyMatch(text::contains);
  }

  Response response() {
    long[] tokens = Arrays.copyOf(ids, length);
    String text = decode.apply(tokens);
    for (String stop : settings.stopStrings()) {
      int at = text.indexOf(stop);
      text = at < 0 ? text : text.substring(0, at + stop.length());
    }
    return new Response(
        tokens, Arrays.copyOf(logProbs, length), Arrays.copyOf(entropies, length), finish, text);
  }
}
