package dev.tandem.tests;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The module graph of the design: arrows point one way, and stages meet only in tables. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // Once packaged, the shared test support lies in a jar that the option does not know.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.tandem");

  private static final String[] SPARK = {"org.apache.spark..", "io.delta..", "scala.."};

  /** Factories stand beside the interface and must name an implementation. */
  private static final DescribedPredicate<HasName> FACTORIES =
      nameMatching("dev\\.tandem\\.policy\\.(Policies|training\\.TrainablePolicies)");

  @Test
  void modulesDependDownwardsOnly() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.tandem..")
            .layer("schemas")
            .definedBy("dev.tandem.schemas..")
            .layer("shapeworld")
            .definedBy("dev.tandem.shapeworld..")
            .layer("policy")
            .definedBy("dev.tandem.policy..")
            .layer("frozen-models")
            .definedBy("dev.tandem.frozen..")
            .layer("pair-builder")
            .definedBy("dev.tandem.pairs..")
            .layer("rollout-stage")
            .definedBy("dev.tandem.rollout..")
            .layer("reward-stage")
            .definedBy("dev.tandem.reward..")
            .layer("learner-stage")
            .definedBy("dev.tandem.learner..")
            .layer("jobs")
            .definedBy("dev.tandem.jobs..")
            .whereLayer("schemas")
            .mayNotAccessAnyLayer()
            .whereLayer("shapeworld")
            .mayOnlyAccessLayers("schemas")
            .whereLayer("policy")
            .mayOnlyAccessLayers("schemas")
            .whereLayer("frozen-models")
            .mayOnlyAccessLayers("schemas")
            .whereLayer("pair-builder")
            .mayOnlyAccessLayers("schemas", "frozen-models")
            .whereLayer("rollout-stage")
            .mayOnlyAccessLayers("schemas", "policy")
            .whereLayer("reward-stage")
            .mayOnlyAccessLayers("schemas", "shapeworld", "frozen-models", "policy")
            .whereLayer("learner-stage")
            .mayOnlyAccessLayers("schemas", "policy")
            .whereLayer("jobs")
            .mayNotBeAccessedByAnyLayer();
    rule.check(CLASSES);
  }

  @Test
  void modelsAndTheDataSetKnowNoSpark() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage("dev.tandem.policy..", "dev.tandem.shapeworld..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SPARK);
    rule.check(CLASSES);
  }

  @Test
  void schemasKnowSparkInTheWarehouseOnly() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("dev.tandem.schemas..")
            .and()
            .resideOutsideOfPackage("dev.tandem.schemas.warehouse..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SPARK);
    rule.check(CLASSES);
  }

  @Test
  void onlyTheLearnerAndTheJobsTrain() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.tandem.reward..",
                "dev.tandem.pairs..",
                "dev.tandem.rollout..",
                "dev.tandem.frozen..",
                "dev.tandem.shapeworld..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.tandem.policy.training..");
    rule.check(CLASSES);
  }

  @Test
  void stagesSeeNoTensors() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAnyPackage("dev.tandem.rollout..", "dev.tandem.reward..", "dev.tandem.jobs..")
            .and()
            .resideOutsideOfPackage("dev.tandem.jobs.pretrain..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco.pytorch..");
    rule.check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    ArchRule rule =
        slices()
            .matching("dev.tandem.(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(FACTORIES, DescribedPredicate.alwaysTrue());
    rule.check(CLASSES);
  }
}
