import { fillUsers, startsOf, USER_LISTS } from '../bench/lib/user-lists.mjs';
import { Installation } from '../support/installation';
import { type Latencies, latenciesOf } from './latencies';
import { storeSize } from './store-size';
import { withLateIndexes } from './with-late-indexes';

export interface UsersFigures {
  readonly users: number;
  readonly fillSeconds: number;
  /** The size of the full store. */
  readonly storeGb: number;
  /** The latency of requests for any page of each list in the bench, and of requests for one user. */
  readonly lists: Readonly<Record<string, Latencies>>;
}

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

const PAGE = 50;

/**
 * Fills a tenant with users, walks every list from beginning to end, and requests pages throughout it. Fails unless the walk through the
 * complete list returns each user.
 */
export async function usersDrill(users: number, times: number): Promise<UsersFigures> {
  const installation = await Installation.start({
    layout: 'all',
    environment: { LIMIT_PER_ADDRESS: '0', LIMIT_PER_CLIENT: '0' },
  });
  try {
    const began = performance.now();
    const client = await installation.connect();
    await withLateIndexes(client, 'users.users', () => fillUsers(client, users));
    await client.query('VACUUM ANALYZE users.users');
    await client.query('CHECKPOINT');
    const storeGb = await storeSize(client);
    await client.end();
    const fillSeconds = Math.round((performance.now() - began) / 1000);
    return { users, fillSeconds, storeGb, lists: await timeLists(installation, users, times) };
  } finally {
    await installation.remove();
  }
}

async function timeLists(
  installation: Installation,
  users: number,
  times: number,
): Promise<Readonly<Record<string, Latencies>>> {
  let token = await reader(installation);
  let met = 0;
  const ask = async (query: string): Promise<Page> => {
    const { status, text, body } = await installation.backend<Page>(`/v1/users?${query}`, { token });
    if (status !== 200) throw new Error(`${query}: ${status} ${text}`);
    met += body.items.length;
    return body;
  };
  const [someone] = (await ask('limit=1')).items;
  const one = (): Promise<unknown> => installation.backend(`/v1/users/${someone?.id}`, { token });
  const lists: Record<string, Latencies> = { 'one user, for scale': await latenciesOf(times, one) };
  for (const [name, query] of Object.entries(USER_LISTS)) {
    // A walk can take longer than the default lifetime of a token.
    token = await reader(installation);
    met = 0;
    const starts = await startsOf(ask, query);
    // The list also contains the first owner.
    if (query === 'sort=email' && met < users) throw new Error(`The list has ${met} of ${users} users.`);
    const start = (): string => starts[Math.floor(Math.random() * starts.length)] ?? '';
    lists[name] = await latenciesOf(times, () => ask(`${query}&limit=${PAGE}${start()}`));
  }
  return lists;
}

/** Returns a token for an app that can read users. */
async function reader(installation: Installation): Promise<string> {
  const scopes = ['users.read'];
  const app = await installation.register(await installation.adminToken(), {
    declared_scopes: scopes,
    default_scopes: scopes,
  });
  return installation.token(app.client_id, app.client_secret);
}
