package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
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
  void itSaysWhereItIsServesAndStopsWhenAsked() throws Exception {
    Files.writeString(directory.resolve("token"), "s3cret\n");
    Files.writeString(
        directory.resolve("reward.yaml"),
        "verifier: {type: sum, parts: [{weight: 2, verifier: {type: gsm8k, extraction: strict}}]}\n");
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
                      "{\"query\": [\"? #### 4\", \"? 4\"], \"prompts\": [\"?\", \"?\"], \"labels\": [\"4\", \"4\"]}"));
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

  @Test
  void whatItRefuses() throws IOException {
    Files.writeString(directory.resolve("empty"), " \n");
    assertThat(refused("--host", "0.0.0.0")).contains("--host: 0.0.0.0 is open to other machines");
    assertThat(refused("--token-file", "none")).contains("--token-file: none cannot be read");
    assertThat(refused("--token-file", "empty")).contains("the token is empty");
    assertThat(refused("--verifier", "gsm8"))
        .contains("verifier: no 'gsm8'; did you mean 'gsm8k'?");
    assertThat(refused("--verifier", "{type: http, url: 'http://x/', token_env: NO_SUCH_TOKEN}"))
        .contains("the environment has no NO_SUCH_TOKEN");
  }

  private static String refused(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "serve-reward";
    all[1] = "--port";
    all[2] = "0";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    Terminal.Ended ended = Terminal.run(directory, all);
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).hasLineCount(1);
    return ended.err();
  }
}
