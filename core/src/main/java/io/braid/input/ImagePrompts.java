package io.braid.input;

import io.braid.UserError;
import io.braid.image.ImagePlaces;
import io.braid.image.ImageProcessor;
import io.braid.image.ImageSource;
import io.braid.templates.ChatMessage;
import io.braid.text.Tokenizer;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import io.braid.vision.TowerImage;
import io.braid.vision.VisionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts images into prompts. A place of an image in a text ({@link ImageSource#PLACE}) becomes a
 * start token, an image token and an end token, and the image token is repeated once for each block
 * of the image's patches, as Qwen2-VL's processor does. Images without places come before the last
 * user message.
 */
final class ImagePrompts {
  private static final String USER = "user";

  private final String marker;
  private final long imageToken;
  private final ImageProcessor processor;

  /**
   * Creates prompts for a model.
   *
   * @param processor how the model's images are processed
   */
  ImagePrompts(VisionConfig vision, Tokenizer tokenizer, ImageProcessor processor) {
    this.marker =
        tokenizer.token(vision.startToken())
            + tokenizer.token(vision.imageToken())
            + tokenizer.token(vision.endToken());
    this.imageToken = vision.imageToken();
    this.processor = processor;
  }

  /**
   * Returns a question with the model's tokens at the places of images.
   *
   * @param images number of images
   */
  String marked(String question, int images) {
    return ImagePlaces.in(question) > 0 ? markedPlaces(question) : marker.repeat(images) + question;
  }

  /** Returns a conversation with the model's tokens at the places of images. */
  List<ChatMessage> marked(List<ChatMessage> conversation, int images) {
    boolean placed =
        conversation.stream()
            .anyMatch(each -> each.content().filter(text -> ImagePlaces.in(text) > 0).isPresent());
    List<ChatMessage> marked = new ArrayList<>(conversation);
    for (int m = marked.size() - 1; m >= 0; m--) {
      ChatMessage message = marked.get(m);
      if (placed) {
        marked.set(m, saying(message, message.content().map(this::markedPlaces)));
      } else if (message.role().equals(USER)) {
        String text = marker.repeat(images) + message.content().orElse("");
        marked.set(m, saying(message, Optional.of(text)));
        break;
      }
    }
    return marked;
  }

  private static ChatMessage saying(ChatMessage message, Optional<String> content) {
    return new ChatMessage(message.role(), content, message.more());
  }

  private String markedPlaces(String text) {
    return String.join(marker, ImagePlaces.around(text));
  }

  /**
   * Returns a prompt's tokens with the images' tokens among them.
   *
   * @param ids the tokens of the text, with one image token for each image
   * @param where place to name in error messages
   * @throws UserError if there is another number of image tokens, or an image cannot be read
   */
  PromptTokens expanded(long[] ids, List<ImageSource> images, String where) {
    int places = 0;
    for (long id : ids) {
      places += id == imageToken ? 1 : 0;
    }
    if (places != images.size()) {
      throw new UserError(
          "%s: the prompt has %s image tokens for %s images; the text must not contain the model's image tokens, and its chat template must keep them"
              .formatted(where, places, images.size()));
    }
    List<TowerImage> all = images.stream().map(each -> ProcessedImage.of(each, processor)).toList();
    int length = ids.length;
    for (TowerImage each : all) {
      length = Math.addExact(length, each.grid().tokens() - 1);
    }
    long[] expanded = new long[length];
    List<PlacedImage> placed = new ArrayList<>();
    int at = 0;
    for (long id : ids) {
      int copies = 1;
      if (id == imageToken) {
        TowerImage image = all.get(placed.size());
        placed.add(new PlacedImage(at, image));
        copies = image.grid().tokens();
      }
      for (int c = 0; c < copies; c++) {
        expanded[at++] = id;
      }
    }
    return new PromptTokens(expanded, placed);
  }
}
