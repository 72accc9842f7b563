package io.braid.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with what Pillow and transformers made of the same files (parity/images.py). */
class PillowTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.STANDARD);

  static byte[] file(String name) {
    try (InputStream in =
        Objects.requireNonNull(PillowTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] values(PixelImage image) {
    int[] values = new int[image.rgb().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.rgb()[i] & 0xff;
    }
    return values;
  }

  private static void same(String name, int most) {
    same(name, most, most);
  }

  private static void same(String name, int most, double mostOnAverage) {
    PixelImage found = DECODER.decode(file("decode/" + name), name);
    PixelImage expected = DECODER.decode(file("decode/" + name + ".png"), name + ".png");
    assertThat(found.width()).isEqualTo(expected.width());
    assertThat(found.height()).isEqualTo(expected.height());
    int[] values = values(found);
    int[] all = values(expected);
    int largest = 0;
    double sum = 0;
    for (int i = 0; i < all.length; i++) {
      largest = Math.max(largest, Math.abs(all[i] - values[i]));
      sum += Math.abs(all[i] - values[i]);
    }
    assertThat(sum / all.length).as("mean difference").isLessThanOrEqualTo(mostOnAverage);
    assertThat(largest).as("largest difference, of 255").isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.png",
        "alpha.png",
        "grey.png",
        "grey-alpha.png",
        "palette.png",
        "palette-2-bits.png",
        "one-bit.png",
        "interlaced.png",
        "deep.png",
        "turned.png",
        "plain.gif",
        "animated.gif",
        "plain.bmp",
        "grey.bmp",
        "palette.bmp",
        "lossless.webp",
        "alpha.webp",
        "turned.webp"
      })
  void losslessFilesAreEqual(String name) {
    same(name, 0);
  }

  /** Other decoders may round the cosine transform and the colours otherwise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.jpg",
        "halved.jpg",
        "progressive.jpg",
        "grey.jpg",
        "cmyk.jpg",
        "turned-1.jpg",
        "turned-2.jpg",
        "turned-3.jpg",
        "turned-4.jpg",
        "turned-5.jpg",
        "turned-6.jpg",
        "turned-7.jpg",
        "turned-8.jpg"
      })
  void lossyFilesAreNearlyEqual(String name) {
    same(name, 1);
  }

  /** Pillow interpolates the chroma of lossy WebP files, which have half its resolution. */
  @Test
  void lossyWebpFilesDifferInTheirChroma() {
    same("lossy.webp", 40, 8);
  }

  private static JsonNode sizes() {
    return JsonMapper.shared().readTree(file("sizes.json"));
  }

  static Stream<JsonNode> images() {
    return sizes().path("images").valueStream();
  }

  @ParameterizedTest
  @MethodSource("images")
  void aResizedImageHasPillowsBitsAndThePatchesAreThoseOfTransformers(JsonNode expected)
      throws NoSuchAlgorithmException {
    JsonNode settings = sizes();
    ImageProcessor processor =
        new ImageProcessor(
            14,
            2,
            2,
            expected.path("min_pixels").asLong(),
            expected.path("max_pixels").asLong(),
            settings.path("scale").asDouble(),
            settings.path("mean").valueStream().mapToDouble(JsonNode::asDouble).toArray(),
            settings.path("std").valueStream().mapToDouble(JsonNode::asDouble).toArray());
    String name = expected.path("image").asString();
    PixelImage image = DECODER.decode(file("sizes/" + name), name);

    ImageProcessor.Size size = processor.size(image.width(), image.height(), name);
    assertThat(size.width()).isEqualTo(expected.path("width").asInt());
    assertThat(size.height()).isEqualTo(expected.path("height").asInt());
    PixelImage resized = BicubicResize.to(image, size.width(), size.height());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(resized.rgb());
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(expected.path("sha256").asString());

    ImageProcessor.Patches patches = processor.patches(image, name);
    assertThat(patches.rows()).isEqualTo(expected.path("grid").path(1).asInt());
    assertThat(patches.columns()).isEqualTo(expected.path("grid").path(2).asInt());
    double sum = 0;
    for (float value : patches.values()) {
      sum += value;
    }
    assertThat(sum)
        .isCloseTo(expected.path("sum").asDouble(), within(1e-6 * patches.values().length));
    for (int i = 0; i < expected.path("places").size(); i++) {
      assertThat(patches.values()[expected.path("places").path(i).asInt()])
          .isCloseTo(expected.path("values").path(i).floatValue(), within(1e-6f));
    }
  }
}
