package io.braid.math.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The word lists of a package, read from {@code words.txt} beside its classes. A line {@code
 * [Class.FIELD]} begins a list; lines that begin with {@code //} are comments.
 */
public final class WordLists {
  private static final String FILE = "words.txt";

  private final String place;
  private final Map<String, List<String>> lines;

  private WordLists(String place, Map<String, List<String>> lines) {
    this.place = place;
    this.lines = lines;
  }

  /** Returns the lists for the package of a class. */
  public static WordLists of(Class<?> member) {
    String place = member.getPackageName().replace('.', '/') + "/" + FILE;
    try (InputStream stream = member.getResourceAsStream(FILE)) {
      if (stream == null) {
        throw new IllegalStateException(place + " is missing from the class path");
      }
      return parse(place, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(place + " cannot be read", e);
    }
  }

  static WordLists parse(String place, String text) {
    Map<String, List<String>> lists = new HashMap<>();
    List<String> list = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith("[") && line.endsWith("]")) {
        list = new ArrayList<>();
        if (lists.put(line.substring(1, line.length() - 1), list) != null) {
          throw new IllegalStateException(place + " has the list " + line + " twice");
        }
      } else if (!line.isEmpty() && !line.startsWith("//")) {
        list.add(line);
      }
    }
    return new WordLists(place, lists);
  }

  private List<String> lines(String name) {
    List<String> list = lines.get(name);
    if (list == null) {
      throw new IllegalStateException(place + " has no list [" + name + "]");
    }
    return list;
  }

  /** Returns the words of a list, in their order. */
  public List<String> list(String name) {
    return lines(name).stream().flatMap(line -> List.of(line.split("\\s+")).stream()).toList();
  }

  /** Returns the words of a list. */
  public Set<String> set(String name) {
    return Set.copyOf(list(name));
  }

  /**
   * Returns the lines of a list, whose entries may be phrases; {@code ␣} stands for a space at the
   * end of a line.
   */
  public List<String> phrases(String name) {
    return lines(name).stream().map(line -> line.replace('␣', ' ')).toList();
  }

  /**
   * Returns a list as a map from words to meanings; each line contains a meaning followed by its
   * words.
   */
  public Map<String, String> meanings(String name) {
    return firstWords(name, 1);
  }

  /**
   * Returns a list as a map from each name to the first name on its line; the names on a line mean
   * the same.
   */
  public Map<String, String> names(String name) {
    return firstWords(name, 0);
  }

  private Map<String, String> firstWords(String name, int from) {
    Map<String, String> first = new HashMap<>();
    for (String line : lines(name)) {
      List<String> words = List.of(line.split("\\s+"));
      words.stream().skip(from).forEach(word -> first.put(word, words.getFirst()));
    }
    return Map.copyOf(first);
  }
}
