import { describeTooOld, UPGRADE_FIRST } from '../../../kernel/database/baselines';
import { compareSchema, type SchemaDifference } from '../../../kernel/database/schema';
import { readMigrations } from '../../../kernel/database/store-facts';
import { isControlPlane } from '../../settings';
import type { Check } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

const NAMED = 3;

/** Checks that the schema is that of this build. */
export const migrationsCheck: Check = {
  group: 'Migrations',
  limitMs: 4_000,
  needs: ['DATABASE_URL'],
  async run({ store, settings }) {
    if (store.state !== 'open') return [];
    const present = store.facts.hasSchema ? await readMigrations(store.database) : null;
    const remedy = isControlPlane(settings.role.ROLE)
      ? 'Start the platform: it brings the schema up to date.'
      : 'Start the control plane of this version: it brings the schema up to date.';
    if (present === null) return [fail('schema', 'there is none yet', remedy)];
    return judgeSchema(compareSchema(present), present.length, remedy);
  },
};

/** Returns the finding about a schema with `count` migrations. */
export function judgeSchema(
  { pending, unknown, tooOld }: SchemaDifference,
  count: number,
  remedy: string,
): readonly Finding[] {
  if (tooOld.length > 0) return [fail('too old', describeTooOld(tooOld), UPGRADE_FIRST)];
  const found: Finding[] = [];
  if (pending.length > 0) found.push(fail('pending', `${pending.length} to come: ${named(pending)}`, remedy));
  if (unknown.length > 0) {
    const detail = `${unknown.length} that this version does not know: ${named(unknown)}`;
    found.push(warn('unknown', detail, 'A newer version has run here; update this one when its turn comes.'));
  }
  return found.length > 0 ? found : [ok('schema', `all ${count} are there`)];
}

function named(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
