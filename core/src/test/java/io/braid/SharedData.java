package io.braid;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Locates public data sets that are not part of the project; tests that need them are skipped if
 * they are missing.
 */
public final class SharedData {
  private SharedData() {}

  /**
   * Returns a file in {@code $BRAID_SHARED_DATA}, or otherwise in {@code shared/data} next to the
   * checkout.
   */
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

  /**
   * Finds the directory next to the checkout; tests run in a module's directory or in the checkout
   * itself.
   */
  private static Path besideTheCheckout() {
    Path here = Path.of("").toAbsolutePath();
    Path checkout = Files.exists(here.resolve("mvnw")) ? here : here.resolveSibling("").normalize();
    return checkout.resolveSibling("shared").resolve("data");
  }
}
