package io.braid.recipe;

/**
 * A {@code key.path=value} to lay over a recipe, that remembers where it was written. A settings
 * record may hold it.
 */
public final class Overlay {
  private final Place place;
  private final String text;

  Overlay(Place place, String text) {
    this.place = place;
    this.text = text;
  }

  /** One from the command line, or made by a program. */
  public static Overlay of(String text) {
    return new Overlay(new Place.OnCommandLine(text), text);
  }

  Place place() {
    return place;
  }

  String text() {
    return text;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
