import type { JavascriptDefinition } from '../contract/skill-definition.types';

/**
 * The scopes that whoever registers code needs for what it is granted: nobody reaches by a skill what they may not reach
 * themselves. Secrets are not among them: those are given out by the grants of whoever runs it.
 * @returns for each its pointer in the definition.
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
