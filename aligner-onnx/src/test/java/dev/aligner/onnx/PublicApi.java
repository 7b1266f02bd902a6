package dev.aligner.onnx;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/** What the signatures of public members may mention. */
final class PublicApi {

  private PublicApi() {}

  static ArchCondition<JavaClass> exposeNoType(String packagePrefix) {
    return new ArchCondition<>("expose no type of " + packagePrefix) {
      @Override
      public void check(JavaClass owner, ConditionEvents events) {
        for (JavaCodeUnit unit : owner.getCodeUnits()) {
          if (!unit.getModifiers().contains(JavaModifier.PUBLIC)) {
            continue;
          }
          Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
              .filter(type -> type.getName().startsWith(packagePrefix))
              .forEach(
                  type ->
                      events.add(
                          SimpleConditionEvent.violated(
                              unit, unit.getFullName() + " exposes " + type.getName())));
        }
      }
    };
  }
}
