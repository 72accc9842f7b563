package io.braid.task.layout;

import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import io.braid.task.records.DataRecord.Asked;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a record's question from the user's key or from the first usual key with a value. */
final class Question {
  /**
   * Keys of chats that include the answer. Under other keys, a chat that ends with an assistant
   * message has a prefilled response.
   */
  private static final Set<String> DIALOGUES = Set.of("messages", "conversations");

  /** The value that rLLM's prepared files have if the question is in {@code extra_info}. */
  private static final String PLACEHOLDER = "placeholder";

  private static final String TASK = "instruction";
  private static final String TASK_INPUT = "input";

  private Question() {}

  /** A question, or the reason why there is none. */
  sealed interface Found {
    record Is(Asked asked) implements Found {}

    record None(String why) implements Found {}
  }

  static Found of(DataRecord values, ProblemFields fields) {
    String key = values.key("question", fields.question(), ProblemFields.QUESTIONS);
    Optional<Asked> asked = values.asked(key);
    if (fields.question().isEmpty() && asked.filter(Question::isPlaceholder).isPresent()) {
      asked = values.asked("extra_info.question");
    }
    if (asked.isEmpty()) {
      return new Found.None("no question");
    }
    if (asked.get().begun() && !DIALOGUES.contains(key.toLowerCase(Locale.ROOT))) {
      return new Found.None("a chat that ends with an assistant message");
    }
    return new Found.Is(
        fields.question().isEmpty() && key.equals(TASK)
            ? withInput(values, asked.get())
            : asked.get());
  }

  private static boolean isPlaceholder(Asked asked) {
    return asked.question().equals(PLACEHOLDER);
  }

  /** Appends the input of an Alpaca task, which has a key of its own. */
  private static Asked withInput(DataRecord values, Asked asked) {
    return values
        .text(TASK_INPUT)
        .filter(_ -> asked.conversation().isEmpty())
        .map(input -> new Asked(asked.question() + "\n\n" + input, List.of(), false))
        .orElse(asked);
  }

  /** Describes a contradiction: another usual key has a different question. */
  static Optional<String> doubt(DataRecord values, ProblemFields fields) {
    if (fields.question().isPresent()) {
      return Optional.empty();
    }
    List<String> keys = values.filled(ProblemFields.QUESTIONS);
    if (keys.size() < 2 || keys.getFirst().equals(TASK)) {
      return Optional.empty();
    }
    String first = words(values, keys.getFirst());
    return keys.stream()
        .skip(1)
        .filter(key -> {
          String other = words(values, key);
          return !first.isEmpty()
              && !other.isEmpty()
              && !other.contains(first)
              && !first.contains(other);
        })
        .findFirst()
        .map(key -> "'%s' asks a different question from '%s'".formatted(key, keys.getFirst()));
  }

  private static String words(DataRecord values, String key) {
    return values.at(key).filter(value -> !value.isObject()).isEmpty()
        ? ""
        : values.asked(key).map(Asked::question).orElse("").replaceAll("\\s+", "");
  }
}
