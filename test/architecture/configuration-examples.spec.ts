import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/cli/configuration/document/load-configuration';
import { configurationSchema } from '../../src/cli/configuration/document/schema';
import { root } from '../support/source-files';

const GUIDE = 'docs/guides/configuration-as-code.md';
const EXAMPLES = ['configuration', 'report-desk', 'mcp-agent'].map((name) => `docs/examples/${name}/platform.yaml`);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(configurationSchema());

/** Returns the faults of a configuration according to the published JSON Schema. */
function faultsOf(configuration: unknown): readonly string[] {
  if (validate(configuration)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

/** Returns the configurations that a page shows: entire files that its commands write, and parts of one tenant. */
function examplesIn(page: string): readonly unknown[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  const files = [...text.matchAll(/<<'YAML'\n([\s\S]*?)\nYAML\n/g)].map(([, file = '']) => parse(file) as unknown);
  const parts = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, part = '']) => parse(part) as unknown);
  return [...files, ...parts.map((acme) => ({ version: 1, name: 'guide', tenants: { acme } }))];
}

describe('the JSON Schema of a configuration', () => {
  it('accepts every example of the guide', () => {
    const examples = examplesIn(GUIDE);
    expect(examples.length).toBeGreaterThanOrEqual(10);
    expect(examples.flatMap(faultsOf)).toEqual([]);
  });

  it('covers every section that the guide shows, and the guide shows every section', () => {
    const { tenants } = (configurationSchema() as { properties: Record<string, { additionalProperties: object }> })
      .properties as { tenants: { additionalProperties: { properties: object } } };
    const shown = new Set(
      examplesIn(GUIDE).flatMap((example) =>
        Object.values((example as { tenants: Record<string, object> }).tenants).flatMap(Object.keys),
      ),
    );
    expect([...shown].sort()).toEqual(Object.keys(tenants.additionalProperties.properties).sort());
  });

  it.each(EXAMPLES)('accepts %s, which also loads', async (file) => {
    expect(faultsOf(parse(readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
    const { objects } = await loadConfiguration(path.join(root, file));
    expect(objects.length).toBeGreaterThan(0);
  });

  it('refuses unknown members, values of secrets and wrong types', () => {
    const acme = {
      aps: {},
      secrets: { PAYMENT_KEY: { value: 'secret' } },
      rateLimits: { importer: { limit: 'ten', windowSeconds: 60 } },
    };
    const faults = faultsOf({ version: 1, name: 'guide', tenants: { acme } });
    expect(faults).toEqual(
      expect.arrayContaining([
        '/tenants/acme must NOT have additional properties',
        "/tenants/acme/secrets/PAYMENT_KEY must have required property 'secretRef'",
        '/tenants/acme/rateLimits/importer/limit must be integer',
      ]),
    );
  });
});
