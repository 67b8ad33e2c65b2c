import type { Database } from '../database/database';
import type { Change } from './change';

const PAGE = 10_000;

/**
 * Yields every entry of a change log topic that is still valid, in pages and in order of creation, for subscribers that are loading their
 * state.
 */
export async function* retainedChanges(database: Database, topic: string): AsyncIterable<Change> {
  let after = 0;
  for (;;) {
    const row = await database
      .platform()
      .maybeOne<{ page: (Change & { id: number })[] }>('SELECT kernel.changes_kept($1, $2, $3) AS page', [
        topic,
        after,
        PAGE,
      ]);
    const page = row?.page ?? [];
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}
