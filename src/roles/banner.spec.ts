import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText, stripVTControlCharacters } from 'node:util';
import { NOTHING } from './bootstrap';
import { banner } from './banner';
import { readSettings } from './settings';
import type { FirstStart } from './start-role';

const LATER_START: FirstStart = {
  bootstrapped: NOTHING,
  generated: { clientSecret: false, ownerPassword: false },
  controlPlaneToken: null,
};
const FIRST_START: FirstStart = {
  bootstrapped: {
    client: { clientId: 'app-admin', clientSecret: 'cs_1' },
    owner: { email: 'admin@example.com', password: 'secret of the owner' },
  },
  generated: { clientSecret: true, ownerPassword: true },
  controlPlaneToken: 'cpt_1',
};
const SPLIT = { CORESDK_SERVICE_TOKEN: 'x'.repeat(16), CONTROL_PLANE_TOKEN: 'y'.repeat(16) };
const KEY = { MASTER_KEY: Buffer.alloc(32).toString('base64') };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "the banner's-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bannerOf(environment: Readonly<Record<string, string>>, firstStart = LATER_START): string {
  const settings = readSettings({ DATA_DIR: folder, ...environment });
  return banner({ settings, firstStart }).replace(/started in [\d.]+ s/, 'started in 1.0 s');
}

function storeSecret(): void {
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/admin-client-secret'), 'cs_1');
}

describe('the banner', () => {
  it('shows every address, aligned, and the next commands', () => {
    const lines = bannerOf({ PORT: '8400' }).split('\n');
    expect(lines[1]).toMatch(/^CoreSDK Platform \d+\.\d+\.\d+ is ready \(role all, started in 1\.0 s\)\.$/);
    expect(lines.slice(2)).toEqual([
      '',
      '  Public backend   http://localhost:8400',
      '  Documentation    http://localhost:8400/docs',
      '  API reference    http://localhost:8400/docs/api',
      '  Control plane    http://localhost:8080',
      '  Mailbox          http://localhost:8080/dev/mailbox',
      '  Sidecar (gRPC)   localhost:50051',
      '  Health, metrics  http://localhost:9091/readyz',
      '',
      'Next, sign in as the owner, in a second terminal in this folder:',
      '  npx coresdk login --url http://localhost:8400 --control-plane-url http://localhost:8080',
      '  npx coresdk users list',
      '',
      '',
    ]);
  });

  it('shows new secrets once, in the same columns', () => {
    const shown = bannerOf({}, FIRST_START);
    expect(shown).toContain("  Owner's password     secret of the owner\n  Control plane token  cpt_1\n");
    expect(shown).toContain('  Public backend       http://localhost:8000\n');
    const chosen = { ...FIRST_START, generated: { clientSecret: false, ownerPassword: false } };
    expect(bannerOf({}, chosen)).not.toMatch(/cs_1|secret of the owner/);
    expect(bannerOf({})).not.toContain('First start');
    expect(shown).toContain('First start. Keep these, they are shown only once:\n');
    storeSecret();
    expect(bannerOf({}, FIRST_START)).toContain(`First start. These secrets are also in ${folder}/secrets:\n`);
  });

  it.each([
    [{}, ''],
    [{ BOOTSTRAP_TENANT: 'acme' }, ' --tenant acme'],
    [{ PORT: '8001' }, ' --url http://localhost:8001 --control-plane-url http://localhost:8080'],
    [{ CONTROL_PLANE_PORT: '8081' }, ' --url http://localhost:8000 --control-plane-url http://localhost:8081'],
    [{ INTERNAL_ADDRESS: 'fd00::7' }, ' --url http://localhost:8000 --control-plane-url http://[fd00::7]:8080'],
    [
      { ISSUER_URL: "https://id.example.com/a'b" },
      ` --url 'https://id.example.com/a'\\''b' --control-plane-url http://localhost:8080`,
    ],
  ])('suggests a sign-in at the addresses of this installation (%j)', (environment, addresses) => {
    expect(bannerOf(environment)).toContain(`\n  npx coresdk login${addresses}\n  npx coresdk users list\n`);
  });

  it('suggests to check the health of a process without every role', () => {
    const shown = bannerOf({ ROLE: 'worker', CORESDK_SIDECAR_ADDR: '127.0.0.1:50051', ...SPLIT });
    expect(shown).toContain('\nNext, in a second terminal in this folder:\n  curl http://localhost:9091/readyz\n');
    expect(shown).not.toContain('login');
  });

  it('shows only the addresses of the role', () => {
    const worker = { ROLE: 'worker', CORESDK_SIDECAR_ADDR: '127.0.0.1:50051', ...SPLIT };
    expect(bannerOf(worker)).not.toMatch(/backend|Control plane|Sidecar|Documentation|Mailbox/);
    const controlPlane = bannerOf({ ROLE: 'control-plane', ...SPLIT, ...KEY, INTERNAL_ADDRESS: '10.0.0.7' });
    expect(controlPlane).toMatch(/Documentation +http:\/\/10\.0\.0\.7:8080\/docs\n/);
    expect(controlPlane).toMatch(/Mailbox +http:\/\/10\.0\.0\.7:8080\/dev\/mailbox\n/);
    expect(controlPlane).not.toMatch(/backend|Sidecar/);
  });

  it('has no mailbox if mail is sent', () => {
    expect(bannerOf({ SMTP_URL: 'smtp://mail.example.com' })).not.toContain('Mailbox');
  });

  it('has no mailbox and no suggestion in production', () => {
    const shown = bannerOf({
      NODE_ENV: 'production',
      ...SPLIT,
      ...KEY,
      AUDIT_SIGNING_KEY_FILE: '/run/key.pem',
      PUBLIC_URL: 'https://api.example.com',
      ISSUER_URL: 'https://api.example.com',
    });
    expect(shown).not.toMatch(/Mailbox|Next/);
  });

  it('has the same text with colors', () => {
    const settings = readSettings({ DATA_DIR: folder });
    const colored = banner({ settings, firstStart: FIRST_START }, (format, text) =>
      styleText(format, text, { validateStream: false }),
    );
    expect(colored).toContain('\u001b[');
    const time = / started in [\d.]+ s/;
    expect(stripVTControlCharacters(colored).replace(time, '')).toBe(
      banner({ settings, firstStart: FIRST_START }, (_, text) => text).replace(time, ''),
    );
  });
});
