import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../kernel/memory/max-entries';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { ApiKeysRepository } from './storage/api-keys.repository';

const WRITE_EVERY_MS = 5_000;
/** The interval at which each process writes the last use of a key that is constantly used. */
const SAME_FOR_MS = 60_000;
/**
 * The maximum number of uses that are waiting to be written or are cached after they were written. It must not be less than the number of
 * cached keys.
 */
const MAX_NOTED = 20_000;

/**
 * Records when keys were last used. It collects uses in memory and writes them every few seconds, with one statement per tenant. Calls do
 * not wait for the write. If a use is lost, the displayed time is a minute out of date.
 */
@Injectable()
export class KeyUse {
  /** The times of use in Unix milliseconds, by tenant id and credential id. */
  private waiting = new Map<string, Map<string, number>>();
  private waitingCount = 0;
  private readonly written = new LRUCache<string, number>(maxEntries(MAX_NOTED));

  constructor(
    private readonly repository: ApiKeysRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(tenantId: string, credentialId: string, atMs: number): void {
    const before = this.written.get(credentialId);
    if (before !== undefined && atMs - before < SAME_FOR_MS) return;
    if (this.waitingCount >= MAX_NOTED) return;
    this.written.set(credentialId, atMs);
    const ofTenant = this.waiting.get(tenantId) ?? new Map<string, number>();
    if (!ofTenant.has(credentialId)) this.waitingCount++;
    this.waiting.set(tenantId, ofTenant.set(credentialId, atMs));
  }

  async onModuleDestroy(): Promise<void> {
    await this.write();
  }

  /** Never rejects. */
  @Scheduled({
    name: 'credentials.note_use',
    everyMs: WRITE_EVERY_MS,
    failure: 'The last use of API keys could not be recorded',
  })
  async write(): Promise<void> {
    const { waiting } = this;
    this.waiting = new Map();
    this.waitingCount = 0;
    for (const [tenantId, ofTenant] of waiting) {
      try {
        await this.repository.noteUse(
          tenantId,
          [...ofTenant].map(([id, atMs]) => ({ id, atMs })),
        );
      } catch (error) {
        this.logger.warn({ err: error, tenantId }, 'The last use of API keys could not be recorded');
      }
    }
  }
}
