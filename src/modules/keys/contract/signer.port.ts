/** Signs tokens, in processes that have `MASTER_KEY`. */
export abstract class SignerPort {
  /**
   * Returns a compact JWS (RFC 7515 §7.1) of `claims`, signed with the active key (RS256), with its `kid` and the given `typ`. Throws
   * `unavailable` if no key is loaded.
   */
  abstract signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string;
}
