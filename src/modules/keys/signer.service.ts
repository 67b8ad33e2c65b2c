import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import { outage } from '../../kernel/errors/app-error';
import { KEYS_TOPIC } from './contract/keys.types';
import type { SignerPort } from './contract/signer.port';
import { compactJws, encodeHeader } from './domain/compact-jws';
import { SealedKeys } from './sealed-keys';
import { SigningKeysRepository } from './storage/signing-keys.repository';

interface ActiveKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly headers: Map<string, string>;
}

/** Signs with the active key, which it caches; the change feed updates it. */
@Injectable()
export class SignerService implements SignerPort, ChangeSubscriber {
  readonly topics = [KEYS_TOPIC];
  private active: ActiveKey | null = null;

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly sealed: SealedKeys,
    private readonly feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string {
    const key = this.active;
    if (!key || !this.feed.isFresh())
      throw outage(key ? 'keys_stale' : 'keys_unknown', { message: 'No signing key is available. Try again.' });
    let header = key.headers.get(typ);
    if (header === undefined) {
      header = encodeHeader(key.kid, typ);
      key.headers.set(typ, header);
    }
    return compactJws(header, claims, key.privateKey);
  }

  async load(): Promise<void> {
    const row = (await this.repository.all()).find(({ status }) => status === 'active');
    if (row?.kid === this.active?.kid) return;
    this.active = row
      ? { kid: row.kid, privateKey: this.sealed.open(row.sealedPrivate, row.kid), headers: new Map() }
      : null;
  }

  apply(): Promise<void> {
    return this.load();
  }
}
