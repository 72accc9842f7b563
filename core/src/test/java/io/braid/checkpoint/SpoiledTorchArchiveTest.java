package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.UserError;
import io.braid.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * Checks that an archive with changed bytes is either read or refused, without any other exception.
 */
class SpoiledTorchArchiveTest {
  @SuppressWarnings("NullAway.Init") // created before each property
  private Path file;

  @BeforeProperty
  void make() throws IOException {
    file = Files.createTempFile("spoiled", ".bin");
  }

  @AfterProperty
  void remove() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 2000, seed = "17")
  void aSpoiledPickleIsReadOrRefused(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll @IntRange(min = 1, max = 255) int change,
      @ForAll boolean large)
      throws IOException {
    Map<String, byte[]> entries = entries(large ? "pytorch_model.bin" : "small.bin");
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (entry.getKey().endsWith("data.pkl")) {
        spoil(entry.getValue(), places, change);
      }
    }
    TorchFiles.write(file, entries); // with a correct checksum
    readOrRefuse();
  }

  @Property(tries = 2000, seed = "17")
  void aSpoiledFileIsReadOrRefused(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll @IntRange(min = 1, max = 255) int change)
      throws IOException {
    byte[] bytes = Files.readAllBytes(TorchFiles.path("small.bin"));
    spoil(bytes, places, change);
    Files.write(file, bytes);
    readOrRefuse();
  }

  @Property(tries = 2000, seed = "17")
  void anyBytesAsPickleAreReadOrRefused(@ForAll @Size(max = 60) byte[] pickle) throws IOException {
    TorchFiles.write(file, TorchFiles.entries(pickle, new byte[24]));
    readOrRefuse();
  }

  private static void spoil(byte[] bytes, List<Integer> places, int change) {
    for (int place : places) {
      bytes[place % bytes.length] ^= (byte) change;
    }
  }

  private void readOrRefuse() {
    try (Scope scope = Scope.open();
        TorchArchive archive = TorchArchive.open(file)) {
      for (String name : archive.names()) {
        read(archive, name);
      }
    } catch (UserError e) {
      assertThat(e).hasMessageStartingWith(file.toString());
    }
  }

  private void read(TorchArchive archive, String name) {
    try {
      assertThat(archive.tensor(name).shape()).isEqualTo(archive.shape(name));
    } catch (UserError e) {
      assertThat(e).hasMessageStartingWith(file.toString());
    }
  }

  private static Map<String, byte[]> entries(String archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(TorchFiles.path(archive).toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }
}
