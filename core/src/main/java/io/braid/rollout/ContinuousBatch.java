package io.braid.rollout;

import io.braid.model.Decoder;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import io.braid.rollout.TokenSampler.Drawn;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decodes many responses together (continuous batching, Yu et al. 2022): a finished response is
 * evicted at once and frees its pages, and a waiting one is admitted as soon as there is room.
 *
 * <p>Responses are admitted while half of the pages that all could still need are free, since most
 * end early. If the pages run out all the same, the youngest responses are preempted; later their
 * keys and values are computed again, and they go on. What is sampled does not depend on this.
 */
final class ContinuousBatch {
  /** The fraction of the pages that running responses could still need that stays free for them. */
  private static final double KEPT = 0.5;

  /** The most prompt tokens computed at once. */
  private static final int PREFILL_TOKENS = 8192;

  private final Transformer model;
  private final Decoder decoder;
  private final KvCache cache;
  private final List<Prompt> prompts;
  private final TokenSampler sampler;
  private final Consumer<GrowingResponse> finished;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private List<GrowingResponse> live = new ArrayList<>();
  private int sentAway;

  /** Responses that go on from the same tokens: those of a prompt, or one that was preempted. */
  private record Waiting(long[] tokens, List<GrowingResponse> responses) {
    boolean begun() {
      return responses.getFirst().length() > 0;
    }

    /** Pages that the first of them take when they are admitted. */
    int pages(int count) {
      int copied = tokens.length % KvCache.PAGE == 0 ? 0 : count - 1;
      return KvCache.pagesOf(tokens.length) + copied;
    }

    /** Pages that the first of them could take later. */
    long later(int count) {
      GrowingResponse any = responses.getFirst();
      return (long) count * pagesToCome(tokens.length, any.room());
    }

    Waiting first(int count) {
      return new Waiting(tokens, responses.subList(0, count));
    }

    Waiting without(int count) {
      return new Waiting(tokens, responses.subList(count, responses.size()));
    }
  }

  /**
   * An empty batch.
   *
   * @param cache large enough for the longest single response
   * @param prompts of the responses, by index
   * @param finished receives each response that has ended
   */
  ContinuousBatch(
      Transformer model,
      KvCache cache,
      List<Prompt> prompts,
      TokenSampler sampler,
      Consumer<GrowingResponse> finished) {
    this.model = model;
    this.decoder = new Decoder(model);
    this.cache = cache;
    this.prompts = prompts;
    this.sampler = sampler;
    this.finished = finished;
  }

  /** Queues the responses of a prompt. */
  void add(Prompt prompt, List<GrowingResponse> responses) {
    waiting.add(new Waiting(prompt.ids(), responses));
  }

  /** Decodes until all have ended. */
  void run() {
    while (!waiting.isEmpty() || !live.isEmpty()) {
      enter();
      makeRoom();
      if (!live.isEmpty()) {
        step();
      }
    }
  }

  // ---- admission and preemption ----------------------------------------------------------------

  /** Computes the tokens of admitted responses, and samples the first token of new ones. */
  private void enter() {
    List<Waiting> entering = waiting.isEmpty() ? List.of() : entering();
    if (entering.isEmpty()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Decoder.Prefill prefill =
          decoder.prefill(entering.stream().map(Waiting::tokens).toList(), cache);
      List<List<KvCache.Sequence>> forked =
          cache.fork(
              prefill.sequences(),
              entering.stream().mapToInt(each -> each.responses.size()).toArray());
      List<GrowingResponse> fresh = new ArrayList<>();
      List<Long> promptOf = new ArrayList<>();
      for (int w = 0; w < entering.size(); w++) {
        Waiting each = entering.get(w);
        for (int r = 0; r < each.responses.size(); r++) {
          each.responses.get(r).enter(forked.get(w).get(r));
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
        take(draw(logits, fresh), fresh);
      }
    }
    dismissFinished();
  }

  /** Takes the responses that may be admitted out of the queue. */
  private List<Waiting> entering() {
    List<Waiting> entering = new ArrayList<>();
    long free = cache.freePages();
    long later = live.stream().mapToLong(ContinuousBatch::pagesToCome).sum();
    long tokens = 0;
    while (!waiting.isEmpty() && tokens <= PREFILL_TOKENS) {
      Waiting next = waiting.peek();
      int count = fitting(next, free, later, live.isEmpty() && entering.isEmpty());
      if (count == 0) {
        break;
      }
      waiting.remove();
      if (count < next.responses.size()) {
        waiting.addFirst(next.without(count));
      }
      entering.add(next.first(count));
      free -= next.pages(count);
      later += next.later(count);
      tokens += next.tokens.length;
    }
    return entering;
  }

  /** How many waiting responses there is room for; at least one when none is running. */
  private static int fitting(Waiting next, long free, long later, boolean nobodyIsIn) {
    int count = next.responses.size();
    while (count > 0 && free - next.pages(count) < (long) (KEPT * (later + next.later(count)))) {
      count--;
    }
    return count == 0 && nobodyIsIn ? 1 : count;
  }

  private static long pagesToCome(GrowingResponse response) {
    return pagesToCome(response.sequence().length(), response.room());
  }

  private static long pagesToCome(int held, int room) {
    return (long) KvCache.pagesOf(held + room) - KvCache.pagesOf(held);
  }

  /** Preempts the youngest responses while there are too few pages for a step. */
  private void makeRoom() {
    long wanted = live.stream().filter(each -> KvCache.isFull(each.sequence())).count();
    while (wanted > cache.freePages()) {
      GrowingResponse youngest = live.removeLast();
      if (KvCache.isFull(youngest.sequence())) {
        wanted--;
      }
      youngest.leave(cache);
      sentAway++;
      waiting.addFirst(
          new Waiting(youngest.seen(prompts.get(youngest.place())), List.of(youngest)));
    }
  }

  /** How often a response was preempted. */
  int sentAway() {
    return sentAway;
  }

  // ---- one token each -------------------------------------------------------------------------

  private void step() {
    long[] last = live.stream().mapToLong(GrowingResponse::lastId).toArray();
    List<KvCache.Sequence> sequences = live.stream().map(GrowingResponse::sequence).toList();
    Drawn[] drawn = new Drawn[live.size()]; // by the first row of those sampled together
    decoder.decode(
        last,
        cache,
        sequences,
        (first, logits) -> {
          drawn[first] = draw(logits, live.subList(first, first + (int) logits.size(0)));
        });
    for (int first = 0; first < drawn.length; first += drawn[first].ids().length) {
      take(drawn[first], live.subList(first, first + drawn[first].ids().length));
    }
    dismissFinished();
  }

  /** Samples the next token of each response. */
  private Drawn draw(Tensor logits, List<GrowingResponse> responses) {
    double[] uniforms = responses.stream().mapToDouble(GrowingResponse::uniform).toArray();
    int[] positions = responses.stream().mapToInt(GrowingResponse::length).toArray();
    return sampler.draw(logits, uniforms, positions);
  }

  private static void take(Drawn drawn, List<GrowingResponse> responses) {
    for (int r = 0; r < responses.size(); r++) {
      responses.get(r).take(drawn.ids()[r], drawn.logProbs()[r]);
    }
  }

  private void dismissFinished() {
    List<GrowingResponse> staying = new ArrayList<>(live.size());
    for (GrowingResponse each : live) {
      if (each.finished()) {
        each.leave(cache);
        finished.accept(each);
      } else {
        staying.add(each);
      }
    }
    live = staying;
  }
}
