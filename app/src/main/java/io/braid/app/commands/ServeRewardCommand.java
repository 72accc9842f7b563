package io.braid.app.commands;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.run.StopSignal;
import io.braid.verify.Verifier;
import io.braid.verify.serve.RewardServer;
import io.braid.verify.serve.ServeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid serve-reward}. */
@Command(
    name = "serve-reward",
    description =
        "Serves a verifier's rewards over HTTP in the protocol of OpenRLHF's trainers: POST"
            + " /get_reward.")
public final class ServeRewardCommand extends BraidCommand {
  private static final String TOKEN = "BRAID_REWARD_TOKEN";
  private static final int MOST_CONCURRENCY = 16;
  private static final int WAITING = 64;
  private static final double BODY_SECONDS = 30;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}); any other needs a token.")
  private String host = "";

  @Option(
      names = "--port",
      defaultValue = "8000",
      description = "The port; 0 chooses a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token that callers must send as 'Authorization: Bearer …' (default: the"
              + " variable "
              + TOKEN
              + ").")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      description =
          "A further host name under which clients may reach the server; may be repeated.")
  private List<String> hostNames = List.of();

  @Mixin private VerifierOption verifier = new VerifierOption();

  @Option(
      names = "--max-body",
      paramLabel = "MB",
      defaultValue = "8",
      description = "The largest request, in MB (default: ${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description =
          "How many requests are judged at once; 64 more wait, further ones are rejected (default:"
              + " one per processor, at most 16).")
  private Optional<Integer> concurrency = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    ServeSettings settings =
        new ServeSettings(
            host,
            port,
            token(),
            (int) Math.min((long) maxBody << 20, Integer.MAX_VALUE),
            concurrency.orElse(
                Math.min(MOST_CONCURRENCY, Runtime.getRuntime().availableProcessors())),
            WAITING,
            BODY_SECONDS,
            hostNames);
    Consumer<String> log = text -> System.err.println(text.replaceAll("[\\s\\p{Cntrl}]+", " "));
    CountDownLatch asked = new CountDownLatch(1);
    try (Verifier judge = verifier.forRewards().create();
        RewardServer server = RewardServer.start(settings, judge, log);
        StopSignal stop = StopSignal.listen(asked::countDown)) {
      say("rewards at " + server.url() + " until Ctrl-C");
      answer(JsonMapper.shared().createObjectNode().put("url", server.url().toString()));
      System.out.flush();
      asked.await();
      say("stopping after the requests in progress");
      return stop.exitCode().orElse(0);
    }
  }

  private Optional<String> token() {
    if (tokenFile.isEmpty()) {
      return Optional.ofNullable(System.getenv(TOKEN)).map(String::strip);
    }
    try {
      return Optional.of(Files.readString(tokenFile.get()).strip());
    } catch (IOException e) {
      throw new UserError(
          "--token-file: %s: cannot be read: %s; %s"
              .formatted(tokenFile.get(), FileError.reason(e), FileError.remedy(e)),
          e);
    }
  }
}
