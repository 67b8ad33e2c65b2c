import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync } from 'node:fs';
import path from 'node:path';
import { call } from '../support/http-client';
import { missingAnswers } from '../support/documented-answers';
import { DocumentedProgram } from '../support/documented-program';

/** The configuration that the tour applies. */
const CONFIGURATION = 'docs/examples/configuration';
/** Lines of "coresdk apply" about each change and about the audit records. */
const PROGRESS = /^(?: *\d+\/\d+ (?:created|deleted) default\/.+|Its audit records: .+)$/;

/** The files that say what Git, Prettier and the other checks ignore. */
const IGNORE_FILES = ['.gitignore', '.prettierignore'];
const ADMIN = '--client-id app-admin --client-secret-file .data/secrets/admin-client-secret';

describe('the README', () => {
  let program: DocumentedProgram;

  beforeAll(async () => {
    program = await DocumentedProgram.start();
    for (const name of IGNORE_FILES) {
      copyFileSync(path.resolve(__dirname, '../..', name), path.join(program.folder, name));
    }
    cpSync(path.resolve(__dirname, '../..', CONFIGURATION), path.join(program.folder, CONFIGURATION), {
      recursive: true,
    });
    git('init', '--quiet');
    git('add', ...IGNORE_FILES, CONFIGURATION);
  });

  function git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: program.folder, encoding: 'utf8' });
  }

  /** Returns the files that Git would show as new, which `npm run check` would therefore check. */
  function newFiles(): string {
    return git('ls-files', '--others', '--exclude-standard');
  }

  /** Returns a token of a new app with these scopes. */
  async function tokenOf(clientId: string, scopes: readonly string[]): Promise<string> {
    const create = `npx coresdk apps create Checker --id ${clientId} --scope '${scopes.join(' ')}'`;
    const made = await program.run(`CPOD_URL=${backend()} ${create} --only client_secret ${ADMIN}`);
    expect(made.status).toBe(0);
    const { body } = await call<{ access_token: string }>(`${backend()}/v1/oauth/token`, {
      basic: [clientId, made.stdout.trim()],
      form: { grant_type: 'client_credentials', scope: scopes.join(' ') },
    });
    return body.access_token;
  }

  function backend(): string {
    return `http://localhost:${program.role.environment['PORT']}`;
  }

  function controlPlane(): string {
    return `http://localhost:${program.role.environment['CONTROL_PLANE_PORT']}`;
  }

  afterAll(() => program.stop());

  it('has a tour with working commands and correct output', async () => {
    // Runs twice: a reader might repeat the tour.
    for (let round = 1; round <= 2; round++) {
      const run = await program.paste('README.md');

      expect(
        run.stderr
          .trim()
          .split('\n')
          .filter((line) => !PROGRESS.test(line)),
      ).toEqual([]);
      expect(run.status).toBe(0);
      expect(missingAnswers('README.md', run.stdout)).toEqual([]);
    }
  });

  it('has a tour that leaves nothing behind, in the checkout or in the tenant', async () => {
    expect(newFiles()).toBe('');
    const token = await tokenOf('app-checker', ['projects.read', 'projects.write', 'skills.read']);
    const { body } = await call(`${backend()}/v1/projects`, { token });
    expect(body).toEqual({ items: [], nextCursor: null });
    expect((await call(`${backend()}/v1/skills/tour-double`, { token })).status).toBe(404);
    const marks = await program.run(
      `CPOD_CONTROL_PLANE_URL=${controlPlane()} npx coresdk managed-objects list --only key --client-id app-admin --client-secret-file .data/secrets/admin-client-secret`,
    );
    expect(marks).toMatchObject({ status: 0, stdout: '' });
    // No policy of a guide denies new projects.
    const created = await call(`${backend()}/v1/projects`, { token, json: { key: 'AFTER', name: 'After the tour' } });
    expect(created.status).toBe(201);
  });

  it('has a command line page with working commands', async () => {
    const run = await program.paste('docs/reference/command-line.md');

    const said = [
      'Store the client secret: it is shown only once.',
      'Store the key: it is shown only once.',
      'app-operator is deleted.',
    ];
    expect([run.status, run.stderr.trim().split('\n')]).toEqual([0, said]);
    expect(newFiles()).toBe('');
    expect(run.stdout).toMatch(/^ID +Slug +Name +Plan +Status +Created at\ntnt-\S+ +default /m);
    expect(run.stdout).toMatch(/^admin@example\.com$/m);
    expect(run.stdout).toMatch(/^description +from a pipe$/m);
    expect(run.stdout).toMatch(/^active +true$/m);
    expect(run.stdout).toMatch(/^\S+Z {2}succeeded$/m);
    expect(run.stdout).toContain('"greeting":"Hello, Ada!"');
    expect(run.stdout).toMatch(/^state +DISABLED$/m);
    expect(run.stdout).toMatch(/^revoked$/m);
  });

  it('has a first start that suggests working commands', async () => {
    const [, suggested = ''] = /second terminal in this folder:\n((?: {2}\S.*\n)+)/.exec(program.role.log) ?? [];
    expect(suggested.match(/npx coresdk \w+/g)).toEqual(['npx coresdk login', 'npx coresdk users']);
    // The test acts as the browser; the sign-in must not reach the settings of the person who runs it.
    const commands = suggested.replace('coresdk login', 'coresdk login --no-browser');
    const run = await program.run(`exec 2>&1; export XDG_CONFIG_HOME=$PWD/.data/config; ${commands}`);
    expect(run.stdout).toMatch(/^usr-\S+ .*admin@example\.com/m);
    expect(run.status).toBe(0);
  });

  it('has a command line that explains a refusal in one line, with the command that helps', async () => {
    const environment = program.role.environment;
    const addresses = `CPOD_URL=${backend()} CPOD_CONTROL_PLANE_URL=http://localhost:${environment['CONTROL_PLANE_PORT']}`;
    for (const [refused, message] of [
      ['projects list', /^(?!.*\bat )\S.*: npx coresdk apps add-scope app-admin projects\.read$/],
      ['apps get app-nobody', /^(?!.*\bat )\S.*\.$/],
      ['skills run nothing', /^(?!.*\bat )\S.*: npx coresdk apps add-scope app-admin skills\.run$/],
    ] as const) {
      const run = await program.run(`${addresses} npx coresdk ${refused} ${ADMIN}`);
      const lines = run.stderr.trimEnd().split('\n');
      expect([run.status, run.stdout, lines]).toEqual([1, '', [expect.stringMatching(message)]]);
    }
  });

  it('has a first start that prints lines for people, without log records', () => {
    const [start = ''] = program.role.log.split('\nCoreSDK Platform');
    expect(start).toMatch(/^creating the embedded database in .+\/\.data\/postgres$/m);
    expect(start).toMatch(/^applied \d+ migrations in [\d.]+ s$/m);
    expect(start).not.toContain('{');
    expect(program.role.log).not.toContain('\u001b');
  });

  it('describes correctly what the first start prints', () => {
    expect(program.role.log).toMatch(/Admin client id\s+app-admin/);
    expect(program.role.log).toMatch(/Admin client secret\s+cs_/);
    expect(program.role.log).toMatch(/Owner\s+admin@example\.com/);
    expect(program.role.log).toMatch(/Owner's password\s+\S{32}/);
    expect(program.role.log).toMatch(/Control plane token\s+cpt_/);
  });
});
