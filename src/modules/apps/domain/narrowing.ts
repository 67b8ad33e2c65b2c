import { isDeepStrictEqual } from 'node:util';
import { AppError, type FieldError } from '../../../kernel/errors/app-error';
import type { App, AppPatch } from '../contract/apps.types';

/** The members that an app can set itself (RFC 7592 §2.2). */
export type SelfManaged = Pick<
  App,
  | 'name'
  | 'declared_scopes'
  | 'default_scopes'
  | 'grant_types'
  | 'redirect_uris'
  | 'logo_uri'
  | 'policy_uri'
  | 'jwks'
  | 'jwks_uri'
>;

const LISTS = ['declared_scopes', 'grant_types', 'redirect_uris'] as const;
/** Members that identify the app to users and to the token endpoint. */
const FIXED = ['name', 'jwks', 'jwks_uri'] as const;
const REMOVABLE = ['logo_uri', 'policy_uri'] as const;

/**
 * Returns the change that an app can make to its own registration after an administrator has changed the app. Metadata (RFC 7591) cannot
 * name default scopes, so the app keeps the current default scopes that it still declares. Errors: `invalid_request`, which names the
 * members that do more than narrow the registration.
 */
export function narrowing(current: SelfManaged, patch: AppPatch): AppPatch {
  const fields = wideningFaults(current, patch);
  const [first] = fields;
  if (first) throw new AppError('invalid_request', `${first.pointer.slice(1)}: ${first.message}`, { fields });
  const { declared_scopes: declared = current.declared_scopes } = patch;
  return { ...patch, default_scopes: current.default_scopes.filter((scope) => declared.includes(scope)) };
}

/**
 * Compares an app's change to its own registration with the administrator's settings. Returns the members that do more than narrow these
 * settings, each with its pointer. A list can lose entries, a link can be removed, and nothing else can change. Empty if the change only
 * narrows the settings.
 */
function wideningFaults(current: SelfManaged, patch: AppPatch): readonly FieldError[] {
  const message = 'An administrator has changed this app: it can only narrow its own registration.';
  const fault = (member: string): FieldError => ({ pointer: `/${member}`, code: 'widening', message });
  return [
    ...LISTS.filter((member) => patch[member]?.some((one) => !(current[member] as readonly string[]).includes(one))),
    ...FIXED.filter((member) => patch[member] !== undefined && !isDeepStrictEqual(patch[member], current[member])),
    ...REMOVABLE.filter((member) => ![undefined, null, current[member]].includes(patch[member])),
  ].map(fault);
}
