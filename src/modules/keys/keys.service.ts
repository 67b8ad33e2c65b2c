import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublishedDocument } from '../../kernel/http/answers/published-document';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { InjectConfig } from '../../kernel/config/inject-config';
import { stale } from '../../kernel/changes/stale';
import { outage } from '../../kernel/errors/app-error';
import type { KeysPort } from './contract/keys.port';
import { KEYS_TOPIC, type VerificationKey } from './contract/keys.types';
import { promisedLifeSeconds } from './domain/key-plan';
import { publicKeyOf } from './domain/rsa-key';
import { keysConfig, type KeysConfig } from './keys.config';
import { SigningKeysRepository } from './storage/signing-keys.repository';

interface Ring {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly text: string;
  readonly etag: string;
}

/** The public keys, in the memory of every process that validates tokens. */
@Injectable()
export class KeysService implements KeysPort, ChangeSubscriber {
  readonly topics = [KEYS_TOPIC];
  private ring: Ring | null = null;

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly feed: ChangeFeed,
    @InjectConfig(keysConfig) private readonly config: KeysConfig,
  ) {
    feed.register(this);
  }

  jwksJson(): string {
    return this.loaded().text;
  }

  jwks(): PublishedDocument {
    const { text, etag } = this.loaded();
    return { text, etag, maxAgeSeconds: promisedLifeSeconds(this.config.JWKS_MAX_AGE_SECONDS, this.feed.ageMs()) };
  }

  verificationKey(kid: string): VerificationKey | null {
    if (!this.feed.isFresh()) throw stale(this.feed, 'keys_stale');
    const { keys } = this.loaded();
    // If no key is loaded, a signature is not invalid but cannot be verified, which is an outage.
    if (keys.size === 0) throw outage('keys_unknown');
    return keys.get(kid) ?? null;
  }

  /** Returns the missing requirement for readiness, or `null` if keys are loaded. */
  missing(): string | null {
    return this.ring === null || this.ring.keys.size === 0 ? 'signing keys: none are loaded yet' : null;
  }

  async load(): Promise<void> {
    const rows = await this.repository.all();
    const jwks = rows.map(({ publicJwk }) => publicJwk).sort((a, b) => (a.kid < b.kid ? -1 : 1));
    const text = JSON.stringify({ keys: jwks });
    this.ring = {
      keys: new Map(jwks.map((jwk) => [jwk.kid, { kid: jwk.kid, publicKey: publicKeyOf(jwk) }])),
      text,
      etag: `"${hash('sha256', text, 'base64url')}"`,
    };
  }

  apply(): Promise<void> {
    return this.load();
  }

  private loaded(): Ring {
    if (!this.ring) throw outage('keys_unknown');
    return this.ring;
  }
}
