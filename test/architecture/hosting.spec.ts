import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { format } from 'prettier';
import type { Type } from '@nestjs/common';
import { ReadinessIndicator } from '../../src/kernel/health/readiness-indicator';
import { createLogger } from '../../src/kernel/telemetry/logger';
import { backendControllers } from '../../src/roles/backend/backend.surface';
import { controlPlaneControllers } from '../../src/roles/control-plane/control-plane.surface';
import { coreOf } from '../../src/roles/core';
import { sourceFiles, root } from '../support/source-files';
import { controllersOf, HOSTING, hostedModules, partsOf, proxiedControllers } from '../../src/roles/hosting';
import { ROLES, type Role } from '../../src/roles/role.config';
import { readSettings } from '../../src/roles/settings';
import { declaredRoutes } from '../../src/kernel/http/routes/declared-routes';
import { proxiedRoutes } from '../../src/kernel/http/routes/path-rules';
import { covers, specificFirst } from '../../src/kernel/composition/specific-first';

const COLUMNS = ['backend', 'control-plane', 'sidecar', 'worker'] as const;
const CONTRIBUTING = join(root, 'CONTRIBUTING.md');
const SECRET = 's'.repeat(43);
const ENVIRONMENTS: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  all: {},
  backend: { CONTROL_PLANE_URL: 'http://127.0.0.1:1', CORESDK_SIDECAR_ADDR: '127.0.0.1:1' },
  'control-plane': {},
  sidecar: {},
  worker: { CORESDK_SIDECAR_ADDR: '127.0.0.1:1', MASTER_KEY: '' },
};

/** The table of `roles/hosting.ts` as CONTRIBUTING shows it. */
function table(): string {
  const rows = Object.entries(HOSTING).map(([name, row]) => [
    name,
    ...COLUMNS.map((role) => partsOf(row, role).join(', ')),
  ]);
  const lines = [['module', ...COLUMNS], ['', '', '', '', ''].map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Removes the spaces that Prettier adds to align cells. */
function tight(text: string): string {
  return text.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}

/** The Nest modules in a role's container. Nothing is instantiated. */
async function containerOf(role: Role): Promise<ModulesContainer> {
  const settings = readSettings({
    ROLE: role,
    NODE_ENV: 'test',
    MASTER_KEY: SECRET,
    CONTROL_PLANE_TOKEN: SECRET,
    CORESDK_SERVICE_TOKEN: SECRET,
    ...ENVIRONMENTS[role],
  });
  const parts = {
    settings,
    logger: createLogger('silent', role),
    store: { appUrl: 'postgres://127.0.0.1:1/none' },
    certificates: null,
  };
  const core = await NestFactory.createApplicationContext(await coreOf(parts), {
    preview: true,
    logger: false,
    // The test then names the missing provider.
    abortOnError: false,
  });
  return core.get(ModulesContainer);
}

/** The names of the Nest modules in a role's container, except the modules of Nest and of packages. */
async function modulesIn(role: Role): Promise<readonly string[]> {
  return [...(await containerOf(role)).values()]
    .map(({ metatype }) => metatype.name)
    .filter((name) => !ELSEWHERE.has(name));
}

/** The names of the readiness indicators in a role's container. */
async function indicatorsIn(role: Role): Promise<readonly string[]> {
  return [...(await containerOf(role)).values()].flatMap(({ providers }) =>
    [...providers.values()].flatMap(({ metatype }) => {
      return typeof metatype === 'function' && metatype.prototype instanceof ReadinessIndicator ? [metatype.name] : [];
    }),
  );
}

/** The modules of Nest, of TypeORM and of the kernel. */
const ELSEWHERE = new Set([
  'Core',
  'DatabaseModule',
  'DiscoveryModule',
  'InternalCoreModule',
  'KernelModule',
  'TerminusModule',
  'TypeOrmCoreModule',
  'TypeOrmModule',
]);

describe('the table of roles', () => {
  it('matches the table in CONTRIBUTING.md', async () => {
    const text = readFileSync(CONTRIBUTING, 'utf8');
    const [copy = ''] = /^\| module .*\n(?:\|.*\n)+/m.exec(text) ?? [];
    if (process.env['UPDATE'] === '1') {
      writeFileSync(
        CONTRIBUTING,
        await format(text.replace(copy, `${table()}\n`), { parser: 'markdown', printWidth: 120 }),
      );
    } else {
      expect(tight(copy).trim()).toBe(tight(table()));
    }
  });

  it.each(ROLES)('lists the Nest modules that ROLE=%s hosts', async (role) => {
    const listed = (await hostedModules(role)).map(({ name }) => name);
    expect((await modulesIn(role)).toSorted()).toEqual(listed.toSorted());
  });
});

const OF_EVERY_PROCESS = ['ChangesIndicator', 'ClockIndicator'];
const INDICATORS: Readonly<Record<Role, readonly string[]>> = {
  all: ['AuditIndicator', 'JobsIndicator', 'KeysIndicator', 'MasterKeyIndicator'],
  backend: ['GrpcChannelIndicator', 'MasterKeyIndicator'],
  'control-plane': ['AuditIndicator', 'KeysIndicator', 'MasterKeyIndicator'],
  sidecar: ['AuditIndicator', 'KeysIndicator', 'MasterKeyIndicator'],
  worker: ['GrpcChannelIndicator', 'JobsIndicator'],
};

describe('the readiness of a role', () => {
  it.each(ROLES)('covers only what ROLE=%s hosts, and no other process', async (role) => {
    expect((await indicatorsIn(role)).toSorted()).toEqual([...OF_EVERY_PROCESS, ...INDICATORS[role]].toSorted());
  });
});

describe('the readiness indicators', () => {
  it('each have a different order', () => {
    const orders = sourceFiles()
      .filter(({ path }) => /indicators?\.ts$/.test(path))
      .flatMap(({ text }) => [...text.matchAll(/readonly order = (\d+);/g)].map(([, order]) => order));
    expect(orders.length).toBeGreaterThan(5);
    expect(new Set(orders).size).toBe(orders.length);
  });
});

describe('the routes of a surface', () => {
  const surfaces: readonly (readonly [string, () => Promise<readonly Type[]>])[] = [
    ['public', backendControllers],
    ['internal', controlPlaneControllers],
  ];

  it.each(surfaces)('are all reachable: %s', async (_name, controllers) => {
    const routes = specificFirst(await controllers()).flatMap((controller) =>
      declaredRoutes(controller).map((route) => ({ ...route, name: controller.name })),
    );
    const hidden = routes.flatMap((route, at) =>
      routes.slice(0, at).flatMap((earlier) => {
        return covers(earlier, route) ? [`${route.segments.join('/')} of ${route.name}, by ${earlier.name}`] : [];
      }),
    );
    expect(hidden).toEqual([]);
  });

  it('are proxied if and only if their controllers declare it, and the manifest lists them', async () => {
    const isProxied = (controller: Type): boolean => proxiedRoutes(controller).length > 0;
    const [internal, proxied] = [await controllersOf('internal'), await proxiedControllers()];
    expect(
      internal
        .filter(isProxied)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(proxied.map(({ name }) => name).toSorted());
  });
});
