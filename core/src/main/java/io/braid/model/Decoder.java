package io.braid.model;

import io.braid.kernel.DecodingWorkspace;
import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.Gradients;
import io.braid.tensor.OpenMp;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.tensor.ThreadTeam;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Computes prompts into a cache (prefill), then one token of each sequence at a time.
 *
 * <p>Many rows are computed in chunks, each by one thread through all layers: threads then wait for
 * each other only once per step, and intermediate results stay in a core's own cache.
 */
public final class Decoder {
  /**
   * Largest layer, in bytes, that each thread reads separately; all threads share the work on
   * larger layers.
   */
  static final long LAYER_BYTES = 4 << 20;

  /**
   * Largest total size of weights, in bytes, that are copied before decoding; the copy takes as
   * long as one or two steps.
   */
  private static final long COPIED_BYTES = 128 << 20;

  private final Transformer model;
  private final boolean parts;
  private final Optional<DecodingStep> step;
  private final List<DecodingWorkspace> workspaces; // of each thread

  /**
   * Creates a decoder with a model's current weights. Its memory belongs to the open scope.
   *
   * @param model the model; the caller closes it
   */
  public Decoder(Transformer model) {
    this(model, DecodingStep.of(model, isSmall(model) && bytes(model) <= COPIED_BYTES));
  }

  private Decoder(Transformer model, Optional<DecodingStep> step) {
    this.model = model;
    this.parts = model.isFused() && isSmall(model) && model.weights().areKept();
    this.step = step;
    this.workspaces =
        step.map(it -> IntStream.range(0, Engine.threads()).mapToObj(_ -> it.workspace()).toList())
            .orElse(List.of());
  }

  /** Creates a decoder without {@link DecodingStep}, as the reference for that class. */
  static Decoder byLayers(Transformer model) {
    return new Decoder(model, Optional.empty());
  }

  private static long bytes(Transformer model) {
    return model.parameterCount() * model.dtype().bytes();
  }

  private static boolean isSmall(Transformer model) {
    return model.weights().layerBytes() <= LAYER_BYTES;
  }

  /**
   * The result of processing prompts.
   *
   * @param lastHidden [prompts, hidden] hidden state of each prompt's last token, after the final
   *     norm
   * @param sequences the cached sequence of each prompt
   */
  public record Prefill(Tensor lastHidden, List<KvCache.Sequence> sequences) {}

  /**
   * Computes prompts into the cache, for decoding to continue.
   *
   * @param prompts tokens and images of each prompt
   * @param cache a cache with enough free pages
   * @throws io.braid.UserError if an image cannot be read
   */
  public Prefill prefill(List<PromptTokens> prompts, KvCache cache) {
    model
        .images()
        .ifPresent(features ->
            features.prepare(
                prompts.stream()
                    .flatMap(each -> each.images().stream())
                    .map(PlacedImage::image)
                    .toList()));
    return model.isFused()
        ? prefillInPlace(prompts, cache, cache.begin(prompts.size()))
        : prefillCaptured(prompts, cache);
  }

  /** Returns whether {@link #extend} works; otherwise a sequence must be computed anew. */
  public boolean canExtend() {
    return model.isFused();
  }

  /**
   * Computes further tokens of a sequence into the cache, all at once.
   *
   * @param tokens token ids, at least one
   * @param cache a cache with enough free pages
   * @throws IllegalStateException if {@link #canExtend} is false
   */
  public Prefill extend(long[] tokens, KvCache cache, KvCache.Sequence sequence) {
    if (!canExtend()) {
      throw new IllegalStateException("the model's layers are not fused");
    }
    return prefillInPlace(List.of(PromptTokens.text(tokens)), cache, List.of(sequence));
  }

  /** Writes keys and values into the pages as they are computed, and reads them from there. */
  private Prefill prefillInPlace(
      List<PromptTokens> prompts, KvCache cache, List<KvCache.Sequence> sequences) {
    int[] lengths = lengths(prompts);
    try (Scope scope = Scope.open()) {
      Tensor lastHidden = Tensor.empty(DType.FLOAT32, prompts.size(), model.config().hiddenSize());
      Chunk.forEach(
          chunks(lengths),
          part -> {
            List<PromptTokens> own = part.of(prompts);
            int padding = padding(Arrays.stream(lengths(own)).sum());
            return PagedAttention.of(cache, part.of(sequences), own, padding);
          },
          (part, attention) -> {
            List<PromptTokens> own = part.of(prompts);
            int padding = padding(Arrays.stream(lengths(own)).sum());
            Tensor hidden =
                model.hidden(InputTokens.of(own, padding), attention, Transformer.LatentTap.NONE);
            lastHidden
                .narrow(0, part.from(), part.size())
                .copyInPlace(hidden.indexSelect(0, lastTokens(own)));
          });
      return new Prefill(scope.keep(lastHidden), sequences);
    }
  }

  /**
   * Computes a packed batch and then stores its keys and values. This is the reference for {@link
   * #prefillInPlace}, and the path for models without fused layers.
   */
  Prefill prefillCaptured(List<PromptTokens> prompts, KvCache cache) {
    try (Scope scope = Scope.open()) {
      PackedAttention attention =
          new PackedAttention(prompts.stream().map(SharedPrefix::alone).toList()).capturing();
      Tensor hidden =
          model.hidden(
              InputTokens.of(prompts, /* padding= */ 0), attention, Transformer.LatentTap.NONE);
      Tensor lastHidden = hidden.indexSelect(0, lastTokens(prompts));
      List<KvCache.Sequence> sequences = cache.store(attention, lengths(prompts));
      for (int p = 0; p < prompts.size(); p++) {
        sequences.get(p).nextAt(prompts.get(p).positions().next());
      }
      return new Prefill(scope.keep(lastHidden), sequences);
    }
  }

  private List<Chunk> chunks(int[] tokens) {
    return parts ? Chunk.of(tokens) : List.of(Chunk.whole(tokens.length));
  }

  /** Returns the number of padding rows needed so that libtorch uses its kernel for many rows. */
  private int padding(int rows) {
    return model.attendsExactly() ? Math.max(0, RowProducts.FEWEST_ROWS - rows) : 0;
  }

  /** Returns the hidden states of all tokens and of the padding rows. */
  private Tensor hidden(long[] tokens, AttentionContext attention) {
    long[] ids = Arrays.copyOf(tokens, (int) attention.positions().numel());
    return model.hidden(
        InputTokens.text(Tensor.of(ids, ids.length)), attention, Transformer.LatentTap.NONE);
  }

  private static int[] lengths(List<PromptTokens> prompts) {
    return prompts.stream().mapToInt(PromptTokens::length).toArray();
  }

  private static Tensor lastTokens(List<PromptTokens> prompts) {
    long[] last = new long[prompts.size()];
    long end = -1;
    for (int p = 0; p < last.length; p++) {
      end += prompts.get(p).length();
      last[p] = end;
    }
    return Tensor.of(last, last.length);
  }

  /** Receives the logits of the next token of some sequences. */
  @FunctionalInterface
  public interface Scored {
    /**
     * Receives logits.
     *
     * @param first index of the first sequence; the others follow
     * @param logits [sequences, vocab] FLOAT32; freed when this method returns
     */
    void see(int first, Tensor logits);
  }

  /**
   * Appends one token to each sequence.
   *
   * @param ids the token of each sequence
   * @param cache a cache with a free page for each sequence whose last page is full
   * @param scored receives the logits; may be called by several threads at once, in any order
   */
  public void decode(long[] ids, KvCache cache, List<KvCache.Sequence> sequences, Scored scored) {
    int[] one = new int[ids.length];
    Arrays.fill(one, 1);
    List<Chunk> chunks = chunks(one);
    int most = chunks.stream().mapToInt(Chunk::size).max().orElse(0);
    if (step.isPresent() && most <= step.get().mostRows()) {
      decodeByLoops(step.get(), ids, cache, sequences, chunks, scored);
      return;
    }
    try (Scope scope = Scope.open()) {
      Chunk.forEach(
          chunks,
          part -> new PagedAttention(cache, part.of(sequences), padding(part.size())),
          (part, attention) -> {
            Tensor hidden = hidden(part.of(ids), attention); // [rows and padding, hidden]
            scored.see(part.from(), model.logits(hidden).narrow(0, 0, part.size()));
          });
    }
  }

  /** Decodes in chunks, one thread each; a single chunk is shared by all threads. */
  private void decodeByLoops(
      DecodingStep step,
      long[] ids,
      KvCache cache,
      List<KvCache.Sequence> sequences,
      List<Chunk> chunks,
      Scored scored) {
    List<DecodingStep.Asked> asked =
        chunks.stream().map(part -> step.asked(part.of(ids), cache, part.of(sequences))).toList();
    if (chunks.size() > 1) {
      OpenMp.withTeam(
          workspaces.size(),
          (number, team) ->
              team.forEach(
                  chunks.size(),
                  (from, to) -> {
                    DecodingWorkspace workspace = workspaces.get(number);
                    for (int p = from; p < to; p++) {
                      try (Scope scope = Scope.open();
                          Gradients off = Gradients.inference()) {
                        step.run(asked.get(p), ThreadTeam.alone(), workspace, workspace);
                        scored.see(chunks.get(p).from(), logits(workspace, chunks.get(p).size()));
                      }
                    }
                  }));
      return;
    }
    OpenMp.withTeam(
        parts ? 1 : workspaces.size(),
        (number, team) ->
            step.run(asked.getFirst(), team, workspaces.getFirst(), workspaces.get(number)));
    try (Scope scope = Scope.open()) {
      scored.see(0, logits(workspaces.getFirst(), ids.length));
    }
  }

  private static Tensor logits(DecodingWorkspace workspace, int rows) {
    return workspace.logits().narrow(0, 0, rows);
  }

  /**
   * Appends one token to each sequence and returns all logits at once.
   *
   * @return [sequences, vocab], as {@link Transformer#logits} computes them
   */
  public Tensor decode(long[] ids, KvCache cache, List<KvCache.Sequence> sequences) {
    DType dtype = model.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor all = Tensor.empty(dtype, ids.length, model.config().vocabSize());
    decode(
        ids,
        cache,
        sequences,
        (first, logits) -> all.narrow(0, first, logits.size(0)).copyInPlace(logits));
    return all;
  }
}
