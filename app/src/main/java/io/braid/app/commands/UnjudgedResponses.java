package io.braid.app.commands;

import io.braid.eval.Outcome;
import io.braid.run.eval.EvaluationResults;
import io.braid.task.Reference;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reports the responses of an evaluation that could not be judged; they count as incorrect. */
final class UnjudgedResponses {
  private static final int SHOWN = 5;
  private static final int LONGEST = 60;

  private UnjudgedResponses() {}

  /**
   * Returns the number of unjudged responses and one line for each of the first few; empty if all
   * were judged.
   */
  static List<String> examples(List<Outcome> outcomes) {
    List<String> rows = new ArrayList<>();
    int all = 0;
    int unknown = 0;
    for (Outcome outcome : outcomes) {
      all += outcome.verdicts().size();
      for (Verdict verdict : outcome.verdicts()) {
        if (verdict.unknown()) {
          unknown++;
          if (rows.size() < SHOWN) {
            rows.add(
                "  %s (reference '%s'): %s"
                    .formatted(
                        outcome.problem().place(),
                        reference(outcome.problem().reference()),
                        verdict.plainReason()));
          }
        }
      }
    }
    if (unknown == 0) {
      return List.of();
    }
    rows.addFirst(
        "%s of %s responses could not be judged and count as incorrect:".formatted(unknown, all));
    return rows;
  }

  /** Returns a line for each benchmark that has unjudged responses. */
  static List<String> shares(EvaluationResults results) {
    List<String> lines = new ArrayList<>();
    results
        .suites()
        .forEach((name, result) -> {
          if (result.unjudged()) {
            lines.add(
                name
                    + ": unjudged; there was no judge, and responses that need one count as"
                    + " incorrect: do not compare its numbers with published ones");
          }
          double share = result.mean(VerdictMetrics.UNKNOWN_FRAC.name());
          if (share > 0) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s: %.2f %% of the responses could not be judged and count as incorrect;"
                        + " their records have \"unknown\": true and the reason",
                    name,
                    100 * share));
          }
        });
    return lines;
  }

  private static String reference(Reference reference) {
    String text = reference instanceof Reference.Text answer ? answer.answer() : "…";
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
