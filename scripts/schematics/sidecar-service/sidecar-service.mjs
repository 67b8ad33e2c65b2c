import { apply, applyTemplates, chain, mergeWith, url } from '@angular-devkit/schematics';
import { Refusal } from '../refusal.mjs';
import { formatted } from '../formatted.mjs';
import { namesOf } from '../names.mjs';
import { all, edited, listed, replaced } from '../text-edits.mjs';
import { messagesOf } from './messages.mjs';

/**
 * Generates access to a platform API's resources for processes that do not host it: `nest g sidecar-service <name>`. This includes the
 * proto file, the messages, the controller, the client, and the test suite for both sides of the port.
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
  throw new Refusal(`There is no ${path}. Run nest g platform-api ${many} first.`);
}

/** Returns the prefix of the ids that the resource's service creates. */
function prefixIn(tree, names) {
  const text = readNeeded(tree, `src/modules/${names.many}/${names.many}.service.ts`, names);
  const [, prefix] = /newId\('([a-z]{3})'/.exec(text) ?? [];
  if (prefix === undefined) throw new Refusal(`The service of ${names.many} does not create an id.`);
  return prefix;
}

/** Returns the sample input with which the resource's spec creates a resource. */
function sampleIn(tree, names) {
  const text = readNeeded(tree, `src/roles/backend/${names.many}.int-spec.ts`, names);
  const [, sample] = /^const INPUT = (\{[\s\S]*?\});$/m.exec(text) ?? [];
  if (sample === undefined) throw new Refusal(`The spec of ${names.many} has no INPUT.`);
  return sample;
}

/** Registers the proto on both sides, the port in the sidecar, and the service on the sidecar's surface. */
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
