import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { KeyRotationService } from './key-rotation.service';
import { PlanTimesOf } from './plan-times';

const MIN_EVERY_MS = 1_000;
const MAX_EVERY_MS = 30_000;

/**
 * Executes the plan in every process that has `MASTER_KEY`. Each run determines the actions that are due, so that restarts and crashes only
 * delay them.
 */
@Injectable()
export class KeyRotationTask {
  constructor(
    private readonly rotation: KeyRotationService,
    private readonly times: PlanTimesOf,
  ) {}

  @Scheduled<KeyRotationTask>({
    name: 'keys.keep_plan',
    everyMs: ({ times }) => Math.min(MAX_EVERY_MS, Math.max(MIN_EVERY_MS, times.jwksLifeMs / 10)),
    failure: 'Failed to execute the plan of the signing keys; retrying soon',
  })
  async keep(): Promise<void> {
    await this.rotation.keepPlan();
  }
}
