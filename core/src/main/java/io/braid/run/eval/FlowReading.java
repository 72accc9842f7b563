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

/** Computes a flow field's scores and a model's entropies for every token of responses. */
public final class FlowReading implements AutoCloseable {
  private final LoadedModel model;
  private final FlowField field;
  private final LatentScores.Settings settings;
  private final List<Answer> answers;

  /**
   * A response with its scores.
   *
   * @param answer the response
   * @param pieces text of each token
   * @param numbers scores, entropies and rewards of the tokens
   */
  public record Reading(Answer answer, List<String> pieces, OfResponse numbers) {
    /** Returns the token ids of the response. */
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
   * @throws io.braid.UserError if the field belongs to a different model, or something cannot be
   *     read
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

  /** Returns the number of responses. */
  public int size() {
    return answers.size();
  }

  /** Returns the indices, from 0, of the decoder layers whose outputs the field reads. */
  public List<Integer> layers() {
    return field.layers();
  }

  /**
   * Scores all responses in order.
   *
   * @param each receives the scored responses one by one
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

  /** Returns the text of a single token, including special tokens. */
  public String text(long id) {
    return model.tokenizer().decodeRaw(new long[] {id});
  }

  /** Returns the number of response tokens of all responses. */
  public long tokens() {
    return answers.stream().mapToLong(each -> each.tokens().response().length).sum();
  }

  @Override
  public void close() {
    model.close();
    field.close();
  }
}
