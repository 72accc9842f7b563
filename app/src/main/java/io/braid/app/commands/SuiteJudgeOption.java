package io.braid.app.commands;

import io.braid.run.eval.SuiteJudge;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The language model that reads answers out of responses, for suites that need one. */
final class SuiteJudgeOption {
  @Option(
      names = "--judge-model",
      paramLabel = "NAME|DIR",
      description =
          "The language model that reads answers out of responses, for suites that need one: its"
              + " name at --judge-endpoint, or a model directory.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--judge-endpoint",
      paramLabel = "URL",
      description = "The judge's OpenAI-compatible service, such as http://127.0.0.1:8000/v1.")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--judge-token-env",
      paramLabel = "NAME",
      description = "The environment variable that holds the token of the judge's service.")
  private Optional<String> tokenEnv = Optional.empty();

  @Option(
      names = "--unjudged",
      description =
          "Do without a judge: responses that need one count as wrong, and the result says so.")
  private boolean unjudged;

  /** Returns the judge that the options name, or do without; empty if they are not given. */
  Optional<SuiteJudge> judge() {
    return model.isEmpty() && endpoint.isEmpty() && tokenEnv.isEmpty() && !unjudged
        ? Optional.empty()
        : Optional.of(new SuiteJudge(model, endpoint, tokenEnv, unjudged));
  }
}
