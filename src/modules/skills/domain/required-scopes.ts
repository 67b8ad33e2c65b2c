import type { JavascriptDefinition } from '../contract/skill-definition.types';

/**
 * Returns the scopes that a caller needs to register code with these grants, because a skill must not have access that its author lacks.
 * @returns each scope, with a pointer to the grants in the definition that require it.
 */
export function requiredScopes({
  grants,
}: JavascriptDefinition): readonly { readonly scope: string; readonly pointer: string }[] {
  const needed = grants.files.map(({ access }, index) => ({
    scope: access === 'write' ? 'files.write' : 'files.read',
    pointer: `/grants/files/${index}`,
  }));
  if (grants.flags.length > 0) needed.push({ scope: 'flags.read', pointer: '/grants/flags' });
  if (grants.skills.length > 0) needed.push({ scope: 'skills.run', pointer: '/grants/skills' });
  if (grants.secrets.length > 0) needed.push({ scope: 'secrets.read', pointer: '/grants/secrets' });
  return needed;
}
