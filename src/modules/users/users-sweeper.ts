import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { Clock } from '../../kernel/time/clock';
import { SignInFailuresRepository } from './storage/sign-in-failures.repository';

const EVERY_MS = 60_000;
/** About 100 MB: whoever makes up addresses to fail with fills no more than that. */
const MAX_FAILURES = 500_000;

/** Drops expired sessions and links, and failed sign-ins that no longer count. */
@Injectable()
export class UsersSweeper {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.sweep(),
    failed: (err) =>
      this.logger.warn({ err }, 'Expired sessions and links could not be dropped; it is tried again later'),
  });

  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  sweep(): Promise<void> {
    return this.repository.sweep(this.clock.nowMs(), MAX_FAILURES);
  }
}
