import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../support/free-ports';

const CHECKOUT = path.resolve(__dirname, '../..');
/** The files that a start reads before it installs anything. */
const FIRST_READ = ['scripts', 'package.json', 'package-lock.json', 'src/kernel/database/embedded/platform-table.json'];

let folder: string;
let servers: Server[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'coresdk-start-')));
  for (const name of FIRST_READ) cpSync(path.join(CHECKOUT, name), path.join(folder, name), { recursive: true });
  servers = [];
});

afterEach(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function occupy(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
}

/** Runs a command in the checkout without packages. Its ports are taken, so it ends before it installs them. */
async function refusal(command: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const files = readdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, ['scripts/run.mjs', command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(readdirSync(folder, { recursive: true })).toEqual(files);
  return output;
}

describe('a start with ports in use', () => {
  it('names every port with its variable and program, before anything is installed', async () => {
    const [port = 0, internal = 0, health = 0, sidecar = 0] = await freePorts(4);
    await occupy(port, '::1');
    await occupy(internal, '0.0.0.0');
    await occupy(sidecar, '127.0.0.1');
    writeFileSync(path.join(folder, '.env'), `PORT=${port}\nCONTROL_PLANE_PORT=1\nHEALTH_PORT=${health}\n`);
    const output = await refusal('start', {
      CONTROL_PLANE_PORT: String(internal),
      CORESDK_SIDECAR_ADDR: `localhost:${sidecar}`,
    });

    const holder = `node (process ${process.pid}, in ${process.cwd()})`;
    const [title, ...lines] = output.trimEnd().split('\n');
    expect(title).toBe('Some ports are already in use:');
    expect(lines.slice(0, 4)).toEqual([
      `  PORT                  ${port}  ${holder}`,
      `  CONTROL_PLANE_PORT    ${internal}  ${holder}`,
      `  CORESDK_SIDECAR_ADDR  ${sidecar}  ${holder}`,
      'Stop those programs, or choose other ports:',
    ]);
    expect(lines[4]).toMatch(/^ {2}PORT=\d+ CONTROL_PLANE_PORT=\d+ CORESDK_SIDECAR_ADDR=localhost:\d+ npm start$/);
    expect(lines).toHaveLength(5);
  });

  it('suggests a free port', async () => {
    const [port = 0] = await freePorts(1);
    await occupy(port, '127.0.0.1');
    const output = await refusal('dev', { ROLE: 'worker', HEALTH_PORT: String(port) });
    expect(output).toContain('A port is already in use:');
    const [, suggested] = /^ {2}HEALTH_PORT=(\d+) npm run dev$/m.exec(output) ?? [];
    expect(Number(suggested)).toBeGreaterThan(port);
    await occupy(Number(suggested), '127.0.0.1');
  });
});
