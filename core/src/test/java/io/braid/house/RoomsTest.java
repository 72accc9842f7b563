package io.braid.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.braid.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The doors between the rooms open one way: a room uses only rooms below it. */
class RoomsTest {
  /** Ground floor first. */
  private static final List<String> ROOMS =
      List.of(
          "math",
          "templates",
          "image",
          "tensor",
          "kernel",
          "nn",
          "vision",
          "model",
          "checkpoint",
          "text",
          "gguf",
          "remote",
          "task",
          "verify",
          "rollout",
          "trajectory",
          "objective",
          "sampling",
          "flow",
          "train",
          "eval",
          "recipe",
          "input",
          "run",
          "run.eval",
          "run.train",
          "experiment");

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

  /** Elsewhere a tensor's device is the engine's, and nothing is mixed with the host's. */
  @Test
  void onlyFilesAndLoopsOfOurOwnReadAndWriteTheHostsMemory() {
    for (String method : List.of("onHost", "ofMemory", "memory", "hostRows")) {
      noClasses()
          .that()
          .resideOutsideOfPackages(
              everythingIn("tensor"),
              everythingIn("kernel"),
              everythingIn("checkpoint"),
              everythingIn("gguf"))
          .should()
          .callMethodWhere(target(owner(type(Tensor.class))).and(target(name(method))))
          .check(HOUSE);
    }
  }

  @Test
  void tensorsAreMadeOnTheEnginesDeviceByTensorAlone() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Tensor.class)
        .should()
        .callMethodWhere(target(name("hostOptions")))
        .check(HOUSE);
  }

  /** One class elsewhere asks how wide vectors are. */
  @Test
  void onlyTheKernelRoomComputesWithTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage(everythingIn("kernel"))
        .and()
        .haveNameNotMatching("io\\.braid\\.tensor\\.VectorApi.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jdk.incubator..")
        .check(HOUSE);
  }

  @Test
  void onlyTheTextPackageUsesTheTokenizerLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage(everythingIn("text"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .check(HOUSE);
  }

  /** A room with its side rooms, but {@code run} without those that stand above it. */
  private static String everythingIn(String room) {
    return "io.braid." + room + (room.equals("run") ? "" : "..");
  }
}
