import { Refusal } from '../refusal.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BINARIES = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));
const GENERATED = 'src/kernel/grpc/generated';

/**
 * Generates the TypeScript for a proto file in the tree, as `npm run proto` would.
 * @param {string} name the path below proto/, without the extension
 */
export const messagesOf = (name) => (tree) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-proto-'));
  try {
    tree.getDir('proto').visit((file) => {
      if (!/\.(proto|yaml)$/.test(file)) return;
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), tree.read(file));
    });
    const args = ['generate', 'proto', '--template', 'proto/buf.gen.yaml', '--path', `proto/${name}.proto`];
    const env = { ...process.env, PATH: `${BINARIES}${path.delimiter}${process.env.PATH}` };
    const { status, stderr, error } = spawnSync('buf', args, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Refusal(`buf could not generate the messages: ${error?.message ?? stderr}`);
    tree.create(`${GENERATED}/${name}.ts`, readFileSync(path.join(folder, GENERATED, `${name}.ts`)));
    return tree;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
