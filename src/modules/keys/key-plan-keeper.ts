import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { KeyRotationService } from './key-rotation.service';
import { PlanTimesOf } from './plan-times';

const MIN_EVERY_MS = 1_000;
const MAX_EVERY_MS = 30_000;

/**
 * Keeps the plan going, in every process that holds `MASTER_KEY`: a turn finds what is due, whoever was to do it, so that
 * restarts and crashes only delay it.
 */
@Injectable()
export class KeyPlanKeeper {
  private readonly turns: Repeated;

  constructor(rotation: KeyRotationService, { jwksLifeMs }: PlanTimesOf, @Inject(LOGGER) logger: Logger) {
    this.turns = new Repeated({
      everyMs: Math.min(MAX_EVERY_MS, Math.max(MIN_EVERY_MS, jwksLifeMs / 10)),
      turn: () => rotation.keepPlan(),
      failed: (err) => logger.warn({ err }, 'The plan of the signing keys could not be kept; it is tried again soon'),
    });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }
}
