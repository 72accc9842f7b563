package io.braid.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The key of a data set's images, and the directory of their files.
 *
 * @param key the key, which may be a path; if absent, the first of {@link #KEYS} that a record has;
 *     if blank, images are not read
 * @param root the directory to which the paths of images are relative; by default the directory of
 *     the data file
 */
public record ImageFields(Optional<String> key, Optional<Path> root) {
  /** Usual keys for images, most reliable first: a decoded image stands beside its name. */
  public static final List<String> KEYS =
      List.of("decoded_image", "images", "image", "image_urls", "image_path");

  /** Settings in which nothing is named. */
  public static final ImageFields AUTO = new ImageFields(Optional.empty(), Optional.empty());

  /** Returns whether images are not read. */
  public boolean leavesOut() {
    return key.filter(String::isBlank).isPresent();
  }
}
