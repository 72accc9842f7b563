package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code loop} of a running for-loop. */
final class Loop implements Value {
  private final List<Value> items;
  private final int deep;
  private final Optional<Function.Body> again;
  private int at = -1;
  private List<Value> last = new ArrayList<>();
  private boolean asked;

  /**
   * A loop.
   *
   * @param deep number of enclosing calls of the same loop
   * @param again calls the same loop with other items; absent if the loop is not recursive
   */
  Loop(List<Value> items, int deep, Optional<Function.Body> again) {
    this.items = items;
    this.deep = deep;
    this.again = again;
  }

  Function.Body again() {
    return again.orElseThrow(
        () -> new Refusal("'loop' is called, but the loop is not marked 'recursive'"));
  }

  void advance() {
    at++;
  }

  Optional<Value> member(String name) {
    return switch (name) {
      case "index" -> whole(at + 1);
      case "index0" -> whole(at);
      case "revindex" -> whole(items.size() - at);
      case "revindex0" -> whole(items.size() - at - 1);
      case "length" -> whole(items.size());
      case "depth" -> whole(deep + 1);
      case "depth0" -> whole(deep);
      case "first" -> Optional.of(new Bool(at == 0));
      case "last" -> Optional.of(new Bool(at == items.size() - 1));
      case "previtem" -> Optional.of(at > 0 ? items.get(at - 1) : new Undefined("loop.previtem"));
      case "nextitem" ->
          Optional.of(at + 1 < items.size() ? items.get(at + 1) : new Undefined("loop.nextitem"));
      case "cycle" -> Optional.of(new Function("loop.cycle", this::cycle));
      case "changed" -> Optional.of(new Function("loop.changed", this::changed));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> whole(int value) {
    return Optional.of(new Whole(value));
  }

  private Value cycle(Arguments arguments) {
    if (arguments.byPlace().isEmpty()) {
      throw new Refusal("'loop.cycle' needs something to cycle through");
    }
    return arguments.byPlace().get(at % arguments.byPlace().size());
  }

  private Value changed(Arguments arguments) {
    List<Value> now = arguments.byPlace();
    boolean same = asked && Operators.equal(Items.list(last), Items.list(now));
    asked = true;
    last = now;
    return new Bool(!same);
  }
}
