import type { PolicyFolderError } from '../../modules/policy/bundle/read-policy-folder';
import type { BundleFault } from '../../modules/policy/contract/policy-bundles.types';
import { CommandFault } from '../command';
import { visible } from '../visible';

/**
 * Returns the findings as `policy check` prints compile errors: their number, then a line such as
 * `policy/app.rego:3:5: rego_parse_error: …` for each. The line and column are omitted if the finding has none.
 * @param pathOf returns the path of a file as the user entered it.
 */
export function findingsText(findings: readonly BundleFault[], pathOf: (file: string) => string): string {
  const count = findings.length === 1 ? '1 error' : `${findings.length} errors`;
  const lines = findings.map(({ file, row, col, code, message }) => {
    const place = [file === '' ? null : pathOf(file), row, col].filter((part) => part !== null).join(':');
    return visible(`${place === '' ? '' : `${place}: `}${code}: ${message}`);
  });
  return `${count} occurred:\n${lines.join('\n')}`;
}

/** Returns the fault for a policy folder that cannot be read. @param pathOf returns the path of a file as the user entered it. */
export function folderFault({ faults }: PolicyFolderError, pathOf: (file: string) => string): CommandFault {
  return new CommandFault(findingsText(faults, pathOf));
}

/** Returns the exit code for findings: 2 if the policy is valid and only tests fail, otherwise 1, as for `policy check` and `policy test`. */
export function exitCodeOf(findings: readonly Pick<BundleFault, 'code'>[]): 1 | 2 {
  return findings.every(({ code }) => code === 'test_failed') ? 2 : 1;
}
