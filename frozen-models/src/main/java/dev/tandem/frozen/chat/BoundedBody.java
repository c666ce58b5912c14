package dev.tandem.frozen.chat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a reply's bytes and refuses one that would fill the memory. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private static final int MAX_BYTES = 4 << 20;

  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private Flow.@Nullable Subscription subscription;

  /** A reply has more bytes than any answer. */
  static final class TooLongException extends IOException {
    TooLongException() {
      super("the reply is longer than " + MAX_BYTES + " bytes");
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription started) {
    subscription = started;
    started.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      received.writeBytes(bytes);
    }
    if (received.size() > MAX_BYTES) {
      if (subscription != null) {
        subscription.cancel();
      }
      received.reset();
      whole.completeExceptionally(new TooLongException());
    }
  }

  @Override
  public void onError(Throwable error) {
    whole.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    whole.complete(received.toByteArray());
  }
}
