package io.braid.app.commands;

import io.braid.UserError;
import io.braid.eval.Interval;
import io.braid.input.LocalChatModel;
import io.braid.remote.CallSettings;
import io.braid.remote.ChatEndpoint;
import io.braid.remote.ChatModel;
import io.braid.remote.TokenVariable;
import io.braid.verify.judge.Asking;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The base of the commands that show an evaluation's records to a language model. */
abstract class JudgingCommand extends BraidCommand {
  @Option(
      names = "--records",
      required = true,
      paramLabel = "DIR|FILE",
      description = "An evaluation's directory, or its records.jsonl.")
  private Path records = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file of results; running the command again continues it (default: beside the"
              + " records).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--token-env",
      paramLabel = "NAME",
      description = "The environment variable that holds the service's token.")
  private Optional<String> tokenEnv = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "The time limit of one call, in seconds (default: ${DEFAULT-VALUE}).")
  private double timeout;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "How long to retry while the service is unreachable, in seconds (default:"
              + " ${DEFAULT-VALUE}).")
  private double patience;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      description = "The maximum number of attempts of a failing call.")
  private Optional<Integer> attempts = Optional.empty();

  @Option(
      names = "--concurrency",
      defaultValue = "16",
      description = "How many calls may run at once (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--max-tokens",
      defaultValue = "1024",
      description = "The longest reply of the judge, in tokens (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--asks",
      defaultValue = "3",
      description =
          "How often to ask the judge at most until its reply can be parsed (default:"
              + " ${DEFAULT-VALUE}).")
  private int asks;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The seed of the bootstrap intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  final Path records() {
    return records;
  }

  final long seed() {
    return seed;
  }

  final Asking asking() {
    return new Asking(maxTokens, asks);
  }

  /** Returns the file for the results. */
  final Path out(Path recordsFile, String name) {
    return out.orElseGet(() -> recordsFile.resolveSibling(name));
  }

  /** Returns the model behind a service. */
  final ChatModel remote(URI endpoint, String model) {
    return new ChatEndpoint(
        endpoint,
        model,
        TokenVariable.read(tokenEnv),
        new CallSettings(
            timeout, patience, attempts, concurrency, CallSettings.STANDARD.backoffSeconds()));
  }

  /** Returns the model in a directory. */
  final ChatModel local(Path directory) {
    if (tokenEnv.isPresent()) {
      throw new UserError("--token-env: a model directory takes no token; name an endpoint too");
    }
    return LocalChatModel.load(directory);
  }

  /**
   * Returns how many problems are judged at once; a model on this machine judges one after the
   * other.
   */
  final int atOnce(ChatModel model) {
    return model instanceof LocalChatModel ? 1 : concurrency;
  }

  /** Formats a number for a table. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** Adds an interval to a JSON object under a name. */
  static void put(ObjectNode node, String name, Interval interval) {
    node.putObject(name)
        .put("mean", interval.mean())
        .put("low", interval.low())
        .put("high", interval.high());
  }

  /** Removes control characters; a data set's names are not trusted. */
  static String plain(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", " ");
  }
}
