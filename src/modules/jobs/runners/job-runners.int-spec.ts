import { openAllCore, type TestCore } from '../../../../test/support/test-core';
import { eventually } from '../../../../test/support/eventually';
import { inTenant } from '../../../../test/support/jobs-world';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant } from '../../../../test/support/two-tenants';
import type { CallContext } from '../../../kernel/context/call-context';
import { JobLogsPort } from '../contract/job-logs.port';
import type { NewJob } from '../contract/job-request.types';
import type { Job, JobEvent } from '../contract/job.types';
import { JobsPort } from '../contract/jobs.port';

const script = (text: string, more: Partial<NewJob> = {}): NewJob => ({
  type: 'container',
  kind: 'script',
  command: ['sh', '-c'],
  args: [text],
  ...more,
});

describe('jobs that run as plain processes', () => {
  let database: TestDatabase;
  let core: TestCore;
  let jobs: JobsPort;
  let context: CallContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    core = await openAllCore(database, { JOBS_ALLOW_LOCAL_PROCESS: 'true', JOBS_STOP_GRACE_MS: '200' });
    jobs = core.context.get(JobsPort);
    context = inTenant((await makeTenant(core, 'a')).id);
  });

  afterAll(async () => {
    await core.close();
    await database.drop();
  });

  async function story(id: string): Promise<readonly JobEvent[]> {
    const events: JobEvent[] = [];
    const order = { afterSeq: 0, signal: AbortSignal.timeout(120_000) };
    for await (const event of jobs.watch(context, id, order)) events.push(event);
    return events;
  }

  async function ended(id: string): Promise<Job> {
    await story(id);
    return jobs.get(context, id);
  }

  async function log(id: string): Promise<readonly string[]> {
    const lines: string[] = [];
    const order = { follow: false, tailLines: 0, fromLine: 0, signal: AbortSignal.timeout(120_000) };
    for await (const { stream, text } of core.context.get(JobLogsPort).read(context, id, order)) {
      lines.push(`${stream} ${text}`);
    }
    return lines;
  }

  it('run with an input, a result, progress and a log', async () => {
    const text = `cat "$CORESDK_INPUT_DIR/in.txt"; echo '::coresdk-progress {"percent":50,"stage":"half"}'
      sleep 0.3; echo warned >&2; printf '[1,2]' > "$CORESDK_RESULT_FILE"`;
    const { id } = await jobs.submit(context, script(text, { files: { 'in.txt': Buffer.from('hello\n') } }));
    expect((await story(id)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['created', 'scheduled', 'started', 'progress', 'succeeded']),
    );
    expect(await jobs.get(context, id)).toMatchObject({ state: 'succeeded', exitCode: 0, result: [1, 2] });
    expect(await log(id)).toEqual(expect.arrayContaining(['stdout hello', 'stderr warned']));
  });

  it('fail with their exit code and are retried as often as requested', async () => {
    const retry = { maxAttempts: 2, firstDelaySeconds: 0 };
    const { id } = await jobs.submit(context, script('echo "attempt $CORESDK_JOB_ATTEMPT"; exit 4', { retry }));
    expect(await ended(id)).toMatchObject({ state: 'failed', exitCode: 4, attempt: 2, error: { code: 'exit' } });
    expect(await log(id)).toEqual(['stdout attempt 1', 'stdout attempt 2']);
  });

  it('end when they are cancelled or time out', async () => {
    const stubborn = `trap '' TERM; echo ready; while :; do sleep 0.1; done`;
    const { id } = await jobs.submit(context, script(stubborn));
    await eventually(async () => expect(await log(id)).toEqual(['stdout ready']));
    expect(await jobs.cancel(context, id, 'enough')).toMatchObject({ state: 'cancelled' });
    const late = await jobs.submit(context, script(stubborn, { timeoutSeconds: 1 }));
    expect(await ended(late.id)).toMatchObject({ state: 'failed', error: { code: 'timeout' } });
  });
});
