import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { loadedCommands } from '../../src/cli/commands';
import { ALL_SECTIONS } from '../../src/roles/settings';
import { anchorsOf, codeOf, type Document, documents, isGeneratedPage, withoutBlocks } from '../support/documents';
import { root } from '../support/source-files';

const guides = documents(['README.md', 'CONTRIBUTING.md', 'docs', 'deploy', 'policies']);
const all = [...guides, ...documents(['src', 'rego', 'test', 'sdk'])];
/** Variables of third-party software. */
const FOREIGN = /^(AWS|OTEL|CPOD|NPM|POSTGRES|VITE|XDG)_|^(NO|FORCE)_COLOR$|^CURRENT_USER$/;
/** Variables of the examples. */
const OF_EXAMPLES = /^MODEL_(URL|KEY)$|^ACME_DEPLOYER_SECRET$/;

describe('the documents', () => {
  it('contain no broken links', () => {
    expect(all.flatMap(brokenLinks)).toEqual([]);
  });

  it('list every folder of the kernel on the map in CONTRIBUTING.md', () => {
    const map = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
    const rooms = readdirSync(path.join(root, 'src/kernel'));
    expect(rooms.filter((room) => !map.includes(` ${room}/ `) && !map.includes(` ${room}/\n`))).toEqual([]);
  });

  it('list every handwritten page of the documentation site in the sidebar of that site', () => {
    const sidebar = readFileSync(path.join(root, 'docs/.vitepress/sidebar.mts'), 'utf8');
    const pages = guides.filter(({ path: file }) => /^docs\/(tutorials|guides|explanations|reference)\//.test(file));
    const missing = pages.filter(({ path: file }) => !sidebar.includes(`['${path.basename(file, '.md')}', `));
    expect(missing.map(({ path: file }) => file)).toEqual([]);
  });

  it('mention only variables that exist', () => {
    const names = new Set(ALL_SECTIONS.flatMap(({ variables }) => Object.keys(variables)));
    const unknown = guides.flatMap(({ path: file, text }) =>
      [...withoutBlocks(text).matchAll(/\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/g)]
        .map(([name]) => name)
        .filter((name) => !names.has(name) && !FOREIGN.test(name) && !OF_EXAMPLES.test(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('mention only routes that exist', () => {
    const routes = ['backend', 'control-plane'].flatMap(routesOf);
    const unknown = guides.flatMap(({ path: file, text }) =>
      [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/(?:api|v1|oauth|scim|console|mcp|auth)[^\s`?]*)/g)]
        .map(([, method = '', route = '']) => ({ method, route }))
        .filter(({ method, route }) => !routes.some((known) => known.method === method && known.pattern.test(route)))
        .map(({ method, route }) => `${file}: ${method} ${route}`),
    );
    expect(unknown).toEqual([]);
  });

  it('mention only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const unknown = guides.flatMap((guide) =>
      codeOf(guide)
        .flatMap((line) => [...line.matchAll(/\bnpm (?:run )?(?!run|ci|install|pack|publish|audit)([a-z][\w:-]*)/g)])
        .map(([, script = '']) => script)
        .filter((script) => !(script in scripts))
        .map((script) => `${guide.path}: npm run ${script}`),
    );
    expect(unknown).toEqual([]);
  });

  it('describe every command on the command line page', async () => {
    const { text = '' } = guides.find(({ path: file }) => file === 'docs/reference/command-line.md') ?? {};
    const rows = new Map(
      [...text.matchAll(/^\| `([a-z-]*)` +\|(.+)$/gm)].map(([, group = '', words = '']) => [group, words]),
    );
    const missing = (await loadedCommands()).filter(({ name }) => {
      const [group = '', ...rest] = name.split(' ');
      return rest.length === 0 ? !rows.has(name) : !rows.get(group)?.includes(`\`${rest.join(' ')}\``);
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('show `npx coresdk` only with commands and options that exist', async () => {
    const commands = await loadedCommands();
    const faults = guides.flatMap((guide) =>
      callsOf(guide).flatMap((words) => {
        const command = commands.find(({ name }) => name === words[0] || name === words.slice(0, 2).join(' '));
        if (command === undefined) return [`${guide.path}: coresdk ${words.join(' ')}`];
        const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
        const unknown = options.filter((option) => option !== '--help' && !command.usage.includes(option));
        return unknown.map((option) => `${guide.path}: coresdk ${command.name} ${option}`);
      }),
    );
    expect(faults).toEqual([]);
  });
});

function brokenLinks({ path: file, text }: Document): readonly string[] {
  const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [place = '', anchor] = link.split('#');
      // The build of the site checks links to generated pages.
      if (isGeneratedPage(path.join(path.dirname(file), place))) return false;
      const target = place === '' ? path.join(root, file) : path.join(root, path.dirname(file), place);
      if (!existsSync(target)) return true;
      if (anchor === undefined || !statSync(target).isFile()) return false;
      return !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    })
    .map((link) => `${file}: ${link}`);
}

function routesOf(role: string): readonly { readonly method: string; readonly pattern: RegExp }[] {
  const { paths } = JSON.parse(readFileSync(path.join(root, `src/roles/${role}/openapi.json`), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  return Object.entries(paths).flatMap(([route, methods]) => {
    const pattern = new RegExp(`^${route.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`);
    return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), pattern }));
  });
}

/** The words after `npx coresdk`, up to the first shell operator. */
function callsOf(guide: Document): readonly (readonly string[])[] {
  return codeOf(guide)
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => [...line.matchAll(/(?:^|\bnpx )coresdk ([a-z][^|>&;]*)/g)])
    .map(([, words = '']) => words.trim().split(/\s+/));
}
