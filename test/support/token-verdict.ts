import type { TokenVerdict } from '../../src/modules/oauth/contract/access-token.types';
import { AccessTokensPort } from '../../src/modules/oauth/contract/access-tokens.port';
import type { TestCore } from './test-core';

/** Returns a process's verdict on an access token, for the suites of modules that do not depend on OAuth. */
export function verdictOn({ context }: TestCore, token: string): Promise<TokenVerdict> {
  return context.get(AccessTokensPort).verify(token);
}
