import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DocumentedProgram } from '../support/documented-program';
import { namedFiles, pastedCommands } from '../support/paste-commands';
import { hasPython, pythonEnvironment } from '../support/python-environment';

const root = path.resolve(__dirname, '../..');
const sdk = path.join(root, 'sdk-python');

const isUsable = hasPython();
if (!isUsable) process.stderr.write('Skipped: the Python SDK (this machine has no Python 3.10 with python3-venv).\n');

let program: DocumentedProgram;
let environment: string;
const searchPath = process.env['PATH'];

beforeAll(async () => {
  if (!isUsable) return;
  environment = pythonEnvironment();
  // Pasted commands find this Python, as they do after `. .venv/bin/activate`.
  process.env['PATH'] = `${path.join(environment, 'bin')}:${searchPath ?? ''}`;
  program = await DocumentedProgram.start();
}, 900_000);

afterAll(async () => {
  process.env['PATH'] = searchPath;
  await program?.stop();
});

/** Runs pytest with the installed wheel, not with the sources. Throws with the output if a test fails. */
async function pytest(folder: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = ['-m', 'pytest', '-q', '--tb=short', '-p', 'no:cacheprovider', path.join(sdk, folder)];
  const env = { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1', ...variables };
  const { stdout } = await promisify(execFile)(path.join(environment, 'bin/python'), options, { cwd: sdk, env }).catch(
    (fault: Error & { readonly stdout?: string }) => {
      throw new Error(fault.stdout ?? fault.message);
    },
  );
  return stdout;
}

/** Saves the named files of a page, then pastes its commands. */
async function follow(document: string) {
  for (const { name, text } of namedFiles(document)) {
    const file = path.join(program.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  // The guides set this variable in a block that does not run here, before they change the folder.
  return program.run(`CHECKOUT=.\n${pastedCommands(document)}`);
}

(isUsable ? describe : describe.skip)('the Python SDK', () => {
  it('passes its unit tests, as an installed wheel', async () => {
    expect(await pytest('tests')).toMatch(/^\d+ passed/m);
  });

  it('calls a running platform', async () => {
    const secretOf = async (name: string): Promise<string> =>
      (await readFile(path.join(program.folder, '.data/secrets', name), 'utf8')).trim();
    const variables = {
      CPOD_BASE_URL: program.backendUrl,
      CPOD_CLIENT_ID: 'app-admin',
      CPOD_CLIENT_SECRET: await secretOf('admin-client-secret'),
      CPOD_USER_EMAIL: 'admin@example.com',
      CPOD_USER_PASSWORD: await secretOf('admin-password'),
    };
    expect(await pytest('e2e', variables)).toMatch(/^\d+ passed/m);
  });

  it('has a README whose first program works', async () => {
    const run = await follow('sdk-python/README.md');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe('Created: Quickstart planned\nListed: Quickstart\nAllowed: True\n');
  });

  it.each(['fastapi', 'django'])('protects the API of the guide for %s', async (framework) => {
    const guide = `docs/guides/protect-${framework}.md`;
    const run = await follow(guide);

    expect([run.status, run.stderr]).toEqual([0, '']);
    const [, shown] = /^```text\n([\s\S]*?)^```$/m.exec(await readFile(path.join(root, guide), 'utf8')) ?? [];
    expect(run.stdout).toContain(shown);
    const statuses = [...run.stdout.matchAll(/^\{.*\} (\d{3})$/gm)].map(([, status]) => status);
    // Read, denied, without a token, closed, and after the revocation.
    expect(statuses).toEqual(['200', '403', '401', '200', '401']);
  });

  it.each([
    ['fastapi', ['app.py']],
    ['django', ['manage.py', 'orders/settings.py', 'orders/urls.py', 'orders/views.py']],
  ] as const)('has an example for %s that is the program of the guide', async (framework, files) => {
    const named = namedFiles(`docs/guides/protect-${framework}.md`);
    expect(named.map(({ name }) => name)).toEqual(files);
    for (const { name, text } of named) {
      expect(text).toBe(await readFile(path.join(root, 'docs/examples', framework, name), 'utf8'));
    }
  });
});
