import { join } from 'node:path';
import { type CommandsWorld, openCommandsWorld } from '../support/commands-world';
import { runCommand } from '../support/run-command';
import { tokenOf } from '../support/two-tenants';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import type { Command } from '../../src/cli/command';
import { workflowsGraph } from '../../src/cli/workflows/graph.command';
import { workflowsLogs } from '../../src/cli/workflows/logs.command';
import { workflowsPush } from '../../src/cli/workflows/push.command';
import { workflowsRun } from '../../src/cli/workflows/run.command';
import { workflowsValidate } from '../../src/cli/workflows/validate.command';

const SCOPES = 'workflows.read workflows.write jobs.read';

let world: CommandsWorld;
let { core, surface, tenant, folder, file } = {} as CommandsWorld;
let asUser: readonly string[];

beforeAll(async () => {
  world = await openCommandsWorld();
  ({ core, surface, tenant, folder, file } = world);
  asUser = ['--url', surface.url, '--api-key-file', file('key', `${await tokenOf(core, tenant, { scope: SCOPES })}\n`)];
});

afterAll(() => world.close());

const run = (command: Command, ...args: readonly string[]) => runCommand(command, args);

const flow = (name: string, steps: string): string => file(`${name}.yaml`, `name: ${name}\nsteps:\n${steps}`);
const WAIT = '  - {id: a, type: wait, seconds: 0}\n';

it('validates offline with a pointer for each fault, and queries the platform for the remaining checks', async () => {
  const sound = flow('sound', '  - {id: a, type: skill, skill: nobody}\n');
  const circle = flow('circle', '  - {id: a, type: wait, seconds: 1, dependsOn: [a]}\n');
  const broken = file('broken.yaml', 'name: [a\n');
  expect(await run(workflowsValidate, sound)).toEqual({ code: 0, out: `${sound}: valid\n`, err: '' });
  const found = await run(workflowsValidate, sound, circle, broken);
  expect(found.code).toBe(2);
  expect(found.out).toContain(`${circle}: /steps/0/dependsOn: `);
  expect(found.out).toContain(`${broken}: /: `);
  const json = await run(workflowsValidate, '--json', circle);
  expect(JSON.parse(json.out)).toMatchObject([
    { file: circle, isValid: false, errors: [{ pointer: '/steps/0/dependsOn', code: 'circle' }] },
  ]);
  const online = await run(workflowsValidate, '--online', ...asUser, sound);
  expect(online).toMatchObject({ code: 2, out: expect.stringContaining('/steps/0/skill: ') as string });
  expect(await run(workflowsValidate, join(folder, 'nowhere'))).toMatchObject({ code: 1, out: '' });
});

it('pushes only new and changed workflows', async () => {
  const pushed = flow('pushed', WAIT);
  const first = await run(workflowsPush, ...asUser, pushed);
  expect(first.err).toBe('');
  const [made = ''] = first.out.split('\n');
  expect(made).toMatch(/^created pushed wfl-\w+ version 1$/);
  expect((await run(workflowsPush, ...asUser, pushed)).out).toMatch(/^unchanged pushed .* version 1\n$/);
  flow('pushed', `${WAIT}  - {id: b, type: wait, seconds: 0}\n`);
  const json = await run(workflowsPush, '--json', ...asUser, pushed);
  expect(JSON.parse(json.out)).toEqual([{ done: 'updated', id: made.split(' ')[2], name: 'pushed', version: 2 }]);
  const wrong = flow('wrong', '  - {id: a, type: wait}\n');
  expect(await run(workflowsPush, ...asUser, flow('never', WAIT), wrong)).toMatchObject({ code: 2, out: '' });
  const unknown = await run(workflowsPush, ...asUser, flow('unknown', '  - {id: a, type: skill, skill: nobody}\n'));
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toMatch(
    /^POST \/v1\/workflows returned 400 invalid_request \(request [^)]+\): .*\n {2}\/steps\/0\/skill: /,
  );
});

it('runs a workflow, waits for it, draws it and prints its log', async () => {
  const name = 'seen';
  file('seen.yaml', `name: ${name}\nsteps:\n${WAIT}output: '{{input.n}}'\n`);
  await run(workflowsPush, ...asUser, join(folder, 'seen.yaml'));
  const done = await run(workflowsRun, name, '--input', '{"n":7}', '--wait', '30', ...asUser);
  expect(done).toMatchObject({ code: 0, err: '' });
  expect(done.out).toMatch(/^job-\w+\n {2}a succeeded\n7\n$/);
  const [runId = ''] = done.out.split('\n');
  const json = await run(
    workflowsRun,
    name,
    '--input-file',
    file('in.json', '{"n":1}'),
    '--wait',
    '30',
    '--json',
    ...asUser,
  );
  expect(JSON.parse(json.out)).toMatchObject({ status: 'completed', output: 1, steps: [{ id: 'a' }] });
  expect(JSON.parse((await run(workflowsRun, name, '--json', ...asUser)).out)).toEqual({
    jobId: expect.any(String) as string,
  });
  expect((await run(workflowsGraph, runId, ...asUser)).out).toContain('s_a["a · wait"]:::succeeded');
  expect((await run(workflowsGraph, name, '--format', 'svg', ...asUser)).out).toMatch(/^<svg .*<\/svg>\n$/);
  expect((await run(workflowsGraph, join(folder, 'seen.yaml'))).out).toContain('s_a["a · wait"]:::pending');
  expect((await run(workflowsLogs, runId, '--follow', ...asUser)).out).toContain('a succeeded\n');
  const lines = (await run(workflowsLogs, runId, '--json', ...asUser)).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual({ line: 'a succeeded' });
  expect(await run(workflowsRun, 'nobody', ...asUser)).toMatchObject({
    code: 1,
    err: 'There is no workflow "nobody".',
  });
  expect((await run(workflowsRun, name, '--input', '{', ...asUser)).err).toBe('The input is not JSON.');
});

it('reports a run that failed, and one that exceeded the wait time', async () => {
  const bad = `  - {id: a, type: wait, until: '{{input.when | default("never")}}'}\n`;
  await run(workflowsPush, ...asUser, flow('bad', bad), flow('long', '  - {id: a, type: wait, seconds: 3600}\n'));
  const failed = await run(workflowsRun, 'bad', '--wait', '30', ...asUser);
  expect(failed).toMatchObject({ code: 2, err: expect.stringMatching(/^failed: The step "a" failed: /) as string });
  const late = await run(workflowsRun, 'long', '--wait', '1', ...asUser);
  expect(late).toMatchObject({ code: 2, err: 'It continues.\n' });
});

it('acts as an app with the app’s secret, and reports a missing credential, a refused one and an unreachable server', async () => {
  const app = await core.context
    .get(AppsPort)
    .register(
      systemContext(newId('req'), tenant.id),
      newApp.parse({ name: 'Flows', declared_scopes: SCOPES.split(' ') }),
    );
  const secretFile = file('secret', app.client_secret ?? '');
  const as = (secret: string) => ['--url', surface.url, '--client-id', app.client_id, '--client-secret-file', secret];
  expect((await run(workflowsPush, ...as(secretFile), flow('by-app', WAIT))).out).toMatch(/^created by-app /);
  const wrong = await run(workflowsPush, ...as(file('wrong', 'cs_wrong')), flow('by-app', WAIT));
  expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('401 invalid_client') as string });
  const nobody = await run(workflowsLogs, 'job-1', '--url', surface.url);
  expect(nobody.err).toMatch(/^Credentials are missing/);
  const away = await run(workflowsLogs, 'job-1', ...asUser, '--url', 'http://127.0.0.1:1');
  expect(away.err).toMatch(/^http:\/\/127\.0\.0\.1:1 cannot be reached: /);
  expect((await run(workflowsLogs, 'job-1', ...asUser, '--url', 'nothing')).err).toContain('is not a valid');
});
