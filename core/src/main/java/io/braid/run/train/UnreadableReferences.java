package io.braid.run.train;

import io.braid.UserError;
import io.braid.input.DataSource;
import io.braid.run.RunListener;
import io.braid.task.Problem;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds problems whose reference the verifier cannot read, before the first step, and reports them
 * by file and line. Every response to such a problem would count as incorrect.
 */
final class UnreadableReferences {
  private static final int SHOWN = 5;

  private final Verifier verifier;
  private final OnUnreadable policy;
  private final List<String> rows = new ArrayList<>();
  private int count;

  UnreadableReferences(Verifier verifier, OnUnreadable policy) {
    this.verifier = verifier;
    this.policy = policy;
  }

  /**
   * Removes problems with an unreadable reference from a source's problems.
   *
   * @throws UserError if none are left
   */
  List<Problem> leftOut(List<Problem> problems, DataSource source) {
    Set<String> unread = new HashSet<>();
    for (Problem each : problems) {
      verifier
          .unreadable(each)
          .ifPresent(why -> {
            unread.add(each.id());
            if (rows.size() < SHOWN) {
              rows.add(each.place() + ": " + why);
            }
          });
    }
    count += unread.size();
    List<Problem> left = problems.stream().filter(each -> !unread.contains(each.id())).toList();
    if (left.isEmpty() && !problems.isEmpty()) {
      throw new UserError(
          "%s: the verifier cannot read any reference of its %s problems: %s; use other data or another verifier"
              .formatted(source.name(), count, which()));
    }
    return left;
  }

  /** Returns the number of problems that were removed. */
  int count() {
    return count;
  }

  /**
   * Reports these problems after all sources have been read.
   *
   * @param left number of problems left
   * @throws UserError if the recipe does not allow such problems
   */
  void tell(int left, RunListener listener) {
    if (count == 0) {
      return;
    }
    switch (policy) {
      case DROP ->
          listener.notice(
              "%s of %s problems are left out, because the verifier cannot read their references: %s"
                  .formatted(count, count + left, which()));
      case REFUSE ->
          throw new UserError(
              "the verifier cannot read the references of %s of %s problems: %s; fix the data, or leave them out with unreadable=drop"
                  .formatted(count, count + left, which()));
    }
  }

  private String which() {
    String more = count > rows.size() ? " and %s more".formatted(count - rows.size()) : "";
    return String.join("; ", rows) + more;
  }
}
