package io.braid.task.layout;

import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import io.braid.templates.ChatMessage;
import java.util.List;
import java.util.Optional;

/** The result of reading a record. */
public sealed interface Reading {
  /**
   * A problem.
   *
   * @param id the data set's own id, if any
   * @param question the question for the model
   * @param conversation all messages of the chat that contains it; empty if there is no chat
   * @param reference the reference against which responses are judged
   * @param doubt describes how the record contradicts itself, if it does
   */
  record Found(
      Optional<String> id,
      String question,
      List<ChatMessage> conversation,
      Reference reference,
      Optional<String> doubt)
      implements Reading {
    /** Copies the list. */
    public Found {
      conversation = List.copyOf(conversation);
    }

    /** Creates a problem without a chat. */
    public Found(Optional<String> id, String question, Reference reference) {
      this(id, question, List.of(), reference, Optional.empty());
    }

    Found(Optional<String> id, DataRecord.Asked asked, Reference reference) {
      this(id, asked.question(), asked.conversation(), reference, Optional.empty());
    }

    /** Returns a copy with a different question; the chat around the question, if any, is kept. */
    Found asking(String other) {
      return asking(asked().asking(other));
    }

    DataRecord.Asked asked() {
      return new DataRecord.Asked(question, conversation, false);
    }

    Found asking(DataRecord.Asked other) {
      return new Found(id, other.question(), other.conversation(), reference, doubt);
    }

    Found doubting(Optional<String> about) {
      return new Found(id, question, conversation, reference, about.or(() -> doubt));
    }
  }

  /**
   * The record has no usable problem and is skipped.
   *
   * @param why the reason, such as {@code no answer}
   */
  record Skipped(String why) implements Reading {}
}
