import { Injectable } from '@nestjs/common';
import { changesConfig, type ChangesConfig } from '../../kernel/changes/changes.config';
import { InjectConfig } from '../../kernel/config/inject-config';
import { MAX_ACCESS_TOKEN_TTL_SECONDS } from '../revocation/contract/revocation.types';
import type { PlanTimes } from './domain/key-plan';
import { keysConfig, type KeysConfig } from './keys.config';

const DAY_MS = 86_400_000;

/** The plan's times, from this installation's configuration. */
@Injectable()
export class PlanTimesOf implements PlanTimes {
  readonly jwksLifeMs: number;
  readonly unawareMs: number;
  readonly tokenLifeMs = MAX_ACCESS_TOKEN_TTL_SECONDS * 1000;
  readonly rotationMs: number | null;

  constructor(@InjectConfig(keysConfig) keys: KeysConfig, @InjectConfig(changesConfig) changes: ChangesConfig) {
    this.jwksLifeMs = keys.JWKS_MAX_AGE_SECONDS * 1000;
    this.unawareMs = changes.CHANGE_FEED_MAX_AGE_MS;
    this.rotationMs = keys.KEY_ROTATION_DAYS === 0 ? null : keys.KEY_ROTATION_DAYS * DAY_MS;
  }
}
