/**
 * The first scope that is needed and not granted; `null` when all are. A granted `jobs.*` covers every scope that begins
 * with `jobs.`; a pattern in what is needed is taken by its letters.
 * @param required scopes separated by blanks; none for an empty text.
 */
export function missingScope(granted: readonly string[], required: string): string | null {
  if (required === '') return null;
  const needed = required.split(' ').filter((scope) => scope !== '');
  return needed.find((scope) => !granted.some((each) => covers(each, scope))) ?? null;
}

function covers(granted: string, needed: string): boolean {
  if (granted === needed) return true;
  // A lone "*" covers nothing: nobody is granted everything by accident.
  return granted.length > 2 && granted.endsWith('.*') && needed.startsWith(granted.slice(0, -1));
}
