package io.braid.run.eval;

import io.braid.MetricValues;
import io.braid.flow.FlowField;
import io.braid.input.LoadedModel;
import io.braid.run.RunListener;
import io.braid.run.eval.Answers.Answer;
import io.braid.text.TokenPieces;
import io.braid.train.LatentScores;
import io.braid.train.LatentScores.OfResponse;
import io.braid.trajectory.Sequence;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Responses with what a model and a flow field make of each of their tokens. */
public final class FlowReading implements AutoCloseable {
  private final LoadedModel model;
  private final FlowField field;
  private final LatentScores.Settings settings;
  private final List<Answer> answers;

  /**
   * A response and its numbers.
   *
   * @param answer the response
   * @param pieces its text, cut at its tokens
   * @param numbers of its tokens
   */
  public record Reading(Answer answer, List<String> pieces, OfResponse numbers) {
    /** The tokens' ids. */
    public long[] ids() {
      return answer.tokens().response();
    }
  }

  private FlowReading(
      LoadedModel model, FlowField field, LatentScores.Settings settings, List<Answer> answers) {
    this.model = model;
    this.field = field;
    this.settings = settings;
    this.answers = answers;
  }

  /**
   * Opens the model and its field, and reads or samples the responses.
   *
   * @param model a model directory
   * @param flow a field's directory
   * @throws io.braid.UserError when the field is for another model, and for all that cannot be read
   */
  public static FlowReading open(
      Path model, Path flow, Answers answers, LatentScores.Settings settings) {
    LoadedModel loaded = LoadedModel.load(model, Optional.empty());
    try {
      FlowField field = FlowField.load(flow, loaded.transformer().config());
      try {
        return new FlowReading(loaded, field, settings, answers.of(loaded));
      } catch (RuntimeException e) {
        field.close();
        throw e;
      }
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** How many responses there are. */
  public int size() {
    return answers.size();
  }

  /** The decoder layers that the field looks behind, counted from 0. */
  public List<Integer> layers() {
    return field.layers();
  }

  /**
   * Reads all responses in their order.
   *
   * @param each is given one after the other
   */
  public void each(Consumer<Reading> each, RunListener listener) {
    listener.begins("score", answers.size(), 0);
    Iterator<Answer> next = answers.iterator();
    int[] done = {0};
    List<Sequence> sequences = answers.stream().map(Answer::tokens).toList();
    new LatentScores(model.transformer(), field, settings)
        .of(
            sequences,
            numbers -> {
              Answer answer = next.next();
              List<String> pieces = TokenPieces.of(model.tokenizer(), answer.tokens().response());
              each.accept(new Reading(answer, pieces, numbers));
              listener.stepped(++done[0], new MetricValues());
            });
    listener.ends("");
  }

  /** A token's text by itself, special tokens spelled out. */
  public String text(long id) {
    return model.tokenizer().decodeRaw(new long[] {id});
  }

  /** Response tokens of all. */
  public long tokens() {
    return answers.stream().mapToLong(each -> each.tokens().response().length).sum();
  }

  @Override
  public void close() {
    model.close();
    field.close();
  }
}
