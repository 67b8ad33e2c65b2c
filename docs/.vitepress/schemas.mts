import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { SiteConfig } from 'vitepress';

/** Written by `npm run docs:reference`. */
const SCHEMA = path.join(import.meta.dirname, 'generated/platform.schema.json');

/** Publishes the JSON Schema of configuration files as `schemas/platform.schema.json`, below the base of the site. */
export function publishSchemas({ outDir }: SiteConfig): void {
  const folder = path.join(outDir, 'schemas');
  mkdirSync(folder, { recursive: true });
  copyFileSync(SCHEMA, path.join(folder, path.basename(SCHEMA)));
}
