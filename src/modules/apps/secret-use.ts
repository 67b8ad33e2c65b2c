import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { AppsRepository } from './storage/apps.repository';

const WRITE_EVERY_MS = 5_000;

/** When secrets were last used: gathered in memory and written every few seconds, so that a token costs no row update. */
@Injectable()
export class SecretUse {
  /** Tenant id → secret id → Unix milliseconds. */
  private uses = new Map<string, Map<string, number>>();
  private readonly turns = new Repeated({
    everyMs: WRITE_EVERY_MS,
    turn: () => this.write(),
    failed: (err) => this.logger.warn({ err }, 'The last use of client secrets could not be noted'),
  });

  constructor(
    private readonly repository: AppsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  note(tenantId: string, secretId: string, atMs: number): void {
    const ofTenant = this.uses.get(tenantId) ?? new Map<string, number>();
    this.uses.set(tenantId, ofTenant.set(secretId, atMs));
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.turns.stop();
    await this.write();
  }

  /** Never rejects. */
  private async write(): Promise<void> {
    const uses = this.uses;
    this.uses = new Map();
    for (const [tenantId, ofTenant] of uses) {
      try {
        await this.repository.noteUse(
          tenantId,
          [...ofTenant].map(([id, atMs]) => ({ id, atMs })),
        );
      } catch (error) {
        this.logger.warn({ err: error, tenantId }, 'The last use of client secrets could not be noted');
      }
    }
  }
}
