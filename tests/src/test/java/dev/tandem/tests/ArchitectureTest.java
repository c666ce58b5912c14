package dev.tandem.tests;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module graph of the design: arrows point one way, and stages meet only in tables. */
@AnalyzeClasses(packages = "dev.tandem", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] SPARK = {"org.apache.spark..", "io.delta..", "scala.."};

  /** Factories stand beside the interface and must name an implementation. */
  private static final DescribedPredicate<HasName> FACTORIES =
      nameMatching("dev\\.tandem\\.policy\\.(Policies|training\\.TrainablePolicies)");

  @ArchTest
  static final ArchRule modulesDependDownwardsOnly =
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
          .mayOnlyAccessLayers("schemas", "shapeworld")
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

  @ArchTest
  static final ArchRule modelsAndTheDataSetKnowNoSpark =
      noClasses()
          .that()
          .resideInAnyPackage("dev.tandem.policy..", "dev.tandem.shapeworld..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SPARK);

  @ArchTest
  static final ArchRule schemasKnowSparkInTheWarehouseOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.tandem.schemas..")
          .and()
          .resideOutsideOfPackage("dev.tandem.schemas.warehouse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SPARK);

  @ArchTest
  static final ArchRule onlyTheLearnerAndTheJobsTrain =
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

  @ArchTest
  static final ArchRule stagesSeeNoTensors =
      noClasses()
          .that()
          .resideInAnyPackage("dev.tandem.rollout..", "dev.tandem.reward..", "dev.tandem.jobs..")
          .and()
          .resideOutsideOfPackage("dev.tandem.jobs.pretrain..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.pytorch..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("dev.tandem.(**)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(FACTORIES, DescribedPredicate.alwaysTrue());
}
