import { chain } from '@angular-devkit/schematics';
import { Refusal } from '../refusal.mjs';
import { all, edited, imported, listed, replaced, tableRow } from '../text-edits.mjs';
import { COMMAND_LINE, inCommandLine } from './command-line.mjs';
import { tagOf, withOpenApi, withScopes } from './openapi.mjs';
import { inPythonSdk } from './sdk-python.mjs';
import { inSdk } from './sdk.mjs';

const IDS = 'src/kernel/ids/ids.ts';
const LAST_PREFIX = /^ {2}\| '([a-z]{3})';$/m;

/** Returns the id prefixes that are already in use. */
export function takenPrefixes(tree) {
  return new Set([...tree.readText(IDS).matchAll(/^ {2}\| '([a-z]{3})'/gm)].map(([, prefix]) => prefix));
}

/** Throws a `Refusal` if the resource's name is already in use in the tree. */
export function assertFree(tree, { many, manySnake, manyPascal, onePascal }) {
  const { paths, components } = JSON.parse(tree.readText('src/roles/backend/openapi.json'));
  const path = `/v1/${many}`;
  const isTaken = (name) => name === path || name.startsWith(`${path}/`);
  if (tree.getDir('src/modules').subdirs.includes(many)) throw new Refusal(`There is already a module "${many}".`);
  if (Object.keys(paths).some(isTaken)) throw new Refusal(`There are already routes under ${path}.`);
  if (tree.readText('src/modules/apps/contract/platform-scopes.ts').includes(`'${manySnake}'`)) {
    throw new Refusal(`There are already scopes for "${manySnake}".`);
  }
  for (const id of [onePascal, `New${onePascal}`, `${onePascal}Patch`]) {
    if (id in components.schemas) throw new Refusal(`There is already a schema "${id}".`);
  }
  if (tree.readText(COMMAND_LINE).includes(`\n| \`${many}\` `))
    throw new Refusal(`There are already commands "${many}".`);
  const ids = new Set(
    Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId)),
  );
  for (const id of [`list${manyPascal}`, ...['create', 'get', 'update', 'delete'].map((verb) => verb + onePascal)]) {
    if (ids.has(id)) throw new Refusal(`There is already an operation "${id}".`);
  }
}

/**
 * Registers the module in the product: in the tables of roles, ids and scopes, the API documents, the SDKs, the command line, and the
 * tables that tests use.
 */
export function registered(api) {
  const { many, manySnake, manyCamel, oneCamel, oneSnake, manyWords, prefix } = api;
  const sample = (text) => `{ ${api.fields.map((field) => `${field.name}: ${sampleOf(field, text)}`).join(', ')} }`;
  return chain([
    edited(
      'src/roles/hosting.ts',
      all(
        imported(`${manyCamel}Manifest`, `../modules/${many}/${many}.manifest`),
        listed('export const HOSTING = {', `'${many}': row(${manyCamel}Manifest, { backend: ['${manyCamel}'] }),`),
      ),
    ),
    edited('CONTRIBUTING.md', tableRow('module', [many, manyCamel, '', '', ''])),
    edited('src/modules/apps/contract/platform-scopes.ts', listed('const FAMILIES = [', `'${manySnake}',`)),
    edited(
      'src/modules/audit/contract/reserved-actions.ts',
      listed('const PLATFORM_WORDS: ReadonlySet<string> = new Set([', `'${oneSnake}',`),
    ),
    edited(IDS, (text) =>
      all(
        replaced('\n */\nexport type IdPrefix', `\n * - \`${prefix}-\`: ${manyWords}.\n */\nexport type IdPrefix`),
        (ids) => ids.replace(LAST_PREFIX, `  | '$1'\n  | '${prefix}';`),
      )(text),
    ),
    (tree) => {
      const samples = JSON.parse(tree.readText('src/roles/openapi/samples.json'));
      return edited('src/roles/backend/openapi.json', withOpenApi(api, samples))(tree);
    },
    edited('src/roles/control-plane/openapi.json', withScopes(api)),
    edited(
      'src/roles/openapi/tags.ts',
      listed(
        'const TAGS: Readonly<Record<string, readonly [title: string, description: string]>> = {',
        `'${many}': ['${tagOf(api)['x-displayName']}', '${tagOf(api).description}'],`,
      ),
    ),
    inSdk(api, sample("'x'")),
    inPythonSdk(api),
    inCommandLine(api),
    edited('policies/default/coresdk/authz_test.rego', (text) => text + policyTest(api)),
    edited('test/architecture/module-uses.cjs', listed('const moduleUses = {', `'${many}': ['audit'],`)),
    edited(
      'test/support/walls/fill-things.ts',
      listed(
        'export async function fillThings(calls: TenantCalls, tag: string): Promise<void> {',
        `await calls.post('${many}', '/v1/${many}', ${sample('secret')});`,
      ),
    ),
    edited('test/support/walls/fill-tenant.ts', listed('const LISTS = [', `'/v1/${many}',`)),
    edited(
      'test/e2e/bad-input-routes.e2e-spec.ts',
      all(
        listed('return {', `'/v1/${many}/': ${oneCamel}['id'] ?? '',`, `'/v1/projects/':`),
        replaced(
          `  const sink = await made(`,
          `  const ${oneCamel} = await made('/v1/${many}', ${sample("'Theirs'")}, theirs);\n  const sink = await made(`,
        ),
        listed(
          'const GOOD_BODIES: Readonly<Record<string, object>> = {',
          `'/v1/${many}/{id}': { ${api.changed.name}: ${sampleOf(api.changed, "'Mine'")} },`,
        ),
      ),
    ),
  ]);
}

/** Returns a sample value of a member for test requests: `text` if the member is a string. */
function sampleOf({ type, samples }, text) {
  return type === 'string' || type === 'text' ? text : samples[0];
}

/**
 * A test that the base policy classifies the new actions correctly. Its rules match scopes, roles and verbs, not names.
 */
const policyTest = ({ oneSnake: one, manySnake: many }) => `
test_${many}_are_for_whom_scopes_and_roles_say if {
	every action in ["${one}.get", "${one}.list"] {
		allowed(app(["${many}.read"], action, ""))
		not allowed(app(["${many}.write"], action, ""))
		allowed(person(["viewer"], action, ""))
	}
	every action in ["${one}.create", "${one}.update", "${one}.delete"] {
		allowed(app(["${many}.write"], action, ""))
		not allowed(app(["${many}.read"], action, ""))
		allowed(person(["admin"], action, ""))
		not allowed(person(["viewer"], action, ""))
	}
	allowed(person(["member"], "${one}.update", ""))
	not allowed(person(["member"], "${one}.delete", ""))
}
`;
