package io.braid;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Public data sets that are not part of the project; tests that want them skip without them. */
public final class SharedData {
  private SharedData() {}

  /** A file of {@code $BRAID_SHARED_DATA}, or else of {@code shared/data} beside the checkout. */
  public static Path file(String name) {
    Path directory =
        Optional.ofNullable(System.getenv("BRAID_SHARED_DATA"))
            .map(Path::of)
            .orElseGet(SharedData::besideTheCheckout);
    Path file = directory.resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), () -> name + " is not here; BRAID_SHARED_DATA says where it is");
    return file;
  }

  /** Tests run in a module's directory or in the checkout itself. */
  private static Path besideTheCheckout() {
    Path here = Path.of("").toAbsolutePath();
    Path checkout = Files.exists(here.resolve("mvnw")) ? here : here.resolveSibling("").normalize();
    return checkout.resolveSibling("shared").resolve("data");
  }
}
