import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { findChromium, launchChromium } from '../../test/support/chromium.js';
import { packedPackages, testPublishedFiles } from '../../test/support/packed-package.js';
import { install } from '../../test/support/react-example.js';

const root = path.resolve(__dirname, '../..');
const chromium = findChromium();
const REACT = '19.3.1';

/** An empty project with the packed packages installed. */
let project: string;
let quickstart: string;

beforeAll(() => {
  const readme = readFileSync(path.join(root, 'sdk-react/README.md'), 'utf8');
  quickstart = /```tsx\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  project = mkdtempSync(path.join(tmpdir(), 'cpod-react-package-'));
  const types = { '@types/react': '19.3.3', '@types/react-dom': '19.3.0' };
  const dependencies = { ...packedPackages(['sdk', 'sdk-react'], project), react: REACT, 'react-dom': REACT, ...types };
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  install(project);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' }).trim();
}

it('has the same exports as an ES module and as CommonJS', () => {
  const shown =
    'console.log(Object.keys(it).filter((key) => !/^(default|__esModule|module.exports)$/.test(key)).sort().join())';
  const expected = 'BrowserSession,CpodProvider,RequireAuth,useAuth,useUser';
  expect(run(['--input-type=module', '-e', `import * as it from '@cpod/react'; ${shown}`])).toBe(expected);
  expect(run(['--no-experimental-require-module', '-e', `const it = require('@cpod/react'); ${shown}`])).toBe(expected);
});

it('has no dependencies besides React and the SDK', () => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(project, 'node_modules/@cpod/react/package.json'), 'utf8'),
  ) as Record<string, object>;
  expect([dependencies, Object.keys(peerDependencies ?? {}).sort()]).toEqual([undefined, ['@cpod/sdk', 'react']]);
});

it('has a quickstart that compiles in strict mode', () => {
  writeFileSync(path.join(project, 'quickstart.tsx'), quickstart);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023,dom,dom.iterable',
  ];
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  expect(run([tsc, ...options, '--jsx', 'react-jsx', '--skipLibCheck', 'quickstart.tsx'])).toBe('');
});

(chromium === null ? it.skip : it)('has a quickstart that runs in a browser', async () => {
  const { outputFiles } = await build({
    stdin: { contents: quickstart, resolveDir: project, loader: 'tsx' },
    ...{ bundle: true, write: false, format: 'iife', jsx: 'automatic', platform: 'browser', logLevel: 'silent' },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const browser = await launchChromium(chromium ?? '');
  try {
    const page = await browser.newPage();
    const headers = { 'access-control-allow-origin': '*' };
    await page.route('https://app.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<body></body>' }),
    );
    await page.route('http://localhost:8000/**', (route) => {
      const origin = 'http://localhost:8000';
      return route.fulfill({ headers, json: { issuer: origin, authorization_endpoint: `${origin}/oauth/authorize` } });
    });
    await page.goto('https://app.example/');
    await page.evaluate(outputFiles[0]?.text ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname === '/oauth/authorize');
    expect(new URL(page.url()).searchParams.get('client_id')).toBe('app-board');
  } finally {
    await browser.close();
  }
});

testPublishedFiles('sdk-react');
