import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HTTP_STATUS } from '../../src/kernel/errors/error-tables';
import { OUTAGES } from '../../src/kernel/errors/reason';
import { builtPackage } from '../support/built-package';
import { DocumentedProgram } from '../support/documented-program';
import { namedFiles } from '../support/paste-commands';

const root = path.resolve(__dirname, '../..');
/** Packages that the programs in the guides import, installed in the same way as `npm install` installs them. */
const PACKAGES = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', '@types', 'express', 'jose'];

let program: DocumentedProgram;

beforeAll(async () => {
  program = await DocumentedProgram.start();
  const modules = path.join(program.folder, 'node_modules');
  for (const name of PACKAGES) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  await mkdir(path.join(modules, '@cpod'));
  await symlink(builtPackage('sdk'), path.join(modules, '@cpod/sdk'));
  await symlink(path.join(root, 'node_modules/typescript/bin/tsc'), path.join(modules, '.bin/tsc'));
});

afterAll(() => program.stop());

/**
 * Saves the named files of a guide, then pastes its commands. The test does not run `sh` blocks: they install packages, start the platform,
 * set variables for an application elsewhere, or search the reader's log file.
 */
async function follow(guide: string) {
  const document = `docs/guides/${guide}.md`;
  for (const { name, text } of namedFiles(document)) {
    const file = path.join(program.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const files = await readdir(program.folder);
  const run = await program.paste(document);
  // A guide removes its files, because they would be part of the reader's checkout.
  expect(await readdir(program.folder)).toEqual(files);
  return run;
}

/** Returns what a guide could leave behind in the tenant: its skills, its apps, and how clients register themselves. */
async function remains(): Promise<readonly string[]> {
  const admin = '--client-id app-admin --client-secret-file .data/secrets/admin-client-secret';
  const run = await program.run(`
    export CPOD_URL=http://localhost:8000
    SECRET=$(npx coresdk apps create Checker --id app-checker --scope skills.read --only client_secret ${admin})
    CPOD_CLIENT_ID=app-checker CPOD_CLIENT_SECRET=$SECRET npx coresdk skills list --all --only name
    npx coresdk apps delete app-checker --yes ${admin}
    npx coresdk apps list --all --only client_id ${admin}
    npx coresdk client-registration get --only enabled ${admin}
    npx coresdk client-registration tokens --all --only id ${admin}`);
  expect(run).toMatchObject({ status: 0 });
  return run.stdout.split('\n');
}

describe('the guides', () => {
  it('protect an Express API with the SDK and with a JWT library', async () => {
    const run = await follow('protect-express');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect([...run.stdout.matchAll(/"readBy":"app-orders-caller"\} 200$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^\{"error":"insufficient_scope",.*"status":403\} 403$/m);
    expect(run.stdout).toMatch(/"A bearer token is required\.","status":401\} 401$/m);
    expect(run.stdout).toMatch(/^\{"id":"42","status":"closed"\} 200$/m);
    // After the revocation.
    expect(run.stdout).toMatch(/"The token is invalid or has expired\.","status":401\} 401$/m);
    expect(run.stdout).toMatch(/^order\.close 42 app-orders-caller$/m);
    expect(run.stdout).toMatch(/^denied$/m);
    // A forged token, then a revoked one.
    expect([...run.stdout.matchAll(/^\{"error":"unauthorized"\} 401$/gm)]).toHaveLength(2);
  });

  it('protect a NestJS API with a guard', async () => {
    const run = await follow('protect-nest');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^\{"id":"42","approved":false,"readBy":"app-invoices-caller"\} 200$/m);
    expect(run.stdout).toMatch(/^\{"error":"insufficient_scope",.*"status":403\} 403$/m);
    expect(run.stdout).toMatch(/"A bearer token is required\.","status":401\} 401$/m);
    expect(run.stdout).toMatch(/^\{"id":"42","approved":true\} 201$/m);
    expect(run.stdout).toMatch(/^invoice\.approve 42 app-invoices-caller$/m);
    expect(run.stdout).toContain(
      String.raw`{"allowed":false,"claims":{},"reason":"insufficient_scope: This call needs the scope \"invoices.write\"."}`,
    );
  });

  it('let pages of other origins call the API', async () => {
    const run = await follow('browser-apps');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^\[ 'http:\/\/localhost:5173', 'https:\/\/board\.example\.com' \]$/m);
    expect(run.stdout).toMatch(/^\[ 'https:\/\/board\.example\.com' \]$/m);
    expect(run.stdout).toMatch(/^\[ 'https:\/\/board\.example\.com', 'http:\/\/localhost:5173' \]$/m);
    expect(run.stdout).toMatch(/^Access-Control-Allow-Origin: http:\/\/localhost:5173\r$/m);
    expect(run.stdout).toMatch(
      /"error_description":"No app lists this origin: https:\/\/board\.example\.org\. Add it to /,
    );
  });

  it('register a single-page app', async () => {
    const run = await follow('single-page-apps');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^\[ 'http:\/\/localhost:5173' \]$/m);
  });

  it('return to a mobile app by its private scheme', async () => {
    const run = await follow('mobile-apps');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^none$/m);
    expect(run.stdout).toMatch(/^location: com\.example\.notes:\/callback\?error=login_required&/im);
  });

  it('sign in to a command-line app with the browser', async () => {
    const run = await follow('command-line-apps');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^Signed in\. Projects: \d+$/m);
  });

  it('connect machine to machine', async () => {
    const run = await follow('machine-to-machine');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^projects\.read 600$/m);
    expect(run.stdout).toMatch(/"error":"invalid_scope",.*'users\.write'/);
    expect(run.stdout).toMatch(/^Listed \d+ projects\.$/m);
    expect([...run.stdout.matchAll(/^Bearer$/gm)]).toHaveLength(2);
    // A secret without overlap, then a used assertion.
    expect([...run.stdout.matchAll(/^\{"error":"invalid_client"/gm)]).toHaveLength(2);
    // With the first key, then with the next key.
    expect([...run.stdout.matchAll(/^projects\.read$/gm)]).toHaveLength(2);
    expect([...run.stdout.matchAll(/^200$/gm)]).toHaveLength(1);
    expect([...run.stdout.matchAll(/^401$/gm)]).toHaveLength(2);
    expect([...run.stdout.matchAll(/^token_revoked$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^app\.rotate_secret app-nightly$/m);
  });

  it('give skills to an agent', async () => {
    const before = await remains();
    const run = await follow('mcp-tools');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/"resource":"http:[^"]+\/mcp","authorization_servers"/);
    expect(run.stdout).toMatch(/"tools":\[.*"name":"salute"/);
    expect(run.stdout).toMatch(/"structuredContent":\{.*"greeting":"Hello, Ada"/);
    expect([...run.stdout.matchAll(/^401$/gm)]).toHaveLength(1);
    expect(run.stdout).toMatch(/"registration_client_uri":"http:[^"]+\/v1\/oauth\/register\/app-/);
    expect(run.stdout).toMatch(/^3\.1\.\d$/m);
    expect(await remains()).toEqual(before);
  });

  it('write, test, upload and withdraw a policy', async () => {
    const run = await follow('policies');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^PASS: 2\/2$/m);
    expect(run.stdout).toMatch(/"version":\d+,.*"status":"active".*"tests":\{"passed":2,"skipped":0\}/);
    expect(run.stdout).toMatch(/"error":"forbidden",.*projects are frozen for the release.*"status":403/);
    // One decision would differ without the freeze.
    expect([...run.stdout.matchAll(/^\S+ (?:true|false) -> (?:true|false)$/gm)].map(([line]) => line)).toEqual([
      'project.create false -> true',
    ]);
    expect(run.stdout).toMatch(/^data\.authz\.allow project\.create true$/m);
    expect(run.stdout).toMatch(/"key":"MERCURY"/);
  });

  it('add claims to tokens, and let a policy deny a token', async () => {
    const run = await follow('token-claims');

    expect([run.status, run.stderr.split('\n')]).toEqual([
      0,
      [
        'Store the client secret: it is shown only once.',
        'The policy of default is deleted.',
        'app-billing is deleted.',
        '',
      ],
    ]);
    expect(run.stdout).toMatch(/^Billing \(app-billing\)$/m);
    expect(run.stdout).toContain('The claim "tenantId" is reserved.');
    expect(run.stdout).toMatch(/^PASS: 2\/2$/m);
    expect(run.stdout).toMatch(/^denied Services get no write access\.\nchanged 300$/m);
    expect(run.stdout).toMatch(/^eu$/m);
    expect(run.stdout).toMatch(/^\{"error":"access_denied","error_description":"Services get no write access\."/m);
    expect([...run.stdout.matchAll(/^enabled +(true|false)$/gm)].map(([, value]) => value)).toEqual(['false', 'true']);
  });

  it('set flags and limits', async () => {
    const run = await follow('flags-and-limits');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain(
      '"key":"checkout","enabled":true,"value":true,"variant":"on","reason":"TARGETING_MATCH"',
    );
    expect([...run.stdout.matchAll(/"variant":"on"/g)].length).toBeGreaterThanOrEqual(2);
    expect(run.stdout).toMatch(
      /HTTP\/1.1 429 Too Many Requests\r\nRateLimit: "few-lists";r=0;t=\d+\r\nRetry-After: \d+/,
    );
    expect(run.stdout).toMatch(/^200$/m);
  });

  it('mask data and keep secrets', async () => {
    const run = await follow('masking-and-secrets');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/"note":"Ask tok_[\w-]+, card \[REDACTED\]","password":"\[REDACTED\]"/);
    expect(run.stdout).toMatch(/"items":\[\{"token":"tok_[\w-]+","value":"ada@example.com"\}\]/);
    const values = [...run.stdout.matchAll(/"value":"(correct horse|battery staple)"/g)].map(([, value]) => value);
    expect(values).toEqual(['correct horse', 'battery staple', 'correct horse']);
    expect(run.stdout).toMatch(/^secret\.\S+ success$/m);
  });

  it('prove the audit log', async () => {
    const run = await follow('audit-proofs');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/OK coresdk-audit\/tnt-\w+: records 0 to \d+ are unchanged/);
    expect(run.stdout).toContain('FAILED Record 2 was changed');
    expect([...run.stdout.matchAll(/^FAILED /gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^true$/m);
  });

  it('connect Okta or Entra ID', async () => {
    const run = await follow('provision-okta-entra');

    expect([run.status, run.stderr]).toEqual([0, '']);
    // With the filter, then with the new token.
    expect([...run.stdout.matchAll(/^katherine@example\.com$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^Navigators$/m);
    expect(run.stdout).toContain('"rules":[{"role":"admin","group":"Navigators"}],"defaultRole":"member"');
    expect(run.stdout).toMatch(/^false$/m);
    expect(run.stdout).toMatch(/ success$/m);
  });

  it('move in from Keycloak', async () => {
    const run = await follow('moving-in');
    const told = 'Store the client secret: it is shown only once.\napp-mover is deleted.\n';
    expect([run.status, run.stderr]).toEqual([0, told]);
    expect(run.stdout).toMatch(/^users +2 +2 +0 +0$/m);
    expect(run.stdout).toMatch(
      /^1 of 2 new users would move with their passwords to the tenant default\.\nNothing was changed\.$/m,
    );
    expect(run.stdout).toMatch(/^1 of 2 new users moved with their passwords to the tenant default\.$/m);
    expect(run.stdout).toMatch(/^portal +app-\w{26}$/m);
    expect(run.stdout).toMatch(/^200$/m);
  });

  it('configure the platform as code', async () => {
    const run = await follow('configuration-as-code');

    expect(run.status).toBe(0);
    const progress = /^(?: *\d+\/\d+ (?:created|changed|deleted) default\/.+|Its audit records: .+)$/;
    expect(
      run.stderr
        .trim()
        .split('\n')
        .filter((line) => !progress.test(line)),
    ).toEqual([]);
    expect(run.stdout).toContain('Plan: 4 to create, 0 to change, 0 to delete.\n');
    expect(run.stdout).toContain('limit: 100 → 200\n');
    expect(
      [...run.stdout.matchAll(/^Done: (\d) of \1 changes\. Change set: [0-9a-f-]{36}$/gm)].map(([, count]) => count),
    ).toEqual(['4', '1', '4']);
    expect([...run.stdout.matchAll(/^No changes: /gm)]).toHaveLength(2);
    expect(run.stdout).toContain('4 managed objects that the configuration does not contain any more');
  });

  it('set rules for passwords and sessions', async () => {
    const run = await follow('passwords-and-sessions');

    expect([run.status, run.stderr, run.stdout]).toEqual([0, '', '12\n15\n12\n']);
  });

  it('let people create accounts', async () => {
    const run = await follow('sign-up');

    expect([run.status, run.stderr, run.stdout]).toEqual([0, '', 'domain\ninvite\n']);
  });

  it('require a second factor', async () => {
    const run = await follow('second-factors');

    expect([run.status, run.stderr.replaceAll(/app-\w+/g, 'app-…').split('\n')]).toEqual([
      0,
      ['Store the client secret: it is shown only once.', 'app-… is deleted.', ''],
    ]);
    expect(run.stdout).toBe('optional\noptional\nrequired\noptional\n');
  });

  it('sign in with an identity provider', async () => {
    const run = await follow('identity-providers');

    expect([run.status, run.stderr]).toEqual([0, expect.stringMatching(/^con-\w+ is deleted\.\n$/)]);
    expect(run.stdout).toMatch(/^http:\/\/localhost:\d+\/oauth\/connections\/callback$/m);
    expect(run.stdout).toMatch(/^verified_domains$/m);
    expect(run.stdout).toMatch(/^_coresdk-challenge\.example\.com$/m);
    expect(run.stdout).toMatch(/^true$/m);
  });

  it('use the existing clients', async () => {
    const run = await follow('existing-clients');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe('true\nfalse\n');
  });

  it('replace OPA', async () => {
    const run = await follow('replace-opa');

    expect([run.status, run.stderr]).toEqual([0, '']);
    // From the package's server, then from the sidecar.
    expect([...run.stdout.matchAll(/\{"result":true\}$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^\{"result":false\}$/m);
    expect(run.stdout).toMatch(/^\{"result":\{"queries":\[\[\{"index":0/m);
    expect(run.stdout).toMatch(/"version":\d+,.*"status":"active"/);
    expect(run.stdout).toMatch(/^401$/m);
  });

  it('find the cause of an error', async () => {
    const run = await follow('troubleshooting');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^0 failed, \d+ warnings?, \d+ in order/m);
    expect(run.stdout).toMatch(/^\{"error":"forbidden",.*"request_id":"req-\w+","reason":"insufficient_scope"\}$/m);
    expect(run.stdout).toMatch(/^project\.list denied insufficient_scope$/m);
  });

  it('explain every error code and every outage reason', async () => {
    const page = await readFile(path.join(root, 'docs/guides/troubleshooting.md'), 'utf8');

    const rows = new Map(
      [...page.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [code, Number(status)]),
    );
    expect(Object.fromEntries(rows)).toEqual(HTTP_STATUS);
    expect(Object.keys(OUTAGES).filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
  });
});
