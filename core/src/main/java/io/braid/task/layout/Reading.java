package io.braid.task.layout;

import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import io.braid.templates.ChatMessage;
import java.util.List;
import java.util.Optional;

/** What a record was read as. */
public sealed interface Reading {
  /**
   * A problem.
   *
   * @param id the data set's own id, where it gives one
   * @param question the text that the model is asked
   * @param conversation the chat in which it stands; empty where it stands alone
   * @param reference what a response is judged against
   * @param doubt what the record says otherwise elsewhere, if it contradicts itself
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

    /** A question that stands alone. */
    public Found(Optional<String> id, String question, Reference reference) {
      this(id, question, List.of(), reference, Optional.empty());
    }

    Found(Optional<String> id, DataRecord.Asked asked, Reference reference) {
      this(id, asked.question(), asked.conversation(), reference, Optional.empty());
    }

    /** The same, asked in other words; where a chat stands around the question, it stays. */
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
   * No problem; the record is left out.
   *
   * @param why what it lacks: {@code no answer}
   */
  record Left(String why) implements Reading {}
}
