package io.braid.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The doors between the rooms open one way: a room uses only rooms below it. */
class RoomsTest {
  /** Ground floor first. */
  private static final List<String> ROOMS =
      List.of(
          "tensor",
          "kernel",
          "nn",
          "model",
          "checkpoint",
          "text",
          "remote",
          "task",
          "verify",
          "rollout",
          "flow",
          "objective",
          "train",
          "eval",
          "recipe",
          "run");

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.braid");

  @TestFactory
  List<DynamicTest> aRoomUsesOnlyRoomsBelowIt() {
    return ROOMS.subList(0, ROOMS.size() - 1).stream()
        .map(room -> DynamicTest.dynamicTest(room, () -> usesNothingAbove(room)))
        .toList();
  }

  private static void usesNothingAbove(String room) {
    String[] above =
        ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size()).stream()
            .map(RoomsTest::everythingIn)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(everythingIn(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above)
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void onlyTheTensorRoomKnowsTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(everythingIn("tensor"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..")
        .check(HOUSE);
  }

  @Test
  void onlyTheKernelRoomKnowsTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage(everythingIn("kernel"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jdk.incubator..")
        .check(HOUSE);
  }

  @Test
  void theTextRoomAloneKnowsTheTokenizerLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage(everythingIn("text"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .check(HOUSE);
  }

  private static String everythingIn(String room) {
    return "io.braid." + room + "..";
  }
}
