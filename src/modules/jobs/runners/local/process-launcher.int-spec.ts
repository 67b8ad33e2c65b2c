import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../../../test/support/eventually';
import { FakeJobRun, jobSecret, runnableJob } from '../../../../../test/support/fake-job-run';
import { ConfigReader } from '../../../../kernel/config/config-section';
import type { NewJob } from '../../contract/job-request.types';
import type { JobOutcome } from '../../contract/job-runner';
import { attend } from '../child';
import { ContainerRunner } from '../container-runner';
import { ImageRules } from '../image-rules';
import { jobRunnersConfig } from '../job-runners.config';
import { WorkPlace } from '../work-place';
import { processesOf } from './process-tree';
import { ProcessLauncher } from './process-launcher';

const settings = {
  ...new ConfigReader({}).read(jobRunnersConfig),
  JOBS_STOP_GRACE_MS: 200,
  JOBS_MAX_DISK_BYTES: 8_000_000,
};

let base: string;
let place: WorkPlace;
let runner: ContainerRunner;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'runs-'));
  place = new WorkPlace(base);
  runner = new ContainerRunner(
    new ProcessLauncher(place, settings.JOBS_STOP_GRACE_MS),
    new ImageRules(settings),
    settings,
  );
});

afterEach(async () => {
  const left = await processesOf(null, base);
  const directories = readdirSync(await place.path()).filter((name) => name.startsWith('job-'));
  await place.onApplicationShutdown();
  rmSync(base, { recursive: true, force: true });
  // The run does not leave anything behind, regardless of what it did.
  expect({ left, directories }).toEqual({ left: [], directories: [] });
});

function run(script: string, job = new FakeJobRun(), more: Partial<NewJob> = {}): Promise<JobOutcome> {
  const request: NewJob = { type: 'container', kind: 'script', command: ['sh', '-c'], args: [script], ...more };
  return runner.run(runnableJob(request), job);
}

describe('a job as a process', () => {
  it('receives its variables, files and secrets, but none of this process’s variables', async () => {
    const job = new FakeJobRun(
      [jobSecret('KEY', 'in a variable', 'env'), jobSecret('cert.pem', 'in a\nfile', 'file')],
      new Map([['a/b.txt', Buffer.from('inline')]]),
    );
    process.env['MASTER_KEY_OF_THIS_TEST'] = 'not for jobs';
    const script = `
      cat "$CORESDK_INPUT_DIR/a/b.txt" "$CORESDK_INPUT_FILE" "$CORESDK_SECRETS_DIR/cert.pem"; echo
      stat -c %a "$CORESDK_SECRETS_DIR/cert.pem"; echo "$KEY $MINE $CORESDK_USER_ID"; env >&2
      printf '{"rows":3}' > "$CORESDK_RESULT_FILE"`;
    const outcome = await run(script, job, { env: { MINE: 'mine' }, input: { n: 1 }, userId: 'usr-1' });
    expect(outcome).toEqual({ exitCode: 0, result: { rows: 3 } });
    expect(job.logged.stdout).toBe('inline{"n":1}in a\nfile\n400\nin a variable mine usr-1\n');
    expect(job.logged.stderr).not.toContain('not for jobs');
    expect(job.logged.stderr).not.toContain('in a\nfile');
    expect(job.starts).toBe(1);
    delete process.env['MASTER_KEY_OF_THIS_TEST'];
  });

  it.each<[string, string, object]>([
    ['its exit code', 'exit 7', { code: 'exit', exitCode: 7, mayRetry: true }],
    ['the signal that terminated it', 'kill -SEGV $$', { code: 'exit', exitCode: 139 }],
    ['an invalid result', 'echo nonsense > "$CORESDK_RESULT_FILE"', { code: 'failed' }],
    ['a missing command', 'exec /no/such/program', { code: 'exit', exitCode: 127 }],
  ])('fails with %s', async (_name, script, failure) => {
    await expect(run(script)).rejects.toMatchObject(failure);
  });

  it('fails without a retry when it cannot start', async () => {
    const nothing = { code: 'input', mayRetry: false };
    await expect(run('', undefined, { command: [], args: [] })).rejects.toMatchObject(nothing);
    await expect(run('', undefined, { command: ['/no/such/program'] })).rejects.toMatchObject(nothing);
    await expect(run('', undefined, { limits: { memoryLimit: '100Gi' } })).rejects.toMatchObject({ code: 'limit' });
    const binary = new FakeJobRun([jobSecret('KEY', 'a\0b', 'env')]);
    await expect(run('true', binary)).rejects.toMatchObject({ code: 'secrets', mayRetry: false });
  });

  it('reports its progress in lines of its output', async () => {
    const job = new FakeJobRun();
    await run(`echo '::coresdk-progress {"percent":40,"stage":"half"}'; echo '::coresdk-progress nonsense'`, job);
    expect(job.told).toEqual([{ percent: 40, stage: 'half' }]);
  });
});

describe('a log that floods', () => {
  it('is read only as fast as it is stored, and arrives complete', async () => {
    const job = new FakeJobRun();
    let isBusy = false;
    let largest = 0;
    job.onLog = async (piece) => {
      // One piece of each stream at a time, so that there is never more than one piece in memory.
      expect(isBusy).toBe(false);
      isBusy = true;
      largest = Math.max(largest, piece.length);
      await sleep(1);
      isBusy = false;
    };
    await run('head -c 20000000 /dev/zero | tr "\\0" x', job);
    expect(job.loggedBytes).toBe(20_000_000);
    expect(largest).toBeLessThanOrEqual(2 * 65_536);
  });

  it('ends the job when the log does not accept any more lines', async () => {
    const job = new FakeJobRun();
    job.onLog = () => (job.loggedBytes > 500_000 ? Promise.reject(new Error('full')) : Promise.resolve());
    await expect(run('yes', job)).rejects.toThrow('full');
  });
});

describe('stopping a job', () => {
  it('first sends a signal, and does not store output that follows', async () => {
    const job = new FakeJobRun();
    const ending = run('trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done', job);
    await eventually(() => expect(job.logged.stdout).toBe('ready\n'));
    job.cancel();
    await expect(ending).rejects.toMatchObject({ why: 'cancelled' });
  });

  it('kills a job that ignores the signal, together with its children, including children in separate sessions', async () => {
    const job = new FakeJobRun();
    const stubborn = `trap '' TERM; setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' & sleep 1000 & echo ready; wait`;
    const ending = run(stubborn, job);
    await eventually(() => expect(job.logged.stdout).toBe('ready\n'));
    expect((await processesOf(null, base)).length).toBeGreaterThanOrEqual(3);
    job.cancel();
    await expect(ending).rejects.toMatchObject({ why: 'cancelled' });
  });

  it('also kills the job’s children when the job ends on its own, even if the children keep its output open', async () => {
    const job = new FakeJobRun();
    await run('(setsid sleep 1000) & echo done', job);
    expect(job.logged.stdout).toBe('done\n');
  });

  it('prevents the start of a job that is cancelled before it starts', async () => {
    const job = new FakeJobRun();
    job.cancel();
    await expect(run('echo began', job)).rejects.toMatchObject({ why: 'cancelled' });
    expect(job.logged.stdout).toBe('');
  });
});

describe('the output of a job', () => {
  it('consists of its plain files; links to other files are skipped and named in the log', async () => {
    const job = new FakeJobRun();
    await run(
      `cd "$CORESDK_OUTPUT_DIR"; mkdir -p deep/er; echo 1 > deep/er/a.txt; printf '' > empty; echo 2 > '..hidden'
       ln -s /etc/passwd link; ln -s /etc folder; ln -s ../secrets up; mkfifo pipe; echo 3 > "$(printf 'bad\\tname')"
       echo 4 > "$(printf 'bad\\377name')"; mknod device c 1 5 2> /dev/null || mkfifo device
       mkdir closed; echo 5 > closed/in; chmod 000 closed`,
      job,
    );
    const kept = Object.fromEntries([...job.outputs].map(([key, content]) => [key, content.toString()]));
    // Root can read directories that are closed to others.
    const closed = process.getuid?.() === 0 ? { 'closed/in': '5\n' } : {};
    expect(kept).toEqual({ 'deep/er/a.txt': '1\n', empty: '', '..hidden': '2\n', ...closed });
    const left = [...job.logged.stderr.matchAll(/The output ("[^"]*") is left out/g)].map(([, key]) => key);
    expect(left).toEqual(expect.arrayContaining(['"link"', '"folder"', '"up"', '"pipe"', '"device"']));
    expect(job.logged.stderr).not.toContain('root:');
  });

  it('is stored even if the job fails, and is not read if it is not captured', async () => {
    const job = new FakeJobRun();
    const script = 'echo 1 > "$CORESDK_OUTPUT_DIR/a"; exit 3';
    await expect(run(script, job)).rejects.toMatchObject({ exitCode: 3 });
    expect([...job.outputs.keys()]).toEqual(['a']);
    const other = new FakeJobRun();
    await expect(run(script, other, { captureOutput: false })).rejects.toMatchObject({ exitCode: 3 });
    expect(other.outputs.size).toBe(0);
  });

  it('has a size limit, including for sparse files, and a job that exceeds the limit is ended', async () => {
    const full = { code: 'limit' };
    await expect(run('cat /dev/zero > "$CORESDK_OUTPUT_DIR/a"')).rejects.toMatchObject(full);
    await expect(run('truncate -s 1T "$CORESDK_OUTPUT_DIR/a"')).rejects.toMatchObject(full);
  });

  it('has a limit on directory levels', async () => {
    const deep = 'cd "$CORESDK_OUTPUT_DIR"; for i in $(seq 50); do mkdir d; cd d; done; echo 1 > a';
    await expect(run(deep)).rejects.toMatchObject({ code: 'limit' });
  });
});

it('ends a job whose processes use too much memory', async () => {
  const eater = `x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; [ \${#x} -gt 100000000 ] && sleep 1000; done`;
  const ended = run(eater, undefined, { limits: { memoryLimit: '64Mi' } });
  await expect(ended).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('memory') as string });
});

it('removes what a dead worker’s run left behind, but not the files of a live worker', async () => {
  const living = await place.path();
  const dead = join(base, 'worker-1-dead');
  await mkdir(join(dead, 'job-1'), { recursive: true });
  // The process id exists, but belongs to a different process than the one that wrote this file.
  await writeFile(join(dead, 'owner.json'), JSON.stringify({ host: hostname(), pid: process.pid, begin: '1' }));
  const env = { CORESDK_OUTPUT_DIR: `${dead}/job-1/output`, PATH: process.env['PATH'] ?? '' };
  const orphan = attend(
    { file: 'sleep', args: ['1000'], env },
    { log: () => Promise.resolve(), halt: () => Promise.resolve(), signal: new AbortController().signal },
  );
  const next = new WorkPlace(base);
  await next.path();
  expect(await orphan).toBe(137);
  expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
  await next.onApplicationShutdown();
});
