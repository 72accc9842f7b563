package io.braid.verify;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.remote.CallSettings;
import io.braid.remote.RemoteService;
import io.braid.remote.TokenVariable;
import java.net.URI;
import java.util.Optional;

/**
 * A reward service of OpenRLHF's protocol: {@code POST} of {@code query}, {@code prompts} and
 * {@code labels}, answered by {@code rewards}. Where it fails for good the run stops: no reward is
 * made up.
 *
 * @param url the whole address
 * @param tokenEnv the environment variable with the token, where the service asks for one
 * @param query a response's {@code query}: its {@code {prompt}} and {@code {response}} filled in
 * @param end what a response that ended by itself has behind it in {@code query}
 * @param batch responses a call
 * @param correctFrom the least reward of a correct response
 * @param calls how the service is called
 */
public record Http(
    @Doc("The whole address, such as http://127.0.0.1:8000/get_reward.") String url,
    @Doc("The environment variable with the token; the token itself is not for recipes.")
        Optional<String> tokenEnv,
    @Doc("What a response is sent as; {prompt} is the problem's question.")
        @Default("'{prompt}{response}'")
        String query,
    @Doc("What stands behind a response that ended by itself, such as <|im_end|>.") @Default("''")
        String end,
    @Doc("Responses a call.") @Default("64") int batch,
    @Doc("The least reward of a correct response.") @Default("1.0") double correctFrom,
    CallSettings calls)
    implements VerifierSettings {
  /** Checks the settings. */
  public Http {
    Check.atLeast("batch", batch, 1);
    if (!query.contains("{response}")) {
      throw new SettingError("query", "must hold {response}");
    }
    if (Double.isNaN(correctFrom)) {
      throw new SettingError("correct_from", "must be a number");
    }
  }

  @Override
  public Verifier create() {
    return new AnyTruth(
        new HttpVerifier(this, new RemoteService(address(), TokenVariable.read(tokenEnv), calls)));
  }

  private URI address() {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new SettingError(
          "verifier.url",
          "'%s' is not an address; write http://HOST:PORT/get_reward".formatted(url),
          e);
    }
  }
}
