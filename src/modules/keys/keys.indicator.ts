import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../../kernel/health/readiness-indicator';
import { KeysService } from './keys.service';

/** Checks that signing keys are loaded in this process. */
@Injectable()
export class KeysIndicator extends ReadinessIndicator {
  readonly key = 'keys';
  readonly order = 4;

  constructor(private readonly keys: KeysService) {
    super();
  }

  protected override missing(): string | null {
    return this.keys.missing();
  }
}
