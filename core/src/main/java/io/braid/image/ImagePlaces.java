package io.braid.image;

import java.util.List;
import java.util.regex.Pattern;

/** The places of images in a text, each written {@link ImageSource#PLACE}. */
public final class ImagePlaces {
  private static final Pattern PLACE = Pattern.compile(ImageSource.PLACE, Pattern.LITERAL);

  private ImagePlaces() {}

  /** Returns the number of places in a text. */
  public static int in(String text) {
    return around(text).size() - 1;
  }

  /** Returns the texts before, between and after the places: one more than there are places. */
  public static List<String> around(String text) {
    return List.of(PLACE.split(text, -1));
  }
}
