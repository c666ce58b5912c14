package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.Torch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
  private static final ScalarType[] TYPES = {
    ScalarType.Float, ScalarType.Double, ScalarType.BFloat16, ScalarType.Half,
    ScalarType.Long, ScalarType.Int, ScalarType.Byte, ScalarType.Bool
  };

  @TempDir Path folder;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @Test
  void tensorsOfEveryTypeAndLayoutComeBack() {
    Path file = folder.resolve("tensors");
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> saved = new LinkedHashMap<>();
      for (ScalarType type : TYPES) {
        saved.put(type.name(), torch.arange(new Scalar(6)).to(type).reshape(2, 3).t());
      }
      saved.put("scalar", torch.ones(new long[0]));
      saved.put("empty", torch.ones(0, 4));
      saved.put("trained", torch.ones(2).set_requires_grad(true));

      TensorFiles.save(file, saved, Map.of("step", "3"));
      Map<String, Tensor> floats = TensorFiles.load(file, ScalarType.Float);
      Map<String, Tensor> doubles = TensorFiles.load(file, ScalarType.Double);

      assertThat(floats.keySet()).isEqualTo(doubles.keySet()).hasSameSizeAs(saved.keySet());
      saved.forEach(
          (name, tensor) -> {
            boolean floating = tensor.is_floating_point();
            assertThat(floats.get(name).scalar_type().intern())
                .isEqualTo(floating ? ScalarType.Float : tensor.scalar_type().intern());
            assertThat(doubles.get(name).scalar_type().intern())
                .isEqualTo(floating ? ScalarType.Double : tensor.scalar_type().intern());
            assertThat(floats.get(name).shape()).isEqualTo(tensor.shape());
            assertThat(torch.equal(floats.get(name), tensor.to(floats.get(name).scalar_type())))
                .as(name)
                .isTrue();
          });
    }
  }
}
