import { parsePiiCases } from '../../modules/masking/engine/conformance/pii-cases';
import {
  type PiiCount,
  type PiiReport,
  runPiiConformance,
} from '../../modules/masking/engine/conformance/run-pii-conformance';
import { type Command, CommandFault } from '../command';
import { parseOptions, readText } from '../options';
import { jsonText } from '../operations/show';

/** `coresdk conformance pii <cases.json>` */
export const conformancePii: Command = {
  usage: `Usage: coresdk conformance pii <cases.json> [--json]

One JSON object with "cases" (recognizer, test, text, entity, expected_count, expected_spans over code points, extra)
and "validators" (source, test, value, expected), as in Presidio's recognizer tests.
Exits 1 if less than 95% of the cases pass, or if a validator case fails.

  --json  the report as JSON: counts by group, and failures`,
  run(args, terminal) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new CommandFault('Specify one file with cases.', true);
    const report = runPiiConformance(casesOf(file));
    if (report.total === 0) throw new CommandFault(`${file} contains no cases.`);
    terminal.out(values.json ? jsonText(report) : conformanceTable(report));
    return report.conforms ? 0 : 1;
  },
};

function casesOf(file: string): ReturnType<typeof parsePiiCases> {
  try {
    return parsePiiCases(readText(file));
  } catch (error) {
    if (CommandFault.is(error)) throw error;
    throw new CommandFault(
      `${file} does not have this format: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Returns a table of results by recognizer, a table of validator cases, the failures by name, and the totals. */
function conformanceTable({ recognizers, values, failures, passed, total }: PiiReport): string {
  const width = Math.max(...[...recognizers, ...values].map(({ name }) => name.length)) + 2;
  const rows = (counts: readonly PiiCount[]): string =>
    counts.map((row) => `${row.name.padEnd(width)}${row.passed}/${row.total}\n`).join('');
  const failed = failures.map(({ name, reason }) => `FAILED ${name}: ${reason}\n`).join('');
  const share = ((100 * passed) / total).toFixed(1);
  const checked = values.reduce((sum, row) => sum + row.passed, 0);
  const toCheck = values.reduce((sum, row) => sum + row.total, 0);
  return `${rows(recognizers)}${rows(values)}${failed}${passed}/${total} passed (${share}%), ${checked}/${toCheck} validators\n`;
}
