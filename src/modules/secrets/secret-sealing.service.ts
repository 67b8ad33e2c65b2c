import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Rewrap } from '../../kernel/sealing/rewrap';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import type { MasterKeyProgress, ResealProgress, SecretSealingPort } from './contract/secret-sealing.port';
import { secretOwner } from './domain/secret-owner';
import { SealedVersionsRepository } from './storage/sealed-versions.repository';

const BATCH = 200;

/** Seals secrets by new keys while they are in use. A reader gets key id and bytes from one row, so it never sees half. */
@Injectable()
export class SecretSealingService implements SecretSealingPort {
  /** Tenants whose secrets are being sealed by this process. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly failed = new Set<string>();
  private stopped = false;
  private resumption: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: SealedVersionsRepository,
    private readonly keys: TenantKeys,
    private readonly masterKeys: Rewrap,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What a process that ended left undone goes on, one tenant after the other, while this one already serves. */
  onApplicationBootstrap(): void {
    this.resumption = this.resume();
  }

  async rotateKey(context: CallContext): Promise<ResealProgress> {
    await this.keys.rotate(requireTenant(context));
    return this.reseal(context);
  }

  async reseal(context: CallContext): Promise<ResealProgress> {
    const tenantId = requireTenant(context);
    void this.start(tenantId);
    return this.keyProgress(context);
  }

  async keyProgress(context: CallContext): Promise<ResealProgress> {
    const tenantId = requireTenant(context);
    const { id: keyId } = await this.keys.current(tenantId);
    const progress = await this.repository.progress(tenantId, keyId);
    const stopped = this.failed.has(tenantId) ? 'failed' : 'idle';
    return { state: this.running.has(tenantId) ? 'running' : stopped, keyId, ...progress };
  }

  async rewrap(): Promise<MasterKeyProgress> {
    this.masterKeys.start();
    return this.masterKeys.progress();
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
        'Sealing by new data keys did not go on; POST /api/v1/secrets/data-key/reseal does',
      );
    }
  }

  /** Seals the tenant's secrets, unless that is under way. Never rejects. */
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
      while (!this.stopped && (await this.resealSome(tenantId)) > 0) await setImmediate();
    } catch (error) {
      this.failed.add(tenantId);
      this.logger.error({ err: error, tenantId }, 'Sealing the secrets of a tenant by its new data key stopped');
    }
  }

  /** The current key is asked for each time: another rotation may come while this runs. */
  private async resealSome(tenantId: string): Promise<number> {
    const current = await this.keys.current(tenantId);
    const found = await this.repository.sealedByOthers(tenantId, current.id, BATCH);
    const anew = [];
    for (const old of found) {
      const key = await this.keys.byId(tenantId, old.keyId);
      const owner = secretOwner(old.name, old.version);
      anew.push({ old, sealed: current.seal(key.open(old.sealed, owner), owner) });
    }
    if (anew.length > 0) await this.repository.reseal(tenantId, current.id, anew);
    return found.length;
  }
}
