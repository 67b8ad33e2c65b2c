import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandInEngine } from '../../../../../test/support/container-engine';
import { eventually } from '../../../../../test/support/eventually';
import { FakeJobRun, jobSecret, runnableJob } from '../../../../../test/support/fake-job-run';
import { ConfigReader } from '../../../../kernel/config/config-section';
import { SILENT_LOGGER } from '../../../../kernel/telemetry/logger';
import type { NewJob } from '../../contract/job-request.types';
import type { JobOutcome, RunnableJob } from '../../contract/job-runner';
import { ContainerRunner } from '../container-runner';
import { ImageRules } from '../image-rules';
import { jobRunnersConfig } from '../job-runners.config';
import { WorkPlace } from '../work-place';
import { CliLauncher } from './cli-launcher';
import { ContainerCli, findContainerCli } from './container-cli';

const settings = new ConfigReader({
  JOBS_IMAGES: 'registry.example/tools/*,registry.example/missing:1',
  JOBS_DEFAULT_IMAGES: 'report=registry.example/report:3',
  JOBS_CONTAINER_NETWORK: 'outside',
  JOBS_NETWORK_IMAGES: 'registry.example/tools/fetch:1',
  JOBS_STOP_GRACE_MS: '1000',
}).read(jobRunnersConfig);

const IMAGE = 'registry.example/tools/sh:1';

let base: string;
let engine: StandInEngine;
let place: WorkPlace;
let runner: ContainerRunner;

// The engine is a fake (see `StandInEngine`): the tests check which commands it receives, and how the launcher uses its output.
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'engine-'));
  engine = new StandInEngine(join(base, 'engine'));
  place = new WorkPlace(join(base, 'work'));
  const options = { network: settings.JOBS_CONTAINER_NETWORK, stopGraceMs: settings.JOBS_STOP_GRACE_MS };
  const launcher = new CliLauncher(new ContainerCli(engine.file), place, options, SILENT_LOGGER);
  runner = new ContainerRunner(launcher, new ImageRules(settings), settings);
});

afterEach(async () => {
  const directories = readdirSync(await place.path()).filter((name) => name.startsWith('job-'));
  const containers = readdirSync(join(base, 'engine', 'containers'));
  await place.onApplicationShutdown();
  rmSync(base, { recursive: true, force: true });
  // Neither the run's container nor its files remain, regardless of what the run did.
  expect({ directories, containers }).toEqual({ directories: [], containers: [] });
});

const jobOf = (script: string, more: Partial<NewJob> = {}): RunnableJob =>
  runnableJob({ type: 'container', kind: 'script', image: IMAGE, command: ['sh', '-c'], args: [script], ...more });

function run(script: string, run = new FakeJobRun(), more: Partial<NewJob> = {}): Promise<JobOutcome> {
  return runner.run(jobOf(script, more), run);
}

describe('a container', () => {
  it('is created with every isolation option', async () => {
    const job = jobOf('true', { limits: { cpuLimit: '1500m', memoryLimit: '256Mi' } });
    await runner.run(job, new FakeJobRun());
    const create = engine.call('create');
    expect(create).toEqual(
      expect.arrayContaining([
        '--network=none',
        '--read-only',
        '--cap-drop=ALL',
        '--security-opt=no-new-privileges',
        '--pids-limit=256',
        '--memory=268435456',
        '--memory-swap=268435456',
        '--cpus=1.5',
        '--log-driver=none',
        `--label=coresdk.job=${job.job.id}`,
      ]),
    );
    expect(create.find((word) => word.startsWith('--user='))).not.toMatch(/^--user=0?:/);
    expect(create.filter((word) => /privileged|--device|--pid=|--cap-add/.test(word))).toEqual([]);
    // Values from the tenant come after the image, or after an equals sign.
    expect(create.slice(-3)).toEqual([IMAGE, '-c', 'true']);
    expect(create).toContain('--entrypoint=["sh"]');
    const mounts = create.filter((word) => word.startsWith('--volume='));
    expect(mounts.map((word) => word.split(':').slice(1).join(':'))).toEqual([
      '/coresdk/input:ro,Z',
      '/coresdk/input.json:ro,Z',
      '/coresdk/secrets:ro,Z',
      '/coresdk/output:rw,Z',
    ]);
  });

  it('has a network only if its image is allowed to use one', async () => {
    await run('true', undefined, { image: 'registry.example/tools/fetch:1' });
    expect(engine.call('create')).toContain('--network=outside');
    await expect(run('true', undefined, { inputUri: 's3://bucket/in' })).rejects.toMatchObject({ code: 'input' });
  });

  it('receives secrets and variables only through files', async () => {
    const job = new FakeJobRun(
      [jobSecret('TOKEN', 'hidden-1', 'env'), jobSecret('key.pem', 'hidden-2', 'file')],
      new Map([['in.txt', Buffer.from('input')]]),
    );
    const script = 'echo "$TOKEN $DOCKER_HOST"; cat "$CORESDK_SECRETS_DIR/key.pem" "$CORESDK_INPUT_DIR/in.txt"';
    await run(script, job, { env: { DOCKER_HOST: 'tcp://evil' } });
    expect(job.logged.stdout).toBe('hidden-1 tcp://evil\nhidden-2input');
    const told = JSON.stringify(engine.calls);
    expect(told).not.toContain('hidden-');
    expect(told).not.toContain('evil');
    expect(new Set(engine.calls.map(({ stdin }) => stdin))).toEqual(new Set(['']));
    const more = { env: { LINES: 'a\nb' } };
    await expect(run('true', undefined, more)).rejects.toMatchObject({ code: 'input', mayRetry: false });
  });

  it('ends with its exit code, its result, its log and its output', async () => {
    const job = new FakeJobRun();
    const script = `echo out; echo err >&2; echo '{"n":1}' > "$CORESDK_RESULT_FILE"; echo kept > "$CORESDK_OUTPUT_DIR/a"`;
    expect(await run(script, job)).toEqual({ exitCode: 0, result: { n: 1 } });
    expect(job.logged).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect([...job.outputs].map(([key, content]) => [key, content.toString()])).toEqual([['a', 'kept\n']]);
    expect(job.starts).toBe(1);
    await expect(run('exit 9')).rejects.toMatchObject({ code: 'exit', exitCode: 9 });
  });

  it('fails with the code `limit` when it runs out of memory', async () => {
    const failed = run('exit 137', undefined, { env: { OOM: 'yes' } });
    await expect(failed).rejects.toMatchObject({ code: 'limit', exitCode: 137 });
  });

  it('uses the default image of its kind, and refuses an image that is not allowed', async () => {
    await run('true', undefined, { image: '', kind: 'report' });
    expect(engine.call('create')).toContain('registry.example/report:3');
    for (const more of [{ image: '' }, { image: 'other.example/x' }, { image: 'dir:/etc' }]) {
      await expect(run('true', undefined, more)).rejects.toMatchObject({ code: 'input', mayRetry: false });
    }
  });

  it('fails with a message before it starts if its image cannot be pulled', async () => {
    const job = new FakeJobRun();
    const failed = run('true', job, { image: 'registry.example/missing:1' });
    await expect(failed).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('Could not pull the image') as string,
    });
    expect(job.starts).toBe(0);
  });
});

describe('a container that must end', () => {
  it('is stopped, then killed, then removed', async () => {
    const job = new FakeJobRun();
    const ending = run(`trap '' TERM; echo ready; while :; do sleep 0.1; done`, job);
    await eventually(() => expect(job.logged.stdout).toBe('ready\n'));
    job.cancel();
    await expect(ending).rejects.toMatchObject({ why: 'cancelled' });
    const name = engine.call('start')[2] ?? '';
    expect(engine.call('stop')).toEqual(['stop', '-t', '1', name]);
    expect(engine.call('rm')).toEqual(['rm', '--force', '--volumes', name]);
  });

  it('is removed when the next attempt of its job begins', async () => {
    const job = jobOf('echo ready; sleep 1000');
    const first = new FakeJobRun();
    const lost = expect(runner.run(job, first)).rejects.toThrow();
    await eventually(() => expect(first.logged.stdout).toBe('ready\n'));
    const second = new FakeJobRun();
    const going = runner.run({ ...job, request: { ...job.request, args: ['echo again'] } }, second);
    expect(await going).toEqual({ exitCode: 0 });
    expect(second.logged.stdout).toBe('again\n');
    await lost;
  });
});

it('finds the engine on the PATH or at the configured path', () => {
  expect(findContainerCli(engine.file)?.isPodman).toBe(true);
  expect(() => findContainerCli('/no/such/engine')).toThrow('JOBS_CONTAINER_CLI');
  expect(() => findContainerCli('no-such-engine')).toThrow('JOBS_CONTAINER_CLI');
});
