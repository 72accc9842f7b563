package io.braid.rollout;

import io.braid.model.Decoder;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import io.braid.rollout.TokenSampler.SampledTokens;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decodes many responses together (continuous batching, Yu et al. 2022): a finished response is
 * evicted at once and frees its pages, and a waiting one is admitted as soon as enough pages are
 * free.
 *
 * <p>A response is admitted if the number of free pages is at least half of what the running
 * responses could still need, since most end early. If the pages run out nevertheless, the youngest
 * responses are preempted; later their keys and values are recomputed and they continue. The
 * samples do not depend on this.
 */
final class ContinuousBatch {
  /**
   * The fraction of the pages that running responses could still need that is kept free for them.
   */
  private static final double RESERVED = 0.5;

  /** Maximum number of prompt tokens computed at once. */
  private static final int PREFILL_TOKENS = 8192;

  private final Transformer model;
  private final Decoder decoder;
  private final KvCache cache;
  private final List<Prompt> prompts;
  private final TokenSampler sampler;
  private final Consumer<GrowingResponse> drawn;
  private final Consumer<GrowingResponse> finished;
  private final Consumer<List<GrowingResponse>> grown;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private List<GrowingResponse> live = new ArrayList<>();
  private int preemptions;

  /**
   * Responses that continue the same tokens: the responses to a prompt, or a preempted response.
   */
  private record Waiting(PromptTokens tokens, List<GrowingResponse> responses) {
    boolean begun() {
      return responses.getFirst().length() > 0;
    }

    /**
     * Returns the number of pages that the first {@code count} responses need when they are
     * admitted.
     */
    int pages(int count) {
      int copied = tokens.length() % KvCache.PAGE == 0 ? 0 : count - 1;
      return KvCache.pagesOf(tokens.length()) + copied;
    }

    /** Returns the number of pages that the first {@code count} responses could need later. */
    long later(int count) {
      GrowingResponse any = responses.getFirst();
      return (long) count * remainingPages(tokens.length(), any.room());
    }

    Waiting first(int count) {
      return new Waiting(tokens, responses.subList(0, count));
    }

    Waiting without(int count) {
      return new Waiting(tokens, responses.subList(count, responses.size()));
    }
  }

  /**
   * Creates an empty batch.
   *
   * @param cache a cache that is large enough for the longest response
   * @param prompts the prompts of the responses, by index
   * @param drawn receives each response after each of its tokens
   * @param finished receives each response that has ended
   * @param grown receives the responses that are being decoded, after each of their tokens
   */
  ContinuousBatch(
      Transformer model,
      KvCache cache,
      List<Prompt> prompts,
      TokenSampler sampler,
      Consumer<GrowingResponse> drawn,
      Consumer<GrowingResponse> finished,
      Consumer<List<GrowingResponse>> grown) {
    this.model = model;
    this.decoder = new Decoder(model);
    this.cache = cache;
    this.prompts = prompts;
    this.sampler = sampler;
    this.drawn = drawn;
    this.finished = finished;
    this.grown = grown;
  }

  /** Queues the responses of a prompt. */
  void add(Prompt prompt, List<GrowingResponse> responses) {
    waiting.add(new Waiting(prompt.tokens(), responses));
  }

  /** Decodes until all responses have ended. */
  void run() {
    while (!waiting.isEmpty() || !live.isEmpty()) {
      admit();
      preempt();
      if (!live.isEmpty()) {
        step();
      }
    }
  }

  // ---- admission and preemption ----------------------------------------------------------------

  /** Computes the tokens of admitted responses, and samples the first token of new responses. */
  private void admit() {
    List<Waiting> admitted = waiting.isEmpty() ? List.of() : takeAdmissible();
    if (admitted.isEmpty()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Decoder.Prefill prefill =
          decoder.prefill(admitted.stream().map(Waiting::tokens).toList(), cache);
      List<List<KvCache.Sequence>> forked =
          cache.fork(
              prefill.sequences(),
              admitted.stream().mapToInt(each -> each.responses.size()).toArray());
      List<GrowingResponse> fresh = new ArrayList<>();
      List<Long> promptOf = new ArrayList<>();
      for (int w = 0; w < admitted.size(); w++) {
        Waiting each = admitted.get(w);
        for (int r = 0; r < each.responses.size(); r++) {
          each.responses.get(r).admit(forked.get(w).get(r));
        }
        live.addAll(each.responses);
        if (!each.begun()) {
          fresh.addAll(each.responses);
          promptOf.addAll(Collections.nCopies(each.responses.size(), (long) w));
        }
      }
      if (!fresh.isEmpty()) {
        Tensor rows =
            Tensor.of(promptOf.stream().mapToLong(Long::longValue).toArray(), fresh.size());
        Tensor logits = model.logits(prefill.lastHidden()).indexSelect(0, rows); // [fresh, vocab]
        take(sample(logits, fresh), fresh);
      }
    }
    evictFinished();
  }

  /** Removes the responses that may be admitted from the queue. */
  private List<Waiting> takeAdmissible() {
    List<Waiting> admitted = new ArrayList<>();
    long free = cache.freePages();
    long later = live.stream().mapToLong(ContinuousBatch::remainingPages).sum();
    long tokens = 0;
    while (!waiting.isEmpty() && tokens <= PREFILL_TOKENS) {
      Waiting next = waiting.peek();
      int count = fitting(next, free, later, live.isEmpty() && admitted.isEmpty());
      if (count == 0) {
        break;
      }
      waiting.remove();
      if (count < next.responses.size()) {
        waiting.addFirst(next.without(count));
      }
      admitted.add(next.first(count));
      free -= next.pages(count);
      later += next.later(count);
      tokens += next.tokens.length();
    }
    return admitted;
  }

  /** Returns how many waiting responses fit; at least one if none is running. */
  private static int fitting(Waiting next, long free, long later, boolean idle) {
    int count = next.responses.size();
    while (count > 0
        && free - next.pages(count) < (long) (RESERVED * (later + next.later(count)))) {
      count--;
    }
    return count == 0 && idle ? 1 : count;
  }

  private static long remainingPages(GrowingResponse response) {
    return remainingPages(response.sequence().length(), response.room());
  }

  private static long remainingPages(int held, int room) {
    return (long) KvCache.pagesOf(held + room) - KvCache.pagesOf(held);
  }

  /** Preempts the youngest responses while there are too few pages for a step. */
  private void preempt() {
    long wanted = live.stream().filter(each -> KvCache.isFull(each.sequence())).count();
    while (wanted > cache.freePages()) {
      GrowingResponse youngest = live.removeLast();
      if (KvCache.isFull(youngest.sequence())) {
        wanted--;
      }
      youngest.evict(cache);
      preemptions++;
      waiting.addFirst(
          new Waiting(youngest.seen(prompts.get(youngest.place())), List.of(youngest)));
    }
  }

  /** Returns the number of preemptions. */
  int preemptions() {
    return preemptions;
  }

  // ---- one token each -------------------------------------------------------------------------

  private void step() {
    long[] last = live.stream().mapToLong(GrowingResponse::lastId).toArray();
    List<KvCache.Sequence> sequences = live.stream().map(GrowingResponse::sequence).toList();
    SampledTokens[] sampled =
        new SampledTokens[live.size()]; // by the first row of those sampled together
    decoder.decode(
        last,
        cache,
        sequences,
        (first, logits) -> {
          sampled[first] = sample(logits, live.subList(first, first + (int) logits.size(0)));
        });
    for (int first = 0; first < sampled.length; first += sampled[first].ids().length) {
      take(sampled[first], live.subList(first, first + sampled[first].ids().length));
    }
    evictFinished();
  }

  /** Samples the next token of each response. */
  private SampledTokens sample(Tensor logits, List<GrowingResponse> responses) {
    double[] uniforms = responses.stream().mapToDouble(GrowingResponse::uniform).toArray();
    int[] positions = responses.stream().mapToInt(GrowingResponse::length).toArray();
    return sampler.sample(logits, uniforms, positions);
  }

  private void take(SampledTokens sampled, List<GrowingResponse> responses) {
    for (int r = 0; r < responses.size(); r++) {
      responses.get(r).take(sampled.ids()[r], sampled.logProbs()[r], sampled.entropies()[r]);
      drawn.accept(responses.get(r));
    }
  }

  private void evictFinished() {
    List<GrowingResponse> unfinished = new ArrayList<>(live.size());
    for (GrowingResponse each : live) {
      if (each.finished()) {
        each.evict(cache);
        finished.accept(each);
      } else {
        unfinished.add(each);
      }
    }
    live = unfinished;
    grown.accept(live);
  }
}
