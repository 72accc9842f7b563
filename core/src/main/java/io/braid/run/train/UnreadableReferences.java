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
 * Problems whose reference the verifier cannot read: every response to them would look wrong. They
 * are found before the first step and named by file and line.
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
   * A source's problems without those that cannot be judged.
   *
   * @throws UserError when nothing is left
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
          "%s: the verifier can read the reference of none of its %s problems: %s; give other data or another verifier"
              .formatted(source.name(), count, which()));
    }
    return left;
  }

  /**
   * Tells of them, once all sources are read.
   *
   * @param left how many problems are left
   * @throws UserError when they are to be refused
   */
  void tell(int left, RunListener listener) {
    if (count == 0) {
      return;
    }
    switch (policy) {
      case DROP ->
          listener.notice(
              "%s of %s problems are left out, for the verifier cannot read their reference: %s"
                  .formatted(count, count + left, which()));
      case REFUSE ->
          throw new UserError(
              "the verifier cannot read the reference of %s of %s problems: %s; mend the data, or leave them out with unreadable=drop"
                  .formatted(count, count + left, which()));
    }
  }

  private String which() {
    String more = count > rows.size() ? " and %s more".formatted(count - rows.size()) : "";
    return String.join("; ", rows) + more;
  }
}
