package dev.tandem.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyCacheTest {
  private final List<ScriptedPolicy> loaded = new ArrayList<>();
  private final PolicyCache cache = new PolicyCache();

  @Test
  void aVersionIsLoadedOnceAndShared() {
    PolicyCache.Lease first = lease("v1");
    PolicyCache.Lease second = lease("v1");
    assertThat(loaded).hasSize(1);
    assertThat(first.policy()).isSameAs(second.policy());
  }

  @Test
  void aVersionInUseOutlivesTheNextOne() {
    PolicyCache.Lease first = lease("v1");
    lease("v2").close();
    assertThat(loaded.get(0).isClosed()).isFalse();
    first.close();
    first.close(); // closing twice returns the lease once
    lease("v3");
    assertThat(loaded).extracting(ScriptedPolicy::isClosed).containsExactly(true, true, false);
  }

  @Test
  void anotherVersionInTheFolderIsRefused() {
    assertThatThrownBy(() -> cache.lease("folder", "v2", folder -> policy("v1")))
        .hasMessage("Wrong policy in folder: found version v1, expected v2");
    assertThat(loaded.get(0).isClosed()).isTrue();
  }

  private PolicyCache.Lease lease(String version) {
    return cache.lease("folder", version, folder -> policy(version));
  }

  private ScriptedPolicy policy(String version) {
    ScriptedPolicy policy = new ScriptedPolicy(version);
    loaded.add(policy);
    return policy;
  }
}
