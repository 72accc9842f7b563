package io.braid.task.inspect;

import io.braid.task.Problem;
import io.braid.templates.ChatMessage;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The prompts of a training set, with which held-out problems are compared. Two prompts are the
 * same if their texts, without system messages, differ only in case, spaces and compatible Unicode
 * characters (NFKC).
 */
public final class TrainingPrompts {
  private static final String SYSTEM = "system";

  private final Map<TextHash, String> places = new HashMap<>();

  /** Creates an empty set. */
  public TrainingPrompts() {}

  /**
   * Held-out problems that are in the training set too.
   *
   * @param problems number of all held-out problems
   * @param shared number of those that are in the training set
   * @param heldOut the place of the first such problem
   * @param training the place of the same problem in the training set
   */
  public record Overlap(int problems, int shared, String heldOut, String training) {
    /**
     * Describes the overlap as a warning.
     *
     * @param name the name of the held-out problems
     */
    public String warning(String name) {
      return "%s of the %s held-out problems of %s are in the training data too, so its results are not those of new problems (the first: %s, in the training data %s); evaluate on other problems, or remove them from the training data (braid data decontaminate)"
          .formatted(shared, problems, name, heldOut, training);
    }
  }

  /** Adds the problems of a training set. */
  public TrainingPrompts and(List<Problem> problems) {
    problems.forEach(each -> add(each.question(), each.conversation(), each.place()));
    return this;
  }

  /**
   * Adds a prompt.
   *
   * @param conversation all messages of the chat; empty for a single question
   * @param place where it is, for people
   */
  public void add(String question, List<ChatMessage> conversation, String place) {
    places.putIfAbsent(key(question, conversation), place);
  }

  /** Returns the overlap with held-out problems; empty if there is none. */
  public Optional<Overlap> with(List<Problem> heldOut) {
    List<Problem> shared = heldOut.stream().filter(each -> places.containsKey(key(each))).toList();
    return shared.stream()
        .findFirst()
        .map(first ->
            new Overlap(
                heldOut.size(), shared.size(), first.place(), places.getOrDefault(key(first), "")));
  }

  private static TextHash key(Problem problem) {
    return key(problem.question(), problem.conversation());
  }

  private static TextHash key(String question, List<ChatMessage> conversation) {
    String text =
        conversation.isEmpty()
            ? question
            : conversation.stream()
                .filter(message -> !message.role().equals(SYSTEM))
                .flatMap(message -> message.content().stream())
                .collect(Collectors.joining("\n"));
    return TextHash.of(
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\s+", " ")
            .strip());
  }
}
