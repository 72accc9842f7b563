package io.braid.app.commands;

import io.braid.UserError;
import io.braid.remote.CallSettings;
import io.braid.run.eval.EndpointModel;
import io.braid.run.eval.EvaluatedModel;
import io.braid.run.eval.LocalModel;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model} or {@code --endpoint}: the model to evaluate. */
final class EvaluatedModelOption {
  /**
   * Environment variables for the token. Braid's own variable takes precedence over one that is
   * often set for other programs.
   */
  private static final String[] TOKENS = {"BRAID_ENDPOINT_TOKEN", "OPENAI_API_KEY"};

  @Option(names = "--model", paramLabel = "DIR", description = "The model directory to evaluate.")
  private Optional<Path> model = Optional.empty();

  @Mixin private AdapterOption adapter = new AdapterOption();

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "An OpenAI-compatible service instead of a model directory, such as"
              + " http://127.0.0.1:8000/v1. Its token is read from BRAID_ENDPOINT_TOKEN or"
              + " OPENAI_API_KEY.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--endpoint-model",
      paramLabel = "NAME",
      description = "The model's name at the service.")
  private Optional<String> endpointModel = Optional.empty();

  @Option(
      names = "--endpoint-calls",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many calls may run at once (default: ${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--endpoint-seconds",
      paramLabel = "S",
      defaultValue = "600",
      description = "The time limit of one call, in seconds (default: ${DEFAULT-VALUE}).")
  private double seconds;

  /**
   * Opens the model that the options name; the caller closes it.
   *
   * @throws UserError if the options name no model, or are incomplete
   */
  EvaluatedModel open() {
    if (model.isPresent() == endpoint.isPresent()) {
      throw new UserError(
          "no model to evaluate: give either --model DIR, or --endpoint URL with"
              + " --endpoint-model NAME");
    }
    if (model.isPresent()) {
      return new LocalModel(model.get(), adapter.directory());
    }
    if (adapter.directory().isPresent()) {
      throw new UserError("--adapter is merged into a --model DIR; a service has its own adapters");
    }
    String name =
        endpointModel.orElseThrow(() ->
            new UserError(
                "--endpoint needs --endpoint-model NAME, the model's name at the service"));
    return new EndpointModel(
        endpoint.orElseThrow(),
        name,
        token(),
        new CallSettings(
            seconds,
            CallSettings.STANDARD.retrySeconds(),
            CallSettings.STANDARD.maxAttempts(),
            calls,
            CallSettings.STANDARD.backoffSeconds()));
  }

  private static Optional<String> token() {
    return Stream.of(TOKENS)
        .map(System::getenv)
        .flatMap(Stream::ofNullable)
        .filter(token -> !token.isBlank())
        .findFirst();
  }

  @Override
  public String toString() {
    return model.map(Path::toString).or(() -> endpoint.map(URI::toString)).orElse("");
  }
}
