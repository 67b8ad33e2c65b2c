import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ReadinessIndicator } from '../../kernel/health/readiness-indicator';
import { KeysService } from './keys.service';

/** Checks that signing keys are known here. */
@Injectable()
export class KeysIndicator extends ReadinessIndicator {
  readonly key = 'keys';
  readonly order = 4;

  constructor(
    health: HealthIndicatorService,
    private readonly keys: KeysService,
  ) {
    super(health);
  }

  protected override missing(): string | null {
    return this.keys.missing();
  }
}
