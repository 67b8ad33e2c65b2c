import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { SiteConfig } from 'vitepress';

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];
/** Level 11 makes files 8% smaller than level 9, and takes twenty times as long. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Writes a compressed copy of each script and stylesheet beside it: `.br` for Brotli and `.gz` for gzip. */
export async function compressAssets({ outDir }: SiteConfig): Promise<void> {
  const assets = path.join(outDir, 'assets');
  const files = readdirSync(assets, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:js|css)$/.test(name));
  for (const name of files) {
    const file = path.join(assets, name);
    const content = await readFile(file);
    await writeFile(`${file}.br`, await toBrotli(content, BROTLI));
    await writeFile(`${file}.gz`, await toGzip(content, { level: constants.Z_BEST_COMPRESSION }));
  }
}
