import type { AccessTokenClaims } from './access-token.types';

/** Ids of a token and of every token that it was made from. */
export function tokenIdsOf({ jti, parent_jtis: parents = [] }: AccessTokenClaims): readonly string[] {
  return [...parents, jti];
}
