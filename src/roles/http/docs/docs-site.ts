import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../../kernel/config/project-root';
import { type Encoding, type Representation, representationOf } from './representation';

/** A file of the documentation site, ready to send. */
export interface SiteFile extends Representation {
  /** True if the name changes with the content, so that browsers can cache the file. */
  readonly isImmutable: boolean;
  /** Content Security Policy of a page; `null` for other files. */
  readonly policy: string | null;
}

/** The extensions of the compressed copies of scripts and stylesheets. */
const EXTENSIONS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The maximum path length, below the limit of file systems for one name. */
const MAX_PATH_CHARS = 200;
/** Segments that do not begin with a dot. VitePress does not use other characters in file names, so nothing is percent-encoded. */
const SITE_PATH = /^(?:[\w@-][\w.@-]*\/)*(?:[\w@-][\w.@-]*)?$/;
/** Files with compressed copies beside them. */
const COMPRESSED = /^assets\/.*\.(?:js|css)$/;
const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g;

/** The documentation site that `npm run build` writes to `dist/docs`. Reads files on request, so a new build does not need a restart. */
export class DocsSite {
  constructor(private readonly folder: string) {}

  /** Returns the site next to the running program. */
  static ofInstallation(): DocsSite {
    return new DocsSite(path.join(projectRoot(), 'dist/docs'));
  }

  /**
   * Returns the file for a path below `/docs/`, as in the request line: `guides/policies`, `assets/app.js`, or an empty string for
   * the home page. Returns `null` for an unknown path. Only paths of plain segments reach the file system.
   * @param accepted the codings that the client accepts, the smallest first.
   */
  async find(sitePath: string, accepted: readonly Encoding[]): Promise<SiteFile | null> {
    if (sitePath.length > MAX_PATH_CHARS || !SITE_PATH.test(sitePath)) return null;
    return this.read(fileOf(sitePath), accepted);
  }

  /** Returns the page to send with status 404; `null` if the site is not built. */
  notFoundPage(): Promise<SiteFile | null> {
    return this.read('404.html', []);
  }

  private async read(file: string, accepted: readonly Encoding[]): Promise<SiteFile | null> {
    const contentType = CONTENT_TYPES[path.extname(file)];
    if (contentType === undefined) return null;
    const found = await this.compressed(file, accepted);
    const content = found?.content ?? (await this.contentOf(file));
    if (content === null) return null;
    return {
      ...representationOf(content, contentType, found?.encoding ?? null),
      isImmutable: file.startsWith('assets/'),
      policy: file.endsWith('.html') ? policyOf(content.toString('utf8')) : null,
    };
  }

  /** Returns the smallest compressed copy of a script or stylesheet that the client accepts; `null` if there is none. */
  private async compressed(
    file: string,
    accepted: readonly Encoding[],
  ): Promise<{ readonly content: Buffer; readonly encoding: Encoding } | null> {
    if (!COMPRESSED.test(file)) return null;
    for (const encoding of accepted) {
      const content = await this.contentOf(file + EXTENSIONS[encoding]);
      if (content !== null) return { content, encoding };
    }
    return null;
  }

  private contentOf(file: string): Promise<Buffer | null> {
    return readFile(path.join(this.folder, file)).catch(nothingThere);
  }
}

/** Returns the file for a clean URL: `guides/policies` is the file `guides/policies.html`. */
function fileOf(sitePath: string): string {
  if (sitePath === '' || sitePath.endsWith('/')) return `${sitePath}index.html`;
  return path.extname(sitePath) in CONTENT_TYPES ? sitePath : `${sitePath}.html`;
}

/** Allows the inline scripts of a page by their hashes. The syntax highlighter writes colors to `style` attributes. */
function policyOf(html: string): string {
  const scripts = [...html.matchAll(INLINE_SCRIPT)].map(
    ([, script = '']) => `'sha256-${hash('sha256', script, 'base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function nothingThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
