package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * The unknown filters and tests of a template. As in jinja2, an unknown filter or test directly in
 * a branch causes an error only when it is reached; anywhere else it makes the template invalid.
 */
final class Unknowns {
  private final List<SyntaxError> found = new ArrayList<>();
  private final List<SyntaxError> forgivable = new ArrayList<>();

  void add(String what, int line) {
    forgivable.add(new SyntaxError(what, line));
  }

  /** Returns the current position, for {@link #forgive} and {@link #keep}. */
  int mark() {
    return forgivable.size();
  }

  /** Forgives the unknown filters and tests added since the mark, because they are in a branch. */
  void forgive(int mark) {
    forgivable.subList(mark, forgivable.size()).clear();
  }

  /**
   * Keeps the unknown filters and tests added since the mark, because they are in a separate body,
   * which is always checked.
   */
  void keep(int mark) {
    List<SyntaxError> since = forgivable.subList(mark, forgivable.size());
    found.addAll(since);
    since.clear();
  }

  void refuse() {
    keep(0);
    if (!found.isEmpty()) {
      throw found.getFirst();
    }
  }
}
