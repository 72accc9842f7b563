package io.braid.input;

import io.braid.UserError;
import io.braid.input.DataSource.Lessons;
import io.braid.task.Demonstration;
import io.braid.templates.ChatTemplate;
import io.braid.train.Sequence;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Demonstrations as a model reads them: the prompt, then the response with its end token. */
public final class Lectures {
  private final String data;
  private final LoadedModel model;
  private final Lessons lessons;
  private final Prompting prompting;
  private final Optional<ChatTemplate> chat;
  private final long end;
  private final int[] kept; // places among all

  /**
   * Demonstrations for a model.
   *
   * @param prompting how a question becomes a prompt
   * @throws UserError when the model has no token that ends a response
   */
  public Lectures(DataSource data, Prompting prompting, LoadedModel model) {
    this.data = data.name();
    this.model = model;
    lessons = data.lessons();
    this.prompting = prompting;
    chat = model.chatTemplate();
    if (model.stopIds().isEmpty()) {
      throw new UserError(
          "%s: neither generation_config.json nor the tokenizer names an end token, so responses could not learn to end; add eos_token_id to generation_config.json"
              .formatted(model.directory().path()));
    }
    end = model.tokenizer().eosId().orElse(model.stopIds().getFirst());
    kept = prompting.mayLeaveOut() ? fitting() : IntStream.range(0, lessons.size()).toArray();
  }

  /** What is left of them where long prompts are, and the response must fit behind the prompt. */
  private int[] fitting() {
    int context = model.transformer().config().maxPositions();
    int[] some =
        IntStream.range(0, lessons.size())
            .filter(index -> {
              Demonstration lesson = lessons.at(index, 0);
              int room = context - response(lesson).length;
              return !prompting.leavesOut(place(lesson), prompt(lesson).length, room);
            })
            .toArray();
    prompting.tell(lessons.size(), some.length, context);
    return some;
  }

  private String place(Demonstration lesson) {
    return lesson.where().isEmpty() ? data : lesson.where();
  }

  private long[] prompt(Demonstration lesson) {
    return model.promptIds(
        prompting.render(lesson.question(), lesson.conversation(), lesson.where(), chat),
        prompting.format().raw());
  }

  private long[] response(Demonstration lesson) {
    long[] text = model.tokenizer().encode(lesson.response());
    long[] response = Arrays.copyOf(text, text.length + 1);
    response[text.length] = end;
    return response;
  }

  /** How many questions. */
  public int size() {
    return kept.length;
  }

  /**
   * One of them, with a response of the many that a generated task may have.
   *
   * @throws UserError when it is longer than the model's context
   */
  public Sequence at(int index, long seed) {
    Demonstration lesson = lessons.at(kept[index], seed);
    long[] prompt = prompt(lesson);
    long[] response = response(lesson);
    int context = model.transformer().config().maxPositions();
    if (prompt.length + response.length > context) {
      throw new UserError(
          "%s: a demonstration has %d tokens, the model's context %d; leave it out or shorten it (it begins with \"%s\")"
              .formatted(
                  place(lesson),
                  prompt.length + response.length,
                  context,
                  lesson.question().substring(0, Math.min(40, lesson.question().length()))));
    }
    return new Sequence(prompt, response);
  }
}
