import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './source-files';

/** A document for readers. Its path is relative to the root of the checkout. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Returns whether a page is generated for the documentation site. Git ignores these pages, so they exist only in some checkouts. */
export const isGeneratedPage = (file: string): boolean =>
  file.startsWith('docs/.vitepress/') ||
  (/^docs\/reference\/.+\.md$/.test(file) && file !== 'docs/reference/command-line.md');

/** Returns our own files with this extension: the given files and those in the given folders. */
export function documents(places: readonly string[], ending = '.md'): readonly Document[] {
  return places.flatMap(filesOf).flatMap((file) => {
    if (!file.endsWith(ending) || isGeneratedPage(file)) return [];
    return [{ path: file, text: readFileSync(path.join(root, file), 'utf8') }];
  });
}

function filesOf(place: string): readonly string[] {
  const whole = path.join(root, place);
  if (!existsSync(whole)) return [];
  if (place.endsWith('.md')) return [place];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\/(node_modules|dist)(\/|$)/.test(entry.parentPath))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Returns the lines of shell blocks and the inline code: everything that a reader might paste. */
export function codeOf({ text }: Document): readonly string[] {
  const blocks = [...text.matchAll(/```(?:sh|bash)\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replace(/\s+/g, ' '));
  return [...blocks, ...spans].map((line) => line.trim());
}

/** Returns text without its fenced blocks. */
export function withoutBlocks(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '');
}

/** Returns the anchors of a document's headings, in GitHub's format. */
export function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
