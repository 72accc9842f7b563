package io.braid.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Splits an optimizer step's sequences so that each part fits the memory. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Parts of like length, each with at most so many tokens (a longer sequence stands alone). The
   * order within a part is by falling length, which packed attention likes best.
   */
  static <T> List<List<T>> split(List<T> sequences, ToIntFunction<T> length, int tokens) {
    List<T> sorted = new ArrayList<>(sequences);
    sorted.sort(Comparator.comparingInt(length).reversed());
    List<List<T>> parts = new ArrayList<>();
    int room = 0;
    for (T sequence : sorted) {
      if (parts.isEmpty() || length.applyAsInt(sequence) > room) {
        parts.add(new ArrayList<>());
        room = tokens;
      }
      parts.getLast().add(sequence);
      room -= length.applyAsInt(sequence);
    }
    return parts;
  }
}
