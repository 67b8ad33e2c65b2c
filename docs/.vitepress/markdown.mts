import { posix } from 'node:path';
import { renderMermaidSVG } from 'beautiful-mermaid';
import type { MarkdownRenderer } from 'vitepress';

/** The colors of diagrams, in light and dark mode: variables of the theme. */
const DIAGRAM_COLORS = {
  bg: 'var(--vp-c-bg)',
  fg: 'var(--vp-c-text-1)',
  muted: 'var(--vp-c-text-2)',
  line: 'var(--vp-c-text-3)',
  surface: 'var(--vp-c-bg-soft)',
  border: 'var(--vp-c-border)',
};

/** Sets up the Markdown of the site: tables that scroll, diagrams, and links to files in the repository. */
export function setUpMarkdown(markdown: MarkdownRenderer): void {
  scrollWideTables(markdown);
  renderDiagrams(markdown);
  showRepositoryFiles(markdown);
}

/** Makes a wide table scroll independently of the page, including with the keyboard. */
function scrollWideTables({ renderer }: MarkdownRenderer): void {
  renderer.rules['table_open'] = () => '<div class="table-scroll" tabindex="0"><table>\n';
  renderer.rules['table_close'] = () => '</table></div>\n';
}

/** Renders `mermaid` blocks as SVG at build time, so that pages do not need a script for them. */
function renderDiagrams({ renderer }: MarkdownRenderer): void {
  const renderFence = renderer.rules.fence;
  renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info.trim() !== 'mermaid') return renderFence?.(tokens, index, ...rest) ?? '';
    // Vue does not allow style elements in a page, so the theme contains these rules.
    const svg = renderMermaidSVG(token.content, DIAGRAM_COLORS).replace(/<style>[\s\S]*?<\/style>/, '');
    // The text below each diagram describes it in words.
    return `<div class="diagram" tabindex="0" aria-hidden="true" v-pre>${svg}</div>\n`;
  };
}

/**
 * Shows links to files outside `docs/` as repository file paths. Such links work in a checkout, but not on the site.
 */
function showRepositoryFiles({ core }: MarkdownRenderer): void {
  core.ruler.push('repository-files', ({ tokens, env, Token }) => {
    const { relativePath } = env as { readonly relativePath: string };
    for (const { children } of tokens) {
      let path: string | null = null;
      for (const child of children ?? []) {
        if (child.type === 'link_open') path = repositoryFile(relativePath, String(child.attrGet('href')));
        if (path === null || !/^link_(open|close)$/.test(child.type)) continue;
        const isOpen = child.type === 'link_open';
        Object.assign(child, new Token('html_inline', '', 0), {
          content: isOpen ? `<span class="repository-file" title="${escape(path)} in the repository">` : '</span>',
          attrs: null,
        });
        if (!isOpen) path = null;
      }
    }
  });
}

/** Returns the repository path that a link leads to; `null` if it leads to a page of this site or to another site. */
function repositoryFile(page: string, href: string): string | null {
  if (!href.startsWith('.')) return null;
  const path = posix.join('docs', posix.dirname(page), href.replace(/#.*$/, ''));
  return path.startsWith('docs/') && !path.startsWith('docs/examples/') ? null : decodeURI(path);
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
