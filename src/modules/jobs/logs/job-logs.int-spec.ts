import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, systemContext } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import { newId } from '../../../kernel/ids/ids';
import { SystemClock } from '../../../kernel/time/clock';
import { JobSteps } from '../../../../test/support/job-steps';
import { openSidecarCore, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { JobLogsPort, type LogOrder } from '../contract/job-logs.port';
import { jobRequest } from '../contract/job-request.types';
import { JobFailure, JobStop } from '../contract/job-runner';
import type { LogLine } from '../contract/job.types';
import { JobsPort } from '../contract/jobs.port';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import type { RunLog } from '../run/run-ports';
import { LogsRepository } from '../storage/logs.repository';
import { LogCommits } from './log-commits';
import { StoredRunLogs } from './stored-run-logs';

const tenantId = newId('tnt');
const here: CallContext = systemContext('req-logs', tenantId);
const request = jobRequest.parse({ type: 'container', kind: 'report' });

let database: TestDatabase;
let core: TestCore;
let steps: JobSteps;
let logs: JobLogsPort;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openSidecarCore(database);
  logs = core.context.get(JobLogsPort);
  steps = new JobSteps(database.adminUrl);
  await steps.takeAll();
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

/** The logs of a worker in a separate process. */
function newWorker(maxLogBytes = 10_000_000): StoredRunLogs {
  const repository = new LogsRepository(core.context.get(Database));
  const config = { ...core.context.get<JobsConfig>(jobsConfig.token), JOBS_MAX_LOG_BYTES: maxLogBytes };
  return new StoredRunLogs(repository, new LogCommits(repository), new SystemClock(), config);
}

async function newRun(): Promise<{ readonly id: string; readonly fence: number }> {
  const { id } = await core.context.get(JobsPort).submit(here, { type: 'container', kind: 'report' });
  return { id, fence: await steps.start(id) };
}

const open = (run: { readonly id: string; readonly fence: number }, worker = newWorker()): RunLog =>
  worker.open({ tenantId, jobId: run.id, fence: run.fence, isNew: false, request, context: here });

const read = (id: string, order: Partial<LogOrder> = {}, context = here): AsyncIterable<LogLine> =>
  logs.read(context, id, { follow: false, tailLines: 0, fromLine: 0, signal: AbortSignal.timeout(120_000), ...order });

async function textsOf(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

describe('the log of a run', () => {
  it('contains numbered lines from both streams, with their times', async () => {
    const run = await newRun();
    const log = open(run);
    await log.write('stdout', 'one\ntw');
    await log.write('stderr', 'oh\n');
    await log.write('stdout', Buffer.from('o\nthree'));
    await log.close();
    const lines: LogLine[] = [];
    for await (const line of read(run.id)) lines.push(line);
    expect(lines.map(({ line, stream, text }) => [line, stream, text])).toEqual([
      [0, 'stdout', 'one'],
      [1, 'stderr', 'oh'],
      [2, 'stdout', 'two'],
      [3, 'stdout', 'three'],
    ]);
    expect(Math.abs(Date.parse(lines[0]?.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('is stored in chunks of at most 64 KiB, regardless of how it is written', async () => {
    const run = await newRun();
    const log = open(run);
    const text = numbered(0, 20_000).join('\n');
    await log.write('stdout', text);
    for (const line of numbered(20_000, 20_050)) {
      await log.write('stdout', `\n${line}`);
      if (line.endsWith('0')) await sleep(160);
    }
    await log.close();
    expect(await textsOf(read(run.id))).toEqual(numbered(0, 20_050));
    const [sizes] = await queryAs<{ most: number; chunks: number; lines: number; told: number }>(
      database.adminUrl,
      `SELECT max(octet_length(content)) AS most, count(*)::int AS chunks, sum(lines)::int AS lines,
         (SELECT log_lines::int FROM jobs.jobs WHERE id = $1) AS told FROM jobs.log_chunks WHERE job_id = $1`,
      [run.id],
    );
    expect(sizes).toMatchObject({ lines: 20_050, told: 20_050 });
    expect(sizes?.most).toBeLessThanOrEqual(65_536);
    // Half a second of small writes does not produce one chunk per write.
    expect(sizes?.chunks).toBeLessThanOrEqual(Math.ceil((text.length * 2) / 65_536) + 2);
  });

  it('is read either from the last lines or from a specified line, but not both', async () => {
    const run = await newRun();
    const log = open(run);
    await log.write('stdout', `${numbered(0, 9_000).join('\n')}\n`);
    await log.close();
    expect(await textsOf(read(run.id, { tailLines: 3 }))).toEqual(numbered(8_997, 9_000));
    expect(await textsOf(read(run.id, { tailLines: 1e6 }))).toHaveLength(9_000);
    expect(await textsOf(read(run.id, { fromLine: 8_000 }))).toEqual(numbered(8_000, 9_000));
    expect(await textsOf(read(run.id, { fromLine: 9_000 }))).toEqual([]);
    const both = textsOf(read(run.id, { fromLine: 1, tailLines: 1 }));
    await expect(both).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('can be followed while it is written, until the job ends', async () => {
    const run = await newRun();
    const log = open(run);
    const followed = textsOf(read(run.id, { follow: true }));
    for (let at = 0; at < 300; at += 100) {
      await log.write('stdout', `${numbered(at, at + 100).join('\n')}\n`);
      await sleep(120);
    }
    await log.close();
    await steps.end(run.id, 'succeeded');
    expect(await followed).toEqual(numbered(0, 300));
    expect(await textsOf(read(run.id, { follow: true, fromLine: 299 }))).toEqual(['line 299']);
  });

  it('can be followed until the reader disconnects', async () => {
    const run = await newRun();
    const gone = new AbortController();
    const followed = textsOf(read(run.id, { follow: true, signal: gone.signal }));
    gone.abort();
    expect(await followed).toEqual([]);
  });

  it('is not visible to other tenants', async () => {
    const run = await newRun();
    const other = systemContext('req-logs', newId('tnt'));
    for (const [id, context] of [[run.id, other] as const, [newId('job'), here] as const, ['nothing', here] as const]) {
      await expect(textsOf(read(id, {}, context))).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('is stored only on request', async () => {
    const run = await newRun();
    const quiet = { ...request, captureLogs: false };
    const log = newWorker().open({
      tenantId,
      jobId: run.id,
      fence: run.fence,
      isNew: false,
      request: quiet,
      context: here,
    });
    await log.write('stdout', 'one\n');
    await log.close();
    expect(await textsOf(read(run.id))).toEqual([]);
  });
});

describe('a log', () => {
  it('continues after the lines of an earlier run, which can no longer add lines', async () => {
    const first = await newRun();
    const before = open(first);
    await before.write('stdout', 'one\n');
    await before.close();
    const second = { id: first.id, fence: await steps.start(first.id) };
    await before.write('stdout', 'late\n');
    await expect(before.close()).rejects.toBeInstanceOf(JobStop);
    const after = open(second);
    await after.write('stdout', 'two\n');
    await after.close();
    expect(await textsOf(read(first.id))).toEqual(['one', 'two']);
  });

  it('does not accept lines after its job has ended', async () => {
    const run = await newRun();
    const log = open(run);
    await log.write('stdout', 'one\n');
    await steps.end(run.id, 'failed', { error: 'no' });
    await expect(log.close()).rejects.toBeInstanceOf(JobStop);
    expect(await textsOf(read(run.id, { follow: true }))).toEqual([]);
  });

  it('ends at its limit, and its job fails with the reason', async () => {
    const run = await newRun();
    const log = open(run, newWorker(200_000));
    const flood = log.write('stdout', `${'flood '.repeat(10)}\n`.repeat(1_000_000));
    await expect(flood).rejects.toMatchObject({ code: 'limit', mayRetry: false });
    await expect(log.write('stderr', 'more\n')).rejects.toBeInstanceOf(JobFailure);
    const texts = await textsOf(read(run.id));
    expect(texts.at(-1)).toContain('200000 bytes');
    expect(texts.length).toBeLessThan(3_500);
    const again = open({ id: run.id, fence: await steps.start(run.id) }, newWorker(200_000));
    await expect(again.write('stdout', `${'flood '.repeat(10)}\n`.repeat(10))).rejects.toMatchObject({ code: 'limit' });
  });

  it('makes a flooding writer wait, and stores all its lines', async () => {
    const run = await newRun();
    const log = open(run);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => log.write('stdout', `${index} ${'x'.repeat(300)}\n`.repeat(1_000))),
    );
    await log.close();
    const texts = await textsOf(read(run.id));
    expect(texts).toHaveLength(20_000);
    // The writes follow one another, and each write is complete.
    expect(new Set(texts.map((text, at) => `${text.split(' ')[0] ?? ''} ${Math.floor(at / 1_000)}`)).size).toBe(20);
  });

  it('is not stored twice when the store’s response was lost', async () => {
    const run = await newRun();
    const repository = new LogsRepository(core.context.get(Database));
    const content = Buffer.from('o000000000one\n');
    const piece = { tenantId, jobId: run.id, fence: run.fence, firstLine: 0, lines: 1, content };
    expect(await repository.append([piece])).toEqual([true]);
    expect(await repository.append([piece, { ...piece, firstLine: 1 }])).toEqual([true, true]);
    expect(await repository.append([{ ...piece, firstLine: 7 }])).toEqual([false]);
    expect(await textsOf(read(run.id))).toEqual(['one', 'one']);
  });
});
