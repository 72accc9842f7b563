package io.braid.input;

import io.braid.UserError;
import io.braid.input.DataSource.SftExamples;
import io.braid.task.SftExample;
import io.braid.task.inspect.TrainingPrompts;
import io.braid.trajectory.Sequence;
import io.braid.vision.PromptTokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/** SFT examples as token sequences: the prompt, then the response with its end token. */
public final class TokenizedExamples {
  private final String data;
  private final LoadedModel model;
  private final SftExamples examples;
  private final Prompting prompting;
  private final long end;
  private final int[] kept; // indices into all examples

  /**
   * Creates the examples of a data source, tokenized for a model.
   *
   * @param prompting how to turn a question into a prompt
   * @throws UserError if the model has no token that ends a response
   */
  public TokenizedExamples(DataSource data, Prompting prompting, LoadedModel model) {
    this.data = data.name();
    this.model = model;
    examples = data.examples();
    examples.firstWithImages().ifPresent(each -> ImageUse.check(model, each.images(), place(each)));
    this.prompting = prompting;
    if (model.stopIds().isEmpty()) {
      throw new UserError(
          "%s: neither generation_config.json nor the tokenizer defines an end token, so the model could not learn to end responses; add eos_token_id to generation_config.json"
              .formatted(model.directory().path()));
    }
    end = model.tokenizer().eosId().orElse(model.stopIds().getFirst());
    kept = prompting.mayLeaveOut() ? fitting() : IntStream.range(0, examples.size()).toArray();
  }

  /**
   * Returns the indices of the examples whose prompt is short enough; the response must fit into
   * the rest of the context.
   */
  private int[] fitting() {
    int context = model.transformer().config().maxPositions();
    int[] some =
        IntStream.range(0, examples.size())
            .filter(index -> {
              SftExample example = examples.at(index, 0);
              int room = context - response(example).length;
              return !prompting.leavesOut(place(example), prompt(example).length(), room);
            })
            .toArray();
    prompting.tell(examples.size(), some.length, context);
    return some;
  }

  private String place(SftExample example) {
    return example.where().isEmpty() ? data : example.where();
  }

  private PromptTokens prompt(SftExample example) {
    return prompting.tokens(
        example.question(), example.conversation(), example.images(), place(example), model);
  }

  private long[] response(SftExample example) {
    long[] text = model.tokenizer().encode(example.response());
    long[] response = Arrays.copyOf(text, text.length + 1);
    response[text.length] = end;
    return response;
  }

  /** Adds the prompts of all examples. */
  public void addTo(TrainingPrompts prompts) {
    for (int index : kept) {
      SftExample example = examples.at(index, 0);
      prompts.add(
          example.question(),
          example.conversation(),
          example.where().isEmpty()
              ? "example %s of %s".formatted(index + 1, data)
              : example.where());
    }
  }

  /** Returns the number of examples. */
  public int size() {
    return kept.length;
  }

  /** Returns the number of examples that were dropped because of their length. */
  public int leftOut() {
    return examples.size() - kept.length;
  }

  /**
   * Returns an example.
   *
   * @param seed chooses among the correct responses of a generated task
   * @throws UserError if it is longer than the model's context
   */
  public Sequence at(int index, long seed) {
    SftExample example = examples.at(kept[index], seed);
    PromptTokens prompt = prompt(example);
    long[] response = response(example);
    int context = model.transformer().config().maxPositions();
    if (prompt.length() + response.length > context) {
      throw new UserError(
          "%s: an example has %d tokens, the model's context %d; remove or shorten it (it begins with \"%s\")"
              .formatted(
                  place(example),
                  prompt.length() + response.length,
                  context,
                  example.question().substring(0, Math.min(40, example.question().length()))));
    }
    return new Sequence(prompt, response);
  }
}
