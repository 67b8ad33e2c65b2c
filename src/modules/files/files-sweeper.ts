import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/config.module';
import { Database } from '../../kernel/database/database';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { filesConfig, type FilesConfig } from './files.config';
import { ObjectStorage, type StoredObject } from './objects/object-storage';
import { SweepRepositories } from './sweep-repositories';

const BATCH = 200;

/**
 * Drops what is over: uploads nobody goes on with, versions, objects that belong to nothing, and whatever the storage has of
 * a tenant that was erased. Every process that hosts files sweeps; what one has taken, another passes over.
 */
@Injectable()
export class FilesSweeper {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly storage: ObjectStorage,
    private readonly repositories: SweepRepositories,
    @InjectConfig(filesConfig) private readonly config: FilesConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.turn().finally(() => (this.running = null));
    }, this.config.FILES_SWEEP_SECONDS * 1_000);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  /** Never rejects. */
  private async turn(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ err: error }, 'Files that are over could not be dropped; it is tried again later');
    }
  }

  /** Drops what is over now, of all tenants. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.repositories.sweep.dueTenants(BATCH)) {
      if (this.isStopped) return;
      await this.end(tenantId);
      await this.dropObjects(tenantId);
    }
    for (const tenantId of await this.repositories.sweep.erasedTenants()) await this.empty(tenantId);
  }

  /** Deletes what the storage has of a tenant that was erased, but for what a tenant with its id has had since. */
  private async empty(tenantId: string): Promise<void> {
    let batch: StoredObject[] = [];
    for await (const object of this.storage.list(tenantId)) {
      if (this.isStopped) return;
      batch.push(object);
      if (batch.length < BATCH) continue;
      await this.dropStrangers(tenantId, batch);
      batch = [];
    }
    await this.dropStrangers(tenantId, batch);
    await this.repositories.sweep.forgetErased(tenantId);
  }

  private async end(tenantId: string): Promise<void> {
    const { files, uploads, counts } = this.repositories;
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const ended = await uploads.endExpired(tx, tenantId, BATCH);
      const freed = await files.dropExpired(tx, tenantId, BATCH);
      const reserved = ended.reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
      const count = ended.reduce((sum, upload) => sum + upload.uploads, 0);
      if (freed + reserved + count > 0) {
        await counts.settle(tx, tenantId, { used: -freed, reserved: -reserved, uploads: -count });
      }
    });
  }

  private async dropObjects(tenantId: string): Promise<void> {
    const { sweep } = this.repositories;
    for (;;) {
      const ids = await sweep.objectsOfNothing(tenantId, BATCH);
      if (ids.length === 0 || this.isStopped) return;
      for (const id of ids) await this.storage.delete({ tenantId, id });
      await sweep.forget(tenantId, ids);
    }
  }

  /** Every object is written down before it is written: what is in no row is of nobody. */
  private async dropStrangers(tenantId: string, objects: readonly StoredObject[]): Promise<void> {
    const ids = objects.map(({ id }) => id);
    const known = await this.repositories.sweep.known(tenantId, ids);
    for (const id of ids) if (!known.has(id)) await this.storage.delete({ tenantId, id });
  }
}
