import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../support/free-ports';
import { RoleProcess } from '../support/role-process';

/** The README's bash blocks, in order: the whole of what a newcomer pastes after `npm start`. */
function pastedCommands(): string {
  const readme = readFileSync(path.resolve(__dirname, '../../README.md'), 'utf8');
  return [...readme.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
}

describe('the README', () => {
  let folder: string;
  let program: RoleProcess;
  let backend: string;
  let controlPlane: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'coresdk-readme-')));
    await chmod(folder, 0o711);
    const [port, controlPlanePort, sidecar, health] = await freePorts(4);
    backend = `http://localhost:${port}`;
    controlPlane = `http://localhost:${controlPlanePort}`;
    // Every setting is the default but the ports, which may be taken on this machine.
    program = new RoleProcess(
      'all',
      {
        PORT: String(port),
        CONTROL_PLANE_PORT: String(controlPlanePort),
        CORESDK_SIDECAR_ADDR: `127.0.0.1:${sidecar}`,
        HEALTH_PORT: String(health),
      },
      folder,
    );
    // In the checkout npx finds the program by package.json; here, where the data lie, by its place among the packages.
    await mkdir(path.join(folder, 'node_modules/.bin'), { recursive: true });
    await symlink(path.resolve(__dirname, '../../scripts/coresdk.mjs'), path.join(folder, 'node_modules/.bin/coresdk'));
    program.launch();
    await program.untilReady();
  });

  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has commands that work when pasted one after the other', () => {
    const script = pastedCommands()
      .replace('http://localhost:8000', backend)
      .replace('http://localhost:8080', controlPlane);
    const run = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
    });

    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('"key":"APOLLO"');
    expect(run.stdout).toContain('"active":true');
    expect(run.stdout).toMatch(/}401$/m);
    expect(run.stdout).toContain('PASS: 2/2');
    expect(run.stdout).toMatch(/"version":1,.*"status":"active"/);
    expect(run.stdout).toContain('projects are frozen for the release');
    // One decision would be another without the freeze.
    expect(run.stdout.trim().endsWith('}1')).toBe(true);
  });

  it('tells the truth about what is printed at the first start', () => {
    expect(program.log).toMatch(/Admin client id\s+app-admin/);
    expect(program.log).toMatch(/Admin client secret\s+cs_/);
    expect(program.log).toMatch(/Control plane token\s+cpt_/);
  });
});
