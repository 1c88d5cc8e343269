package dev.weft;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rooms of the core, from the doors down to the ground: who may use whom.
 *
 * <p>The words of {@code dev.weft} and {@code dev.weft.spi} are everybody's. {@code dev.weft}
 * itself, where the doors stand, may use everything.
 */
@AnalyzeClasses(packages = "dev.weft", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule client = internal("client", "service", "connection", "stats", "wire");

  @ArchTest
  static final ArchRule server = internal("server", "service", "connection", "stats", "wire");

  @ArchTest static final ArchRule service = internal("service", "connection", "wire");
  @ArchTest static final ArchRule connection = internal("connection", "stats", "wire");
  @ArchTest static final ArchRule stats = internal("stats");
  @ArchTest static final ArchRule wire = internal("wire");
  @ArchTest static final ArchRule transport = internal("transport");

  @ArchTest
  static final ArchRule internalRoomsAreThese =
      classes()
          .that()
          .resideInAPackage("dev.weft.internal..")
          .should()
          .resideInAnyPackage(
              rooms("client", "server", "service", "connection", "stats", "wire", "transport"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule plugInsKnowNothingInternal =
      noClasses()
          .that()
          .resideInAPackage("dev.weft.spi..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.weft.internal..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.weft.internal.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule fewLibraries =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.weft..",
              "java..",
              "javax.net.ssl..",
              "jdk.net..",
              "org.jctools..",
              "org.jspecify..")
          .because("whoever adds Weft adds all that the core depends on");

  @ArchTest
  static final ArchRule noJdkInternals =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("sun..", "com.sun..", "jdk.internal..")
          .because("the JVM warns of them, or asks for a flag");

  @ArchTest
  static final ArchRule noSynchronizedMethods =
      methods()
          .should()
          .notHaveModifier(JavaModifier.SYNCHRONIZED)
          .because("it pins virtual threads before JDK 24")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameStartingWith("Abstract")
          .because("a stage is a class, and is named for its stage");

  /** Class files tell of synchronized methods only, hence a look at the sources. */
  @Test
  void noSynchronizedBlocks() throws IOException {
    Pattern block = Pattern.compile("\\bsynchronized\\s*\\(");
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (block.matcher(Files.readString(file)).find()) {
          found.add(file);
        }
      }
    }
    assertThat(found).as("use a ReentrantLock: synchronized pins virtual threads").isEmpty();
  }

  /** This internal room may use itself and these others, and no other. */
  private static ArchRule internal(String room, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(rooms(room)[0])
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.weft.internal..")
                .and(not(resideInAPackage(rooms(room)[0])))
                .and(not(resideInAnyPackage(rooms(others)))))
        .as("internal." + room + " uses of the internal rooms only " + List.of(others))
        .allowEmptyShould(true);
  }

  private static String[] rooms(String... names) {
    return Stream.of(names).map(name -> "dev.weft.internal." + name + "..").toArray(String[]::new);
  }
}
