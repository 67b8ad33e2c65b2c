import { setTimeout as sleep } from 'node:timers/promises';
import { OwnConnection } from '../database/own-connection';

const CONNECT_MS = 2_000;
const RECEIVED_WITHIN_MS = 1_000;
/** A channel separate from the change feed's channel, so that no process wakes up. */
const CHANNEL = 'coresdk_doctor';

/**
 * Sends a notification outside the change feed, over two connections, as two processes would.
 * @returns the milliseconds until it arrived; `null` when it did not, for example behind a pooler that does not keep sessions.
 */
export async function probeNotifications(appUrl: string): Promise<number | null> {
  const options = { applicationName: 'coresdk-doctor', connectsWithinMs: CONNECT_MS, answersWithinMs: CONNECT_MS };
  const listener = await OwnConnection.open(appUrl, options);
  const ringer = await OwnConnection.open(appUrl, options).catch(async (error: unknown) => {
    await listener.close();
    throw error;
  });
  try {
    const { promise: heard, resolve } = Promise.withResolvers<true>();
    await listener.listen([CHANNEL], () => resolve(true));
    const began = performance.now();
    await ringer.run('SELECT pg_notify($1, $2)', [CHANNEL, '']);
    const isReceived = await Promise.race([heard, sleep(RECEIVED_WITHIN_MS, false, { ref: false })]);
    return isReceived ? performance.now() - began : null;
  } finally {
    await Promise.all([listener.close(), ringer.close()]);
  }
}
