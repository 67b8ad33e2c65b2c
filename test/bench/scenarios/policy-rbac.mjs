import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';

export const title =
  'Policy in process: a 40-line RBAC policy, input parsed from JSON each time; closures are handwritten';

const TARGET = 100_000;

export async function run(bench) {
  const { ours, closures } = await compare(bench, {
    ours: measuresItself('policy-engine', 'rbac'),
    closures: measuresItself('policy-closures'),
  });
  const verdict = {
    ratio: ours.rate / closures.rate,
    cpuRatio: closures.cpuUs / ours.cpuUs,
    target: `≥ ${TARGET.toLocaleString('en')}/s`,
    met: ours.rate >= TARGET,
  };
  return [
    { contender: 'ours', ...ours, ...verdict },
    { contender: 'closures', ...closures },
  ];
}
