package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * The unknown filters and tests of a template. As in jinja2, an unknown one directly in a branch is
 * refused only when it is reached; any other one makes the template invalid.
 */
final class Unknowns {
  private final List<SyntaxError> found = new ArrayList<>();
  private final List<SyntaxError> forgivable = new ArrayList<>();

  void add(String what, int line) {
    forgivable.add(new SyntaxError(what, line));
  }

  /** The current position, for {@link #forgive} and {@link #keep}. */
  int mark() {
    return forgivable.size();
  }

  /** Forgives the unknowns that were added since the mark: they are in a branch. */
  void forgive(int mark) {
    forgivable.subList(mark, forgivable.size()).clear();
  }

  /**
   * Keeps the unknowns that were added since the mark: they are in a separate body, which is always
   * checked.
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
