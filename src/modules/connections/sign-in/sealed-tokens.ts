import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Sealer } from '../../../kernel/sealing/sealer';
import { Clock } from '../../../kernel/time/clock';

/** Both tokens are bound to one browser and expire. */
const bound = {
  tenantId: z.string(),
  connectionId: z.string(),
  /** Hash of the id in the browser's cookie. */
  browser: z.string(),
  expiresAtMs: z.number(),
};

const stateSchema = z.strictObject({
  ...bound,
  /** Id of the sign-in, which works once. */
  id: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});

const linkSchema = z.strictObject({
  ...bound,
  issuer: z.string(),
  subject: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  /** The role that the rules assign; `null` without rules. */
  role: z.enum(['admin', 'member', 'viewer']).nullable(),
});

/** The content of `state`: what belongs to one sign-in at a provider. */
export type SignInState = Readonly<z.infer<typeof stateSchema>>;

/** An upstream identity that waits for a proof of an account. */
export type LinkToken = Readonly<z.infer<typeof linkSchema>>;

const LIFETIME_MS = 10 * 60_000;
const MAX_CHARS = 8_192;
const KINDS = { state: stateSchema, link: linkSchema } as const;

/**
 * Tokens that leave this installation and come back unread and unchanged: the state of a sign-in, and an identity that waits to be linked.
 * They are sealed under the master key, because a state contains the PKCE verifier, and state parameters end up in the logs of providers.
 */
@Injectable()
export class SealedTokens {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** Returns the time at which a token that is made now expires, in Unix milliseconds. */
  expiresAtMs(): number {
    return this.clock.nowMs() + LIFETIME_MS;
  }

  /** Returns the form in which a token names a browser. */
  browserOf(browserId: string): string {
    return createHash('sha256').update(browserId).digest('base64url');
  }

  seal<Kind extends keyof typeof KINDS>(kind: Kind, content: z.infer<(typeof KINDS)[Kind]>): string {
    return this.sealer.seal(Buffer.from(JSON.stringify(content)), `connections/${kind}`).toString('base64url');
  }

  /** Returns the content of a token; `null` if this installation did not make it, or made it for something else. Says nothing about its age. */
  open<Kind extends keyof typeof KINDS>(kind: Kind, token: string): z.infer<(typeof KINDS)[Kind]> | null {
    if (token === '' || token.length > MAX_CHARS) return null;
    try {
      const text = this.sealer.open(Buffer.from(token, 'base64url'), `connections/${kind}`).toString('utf8');
      return KINDS[kind].parse(JSON.parse(text)) as z.infer<(typeof KINDS)[Kind]>;
    } catch {
      return null;
    }
  }

  /** Returns whether a token belongs to a browser. A browser without a cookie owns no token. */
  isOf({ browser }: { readonly browser: string }, browserId: string): boolean {
    return browserId !== '' && browser === this.browserOf(browserId);
  }

  isExpired({ expiresAtMs }: { readonly expiresAtMs: number }): boolean {
    return expiresAtMs <= this.clock.nowMs();
  }
}
