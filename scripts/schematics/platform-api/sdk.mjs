import { chain } from '@angular-devkit/schematics';
import { sdkTypes } from '../../sdk-types.mjs';
import { all, edited, listed, replaced } from '../text-edits.mjs';

/** The class next to which the lines of the new class are inserted. The order does not matter. */
const NEIGHBOR = 'WebhooksApi';

/**
 * Adds the routes to the SDK once they are in the document: types, a separate class, and a line in the test that checks that each operation
 * has a method.
 * @param {string} sample the body of a create request, as code
 */
export function inSdk({ many, manyCamel, manyPascal, onePascal }, sample) {
  const before = (line, ...lines) => replaced(line, `${lines.join('\n')}\n${line}`);
  const name = `${manyPascal}Api`;
  const call = (operation, method) => `${operation}: ({ ${manyCamel} }) => ${manyCamel}.${method},`;
  return chain([
    async (tree) => {
      const document = JSON.parse(tree.readText('src/roles/backend/openapi.json'));
      tree.overwrite('sdk/src/generated/schemas.ts', await sdkTypes(document));
    },
    edited(
      'sdk/src/client.ts',
      all(
        before(`import { ${NEIGHBOR} } from './api/webhooks.js';`, `import { ${name} } from './api/${many}.js';`),
        before(`  readonly webhooks: ${NEIGHBOR};`, `  readonly ${manyCamel}: ${name};`),
        before(`    this.webhooks = new ${NEIGHBOR}(http);`, `    this.${manyCamel} = new ${name}(http);`),
      ),
    ),
    edited(
      'sdk/src/main.ts',
      before(
        `export type { ${NEIGHBOR} } from './api/webhooks.js';`,
        `export type { ${name} } from './api/${many}.js';`,
      ),
    ),
    edited(
      'sdk/test/operations.spec.ts',
      listed(
        'const calls: Readonly<Record<string, (client: CpodClient) => unknown>> = {',
        [
          call(`create${onePascal}`, `create(${sample})`),
          call(`list${manyPascal}`, 'list().page()'),
          call(`get${onePascal}`, "get('x')"),
          call(`update${onePascal}`, "update('x', {})"),
          call(`delete${onePascal}`, "delete('x')"),
        ].join('\n'),
      ),
    ),
  ]);
}
