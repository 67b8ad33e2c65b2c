import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readCode } from './read-code.mjs';
import { readLineComments } from './read-comments.mjs';
import { readMarkdown } from './read-markdown.mjs';
import { Segment } from './segment.mjs';

const FOLDERS = ['src', 'rego', 'sdk', 'docs', 'test', 'scripts', 'policies', 'deploy', 'migrations', 'proto'];

/** Files that are checked only if a path names them, with the reason for each. */
const LEFT_OUT = [
  [/(?:^|\/)generated\/(?!.*\.mjs$)/, 'generated code'],
  [/^test\/scaffolding\/expected\//, 'output of the schematics'],
  [/^migrations\/schema\.sql$/, 'written by a test'],
  [/\/text\/de\.ts$/, 'German'],
  [/^test\/architecture\/prose\.spec\.ts$/, 'examples of the rules'],
  [/\/detectors\/top-level-domains\.ts$/, 'domain names'],
];

/** Returns the files to check: the files under the paths, or all product files that Git does not ignore. */
export function filesToCheck(root, paths) {
  const places = paths.length > 0 ? paths : [...FOLDERS, ':(glob)*.md', '.changeset/*.md'];
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...places],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  return [...new Set(listed.split('\0'))].filter(
    (file) =>
      readerOf(file) !== undefined &&
      (paths.includes(file) || !LEFT_OUT.some(([pattern]) => pattern.test(file))) &&
      existsSync(join(root, file)),
  );
}

/** Returns the human-readable segments of a file. */
export function segmentsOf(file, source) {
  const read = readerOf(file);
  return read === undefined ? [] : read(source);
}

function readerOf(file) {
  const ending = /\.(\w+)(?:\.template)?$/.exec(file)?.[1];
  switch (ending) {
    case 'md':
      return readMarkdown;
    case 'ts':
    case 'mts':
    case 'cts':
    case 'mjs':
    case 'cjs':
      return (source) => [nameOf(file), ...readCode(file.replace(/\.template$/, ''), source)];
    case 'sql':
    case 'proto':
    case 'rego':
    case 'yml':
    case 'yaml':
    case 'sh':
    case 'py':
      return (source) => readLineComments(source, ending);
    default:
      return undefined;
  }
}

/** Converts a file name to the matching name in code: `license-holder.ts` becomes `LicenseHolder`. */
function nameOf(file) {
  const name = basename(file)
    .replace(/\..*$/, '')
    .replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
  return new Segment('name').add(name, 0);
}
