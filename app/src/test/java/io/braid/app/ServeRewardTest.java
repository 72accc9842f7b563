package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid serve-reward} in a process of its own. */
@Timeout(60)
class ServeRewardTest {
  @TempDir private static Path directory = Path.of("");

  @Test
  void itPrintsItsAddressServesAndStopsOnASignal() throws Exception {
    Files.writeString(directory.resolve("token"), "s3cret\n");
    Files.writeString(
        directory.resolve("reward.yaml"),
        "verifier: {type: sum, parts: [{weight: 2, verifier: {type: gsm8k, extraction:"
            + " strict}}]}\n");
    Process process =
        Terminal.start(
            directory,
            List.of(),
            "serve-reward",
            "--port",
            "0",
            "--json",
            "--token-file",
            "token",
            "--verifier",
            "reward.yaml");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        HttpClient client = HttpClient.newHttpClient()) {
      String url = JsonMapper.shared().readTree(out.readLine()).path("url").asString();
      assertThat(url).matches("http://127\\.0\\.0\\.1:[0-9]+/get_reward");
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"query\": [\"? #### 4\", \"? 4\"], \"prompts\": [\"?\", \"?\"],"
                          + " \"labels\": [\"4\", \"4\"]}"));
      assertThat(client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(401);
      HttpResponse<String> answer =
          client.send(
              request.header("Authorization", "Bearer s3cret").build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("{\"rewards\":[2.0,0.0]}");
      process.destroy(); // SIGTERM
      assertThat(process.waitFor()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
