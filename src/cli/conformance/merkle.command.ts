import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type MerkleReport, runMerkleConformance } from '../../modules/audit/conformance/run-merkle-conformance';
import { type Command, CommandFault } from '../command';
import { parseOptions, readText } from '../options';
import { jsonText } from '../operations/show';

/** `coresdk conformance merkle <folder>` */
export const conformanceMerkle: Command = {
  usage: `Usage: coresdk conformance merkle <folder> [--json]

The folder contains one case per file (*.json), like the test data of transparency-dev/merkle: proofs of inclusion
(leafIdx, treeSize, root, leafHash, proof) and of consistency (size1, size2, root1, root2, proof), and whether they must
be refused (wantErr). Subfolders are read too. Exits 1 if any result is wrong.

  --json  the report as JSON: counts by group, and failures`,
  run(args, terminal) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new CommandFault('Name one folder.', true);
    const names = filesIn(folder).filter((name) => name.endsWith('.json'));
    if (names.length === 0) throw new CommandFault(`${folder} contains no *.json file.`);
    const report = judge(names.map((name) => ({ name, text: readText(join(folder, name)) })));
    terminal.out(values.json ? jsonText(report) : conformanceTable(report));
    return report.failures.length === 0 ? 0 : 1;
  },
};

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch (error) {
    throw new CommandFault(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function judge(cases: Parameters<typeof runMerkleConformance>[0]): MerkleReport {
  try {
    return runMerkleConformance(cases);
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandFault(error.message);
    throw error;
  }
}

/** Returns a table of results by kind, the failures by name, and the totals. */
function conformanceTable({ kinds, failures, passed, total }: MerkleReport): string {
  const width = Math.max(...kinds.map(({ kind }) => kind.length)) + 2;
  const rows = kinds.map((row) => `${row.kind.padEnd(width)}${row.passed}/${row.total}\n`);
  const failed = failures.map(({ name, reason }) => `FAILED ${name}: ${reason}\n`);
  return `${rows.join('')}${failed.join('')}${passed}/${total} passed\n`;
}
