import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DefaultTheme, SiteConfig } from 'vitepress';

/** A page of the sidebar, with its Markdown. */
interface Document {
  readonly section: string;
  readonly title: string;
  /** Path below the site's base, such as `guides/policies`. */
  readonly path: string;
  readonly markdown: string;
}

const INCLUDE = /<!--@include: (\S+)-->/g;

/**
 * Writes `llms.txt` (llmstxt.org), a list of all pages for language models, and `llms-full.txt`, the text of these pages. The pages of the
 * REST reference are only listed, because the OpenAPI documents contain them in full.
 */
export function writeLlmsFiles({ outDir, srcDir, site }: SiteConfig<DefaultTheme.Config>): void {
  const documents = sectionsOf(site.themeConfig.sidebar).flatMap(({ text = '', items = [] }) =>
    items.map((item) => documentOf(srcDir, text, item)),
  );
  const heading = `# ${site.title}\n\n> ${site.description}\n`;
  const sections = Map.groupBy(documents, ({ section }) => section);
  const list = [...sections].map(
    ([section, pages]) => `\n## ${section}\n\n${pages.map(lineOf(site.base)).join('\n')}\n`,
  );
  writeFileSync(path.join(outDir, 'llms.txt'), heading + list.join(''));
  const full = documents.filter((document) => !isRestReference(document));
  writeFileSync(
    path.join(outDir, 'llms-full.txt'),
    `${heading}\n${full.map(({ markdown }) => markdown).join('\n---\n\n')}`,
  );
}

/** The sections of all sidebars. `/` comes first, so that tutorials and guides come before the reference. */
function sectionsOf(sidebar: DefaultTheme.Sidebar = {}): readonly DefaultTheme.SidebarItem[] {
  const bars = Object.entries(sidebar as DefaultTheme.SidebarMulti).sort(([one], [other]) => one.length - other.length);
  return bars.flatMap(([, items]) => (Array.isArray(items) ? items : items.items));
}

function documentOf(
  srcDir: string,
  section: string,
  { text: title = '', link = '' }: DefaultTheme.SidebarItem,
): Document {
  const file = path.join(srcDir, `${link}.md`);
  const included = (_all: string, target: string): string =>
    readFileSync(path.resolve(path.dirname(file), target), 'utf8');
  const markdown = readFileSync(file, 'utf8')
    .replace(/^---\n[^]*?\n---\n/, '')
    .replaceAll(INCLUDE, included);
  return { section, title, path: link.slice(1), markdown };
}

const isRestReference = ({ path: page }: Document): boolean => page.startsWith('reference/rest-');

/** Returns a function that lists a page with its first sentence. */
function lineOf(base: string): (document: Document) => string {
  return ({ title, path: page, markdown }) => {
    const [, paragraph = ''] = /^# .*\n+([A-Z][^]*?)(?:\n\n|$)/.exec(markdown.trim()) ?? [];
    const [sentence = ''] = /^[^]*?[.:](?=\s|$)/.exec(paragraph) ?? [];
    const about = sentence
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/:$/, '.');
    return `- [${title}](${base}${page})${about === '' ? '' : `: ${about}`}`;
  };
}
