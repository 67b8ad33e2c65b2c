import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { COMPILE_CACHE } from '../support/compile-cache';
import { Installation, removeData } from '../support/installation';
import { RoleProcess } from '../support/role-process';

const PROGRAM = path.resolve(__dirname, '../../dist/bundle/src/cli/main.js');

type Environment = Readonly<Record<string, string>>;

/** The story of an operator: the embedded database is backed up while it is in use, and restored elsewhere. */
describe('npx coresdk backup and restore', () => {
  let installation: Installation;
  let environment: Environment;
  let elsewhere: Environment;

  beforeAll(async () => {
    installation = await Installation.start({ layout: 'all' });
    environment = installation.process('all').environment;
    elsewhere = { ...environment, DATA_DIR: path.join(installation.folder, 'elsewhere') };
  });

  afterAll(async () => {
    await removeData(elsewhere['DATA_DIR'] ?? '');
    await installation.remove();
  });

  async function run(args: readonly string[], settings: Environment) {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: installation.folder,
      env: { PATH, HOME, ...COMPILE_CACHE, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  it('recreate an installation elsewhere, where earlier tokens still work', async () => {
    const app = await installation.register(await installation.adminToken());
    const token = await installation.token(app.client_id, app.client_secret);
    const project = await installation.backend<{ id: string }>('/v1/projects', {
      token,
      json: { key: 'KEPT', name: 'Kept' },
    });
    const taken = await run(['backup', 'taken', '--json'], environment);
    expect([taken.code, JSON.parse(taken.out)]).toEqual([0, expect.objectContaining({ objects: 0 })]);
    expect(await run(['restore', 'taken', '--force'], environment)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Stop all its processes first'),
    });
    const restored = await run(['restore', 'taken', '--json'], elsewhere);
    expect([restored.code, JSON.parse(restored.out)]).toEqual([0, expect.objectContaining({ migrations: [] })]);
    await installation.stop();
    const other = new RoleProcess('elsewhere', elsewhere, installation.folder);
    other.launch();
    try {
      await other.untilReady();
      const found = await installation.backend<{ name: string }>(`/v1/projects/${project.body.id}`, { token });
      expect([found.status, found.body.name]).toEqual([200, 'Kept']);
    } finally {
      await other.stop();
    }
  });
});
