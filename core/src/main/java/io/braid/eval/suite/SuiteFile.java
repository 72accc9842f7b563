package io.braid.eval.suite;

import io.braid.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A suite and the file of its problems.
 *
 * @param suite the suite, with its default settings
 * @param file the file
 */
public record SuiteFile(Suite suite, Path file) {
  /**
   * Finds the files of suites.
   *
   * @param names the suites: each {@code NAME}, whose file is found under its published names, or
   *     {@code NAME=FILE}
   * @param directory where the files of suites without a file are
   * @throws UserError if there is no such suite, its file is missing, or it is named twice
   */
  public static List<SuiteFile> find(List<String> names, Path directory) {
    List<SuiteFile> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String each : names) {
      int equals = each.indexOf('=');
      Suite suite = Suite.named(equals < 0 ? each : each.substring(0, equals));
      if (!seen.add(suite.name())) {
        throw new UserError("suite '%s' is given twice; remove one".formatted(suite.name()));
      }
      found.add(
          new SuiteFile(
              suite, equals < 0 ? suite.in(directory) : Path.of(each.substring(equals + 1))));
    }
    return found;
  }
}
