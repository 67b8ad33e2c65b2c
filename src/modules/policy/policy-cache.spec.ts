import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually';
import type { Change } from '../../kernel/changes/change';
import type { ChangeFeed, ChangeSubscriber } from '../../kernel/changes/change-feed';
import { AppError } from '../../kernel/errors/app-error';
import { createLogger } from '../../kernel/telemetry/logger';
import { POLICY_TOPIC } from './contract/policy.types';
import type { PolicyDirectory } from './policy-directory';
import { PolicyCache } from './policy-cache';
import type { PolicyLoader } from './policy-loader';
import type { CachedPolicy } from './cached-policy';

const MAX_AGE_MS = 800;
const TENANT = 'tnt-a';
const PORTABLE: CachedPolicy['portable'] = {
  tenant: { id: TENANT, slug: 'a' },
  version: null,
  archive: null,
  base: { key: 1, layers: [] },
};

/** A store whose reads wait until the test releases them. */
class Store {
  version = 1;
  loads = 0;
  failing = false;
  private held: (() => void)[] | null = null;

  /** Blocks reads from now on. A blocked read later returns the state from the time when it began. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const go of held) go();
  }

  async load(): Promise<CachedPolicy> {
    this.loads++;
    const { version } = this;
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (this.failing) throw new AppError('unavailable', 'away');
    return { version, compiled: null, portable: PORTABLE, sizeBytes: 1 };
  }
}

function open() {
  const store = new Store();
  let baseChanged = (): void => undefined;
  let fresh = true;
  const directory: Pick<PolicyDirectory, 'onChange'> = {
    onChange: (listener) => {
      baseChanged = listener;
    },
  };
  let cache: ChangeSubscriber | null = null;
  const feed: Pick<ChangeFeed, 'register' | 'isFresh'> = {
    register: (registered) => {
      cache = registered;
    },
    isFresh: () => fresh,
  };
  const holder = new PolicyCache(
    directory as PolicyDirectory,
    { load: () => store.load() } as unknown as PolicyLoader,
    feed as ChangeFeed,
    { CHANGE_FEED_MAX_AGE_MS: MAX_AGE_MS },
    createLogger('silent', 'test'),
  );
  const change: Change = { topic: POLICY_TOPIC, tenantId: TENANT, key: TENANT, payload: {} };
  return {
    store,
    holder,
    /** Simulates a feed that may have missed changes. */
    reload: () => cache?.load(),
    activate: () => {
      store.version++;
      return cache?.apply(change);
    },
    version: () => holder.current(TENANT)?.version ?? null,
    changeBase: () => {
      baseChanged();
    },
    goStale: () => {
      fresh = false;
    },
  };
}

describe('the policies in memory', () => {
  it('are read on first use, once for all concurrent callers', async () => {
    const { holder, store, version } = open();
    expect(version()).toBeNull();
    await Promise.all([holder.obtain(TENANT), holder.obtain(TENANT), holder.obtain(TENANT)]);
    expect([store.loads, version()]).toEqual([1, 1]);
  });

  it('are replaced once a new version is activated and read; the old version decides until then', async () => {
    const { holder, store, activate, version } = open();
    await holder.obtain(TENANT);
    store.hold();
    const applied = activate();
    expect(version()).toBe(1);
    store.release();
    await applied;
    expect(version()).toBe(2);
  });

  it('delay the change feed only briefly', async () => {
    const { holder, store, activate, version } = open();
    await holder.obtain(TENANT);
    store.hold();
    await activate();
    expect(version()).toBe(1);
    store.release();
  });

  it('do not keep a version that changed while it was read', async () => {
    const { holder, store, activate, version } = open();
    store.hold();
    const obtained = holder.obtain(TENANT);
    await activate();
    store.release();
    expect((await obtained).version).toBe(2);
    expect([store.loads, version()]).toEqual([2, 2]);
  });

  it('do not keep an old version after several changes while it was read', async () => {
    const { holder, store, activate, version } = open();
    await holder.obtain(TENANT);
    store.hold();
    const first = activate();
    const second = activate();
    store.release();
    await Promise.all([first, second]);
    expect(version()).toBe(3);
  });

  it('are not read after a change for a tenant that is not in use', async () => {
    const { store, activate } = open();
    await activate();
    expect(store.loads).toBe(0);
  });

  it('use the old version for a limited time while the new version cannot be read', async () => {
    const { holder, store, activate, version } = open();
    await holder.obtain(TENANT);
    store.failing = true;
    await activate();
    expect(version()).toBe(1);
    await sleep(MAX_AGE_MS + 20);
    expect(version()).toBeNull();
    await expect(holder.obtain(TENANT)).rejects.toMatchObject({ code: 'unavailable' });
    store.failing = false;
    await eventually(() => expect(version()).toBe(2));
  });

  it('retry a failed read at most once a second', async () => {
    const { holder, store } = open();
    store.failing = true;
    for (let i = 0; i < 5; i++) await expect(holder.obtain(TENANT)).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.loads).toBe(1);
    store.failing = false;
    await sleep(1_050);
    expect((await holder.obtain(TENANT)).version).toBe(1);
  });

  it('retry a failed read immediately after a change', async () => {
    const { holder, store, activate } = open();
    store.failing = true;
    await expect(holder.obtain(TENANT)).rejects.toMatchObject({ code: 'unavailable' });
    store.failing = false;
    await activate();
    expect((await holder.obtain(TENANT)).version).toBe(2);
  });

  it('neither decide nor are read while the feed is stale', async () => {
    const { holder, store, goStale, version } = open();
    await holder.obtain(TENANT);
    goStale();
    expect(version()).toBeNull();
    await expect(holder.obtain(TENANT)).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.loads).toBe(1);
  });

  it('are forgotten when the feed restarts', async () => {
    const { reload, holder, store, version } = open();
    await holder.obtain(TENANT);
    store.version = 7;
    await reload();
    expect(version()).toBeNull();
    expect((await holder.obtain(TENANT)).version).toBe(7);
  });

  it('are recompiled for a new base policy, and keep deciding in the meantime', async () => {
    const { holder, store, changeBase, version } = open();
    await holder.obtain(TENANT);
    const before = holder.current(TENANT);
    changeBase();
    expect(version()).toBe(1);
    await eventually(() => expect(holder.current(TENANT)).not.toBe(before));
    expect(store.loads).toBe(2);
  });

  it('notify a listener of each change until it stops listening', async () => {
    const { reload, holder, activate } = open();
    const heard: (string | null)[] = [];
    const stop = holder.onChange((tenantId) => heard.push(tenantId));
    await activate();
    await reload();
    stop();
    await activate();
    expect(heard).toEqual([TENANT, null]);
  });
});
