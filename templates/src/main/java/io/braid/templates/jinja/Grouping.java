package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The filters that split a list into lists. */
final class Grouping {
  private Grouping() {}

  static Value batch(Value value, Arguments arguments) {
    var given = arguments.bind("batch", "linecount", "fill_with");
    long count = Operators.whole(given.need("linecount"), "'linecount'");
    Optional<Value> fill = given.get("fill_with").filter(v -> v != Value.None.NONE);
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value entry : Python.entries(value)) {
      if (batch.size() == count) {
        batches.add(Items.list(batch));
        batch.clear();
      }
      batch.add(entry);
    }
    if (!batch.isEmpty()) {
      while (fill.isPresent() && batch.size() < Limits.width(count)) {
        batch.add(fill.get());
      }
      batches.add(Items.list(batch));
    }
    return new Once(batches);
  }

  static Value slice(Value value, Arguments arguments) {
    var given = arguments.bind("slice", "slices", "fill_with");
    int slices = Limits.width(Operators.whole(given.need("slices"), "'slices'"));
    if (slices == 0) {
      throw new Refusal("'slice' divides by zero");
    }
    Optional<Value> fill = given.get("fill_with").filter(v -> v != Value.None.NONE);
    List<Value> entries = Python.entries(value);
    int least = entries.size() / slices;
    int longer = entries.size() % slices;
    List<Value> all = new ArrayList<>();
    int from = 0;
    for (int s = 0; s < slices; s++) {
      int to = from + least + (s < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(entries.subList(from, to));
      if (s >= longer) {
        fill.ifPresent(slice::add);
      }
      all.add(Items.list(slice));
      from = to;
    }
    return new Once(all);
  }

  static Value groupby(Value value, Arguments arguments) {
    var given = arguments.bind("groupby", "attribute", "default", "case_sensitive");
    Optional<Value> otherwise = given.get("default").filter(v -> v != Value.None.NONE);
    UnaryOperator<Value> part = ListFilters.getter(given.need("attribute"), otherwise);
    boolean exact = given.flag("case_sensitive", false);
    UnaryOperator<Value> key = entry -> ListFilters.folded(part.apply(entry), exact);
    List<Value> sorted = new ArrayList<>(Python.entries(value));
    sorted.sort(ListFilters.order(key, false));
    List<Value> groups = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      int to = from + 1;
      Value first = key.apply(sorted.get(from));
      while (to < sorted.size() && Operators.equal(first, key.apply(sorted.get(to)))) {
        to++;
      }
      Value group = Items.list(sorted.subList(from, to));
      groups.add(new Items(Items.Kind.GROUP, List.of(part.apply(sorted.get(from)), group)));
      from = to;
    }
    return Items.list(groups);
  }
}
