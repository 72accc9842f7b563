package io.braid.remote.hub;

import io.braid.UserError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A repository on a hub.
 *
 * @param endpoint the hub, such as {@link #PUBLIC}
 * @param type the kind of repository
 * @param repository {@code owner/name}
 * @param revision a branch, a tag or a commit
 */
public record HubAddress(URI endpoint, Type type, String repository, String revision) {
  /** The address of the public hub. */
  public static final String PUBLIC = "https://huggingface.co";

  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?");
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

  /** The kind of a repository. */
  public enum Type {
    /** A data set. */
    DATASET("datasets/", "api/datasets/"),
    /** A model. */
    MODEL("", "api/models/");

    private final String files;
    private final String api;

    Type(String files, String api) {
      this.files = files;
      this.api = api;
    }
  }

  /** Checks the parts, since they become parts of URLs. */
  public HubAddress {
    String scheme = String.valueOf(endpoint.getScheme());
    if (!List.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
      throw new UserError(
          "'%s' is not the address of a hub; write https://HOST".formatted(endpoint));
    }
    if (!REPOSITORY.matcher(repository).matches()) {
      throw new UserError("'%s' is not a repository; write OWNER/NAME".formatted(repository));
    }
    if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
      throw new UserError("'%s' is not a branch, a tag or a commit".formatted(revision));
    }
  }

  URI listing() {
    return under(
        type.api + repository + "/revision/" + revision.replace("/", "%2F") + "?blobs=true");
  }

  URI file(String commit, String path) {
    try {
      String encoded = new URI(null, null, "/" + path, null).getRawPath().substring(1);
      return under(type.files + repository + "/resolve/" + commit + "/" + encoded);
    } catch (URISyntaxException e) {
      throw new UserError("'%s' is not a valid path".formatted(path), e);
    }
  }

  private URI under(String path) {
    return URI.create(endpoint.toString().replaceFirst("/+$", "") + "/" + path);
  }
}
