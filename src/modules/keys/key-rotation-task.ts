import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { KeyRotationService } from './key-rotation.service';
import { PlanTimesOf } from './plan-times';

const MIN_EVERY_MS = 1_000;
const MAX_EVERY_MS = 30_000;

/**
 * Keeps the plan going, in every process that holds `MASTER_KEY`: a turn finds what is due, whoever was to do it, so that
 * restarts and crashes only delay it.
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
    failure: 'The plan of the signing keys could not be kept; it is tried again soon',
  })
  async keep(): Promise<void> {
    await this.rotation.keepPlan();
  }
}
