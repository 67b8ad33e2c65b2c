import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GeneratedSecrets } from './generated-secrets';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'coresdk-secrets-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

describe('generated secrets', () => {
  it('are created at the first start and reused at the next', () => {
    const first = new GeneratedSecrets(dataDir).obtain('token', 'cs_');
    const second = new GeneratedSecrets(dataDir).obtain('token', 'cs_');
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(first.secret.reveal()).toMatch(/^cs_[\w-]{43}$/);
    expect(second.secret.reveal()).toBe(first.secret.reveal());
  });

  it('come from the faster process if two start simultaneously', () => {
    const [one, other] = [new GeneratedSecrets(dataDir), new GeneratedSecrets(dataDir)];
    const found = jest.spyOn(other, 'find').mockReturnValueOnce(null);
    const first = one.obtain('token');
    const second = other.obtain('token');
    expect(found).toHaveBeenCalledTimes(2);
    expect(second).toEqual({ secret: first.secret, isNew: false });
  });

  it('are stored in files that only their owner can access, without leftovers', () => {
    const secrets = new GeneratedSecrets(dataDir);
    secrets.obtain('token');
    const file = secrets.obtainKeyFile('key.pem');
    expect(secrets.obtainKeyFile('key.pem')).toBe(file);
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+-----END PRIVATE KEY-----\n$/);
    const folder = path.dirname(file);
    expect(readdirSync(folder).sort()).toEqual(['key.pem', 'token']);
    expect(readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  });
});
