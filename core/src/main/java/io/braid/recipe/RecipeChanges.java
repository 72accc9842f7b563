package io.braid.recipe;

import io.braid.MayChangeOnResume.Effect;
import io.braid.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings in which a recipe differs from one that was recorded. */
public final class RecipeChanges {
  private static final int SHOWN_AT_MOST = 60;
  private static final String NOTHING = "null";

  private final Class<?> type;
  private final List<Change> changes = new ArrayList<>();

  private RecipeChanges(Class<?> type) {
    this.type = type;
  }

  /**
   * A setting that differs.
   *
   * @param key the setting's key with those of the mappings that contain it, such as {@code
   *     saving.keep}
   * @param was the recorded value; {@code null} if there was none
   * @param is the value now; {@code null} if there is none
   * @param line the line of the recorded file, from 1
   * @param effect the effect of the change; empty if a resumed run must not change the setting
   */
  public record Change(String key, String was, String is, int line, Optional<Effect> effect) {}

  /**
   * Compares a recipe with a recorded one. Comments, and the order of keys, may differ.
   *
   * @param file the recorded recipe, as {@link Recipe#toYaml} wrote it
   * @return the differing settings, in the order of the recorded file
   * @throws UserError if the file cannot be read
   */
  public static List<Change> between(Path file, Record recipe) {
    Node.Mapping now = node(file, recipe);
    RecipeChanges found = new RecipeChanges(recipe.getClass());
    found.compare(List.of(), RecipeFile.read(file, List.of()), now);
    return List.copyOf(found.changes);
  }

  /** Returns a recipe's settings, as {@link #between} would read them from a file. */
  private static Node.Mapping node(Path file, Record recipe) {
    return YamlReader.read(
            Recipe.toYaml(recipe), (line, column) -> new Place.InFile(file, line, column))
        .filter(Node.Mapping.class::isInstance)
        .map(Node.Mapping.class::cast)
        .orElseThrow(() -> new IllegalArgumentException("a recipe without settings"));
  }

  /** Returns all settings of a recipe; see {@link Recipe#settings}. */
  static Map<String, String> settings(Record recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    collect("", node(Path.of("recipe.yaml"), recipe), settings);
    return Collections.unmodifiableMap(settings);
  }

  private static void collect(String prefix, Node.Mapping mapping, Map<String, String> settings) {
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (entry.value() instanceof Node.Mapping inner && !inner.entries().isEmpty()) {
            collect(prefix + key + ".", inner, settings);
          } else {
            settings.put(prefix + key, text(entry.value()));
          }
        });
  }

  private void compare(List<String> path, Node.Mapping was, Node.Mapping is) {
    Set<String> keys = new LinkedHashSet<>(was.entries().keySet());
    keys.addAll(is.entries().keySet());
    for (String key : keys) {
      List<String> below = new ArrayList<>(path);
      below.add(key);
      Node.Entry before = was.entries().get(key);
      Node.Entry after = is.entries().get(key);
      Node old = before == null ? new Node.Nothing(was.place()) : before.value();
      Node now = after == null ? new Node.Nothing(is.place()) : after.value();
      if (old instanceof Node.Mapping oldInner && now instanceof Node.Mapping inner) {
        compare(below, oldInner, inner);
      } else if (!text(old).equals(text(now))) {
        Place place = before == null ? was.place() : before.place();
        changes.add(
            new Change(
                String.join(".", below),
                shown(old),
                shown(now),
                place instanceof Place.InFile in ? in.line() : 1,
                effect(type, below)));
      }
    }
  }

  private static String shown(Node node) {
    String text = text(node);
    return text.length() <= SHOWN_AT_MOST ? text : text.substring(0, SHOWN_AT_MOST) + "…";
  }

  /** Returns the whole content of a node, as YAML on one line. */
  private static String text(Node node) {
    return switch (node) {
      case Node.Nothing _ -> NOTHING;
      case Node.Scalar scalar -> scalar.text().equals(NOTHING) ? "'null'" : scalar.text();
      case Node.Items items ->
          items.nodes().stream()
              .map(RecipeChanges::text)
              .collect(Collectors.joining(", ", "[", "]"));
      case Node.Mapping mapping ->
          mapping.entries().entrySet().stream()
              .map(entry -> entry.getKey() + ": " + text(entry.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  /** Returns the effect that is declared for a setting, or for a setting that contains it. */
  private static Optional<Effect> effect(Class<?> record, List<String> path) {
    for (Setting setting : Setting.withKeys(record)) {
      if (setting.key().equals(path.getFirst())) {
        return setting.onResume().isPresent() || path.size() == 1
            ? setting.onResume()
            : inner(setting.kind()).flatMap(type -> effect(type, path.subList(1, path.size())));
      }
    }
    return Optional.empty();
  }

  private static Optional<Class<?>> inner(Kind kind) {
    return switch (kind) {
      case Kind.Nested nested -> Optional.of(nested.type());
      case Kind.Maybe maybe -> inner(Kind.of(maybe.of()));
      default -> Optional.empty();
    };
  }

  /** Returns the keys of all settings of a recipe that a resumed run may change. */
  public static List<String> changeable(Class<? extends Record> type) {
    List<String> found = new ArrayList<>();
    collect(type, "", found);
    return List.copyOf(found);
  }

  private static void collect(Class<?> type, String prefix, List<String> found) {
    for (Setting setting : Setting.withKeys(type)) {
      String key = prefix + setting.key();
      if (setting.onResume().isPresent()) {
        found.add(key);
      } else {
        inner(setting.kind()).ifPresent(inner -> collect(inner, key + ".", found));
      }
    }
  }
}
