package io.braid.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Splits an optimizer step's sequences into parts that fit the memory and cost about the same. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Parts of like length, each with at most so many tokens (a longer sequence stands alone). They
   * are as few as parts of neighbours can be, and the largest of them is as small as it can be.
   *
   * <p>Laid end to end the parts are in falling length, however many there are: packed attention
   * likes that best, and what is drawn along the way (a flow field's noise) stays the same.
   */
  static <T> List<List<T>> split(List<T> sequences, ToIntFunction<T> length, int tokens) {
    List<T> sorted = new ArrayList<>(sequences);
    sorted.sort(Comparator.comparingInt(length).reversed());
    return inTurn(sorted, length, smallestRoom(sorted, length, tokens));
  }

  /** Fills one part after the other: no other parts of neighbours are fewer. */
  private static <T> List<List<T>> inTurn(List<T> sorted, ToIntFunction<T> length, int tokens) {
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

  /** The least room for each part that makes no more parts. */
  private static <T> int smallestRoom(List<T> sorted, ToIntFunction<T> length, int tokens) {
    int parts = inTurn(sorted, length, tokens).size();
    int low = 1;
    int high = tokens;
    while (low < high) {
      int room = low + (high - low) / 2;
      if (inTurn(sorted, length, room).size() <= parts) {
        high = room;
      } else {
        low = room + 1;
      }
    }
    return low;
  }
}
