package io.braid.remote;

import static io.braid.remote.StandInEndpoint.choices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;
import io.braid.remote.StandInEndpoint.Fault;
import io.braid.templates.ChatMessage;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the client against a local service with the faults that real services have. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChatEndpointTest {
  /** On a busy machine, the first call takes seconds. */
  private static final CallSettings PATIENT = new CallSettings(30, 3, 4, 0.01);

  private static final Set<Fault> SLOW = EnumSet.of(Fault.SILENT, Fault.DRIPPING);
  private static final List<ChatMessage> QUESTION = List.of(ChatMessage.user("1 + 1?"));

  private static ChatSettings samples(int samples) {
    return new ChatSettings(samples, 0.7, 0.9, 20, OptionalLong.of(5), List.of("END"));
  }

  private static ChatEndpoint client(StandInEndpoint service) {
    return client(service, PATIENT);
  }

  private static ChatEndpoint client(StandInEndpoint service, CallSettings settings) {
    return new ChatEndpoint(service.base(), "m", Optional.empty(), settings);
  }

  /** Uses a short time limit for faults that never end. */
  private static ChatEndpoint client(StandInEndpoint service, Fault fault, double seconds) {
    return SLOW.contains(fault)
        ? client(service, new CallSettings(seconds, 3, 4, 0.01))
        : client(service);
  }

  @BeforeAll
  static void warmUp() {
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("warm"));
        ChatEndpoint client = client(service)) {
      client.complete(QUESTION, samples(1));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NO_TOKEN", "GIANT"})
  void temporaryFaultsAreSurvived(Fault fault) {
    try (StandInEndpoint service = new StandInEndpoint(2, fault, _ -> choices("two"));
        ChatEndpoint client = client(service, fault, 1.5)) {
      assertThat(client.complete(QUESTION, samples(1)))
          .containsExactly(new ChatReply("two", true, 7));
      assertThat(service.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NO_TOKEN", "GIANT", "TOO_MANY_FOR_A_SECOND"})
  void permanentFaultsAreReportedWithAddressAttemptsAndLastReason(Fault fault) {
    String reason =
        switch (fault) {
          case TOO_MANY -> "status 429: {\"error\":{\"message\":\"too many\"}}";
          case BROKEN -> "status 500: <html> <b>out of memory</b>";
          case CUT_BEFORE, CUT_WITHIN -> "IOException";
          case SILENT, DRIPPING -> "no response within 0.5 seconds";
          case MALFORMED -> "a response that cannot be parsed";
          case OTHER_SHAPE, NO_CHOICES -> "no choices";
          case NO_CONTENT -> "a choice without content";
          default -> throw new IllegalArgumentException(fault.name());
        };
    try (StandInEndpoint service = new StandInEndpoint(99, fault, _ -> choices("two"));
        ChatEndpoint client = client(service, fault, 0.5)) {
      assertThatThrownBy(() -> client.complete(QUESTION, samples(1)))
          .isInstanceOf(UserError.class)
          .message()
          .contains(service.base() + "/chat/completions")
          .contains("failed 3 times, the last time with: ")
          .contains(reason)
          .hasLineCount(1);
      if (!SLOW.contains(fault)) { // such a call may end before it arrives
        assertThat(service.requests()).hasSize(3);
      }
    }
  }

  @Test
  void retryAfterIsRespected() {
    try (StandInEndpoint service =
            new StandInEndpoint(1, Fault.TOO_MANY_FOR_A_SECOND, _ -> choices("two"));
        ChatEndpoint client = client(service)) {
      long begun = System.nanoTime();
      client.complete(QUESTION, samples(1));
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
    }
  }

  @Test
  void aMissingServiceIsReported() {
    StandInEndpoint gone = StandInEndpoint.answering(_ -> choices("two"));
    gone.close();
    try (ChatEndpoint client = client(gone)) {
      assertThatThrownBy(() -> client.complete(QUESTION, samples(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(
              "failed 3 times, the last time with: ConnectException: nothing listens at"
                  + " this address");
    }
  }

  @Test
  void permanentErrorsFailAtOnce() {
    try (StandInEndpoint service = new StandInEndpoint(99, Fault.NO_TOKEN, _ -> choices("two"));
        ChatEndpoint open = client(service);
        ChatEndpoint secret =
            new ChatEndpoint(service.base(), "m", Optional.of("k3y-of-mine"), PATIENT)) {
      assertThatThrownBy(() -> open.complete(QUESTION, samples(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("status 401 (it requires a token)");
      assertThatThrownBy(() -> secret.complete(QUESTION, samples(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("status 401 (it does not accept this token)")
          .hasMessageNotContaining("k3y-of-mine");
      assertThat(service.tokens()).containsExactly("Bearer k3y-of-mine");
      assertThat(service.requests()).hasSize(2);
    }
  }

  @Test
  void theSizeOfAResponseIsLimited() {
    try (StandInEndpoint service = new StandInEndpoint(99, Fault.GIANT, _ -> choices("two"));
        ChatEndpoint client = new ChatEndpoint(service.base(), "m", Optional.empty(), PATIENT)) {
      assertThatThrownBy(() -> client.complete(QUESTION, samples(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("a response of more than 67108864 bytes");
      assertThat(service.requests()).hasSize(1);
    }
  }

  @Test
  void theRequestContainsTheSettings() {
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("a", "b"));
        ChatEndpoint client = client(service)) {
      client.complete(List.of(ChatMessage.system("Be brief."), QUESTION.getFirst()), samples(2));
      assertThat(service.requests())
          .containsExactly(
              JsonMapper.shared()
                  .readTree(
                      """
                      {"model": "m", "messages": [
                         {"role": "system", "content": "Be brief."},
                         {"role": "user", "content": "1 + 1?"}],
                       "temperature": 0.7, "top_p": 0.9, "max_tokens": 20, "n": 2, "seed": 5,
                       "stop": ["END"]}
                      """));
    }
  }

  @Test
  void missingRepliesAreRequestedWithTheNextSeeds() {
    try (StandInEndpoint service =
            StandInEndpoint.answering(request -> choices("seed " + request.path("seed").asLong()));
        ChatEndpoint client = client(service)) {
      assertThat(client.complete(QUESTION, samples(3)))
          .extracting(ChatReply::text)
          .containsExactly("seed 5", "seed 6", "seed 7");
      assertThat(service.requests())
          .extracting(request -> request.path("n").asInt(1))
          .containsExactly(3, 2, 1);
    }
  }

  @Test
  void extraChoicesAreIgnored() {
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("a", "b", "c"));
        ChatEndpoint client = client(service)) {
      assertThat(client.complete(QUESTION, samples(2)))
          .containsExactly(new ChatReply("a", true, 7), new ChatReply("b", true, 7));
    }
  }

  @Test
  void manyRepliesAreRequestedInParts() {
    try (StandInEndpoint service =
            StandInEndpoint.answering(request ->
                choices(
                    IntStream.range(0, request.path("n").asInt(1))
                        .mapToObj(Integer::toString)
                        .toArray(String[]::new)));
        ChatEndpoint client = client(service)) {
      assertThat(client.complete(QUESTION, samples(300))).hasSize(300);
      assertThat(service.requests())
          .extracting(request -> request.path("n").asInt())
          .containsExactly(128, 128, 44);
    }
  }

  @Test
  void greedyRepliesAreRequestedOneByOne() {
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("same"));
        ChatEndpoint client = client(service)) {
      ChatSettings greedy = new ChatSettings(2, 0, 1, 20, OptionalLong.empty(), List.of());
      assertThat(client.complete(QUESTION, greedy)).hasSize(2);
      assertThat(service.requests()).hasSize(2).noneMatch(request -> request.has("n"));
    }
  }

  @Test
  void theTokensOfACallAreSplitAmongItsReplies() {
    String body =
        """
        {"choices": [{"message": {"content": "a"}, "finish_reason": "length"},
                     {"message": {"content": "b"}, "finish_reason": "stop"}],
         "usage": {"completion_tokens": 7}}
        """;
    assertThat(ChatAnswer.read(body, 2))
        .containsExactly(new ChatReply("a", false, 4), new ChatReply("b", true, 3));
  }

  @Test
  void theReportedTokenCountIsNotTrusted() {
    for (String usage :
        List.of(
            "",
            ",\"usage\":null",
            ",\"usage\":{\"completion_tokens\":-3}",
            ",\"usage\":{\"completion_tokens\":1e300}",
            ",\"usage\":{\"completion_tokens\":\"many\"}")) {
      String body = "{\"choices\":[{\"message\":{\"content\":\"a\"}}]" + usage + "}";
      assertThat(ChatAnswer.read(body, 1)).containsExactly(new ChatReply("a", true, 0));
    }
  }

  @Test
  void reasoningPrecedesTheReply() {
    assertThat(message("{\"content\":\"4\",\"reasoning_content\":\"2+2\"}", "stop").text())
        .isEqualTo("<think>\n2+2\n</think>\n\n4");
    assertThat(message("{\"content\":\"4\",\"reasoning\":\"2+2\"}", "stop").text())
        .isEqualTo("<think>\n2+2\n</think>\n\n4");
    assertThat(message("{\"content\":null,\"reasoning_content\":\"2+\"}", "length"))
        .isEqualTo(new ChatReply("<think>\n2+", false, 0));
    assertThat(
            message("{\"content\":\"<think>x</think>4\",\"reasoning_content\":\"x\"}", "stop")
                .text())
        .isEqualTo("<think>x</think>4");
    assertThat(message("{\"content\":\"4\",\"reasoning_content\":\"\"}", "stop").text())
        .isEqualTo("4");
  }

  @Test
  void missingContentIsAcceptedOnlyWithAReason() {
    assertThat(message("{\"content\":null}", "content_filter"))
        .isEqualTo(new ChatReply("", true, 0));
    assertThat(message("{}", "length")).isEqualTo(new ChatReply("", false, 0));
    assertThat(message("{\"content\":null,\"refusal\":\"I cannot.\"}", "stop").text())
        .isEqualTo("I cannot.");
    assertThatThrownBy(() -> message("{\"content\":null}", "stop"))
        .hasMessage("a choice without content");
    assertThatThrownBy(() -> message("{\"content\":[1]}", "stop"))
        .hasMessage("a choice without content");
  }

  private static ChatReply message(String message, String finish) {
    JsonNode choice =
        JsonMapper.shared()
            .readTree("{\"message\":%s,\"finish_reason\":\"%s\"}".formatted(message, finish));
    return ChatAnswer.read("{\"choices\":[" + choice + "]}", 1).getFirst();
  }

  @Test
  void theAddressMayContainThePathAndAQuery() {
    for (String end : List.of("", "/", "/chat/completions", "/chat/completions/", "?v=1")) {
      try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("two"));
          ChatEndpoint client =
              new ChatEndpoint(URI.create(service.base() + end), "m", Optional.empty(), PATIENT)) {
        assertThat(client.complete(QUESTION, samples(1))).hasSize(1);
      }
    }
  }

  @Test
  void anInvalidTokenIsRefusedWithoutShowingIt() {
    URI base = URI.create("http://127.0.0.1:1/v1");
    assertThatThrownBy(() -> new ChatEndpoint(base, "m", Optional.of("k3y\n"), PATIENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("token")
        .hasMessageNotContaining("k3y");
  }

  @Test
  void invalidAddressesAreRefused() {
    assertThatThrownBy(
            () -> new ChatEndpoint(URI.create("localhost:8000/v1"), "m", Optional.empty(), PATIENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not the address of a service");
  }

  /** An image of one pixel. */
  private record Pixel(String where, int red) implements ImageSource {
    @Override
    public PixelImage decode(ImageLimits limits) {
      return new PixelImage(1, 1, new byte[] {(byte) red, 0, 0});
    }
  }

  private static String url(JsonNode part) {
    assertThat(part.path("type").asString()).isEqualTo("image_url");
    return part.path("image_url").path("url").asString();
  }

  @Test
  void imagesAreSentAsDataUrlsAtTheirPlaces() {
    ImageSource one = new Pixel("a", 1);
    ImageSource two = new Pixel("b", 2);
    String first = one.encoded(ImageLimits.STANDARD).dataUrl();
    assertThat(first).startsWith("data:image/png;base64,iVBORw0KGgo");
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("2"));
        ChatEndpoint client = client(service)) {
      client.complete(
          List.of(ChatMessage.system("s"), ChatMessage.user("In <image>, and<image>")),
          List.of(one, two),
          samples(1));
      client.complete(
          List.of(ChatMessage.user("q"), ChatMessage.assistant("a"), ChatMessage.user("r")),
          List.of(one, two),
          samples(1));
      client.complete(QUESTION, List.of(), samples(1));
      JsonNode placed = service.requests().get(0).path("messages");
      assertThat(placed.path(0).path("content").asString()).isEqualTo("s");
      JsonNode parts = placed.path(1).path("content");
      assertThat(parts).hasSize(4);
      assertThat(parts.path(0).path("text").asString()).isEqualTo("In ");
      assertThat(url(parts.path(1))).isEqualTo(first);
      assertThat(parts.path(2).path("text").asString()).isEqualTo(", and");
      assertThat(url(parts.path(3))).isNotEqualTo(first);
      JsonNode unplaced = service.requests().get(1).path("messages");
      assertThat(unplaced.path(0).path("content").asString()).isEqualTo("q");
      assertThat(unplaced.path(2).path("content")).hasSize(3);
      assertThat(url(unplaced.path(2).path("content").path(0))).isEqualTo(first);
      assertThat(unplaced.path(2).path("content").path(2).path("text").asString()).isEqualTo("r");
      assertThat(service.requests().get(2).path("messages").path(0).path("content").isString())
          .isTrue();
    }
  }

  @Test
  void asManyImagesAsPlacesAreSent() {
    try (StandInEndpoint service = StandInEndpoint.answering(_ -> choices("2"));
        ChatEndpoint client = client(service)) {
      assertThatThrownBy(() ->
              client.complete(
                  List.of(ChatMessage.user("<image><image>")),
                  List.of(new Pixel("x line 1", 1)),
                  samples(1)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("x line 1: 1 images are sent, but the messages have 2 places");
      assertThat(service.requests()).isEmpty();
    }
  }
}
