package io.braid.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Splits an optimizer step's sequences so that each part fits the memory. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Parts of like length, each with at most so many tokens (a longer sequence stands alone). The
   * order within a part is by falling length, which packed attention likes best.
   */
  static List<List<Sequence>> split(List<Sequence> sequences, int tokens) {
    List<Sequence> sorted = new ArrayList<>(sequences);
    sorted.sort(Comparator.comparingInt(Sequence::length).reversed());
    List<List<Sequence>> parts = new ArrayList<>();
    int room = 0;
    for (Sequence sequence : sorted) {
      if (parts.isEmpty() || sequence.length() > room) {
        parts.add(new ArrayList<>());
        room = tokens;
      }
      parts.getLast().add(sequence);
      room -= sequence.length();
    }
    return parts;
  }
}
