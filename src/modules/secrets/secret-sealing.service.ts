import { Inject, Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Writes } from '../../kernel/idempotency/writes';
import { Rewrap } from '../../kernel/sealing/rewrap';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import type { MasterKeyProgress, ResealProgress, SecretSealingPort } from './contract/secret-sealing.port';
import { secretOwner } from './domain/secret-owner';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';

const BATCH = 200;

/**
 * Reseals secrets with new keys while the secrets remain in use. A reader gets the key id and bytes from one row, so it never sees a mix.
 */
@Injectable()
export class SecretSealingService implements SecretSealingPort {
  /** The tenants whose secrets this process is resealing. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly failed = new Set<string>();
  private stopped = false;
  private resumption: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: SealedVersionsRepository,
    private readonly keys: TenantKeys,
    private readonly masterKeys: Rewrap,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resumes the unfinished work of earlier processes, one tenant at a time, while this process is already serving requests. */
  onApplicationBootstrap(): void {
    this.resumption = this.resume();
  }

  async rotateKey(context: CallContext): Promise<ResealProgress> {
    const tenantId = requireTenant(context);
    const progress = await this.writes.onceAfter(
      context,
      { action: 'data_key.rotate', input: null },
      () => this.keys.prepare(tenantId),
      async (tx, key): Promise<ResealProgress> => {
        await key.makeCurrent(tx);
        const left = await this.repository.progressWithin(tx, tenantId, key.id);
        return { state: 'running', keyId: key.id, ...left };
      },
    );
    // Everything sealed from now on uses the new key.
    await this.feed.catchUp();
    void this.start(tenantId);
    return progress;
  }

  reseal(context: CallContext): Promise<ResealProgress> {
    return this.begun(context, 'data_key.reseal', () => {
      void this.start(requireTenant(context));
      return this.keyProgress(context);
    });
  }

  async keyProgress(context: CallContext): Promise<ResealProgress> {
    const tenantId = requireTenant(context);
    const { id: keyId } = await this.keys.current(tenantId);
    const progress = await this.repository.progress(tenantId, keyId);
    const stopped = this.failed.has(tenantId) ? 'failed' : 'idle';
    return { state: this.running.has(tenantId) ? 'running' : stopped, keyId, ...progress };
  }

  rewrap(context: CallContext): Promise<MasterKeyProgress> {
    return this.begun({ ...context, tenantId: null }, 'master_key.rewrap', () => {
      this.masterKeys.start();
      return this.masterKeys.progress();
    });
  }

  rewrapProgress(): Promise<MasterKeyProgress> {
    return this.masterKeys.progress();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await Promise.all([this.resumption, ...this.running.values()]);
  }

  private async resume(): Promise<void> {
    try {
      let after = '';
      while (!this.stopped) {
        const tenants = await this.repository.tenantsToReseal(after, BATCH);
        for (const tenantId of tenants) if (!this.stopped) await this.start(tenantId);
        const last = tenants.at(-1);
        if (last === undefined) return;
        after = last;
      }
    } catch (error) {
      this.logger.error(
        { err: error },
        'Failed to resume sealing with new data keys; resume it with POST /api/v1/secrets/data-key/reseal',
      );
    }
  }

  /** Starts background work once per idempotency key. Without a key, starts it unless it is already running. */
  private begun<T>(context: CallContext, action: string, begin: () => Promise<T>): Promise<T> {
    return this.writes.onceAfter(context, { action, input: null }, begin, (_tx, progress) => Promise.resolve(progress));
  }

  /** Reseals the tenant's secrets, unless this process is already resealing them. Never rejects. */
  private start(tenantId: string): Promise<void> {
    const running = this.running.get(tenantId);
    if (running) return running;
    const run = this.run(tenantId).finally(() => this.running.delete(tenantId));
    this.running.set(tenantId, run);
    return run;
  }

  private async run(tenantId: string): Promise<void> {
    this.failed.delete(tenantId);
    try {
      for (let found = 1; found > 0 && !this.stopped;) found = await this.resealSome(tenantId);
    } catch (error) {
      this.failed.add(tenantId);
      this.logger.error({ err: error, tenantId }, 'Failed to reseal the secrets of a tenant');
    }
  }

  /** Reseals one batch. Reads the current key each time, because another rotation may happen in the meantime. */
  private async resealSome(tenantId: string): Promise<number> {
    const current = await this.keys.current(tenantId);
    const found = await this.repository.sealedByOthers(tenantId, current.id, BATCH);
    const resealed = [];
    for (const old of found) {
      const key = await this.keys.byId(tenantId, old.keyId);
      const owner = secretOwner(old.name, old.version);
      const origin = { kind: 'secrets.reseal', tenantId, resource: old.name };
      const sealed = await tenantScheduler.run(origin, () => current.seal(key.open(old.sealed, owner), owner));
      resealed.push({ old, sealed });
    }
    if (resealed.length > 0) await this.repository.reseal(tenantId, current.id, resealed);
    return found.length;
  }
}
