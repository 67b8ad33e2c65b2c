/**
 * Checks the language of the product: `node scripts/steps/prose.mjs [--rule <name>]… [--json] [<path>…]`.
 *
 * Checks all human-readable text: Markdown, comments, docstrings, messages, test titles and declared names. Prints each
 * finding as `path:line: rule: excerpt`, followed by the number of findings for each rule and how to fix them. Exits
 * with 1 if there are findings.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { filesToCheck } from '../prose/files.mjs';
import { findingsIn } from '../prose/findings.mjs';
import { rules } from '../prose/rules.mjs';
import { root } from './process.mjs';
import { StepError, printLine } from './report.mjs';

function rulesOf(names) {
  const unknown = names.find((name) => !rules.some((rule) => rule.name === name));
  if (unknown !== undefined)
    throw new StepError(`Unknown rule "${unknown}". Use one of: ${rules.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? rules : rules.filter(({ name }) => names.includes(name));
}

function print(findings) {
  const lines = [];
  let path;
  for (const one of findings) {
    if (path !== undefined && path !== one.path) lines.push('');
    path = one.path;
    lines.push(`${one.path}:${one.line}: ${one.rule}: ${one.instead ? `(${one.instead}) ` : ''}${one.excerpt}`);
  }
  if (findings.length > 0) lines.push('');
  for (const { name, cure } of rules) {
    const count = findings.filter(({ rule }) => rule === name).length;
    if (count > 0) lines.push(`${String(count).padStart(5)}  ${name.padEnd(17)}${cure}`);
  }
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rule: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false } },
  });
  const chosen = rulesOf(values.rule);
  const paths = positionals.map((path) => relative(root, path) || '.');
  const files = filesToCheck(root, paths);
  const findings = files.flatMap((file) => findingsIn(file, readFileSync(join(root, file), 'utf8'), chosen));
  if (values.json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
  else print(findings);
  return findings.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  printLine(error.message);
  process.exitCode = 2;
}
