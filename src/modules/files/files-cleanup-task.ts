import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { Database } from '../../kernel/database/database';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { filesConfig, type FilesConfig } from './files.config';
import { ObjectStorage, type StoredObject } from './objects/object-storage';
import { SweepRepositories } from './sweep-repositories';

const BATCH = 200;

/**
 * Deletes expired data: abandoned uploads, old versions, unreferenced objects, and all stored objects of an erased tenant. Runs in every
 * process that hosts files; processes skip rows that other processes have locked.
 */
@Injectable()
export class FilesCleanupTask {
  constructor(
    private readonly database: Database,
    private readonly storage: ObjectStorage,
    private readonly repositories: SweepRepositories,
    @InjectConfig(filesConfig) private readonly config: FilesConfig,
  ) {}

  /** Deletes expired data of all tenants. */
  @Scheduled<FilesCleanupTask>({
    name: 'files.sweep',
    everyMs: ({ config }) => config.FILES_SWEEP_SECONDS * 1_000,
    failure: 'Failed to delete expired files; retrying later',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    for (const tenantId of await this.repositories.sweep.dueTenants(BATCH)) {
      if (signal?.aborted) return;
      await this.end(tenantId);
      await this.dropObjects(tenantId, signal);
    }
    for (const tenantId of await this.repositories.sweep.erasedTenants()) await this.empty(tenantId, signal);
  }

  /** Deletes the storage of an erased tenant, except objects of a newer tenant with the same id. */
  private async empty(tenantId: string, signal?: AbortSignal): Promise<void> {
    let batch: StoredObject[] = [];
    for await (const object of this.storage.list(tenantId)) {
      if (signal?.aborted) return;
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

  private async dropObjects(tenantId: string, signal?: AbortSignal): Promise<void> {
    const { sweep } = this.repositories;
    for (;;) {
      const ids = await sweep.objectsOfNothing(tenantId, BATCH);
      if (ids.length === 0 || signal?.aborted) return;
      for (const id of ids) await this.storage.delete({ tenantId, id });
      await sweep.forget(tenantId, ids);
    }
  }

  /** Deletes objects without a row. Every object gets its row before it is written, so objects without a row are unreferenced. */
  private async dropStrangers(tenantId: string, objects: readonly StoredObject[]): Promise<void> {
    const ids = objects.map(({ id }) => id);
    const known = await this.repositories.sweep.known(tenantId, ids);
    for (const id of ids) if (!known.has(id)) await this.storage.delete({ tenantId, id });
  }
}
