import { Injectable } from '@nestjs/common';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { AppError } from '../../kernel/errors/app-error';
import type { KeysPort } from './contract/keys.port';
import { KEYS_TOPIC, type VerificationKey } from './contract/keys.types';
import { publicKeyOf } from './domain/rsa-key';
import { SigningKeysRepository } from './storage/signing-keys.repository';

interface Ring {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly jwksJson: string;
}

/** The public half: what every process that judges tokens holds in memory. */
@Injectable()
export class KeysService implements KeysPort, ChangeHolder {
  readonly topics = [KEYS_TOPIC];
  private ring: Ring | null = null;

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  jwksJson(): string {
    return this.loaded().jwksJson;
  }

  verificationKey(kid: string): VerificationKey | null {
    if (!this.feed.isFresh()) throw new AppError('unavailable', 'The signing keys are stale; try again.');
    return this.loaded().keys.get(kid) ?? null;
  }

  async load(): Promise<void> {
    const rows = await this.repository.all();
    const jwks = rows.map(({ publicJwk }) => publicJwk).sort((a, b) => a.kid.localeCompare(b.kid));
    this.ring = {
      keys: new Map(jwks.map((jwk) => [jwk.kid, { kid: jwk.kid, publicKey: publicKeyOf(jwk) }])),
      jwksJson: JSON.stringify({ keys: jwks }),
    };
  }

  apply(): Promise<void> {
    return this.load();
  }

  private loaded(): Ring {
    if (!this.ring) throw new AppError('unavailable', 'The signing keys are not loaded yet; try again.');
    return this.ring;
  }
}
