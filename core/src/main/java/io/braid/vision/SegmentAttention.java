package io.braid.vision;

import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Attention within adjacent segments: each patch attends to all patches of its own segment.
 * Segments of equal length are computed together.
 */
final class SegmentAttention {
  private final List<Equal> groups = new ArrayList<>();
  private final Optional<Tensor> places; // [n] place of each patch in the groups' order

  /**
   * Segments of equal length.
   *
   * @param length number of patches in each
   * @param count number of segments
   * @param patches [count · length] the patches; absent if these are all, in order
   */
  private record Equal(int length, int count, Optional<Tensor> patches) {
    Tensor attend(Tensor q, Tensor k, Tensor v) {
      Tensor seen = Functional.attention(split(q), split(k), split(v), Optional.empty());
      return seen.transpose(1, 2).reshape((long) count * length, -1);
    }

    /** [n, heads, d] → [count, heads, length, d]. */
    private Tensor split(Tensor x) {
      Tensor own = patches.map(each -> x.indexSelect(0, each)).orElse(x);
      return own.view(count, length, x.size(1), x.size(2)).transpose(1, 2);
    }
  }

  /**
   * Creates the attention of segments. It belongs to the open scope.
   *
   * @param lengths number of patches in each segment, in order
   */
  SegmentAttention(int[] lengths) {
    Map<Integer, List<Integer>> starts = new TreeMap<>(); // by length
    int next = 0;
    for (int length : lengths) {
      starts.computeIfAbsent(length, _ -> new ArrayList<>()).add(next);
      next += length;
    }
    if (starts.size() == 1) {
      groups.add(new Equal(lengths[0], lengths.length, Optional.empty()));
      places = Optional.empty();
      return;
    }
    long[] place = new long[next];
    int done = 0;
    for (Map.Entry<Integer, List<Integer>> each : starts.entrySet()) {
      int length = each.getKey();
      long[] patches = new long[length * each.getValue().size()];
      for (int p = 0; p < patches.length; p++) {
        patches[p] = each.getValue().get(p / length) + p % length;
        place[(int) patches[p]] = done++;
      }
      Tensor own = Tensor.of(patches, patches.length);
      groups.add(new Equal(length, each.getValue().size(), Optional.of(own)));
    }
    places = Optional.of(Tensor.of(place, place.length));
  }

  /** Returns segments of {@code factor} times the given lengths. */
  static SegmentAttention of(int[] lengths, int factor) {
    return new SegmentAttention(Arrays.stream(lengths).map(each -> each * factor).toArray());
  }

  /**
   * Computes softmax(q·kᵀ/√d)·v.
   *
   * @param q [n, heads, d]
   * @param k [n, heads, d]
   * @param v [n, heads, d]
   * @return [n, heads·d]
   */
  Tensor attend(Tensor q, Tensor k, Tensor v) {
    List<Tensor> seen = groups.stream().map(group -> group.attend(q, k, v)).toList();
    return places.map(place -> Tensor.cat(seen, 0).indexSelect(0, place)).orElseGet(seen::getFirst);
  }
}
