package dev.tandem.policy.bagel;

import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Copies between tensors and arrays. */
public final class Tensors {
  private Tensors() {}

  /** The values of a tensor, row-major, as float32. */
  public static float[] floats(Tensor tensor) {
    Tensor plain = tensor.detach().cpu().to(torch.ScalarType.Float).contiguous();
    float[] values = new float[Math.toIntExact(plain.numel())];
    FloatBuffer buffer = plain.createBuffer();
    buffer.get(values);
    return values;
  }
}
