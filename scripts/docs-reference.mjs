/**
 * `npm run docs:reference`: writes the reference pages of docs/ from the sources of the product: the OpenAPI documents, the proto
 * files, and the declarations of settings, errors, metrics, commands and configuration files. Needs dist/.
 *
 * Git ignores the pages, so the repository cannot contain stale ones. `steps/docs.mjs` runs this before it builds the
 * site.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandReference, WRITTEN_PAGE } from './reference/command-line.mjs';
import { configurationPages } from './reference/configuration.mjs';
import { errorPages } from './reference/errors.mjs';
import { grpcPages } from './reference/grpc.mjs';
import { metricsPages } from './reference/metrics.mjs';
import { platformSchema } from './reference/platform-schema.mjs';
import { REST_APIS, restPages, restTags } from './reference/rest.mjs';
import { filesUnder } from './steps/build.mjs';

const pages = new Map([
  ...Object.keys(REST_APIS).flatMap((role) => [...restPages(role)]),
  ...grpcPages(),
  ...(await configurationPages()),
  ...(await errorPages()),
  ...metricsPages(),
]);
const files = new Map([...pages].map(([path, text]) => [join('docs/reference', path), text]));
for (const path of filesUnder('docs/reference')) if (path !== WRITTEN_PAGE && !files.has(path)) rmSync(path);
files.set('docs/.vitepress/generated/commands.md', await commandReference());
files.set('docs/.vitepress/generated/platform.schema.json', await platformSchema());
const tags = Object.fromEntries(Object.keys(REST_APIS).map((role) => [role, restTags(role)]));
files.set('docs/.vitepress/generated/rest-tags.json', `${JSON.stringify(tags, null, 2)}\n`);
for (const [path, text] of files) {
  // An unchanged page keeps its modification time, so that a running site does not reload it.
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
