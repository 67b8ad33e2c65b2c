import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';

export const title = 'Policy in process: one rule per route, 10,000 rules against 100';

const AT_MOST = 2;

export async function run(bench) {
  const figures = await compare(bench, {
    '100 rules': measuresItself('policy-engine', 'rules-100'),
    '10,000 rules': measuresItself('policy-engine', 'rules-10000'),
  });
  const [few, many] = [figures['100 rules'], figures['10,000 rules']];
  const times = many.cpuUs / few.cpuUs;
  const verdict = {
    ratio: many.rate / few.rate,
    cpuRatio: few.cpuUs / many.cpuUs,
    target: `≤ ${AT_MOST} × the time`,
    met: times <= AT_MOST,
  };
  return [
    { contender: '100 rules', ...few },
    { contender: '10,000 rules', ...many, ...verdict },
  ];
}
