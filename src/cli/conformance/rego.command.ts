import { type ConformanceReport, runConformance } from '@coresdk/rego/node';
import { type Command, CommandFault } from '../command';
import { parseOptions, readText } from '../options';
import { jsonText } from '../operations/show';

/** `coresdk conformance rego <cases.jsonl>` */
export const conformanceRego: Command = {
  usage: `Usage: coresdk conformance rego <cases.jsonl> [--json]

One case per line, in the format of OPA's own suite (note, category, modules, data, input, query, want_…).
Exits 1 if any case fails.

  --json  the report as JSON: counts by group, and failures`,
  run(args, terminal) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new CommandFault('Specify one file with cases.', true);
    const report = runConformance(readText(file).split('\n'));
    if (report.total === 0) throw new CommandFault(`${file} contains no cases.`);
    terminal.out(values.json ? jsonText(report) : conformanceTable(report));
    return report.failures.length === 0 ? 0 : 1;
  },
};

/** Returns a table of results by category, the failures by name, and the totals. */
function conformanceTable({ categories, failures, passed, total }: ConformanceReport): string {
  const width = Math.max(...categories.map(({ category }) => category.length)) + 2;
  const rows = categories.map((row) => `${row.category.padEnd(width)}${row.passed}/${row.total}\n`);
  const failed = failures.map(({ note, reason }) => `FAILED ${note}: ${reason}\n`);
  return `${rows.join('')}${failed.join('')}${passed}/${total} passed\n`;
}
