import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The guides, each with the folder of the example that the end-to-end tests run. */
const GUIDES = [
  ['sessions-nextjs', 'docs/examples/next', 7],
  ['sessions-express-nest', 'docs/examples', 2],
] as const;

it.each(GUIDES)('the guide %s shows the files of %s', (guide, folder, count) => {
  const shown = [...read(`docs/guides/${guide}.md`).matchAll(/^```\w+ \[(.+)\]\n([\s\S]*?)^```$/gm)];
  expect(shown).toHaveLength(count);
  for (const [, name = '', text] of shown) expect([name, text]).toEqual([name, read(path.join(folder, name))]);
});
