package io.braid.task.images;

import io.braid.UserError;
import io.braid.image.EncodedImage;
import io.braid.image.ImageLimits;
import io.braid.image.ImagePlaces;
import io.braid.image.ImageSource;
import io.braid.task.ImageFields;
import io.braid.task.ProblemFields;
import io.braid.task.records.DataRecord;
import io.braid.task.records.JsonText;
import io.braid.task.records.MissingKey;
import io.braid.templates.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads the images of a data file's records: a path or a {@code file:} URL, a data URL, base64, the
 * hub's {@code Image} feature ({@code {bytes, path}}), or a list of these; or in the image parts of
 * a chat. Nothing is decoded. A path is kept as a path; other images are copied to a temporary file
 * ({@link ImageSpool}), so that none are in memory.
 */
public final class RecordImages {
  /** Largest number of images of a record. */
  static final int MOST = 64;

  /** Keys under which an object or a part of a chat has an image, in order. */
  private static final List<String> WITHIN = List.of("bytes", "image", "image_url", "url", "path");

  /** The beginnings of PNG, JPEG, GIF, WebP and BMP files in base64. */
  private static final Pattern BASE64 =
      Pattern.compile("(iVBORw0KGgo|/9j/|R0lGOD|UklGR|Qk)[A-Za-z0-9+/\\s]{24,}+=*\\s*+");

  private static final Pattern DATA_URL =
      Pattern.compile("data:[^,]{0,200};base64,", Pattern.CASE_INSENSITIVE);

  /** What the readers of Parquet and Arrow write for bytes that are no image. */
  private static final Pattern UNKNOWN_BYTES = Pattern.compile("\\d{1,12} bytes");

  private static final int LONGEST_PATH = 4_096;

  private final ProblemFields fields;
  private final ImagePaths paths;
  private final int mostBytes;
  private Optional<ImageSpool> spool = Optional.empty();
  private boolean isKeyKnown; // whether a record had the key that the user named

  /**
   * Creates a reader for the images of a data file.
   *
   * @param data the file or directory
   * @param fields the keys given by the user
   */
  public RecordImages(Path data, ProblemFields fields) {
    this.fields = fields;
    this.paths = ImagePaths.of(data, fields.images().root());
    this.mostBytes = ImageLimits.STANDARD.bytes();
  }

  /**
   * Returns the images of a record's question.
   *
   * @param question the question as it is asked
   * @param conversation all messages, including the question; empty if there is no chat
   * @throws UserError in one line, if an image cannot be used, or the text has another number of
   *     places than there are images and not none
   */
  public List<ImageSource> of(DataRecord values, String question, List<ChatMessage> conversation) {
    if (fields.images().leavesOut()) {
      return List.of();
    }
    Optional<Column> column = column(values);
    List<JsonNode> parts = parts(values);
    boolean areGiven = !parts.isEmpty() && parts.stream().allMatch(part -> own(part).isPresent());
    if (column.isEmpty() && parts.isEmpty()) {
      return List.of();
    }
    List<ImageSource> images =
        areGiven
            ? images(new Column("a message", parts), values.where())
            : column.map(each -> images(each, values.where())).orElse(List.of());
    int places =
        conversation.isEmpty()
            ? ImagePlaces.in(question)
            : conversation.stream()
                .mapToInt(message -> ImagePlaces.in(message.content().orElse("")))
                .sum();
    if (places != 0 && places != images.size()) {
      throw new UserError(
          "%s: its text has %s places for images (%s), but it has %s images; write one place for each image, or none to put the images first"
              .formatted(values.where(), places, ImageSource.PLACE, images.size()));
    }
    return images;
  }

  /**
   * Checks at the end of a file that the key that the user named occurred.
   *
   * @throws UserError if no record had it
   */
  public void check(Path file) {
    Optional<String> key = fields.images().key();
    if (!isKeyKnown && key.isPresent() && !fields.images().leavesOut()) {
      throw new UserError(
          "%s: no record has the key '%s' of fields.images; ./braid data inspect shows the keys"
              .formatted(file, key.get()));
    }
  }

  /** The values of a key. */
  private record Column(String key, List<JsonNode> values) {}

  /** Returns the values of the images' key; empty if the record does not have it. */
  private Optional<Column> column(DataRecord values) {
    Optional<String> key =
        fields.images().key().or(() -> values.first(ImageFields.KEYS)).filter(values::has);
    isKeyKnown |= key.isPresent();
    return key.map(name -> new Column(name, each(values.at(name).orElseThrow())));
  }

  /** Returns the elements of a list, which may be stored as a string; or the value itself. */
  private static List<JsonNode> each(JsonNode value) {
    JsonNode meant =
        value.isString() ? JsonText.container(value.stringValue()).orElse(value) : value;
    if (DataRecord.isMissing(meant)) {
      return List.of();
    }
    return meant.isArray() ? meant.valueStream().toList() : List.of(meant);
  }

  private List<JsonNode> parts(DataRecord values) {
    try {
      return values.imageParts(values.key("question", fields.question(), ProblemFields.QUESTIONS));
    } catch (MissingKey e) {
      return List.of();
    }
  }

  private List<ImageSource> images(Column column, String where) {
    if (column.values.size() > MOST) {
      throw new UserError(
          "%s: '%s' has %s images, more than the %s allowed; leave the record out"
              .formatted(where, column.key, column.values.size(), MOST));
    }
    List<ImageSource> images = new ArrayList<>();
    for (JsonNode value : column.values) {
      images.add(image(value, "%s, image %s".formatted(where, images.size() + 1)));
    }
    return images;
  }

  private ImageSource image(JsonNode value, String where) {
    if (value.isBinary()) {
      return kept(value.binaryValue(), where);
    }
    if (value.isString()) {
      return written(value.stringValue().strip(), where);
    }
    return image(own(value).orElseThrow(() -> unknown(where)), where);
  }

  /** Returns the value that an object or a part of a chat has as its image. */
  private static Optional<JsonNode> own(JsonNode object) {
    return WITHIN.stream()
        .flatMap(key -> Optional.ofNullable(object.get(key)).stream())
        .filter(value -> !DataRecord.isMissing(value))
        .findFirst();
  }

  private ImageSource written(String text, String where) {
    if (UNKNOWN_BYTES.matcher(text).matches()) {
      throw new UserError(
          "%s: its %s are not a PNG, JPEG, WebP, GIF or BMP image; convert it to one of these, or leave the record out"
              .formatted(where, text));
    }
    Matcher url = DATA_URL.matcher(text);
    if (url.lookingAt()) {
      return decoded(text, url.end(), where);
    }
    if (text.regionMatches(true, 0, "data:", 0, 5)) {
      throw new UserError(
          "%s: is a data URL without base64; write data:image/png;base64,…".formatted(where));
    }
    if (text.length() > LONGEST_PATH || BASE64.matcher(text).matches()) {
      return decoded(text, 0, where);
    }
    return paths.image(text, where);
  }

  /** Decodes base64, of which line ends are ignored, without allocating more than is allowed. */
  private ImageSource decoded(String text, int from, String where) {
    if ((text.length() - from) / 4L * 3 > mostBytes + (mostBytes >> 4)) { // with line ends
      throw new UserError(
          "%s: has more than the %s bytes allowed for an image".formatted(where, mostBytes));
    }
    try {
      return kept(Base64.getMimeDecoder().decode(checked(text.substring(from), where)), where);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "%s: is cut off, or not base64; replace it, or leave the record out".formatted(where), e);
    }
  }

  /** The decoder ignores all other characters, which would hide a damaged text. */
  private static String checked(String text, String where) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isDigit = c < 128 && (Character.isLetterOrDigit(c) || "+/=".indexOf(c) >= 0);
      if (!isDigit && !Character.isWhitespace(c)) {
        throw new UserError(
            "%s: is neither a path nor base64 (its character %s is not); replace it, or leave the record out"
                .formatted(where, i + 1));
      }
    }
    return text;
  }

  private ImageSource kept(byte[] file, String where) {
    if (file.length > mostBytes) {
      throw new UserError(
          "%s: has %s bytes, more than the %s allowed for an image"
              .formatted(where, file.length, mostBytes));
    }
    EncodedImage.of(file, where);
    ImageSpool to = spool.orElseGet(ImageSpool::new);
    spool = Optional.of(to);
    return new KeptImage(to, to.keep(file), where);
  }

  private static UserError unknown(String where) {
    return new UserError(
        "%s: is not an image; write a path, base64, a data URL, or {bytes, path} as the hub's Image feature has it"
            .formatted(where));
  }
}
