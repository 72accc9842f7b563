package io.braid.task.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.image.EncodedImage;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSize;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;
import io.braid.task.Answered;
import io.braid.task.AskedQuestion;
import io.braid.task.ImageFields;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.ProblemFile;
import io.braid.task.SftExample;
import io.braid.task.Where;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data files with images are those of parity/image_records.py. */
class RecordImagesTest {
  private static final byte[] RED = png(3, 2, 0xff0000);
  private static final byte[] BLUE = png(5, 4, 0x0000ff);

  @TempDir Path folder;

  private static byte[] png(int width, int height, int colour) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (colour >> 8 * (2 - i % 3));
    }
    return EncodedImage.png(new PixelImage(width, height, rgb)).bytes();
  }

  @BeforeEach
  void images() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.write(folder.resolve("images/red.png"), RED);
    Files.write(folder.resolve("images/blue.png"), BLUE);
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("data.jsonl"), List.of(lines));
  }

  private Path resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RecordImagesTest.class.getResourceAsStream(name), name)) {
      return Files.write(folder.resolve(name), in.readAllBytes());
    }
  }

  private static List<ImageSize> sizes(List<ImageSource> images) {
    return images.stream().map(image -> image.size(ImageLimits.STANDARD)).toList();
  }

  private static String base64(byte[] image) {
    return Base64.getEncoder().encodeToString(image);
  }

  /** Reads one record with this value of {@code images}. */
  private List<ImageSource> read(String value) throws IOException {
    return read(value, ImageFields.AUTO);
  }

  private List<ImageSource> read(String value, ImageFields fields) throws IOException {
    Path file = file("{\"question\": \"q\", \"answer\": \"1\", \"images\": " + value + "}");
    return ProblemFile.read(file, ProblemFields.AUTO.showing(fields)).getFirst().images();
  }

  private void refuses(String value, String... words) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("data.jsonl line 1")
        .hasMessageContainingAll(words)
        .message()
        .hasSizeLessThan(500);
  }

  @Test
  void aPathBase64AnObjectAndADataUrlNameTheSameImage() throws IOException {
    String inBytes = base64(RED);
    for (String value :
        List.of(
            "\"images/red.png\"",
            "[\"./images/../images/red.png\"]",
            "\"['images/red.png']\"",
            "\"%s\"".formatted(folder.resolve("images/red.png").toUri()),
            "\"%s\"".formatted(inBytes),
            "\"%s\\n%s\"".formatted(inBytes.substring(0, 40), inBytes.substring(40)),
            "\"data:image/png;base64,%s\"".formatted(inBytes),
            "{\"bytes\": \"%s\", \"path\": \"gone.png\"}".formatted(inBytes),
            "{\"bytes\": null, \"path\": \"images/red.png\"}")) {
      List<ImageSource> images = read(value);
      assertThat(sizes(images)).as(value).containsExactly(new ImageSize(3, 2));
      PixelImage image = images.getFirst().decode(ImageLimits.STANDARD);
      assertThat(image.at(2, 1, 0)).isEqualTo(255);
      assertThat(image.at(2, 1, 1)).isZero();
      EncodedImage encoded = images.getFirst().encoded(ImageLimits.STANDARD);
      assertThat(encoded.bytes()).isEqualTo(RED);
      assertThat(encoded.mediaType()).isEqualTo("image/png");
      assertThat(encoded.dataUrl()).isEqualTo("data:image/png;base64," + inBytes);
    }
  }

  @Test
  void sourcesAreEqualIfTheirImagesAre() throws IOException {
    String two = "[\"%s\", \"%s\"]".formatted(base64(RED), base64(RED));
    List<ImageSource> images = read(two);
    assertThat(images.get(0)).isEqualTo(images.get(1));
    assertThat(read(two)).isEqualTo(images); // in another temporary file
    assertThat(read("\"%s\"".formatted(base64(BLUE)))).doesNotContain(images.get(0));
    assertThat(read("[\"images/red.png\"]")).isEqualTo(read("\"images/red.png\""));
  }

  @Test
  void noValueIsNoImage() throws IOException {
    for (String value : List.of("null", "[]", "\"\"", "[null]", "{}")) {
      assertThat(read(value)).as(value).isEmpty();
    }
  }

  @Test
  void aPathMayNotLeaveTheDataSet() throws IOException {
    refuses("\"../secret.png\"", "image 1", "leaves", "fields.image_root");
    refuses("[\"images/red.png\", \"/etc/passwd\"]", "image 2", "leaves", "fields.image_root");
    refuses("\"images/../../secret.png\"", "leaves");
    refuses("\"file:///etc/passwd\"", "leaves");
    refuses("\"file://elsewhere/etc/passwd\"", "is not a path");
    refuses("\"images\"", "there is no file", "fields.image_root");
    refuses("\"images/green.png\"", "there is no file", "images/green.png");
    refuses("\"a\\u0000b\"", "is not a path");
  }

  @Test
  void anotherRootMayBeNamed() throws IOException {
    ImageFields root = new ImageFields(Optional.empty(), Optional.of(folder.resolve("images")));
    assertThat(sizes(read("[\"blue.png\"]", root))).containsExactly(new ImageSize(5, 4));
    String absolute = "\"" + folder.resolve("images/blue.png").toAbsolutePath() + "\"";
    assertThat(read(absolute, root)).hasSize(1);
    assertThatThrownBy(() -> read("\"../data.jsonl\"", root))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("leaves");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://x.org/a.png", "HTTPS://x.org/a.png", "s3://bucket/a.png"})
  void anAddressIsNotFetched(String address) {
    refuses("\"%s\"".formatted(address), "fetches no images", "download them");
  }

  @Test
  void whatIsNoImageIsRefusedWithItsPlace() throws IOException {
    refuses("\"%s\"".formatted("A".repeat(5_000)), "image 1", "is not a PNG");
    refuses("\"%s!\"".formatted("A".repeat(5_000)), "neither a path nor base64");
    refuses("\"data:image/png;base64,iVBORw0KGgo*\"", "neither a path nor base64");
    refuses("\"data:image/png;base64,A\"", "cut off");
    refuses("\"data:image/svg+xml,<svg/>\"", "data URL without base64");
    refuses("7", "is not an image");
    refuses("[[\"images/red.png\"]]", "is not an image");
    refuses("{\"name\": \"red\"}", "is not an image");
    refuses("[%s]".formatted("\"images/red.png\",".repeat(65).replaceFirst(",$", "")), "65", "64");
    Files.writeString(folder.resolve("images/text.png"), "text");
    assertThatThrownBy(() -> read("\"images/text.png\"").getFirst().decode(ImageLimits.STANDARD))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("data.jsonl line 1, image 1 (images/text.png)", "is not a PNG");
  }

  @Test
  void aDamagedImageIsFoundWhenItIsNeeded() throws IOException {
    Files.write(folder.resolve("images/cut.png"), Arrays.copyOf(BLUE, BLUE.length - 20));
    ImageSource cut = read("\"images/cut.png\"").getFirst();
    assertThatThrownBy(() -> cut.decode(ImageLimits.STANDARD))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("data.jsonl line 1, image 1 (images/cut.png)", "cut off");
    ImageLimits few = new ImageLimits(1 << 20, 19, 1 << 20);
    ImageSource blue = read("\"%s\"".formatted(base64(BLUE))).getFirst();
    assertThatThrownBy(() -> blue.encoded(few))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("data.jsonl line 1, image 1", "5 by 4 pixels");
    assertThatThrownBy(() -> blue.size(new ImageLimits(20, 100, 1 << 20)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("more than the 20 allowed");
  }

  @Test
  void bytesInParquetAreReadAsTheHubStoresThem() throws IOException {
    List<Problem> problems = ProblemFile.read(resource("geometry.parquet"));
    assertThat(problems).hasSize(3);
    assertThat(problems.get(0).question()).isEqualTo("<image>Find x.");
    assertThat(sizes(problems.get(0).images())).containsExactly(new ImageSize(3, 2));
    assertThat(sizes(problems.get(1).images()))
        .containsExactly(new ImageSize(4, 5), new ImageSize(3, 2));
    assertThat(problems.get(1).images().get(1)).isEqualTo(problems.get(0).images().getFirst());
    assertThat(problems.get(1).images().getFirst().where())
        .endsWith("geometry.parquet row 2, image 1");
    assertThat(problems.get(2).images()).isEmpty();
    PixelImage blue = problems.get(1).images().getFirst().decode(ImageLimits.STANDARD);
    assertThat(blue.at(3, 4, 2)).isEqualTo(255);
  }

  @Test
  void bytesInArrowAreReadAndWhatIsNoImageIsRefused() throws IOException {
    assertThat(sizes(ProblemFile.read(resource("single.arrow")).getFirst().images()))
        .containsExactly(new ImageSize(6, 1));
    Path broken = resource("broken.arrow");
    assertThatThrownBy(() -> ProblemFile.read(broken))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("broken.arrow row 2, image 1", "13 bytes are not a PNG");
  }

  @Test
  void theLayoutsOfPublicDataSetsAreRead() throws IOException {
    Problem rlfr =
        ProblemFile.read(
                file(
                    "{\"prompt\": \"Find x.\", \"answer\": \"3\", \"images\": [\"images/red.png\","
                        + " \"images/blue.png\"]}"))
            .getFirst();
    assertThat(rlfr.images()).hasSize(2); // all of them, before the text
    Problem mmEureka =
        ProblemFile.read(
                file(
                    "{\"id\": \"7\", \"conversations\": [{\"role\": \"user\", \"content\":"
                        + " \"<image>Find x.\"}], \"answer\": \"3\", \"image_urls\": [\"%s\"]}"
                            .formatted(folder.resolve("images/blue.png").toUri())))
            .getFirst();
    assertThat(sizes(mmEureka.images())).containsExactly(new ImageSize(5, 4));
    SftExample mmpr =
        SftExample.read(
                file(
                    "{\"image\": \"images/red.png\", \"question\": \"<image>\\nFind x.\","
                        + " \"chosen\": \"It is 3.\", \"rejected\": \"It is 4.\"}"),
                ProblemFields.AUTO)
            .getFirst();
    assertThat(mmpr.response()).isEqualTo("It is 3.");
    assertThat(mmpr.images()).hasSize(1);
  }

  @Test
  void questionsAndRecordedResponsesHaveTheirImagesToo() throws IOException {
    Path file = file("{\"question\": \"q\", \"response\": \"r\", \"image\": \"images/red.png\"}");
    assertThat(AskedQuestion.read(file, Optional.empty(), ProblemFields.AUTO).getFirst().images())
        .hasSize(1);
    assertThat(
            Answered.read(file, Where.ALL, ProblemFields.AUTO, Optional.empty())
                .getFirst()
                .images())
        .hasSize(1);
  }

  @Test
  void thePartsOfAChatAreThePlacesOfImages() throws IOException {
    Problem own =
        ProblemFile.read(
                file(
                    "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\","
                        + " \"text\": \"See \"}, {\"type\": \"image_url\", \"image_url\": {\"url\":"
                        + " \"data:image/png;base64,%s\"}}, {\"type\": \"text\", \"text\": \": x?\"}]},"
                            .formatted(base64(BLUE))
                        + " {\"role\": \"assistant\", \"content\": \"3\"}]}"))
            .getFirst();
    assertThat(own.question()).isEqualTo("See <image>: x?");
    assertThat(sizes(own.images())).containsExactly(new ImageSize(5, 4));

    Problem column =
        ProblemFile.read(
                file(
                    "{\"prompt\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"},"
                        + " {\"type\": \"image\", \"text\": null}, {\"type\": \"text\", \"text\":"
                        + " \"Compare.\"}]}], \"answer\": \"3\", \"images\": [\"images/red.png\","
                        + " \"images/blue.png\"]}"))
            .getFirst();
    assertThat(column.question()).isEqualTo("<image><image>Compare.");
    assertThat(sizes(column.images())).containsExactly(new ImageSize(3, 2), new ImageSize(5, 4));

    Problem turns =
        ProblemFile.read(
                file(
                    "{\"messages\": [{\"role\": \"user\", \"content\": [{\"image\":"
                        + " \"images/red.png\"}, \"And?\"]}, {\"role\": \"assistant\", \"content\":"
                        + " \"Yes.\"}, {\"role\": \"user\", \"content\": [{\"type\": \"image\","
                        + " \"image\": \"images/blue.png\"}]}], \"answer\": \"3\"}"))
            .getFirst();
    assertThat(sizes(turns.images())).containsExactly(new ImageSize(3, 2), new ImageSize(5, 4));
  }

  @Test
  void thereAreAsManyPlacesAsImagesOrNone() throws IOException {
    String record = "{\"question\": \"%s\", \"answer\": \"1\", \"images\": %s}";
    String one = "[\"images/red.png\"]";
    assertThat(ProblemFile.read(file(record.formatted("q", one)))).hasSize(1);
    assertThat(ProblemFile.read(file(record.formatted("a <image> b", one)))).hasSize(1);
    for (String line :
        List.of(
            record.formatted("<image><image>", one),
            record.formatted("<image>", "null"),
            "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"}]}],"
                + " \"answer\": \"1\"}")) {
      Path file = file("{\"question\": \"<image>\", \"answer\": \"1\"}", line);
      assertThatThrownBy(() -> ProblemFile.read(file))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("data.jsonl line 2", "places for images (<image>)", "or none");
    }
  }

  @Test
  void theKeyOfImagesMayBeNamedAndTheyMayBeLeftOut() throws IOException {
    Path file = file("{\"question\": \"q\", \"answer\": \"1\", \"picture\": \"images/red.png\"}");
    ProblemFields named =
        ProblemFields.AUTO.showing(new ImageFields(Optional.of("picture"), Optional.empty()));
    assertThat(ProblemFile.read(file).getFirst().images()).isEmpty();
    assertThat(ProblemFile.read(file, named).getFirst().images()).hasSize(1);
    ProblemFields wrong =
        ProblemFields.AUTO.showing(new ImageFields(Optional.of("pictures"), Optional.empty()));
    assertThatThrownBy(() -> ProblemFile.read(file, wrong))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no record has the key 'pictures' of fields.images");
    assertThat(read("\"/etc/passwd\"", new ImageFields(Optional.of(""), Optional.empty())))
        .isEmpty();
  }
}
