package io.braid.run.eval;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.eval.EndpointResponder;
import io.braid.eval.Responder;
import io.braid.eval.suite.Asking;
import io.braid.input.AskingRecipe;
import io.braid.input.Prompting;
import io.braid.remote.CallSettings;
import io.braid.remote.ChatEndpoint;
import io.braid.remote.ChatSettings;
import io.braid.task.Problem;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A model behind an OpenAI-compatible service. */
public final class EndpointModel implements EvaluatedModel {
  private final URI base;
  private final String name;
  private final ChatEndpoint endpoint;

  /**
   * Creates a model behind a service without sending a request.
   *
   * @param base address of the service
   * @param name the model's name at the service
   * @param token token that authenticates the caller; never written to a file
   * @throws UserError if the address is malformed
   */
  public EndpointModel(URI base, String name, Optional<String> token, CallSettings calls) {
    this.base = base;
    this.name = name;
    this.endpoint = new ChatEndpoint(base, name, token, calls);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String place() {
    return name + " at " + base;
  }

  @Override
  public String prompt(Asking asking) {
    return asking.chat();
  }

  /** Returns all problems, since only the service can count the tokens of its prompts. */
  @Override
  public List<Problem> fitting(EvaluationRecipe how, List<Problem> problems) {
    return problems;
  }

  @Override
  public Responder responder(EvaluationRecipe how, int most, List<Problem> problems) {
    if (how.topK() != 0) {
      throw new SettingError(
          "top_k",
          "services of this kind do not have this setting; leave it at 0, got " + how.topK());
    }
    Prompting prompting = how.prompting();
    refuseUnknown(how.prompts().asking());
    prompting.format().message(""); // refuses formats that are no messages
    ChatSettings settings =
        new ChatSettings(
            how.samples(),
            how.temperature(),
            how.topP(),
            how.maxNewTokens().orElse(most),
            OptionalLong.empty(),
            prompting.format().stop().stream().toList());
    return new EndpointResponder(
        endpoint,
        problem ->
            prompting
                .format()
                .messages(prompting.messages(problem.question(), problem.conversation())),
        settings);
  }

  /** Rejects settings that a service of this kind does not have. */
  private static void refuseUnknown(AskingRecipe asking) {
    if (!asking.variables().isEmpty() || asking.date().isPresent()) {
      throw new UserError(
          "asking.variables and asking.date: a service applies its own chat template to the"
              + " messages; set them there");
    }
    if (asking.maxPromptTokens().isPresent()) {
      throw new SettingError(
          "asking.max_prompt_tokens",
          "only the service can count the tokens of a prompt; leave it out");
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
