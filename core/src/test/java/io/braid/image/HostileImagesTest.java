package io.braid.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are made to harm: each gives an image or an error of one line. */
@Timeout(120)
class HostileImagesTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.STANDARD);
  private static final int MUTATIONS = Integer.getInteger("braid.image.mutations", 1_000);

  private static Optional<String> error(byte[] file) {
    try {
      PixelImage image = DECODER.decode(file, "x.png");
      assertThat(image.width()).isPositive();
      return Optional.empty();
    } catch (UserError e) {
      assertThat(e.getMessage()).startsWith("x.png: ").doesNotContain("\n").hasSizeLessThan(300);
      return Optional.ofNullable(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.png",
        "palette.png",
        "interlaced.png",
        "plain.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "plain.gif",
        "plain.bmp",
        "palette.bmp",
        "lossless.webp",
        "lossy.webp"
      })
  void mutatedFilesGiveAnImageOrOneLine(String name) {
    byte[] file = PillowTest.file("decode/" + name);
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = file.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutated[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        mutated = Arrays.copyOf(mutated, random.nextInt(file.length));
      }
      refused += error(mutated).isPresent() ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.png",
        "interlaced.png",
        "plain.jpg",
        "progressive.jpg",
        "plain.gif",
        "plain.bmp",
        "lossless.webp"
      })
  void aFileThatIsCutOffIsRefused(String name) {
    byte[] file = PillowTest.file("decode/" + name);
    for (int length : new int[] {0, 1, 20, file.length / 2, file.length - 20}) {
      assertThat(error(Arrays.copyOf(file, length)))
          .as("%s of %s", length, file.length)
          .isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({"65000, 65000", "20000, 20000", "2147483647, 1", "1, 2147483647", "0, 5"})
  void aPngOfManyPixelsIsRefusedBeforeItIsDecoded(int width, int height) {
    assertThat(error(png(width, height, 8, 2, new byte[100]))).isPresent();
  }

  @Test
  void aLongLineIsAnImage() {
    PixelImage image = DECODER.decode(png(20_000, 1, 8, 0, new byte[20_001]), "x.png");
    assertThat(image.width()).isEqualTo(20_000);
  }

  @Test
  void pixelsOfManyBytesCount() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(1_000_000, 1_000, 4_000));
    assertThat(small.decode(png(31, 32, 8, 2, new byte[32 * 94]), "x").width()).isEqualTo(31);
    assertThatThrownBy(() -> small.decode(png(31, 32, 16, 2, new byte[32 * 187]), "x"))
        .hasMessage(
            "x: would take 5952 bytes when decoded, more than the 4000 allowed; make it smaller");
    assertThatThrownBy(() -> small.decode(png(32, 32, 8, 0, new byte[32 * 33]), "x"))
        .hasMessage("x: has 32 by 32 pixels, more than the 1000 allowed; make it smaller");
    assertThatThrownBy(() -> small.decode(new byte[1_000_001], "x"))
        .hasMessage("x: has 1000001 bytes, more than the 1000000 allowed for an image");
  }

  /** A compressed text that would inflate to a gigabyte, and ten megabytes of other data. */
  @Test
  void whatIsNotPixelsCostsNothing() {
    byte[] text = "Comment\0\0".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes(text);
    bomb.writeBytes(deflated(new byte[64 << 20]));
    byte[] plain = png(2, 2, 8, 0, new byte[6]);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(plain, 0, 33); // with the header
    file.writeBytes(chunk("zTXt", bomb.toByteArray()));
    file.writeBytes(chunk("tEXt", new byte[10 << 20]));
    file.write(plain, 33, plain.length - 33);
    assertThat(DECODER.decode(file.toByteArray(), "x.png").width()).isEqualTo(2);
  }

  @Test
  void otherFilesAreRefusedByTheirContent() {
    assertThat(error("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8)))
        .hasValue("x.png: is not a PNG, JPEG, WebP, GIF or BMP image; convert it to one of these");
    assertThat(error(PillowTest.file("decode/plain.jpg"))).as("the name does not count").isEmpty();
  }

  private static byte[] png(int width, int height, int bits, int type, byte[] rows) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    file.writeBytes(chunk("IHDR", header.put((byte) bits).put((byte) type).array()));
    file.writeBytes(chunk("IDAT", deflated(rows)));
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  private static byte[] chunk(String name, byte[] content) {
    byte[] named =
        ByteBuffer.allocate(4 + content.length)
            .put(name.getBytes(StandardCharsets.ISO_8859_1))
            .put(content)
            .array();
    CRC32 sum = new CRC32();
    sum.update(named);
    return ByteBuffer.allocate(named.length + 8)
        .putInt(content.length)
        .put(named)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
