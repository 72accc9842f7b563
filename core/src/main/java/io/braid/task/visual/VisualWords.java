package io.braid.task.visual;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of all questions and right responses of the task {@code visual}, for a tokenizer with
 * one token per word. Every kind and difficulty has the same list, so that one small model can
 * learn them all.
 *
 * <p>The place of a picture ({@link io.braid.image.ImageSource#PLACE}) is not a word: a model puts
 * its own tokens there.
 */
public final class VisualWords {
  private static final int NUMBERS = 100;
  private static final List<String> SIGNS =
      List.of("####", ":", ",", ".", "?", "+", "-", "*", "/", "=", "(", ")");

  /** What questions and workings say apart from colours, shapes, letters and sides. */
  private static final String TEXT =
      """
      How many are there Which colour is the most common largest smallest
      Is of or row column
      What value bar ends at much higher than
      At which number does line from end then
      What time clock show The short hand and long after
      area perimeter side x
      Name a that occurs exactly twice framed in
      """;

  private VisualWords() {}

  /** Returns all words, each once, always in the same order. */
  public static List<String> all() {
    Set<String> words = new LinkedHashSet<>();
    for (int number = 0; number < NUMBERS; number++) {
      words.add(String.valueOf(number));
    }
    for (int minute = 0; minute < 10; minute++) {
      words.add("0" + minute); // as in 3:05
    }
    words.addAll(SIGNS);
    Hue.NAMED.forEach(hue -> words.add(hue.word()));
    for (Shape shape : Shape.values()) {
      words.add(shape.word());
      words.add(shape.plural());
    }
    Glyphs.LETTERS.chars().forEach(letter -> words.add(Character.toString(letter)));
    words.addAll(List.of("left", "right", "above", "below"));
    words.addAll(List.of(TEXT.strip().split("\\s+")));
    return List.copyOf(new ArrayList<>(words));
  }
}
