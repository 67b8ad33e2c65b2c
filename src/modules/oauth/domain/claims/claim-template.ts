import { APP_METADATA_KEY } from '../../../apps/contract/apps.types';
import { USER_MEMBERS } from '../../contract/token-claims.types';

/** A member in braces. `groups` is a list and therefore not text. */
const PLACE = /\{([^{}]*)\}/g;
const PLACES: ReadonlySet<string> = new Set([
  ...USER_MEMBERS.filter((member) => member !== 'groups').map((member) => `user.${member}`),
  ...['app.id', 'app.name', 'app.type'],
]);
const METADATA = 'app.metadata.';

/** Returns the reason why a template cannot be used; `null` if it can. */
export function templateFault(template: string): string | null {
  const unknown = [...template.matchAll(PLACE)].map(([, place = '']) => place).find((place) => !isPlace(place));
  if (unknown !== undefined)
    return `Unknown member "{${unknown}}". Use one of: ${[...PLACES].join(', ')}, ${METADATA}<key>.`;
  return /[{}]/.test(template.replaceAll(PLACE, '')) ? 'Each brace must enclose a member, such as {user.email}.' : null;
}

function isPlace(place: string): boolean {
  return PLACES.has(place) || (place.startsWith(METADATA) && APP_METADATA_KEY.test(place.slice(METADATA.length)));
}

/**
 * Returns the text of a template.
 * @param memberOf returns a member by its place, such as `user.email`; `null` if it has no value.
 * @returns `null` if any member has no value.
 */
export function fillTemplate(template: string, memberOf: (place: string) => string | null): string | null {
  let isComplete = true;
  const text = template.replaceAll(PLACE, (_whole, place: string) => {
    const member = memberOf(place);
    if (member === null) isComplete = false;
    return member ?? '';
  });
  return isComplete ? text : null;
}
