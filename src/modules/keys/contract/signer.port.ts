/** Signing, in the processes that hold `MASTER_KEY`. */
export abstract class SignerPort {
  /**
   * A compact JWS (RFC 7515 §7.1) over `claims` with the active key: RS256, with `kid` and the given `typ`.
   * Throws `unavailable` when no key is loaded.
   */
  abstract signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string;
}
