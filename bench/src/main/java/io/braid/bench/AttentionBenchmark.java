package io.braid.bench;

import io.braid.model.Decoder;
import io.braid.model.HiddenPass;
import io.braid.model.InputTokens;
import io.braid.model.KvCache;
import io.braid.model.ModelConfig;
import io.braid.model.PackedAttention;
import io.braid.model.Sublayer;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmarks the attention of one layer with 8 heads of width 64 and 4 key heads, on packed
 * sequences as in training and on a paged cache as in decoding. If attention cannot be called
 * alone, a model with a single, very narrow layer is used, so that attention dominates.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {
  private static final int HEADS = 8;
  private static final int KV_HEADS = 4;
  private static final int WIDTH = 64;
  private final Sublayer.Attention how = Sublayer.Attention.full(WIDTH);

  @Param({"16", "128"})
  public int sequences;

  /** Length of the longest packed sequence and of the cached prompts, in tokens. */
  @Param({"64", "272"})
  public int longest;

  private int[] lengths; // falling, as micro-batches are sorted
  private Tensor packedQueries; // [tokens, heads, d]
  private Tensor packedKeys; // [tokens, kvHeads, d]
  private Tensor packedIds; // [tokens]
  private Transformer model;
  private KvCache cache;
  private Scope outer;
  private Decoder decoder;
  private List<KvCache.Sequence> prompts;

  @Setup
  public void prepare() {
    lengths = new int[sequences];
    int tokens = 0;
    for (int s = 0; s < sequences; s++) {
      double share = 1 - (double) s / sequences;
      lengths[s] = 1 + (int) ((longest - 1) * share * share);
      tokens += lengths[s];
    }
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      packedQueries = Tensor.randn(random, tokens, HEADS, WIDTH).owned();
      packedKeys = Tensor.randn(random, tokens, KV_HEADS, WIDTH).owned();
      packedIds = Tensor.of(new long[tokens], tokens).owned();
    }
    model = Transformer.create(config(), DType.FLOAT32, 1);
    cache = model.cache(sequences * KvCache.pagesOf(longest + 1));
    outer = Scope.open(); // for the decoder
    decoder = new Decoder(model);
    prompts = filled();
  }

  /** Returns the config of a model with one layer and as little as possible besides attention. */
  private static ModelConfig config() {
    return new ModelConfig(
        new Qwen2(),
        16,
        16,
        16,
        1,
        HEADS,
        KV_HEADS,
        WIDTH,
        1e-6,
        new ModelConfig.Rope(1e6, Optional.empty()),
        true,
        true,
        false,
        false,
        1024,
        0.02);
  }

  /** Fills the cache with prompts of the same length. */
  private List<KvCache.Sequence> filled() {
    List<long[]> ids = new ArrayList<>();
    for (int row = 0; row < sequences; row++) {
      ids.add(new long[longest]);
    }
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      return decoder.prefill(PromptTokens.texts(ids), cache).sequences();
    }
  }

  @TearDown
  public void free() {
    packedQueries.close();
    packedKeys.close();
    packedIds.close();
    outer.close();
    cache.close();
    model.close();
  }

  /** Measures packed sequences with Braid's own loop, forward only. */
  @Benchmark
  public void packed() {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      attend(packedQueries, packedKeys);
    }
  }

  /** Measures packed sequences with libtorch's operators and its autograd, forward and backward. */
  @Benchmark
  public void repeatedAndBack() {
    try (Scope scope = Scope.open()) {
      Tensor queries = packedQueries.detach().requiresGrad(true);
      Tensor keys = packedKeys.detach().requiresGrad(true);
      attend(queries, keys).sum().backward();
    }
  }

  private Tensor attend(Tensor queries, Tensor keys) {
    return new PackedAttention(lengths).attend(0, how, queries, keys, keys, DType.FLOAT32);
  }

  /** Measures a layer on packed sequences with Braid's own loops, forward and backward. */
  @Benchmark
  public void packedAndBack() {
    try (Scope scope = Scope.open()) {
      HiddenPass pass =
          model.pass(
              InputTokens.text(packedIds),
              new PackedAttention(lengths),
              Transformer.LatentTap.NONE);
      pass.backward(pass.states());
    }
  }

  /** Measures a layer on one new token for each cached prompt. */
  @Benchmark
  public void cached() {
    int[] twice = new int[sequences];
    Arrays.fill(twice, 2); // the prompt and a copy, which shares its pages
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      List<KvCache.Sequence> copies =
          cache.fork(prompts, twice).stream().map(List::getLast).toList();
      decoder.decode(new long[sequences], cache, copies);
      copies.forEach(cache::release);
    }
  }
}
