import { z } from 'zod';
import type { RestClient } from '../api/rest-client';
import { filledPath } from '../operations/parse-command-line';
import type { ParsedCommandLine } from '../operations/parsed-command-line';

/** The members of a version that identify it for a person. */
const version = z.looseObject({
  version: z.number(),
  revision: z.string(),
  status: z.string(),
  modules: z.array(z.string()),
  activatedAt: z.string().nullable(),
});
type Version = Readonly<z.infer<typeof version>>;

/**
 * The computed member `rules` of a version: the number of its Rego files. A version without any, such as a deletion, leaves decisions to
 * the base policy.
 */
export const VERSION_RULES = { rules: (item: unknown): string => rulesOf(version.parse(item)) } as const;

function rulesOf({ modules }: Version): string {
  if (modules.length === 0) return 'none: base policy';
  return modules.length === 1 ? '1 module' : `${modules.length} modules`;
}

/**
 * Returns a sentence with the active version and the version that a rollback restores: the one in `--version`, or the one that was active
 * before. Empty if the list has no such versions; the platform then refuses the rollback.
 */
export async function rollbackOutlook(client: RestClient, given: ParsedCommandLine): Promise<string> {
  const wanted = given.values['version'];
  let active: Version | null = null;
  // The newest versions come first.
  for await (const one of client.all(version, filledPath('/api/v1/tenants/{id}/policy/versions', given))) {
    const isTarget =
      wanted === undefined ? active !== null && one.activatedAt !== null : String(one.version) === wanted;
    if (one.status === 'active') active = one;
    else if (isTarget && active !== null) {
      return `${titleOf(active)} is active, and ${titleOf(one)} replaces it as a new version.`;
    }
  }
  return '';
}

function titleOf(one: Version): string {
  const revision = one.revision === '' ? '' : `, revision ${one.revision}`;
  return `version ${one.version} (${rulesOf(one)}${revision})`;
}
