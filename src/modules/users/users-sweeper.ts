import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { SignInFailuresRepository } from './storage/sign-in-failures.repository';

const EVERY_MS = 60_000;
/** About 100 MB: whoever makes up addresses to fail with fills no more than that. */
const MAX_FAILURES = 500_000;

/** Drops expired sessions and links, and failed sign-ins that no longer count. */
@Injectable()
export class UsersSweeper {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Never rejects. */
  async sweep(): Promise<void> {
    try {
      await this.repository.sweep(this.clock.nowMs(), MAX_FAILURES);
    } catch (error) {
      this.logger.warn({ err: error }, 'Expired sessions and links could not be dropped; it is tried again later');
    }
  }
}
