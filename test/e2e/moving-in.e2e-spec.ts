import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type CommandCallers, openCommandCallers } from '../support/command-callers';

const PROGRAM = resolve(__dirname, '../../dist/bundle/src/cli/main.js');
const USERS = 20_000;
/** Less than the size of the file. */
const HEAP_MIB = 64;

let callers: CommandCallers;

beforeAll(async () => {
  callers = await openCommandCallers();
});

afterAll(async () => {
  await callers.world.close();
});

function* realm(): Generator<string> {
  const note = 'x'.repeat(4_000);
  yield '{"realm":"large","users":[';
  for (let index = 0; index < USERS; index++) {
    const user = {
      username: `u${index}`,
      email: `u${index}@large.example`,
      enabled: true,
      attributes: { note: [note] },
    };
    yield `${index === 0 ? '' : ','}${JSON.stringify(user)}`;
  }
  yield ']}';
}

it('a realm that is larger than the memory of the command is read in parts', async () => {
  const { app, world } = callers;
  const file = join(world.folder, 'large.json');
  await pipeline(Readable.from(realm()), createWriteStream(file));
  const command = [PROGRAM, 'import', 'keycloak', file, '--dry-run', '--json', ...app];
  const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, ...command]);
  expect(JSON.parse(stdout)).toMatchObject({
    counts: { users: { read: USERS, created: USERS, existing: 0 } },
    notes: [],
  });
});
