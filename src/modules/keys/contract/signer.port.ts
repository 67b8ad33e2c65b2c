import type { CallContext } from '../../../kernel/context/call-context';

/** Signing, in the processes that hold `MASTER_KEY`. */
export abstract class SignerPort {
  /**
   * A compact JWS (RFC 7515 §7.1) over `claims` with the active key: RS256, with `kid` and the given `typ`.
   * Throws `unavailable` when no key is loaded.
   */
  abstract signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string;

  /**
   * Rotates: the published next key signs from now on, the active one is retired (still published until what it signed
   * has ended), and a new next key is published. Returns the `kid` that signs now.
   */
  abstract rotate(context: CallContext): Promise<string>;
}
