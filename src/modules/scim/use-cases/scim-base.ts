import type { Installation } from '../../../kernel/config/installation';

/** The address of `/scim/v2` as identity providers know it. */
export function scimBase({ publicUrl }: Pick<Installation, 'publicUrl'>): string {
  return `${publicUrl}/scim/v2`;
}
