import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SiteConfig } from 'vitepress';

const SOURCES = path.join(import.meta.dirname, 'api-reference');
const PACKAGE = path.join(import.meta.dirname, '../../node_modules/@scalar/api-reference');
/** The modules for browsers: an entry, and chunks that it imports at the start or when they are needed. */
const BUNDLE = path.join(PACKAGE, 'dist/browser');
const ENTRY = 'standalone.esm.js';
const STATIC_IMPORT = /\b(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g;

/**
 * Writes the page of the interactive API reference, `api.html`, and the modules of Scalar, which draws it. The folder of the modules has
 * the version in its name, so that browsers can store them permanently.
 */
export function writeApiReference({ outDir }: SiteConfig): void {
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const folder = `assets/scalar-${version}`;
  copyModules(path.join(outDir, folder));
  const preloads = loadedAtStart(ENTRY).map((file) => `<link rel="modulepreload" href="${folder}/${file}" />`);
  const start = readFileSync(path.join(SOURCES, 'start.mjs'), 'utf8');
  const script = `<script type="module">\nimport './${folder}/${ENTRY}';\n${start}</script>`;
  const page = readFileSync(path.join(SOURCES, 'page.html'), 'utf8')
    .replace('<!-- preloads -->', () => preloads.join('\n    '))
    .replace('<!-- start -->', () => script);
  writeFileSync(path.join(outDir, 'api.html'), page);
}

function copyModules(target: string): void {
  mkdirSync(path.join(target, 'chunks'), { recursive: true });
  const chunks = readdirSync(path.join(BUNDLE, 'chunks')).map((name) => `chunks/${name}`);
  for (const file of [ENTRY, ...chunks].filter((name) => name.endsWith('.js'))) {
    copyFileSync(path.join(BUNDLE, file), path.join(target, file));
  }
}

/** Returns the module and every module that it imports statically, directly or indirectly. */
function loadedAtStart(file: string, found = new Set<string>()): readonly string[] {
  found.add(file);
  const code = readFileSync(path.join(BUNDLE, file), 'utf8');
  for (const [, specifier = ''] of code.matchAll(STATIC_IMPORT)) {
    const imported = path.posix.join(path.posix.dirname(file), specifier);
    if (!found.has(imported)) loadedAtStart(imported, found);
  }
  return [...found];
}
