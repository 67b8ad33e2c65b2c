import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES } from './entities';

const FILE = join(__dirname, 'ENTITIES.md');

function written(): string {
  const rows = ENTITIES.map(({ name, description, onByDefault, secret, country = '' }) =>
    [`\`${name}\``, description, country, secret ? 'secret' : '', onByDefault ? 'yes' : ''].join(' | '),
  );
  return [
    '# Entities',
    '',
    'The entities that the engine finds. Written by `UPDATE=1 npx jest masking/engine/entities`.',
    '',
    '| name | what | country | kind | on by default |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

/** The formatter pads the table with extra spaces. */
const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

describe('ENTITIES.md', () => {
  it('lists all entities', () => {
    if (process.env.UPDATE) writeFileSync(FILE, written());
    expect(plain(readFileSync(FILE, 'utf8'))).toBe(plain(written()));
  });
});
