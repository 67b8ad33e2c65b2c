import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(__dirname, '../..');

/** A source file of the product. Its path is relative to the root of the checkout. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Returns the product's own code: src/ without tests and generated files. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(int-)?spec\.ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/generated/'))
    .sort()
    .map((file) => ({ path: path.relative(root, file), text: readFileSync(file, 'utf8') }));
}

/** Returns a file's imports, except those of packages, as paths from the root. */
export function importsOf({ path: importer, text }: SourceFile): readonly string[] {
  const specifiers = text.matchAll(/(?:from|import\(|require\()\s*'(\.{1,2}\/[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => path.join(path.dirname(importer), specifier.replace(/\.js$/, '')));
}

/** Returns matching lines as `path:line: text`, so that a failure shows where to look. */
export function linesThatMatch(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path: file, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}
