import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

const EVERY_MS = 10 * 60_000;

/** Forgets shown assertions that have expired. */
@Injectable()
export class ShownAssertionsPruner {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.shown.prune(),
    failed: (err) =>
      this.logger.warn({ err }, 'SAML assertions that have expired could not be forgotten; it is tried later'),
  });

  constructor(
    private readonly shown: ShownAssertionsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }
}
