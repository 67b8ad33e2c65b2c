import type { Database } from '../database/database';
import type { Change } from './change';

const PAGE = 10_000;

/** Every entry of a topic of the change log that still counts, in pages, in the order in which they were made: for holders that load. */
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
