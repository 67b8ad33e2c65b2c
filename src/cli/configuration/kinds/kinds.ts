import { BACKEND_KINDS } from './backend-kinds';
import { CONTROL_PLANE_KINDS } from './control-plane-kinds';
import { FLAG_KINDS } from './flag-kinds';
import type { Kind } from './kind';
import { policyKind } from './policy-kind';
import { secretKind } from './secret-kind';

/** The kinds of objects in a tenant, in the order in which an export writes them. */
export const KINDS: readonly Kind[] = [...CONTROL_PLANE_KINDS, secretKind, ...FLAG_KINDS, policyKind, ...BACKEND_KINDS];

/** Returns the kind of a section. Errors: `Error` for a section that does not exist. */
export function kindOf(section: string): Kind {
  const kind = KINDS.find((one) => one.section === section);
  if (kind === undefined) throw new Error(`There is no section "${section}".`);
  return kind;
}
