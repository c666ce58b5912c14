package dev.tandem.rollout;

import dev.tandem.policy.Policy;
import dev.tandem.schemas.warehouse.SharedFolder;
import java.util.HashMap;
import java.util.Map;

/**
 * The policies that a process holds in memory: each version of a folder is loaded once to each
 * device that tasks are given, and shared by their threads. A version that nobody uses is closed
 * when another one is asked for.
 */
final class PolicyCache {
  private static final PolicyCache SHARED = new PolicyCache();

  private final Map<Key, Entry> entries = new HashMap<>();

  /** The cache of this process. */
  static PolicyCache shared() {
    return SHARED;
  }

  private record Key(String folder, String version, String place) {}

  private static final class Entry {
    final Policy policy;
    int leases;

    Entry(Policy policy) {
      this.policy = policy;
    }
  }

  /** The right to use a policy until closed. */
  final class Lease implements AutoCloseable {
    private final Entry entry;
    private boolean open = true;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    Policy policy() {
      return entry.policy;
    }

    @Override
    public void close() {
      synchronized (PolicyCache.this) {
        if (open) {
          open = false;
          entry.leases--;
        }
      }
    }
  }

  /**
   * Lends the policy, loading it if this process does not hold it yet.
   *
   * @throws IllegalStateException if the folder holds another version
   */
  synchronized Lease lease(String folder, String version, PolicyLoader loader) {
    Key key = new Key(folder, version, loader.place());
    Entry entry = entries.get(key);
    if (entry == null) {
      closeIdle();
      entry = new Entry(load(folder, version, loader));
      entries.put(key, entry);
    }
    entry.leases++;
    return new Lease(entry);
  }

  private void closeIdle() {
    entries
        .values()
        .removeIf(
            entry -> {
              boolean idle = entry.leases == 0;
              if (idle) {
                entry.policy.close();
              }
              return idle;
            });
  }

  private static Policy load(String folder, PolicyLoader loader) {
    try (SharedFolder.LocalFiles files = SharedFolder.of(folder).open()) {
      return loader.load(files.path());
    }
  }

  private static Policy load(String folder, String version, PolicyLoader loader) {
    Policy policy = load(folder, loader);
    String found = policy.info().version();
    if (!found.equals(version)) {
      policy.close();
      throw new IllegalStateException(
          "Wrong policy in %s: found version %s, expected %s".formatted(folder, found, version));
    }
    return policy;
  }
}
