package io.braid.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of a recipe as written, before it is converted to a type. */
sealed interface Node {
  /** Returns the place where the node begins. */
  Place place();

  /** Describes the node for an error message. */
  String found();

  /** A mapping with its entries in file order. */
  record Mapping(Place place, Map<String, Entry> entries) implements Node {
    static Mapping empty(Place place) {
      return new Mapping(place, Map.of());
    }

    @Override
    public String found() {
      return "a mapping";
    }
  }

  /** A list. */
  record Items(Place place, List<Node> nodes) implements Node {
    @Override
    public String found() {
      return "a list";
    }
  }

  /** A single word, number or text, as written but without quotes. */
  record Scalar(Place place, String text) implements Node {
    private static final int QUOTED_AT_MOST = 40;

    @Override
    public String found() {
      boolean fits = text.length() <= QUOTED_AT_MOST;
      return "'" + (fits ? text : text.substring(0, QUOTED_AT_MOST) + "…") + "'";
    }
  }

  /** An empty value after a colon, or {@code null}. */
  record Nothing(Place place) implements Node {
    @Override
    public String found() {
      return "nothing";
    }
  }

  /** A value and the place of its key. */
  record Entry(Place place, Node value) {}

  /** The key that chooses the record type of a mapping. */
  String TYPE = "type";

  /**
   * Returns this node overridden by {@code over}: mappings are merged key by key, everything else
   * is replaced. A mapping with a different {@code type} replaces the whole mapping, since its keys
   * belong to a different record; a bare name counts as a mapping with that {@code type}.
   */
  default Node under(Node over) {
    if (!(over instanceof Mapping top)) {
      return over;
    }
    Mapping bottom =
        switch (this) {
          case Mapping mapping -> mapping;
          case Scalar name ->
              new Mapping(name.place(), Map.of(TYPE, new Entry(name.place(), name)));
          case Items list -> Mapping.empty(list.place());
          case Nothing nothing -> Mapping.empty(nothing.place());
        };
    if (ofAnotherType(bottom, top)) {
      return top;
    }
    Map<String, Entry> merged = new LinkedHashMap<>(bottom.entries());
    top.entries()
        .forEach((key, entry) ->
            merged.merge(
                key,
                entry,
                (below, above) -> new Entry(above.place(), below.value().under(above.value()))));
    Place place = bottom.place() instanceof Place.InFile ? bottom.place() : top.place();
    return new Mapping(place, merged);
  }

  private static boolean ofAnotherType(Mapping bottom, Mapping top) {
    Entry below = bottom.entries().get(TYPE);
    Entry above = top.entries().get(TYPE);
    return below != null
        && above != null
        && below.value() instanceof Scalar was
        && above.value() instanceof Scalar is
        && !was.text().equals(is.text());
  }
}
