package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The size and SHA-256 of every file in a directory written by Braid, stored in its {@code
 * checksums.json}. Each subdirectory has its own list as well, so that part of a checkpoint can be
 * copied elsewhere and still be checked.
 */
public final class Checksums {
  /** The file's name. */
  public static final String FILE = "checksums.json";

  private static final String FILES = "files";
  private static final String OF_LIST = "sha256_of_list";
  private static final long LARGEST = 16_000_000;
  private static final int CHUNK = 1 << 20;

  private final Path directory;
  private final SortedMap<String, Entry> entries;

  /** Size and SHA-256 of a file at the time it was written. */
  private record Entry(long bytes, String sha256) {}

  /**
   * A file that is missing or no longer has the contents that were written.
   *
   * @param file the damaged file
   * @param the damage, as a phrase that follows the file's name
   */
  public record Damage(Path file, String what) {
    @Override
    public String toString() {
      return file + " " + what;
    }
  }

  private Checksums(Path directory, SortedMap<String, Entry> entries) {
    this.directory = directory;
    this.entries = entries;
  }

  /**
   * Writes the lists of a complete directory and of its subdirectories.
   *
   * @throws IOException if a file cannot be read or a list cannot be written
   */
  static void write(Path directory) throws IOException {
    SortedMap<String, Entry> entries = new TreeMap<>();
    hashed(files(directory)).forEach((file, entry) -> entries.put(name(directory, file), entry));
    for (Path inner : directories(directory)) {
      String prefix = name(directory, inner) + "/";
      SortedMap<String, Entry> own = new TreeMap<>();
      entries
          .subMap(prefix, prefix + Character.MAX_VALUE)
          .forEach((name, entry) -> own.put(name.substring(prefix.length()), entry));
      byte[] text = text(own);
      Files.write(inner.resolve(FILE), text);
      entries.put(prefix + FILE, new Entry(text.length, hex(digest().digest(text))));
    }
    Files.write(directory.resolve(FILE), text(entries));
  }

  /**
   * Reads a directory's list.
   *
   * @return empty if there is none, because another program made the directory or its owner deleted
   *     the list
   * @throws UserError if the list itself is damaged
   */
  public static Optional<Checksums> read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.size(file) > LARGEST ? new byte[0] : Files.readAllBytes(file);
      SortedMap<String, Entry> entries = entries(JsonMapper.shared().readTree(bytes));
      if (!Arrays.equals(bytes, text(entries))) {
        throw damaged(file);
      }
      return Optional.of(new Checksums(directory, entries));
    } catch (JacksonException _) {
      throw damaged(file);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  private static UserError damaged(Path file) {
    return new UserError(
        file
            + ": is damaged; copy the directory again, or delete this file to use"
            + " the other files unchecked");
  }

  private static SortedMap<String, Entry> entries(JsonNode json) {
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : json.path(FILES).properties()) {
      entries.put(
          each.getKey(),
          new Entry(
              each.getValue().path("bytes").asLong(-1),
              each.getValue().path("sha256").asString("")));
    }
    return entries;
  }

  /**
   * Finds the first damage in a directory that must have a list, such as a checkpoint.
   *
   * @return the first damage found; empty if all files are unchanged
   */
  public static Optional<Damage> damageOf(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return read(directory)
          .map(list -> list.damages(_ -> true).stream().findFirst())
          .orElseGet(() -> Optional.of(new Damage(file, "is missing")));
    } catch (UserError _) {
      return Optional.of(new Damage(file, "is damaged"));
    }
  }

  /**
   * Finds the damaged files, in the order of their names.
   *
   * @param selects files by their names in the list; the others are not read
   */
  public List<Damage> damages(Predicate<String> which) {
    Map<String, Damage> found = new TreeMap<>();
    List<Path> sameSize = new ArrayList<>();
    entries.forEach((name, entry) -> {
      if (which.test(name)) {
        Path file = directory.resolve(name);
        Optional<Damage> wrong = wrongSize(file, entry);
        wrong.ifPresent(damage -> found.put(name, damage));
        if (wrong.isEmpty()) {
          sameSize.add(file);
        }
      }
    });
    hashed(sameSize)
        .forEach((file, now) -> {
          String name = name(directory, file);
          if (!now.equals(entries.get(name))) {
            found.put(
                name, new Damage(file, "has changed since it was saved (its SHA-256 differs)"));
          }
        });
    return List.copyOf(found.values());
  }

  private static Optional<Damage> wrongSize(Path file, Entry entry) {
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.of(new Damage(file, "is missing"));
      }
      long size = Files.size(file);
      return size == entry.bytes
          ? Optional.empty()
          : Optional.of(
              new Damage(file, "has " + size + " bytes, but " + entry.bytes + " were saved"));
    } catch (IOException e) {
      return Optional.of(new Damage(file, "cannot be read: " + FileError.reason(e)));
    }
  }

  /**
   * Hashes the files in parallel, because a checkpoint consists mostly of two or three large files.
   */
  private static Map<Path, Entry> hashed(List<Path> files) {
    return files.parallelStream().collect(Collectors.toMap(file -> file, Checksums::hashed));
  }

  private static Entry hashed(Path file) {
    MessageDigest digest = digest();
    byte[] chunk = new byte[CHUNK];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
        bytes += read;
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
    return new Entry(bytes, hex(digest.digest()));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /**
   * Lists the subdirectories, innermost first, so that each list can include the lists below it.
   */
  private static List<Path> directories(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(each -> Files.isDirectory(each) && !each.equals(directory))
          .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
          .toList();
    }
  }

  /** Returns the name of a file in the list, with forward slashes on every system. */
  private static String name(Path directory, Path file) {
    return directory.relativize(file).toString().replace('\\', '/');
  }

  private static byte[] text(SortedMap<String, Entry> entries) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ObjectNode files = root.putObject(FILES);
    MessageDigest list = digest();
    entries.forEach((name, entry) -> {
      files.putObject(name).put("bytes", entry.bytes).put("sha256", entry.sha256);
      list.update(
          (entry.sha256 + " " + entry.bytes + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
    });
    root.put(OF_LIST, hex(list.digest()));
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    return (json.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
