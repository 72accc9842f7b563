package io.braid.recipe;

import io.braid.UserError;
import java.io.Serial;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The error for a key that a recipe does not have. */
final class UnknownKey extends UserError {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Place place;
  private final String path;
  private final transient List<String> set;

  /**
   * Creates an error.
   *
   * @param place the place of the key
   * @param path the key's path in the recipe
   * @param value the value that the recipe gives it
   * @param complaint what to say if the key is unknown in other trainers too
   */
  UnknownKey(Place place, String path, Node value, String complaint) {
    super(place + ": " + complaint);
    this.place = place;
    this.path = path;
    this.set = words(value, path).toList();
  }

  /** Returns the paths of the words in a value, which may be a whole section. */
  private static Stream<String> words(Node value, String path) {
    return value instanceof Node.Mapping mapping && !mapping.entries().isEmpty()
        ? mapping.entries().entrySet().stream()
            .flatMap(entry -> words(entry.getValue().value(), path + "." + entry.getKey()))
        : Stream.of(path);
  }

  /** Returns an error with Braid's equivalent if the key is a setting of another trainer. */
  UserError answered(Class<? extends Record> recipe) {
    OtherTrainers others = OtherTrainers.read();
    Set<String> known = KeyPaths.of(recipe);
    return Stream.concat(set.stream(), Stream.of(path))
        .map(each -> others.equivalent(each, known))
        .flatMap(Optional::stream)
        .findFirst()
        .map(answer -> new UserError(place + ": " + path + ": no such key; " + answer, this))
        .orElse(this);
  }
}
