import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { KEPT_DAYS } from './contract/credentials.types';
import { CredentialsRepository } from './storage/credentials.repository';

const EVERY_MS = 3_600_000;
const BATCH = 1_000;

/** Drops keys that have been over for long. Several processes may do so at once. */
@Injectable()
export class CredentialsPruner {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.prune(),
    failed: (err) => this.logger.warn({ err }, 'API keys that are over could not be dropped; it is tried again later'),
  });

  constructor(
    private readonly repository: CredentialsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  /** @returns how many were dropped. */
  prune(): Promise<number> {
    return this.repository.prune(KEPT_DAYS, BATCH);
  }
}
