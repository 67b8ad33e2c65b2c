import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from '../support/built-package';
import { openStandIn, type StandIn } from '../support/http-stand-in';
import { root } from '../support/source-files';

const PARTS = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist'];

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A copy of the parts of this repository that a release needs, without notes of unreleased changes. */
let copy: string;
let registry: StandIn;
let versions: Readonly<Record<string, string>>;

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'coresdk-release-'));
  for (const name of ['package.json', 'package-lock.json', 'scripts', '.changeset/config.json']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  for (const folder of ['rego', 'sdk', 'sdk-react'] as const) {
    builtPackage(folder);
    for (const part of PARTS) {
      cpSync(path.join(root, folder, part), path.join(copy, folder, part), { recursive: true });
    }
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  versions = {
    '@coresdk/rego': versionOf('rego'),
    '@cpod/sdk': versionOf('sdk'),
    '@cpod/react': versionOf('sdk-react'),
  };
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeEach(async () => {
  registry = await openStandIn();
  // The registry has this version of the engine, and no version of the SDKs.
  registry.answer = ({ method, url }) => {
    const name = decodeURIComponent(url.pathname.slice(1));
    if (method === 'PUT') return { status: 201, body: { ok: true } };
    return name === '@coresdk/rego' ? { status: 200, body: packumentOf(name) } : { status: 404, body: {} };
  };
});

afterEach(() => registry.close());

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as { version: string }).version;
}

function packumentOf(name: string): object {
  const version = versions[name] ?? '';
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist: {} } } };
}

/** Runs the release with the registry as its only registry, and with nothing but these variables. */
function release(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const npm = { NPM_CONFIG_REGISTRY: registry.url, NPM_CONFIG_CACHE: path.join(copy, '.npm'), HOME: copy };
  const env = { PATH: process.env['PATH'], ...npm, ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/release.mjs', ...args], { cwd: copy, env }, (fault, stdout, stderr) => {
      resolve({ code: fault === null ? 0 : Number(fault.code), output: stdout + stderr });
    });
  });
}

const uploads = () => registry.received.filter(({ method }) => method === 'PUT');

describe('npm run release', () => {
  it('reports in a dry run what it would publish, and uploads nothing', async () => {
    const { code, output } = await release(['--dry-run']);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Dry run: nothing was uploaded.') });
    expect(output).toContain(`@cpod/sdk@${versions['@cpod/sdk']}`);
    expect(output).not.toContain(`@coresdk/rego@${versions['@coresdk/rego']}`);
    expect(uploads()).toEqual([]);
  });

  it('publishes the packages whose version is missing in the registry, with only a token', async () => {
    const { code, output } = await release([], { NPM_TOKEN: 'npm_secret' });
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const published = uploads().map(({ url }) => decodeURIComponent(url.pathname.slice(1)));
    expect(published.sort()).toEqual(['@cpod/react', '@cpod/sdk']);
    for (const { url, headers, body } of uploads()) {
      expect(headers.authorization).toBe('Bearer npm_secret');
      const latest = versions[decodeURIComponent(url.pathname.slice(1))];
      expect(JSON.parse(body)).toMatchObject({ 'dist-tags': { latest }, access: 'public' });
    }
    expect(output).not.toContain('npm_secret');
  });

  it('fails if the registry refuses the token', async () => {
    const { answer } = registry;
    registry.answer = (request) => (request.method === 'PUT' ? { status: 403, body: {} } : answer(request));
    const { code, output } = await release([], { NPM_TOKEN: 'npm_wrong' });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('failed to publish') });
  });

  it.each([
    ['without a token', [], {}, 'Set NPM_TOKEN to an npm token'],
    ['with an empty token', [], { NPM_TOKEN: ' ' }, 'Set NPM_TOKEN to an npm token'],
    ['with an unknown option', ['--force'], { NPM_TOKEN: 'npm_secret' }, 'Usage: npm run release [-- --dry-run]'],
  ])('does nothing %s', async (_name, args, variables, message) => {
    const { code, output } = await release(args, variables);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) });
    expect(registry.received).toEqual([]);
  });

  it('publishes no change whose note is not part of a version', async () => {
    const note = path.join(copy, '.changeset/a-note.md');
    try {
      writeFileSync(note, "---\n'@cpod/sdk': minor\n---\n\nA feature.\n");
      const { code, output } = await release([], { NPM_TOKEN: 'npm_secret' });
      expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('changeset -- version') });
      expect(uploads()).toEqual([]);
    } finally {
      rmSync(note);
    }
  });

  it('publishes nothing if a checker finds a problem in a package', async () => {
    const types = path.join(copy, 'sdk/dist/esm/main.d.ts');
    const content = readFileSync(types);
    try {
      rmSync(types);
      const { code, output } = await release([], { NPM_TOKEN: 'npm_secret' });
      expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('publint found problems in sdk/') });
      expect(uploads()).toEqual([]);
    } finally {
      writeFileSync(types, content);
    }
  });
});
