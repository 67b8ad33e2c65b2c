import { apply, applyTemplates, chain, mergeWith, url } from '@angular-devkit/schematics';
import { Refusal } from '../refusal.mjs';
import { formatted } from '../formatted.mjs';
import { namesOf } from '../names.mjs';
import { all, edited, listed, replaced } from '../text-edits.mjs';
import { messagesOf } from './messages.mjs';

/**
 * Generates access to a platform API's resources for processes that do not host it: proto, messages, controller, client, and
 * the suite that both sides of the port pass: `nest g sidecar-service <name>`.
 * @param {{ name: string }} options see schema.json
 */
export function sidecarService({ name }) {
  return (tree) => {
    const names = namesOf(name);
    const service = { ...names, prefix: prefixIn(tree, names), sample: sampleIn(tree, names) };
    const files = mergeWith(apply(url('./files'), [applyTemplates(service)]));
    return chain([files, messagesOf(`cpod/internal/v1/${names.manySnake}`), registered(service), formatted()]);
  };
}

function readNeeded(tree, path, { many }) {
  if (tree.exists(path)) return tree.readText(path);
  throw new Refusal(`There is no ${path}: nest g platform-api ${many} comes first.`);
}

/** Returns the prefix of the ids that its service makes. */
function prefixIn(tree, names) {
  const text = readNeeded(tree, `src/modules/${names.many}/${names.many}.service.ts`, names);
  const [, prefix] = /newId\('([a-z]{3})'/.exec(text) ?? [];
  if (prefix === undefined) throw new Refusal(`The service of ${names.many} makes no id.`);
  return prefix;
}

/** Returns the sample from which its spec makes a resource. */
function sampleIn(tree, names) {
  const text = readNeeded(tree, `src/roles/backend/${names.many}.int-spec.ts`, names);
  const [, sample] = /^const INPUT = (\{[\s\S]*?\});$/m.exec(text) ?? [];
  if (sample === undefined) throw new Refusal(`The spec of ${names.many} has no INPUT.`);
  return sample;
}

/** Makes both sides load the proto, the sidecar host the port, and the sidecar's surface serve it. */
function registered({ many, manySnake, manyCamel, one, oneCamel }) {
  const row = (cells) => `row(${manyCamel}Manifest, { ${cells} })`;
  const backend = `backend: ['${manyCamel}']`;
  return chain([
    edited(
      'src/kernel/grpc/package-definition.ts',
      listed('const FILES = [', `'cpod/internal/v1/${manySnake}.proto',`),
    ),
    edited(
      `src/modules/${many}/${many}.manifest.ts`,
      all(
        listed('hosted: {', `${oneCamel}Lookup: () => import('./${one}-lookup.module.js'),`),
        listed('controllers: {', `grpc: [() => import('./grpc/${many}.internal-grpc.controller.js')],`),
      ),
    ),
    edited('src/roles/hosting.ts', replaced(row(backend), row(`${backend}, sidecar: ['${oneCamel}Lookup']`))),
    edited('CONTRIBUTING.md', (text) =>
      text.replace(
        new RegExp(`^\\| ${many} +\\| ${manyCamel} +\\| +\\| +`, 'm'),
        (cells) => `${cells}${oneCamel}Lookup`,
      ),
    ),
  ]);
}
