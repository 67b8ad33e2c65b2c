import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FactoryProvider } from '@nestjs/common';
import { collectDefaultMetrics, register, Registry } from 'prom-client';
import { parse, parseAllDocuments } from 'yaml';
import { ALL_SECTIONS, inspectSettings } from '../../src/roles/settings';
import { documents } from '../support/documents';
import { root, sourceFiles } from '../support/source-files';

const KNOWN = new Set(ALL_SECTIONS.flatMap(({ variables }) => Object.keys(variables)));
const read = (file: string): string => readFileSync(path.join(root, 'deploy', file), 'utf8');

type Environment = Record<string, string>;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Environment;
  readonly stringData?: Environment;
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly configMapRef?: { name: string }; readonly secretRef?: { name: string } }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

const manifests = documents(['deploy/kubernetes'], '.yaml').flatMap(({ text }) =>
  parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  }),
);
const containers = manifests.flatMap(({ metadata, spec }) => {
  const pod = spec?.template?.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map((container) => ({
    name: `${metadata.name}/${container.name}`,
    container,
    environment: environmentOf(container),
  }));
});

function environmentOf({ env, envFrom }: Container): Environment {
  const given = envFrom.map(({ configMapRef, secretRef }) => {
    const [kind, name] = configMapRef ? ['ConfigMap', configMapRef.name] : ['Secret', secretRef?.name];
    const manifest = manifests.find((one) => one.kind === kind && one.metadata.name === name);
    if (!manifest) throw new Error(`There is no ${kind} "${name}".`);
    return manifest.data ?? manifest.stringData ?? {};
  });
  return Object.assign({}, ...given, Object.fromEntries(env.map(({ name, value }) => [name, value]))) as Environment;
}

const compose = parse(read('compose/docker-compose.yml').replace(/\$\{PUBLIC_URL:\?\}/g, 'https://api.example.com'), {
  merge: true,
}) as { readonly services: Record<string, { readonly environment: Record<string, string | number> }> };
const services = Object.entries(compose.services)
  .filter(([name]) => name !== 'postgres')
  .map(([name, { environment }]) => ({ name, environment: filledIn(environment) }));

/** Returns the environment with long values for the variables of `compose/.env`. */
function filledIn(environment: Record<string, string | number>): Environment {
  const fill = (value: string | number) => String(value).replace(/\$\{\w+:\?\}/g, 'f'.repeat(40));
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
}

describe('the deployments', () => {
  const processes = [...containers.map(({ name, environment }) => ({ name, environment })), ...services];

  it.each(processes)('start $name with settings that its role accepts', ({ environment }) => {
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(inspectSettings(environment).faults).toEqual([]);
  });

  it('run exactly the roles of a distributed installation', () => {
    const roles = (all: readonly { environment: Environment }[]) =>
      [...new Set(all.map(({ environment }) => environment['ROLE']))].sort();
    expect(roles(containers)).toEqual(['backend', 'control-plane', 'sidecar', 'worker']);
    expect(roles(services)).toEqual(['backend', 'control-plane', 'sidecar', 'worker']);
  });

  it.each(processes)('pass $name only the secrets that its role needs', ({ environment }) => {
    const { ROLE: role = '' } = environment;
    const isControlPlane = role === 'control-plane';
    expect('MASTER_KEY' in environment).toBe(role !== 'worker');
    expect('DATABASE_MIGRATION_URL' in environment).toBe(isControlPlane);
    expect('CONTROL_PLANE_TOKEN' in environment).toBe(isControlPlane);
    expect('AUDIT_SIGNING_KEY_FILE' in environment).toBe(isControlPlane);
  });

  it.each(containers)('probe the health of $name on its health port', ({ container, environment }) => {
    const health = Number(environment['HEALTH_PORT'] ?? 9091);
    const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(({ httpGet }) => ({
      path: httpGet.path,
      port: container.ports.find(({ name }) => name === httpGet.port)?.containerPort,
    }));
    expect(asked).toEqual(['/healthz', '/healthz', '/readyz'].map((path) => ({ path, port: health })));
  });

  it('list every manifest except the secrets in the kustomization', () => {
    const { resources } = parse(read('kubernetes/kustomization.yaml')) as { resources: readonly string[] };
    const files = documents(['deploy/kubernetes'], '.yaml').map(({ path: file }) => path.basename(file));
    const others = ['kustomization.yaml', 'secrets.example.yaml'];
    expect([...resources].sort()).toEqual(files.filter((file) => !others.includes(file)));
  });
});

/** Returns the metrics that a file registers, in an exported list or in a Nest module. */
function metricsIn(exported: unknown): readonly FactoryProvider[] {
  const providers = Array.isArray(exported)
    ? (exported as readonly unknown[])
    : ((Reflect.getMetadata('providers', Object(exported)) ?? []) as readonly unknown[]);
  return providers.filter((one): one is FactoryProvider =>
    String((one as FactoryProvider).provide).startsWith('PROM_'),
  );
}

describe('the dashboard and the alerts', () => {
  const dashboard = JSON.parse(read('grafana/coresdk.json')) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const { groups } = parse(read('prometheus/alerts.yml')) as {
    readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  const labels = new Map<string, readonly string[]>();

  beforeAll(async () => {
    const files = sourceFiles().filter(({ text }) => /from '(prom-client|@willsoto\/nestjs-prometheus)'/.test(text));
    for (const { path: file } of files) {
      const exported = Object.values((await import(path.join(root, file))) as object) as readonly unknown[];
      for (const metric of exported.flatMap(metricsIn)) metric.useFactory();
    }
    const standard = new Registry();
    collectDefaultMetrics({ register: standard });
    for (const metric of [...register.getMetricsAsArray(), ...standard.getMetricsAsArray()]) {
      const { name, labelNames = [] } = metric as { name: string; labelNames?: readonly string[] };
      labels.set(name, labelNames);
    }
    standard.clear();
    labels.set('up', []);
  });

  /** Returns the metrics in a query, with the labels in their selectors. */
  function picked(expr: string): readonly { readonly metric: string; readonly by: readonly string[] }[] {
    return [...expr.matchAll(/\b([a-z][a-z\d]*(?:_[a-z\d]+)+|up)(?:\{([^}]*)\})?(?=[\s[){]|$)/g)]
      .filter(([name]) => !/^(histogram_quantile|label_replace)/.test(name))
      .map(([, name = '', selector = '']) => ({
        metric: name.replace(/_(bucket|count|sum)$/, ''),
        by: [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
      }));
  }

  it('use only metrics and labels that exist', () => {
    const asked = [...shown, ...rules.map(({ expr }) => expr)].flatMap(picked);
    expect(asked.length).toBeGreaterThan(40);
    const unknown = asked.filter(
      ({ metric, by }) =>
        by.some((label) => label !== 'job' && !labels.get(metric)?.includes(label)) || !labels.has(metric),
    );
    expect(unknown).toEqual([]);
  });

  it('show every CoreSDK metric: add a panel for a new metric to deploy/grafana/coresdk.json', () => {
    const seen = new Set(shown.flatMap(picked).map(({ metric }) => metric));
    const ours = [...labels.keys()].filter((name) => name.startsWith('coresdk_'));
    // Only alerts use these metrics: in healthy production, they have no values to show.
    expect(ours.filter((name) => !seen.has(name)).sort()).toEqual([
      'coresdk_fail_open_decisions_total',
      'coresdk_tls_certificate_reloads_total',
    ]);
  });

  it('have a section for every alert in docs/guides/monitoring.md', () => {
    const text = readFileSync(path.join(root, 'docs/guides/monitoring.md'), 'utf8');
    const explained = [...text.matchAll(/^### (Coresdk\w+)$/gm)].map(([, alert = '']) => alert);
    expect(explained).toEqual(rules.map(({ alert }) => alert));
  });

  it('have a row for every metric in docs/guides/monitoring.md', () => {
    const text = readFileSync(path.join(root, 'docs/guides/monitoring.md'), 'utf8');
    const rows = new Map(
      [...text.matchAll(/^\| `(coresdk_\w+)` +\| ([^|]*)\|/gm)].map(([, metric = '', names = '']) => [
        metric,
        names.trim().split(', ').filter(Boolean),
      ]),
    );
    const ours = new Map([...labels].filter(([name]) => name.startsWith('coresdk_')));
    const sorted = (of: ReadonlyMap<string, readonly string[]>): unknown =>
      [...of].map(([name, names]) => [name, [...names].sort()]).sort();
    expect(sorted(rows)).toEqual(sorted(ours));
  });
});
