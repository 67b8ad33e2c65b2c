import { compare } from '../lib/compare.mjs';
import { measuresItself } from '../lib/measure-alone.mjs';

export const title =
  'Audit: verifying an export from a file, as coresdk audit verify does; memory must not grow with it';

const TARGET = 100_000;

export async function run(bench) {
  const figures = await compare(bench, {
    '50,000 records': measuresItself('audit-verify', '50000'),
    '400,000 records': measuresItself('audit-verify', '400000'),
  });
  const [small, large] = Object.values(figures);
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `≥ ${TARGET.toLocaleString('en')}/s, same memory`,
    met: row.rate >= TARGET && large.rssMb < small.rssMb * 1.5,
  }));
}
