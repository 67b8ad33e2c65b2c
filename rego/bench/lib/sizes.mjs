/** The sizes of an installation and of the files that a page loads, in bytes. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the total size of some files, and of all files below some folders. */
function bytesOf(...places) {
  return places.reduce((sum, place) => {
    const entry = lstatSync(place);
    const below = () => bytesOf(...readdirSync(place).map((name) => path.join(place, name)));
    return sum + (entry.isDirectory() ? below() : entry.size);
  }, 0);
}

/** Returns the folders of a package and of all its dependencies. */
function withDependencies(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const places = createRequire(path.join(folder, 'package.json')).resolve.paths(`${name}/`) ?? [];
    const place = places.map((one) => path.join(one, name)).find((one) => isPackage(one));
    if (place !== undefined) withDependencies(place, found);
  }
  return found;
}

function isPackage(folder) {
  try {
    return lstatSync(path.join(folder, 'package.json')).isFile();
  } catch {
    return false;
  }
}

/** Bundles a module with all its imports, minified for browsers. */
async function bundle(contents, resolveDir) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

const row = (engine, what, ...parts) => ({
  engine,
  what,
  bytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
  gzip: parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).byteLength, 0),
});

/** Prints the sizes of the installed engines. */
export async function printSizes(contenders, folder) {
  const rows = await Promise.all([ownBundle(), ...contenders.flatMap((contender) => peerSizes(contender, folder))]);
  rows.push(ownInstallation());
  console.log();
  for (const { engine, what, bytes, gzip } of rows) {
    const packed = gzip === undefined ? '' : `, gzip ${gzip.toLocaleString('en')}`;
    console.log(`${engine}, ${what}: ${bytes.toLocaleString('en')} bytes${packed}`);
  }
}

async function ownBundle() {
  const contents = "export { compile } from './dist/esm/main.js'";
  return row('@coresdk/rego', 'loaded', await bundle(contents, packageFolder));
}

function ownInstallation() {
  const published = ['dist', 'package.json', 'README.md', 'CHANGELOG.md'].map((name) => path.join(packageFolder, name));
  const [, ...dependencies] = withDependencies(packageFolder.replace(/\/$/, ''));
  return { engine: '@coresdk/rego', what: 'installed', bytes: bytesOf(...published, ...dependencies) };
}

function peerSizes({ name, mode, argv: [program], variables }, folder) {
  if (mode !== 'text') return [];
  if (variables?.OPA_WASM !== undefined) return wasmSizes(name, variables.OPA_WASM, folder);
  if (variables?.REGORUS !== undefined) {
    const files = ['regorus_bench.js', 'regorus_bench_bg.wasm'].map((file) => path.join(variables.REGORUS, file));
    return [row(name, 'loaded, glue and wasm', ...files.map((file) => readFileSync(file)))];
  }
  return name === 'OPA in Go' ? [{ engine: name, what: 'program of the bench', bytes: bytesOf(program) }] : [];
}

function wasmSizes(name, loader, folder) {
  const cases = path.join(folder, 'cases');
  return [
    { engine: name, what: 'installed', bytes: bytesOf(...withDependencies(loader)) },
    { engine: name, what: 'opa, which compiles policies', bytes: bytesOf(path.join(folder, 'opa-wasm/opa')) },
    bundle(`export { loadPolicy } from '${loader}'`, folder).then((code) => row(name, 'loaded, loader', code)),
    ...readdirSync(cases).map((one) =>
      row(name, `loaded, policy ${one}`, readFileSync(path.join(cases, one, 'policy.wasm'))),
    ),
  ];
}
