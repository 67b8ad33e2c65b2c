import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';

export const title =
  'Masking in process, in KB: a text full of values, a text without values, and texts made to be slow, in single and double length';

const DENSE_KB = 300;
const PLAIN_KB = 2_000;
const AT_MOST = 2.3;

export async function run(bench) {
  const { dense, plain, hostile } = await compare(bench, {
    dense: measuresItself('mask-string', 'dense'),
    plain: measuresItself('mask-string', 'plain'),
    hostile: measuresItself('mask-string', 'hostile'),
  });
  const atLeast = (row, kb) => ({
    ratio: row.rate / kb,
    target: `≥ ${kb.toLocaleString('en')} KB/s`,
    met: row.rate >= kb,
  });
  return [
    { contender: 'dense', ...dense, ...atLeast(dense, DENSE_KB) },
    { contender: 'plain', ...plain, ...atLeast(plain, PLAIN_KB) },
    {
      contender: 'hostile',
      ...hostile,
      ratio: hostile.times,
      target: `twice the text ≤ ${AT_MOST} × the time`,
      met: hostile.times <= AT_MOST,
    },
  ];
}
