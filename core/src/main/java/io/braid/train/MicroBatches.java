package io.braid.train;

import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Splits an optimizer step's sequences into micro-batches that fit the memory. */
public final class MicroBatches {
  private MicroBatches() {}

  /**
   * Micro-batches of a table's rows.
   *
   * @param tokens the most tokens computed at once
   * @param wholeGroups whether a group's rows must stay together; a group of more tokens then is a
   *     micro-batch of its own
   */
  static List<Trajectories> of(Trajectories t, int tokens, boolean wholeGroups) {
    List<Integer> rows = IntStream.range(0, t.rows()).boxed().toList();
    List<List<Integer>> parts =
        wholeGroups
            ? new Parting<>(
                    t.groups().stream()
                        .map(group -> IntStream.of(group).boxed().toList())
                        .map(group -> inOrder(group, t::sequence))
                        .toList(),
                    t::sequence)
                .parts(tokens)
            : split(rows, t::sequence, tokens);
    return parts.stream()
        .map(part -> t.select(part.stream().mapToInt(row -> row).toArray()))
        .toList();
  }

  /**
   * Parts with at most so many tokens each (a longer sequence stands alone). A prompt counts once
   * for all its responses in a part. Parts hold neighbours; there are as few as possible, and the
   * largest is as small as possible.
   *
   * <p>Laid end to end the parts are in one order, however many there are, so random numbers that
   * are drawn along the way stay the same: responses to one prompt side by side, the longest first,
   * prompts by their longest response.
   *
   * @param items to be split
   * @param sequence the sequence of an item
   * @param tokens the most tokens of a part
   */
  public static <T> List<List<T>> split(List<T> items, Function<T, Sequence> sequence, int tokens) {
    List<List<T>> alone = inOrder(items, sequence).stream().map(List::of).toList();
    return new Parting<>(alone, sequence).parts(tokens);
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

  /** Units, each of which stays whole, cut into runs of neighbours. */
  private record Parting<T>(List<List<T>> units, Function<T, Sequence> sequence) {

    List<List<T>> parts(int tokens) {
      return inTurn(smallestBudget(tokens));
    }

    /** Fills one part after the other: no other parts of neighbours are fewer. */
    private List<List<T>> inTurn(int tokens) {
      List<List<T>> parts = new ArrayList<>();
      Optional<LongBuffer> prompt = Optional.empty(); // of the last item
      int left = 0;
      for (List<T> unit : units) {
        int cost = cost(unit, prompt);
        if (parts.isEmpty() || cost > left) {
          parts.add(new ArrayList<>());
          left = tokens;
          cost = cost(unit, Optional.empty());
        }
        parts.getLast().addAll(unit);
        left -= cost;
        prompt = Optional.of(sequence.apply(unit.getLast()).promptKey());
      }
      return parts;
    }

    /** Tokens that a unit adds to a part whose last prompt is this one. */
    private int cost(List<T> unit, Optional<LongBuffer> last) {
      int cost = 0;
      Optional<LongBuffer> before = last;
      for (T item : unit) {
        Sequence own = sequence.apply(item);
        boolean shares = before.isPresent() && before.get().equals(own.promptKey());
        cost += shares ? own.response().length : own.length();
        before = Optional.of(own.promptKey());
      }
      return cost;
    }

    /** The fewest tokens for each part that make no more parts. */
    private int smallestBudget(int tokens) {
      int parts = inTurn(tokens).size();
      int low = 1;
      int high = tokens;
      while (low < high) {
        int budget = low + (high - low) / 2;
        if (inTurn(budget).size() <= parts) {
          high = budget;
        } else {
          low = budget + 1;
        }
      }
      return low;
    }
  }
}
