package io.braid.recipe;

import io.braid.Default;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of TRL (with PEFT) and verl, with Braid's settings for the same purpose, so that an
 * unknown key of a recipe that belongs to one of them is answered with Braid's key. The table is
 * {@code other-trainers.yaml}; {@code docs/from-trl-and-verl.md} shows it.
 *
 * @param settings the table
 */
record OtherTrainers(List<Equivalent> settings) {
  private static final String TABLE = "other-trainers.yaml";

  /**
   * A setting of other trainers.
   *
   * @param trl its names in the configs of TRL and PEFT
   * @param verl its names in verl's config, each the end of its path
   * @param braid Braid's keys for the same purpose, for all kinds of recipes; empty if there is
   *     none
   * @param note how Braid's setting differs, or why there is none
   */
  record Equivalent(
      @Default("[]") List<String> trl,
      @Default("[]") List<String> verl,
      @Default("[]") List<String> braid,
      Optional<String> note) {
    /** Returns the number of characters of the longest name that matches; 0 if none does. */
    private int matched(String path) {
      return Stream.concat(longest(trl, path).stream(), longest(verl, path).stream())
          .mapToInt(String::length)
          .max()
          .orElse(0);
    }

    private static Optional<String> longest(List<String> names, String path) {
      return names.stream()
          .filter(name -> path.equals(name) || path.endsWith("." + name))
          .max(Comparator.comparingInt(String::length));
    }

    /** Returns Braid's equivalent as a sentence, if it is one other than the given key. */
    private Optional<String> sentence(String path, Set<String> known) {
      List<String> here = braid.stream().filter(known::contains).toList();
      if (here.contains(path)) {
        return Optional.empty(); // the key of another choice, which is closer than this answer
      }
      String theirs =
          longest(trl, path)
              .map(name -> "TRL's " + name)
              .or(() -> longest(verl, path).map(name -> "verl's " + name))
              .orElse(path);
      String ours;
      if (braid.isEmpty()) {
        ours = "Braid has no setting for " + theirs;
      } else if (here.isEmpty()) {
        ours =
            "%s is %s in Braid, which this kind of recipe does not have"
                .formatted(theirs, String.join(", ", braid));
      } else {
        ours = "%s is %s in Braid".formatted(theirs, String.join(", ", here));
      }
      return Optional.of(ours + note.map(text -> " (" + text + ")").orElse(""));
    }
  }

  /** Copies the list. */
  OtherTrainers {
    settings = List.copyOf(settings);
  }

  /** Reads the table. */
  static OtherTrainers read() {
    try (InputStream file = OtherTrainers.class.getResourceAsStream(TABLE)) {
      String text =
          new String(Objects.requireNonNull(file, TABLE).readAllBytes(), StandardCharsets.UTF_8);
      Place place = new Place.InDefaults(OtherTrainers.class);
      return YamlReader.read(text, (_, _) -> place)
          .map(root -> Binder.bind((Node.Mapping) root, OtherTrainers.class))
          .orElseThrow(() -> new IllegalStateException(TABLE + " is empty"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns Braid's equivalent of another trainer's setting as a sentence.
   *
   * @param path the setting's path in the recipe
   * @param known the paths of the recipe's keys
   * @return empty if no other trainer has the setting
   */
  Optional<String> equivalent(String path, Set<String> known) {
    return settings.stream()
        .filter(each -> each.matched(path) > 0)
        .max(Comparator.comparingInt(each -> each.matched(path)))
        .flatMap(found -> found.sentence(path, known));
  }
}
