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
 * Judges answers by a language model behind an OpenAI-compatible service; what has no answer as its
 * reference, such as programs, by the rule.
 *
 * @param endpoint the service's address
 * @param model the model's name there
 * @param tokenEnv which environment variable holds the service's token
 * @param first whether the rule is asked first
 * @param responseChars how much of a response's end the model is shown
 * @param asking how the model is asked
 * @param calls how the service is called
 * @param rule what is asked first, and for other references alone
 */
public record Judge(
    @Doc("An OpenAI-compatible service, such as http://127.0.0.1:8000/v1.") String endpoint,
    @Doc("The model's name there.") String model,
    @Doc("The environment variable that holds the service's token.") Optional<String> tokenEnv,
    @Doc("rule asks the model only where the rule says wrong.") @Default("rule") First first,
    @Doc("How many characters of a response's end the model is shown.") @Default("4000")
        int responseChars,
    Asking asking,
    CallSettings calls,
    Rule rule)
    implements VerifierSettings {

  /** Who is asked first. */
  public enum First {
    /** The rule: what it finds right is right. */
    RULE,
    /** Nobody: the model judges every answer. */
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
