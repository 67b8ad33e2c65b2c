import { type DefaultTheme, defineConfig, type SiteConfig } from 'vitepress';
import { writeApiReference } from './api-reference.mts';
import { compressAssets } from './compressed-assets.mts';
import { writeLlmsFiles } from './llms.mts';
import { setUpMarkdown } from './markdown.mts';
import { publishSchemas } from './schemas.mts';
import { sidebar } from './sidebar.mts';

/** Reference tables make up most of the site's text. The search index contains only the headings and the sentences. */
function withoutTables(html: string, path: string): string {
  return path.startsWith('reference/rest-') ? html.replace(/<table[\s\S]*?<\/table>|<pre[\s\S]*?<\/pre>/g, '') : html;
}

export default defineConfig({
  title: 'CoreSDK Platform',
  description:
    'Sign-in, policies, audit, secrets, jobs and the platform APIs that every application needs, self-hosted.',
  base: '/docs/',
  cleanUrls: true,
  outDir: '../dist/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  // Pages outside the sections are for people who work on the product.
  srcExclude: ['!(index).md', 'examples/**'],
  // VitePress does not know the interactive reference, which writeApiReference adds.
  ignoreDeadLinks: [/^\/api$/],
  // Stores the metadata of all pages in a separate file, so that pages contain less inline script.
  metaChunk: true,
  async buildEnd(site: SiteConfig<DefaultTheme.Config>) {
    writeLlmsFiles(site);
    writeApiReference(site);
    publishSchemas(site);
    await compressAssets(site);
  },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/docs/icon.svg' }],
    ['meta', { name: 'theme-color', content: '#3056d3' }],
  ],
  markdown: {
    theme: { light: 'github-light', dark: 'github-dark' },
    // Shiki has no grammar for Rego. Python has the same syntax for comments and strings.
    languageAlias: { rego: 'python' },
    config: setUpMarkdown,
  },
  vite: {
    // Older targets need transformations that esbuild does not support.
    optimizeDeps: { esbuildOptions: { target: 'es2022' } },
    build: {
      target: 'es2022',
      // The search index, which the browser loads when somebody searches.
      chunkSizeWarningLimit: 2_000,
      rollupOptions: {
        // VitePress itself has circular imports.
        onwarn: ({ code, message }) => {
          if (code !== 'CIRCULAR_DEPENDENCY') throw new Error(message);
        },
      },
    },
  },
  themeConfig: {
    logo: { src: '/icon.svg', alt: '' },
    nav: [
      { text: 'Tutorials', link: '/tutorials/first-api-call', activeMatch: '^/tutorials/' },
      { text: 'Guides', link: '/guides/protect-express', activeMatch: '^/guides/' },
      { text: 'Explanations', link: '/explanations/architecture', activeMatch: '^/explanations/' },
      { text: 'Reference', link: '/reference/rest-backend', activeMatch: '^/reference/' },
      { text: 'Try the API', link: '/api', target: '_self', noIcon: true },
    ],
    sidebar: sidebar(),
    outline: { label: 'On this page' },
    docFooter: { prev: 'Previous', next: 'Next' },
    externalLinkIcon: true,
    search: {
      provider: 'local',
      options: {
        detailedView: true,
        _render: (source, env, markdown) => withoutTables(markdown.render(source, env), env.relativePath),
      },
    },
  },
});
