import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../../kernel/config/secret';
import { EnvProvider } from './env.provider';
import { FileProvider } from './file.provider';

const at = (path: string, tenantSlug = 'acme', version = '') => ({ tenantId: 'tnt-1', tenantSlug, path, version });

describe('the environment provider', () => {
  const provider = new EnvProvider(
    new Map(
      Object.entries({
        ACME__DB_PASSWORD: 'of acme',
        ACME_EU__KEY: 'of acme-eu',
        ACME__EU__KEY: 'of acme--eu',
        KEY: 'of nobody',
      }).map(([name, value]) => [name, new Secret(value)]),
    ),
  );

  it("returns the tenant's variables", async () => {
    expect((await provider.read(at('DB_PASSWORD'))).value.toString()).toBe('of acme');
    expect((await provider.read(at('KEY', 'acme-eu'))).value.toString()).toBe('of acme-eu');
  });

  it.each([
    ['KEY', 'acme'],
    ['EU__KEY', 'acme'],
    ['_EU__KEY', 'acme'],
    ['DB_PASSWORD', 'globex'],
    ['db_password', 'acme'],
    ['../KEY', 'acme'],
    ['constructor', 'acme'],
    ['', 'acme'],
  ])('has no secret %j for %s', async (path, slug) => {
    await expect(provider.read(at(path, slug))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('has no versions', async () => {
    await expect(provider.read(at('DB_PASSWORD', 'acme', '1'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the file provider', () => {
  let folder: string;
  let provider: FileProvider;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coresdk-files-'));
    provider = new FileProvider(join(folder, 'root'));
    await mkdir(join(folder, 'root', 'acme', 'db'), { recursive: true });
    await mkdir(join(folder, 'root', 'acme', '..2026'), { recursive: true });
    await mkdir(join(folder, 'root', 'globex'), { recursive: true });
    await writeFile(join(folder, 'root', 'acme', 'db', 'password'), 'of acme\n');
    await writeFile(join(folder, 'root', 'acme', '..2026', 'token'), 'mounted');
    await writeFile(join(folder, 'root', 'acme', 'large'), Buffer.alloc(65_537));
    await writeFile(join(folder, 'root', 'acme', 'full'), Buffer.alloc(65_536, 1));
    await writeFile(join(folder, 'root', 'globex', 'password'), 'of globex');
    await writeFile(join(folder, 'outside'), 'of nobody');
    await writeFile(join(folder, 'root', 'acme', '.hidden'), 'hidden');
    // The way in which Kubernetes mounts a secret: a link to a link to a hidden folder next to it.
    await symlink('..2026', join(folder, 'root', 'acme', '..data'));
    await symlink(join('..data', 'token'), join(folder, 'root', 'acme', 'token'));
    await symlink(join(folder, 'outside'), join(folder, 'root', 'acme', 'escape'));
    await symlink('../globex', join(folder, 'root', 'acme', 'neighbour'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('returns files unchanged, following links that stay inside the folder', async () => {
    expect((await provider.read(at('db/password'))).value.toString()).toBe('of acme\n');
    expect((await provider.read(at('token'))).value.toString()).toBe('mounted');
    expect((await provider.read(at('full'))).value).toHaveLength(65_536);
  });

  it.each([
    'escape',
    'neighbour/password',
    '../globex/password',
    '..data/token',
    '.hidden',
    'db',
    'nothing',
    'db/password/x',
    'x'.repeat(400),
  ])('has no secret %s', async (path) => {
    await expect(provider.read(at(path))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('has no versions, and no secrets for a tenant without a folder', async () => {
    await expect(provider.read(at('db/password', 'nobody'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(provider.read(at('db/password', 'acme', '1'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses a file that is too large', async () => {
    await expect(provider.read(at('large'))).rejects.toMatchObject({ code: 'internal' });
  });
});
