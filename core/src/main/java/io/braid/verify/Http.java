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
 * Calls a reward service with OpenRLHF's protocol: the service answers a {@code POST} of {@code
 * query}, {@code prompts} and {@code labels} with {@code rewards}. If the service fails
 * permanently, the run stops rather than invent a reward.
 *
 * @param url full address of the service
 * @param tokenEnv environment variable that holds the token, if the service requires one
 * @param query template of each {@code query}, with the placeholders {@code {prompt}} and {@code
 *     {response}}
 * @param end text appended to a response in {@code query} if the model ended it
 * @param batch number of responses per call
 * @param correctFrom lowest reward of a correct response
 * @param calls how the service is called
 */
public record Http(
    @Doc("Full address, such as http://127.0.0.1:8000/get_reward.") String url,
    @Doc("Environment variable that holds the token; never write the token itself into a recipe.")
        Optional<String> tokenEnv,
    @Doc("Template of the query that is sent; {prompt} is the problem's question.")
        @Default("'{prompt}{response}'")
        String query,
    @Doc("Text appended to a response that the model ended, such as <|im_end|>.") @Default("''")
        String end,
    @Doc("Responses per call.") @Default("64") int batchSize,
    @Doc("Lowest reward of a correct response.") @Default("1.0") double correctFrom,
    CallSettings calls)
    implements VerifierSettings {
  /** Checks the settings. */
  public Http {
    Check.atLeast("batch_size", batchSize, 1);
    if (!query.contains("{response}")) {
      throw new SettingError("query", "must contain {response}");
    }
    if (Double.isNaN(correctFrom)) {
      throw new SettingError("correct_from", "must be a number");
    }
  }

  @Override
  public Verifier create() {
    return new AnyReference(
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
