import type { Installation } from '../../../kernel/config/installation';

/** Returns the address of `/scim/v2` that identity providers use. */
export function scimBase({ publicUrl }: Pick<Installation, 'publicUrl'>): string {
  return `${publicUrl}/scim/v2`;
}
