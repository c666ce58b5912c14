package dev.tandem.policy;

import java.io.Serializable;

/** Where a policy computes and how exactly. */
public record ComputeSettings(ComputeDevice device, Precision precision) implements Serializable {
  /** Float32 on the CPU: what every other choice is compared with. */
  public static final ComputeSettings CPU =
      new ComputeSettings(ComputeDevice.parse("cpu"), Precision.FLOAT32);

  /** The best that the machine has. */
  public static final ComputeSettings AUTO =
      new ComputeSettings(ComputeDevice.parse("auto"), Precision.AUTO);

  /**
   * These settings with nothing left to choose.
   *
   * @throws dev.tandem.schemas.UserError if the device is not there
   */
  public ComputeSettings resolve() {
    ComputeDevice there = device.resolve();
    return new ComputeSettings(there, precision.on(there));
  }
}
