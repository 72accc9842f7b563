package io.braid.eval.suite;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory with suite files under their published names. */
final class SuiteDirectory {
  private final Path root;

  SuiteDirectory(Path root) {
    this.root = root;
  }

  Path find(Suite suite) {
    if (!Files.isDirectory(root)) {
      throw new UserError(
          "%s %s; --suites must name the directory of the suite files"
              .formatted(root, Files.exists(root) ? "is not a directory" : "does not exist"));
    }
    return suite.files().stream()
        .map(this::file)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> missing(suite));
  }

  private Optional<Path> file(String name) {
    Path path = root.resolve(name);
    if (!name.contains("*")) {
      return Optional.of(path).filter(Files::isRegularFile);
    }
    Path directory = Optional.ofNullable(path.getParent()).orElse(root);
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, String.valueOf(path.getFileName()))) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw FileError.cannotBe("listed", directory, e);
    }
    return found.stream().filter(Files::isRegularFile).sorted().findFirst();
  }

  private UserError missing(Suite suite) {
    return new UserError(
        "suite %s: %s contains none of %s; get its problems from %s, or name the file with --suite %s=FILE"
            .formatted(
                suite.name(), root, String.join(", ", suite.files()), suite.from(), suite.name()));
  }
}
