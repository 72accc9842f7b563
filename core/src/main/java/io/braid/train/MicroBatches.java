package io.braid.train;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Splits an optimizer step's sequences into parts that fit the memory and cost about the same. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Parts with at most so many tokens each (a longer sequence stands alone), a prompt counted once
   * for all its responses in a part. They are as few as parts of neighbours can be, and the largest
   * of them is as small as it can be.
   *
   * <p>Laid end to end the parts are in one order, however many there are, so what is drawn along
   * the way (a flow field's noise) stays the same: responses to one prompt side by side, the
   * longest first, prompts by their longest.
   *
   * @param sequence of each item
   */
  static <T> List<List<T>> split(List<T> items, Function<T, Sequence> sequence, int tokens) {
    Parting<T> parting = new Parting<>(inOrder(items, sequence), sequence);
    return parting.inTurn(parting.smallestRoom(tokens));
  }

  private static <T> List<T> inOrder(List<T> items, Function<T, Sequence> sequence) {
    Comparator<T> longestFirst =
        Comparator.comparingInt((T each) -> sequence.apply(each).length()).reversed();
    Map<LongBuffer, List<T>> byPrompt = new LinkedHashMap<>();
    items.stream()
        .sorted(longestFirst)
        .forEach(each ->
            byPrompt
                .computeIfAbsent(sequence.apply(each).promptKey(), _ -> new ArrayList<>())
                .add(each));
    return byPrompt.values().stream().flatMap(List::stream).toList();
  }

  /** Items that are cut into runs of neighbours. */
  private record Parting<T>(List<T> items, Function<T, Sequence> sequence) {

    /** Fills one part after the other: no other parts of neighbours are fewer. */
    List<List<T>> inTurn(int tokens) {
      List<List<T>> parts = new ArrayList<>();
      Optional<LongBuffer> prompt = Optional.empty(); // of the last one
      int room = 0;
      for (T item : items) {
        Sequence own = sequence.apply(item);
        boolean shares = prompt.isPresent() && prompt.get().equals(own.promptKey());
        int cost = shares ? own.response().length : own.length();
        if (parts.isEmpty() || cost > room) {
          parts.add(new ArrayList<>());
          room = tokens;
          cost = own.length();
        }
        parts.getLast().add(item);
        room -= cost;
        prompt = Optional.of(own.promptKey());
      }
      return parts;
    }

    /** The least room for each part that makes no more parts. */
    int smallestRoom(int tokens) {
      int parts = inTurn(tokens).size();
      int low = 1;
      int high = tokens;
      while (low < high) {
        int room = low + (high - low) / 2;
        if (inTurn(room).size() <= parts) {
          high = room;
        } else {
          low = room + 1;
        }
      }
      return low;
    }
  }
}
