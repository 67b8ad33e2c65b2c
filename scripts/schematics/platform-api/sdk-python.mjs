import { chain } from '@angular-devkit/schematics';
import { all, edited, replaced } from '../text-edits.mjs';

/** The class next to which the lines of the new class are inserted. */
const NEIGHBOR = 'Webhooks';

/**
 * Adds the routes to the table of the Python SDK, and their class to its client. `sdk-python/scripts/generate.py` writes the methods.
 */
export function inPythonSdk({ manySnake, manyPascal, onePascal }) {
  const before = (line, text) => replaced(line, `${text}\n${line}`);
  const verbs = ['create', 'get', 'update', 'delete'].map((verb) => `        "${verb}": "${verb}${onePascal}",`);
  const [create, ...others] = verbs;
  const rows = [`    "${manyPascal}": {`, create, `        "list": "list${manyPascal}",`, ...others, '    },'];
  return chain([
    edited('sdk-python/scripts/operations.py', before(`    "${NEIGHBOR}": {`, rows.join('\n'))),
    edited(
      'sdk-python/src/cpod/aio/client.py',
      all(
        before(`    Async${NEIGHBOR}Api,`, `    Async${manyPascal}Api,`),
        before(
          `        self.webhooks = Async${NEIGHBOR}Api(http)`,
          `        self.${manySnake} = Async${manyPascal}Api(http)`,
        ),
      ),
    ),
  ]);
}
