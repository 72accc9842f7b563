package io.braid.verify;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.remote.CallSettings;
import io.braid.remote.ChatEndpoint;
import io.braid.remote.TokenVariable;
import io.braid.verify.judge.Asking;
import io.braid.verify.judge.CorrectnessJudge;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Has a language model behind an OpenAI-compatible service judge text answers. The rule judges
 * problems with other kinds of references, such as programs.
 *
 * @param endpoint address of the service
 * @param model name of the model at the service
 * @param tokenEnv environment variable that holds the service's token
 * @param first whether the rule is asked first
 * @param responseChars number of characters at the end of a response that the model sees
 * @param asking how the model is asked
 * @param calls how the service is called
 * @param rule the rule, which judges first, and alone if the reference is not text
 */
public record Judge(
    @Doc("An OpenAI-compatible service, such as http://127.0.0.1:8000/v1.") String endpoint,
    @Doc("Name of the model at the service.") String model,
    @Doc("Environment variable that holds the service's token.") Optional<String> tokenEnv,
    @Doc("rule: ask the model only if the rule finds a response wrong; none: always ask it.")
        @Default("rule")
        First first,
    @Doc("Number of characters at the end of a response that the model sees.") @Default("4000")
        int responseChars,
    Asking asking,
    CallSettings calls,
    Rule rule)
    implements VerifierSettings {

  /** Who judges first. */
  public enum First {
    /** The rule; the model judges only what the rule does not find correct. */
    RULE,
    /** Nobody; the model judges every answer. */
    NONE
  }

  @Override
  public Verifier create() {
    Verifier byRule = rule.create();
    try {
      ChatEndpoint service =
          new ChatEndpoint(address(), model, TokenVariable.read(tokenEnv), calls);
      return new JudgeVerifier(new CorrectnessJudge(service, asking, responseChars), first, byRule);
    } catch (RuntimeException e) {
      byRule.close();
      throw e;
    }
  }

  private URI address() {
    try {
      return new URI(endpoint);
    } catch (URISyntaxException e) {
      throw new SettingError(
          "endpoint", "'%s' is not an address; write http://HOST:PORT/v1".formatted(endpoint), e);
    }
  }
}
