package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Python slice: a start, a stop and a step, each of which may be missing or count from the end.
 */
record Slice(Optional<Long> start, Optional<Long> stop, Optional<Long> step) {

  Value of(Value value) {
    return switch (value) {
      case Value.Text(String text, _) -> {
        int[] characters = text.codePoints().toArray();
        TextBuilder picked = new TextBuilder();
        places(characters.length).forEach(i -> picked.appendCodePoint(characters[i]));
        yield new Value.Text(picked.toString());
      }
      case Items items when items.sort() != Items.Kind.VIEW ->
          new Items(
              items.sort(),
              places(items.values().size()).stream().map(items.values()::get).toList());
      case Value.Undefined(String what) -> throw new Refusal("'" + what + "' is undefined");
      default -> throw new Refusal(value.kind() + " cannot be sliced");
    };
  }

  private List<Integer> places(int length) {
    long by = step.orElse(1L);
    if (by == 0) {
      throw new Refusal("a slice's step is zero");
    }
    boolean forward = by > 0;
    long from = start.map(s -> clamp(s, length, forward)).orElse(forward ? 0L : length - 1L);
    long to = stop.map(s -> clamp(s, length, forward)).orElse(forward ? length : -1L);
    List<Integer> places = new ArrayList<>();
    // A step beyond the length picks one entry at most, and must not overflow.
    long stride = Math.max(-length - 1L, Math.min(length + 1L, by));
    for (long i = from; forward ? i < to : i > to; i += stride) {
      places.add((int) i);
    }
    return places;
  }

  private static long clamp(long place, int length, boolean forward) {
    long fromStart = place < 0 ? place + length : place;
    return forward
        ? Math.max(0, Math.min(length, fromStart))
        : Math.max(-1, Math.min(length - 1L, fromStart));
  }
}
