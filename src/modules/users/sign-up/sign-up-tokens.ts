import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Sealer } from '../../../kernel/sealing/sealer';
import { Clock } from '../../../kernel/time/clock';

const OWNER = 'users/sign-up';
const LIFETIME_MS = 3_600_000;
const MAX_CHARS = 1_024;

const content = z.strictObject({
  tenantId: z.string(),
  email: z.string(),
  locale: z.string(),
  expiresAtMs: z.number(),
});

/** The address that a link of the sign-up mail proves. */
export type SignUpToken = Readonly<z.infer<typeof content>>;

/**
 * Tokens in the links of sign-up mails, sealed under the master key. Nothing is stored for an address before its owner opens the link. A
 * token is used up once the account exists.
 */
@Injectable()
export class SignUpTokens {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  make(address: Omit<SignUpToken, 'expiresAtMs'>): string {
    const sealed = { ...address, expiresAtMs: this.clock.nowMs() + LIFETIME_MS };
    return this.sealer.seal(Buffer.from(JSON.stringify(sealed)), OWNER).toString('base64url');
  }

  /** Returns the content of a token; `null` if this installation did not make it, or it has expired. */
  read(token: string): SignUpToken | null {
    if (token === '' || token.length > MAX_CHARS) return null;
    try {
      const text = this.sealer.open(Buffer.from(token, 'base64url'), OWNER).toString('utf8');
      const read = content.parse(JSON.parse(text));
      return read.expiresAtMs > this.clock.nowMs() ? read : null;
    } catch {
      return null;
    }
  }
}
