package io.braid.run.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.net.URI;
import java.util.Optional;

/**
 * An MLflow tracking server that receives a run's metrics too.
 *
 * @param uri the server's address
 * @param experiment the name of the experiment that the run belongs to
 * @param name the run's name on the server
 */
public record MlflowRecipe(
    @Doc("The address of the tracking server, such as http://127.0.0.1:5000.") String uri,
    @Doc("The experiment that the run belongs to; it is created if there is none of this name.")
        @Default("braid")
        String experiment,
    @Doc("The run's name on the server; by default the name of the run directory.")
        Optional<String> name) {
  /** Checks the settings. */
  public MlflowRecipe {
    URI address;
    try {
      address = URI.create(uri);
    } catch (IllegalArgumentException e) {
      throw new SettingError(
          "uri", "'%s' is not an address; write http://HOST:PORT".formatted(uri));
    }
    String scheme = String.valueOf(address.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
      throw new SettingError(
          "uri",
          "'%s' is not the address of a tracking server; write http://HOST:PORT".formatted(uri));
    }
    if (address.getRawUserInfo() != null) { // it would appear in errors and recipes
      throw new SettingError(
          "uri",
          "contains a user name or password; remove it, and set MLFLOW_TRACKING_USERNAME and"
              + " MLFLOW_TRACKING_PASSWORD in the environment");
    }
    if (experiment.isBlank()) {
      throw new SettingError("experiment", "is empty; give it a name, or remove the key");
    }
    name.filter(String::isBlank)
        .ifPresent(_ -> {
          throw new SettingError("name", "is empty; give it a name, or remove the key");
        });
  }
}
