package dev.tandem.frozen.chat;

import java.time.Duration;
import java.util.List;

/** Posts many bodies to one service, a bounded number of them at the same time. */
public final class JsonBatch implements AutoCloseable {
  private final JsonService service;
  private final Duration timeout;
  private final BoundedCalls calls;

  /**
   * @param path added to the addresses
   * @throws dev.tandem.schemas.UserError as {@link JsonService}
   */
  public JsonBatch(ServiceSettings settings, String path) {
    this.service = new JsonService(settings, path);
    this.timeout = ServiceSettings.seconds(settings.batchTimeout());
    this.calls = new BoundedCalls(settings.inFlight());
  }

  /**
   * What became of the bodies, in their order. What has no reply within the settings' time-out of a
   * batch is a failure.
   */
  public List<JsonService.Posted> post(List<String> bodies) throws InterruptedException {
    return calls.all(bodies, timeout, service::post);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    calls.close();
  }
}
