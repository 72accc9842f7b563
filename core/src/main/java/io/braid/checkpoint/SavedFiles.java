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
 * Checks the files of a model or a flow field saved by Braid against their {@link Checksums}. A
 * directory without checksums, such as one downloaded from a hub, is used unchecked.
 *
 * <p>Users edit the small text files of a model by hand, a chat template for example. A text file
 * that was changed but is still readable is therefore used as it is, with a notice. A text file
 * that is missing, empty or not in the format its name implies is refused, and so are weights whose
 * bytes have changed.
 */
public final class SavedFiles {
  private static final String WEIGHTS = ".safetensors";
  private static final long LARGEST_TEXT = 64_000_000;
  private static final String REMEDY =
      "copy the directory again, or, if this was on purpose, delete its " + Checksums.FILE;

  private SavedFiles() {}

  /**
   * Checks all files except the weights.
   *
   * @return the edited text files; pass them to {@link #warn} once the directory is in use
   * @throws UserError if a file is missing or damaged
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

  /** Issues a notice for each edited text file. */
  public static void warn(List<Path> edited) {
    edited.forEach(file ->
        Notices.say(
            "%s: has changed since Braid saved it and is used as it is now; if nobody edited it, copy it again, otherwise delete %s to silence this notice"
                .formatted(file, file.resolveSibling(Checksums.FILE))));
  }

  /**
   * Checks the weights, which takes about a second per gigabyte.
   *
   * @throws UserError if a file is missing or damaged
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

  /** Returns whether a file is a readable text file, which a user may have edited by hand. */
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
