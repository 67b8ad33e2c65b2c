import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, outage } from '../errors/app-error';
import { canonicalJson } from '../json/canonical-json';
import { Sealer } from '../sealing/sealer';
import { TenantKeys } from '../sealing/tenant-keys';
import type { WriteKey } from './write-key';

const PURPOSE = 'idempotency';

/** Hashes and seals the responses to the writes of one tenant, or of the installation itself. */
export interface AnswerSeal {
  /** Data key of the tenant; `null` means `MASTER_KEY`, for writes of the installation. */
  readonly keyId: string | null;
  /** A keyed hash, because the input may be a secret that could be guessed from a plain hash. */
  readonly requestHash: (action: string, input: unknown) => Buffer;
  readonly seal: (answer: unknown, key: WriteKey) => Buffer;
  readonly open: (sealed: Buffer, key: WriteKey) => unknown;
}

/** Seals responses, because they may contain secrets that are shown only once. */
@Injectable()
export class WriteAnswers {
  constructor(
    private readonly keys: TenantKeys,
    private readonly sealer: Sealer,
  ) {}

  /** Returns the seal of a tenant. @param keyId the key of an earlier response; `undefined` means the key for new responses. */
  async sealOf(tenantId: string | null, keyId?: string | null): Promise<AnswerSeal> {
    if (tenantId === null) return this.platformSeal();
    const key = await (typeof keyId === 'string' ? this.keys.byId(tenantId, keyId) : this.keys.current(tenantId));
    return {
      keyId: key.id,
      requestHash: (action, input) => digest(key.derive(PURPOSE), action, input),
      seal: (answer, write) => key.seal(bytesOf(answer), ownerOf(write)),
      open: (sealed, write) => answerOf(key.open(sealed, ownerOf(write))),
    };
  }

  private platformSeal(): AnswerSeal {
    return {
      keyId: null,
      requestHash: (action, input) => digest(this.sealer.deriveKey(PURPOSE), action, input),
      seal: (answer, write) => this.sealer.seal(bytesOf(answer), ownerOf(write)),
      open: (sealed, write) => {
        try {
          return answerOf(this.sealer.open(sealed, ownerOf(write)));
        } catch (cause) {
          // Responses are stored for only a day, so a new master key does not require re-encryption here.
          const message =
            'The stored response for this Idempotency-Key is sealed with a different master key; use a new key.';
          throw outage('store_unavailable', { message, cause });
        }
      },
    };
  }
}

function digest(key: Buffer, action: string, input: unknown): Buffer {
  return createHmac('sha256', key)
    .update(textOf([action, input ?? null]))
    .digest();
}

/**
 * Returns the canonical JSON of a request. Errors: `invalid_request` for input that has no canonical JSON because it contains half a
 * surrogate pair or is nested deeper than the stack allows.
 */
function textOf(request: unknown): string {
  try {
    return canonicalJson(request);
  } catch (cause) {
    const message = 'With an Idempotency-Key, the body must not contain an unpaired surrogate or be nested too deeply.';
    throw new AppError('invalid_request', message, { cause });
  }
}

function ownerOf({ caller, keyHash }: WriteKey): string {
  return `kernel/idempotency/${caller}/${keyHash.toString('hex')}`;
}

/** Returns the JSON as bytes; empty for a write without a response. */
function bytesOf(answer: unknown): Buffer {
  return Buffer.from(answer === undefined ? '' : JSON.stringify(answer));
}

function answerOf(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'));
}
