import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { findChromium, launchChromium } from '../../test/support/chromium.js';
import { projectWith, testPublishedFiles } from '../../test/support/packed-package.js';

const root = path.resolve(__dirname, '../..');
const chromium = findChromium();

/** An empty project with the packed package and its dependencies installed. */
let project: string;
let readme: string;

beforeAll(() => {
  readme = readFileSync(path.join(root, 'rego/README.md'), 'utf8');
  project = projectWith(['rego']);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** The programs in the README, each with its documented output. */
const programs = (): readonly { readonly code: string; readonly prints: string }[] =>
  [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => ({
    code,
    prints: [...code.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => `${text}\n`).join(''),
  }));

it('the programs in the README print the documented output', () => {
  expect(programs().length).toBeGreaterThanOrEqual(4);
  for (const [index, { code, prints }] of programs().entries()) {
    const file = path.join(project, `program-${index}.mjs`);
    writeFileSync(file, code);
    expect(execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8' })).toBe(prints);
  }
});

it('the programs in the README compile in strict mode', () => {
  const files = programs().map(({ code }, index) => {
    const file = `program-${index}.ts`;
    // In strict mode, a caught error has the type `unknown`, which the README ignores.
    writeFileSync(path.join(project, file), code.replace('catch (error)', 'catch (error: any)'));
    return file;
  });
  const settings = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  expect(execFileSync(process.execPath, [tsc, ...settings, ...files], { cwd: project, encoding: 'utf8' })).toBe('');
});

it('can be loaded with require from CommonJS', () => {
  const program = `const { compile } = require('@coresdk/rego');
    compile({ modules: 'package a\\n\\np := 1 + 1' }).then((policy) => console.log(policy.evaluate('data.a.p')));`;
  const file = path.join(project, 'program.cjs');
  writeFileSync(file, program);
  expect(execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8' })).toBe('2\n');
});

(chromium === null ? it.skip : it)('runs in a browser when bundled', async () => {
  const code = programs().map(({ code: one }) => `(async () => {${withoutImports(one)}})`);
  const entry = `import * as rego from '@coresdk/rego';
    const { check, compile, LimitExceeded } = rego;
    globalThis.lines = [];
    const console = { log: (...values) => lines.push(values.join(' ')) };
    globalThis.done = (async () => { for (const run of [${code.join(',')}]) await run(); return lines.join('\\n') + '\\n'; })();`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: project },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  });
  const browser = await launchChromium(chromium ?? '');
  try {
    const page = await browser.newPage();
    await page.evaluate(outputFiles[0]?.text ?? '');
    const printed = await page.evaluate<string>('globalThis.done');
    expect(printed).toBe(
      programs()
        .map(({ prints }) => prints)
        .join(''),
    );
  } finally {
    await browser.close();
  }
});

const withoutImports = (code: string): string => code.replaceAll(/^import .*;$/gm, '');

testPublishedFiles('rego');
