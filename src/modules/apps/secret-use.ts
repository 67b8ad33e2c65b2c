import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { AppsRepository } from './storage/apps.repository';

const WRITE_EVERY_MS = 5_000;

/**
 * Records when secrets were last used: collects times in memory and writes them every few seconds, so that issuing a token does not update
 * a row.
 */
@Injectable()
export class SecretUse {
  /** Tenant id → secret id → Unix milliseconds. */
  private uses = new Map<string, Map<string, number>>();

  constructor(
    private readonly repository: AppsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(tenantId: string, secretId: string, atMs: number): void {
    const ofTenant = this.uses.get(tenantId) ?? new Map<string, number>();
    this.uses.set(tenantId, ofTenant.set(secretId, atMs));
  }

  async onModuleDestroy(): Promise<void> {
    await this.write();
  }

  /** Writes the collected times. Never rejects. */
  @Scheduled({
    name: 'apps.note_use',
    everyMs: WRITE_EVERY_MS,
    failure: 'Could not record the last use of client secrets',
  })
  async write(): Promise<void> {
    const uses = this.uses;
    this.uses = new Map();
    for (const [tenantId, ofTenant] of uses) {
      try {
        await this.repository.noteUse(
          tenantId,
          [...ofTenant].map(([id, atMs]) => ({ id, atMs })),
        );
      } catch (error) {
        this.logger.warn({ err: error, tenantId }, 'Could not record the last use of client secrets');
      }
    }
  }
}
