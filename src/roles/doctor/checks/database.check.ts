import type { Check } from '../check';
import { fail, type Finding, ok, warn } from '../finding';
import type { StoreFacts } from '../../../kernel/database/store-facts';

/** The oldest PostgreSQL version with every feature that the schema uses. */
const OLDEST_MAJOR = 15;
const NEARLY_FULL = 0.9;

/** Checks that the store responds, and reports its version. */
export const databaseCheck: Check = {
  group: 'Database',
  limitMs: 1_000,
  needs: ['DATABASE_URL'],
  async run({ store, running }) {
    if (store.state === 'open') return judgeStore(store.place, store.facts);
    const { place, why, remedy } = store;
    // A stopped embedded store is expected while nothing runs.
    if (store.state === 'asleep' && running === null) {
      return [warn('reachable', `${place}: ${why}, so its contents were not checked`, remedy)];
    }
    return [fail('reachable', `${place}: ${why}`, remedy)];
  },
};

/** Returns the findings about a store that responds. */
export function judgeStore(place: string, facts: StoreFacts): readonly Finding[] {
  const found: Finding[] = [ok('reachable', place)];
  const { version, majorVersion, connections, isReplica } = facts;
  found.push(
    majorVersion < OLDEST_MAJOR
      ? fail('version', `PostgreSQL ${version} is too old`, `Update it to ${OLDEST_MAJOR} or later.`)
      : ok('version', `PostgreSQL ${version}`),
  );
  if (isReplica) {
    found.push(fail('primary', 'it is a replica, which accepts no writes', 'Point DATABASE_URL to the primary.'));
  }
  const share = `${connections.used} of ${connections.most} connections in use`;
  const remedy = 'Raise max_connections, or lower DATABASE_POOL_SIZE.';
  found.push(
    connections.used >= connections.most * NEARLY_FULL ? warn('connections', share, remedy) : ok('connections', share),
  );
  return found;
}
