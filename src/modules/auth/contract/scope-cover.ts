/**
 * Returns the first required scope that is not granted; `null` if all are. A granted `jobs.*` covers every scope that begins with `jobs.`.
 * A pattern among the required scopes is compared literally.
 * @param required scopes separated by spaces; an empty string means none.
 */
export function missingScope(granted: readonly string[], required: string): string | null {
  if (required === '') return null;
  const needed = required.split(' ').filter((scope) => scope !== '');
  return needed.find((scope) => !granted.some((each) => covers(each, scope))) ?? null;
}

function covers(granted: string, needed: string): boolean {
  if (granted === needed) return true;
  // A lone "*" covers nothing, so that every scope cannot be granted by accident.
  return granted.length > 2 && granted.endsWith('.*') && needed.startsWith(granted.slice(0, -1));
}
