import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { FlagsAdminPort } from '../../src/modules/flags/contract/flags-admin.port';
import { UNCONDITIONAL } from '../../src/kernel/http/conditions/conditions';
import { activateBundle } from './policy-bundle';
import type { PublishedCalls } from './published-calls';
import { type PublishedClient, publishedClients, type PythonClient } from './published-clients';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from './test-core';
import { createTestDatabase, type TestDatabase } from './test-database';
import { makeTenant, type TestTenant } from './two-tenants';

/**
 * Slugs of every kind that decode differently from raw bytes (wire contract §2.5). The difference causes a decoding error or the loss of
 * the tenant.
 */
export const SLUGS = ['default', 'acme', 'acme-corp', 'test', '7d444840-9dc0-4d1b-b245-5ffdce74fad2', 'p1'];

/** The four clients of an application, connected to a separate sidecar. */
export interface Application {
  readonly tenant: TestTenant;
  readonly other: TestTenant;
  /** The address of its sidecar. */
  readonly address: string;
  readonly client: (name: string) => PublishedClient;
  readonly calls: (name: string) => PublishedCalls;
  readonly python: PythonClient;
  readonly close: () => Promise<void>;
}

/** An installation with a tenant for each slug, each with its own `shop` policy and `beta` flag. */
export class PublishedWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly core: TestCore,
    private readonly tenants: ReadonlyMap<string, TestTenant>,
  ) {}

  static async open(): Promise<PublishedWorld> {
    const database = await createTestDatabase();
    // Generous, because the tests check what clients understand, even on a machine that is busy with other tests.
    const core = await openAllCore(database, { POLICY_CPU_MS: '1000' });
    const tenants = new Map<string, TestTenant>();
    for (const slug of SLUGS) {
      const tenant = await makeTenant(core, slug, slug);
      tenants.set(slug, tenant);
      const rule = `package shop\n\nallow if input.for == "${slug}"\n`;
      await activateBundle(database.adminUrl, tenant.id, { modules: { 'shop.rego': rule } });
      const targeting = { if: [{ '==': [{ var: 'targetingKey' }, `user-of-${slug}`] }, 'on'] };
      const flags = {
        beta: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting },
      };
      const context = systemContext(newId('req'), tenant.id);
      await core.context.get(FlagsAdminPort).putDocument(context, JSON.stringify({ flags }), UNCONDITIONAL);
    }
    return new PublishedWorld(database, core, tenants);
  }

  tenantOf(slug: string): TestTenant {
    const tenant = this.tenants.get(slug);
    if (!tenant) throw new Error(`There is no tenant ${slug}.`);
    return tenant;
  }

  /** Returns an application with a sidecar that is configured for it. */
  at(kind: (typeof SIDECARS)[number], slug: string): Promise<Application> {
    return kind === 'in development'
      ? this.application(slug, { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: slug }, { tenant: slug })
      : this.application(slug, {}, { tenant: slug, serviceToken: SERVICE_TOKEN });
  }

  async application(
    slug: string,
    sidecar: Parameters<typeof openSidecarSurface>[1],
    application: { readonly tenant: string; readonly serviceToken?: string },
  ): Promise<Application> {
    const surface = await openSidecarSurface(this.core, sidecar);
    const { clients, python, calls, close } = publishedClients({ address: surface.address, ...application });
    const found = <T>(name: string, client: T | undefined): T => {
      if (!client) throw new Error(`There is no client ${name}.`);
      return client;
    };
    return {
      tenant: this.tenantOf(slug),
      other: this.tenantOf(slug === 'default' ? 'acme' : 'default'),
      address: surface.address,
      client: (name) =>
        found(
          name,
          clients.find((client) => client.name === name),
        ),
      calls: (name) => found(name, calls.get(name)),
      python,
      async close() {
        close();
        await surface.close();
      },
    };
  }

  async close(): Promise<void> {
    await this.core.close();
    await this.database.drop();
  }
}

/** A sidecar in development serves one tenant; a regular sidecar serves the tenant that a service names. */
export const SIDECARS = ['in development', 'with a service token'] as const;
