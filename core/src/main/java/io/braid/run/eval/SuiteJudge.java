package io.braid.run.eval;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.input.LocalChatModel;
import io.braid.remote.CallSettings;
import io.braid.remote.ChatEndpoint;
import io.braid.remote.ChatModel;
import io.braid.remote.TokenVariable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The language model that extracts answers for suites that need one.
 *
 * @param model its name at a service, or a model directory
 * @param endpoint address of the service
 * @param tokenEnv environment variable that holds the service's token
 * @param unjudged whether there is no judge: responses that need one stay unjudged and count as
 *     wrong
 */
public record SuiteJudge(
    @Doc("The judge's name at the service; without endpoint, a model directory.")
        Optional<String> model,
    @Doc("An OpenAI-compatible service, such as http://127.0.0.1:8000/v1.")
        Optional<String> endpoint,
    @Doc("Environment variable that holds the service's token.") Optional<String> tokenEnv,
    @Doc("true: there is no judge, and responses that need one count as wrong.") @Default("false")
        boolean unjudged) {
  /** Checks that there is a judge or none is wanted. */
  public SuiteJudge {
    if (model.isPresent() == unjudged) {
      throw new SettingError(
          "judge", "give either the judge's model, or unjudged: true to do without");
    }
    if (model.isEmpty() && (endpoint.isPresent() || tokenEnv.isPresent())) {
      throw new SettingError("judge", "endpoint and token_env belong to a judge; give its model");
    }
    if (endpoint.isEmpty() && tokenEnv.isPresent()) {
      throw new SettingError(
          "judge.token_env", "a model directory takes no token; give the judge's endpoint");
    }
  }

  /**
   * Opens the judge; the caller closes it.
   *
   * @return empty if there is none
   * @throws io.braid.UserError if the directory is broken, or the address is malformed
   */
  Optional<ChatModel> open() {
    return model.map(name ->
        endpoint
            .<ChatModel>map(url ->
                new ChatEndpoint(
                    address(url), name, TokenVariable.read(tokenEnv), CallSettings.STANDARD))
            .orElseGet(() -> LocalChatModel.load(Path.of(name))));
  }

  private static URI address(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new SettingError(
          "judge.endpoint", "'%s' is not an address; write http://HOST:PORT/v1".formatted(url), e);
    }
  }
}
