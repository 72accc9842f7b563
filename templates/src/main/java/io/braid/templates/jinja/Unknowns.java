package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * The filters and tests of a template that there are not. As in jinja2, one directly in a branch
 * that may not be taken is refused only when it is reached; any other refuses the template.
 */
final class Unknowns {
  private final List<SyntaxError> found = new ArrayList<>();
  private final List<SyntaxError> forgivable = new ArrayList<>();

  void add(String what, int line) {
    forgivable.add(new SyntaxError(what, line));
  }

  /** A place in the template. */
  int mark() {
    return forgivable.size();
  }

  /** What was added since stands in a branch. */
  void forgive(int mark) {
    forgivable.subList(mark, forgivable.size()).clear();
  }

  /** What was added since stands in a body of its own, whose reach nobody looks into. */
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
