import { describeTooOld, UPGRADE_FIRST } from '../../../kernel/database/baselines';
import { REPLACED_MIGRATIONS } from '../../../kernel/database/replaced-migrations';
import { compareSchema, type SchemaDifference } from '../../../kernel/database/schema';
import { readMigrations } from '../../../kernel/database/store-facts';
import { isControlPlane } from '../../settings';
import type { Check } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

const NAMED = 3;

/** Checks that the schema has the version of this build. */
export const migrationsCheck: Check = {
  group: 'Migrations',
  limitMs: 4_000,
  needs: ['DATABASE_URL'],
  async run({ store, settings }) {
    if (store.state !== 'open') return [];
    const present = store.facts.hasSchema ? await readMigrations(store.database) : null;
    const remedy = isControlPlane(settings.role.ROLE)
      ? 'Start the platform, which updates the schema.'
      : 'Start the control plane of this version, which updates the schema.';
    if (present === null) return [fail('schema', 'it does not exist yet', remedy)];
    return judgeSchema(compareSchema(present), countOf(present), remedy);
  },
};

/** Returns the number of migrations as a start counts them: without those that a baseline replaced, which are only recorded. */
export function countOf(present: readonly string[]): number {
  return present.filter((name) => !REPLACED_MIGRATIONS.includes(name)).length;
}

/** Returns the finding about a schema with `count` migrations. */
export function judgeSchema(
  { pending, unknown, tooOld }: SchemaDifference,
  count: number,
  remedy: string,
): readonly Finding[] {
  if (tooOld.length > 0) return [fail('too old', describeTooOld(tooOld), UPGRADE_FIRST)];
  const found: Finding[] = [];
  if (pending.length > 0) found.push(fail('pending', `${pending.length} pending: ${named(pending)}`, remedy));
  if (unknown.length > 0) {
    const detail = `${unknown.length} unknown to this version: ${named(unknown)}`;
    found.push(warn('unknown', detail, 'A newer version has run here. Update this one as planned.'));
  }
  return found.length > 0 ? found : [ok('schema', `all ${count} are applied`)];
}

function named(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
