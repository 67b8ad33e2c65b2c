import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { MasterKeyProof } from './master-key-proof';

/** Checks that `MASTER_KEY` is the key of this installation. */
@Injectable()
export class MasterKeyIndicator extends ReadinessIndicator {
  readonly key = 'master key';
  readonly order = 8;

  constructor(
    health: HealthIndicatorService,
    private readonly proof: MasterKeyProof,
  ) {
    super(health);
  }

  protected override missing(): string | null {
    return this.proof.missing();
  }
}
