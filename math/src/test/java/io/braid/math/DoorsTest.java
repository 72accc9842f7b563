package io.braid.math;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the module use each other in one direction, and nothing but two libraries. */
class DoorsTest {
  private static final String ROOT = "io.braid.math";

  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @ParameterizedTest
  @CsvSource({
    "value,   value",
    "read,    value",
    "find,    value read",
    "compare, value read",
    "'',      value read find compare",
  })
  void aPackageUsesOnlyThePackagesBelowIt(String part, String below) {
    List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify..", "org.apfloat.."));
    allowed.add(packageOf(part));
    for (String each : below.split(" ")) {
      allowed.add(packageOf(each));
    }
    classes()
        .that()
        .resideInAPackage(packageOf(part))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(MODULE);
  }

  private static String packageOf(String part) {
    return part.isEmpty() ? ROOT : ROOT + "." + part;
  }
}
