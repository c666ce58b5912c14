package dev.tandem.pairs;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Decodes images and prepares them for an encoder, on one thread beside the caller's. */
final class ImagePreparation implements AutoCloseable {
  private final ImageEncoder encoder;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread decoder = new Thread(work, "image decoder");
            decoder.setDaemon(true);
            return decoder;
          });

  ImagePreparation(ImageEncoder encoder) {
    this.encoder = encoder;
  }

  /**
   * An image ready for the encoder, or why it is not.
   *
   * @param values absent if it cannot be decoded
   * @param failure kind, colon, what was found; null if there are values
   */
  record Prepared(Optional<float[]> values, @Nullable String failure) {}

  /** An image that is being prepared. */
  record Pending(Future<Prepared> result) {

    Prepared await() {
      try {
        return result.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The task was stopped while an image was decoded", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("Cannot prepare an image", e.getCause());
      }
    }
  }

  /** Begins to prepare an image file. */
  Pending start(byte @Nullable [] file) {
    return new Pending(thread.submit(() -> prepare(file)));
  }

  private Prepared prepare(byte @Nullable [] file) {
    if (file == null) {
      return new Prepared(Optional.empty(), "no_image: the sample has none");
    }
    try {
      return new Prepared(Optional.of(encoder.prepare(RgbImage.decode(file))), null);
    } catch (IOException e) {
      return new Prepared(Optional.empty(), "corrupt_image: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
