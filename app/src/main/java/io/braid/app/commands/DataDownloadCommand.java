package io.braid.app.commands;

import io.braid.UserError;
import io.braid.remote.hub.HubAddress;
import io.braid.remote.hub.HubDownload;
import io.braid.remote.hub.HubRetries;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid data download}. */
@Command(
    name = "download",
    description =
        "Downloads the files of a repository from a Hugging Face hub and verifies their checksums.")
final class DataDownloadCommand extends BraidCommand {
  @Parameters(paramLabel = "REPO", description = "The repository, as OWNER/NAME.")
  private String repository = "";

  @Option(
      names = "--file",
      paramLabel = "PATTERN",
      description =
          "Download only files that match, such as data/train-*.parquet; may be repeated (default:"
              + " all files).")
  private List<String> patterns = List.of();

  @Option(
      names = "--revision",
      defaultValue = "main",
      description = "A branch, a tag or a commit (default: ${DEFAULT-VALUE}).")
  private String revision = "main";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The output directory (default: the repository's name).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--repo-type",
      defaultValue = "dataset",
      description = "The kind of repository: dataset or model (default: ${DEFAULT-VALUE}).")
  private HubAddress.Type type = HubAddress.Type.DATASET;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "The hub's address (default: $HF_ENDPOINT, else " + HubAddress.PUBLIC + ").")
  private Optional<String> endpoint = Optional.empty();

  @Override
  public Integer call() {
    HubAddress address = new HubAddress(endpoint(), type, repository, revision);
    Path directory =
        out.orElseGet(() -> Path.of(repository.substring(repository.lastIndexOf('/') + 1)));
    HubDownload.Fetched fetched =
        new HubDownload(address, variable("HF_TOKEN"), HubRetries.STANDARD)
            .fetch(
                this::isWanted, directory, path -> say("  " + path.replaceAll("\\p{Cntrl}", "?")));
    say(
        String.format(
            Locale.ROOT,
            "%d files of commit %s, %,d bytes fetched: %s",
            fetched.files().size(),
            fetched.commit(),
            fetched.bytes(),
            directory));
    answer(
        JsonMapper.shared()
            .createObjectNode()
            .put("directory", directory.toString())
            .put("commit", fetched.commit())
            .put("files", fetched.files().size())
            .put("bytes", fetched.bytes()));
    return 0;
  }

  private URI endpoint() {
    String text = endpoint.or(() -> variable("HF_ENDPOINT")).orElse(HubAddress.PUBLIC);
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "'%s' is not the address of a hub; use a URL such as https://huggingface.co"
              .formatted(text),
          e);
    }
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }

  private boolean isWanted(String path) {
    return patterns.isEmpty()
        || patterns.stream().anyMatch(pattern -> matcher(pattern).matches(Path.of(path)));
  }

  private static PathMatcher matcher(String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (IllegalArgumentException e) {
      throw new UserError("--file: '%s' is not a valid pattern".formatted(pattern), e);
    }
  }
}
