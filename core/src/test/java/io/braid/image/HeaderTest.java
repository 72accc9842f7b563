package io.braid.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.STANDARD);

  static Stream<Path> files() throws IOException, URISyntaxException {
    Path folder = Path.of(Objects.requireNonNull(HeaderTest.class.getResource("decode")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return List.copyOf(files.sorted().toList()).stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theHeaderHasTheSizeOfTheDecodedImage(Path path) throws IOException {
    byte[] file = Files.readAllBytes(path);
    PixelImage image = DECODER.decode(file, "x");
    assertThat(DECODER.size(file, "x")).isEqualTo(new ImageSize(image.width(), image.height()));
  }

  @Test
  void anImageIsTheSameAfterEncoding() {
    PixelImage image = DECODER.decode(PillowTest.file("decode/turned-6.jpg"), "x");
    EncodedImage png = EncodedImage.png(image);
    assertThat(png.mediaType()).isEqualTo("image/png");
    PixelImage again = DECODER.decode(png.bytes(), "x");
    assertThat(again.width()).isEqualTo(image.width());
    assertThat(again.rgb()).isEqualTo(image.rgb());
  }

  @Test
  void aFileHasTheTypeOfItsContent() {
    assertThat(EncodedImage.of(PillowTest.file("decode/plain.jpg"), "x").mediaType())
        .isEqualTo("image/jpeg");
    assertThat(EncodedImage.of(PillowTest.file("decode/lossy.webp"), "x").mediaType())
        .isEqualTo("image/webp");
    assertThatThrownBy(() -> EncodedImage.of(new byte[20], "x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("x: is not a PNG");
  }

  @Test
  void placesDivideAText() {
    assertThat(ImagePlaces.in("a")).isZero();
    assertThat(ImagePlaces.in("<image>")).isEqualTo(1);
    assertThat(ImagePlaces.around("a<image>b<image>")).containsExactly("a", "b", "");
  }
}
