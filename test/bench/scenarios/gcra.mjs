import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';

export const title = 'GCRA in memory: counts and decides for 10,000 keys in turn, and for keys over their limit';

const TARGET = 1_000_000;

export async function run(bench) {
  const figures = await compare(bench, {
    allowed: measuresItself('gcra', 'allowed'),
    refused: measuresItself('gcra', 'refused'),
    'a million keys': measuresItself('gcra', 'million'),
  });
  const verdict = ({ rate }) => ({ target: `≥ ${TARGET.toLocaleString('en')}/s`, met: rate >= TARGET });
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    ...(contender === 'a million keys' ? {} : verdict(row)),
  }));
}
