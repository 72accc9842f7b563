package io.braid.recipe;

import io.braid.UserError;
import java.nio.file.Path;

/** A path in a recipe, relative to the recipe's file. */
public final class NearbyPath {
  private final Place place;
  private final String text;

  NearbyPath(Place place, String text) {
    this.place = place;
    this.text = text;
  }

  /** Returns the path, relative to the working directory. */
  public Path path() {
    return place instanceof Place.InFile in
        ? in.file().resolveSibling(text).normalize()
        : Path.of(text);
  }

  /** Creates an error that points to the path in the recipe. */
  public UserError error(String message) {
    return place.error(message);
  }

  /** Returns the path as written in the recipe. */
  @Override
  public String toString() {
    return text;
  }
}
