package io.braid.checkpoint;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.checkpoint.Checksums.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the files of a model or a field that Braid saved against its {@link Checksums}. A directory
 * without them, such as one from a hub, is taken as it is.
 *
 * <p>Users edit the small texts of a model by hand, a chat template for example. A text that was
 * changed and can still be read is therefore used as it is now, and said; one that is missing,
 * empty or no longer what its name says is refused, and so are weights with other bytes.
 */
public final class SavedFiles {
  private static final String WEIGHTS = ".safetensors";
  private static final long LARGEST_TEXT = 64_000_000;
  private static final String REMEDY =
      "copy the directory again, or, if this was on purpose, delete its " + Checksums.FILE;

  private SavedFiles() {}

  /**
   * Checks all but the weights.
   *
   * @return texts that were edited, to be {@linkplain #warn said} once the directory is in use
   * @throws UserError when a file is missing or damaged
   */
  public static List<Path> check(Path directory) {
    List<Path> edited = new ArrayList<>();
    for (Damage damage : damages(directory, /* weights= */ false)) {
      if (!isText(damage.file())) {
        throw refused(damage);
      }
      edited.add(damage.file());
    }
    return List.copyOf(edited);
  }

  /** Says which texts were edited. */
  public static void warn(List<Path> edited) {
    edited.forEach(file ->
        Notices.say(
            "%s: is not as Braid saved it, and is used as it is now; if nobody edited it, copy it again, else delete %s to hear no more of it"
                .formatted(file, file.resolveSibling(Checksums.FILE))));
  }

  /**
   * Checks the weights, which takes about a second for a gigabyte.
   *
   * @throws UserError when a file is missing or damaged
   */
  public static void checkWeights(Path directory) {
    damages(directory, /* weights= */ true).stream()
        .findFirst()
        .ifPresent(damage -> {
          throw refused(damage);
        });
  }

  private static List<Damage> damages(Path directory, boolean weights) {
    return Checksums.read(directory)
        .map(list -> list.damages(name -> name.endsWith(WEIGHTS) == weights))
        .orElse(List.of());
  }

  private static UserError refused(Damage damage) {
    return new UserError("%s: %s; %s".formatted(damage.file(), damage.what(), REMEDY));
  }

  /** Whether it can be what someone wrote by hand. */
  private static boolean isText(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_TEXT) {
        return false;
      }
      String text = Files.readString(file); // throws where it is not UTF-8
      boolean json = file.toString().endsWith(".json");
      return !text.isBlank()
          && text.indexOf('\0') < 0
          && (!json || JsonMapper.shared().readTree(text).isObject());
    } catch (IOException | JacksonException _) {
      return false;
    }
  }
}
