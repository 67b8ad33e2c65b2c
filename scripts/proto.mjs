// Generates src/kernel/grpc/generated/ from proto/**/*.proto with buf and ts-proto, without network access.
//
//   node scripts/proto.mjs           write the files
//   node scripts/proto.mjs --check   exit with 1 and name the committed files that differ
//
// proto/baseline.binpb is the image of coresdk.v1 that published clients use. `buf breaking proto --against
// proto/baseline.binpb` checks the protos against it. Rebuild it only after the contract itself has been extended,
// never to silence a breaking change:
//
//   buf build proto --path proto/coresdk --exclude-source-info -o proto/baseline.binpb
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const generatedPath = 'src/kernel/grpc/generated';

function generateInto(directory) {
  const bin = join(root, 'node_modules', '.bin');
  const { status, error } = spawnSync(
    'buf',
    ['generate', 'proto', '--template', 'proto/buf.gen.yaml', '-o', directory],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    },
  );
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Returns the files below `directory` by relative path; empty if the directory does not exist. */
function readTree(directory) {
  if (!existsSync(directory)) return new Map();
  return new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
  );
}

function differences(committed, fresh) {
  const names = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return names.filter((name) => committed.get(name) !== fresh.get(name));
}

const scratch = mkdtempSync(join(tmpdir(), 'coresdk-proto-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
generateInto(scratch);

const fresh = join(scratch, generatedPath);
const committed = join(root, generatedPath);
const changed = differences(readTree(committed), readTree(fresh));

if (process.argv.includes('--check')) {
  for (const name of changed)
    console.error(`${generatedPath}/${name} differs from the output generated from the protos`);
  if (changed.length > 0) {
    console.error('Run `node scripts/proto.mjs` and commit the result.');
    process.exit(1);
  }
} else if (changed.length > 0) {
  rmSync(committed, { recursive: true, force: true });
  cpSync(fresh, committed, { recursive: true });
  for (const name of changed) console.log(`${generatedPath}/${name}`);
}
