import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ConformanceReport,
  runConformance,
  type SuiteFile,
} from '../../modules/flags/conformance/run-conformance';
import { type Command, CommandFault } from '../command';
import { parseOptions, readText } from '../options';
import { jsonText } from '../operations/show';

/** `coresdk conformance flags <folder>` */
export const conformanceFlags: Command = {
  usage: `Usage: coresdk conformance flags <folder> [--json]

The folder contains scenarios (*.feature, in Gherkin) in the language of flagd-testbed's evaluator suite, and the flags that
they name (*.json, in flagd's format). Subfolders are read too. Scenarios tagged @fractional-v1 are skipped: they
test the bucketing that flagd used before it became exact. Exits 1 if any scenario fails.

  --json  the report as JSON: counts by group, and failures`,
  run(args, terminal) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new CommandFault('Name one folder.', true);
    const names = filesIn(folder);
    const read = (extension: string): SuiteFile[] =>
      names.filter((name) => name.endsWith(extension)).map((name) => ({ name, text: readText(join(folder, name)) }));
    const [features, flags] = [read('.feature'), read('.json')];
    if (features.length === 0) throw new CommandFault(`${folder} contains no *.feature file.`);
    if (flags.length === 0) throw new CommandFault(`${folder} contains no *.json file with the flags.`);
    const report = runSuite(features, flags);
    terminal.out(values.json ? jsonText(report) : conformanceTable(report));
    return report.failures.length === 0 && report.total > 0 ? 0 : 1;
  },
};

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch (error) {
    throw new CommandFault(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function runSuite(features: readonly SuiteFile[], flags: readonly SuiteFile[]): ConformanceReport {
  try {
    return runConformance(features, flags);
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandFault(`A flag file is not JSON: ${error.message}`);
    throw error;
  }
}

/** Returns a table of results by feature, the failures by name, and the totals. */
function conformanceTable({ features, failures, passed, total, skipped }: ConformanceReport): string {
  const width = Math.max(...features.map(({ feature }) => feature.length)) + 2;
  const rows = features.map((row) => `${row.feature.padEnd(width)}${row.passed}/${row.total}\n`);
  const failed = failures.map(({ scenario, reason }) => `FAILED ${scenario}: ${reason}\n`);
  const left = skipped === 0 ? '' : `, ${skipped} skipped (@fractional-v1)`;
  return `${rows.join('')}${failed.join('')}${passed}/${total} passed${left}\n`;
}
