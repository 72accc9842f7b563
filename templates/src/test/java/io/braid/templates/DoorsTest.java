package io.braid.templates;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The template language knows nothing of chats, and the module needs no library. */
class DoorsTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.braid.templates");

  @Test
  void theTemplateLanguageHasNoDependencies() {
    classes()
        .that()
        .resideInAPackage("io.braid.templates.jinja")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "io.braid.templates.jinja")
        .check(MODULE);
  }

  @Test
  void theModuleNeedsNoLibrary() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "io.braid.templates..")
        .check(MODULE);
  }
}
