package dev.tandem.policy;

/**
 * The numbers that a policy's decoder and vision tower compute with. Parameters under training, the
 * autoencoder, latents, logits and velocities are float32 in any case.
 */
public enum Precision {
  /** BFLOAT16 on a GPU, FLOAT32 on the CPU, where bfloat16 is slower. */
  AUTO,
  FLOAT32,
  /** Eight bits of mantissa: half the memory, and several times the speed on a GPU. */
  BFLOAT16;

  /** The precision on a device, never AUTO. */
  Precision on(ComputeDevice device) {
    if (this != AUTO) {
      return this;
    }
    return device.kind() == ComputeDevice.Kind.CUDA ? BFLOAT16 : FLOAT32;
  }
}
