import type { Client } from 'pg';
import type { ScimConnectionWithToken } from '../../src/modules/scim/contract/scim-connections.types';
import { fillUsers } from '../bench/lib/user-lists.mjs';
import { Installation } from '../support/installation';
import { type Scim, scimAt, type ScimBody, USER_URN } from '../support/scim';
import { withLateIndexes } from './with-late-indexes';

export interface ScimFigures {
  readonly users: number;
  /** Users created and deleted during the walks. */
  readonly writes: number;
  readonly pages: number;
  readonly seconds: number;
}

/** The sort attributes of the walks; `null` for the default order, by age. */
const SORTS = [null, 'userName'] as const;

interface World {
  readonly scim: Scim;
  readonly client: Client;
  readonly page: number;
}

/**
 * Fills a tenant with users and walks all of them by cursor, in each order. Meanwhile, creates and deletes users with every page, including
 * the user at the cursor. Fails if a walk returns a user twice, or misses a user that exists throughout.
 * @param writes the number in each walk, half of them deletions.
 * @param page users per page.
 */
export async function scimDrill(users: number, writes: number, page: number): Promise<ScimFigures> {
  const installation = await Installation.start({ layout: 'all', environment: { LIMIT_PER_ADDRESS: '0' } });
  const client = await installation.connect();
  try {
    await withLateIndexes(client, 'users.users', () => fillUsers(client, users));
    await client.query('VACUUM ANALYZE users.users');
    const world = { scim: await connect(installation), client, page };
    const began = performance.now();
    let pages = 0;
    for (const sort of SORTS) pages += await walk(world, sort, Math.ceil(writes / (users / page)));
    return { users, writes: writes * SORTS.length, pages, seconds: Math.round((performance.now() - began) / 1000) };
  } finally {
    await client.end();
    await installation.remove();
  }
}

/** @param writesWithPage the number of writes sent together with each page request. @returns the number of pages. */
async function walk({ scim, client, page }: World, sortBy: string | null, writesWithPage: number): Promise<number> {
  // The owner stays, and the walk returns the owner like any other user.
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM users.users WHERE role <> 'owner'`);
  const there = new Set(rows.map(({ id }) => id));
  const doomed = [...there].sort(() => Math.random() - 0.5);
  const met = new Set<string>();
  let atCursor: string | undefined;
  let pages = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
    const gone = [atCursor, ...doomed.splice(0, Math.floor(writesWithPage / 2))].flatMap((id) =>
      id !== undefined && there.delete(id) ? [id] : [],
    );
    const query: URLSearchParams = new URLSearchParams({
      count: String(page),
      cursor,
      attributes: 'userName',
      ...(sortBy && { sortBy }),
    });
    const [answer]: readonly [ScimBody, ...unknown[]] = await Promise.all([
      asked(scim, `/Users?${query.toString()}`),
      ...gone.map((id) => asked(scim, `/Users/${id}`, { method: 'DELETE' })),
      ...Array.from({ length: Math.ceil(writesWithPage / 2) }, () => asked(scim, '/Users', { json: newcomer() })),
    ]);
    for (const { id } of answer.Resources) {
      if (met.has(id)) throw new Error(`Sorted by ${sortBy}, ${id} was returned twice.`);
      met.add(id);
    }
    atCursor = answer.Resources.at(-1)?.id;
    cursor = answer.nextCursor;
  }
  const lost = [...there].filter((id) => !met.has(id));
  if (lost.length > 0) throw new Error(`Sorted by ${sortBy}, ${lost.length} users were lost, including ${lost[0]}.`);
  return pages;
}

/** A user whose name can begin with any letter: some users come before the cursor, and some after it. */
function newcomer(): object {
  const userName = `${Math.random().toString(36).slice(2)}.new@example.com`;
  return { schemas: [USER_URN], userName };
}

async function asked(scim: Scim, path: string, options: Parameters<Scim>[1] = {}): Promise<ScimBody> {
  const { status, text, body } = await scim(path, options);
  if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
  return body;
}

async function connect(installation: Installation): Promise<Scim> {
  const { status, text, body } = await installation.controlPlane<ScimConnectionWithToken>('/api/v1/scim-connections', {
    token: await installation.adminToken(),
    json: { name: 'Drill', preset: 'rfc' },
  });
  if (status !== 201) throw new Error(`No connection: ${status} ${text}`);
  return scimAt(installation.backendUrl, body.token);
}
