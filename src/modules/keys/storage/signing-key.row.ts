import { type Columns, selectOf } from '../../../kernel/database/columns';
import type { KeyStatus, PublicJwk } from '../contract/keys.types';

export interface SigningKeyRow {
  readonly kid: string;
  readonly status: KeyStatus;
  readonly publicJwk: PublicJwk;
  readonly sealedPrivate: Buffer;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly signsFrom: Date | null;
  readonly activatedAt: Date | null;
  readonly retiredAt: Date | null;
  readonly publishUntil: Date | null;
}

export const KEY_COLUMNS: Columns<SigningKeyRow> = {
  kid: 'kid',
  status: 'status',
  publicJwk: 'public_jwk',
  sealedPrivate: 'sealed_private',
  createdAt: 'created_at',
  publishedAt: 'published_at',
  signsFrom: 'signs_from',
  activatedAt: 'activated_at',
  retiredAt: 'retired_at',
  publishUntil: 'publish_until',
};

/** Selects every {@link SigningKeyRow}. */
export const SELECT_KEYS = `SELECT ${selectOf(KEY_COLUMNS)} FROM keys.signing_keys`;
