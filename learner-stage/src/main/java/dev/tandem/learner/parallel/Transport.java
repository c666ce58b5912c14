package dev.tandem.learner.parallel;

import dev.tandem.learner.parallel.C10dRanks.Seat;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** What carries tensors between ranks. */
public enum Transport {
  /** Sockets, for tensors in host memory. */
  GLOO {
    @Override
    Backend connect(Store store, Seat seat, Duration timeout) {
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(timeout.toMillis()));
      options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(seat.host())));
      return new ProcessGroupGloo(store, seat.rank(), seat.count(), options);
    }
  },
  /** NVIDIA's library, for tensors in the memory of GPUs, one a rank. */
  NCCL {
    @Override
    Backend connect(Store store, Seat seat, Duration timeout) {
      ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
      options.timeout(new Milliseconds(timeout.toMillis()));
      return new ProcessGroupNCCL(store, seat.rank(), seat.count(), options);
    }
  };

  /** Connects a rank with all others, which do the same. */
  abstract Backend connect(Store store, Seat seat, Duration timeout);
}
