package dev.tandem.learner.batch;

import dev.tandem.policy.FlowStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.sql.catalyst.InternalRow;

/** A stochastic step as the table {@code rollouts} holds it; latents stay bytes on the way. */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers; never compared
record StepRow(
    int step, double t, double dt, double sigma, byte[] x, byte[] xNext, double logProb) {
  static final int FIELDS = 7;

  static StepRow of(InternalRow step) {
    return new StepRow(
        step.getInt(0),
        step.getDouble(1),
        step.getDouble(2),
        step.getDouble(3),
        step.getBinary(4),
        step.getBinary(5),
        step.getDouble(6));
  }

  FlowStep toStep() {
    return new FlowStep(step, t, dt, sigma, floats(x), floats(xNext), logProb);
  }

  private static float[] floats(byte[] littleEndian) {
    float[] values = new float[littleEndian.length / Float.BYTES];
    ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
