import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePolicy, toJson } from '@coresdk/rego/node';
import { projectRoot } from '../../src/kernel/config/project-root';
import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';

const AUTHZ = 'policies/default/coresdk/authz.rego';

it('the default policy knows every API whose scopes it can name in a denial', () => {
  const compiled = compilePolicy([{ path: AUTHZ, text: readFileSync(join(projectRoot(), AUTHZ), 'utf8') }]);
  if (!compiled.ok) throw new Error(compiled.errors.join('\n'));
  const known = compiled.policy.prepareRule('data.coresdk.authz.known_apis')?.evaluate(undefined);
  const apis = known?.outcome === 'value' ? toJson(known.value) : known?.outcome;
  const own = new Set([...PLATFORM_SCOPES.keys()].map((scope) => scope.split('.')[0]));
  expect(apis).toEqual([...own, 'database'].sort());
});
