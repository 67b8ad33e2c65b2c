import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { MasterKeyProof } from './master-key-proof';

/** Checks that `MASTER_KEY` is the key of this installation. */
@Injectable()
export class MasterKeyIndicator extends ReadinessIndicator {
  readonly key = 'master key';
  readonly order = 8;

  constructor(private readonly proof: MasterKeyProof) {
    super();
  }

  protected override missing(): string | null {
    return this.proof.missing();
  }
}
