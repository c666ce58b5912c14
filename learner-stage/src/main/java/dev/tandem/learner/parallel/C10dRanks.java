package dev.tandem.learner.parallel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * Ranks in processes of their own: small messages go through the store of a {@link MeetingPoint},
 * tensors through c10d, libtorch's library for that. A rank that is lost or hangs ends every wait
 * of the others with a {@link RankException} that names it.
 */
public final class C10dRanks implements Ranks {
  /** How long ranks have to say that they, too, saw a sum fail: those that do not are to blame. */
  private static final Duration BLAME = Duration.ofSeconds(2);

  private final Seat seat;
  private final RankTimeouts timeouts;
  private final TCPStore connection;
  private final PrefixStore store;
  private final RollCall rollCall;
  private final Backend backend;
  private long gathered;
  private long summed;

  /**
   * A place in a group of ranks.
   *
   * @param rank which one, from 0
   * @param count how many there are
   * @param attempt a name that no earlier try of the same group used
   * @param host of this rank, as the others know it
   * @param transport what carries tensors
   */
  public record Seat(int rank, int count, String attempt, String host, Transport transport) {
    @Override
    public String toString() {
      return "Rank %d of %d".formatted(rank, count);
    }
  }

  private C10dRanks(
      Seat seat,
      RankTimeouts timeouts,
      TCPStore connection,
      PrefixStore store,
      RollCall rollCall,
      Backend backend) {
    this.seat = seat;
    this.timeouts = timeouts;
    this.connection = connection;
    this.store = store;
    this.rollCall = rollCall;
    this.backend = backend;
  }

  /**
   * Meets the other ranks.
   *
   * @param cancelled asked while waiting; true ends the wait with an exception
   * @throws RankException naming the ranks that did not come in time
   */
  public static C10dRanks join(
      MeetingPoint point, Seat seat, RankTimeouts timeouts, BooleanSupplier cancelled) {
    try (PointerScope scope = new PointerScope()) {
      Milliseconds patience = new Milliseconds(timeouts.rendezvous().toMillis());
      TCPStore connection = point.connect(patience);
      PrefixStore store = new PrefixStore(seat.attempt() + "/", connection);
      store.setTimeout(patience);
      RollCall rollCall = new RollCall(store, seat.rank(), seat.count(), cancelled);
      rollCall.answer("arrived", new byte[0]);
      List<Integer> missing = rollCall.missing("arrived", timeouts.rendezvous());
      if (!missing.isEmpty()) {
        throw late(seat, missing, "the rendezvous", timeouts.rendezvous(), "rendezvous");
      }
      Backend backend = seat.transport().connect(store, seat, timeouts.allreduce());
      store.retainReference();
      connection.retainReference();
      backend.retainReference();
      return new C10dRanks(seat, timeouts, connection, store, rollCall, backend);
    } catch (RankException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RankException(
          "%s cannot meet the others at %s:%d within %s s (learner.rendezvous_timeout): %s"
              .formatted(
                  seat,
                  point.host(),
                  point.port(),
                  seconds(timeouts.rendezvous()),
                  Causes.brief(e)),
          e);
    }
  }

  @Override
  public int rank() {
    return seat.rank();
  }

  @Override
  public int count() {
    return seat.count();
  }

  @Override
  public <T extends Serializable> List<T> gather(T mine) {
    String place = "gather-" + gathered;
    rollCall.answer(place, serialized(mine));
    List<Integer> missing = rollCall.missing(place, timeouts.allreduce());
    if (!missing.isEmpty()) {
      throw late(seat, missing, "exchange " + gathered, timeouts.allreduce(), "allreduce");
    }
    List<T> all = new ArrayList<>();
    for (int rank = 0; rank < count(); rank++) {
      all.add(deserialized(rollCall.message(place, rank)));
    }
    // All are here, so all have read what was said before.
    if (gathered > 0) {
      rollCall.forget("gather-" + (gathered - 1));
    }
    gathered++;
    return List.copyOf(all);
  }

  @Override
  public void sum(List<Tensor> tensors) {
    long start = System.nanoTime();
    try (PointerScope scope = new PointerScope()) {
      List<Work> works = new ArrayList<>();
      List<Tensor> dense = new ArrayList<>();
      for (Tensor tensor : tensors) {
        // Memory is added as it lies: it must lie the same way on every rank.
        Tensor plain = tensor.contiguous();
        dense.add(plain);
        works.add(backend.allreduce(new TensorVector(plain)));
      }
      for (int i = 0; i < works.size(); i++) {
        works.get(i)._wait();
        if (!tensors.get(i).is_contiguous()) {
          tensors.get(i).copy_(dense.get(i));
        }
      }
    } catch (RuntimeException e) {
      throw lost(e, Duration.ofNanos(System.nanoTime() - start));
    }
    summed++;
  }

  @Override
  public void close() {
    // In this order: nothing native keeps what it uses alive.
    backend.close();
    store.close();
    connection.close();
  }

  private RankException lost(RuntimeException cause, Duration after) {
    String place = "lost-" + summed;
    rollCall.answer(place, new byte[0]);
    List<Integer> missing = rollCall.missing(place, BLAME);
    return new RankException(
        "%s could not sum gradients: after %s s (learner.allreduce_timeout is %s s) %s, and %s"
            .formatted(
                seat,
                seconds(after),
                seconds(timeouts.allreduce()),
                Causes.brief(cause),
                missing.isEmpty()
                    ? "all ranks saw it"
                    : "rank %s does not answer".formatted(RollCall.names(missing))),
        cause);
  }

  private static RankException late(
      Seat seat, List<Integer> missing, String place, Duration timeout, String key) {
    return new RankException(
        "%s waited %s s at %s (learner.%s_timeout): rank %s did not come"
            .formatted(seat, seconds(timeout), place, key, RollCall.names(missing)));
  }

  private static String seconds(Duration duration) {
    return "%.1f".formatted(duration.toMillis() / 1000.0);
  }

  private static byte[] serialized(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("unchecked") // every rank says things of the same class at the same place
  private static <T> T deserialized(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (T) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
