import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadStore } from './load-files.js';
import { startTestServer, stopAll, temporaryFolder, type TestServer, until } from './test-support.js';

afterEach(stopAll);

async function watching(asBundles: boolean, paths: readonly string[]): Promise<TestServer> {
  const files = { paths, asBundles, verification: null };
  const loaded = await loadStore(files);
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return startTestServer({ store: loaded.store, watched: files });
}

const decides = async ({ ask }: TestServer, text: string): Promise<boolean> =>
  (await ask('GET', '/v1/data/a')).text === text;

it.each([false, true])('changed files are reloaded (as bundles: %s)', async (asBundles) => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'a'));
  const module = path.join(folder, 'a/a.rego');
  const data = path.join(folder, 'a/data.json');
  writeFileSync(module, 'package a\n\np := 1');
  writeFileSync(data, '{"x": 1}');
  const server = await watching(asBundles, [folder]);
  expect(await decides(server, '{"result":{"p":1,"x":1}}\n')).toBe(true);
  writeFileSync(data, '{"x": 2}');
  await until(() => decides(server, '{"result":{"p":1,"x":2}}\n'));
  writeFileSync(module, 'package a\n\np if y');
  await until(() => server.log.some(({ err }) => /var y is unsafe/.test(String(err))));
  expect(await decides(server, '{"result":{"p":1,"x":2}}\n')).toBe(true);
  writeFileSync(data, '{');
  writeFileSync(module, 'package a\n\np := 3');
  await until(() => server.log.some(({ msg }) => /cannot be read/.test(String(msg))));
  writeFileSync(data, '{"x": 3}');
  await until(() => decides(server, '{"result":{"p":3,"x":3}}\n'));
});

it('a file that an editor replaces is reloaded', async () => {
  const folder = temporaryFolder();
  const module = path.join(folder, 'a.rego');
  writeFileSync(module, 'package a\n\np := 1');
  const server = await watching(false, [module]);
  writeFileSync(path.join(folder, 'new'), 'package a\n\np := 2');
  renameSync(path.join(folder, 'new'), module);
  await until(() => decides(server, '{"result":{"p":2}}\n'));
});
