package io.braid.verify;

import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compares a response with each of a problem's reference answers and keeps the best verdict.
 *
 * @param one a verifier that compares with the first reference answer
 */
record AnyReference(Verifier one) implements Verifier {
  @Override
  public Verdict judge(Submission submission) {
    Verdict best = one.judge(submission);
    for (int other = 0; !best.correct() && other < others(submission).size(); other++) {
      best = better(best, one.judge(with(submission, other)));
    }
    return best;
  }

  /** Judges each response against one reference answer after another until it is correct. */
  @Override
  public List<Verdict> judgeAll(List<Submission> submissions) {
    List<Verdict> best = new ArrayList<>(one.judgeAll(submissions));
    for (int round = 0; ; round++) {
      int other = round;
      List<Integer> open =
          IntStream.range(0, submissions.size())
              .filter(i -> !best.get(i).correct() && others(submissions.get(i)).size() > other)
              .boxed()
              .toList();
      if (open.isEmpty()) {
        return List.copyOf(best);
      }
      List<Verdict> next =
          one.judgeAll(open.stream().map(i -> with(submissions.get(i), other)).toList());
      for (int i = 0; i < open.size(); i++) {
        best.set(open.get(i), better(best.get(open.get(i)), next.get(i)));
      }
    }
  }

  /** Returns a reason only when none of the problem's reference answers can be read. */
  @Override
  public Optional<String> unreadable(Problem problem) {
    Optional<String> first = one.unreadable(problem);
    Submission asked = Submission.of(problem, "");
    for (int other = 0; first.isPresent() && other < others(asked).size(); other++) {
      if (one.unreadable(with(asked, other).problem()).isEmpty()) {
        return Optional.empty();
      }
    }
    return first;
  }

  private static Verdict better(Verdict before, Verdict after) {
    return (after.correct() && !before.correct()) || after.reward() > before.reward()
        ? after
        : before;
  }

  private static List<String> others(Submission submission) {
    return submission.problem().reference() instanceof Reference.Text text
        ? text.alternatives()
        : List.of();
  }

  private static Submission with(Submission submission, int other) {
    Problem problem = submission.problem();
    return submission.with(
        new Problem(
            problem.id(),
            problem.question(),
            new Reference.Text(others(submission).get(other)),
            problem.conversation(),
            problem.where()));
  }

  @Override
  public void close() {
    one.close();
  }
}
