import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './source-files';

/** A text that people read, by its path from the root of the checkout. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Returns whether a page is generated for the documentation site. Git ignores these, so a checkout may have them or not. */
export const isGeneratedPage = (file: string): boolean =>
  file.startsWith('docs/.vitepress/') ||
  (/^docs\/reference\/.+\.md$/.test(file) && file !== 'docs/reference/command-line.md');

/** Everything below these folders, or these files, that is of our own making and ends so. */
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

/** The lines of the blocks of a shell, and the code within sentences: what somebody may paste. */
export function codeOf({ text }: Document): readonly string[] {
  const blocks = [...text.matchAll(/```(?:sh|bash)\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replace(/\s+/g, ' '));
  return [...blocks, ...spans].map((line) => line.trim());
}

/** A text without its fenced blocks. */
export function withoutBlocks(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '');
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
