package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.verify.guard.Boxes;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges the form of a response, not its answer.
 *
 * @param form the form that a response must have
 * @param thinkingBegun whether the prompt ends with the opening {@code <think>}, so that the
 *     response does not contain it
 */
public record Format(
    @Default("think-answer") Form form,
    @Doc("The prompt ends with <think>, so the response does not contain it.") @Default("false")
        boolean thinkingBegun)
    implements VerifierSettings {
  private static final Pattern FENCE = Pattern.compile("(?m)^[ \\t]*```");

  /** The form of a response. */
  public enum Form {
    /** {@code <think>…</think> <answer>…</answer>}: each tag once, with no text around them. */
    THINK_ANSWER,
    /** At least one closed {@code \boxed{}}. */
    BOXED,
    /** Exactly one closed {@code \boxed{}}. */
    ONE_BOX,
    /** A fenced code block that is closed and not empty. */
    CODE_BLOCK
  }

  @Override
  public Verifier create() {
    return submission -> {
      boolean has = has(submission.response());
      return new Verdict(
          has ? 1 : 0, has, Optional.empty(), has ? "has the form" : "does not have the form");
    };
  }

  private boolean has(String response) {
    return switch (form) {
      case THINK_ANSWER -> thinksAndAnswers(thinkingBegun ? "<think>" + response : response);
      case BOXED -> Boxes.closed(response) >= 1;
      case ONE_BOX -> Boxes.closed(response) == 1;
      case CODE_BLOCK -> hasBlock(response);
    };
  }

  /**
   * Checks that each tag occurs once and in order, with text inside both pairs and only white space
   * outside.
   */
  private static boolean thinksAndAnswers(String text) {
    int at = 0;
    boolean inside = false;
    for (String tag : new String[] {"<think>", "</think>", "<answer>", "</answer>"}) {
      int found = text.indexOf(tag, at);
      if (found < 0
          || text.indexOf(tag) != text.lastIndexOf(tag)
          || text.substring(at, found).isBlank() == inside) {
        return false;
      }
      inside = !inside;
      at = found + tag.length();
    }
    return text.substring(at).isBlank();
  }

  private static boolean hasBlock(String response) {
    Matcher fence = FENCE.matcher(response);
    while (fence.find()) {
      int line = response.indexOf('\n', fence.end());
      if (line < 0 || !fence.find(line)) {
        return false;
      }
      if (!response.substring(line, fence.start()).isBlank()) {
        return true;
      }
    }
    return false;
  }
}
