package io.braid.recipe;

import io.braid.UserError;
import java.nio.file.Path;

/** A path that a settings record may hold, relative to the file in which it is written. */
public final class NearbyPath {
  private final Place place;
  private final String text;

  NearbyPath(Place place, String text) {
    this.place = place;
    this.text = text;
  }

  /** The path, relative to where the command runs. */
  public Path path() {
    return place instanceof Place.InFile in
        ? in.file().resolveSibling(text).normalize()
        : Path.of(text);
  }

  /** The error to throw about it. */
  public UserError error(String message) {
    return place.error(message);
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
