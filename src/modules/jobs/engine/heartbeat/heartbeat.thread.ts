import { parentPort, workerData } from 'node:worker_threads';
import { OwnConnection } from '../../../../kernel/database/own-connection';
import { ScheduledTask } from '../../../../kernel/tasks/scheduled-task';
import { sendHeartbeat } from '../../storage/worker-heartbeat';
import type { HeartbeatData, HeartbeatReport } from './heartbeat-messages';
import { FailureDetector } from './failure-detector';

const EVERY_MS = 500;
/**
 * Shorter than the time after which other workers declare this one dead: a worker without heartbeats ends its runs before other workers
 * take them over.
 */
const LOST_AFTER_MS = 2_500;
const ANSWERS_WITHIN_MS = 2_000;

const { databaseUrl, executorId } = workerData as HeartbeatData;
const living = new FailureDetector();
let connection: Promise<OwnConnection> | null = null;
let isBeating = false;
let beatAt = performance.now();

const beats = new ScheduledTask({
  everyMs: EVERY_MS,
  jitter: 0,
  keepsAlive: true,
  // Not awaited: while one heartbeat hangs, the next ones must detect that it is late.
  turn: () => void beat(),
  failed: () => undefined,
});
beats.start();

async function beat(): Promise<void> {
  if (performance.now() - beatAt > LOST_AFTER_MS) return lost('late');
  if (isBeating) return;
  isBeating = true;
  const began = performance.now();
  try {
    connection ??= OwnConnection.open(databaseUrl, {
      applicationName: 'coresdk-heartbeat',
      connectsWithinMs: ANSWERS_WITHIN_MS,
      answersWithinMs: ANSWERS_WITHIN_MS,
    });
    const others = await sendHeartbeat(await connection, executorId);
    if (others.length === 0) return lost('buried');
    report({
      kind: 'beat',
      marginMs: LOST_AFTER_MS - (performance.now() - beatAt),
      silent: living.observe(others, performance.now()).filter(({ id }) => id !== executorId),
    });
    beatAt = began;
  } catch (error) {
    void connection?.then((opened) => opened.close()).catch(() => undefined);
    connection = null;
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  } finally {
    isBeating = false;
  }
}

function lost(why: 'late' | 'buried'): void {
  void beats.stop();
  report({ kind: 'lost', why });
  parentPort?.close();
}

function report(message: HeartbeatReport): void {
  parentPort?.postMessage(message);
}
