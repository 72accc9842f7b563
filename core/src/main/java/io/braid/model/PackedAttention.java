package io.braid.model;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attention of sequences packed without padding: each token attends to its own sequence up to
 * itself. A prefix that several sequences share is computed once.
 *
 * <p>On the host, Braid's own loop computes it in FLOAT32 ({@link PackedPages}); decoding uses the
 * same loop, so both give the same bits. Under autograd, on other devices, and as the reference of
 * that loop, libtorch computes it ({@link RepeatedPrefixes}).
 */
public final class PackedAttention implements AttentionContext {
  private final List<SharedPrefix> prefixes;
  private final Tensor positions; // [n] or [3, n]
  private final int longest;
  private final RepeatedPrefixes repeated;
  private Optional<PackedPages> pages = Optional.empty(); // once the loop needs them
  private final List<KeysAndValues> captured = new ArrayList<>();
  private boolean capturing;

  /** A layer's rotated keys and values in packed order, each [n, kvHeads, d]. */
  record KeysAndValues(Tensor keys, Tensor values) {}

  /**
   * Creates the layout of sequences that share no prefix. It belongs to the open scope.
   *
   * @param lengths length of each sequence in tokens, in packed order; libtorch is fastest if they
   *     decrease
   */
  public PackedAttention(int[] lengths) {
    this(Arrays.stream(lengths).mapToObj(SharedPrefix::alone).toList());
  }

  /** Creates the layout of a packed batch, in the given order. It belongs to the open scope. */
  public PackedAttention(List<SharedPrefix> prefixes) {
    this.prefixes = List.copyOf(prefixes);
    List<PackedSequence> sequences = SharedPrefix.sequences(prefixes);
    int n = prefixes.stream().mapToInt(SharedPrefix::tokens).sum();
    this.positions = PackedPositions.of(prefixes, sequences, n);
    this.longest = sequences.stream().mapToInt(PackedSequence::length).max().orElse(0);
    this.repeated = RepeatedPrefixes.of(sequences, n);
  }

  /**
   * Makes this object keep every layer's keys and values, for a cache from which decoding
   * continues.
   */
  PackedAttention capturing() {
    capturing = true;
    return this;
  }

  /** Returns the captured keys and values, by layer. */
  List<KeysAndValues> captured() {
    return captured;
  }

  @Override
  public Tensor positions() {
    return positions;
  }

  @Override
  public int end() {
    return longest;
  }

  @Override
  public Tensor attend(
      int layer, Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision) {
    if (capturing) {
      captured.add(new KeysAndValues(k, v));
    }
    boolean byLoop =
        Backend.current().coversHeads(precision, q.size(2))
            && q.isOnHost()
            && !Gradients.recorded();
    return byLoop
        ? pages().attend(how, q.to(precision), k.to(precision), v.to(precision)).out().to(q.dtype())
        : attendRepeated(how, q, k, v, precision);
  }

  /** Computes attention with libtorch's operators. */
  Tensor attendRepeated(Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision) {
    return repeated.attend(how, q, k, v, precision);
  }

  /** Returns the layout of the same tokens in pages. */
  PackedPages pages() {
    if (pages.isEmpty()) {
      pages = Optional.of(PackedPages.of(prefixes));
    }
    return pages.get();
  }
}
