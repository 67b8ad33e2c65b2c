import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const CONNECT_MS = 2_000;
const HEARD_WITHIN_MS = 1_000;
/** Not the feed's own: nobody is to be woken. */
const CHANNEL = 'coresdk_doctor';

/**
 * Rings a bell beside that of the change feed, over two connections as two processes would.
 * @returns the milliseconds until it was heard; `null` when it is not, as behind a pooler that keeps no sessions.
 */
export async function tryBell(appUrl: string): Promise<number | null> {
  const [listener, ringer] = [newClient(appUrl), newClient(appUrl)];
  try {
    await Promise.all([listener.connect(), ringer.connect()]);
    const heard = new Promise<true>((resolve) => listener.once('notification', () => resolve(true)));
    await listener.query(`LISTEN ${CHANNEL}`);
    const began = performance.now();
    await ringer.query('SELECT pg_notify($1, $2)', [CHANNEL, '']);
    const isHeard = await Promise.race([heard, sleep(HEARD_WITHIN_MS, false, { ref: false })]);
    return isHeard ? performance.now() - began : null;
  } finally {
    await Promise.allSettled([listener.end(), ringer.end()]);
  }
}

function newClient(connectionString: string): Client {
  const client = new Client({
    connectionString,
    application_name: 'coresdk-doctor',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined);
  return client;
}
