package dev.tandem.schemas;

import java.util.concurrent.Executor;

/**
 * Runs each task in a thread of its own that does not keep the process alive. It has the class
 * loader of the thread that started it; those of the common pool would not find the classes of an
 * application that was submitted to Spark.
 */
public final class DaemonThreads implements Executor {
  private final String name;

  /**
   * @param name of the threads
   */
  public DaemonThreads(String name) {
    this.name = name;
  }

  @Override
  public void execute(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
