/**
 * Returns the first required scope that is not granted; `null` if all required scopes are granted. A granted `jobs.*` covers every scope
 * that begins with `jobs.`. A pattern among the required scopes is compared literally.
 * @param required scopes separated by spaces; an empty string means that no scope is required.
 */
export function missingScope(granted: readonly string[], required: string): string | null {
  if (required === '') return null;
  const needed = required.split(' ').filter((scope) => scope !== '');
  return needed.find((scope) => !granted.some((each) => covers(each, scope))) ?? null;
}

function covers(granted: string, needed: string): boolean {
  if (granted === needed) return true;
  // A lone "*" does not cover any scope, to prevent every scope from being granted by accident.
  return granted.length > 2 && granted.endsWith('.*') && needed.startsWith(granted.slice(0, -1));
}
