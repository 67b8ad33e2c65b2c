/**
 * `npm run dev`: runs the product and restarts it after each change to its code, SQL or pages. It compiles only changed
 * files, in about a second. A separate tsc process checks types and reports errors. The embedded database keeps running
 * between restarts, because this process shares it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isTest } from './steps/build.mjs';
import { embeddedDatabase, serverEntries } from './steps/bundle.mjs';
import { openBundler } from './steps/bundler.mjs';
import { Product } from './steps/dev-product.mjs';
import { openPackages } from './steps/packages-bundle.mjs';
import { root } from './steps/process.mjs';
import { printLine } from './steps/report.mjs';
import { checkTypes } from './steps/type-check.mjs';
import { watchFiles } from './steps/watch-files.mjs';

/** The folder of the server that this command runs. The other commands neither read nor write it. */
const output = 'dist/dev';

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile();
const bundler = await openBundler({ output, entriesOf: serverEntries, packages: openPackages(output) });
const product = new Product(output, process.argv.slice(2));
if ((await rebuild()) === 'faulty') process.exit(1);
const database = await shareInDatabase();
const types = checkTypes();
const unwatch = watchFiles(['src', 'migrations', 'rego/src'], isSource, update);
void product.restart();
await interrupted();
unwatch();
types.stop();
await product.stop();
await bundler.dispose();
await database.stop();

/** Opens a shared handle to the embedded database; does nothing if `DATABASE_URL` names a different database. */
async function shareInDatabase() {
  if (process.env.DATABASE_URL) return { stop: async () => undefined };
  const file = pathToFileURL(join(root, output, embeddedDatabase.replace(/ts$/, 'js'))).href;
  const { default: embedded } = await import(file);
  return embedded.openEmbeddedPostgres({ dataDir: process.env.DATA_DIR || '.data', log: printLine });
}

/** Builds and restarts the product. The type check pauses until then, because it would slow down the restart. */
async function update() {
  const start = performance.now();
  types.pause();
  product.prepare();
  if ((await rebuild()) === 'changed') {
    // Not awaited, because the next change ends a start that hangs.
    void product.restart(start).then(types.resume);
  } else {
    void product.discard();
    types.resume();
  }
}

/**
 * Returns `faulty` if a file did not compile; the previous product process then keeps running. Returns `unchanged` if the product does not
 * contain the changed files, such as those of the command line.
 */
async function rebuild() {
  const { faults, isChanged } = await bundler.rebuild();
  for (const fault of faults) printLine(fault);
  if (faults.length > 0) return 'faulty';
  return isChanged ? 'changed' : 'unchanged';
}

function isSource(path) {
  return !isTest(path) && !path.endsWith('.md');
}

function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
}
