package io.braid.remote;

import io.braid.UserError;
import io.braid.image.ImageLimits;
import io.braid.image.ImagePlaces;
import io.braid.image.ImageSource;
import io.braid.templates.ChatMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages with images in OpenAI's form: the content of a message with images is a list of parts,
 * each of them text or an {@code image_url} that has the image itself as a data URL.
 */
final class ImageParts {
  private final Iterator<ImageSource> left;
  private final List<ChatMessage> messages;
  private final int
      first; // the message that has the images if there are no places; −1 if there are

  private ImageParts(List<ChatMessage> messages, List<ImageSource> images) {
    this.messages = messages;
    this.left = images.iterator();
    int places =
        messages.stream().mapToInt(each -> ImagePlaces.in(each.content().orElse(""))).sum();
    if (places != 0 && places != images.size()) {
      throw new UserError(
          "%s: %s images are sent, but the messages have %s places for them (%s)"
              .formatted(images.getFirst().where(), images.size(), places, ImageSource.PLACE));
    }
    this.first = places == 0 ? lastOfUser() : -1;
  }

  /**
   * Returns the messages as a request has them.
   *
   * @param images at least one image
   * @throws UserError if an image cannot be read
   */
  static List<Map<String, Object>> of(List<ChatMessage> messages, List<ImageSource> images) {
    return new ImageParts(messages, images).all();
  }

  private int lastOfUser() {
    int last = messages.size() - 1;
    while (last > 0 && !messages.get(last).role().equals("user")) {
      last--;
    }
    return last;
  }

  private List<Map<String, Object>> all() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      Map<String, Object> body = new LinkedHashMap<>(message.more());
      body.put("role", message.role());
      if (i == first) {
        List<Object> parts = new ArrayList<>();
        left.forEachRemaining(image -> parts.add(part(image)));
        message.content().ifPresent(text -> parts.add(part(text)));
        body.put("content", parts);
      } else {
        message.content().ifPresent(text -> body.put("content", content(text)));
      }
      all.add(body);
    }
    return all;
  }

  private Object content(String text) {
    List<String> around = ImagePlaces.around(text);
    if (around.size() == 1) {
      return text;
    }
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < around.size(); i++) {
      if (i > 0) {
        parts.add(part(left.next()));
      }
      if (!around.get(i).isEmpty()) {
        parts.add(part(around.get(i)));
      }
    }
    return parts;
  }

  private static Map<String, Object> part(String text) {
    return Map.of("type", "text", "text", text);
  }

  private static Map<String, Object> part(ImageSource image) {
    return Map.of(
        "type",
        "image_url",
        "image_url",
        Map.of("url", image.encoded(ImageLimits.STANDARD).dataUrl()));
  }
}
