package io.braid.recipe;

/**
 * A setting {@code key.path=value} that overrides a recipe, with the place where it was written. It
 * may be a component of a settings record.
 */
public final class Overlay {
  private final Place place;
  private final String text;

  Overlay(Place place, String text) {
    this.place = place;
    this.text = text;
  }

  /** Creates an overlay from the command line or from a program. */
  public static Overlay of(String text) {
    return new Overlay(new Place.OnCommandLine(text), text);
  }

  Place place() {
    return place;
  }

  String text() {
    return text;
  }

  /** Returns the setting as written. */
  @Override
  public String toString() {
    return text;
  }
}
