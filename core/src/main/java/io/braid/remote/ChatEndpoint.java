package io.braid.remote;

import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.templates.ChatMessage;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model behind an OpenAI-compatible service: {@code POST …/chat/completions}. Thread-safe.
 *
 * <p>Several replies are requested with {@code n}. If the service returns fewer, Braid requests the
 * rest with the seed that the next reply would have had. At temperature 0 replies are requested one
 * by one, because some services reject {@code n} above 1 at that temperature.
 */
public final class ChatEndpoint implements ChatModel {
  private static final String PATH = "/chat/completions";

  /** The largest {@code n} that OpenAI's own service accepts. */
  private static final int MOST_AT_ONCE = 128;

  private final RemoteService service;
  private final String model;
  private final Semaphore withImages; // images are read only for calls that are about to be sent

  /**
   * Creates an endpoint without sending a request.
   *
   * @param base such as {@code http://127.0.0.1:8000/v1}; {@code /chat/completions} is appended if
   *     it is missing
   * @param model the model's name at the service
   * @param token sent as {@code Authorization: Bearer}
   * @param settings how the service is called
   * @throws UserError if the address is malformed
   */
  public ChatEndpoint(URI base, String model, Optional<String> token, CallSettings settings) {
    this.service = new RemoteService(address(base), token, settings);
    this.model = model;
    this.withImages = new Semaphore(settings.maxConcurrency());
  }

  private static URI address(URI base) {
    String text = base.toString();
    int query = text.indexOf('?');
    String rest = query < 0 ? "" : text.substring(query);
    String path = text.substring(0, text.length() - rest.length()).replaceAll("/+$", "");
    return URI.create((path.endsWith(PATH) ? path : path + PATH) + rest);
  }

  @Override
  public String name() {
    return model;
  }

  @Override
  public List<ChatReply> complete(List<ChatMessage> messages, ChatSettings how) {
    return replies(messages.stream().map(ChatEndpoint::message).toList(), how);
  }

  @Override
  public List<ChatReply> complete(
      List<ChatMessage> messages, List<ImageSource> images, ChatSettings how) {
    if (images.isEmpty()) {
      return complete(messages, how);
    }
    withImages.acquireUninterruptibly();
    try {
      return replies(ImageParts.of(messages, images), how);
    } finally {
      withImages.release();
    }
  }

  private List<ChatReply> replies(List<Map<String, Object>> messages, ChatSettings how) {
    List<ChatReply> replies = new ArrayList<>(how.samples());
    while (replies.size() < how.samples()) {
      int wanted =
          how.temperature() == 0 ? 1 : Math.min(how.samples() - replies.size(), MOST_AT_ONCE);
      String request = request(messages, how, wanted, replies.size());
      // A response without a reply is a failed attempt, so each round returns at least one.
      replies.addAll(service.post(request, body -> ChatAnswer.read(body, wanted)));
    }
    return List.copyOf(replies);
  }

  private String request(
      List<Map<String, Object>> messages, ChatSettings how, int wanted, int had) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    body.put("temperature", how.temperature());
    body.put("top_p", how.topP());
    body.put("max_tokens", how.maxTokens());
    if (wanted > 1) {
      body.put("n", wanted);
    }
    how.seed().ifPresent(seed -> body.put("seed", seed + had));
    if (!how.stops().isEmpty()) {
      body.put("stop", how.stops());
    }
    return JsonMapper.shared().writeValueAsString(body);
  }

  private static Map<String, Object> message(ChatMessage message) {
    Map<String, Object> body = new LinkedHashMap<>(message.more());
    body.put("role", message.role());
    message.content().ifPresent(content -> body.put("content", content));
    return body;
  }

  @Override
  public void close() {
    service.close();
  }
}
