package io.braid.rollout;

import io.braid.UserError;
import io.braid.model.CachedAttention;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.TokenSampler.Drawn;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Samples responses in batches with a key-value cache: each prompt is computed once for all its
 * responses, and finished rows leave the batch.
 */
public final class Rollout {
  /** Rows are compacted when so many of them are finished: copying less often costs more steps. */
  private static final double CROWDED = 0.75;

  /** Fewer than four rows are multiplied by another kernel than many, which rounds differently. */
  private static final int FEWEST_ROWS = 8;

  private final Transformer model;
  private final SamplingSettings settings;
  private final Function<long[], String> decode;
  private final long cacheBytes;

  /**
   * A sampler of a model.
   *
   * @param decode tokens to text, special tokens left out
   * @param cacheBytes how much the cache may take; prompts beyond it wait
   * @throws UserError when a stop token is outside the vocabulary
   */
  public Rollout(
      Transformer model,
      SamplingSettings settings,
      Function<long[], String> decode,
      long cacheBytes) {
    this.model = model;
    this.settings = settings;
    this.decode = decode;
    this.cacheBytes = cacheBytes;
    for (long id : settings.stopIds()) {
      if (id < 0 || id >= model.config().vocabSize()) {
        throw new UserError(
            "sampling: stop token %d is outside the model's vocabulary of %d"
                .formatted(id, model.config().vocabSize()));
      }
    }
  }

  /** The same sampling of another model with the same vocabulary. */
  public Rollout of(Transformer other) {
    return new Rollout(other, settings, decode, cacheBytes);
  }

  /** How it samples. */
  public SamplingSettings settings() {
    return settings;
  }

  /**
   * Samples every prompt's responses. A prompt that comes twice gets other responses the second
   * time.
   *
   * @param seed same seed, same responses, however the prompts are batched
   * @throws UserError when a prompt leaves no room in the model's context
   */
  public List<Group> sample(List<Prompt> prompts, long seed) {
    check(prompts);
    List<Integer> firstSamples = firstSamples(prompts);
    List<Group> groups = new ArrayList<>(prompts.size());
    int from = 0;
    while (from < prompts.size()) {
      int to = from + promptsThatFit(prompts.subList(from, prompts.size()));
      groups.addAll(
          sampleTogether(prompts.subList(from, to), firstSamples.subList(from, to), seed));
      from = to;
    }
    return groups;
  }

  /** The number of each prompt's first sample: those of its earlier occurrences come before. */
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
   * Refuses prompts that cannot be sampled, so that none is found hours later.
   *
   * @throws UserError when a prompt is empty, leaves no room in the model's context, or has a token
   *     that the model has not
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

  /** How many of the first prompts are sampled together: what the cache holds, at least one. */
  public int promptsThatFit(List<Prompt> waiting) {
    int longest = 0;
    for (int count = 0; count < waiting.size(); count++) {
      longest = Math.max(longest, waiting.get(count).ids().length);
      long row = model.cacheBytes(longest + settings.maxNewTokens());
      if (count > 0 && row * settings.samples() * (count + 1) > cacheBytes) {
        return count;
      }
    }
    return waiting.size();
  }

  private List<Group> sampleTogether(List<Prompt> prompts, List<Integer> firstSamples, long seed) {
    List<Row> rows = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      for (int sample = 0; sample < settings.samples(); sample++) {
        rows.add(
            new Row(KeyedRandom.stream(seed, prompts.get(p).key(), firstSamples.get(p) + sample)));
      }
    }
    decodeAll(prompts, rows);
    List<Group> groups = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      List<Response> responses =
          rows.subList(p * settings.samples(), (p + 1) * settings.samples()).stream()
              .map(Row::response)
              .toList();
      groups.add(new Group(prompts.get(p), responses));
    }
    return groups;
  }

  private void decodeAll(List<Prompt> prompts, List<Row> rows) {
    TokenSampler sampler = new TokenSampler(settings);
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      // The last token is drawn but never fed, so it needs no column.
      Transformer.Prefill prefill =
          model.prefill(
              prompts.stream().map(Prompt::ids).toList(),
              settings.samples(),
              settings.maxNewTokens());
      try (CachedAttention cache = prefill.cache()) {
        Tensor logits = model.logits(prefill.lastHidden()); // [prompts, vocab]
        Drawn drawn =
            sampler.draw(
                logits.indexSelect(0, promptOfEachRow(prompts.size())), uniforms(rows, 0), 0);
        List<Row> live = take(drawn, rows);
        long[] next = drawn.ids().toLongs();
        List<Row> inCache = rows;
        for (int position = 1; !live.isEmpty(); position++) {
          if (live.size() <= CROWDED * inCache.size() && live.size() >= FEWEST_ROWS) {
            next = shrink(cache, inCache, live, next);
            inCache = live;
          }
          try (Scope step = Scope.open()) {
            Tensor hidden = model.decode(Tensor.of(next, next.length), cache);
            drawn = sampler.draw(model.logits(hidden), uniforms(inCache, position), position);
            next = drawn.ids().toLongs();
            take(drawn, inCache);
          }
          live = live.stream().filter(row -> !row.finished()).toList();
        }
      }
    }
  }

  private Tensor promptOfEachRow(int prompts) {
    long[] index = new long[prompts * settings.samples()];
    Arrays.setAll(index, row -> row / settings.samples());
    return Tensor.of(index, index.length);
  }

  private static double[] uniforms(List<Row> rows, int position) {
    return rows.stream().mapToDouble(row -> KeyedRandom.uniform(row.stream, position)).toArray();
  }

  /** Gives each unfinished row its token and says which are still unfinished. */
  private List<Row> take(Drawn drawn, List<Row> rows) {
    long[] ids = drawn.ids().toLongs();
    float[] logProbs = drawn.logProbs().toFloats();
    List<Row> live = new ArrayList<>();
    for (int r = 0; r < ids.length; r++) {
      Row row = rows.get(r);
      if (!row.finished()) {
        row.take(ids[r], logProbs[r]);
        if (!row.finished()) {
          live.add(row);
        }
      }
    }
    return live;
  }

  /** Lets the finished rows leave; returns the tokens of those that stay. */
  private static long[] shrink(
      CachedAttention cache, List<Row> inCache, List<Row> live, long[] next) {
    int[] stay = new int[live.size()];
    long[] tokens = new long[live.size()];
    int kept = 0;
    for (int r = 0; r < inCache.size(); r++) {
      if (!inCache.get(r).finished()) {
        stay[kept] = r;
        tokens[kept++] = next[r];
      }
    }
    cache.keepRows(stay);
    return tokens;
  }

  /** One response on its way. */
  private final class Row {
    private final long stream;
    private long[] ids = new long[16];
    private float[] logProbs = new float[16];
    private int length;
    private Finish finish = Finish.LENGTH;
    private boolean done;

    Row(long stream) {
      this.stream = stream;
    }

    boolean finished() {
      return done;
    }

    void take(long id, float logProb) {
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
        logProbs = Arrays.copyOf(logProbs, 2 * length);
      }
      ids[length] = id;
      logProbs[length++] = logProb;
      if (settings.stopIds().contains(id)) {
        done = true;
        finish = Finish.STOP_TOKEN;
      } else if (holdsStopString()) {
        done = true;
        finish = Finish.STOP_STRING;
      } else if (length == settings.maxNewTokens()) {
        done = true;
      }
    }

    /** The whole text is decoded, because a tokenizer may spread a string over any tokens. */
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
      return new Response(tokens, Arrays.copyOf(logProbs, length), finish, text);
    }
  }
}
