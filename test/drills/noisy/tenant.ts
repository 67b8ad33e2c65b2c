import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { TokenAnswer } from '../../../src/modules/oauth/contract/oauth.types';
import type { Answer, Call } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { AUDIENCE, ENTITY_ID, IDP, OTHER_IDP, RECIPIENT } from '../../support/saml';
import { eventually } from '../../support/eventually';
import { ALL_RPCS } from '../../support/grpc-client';
import type { FloodRequest } from './attacks';

const SCOPES = [
  'admin',
  'audit.read',
  'files.read',
  'files.write',
  'flags.read',
  'flags.write',
  'jobs.read',
  'jobs.write',
  'masking.mask',
  'projects.read',
  'projects.write',
  'skills.read',
  'skills.run',
  'skills.write',
  'users.read',
  'users.write',
  'workflows.read',
  'workflows.write',
];
const JSON_TYPE = { 'content-type': 'application/json' };

/** A tenant of the drill, with an app that has all permissions in that tenant. */
export class TenantOfDrill {
  private constructor(
    private readonly installation: Installation,
    readonly slug: string,
    readonly token: string,
  ) {}

  static async make(installation: Installation, slug: string): Promise<TenantOfDrill> {
    const platform = { token: installation.secrets.controlPlaneToken, method: 'POST' };
    await asked(
      installation.controlPlane('/api/v1/tenants', { ...platform, json: { slug, name: slug, plan: 'enterprise' } }),
    );
    const app = await asked(
      installation.controlPlane<AppWithSecret>(`/api/v1/apps?tenant=${slug}`, {
        ...platform,
        json: {
          name: 'Drill',
          declared_scopes: SCOPES,
          default_scopes: SCOPES,
        },
      }),
    );
    const basic = `Basic ${Buffer.from(`${app.client_id}:${app.client_secret ?? ''}`).toString('base64')}`;
    const { access_token: token } = await asked(
      installation.backend<TokenAnswer>('/v1/oauth/token', {
        headers: { authorization: basic },
        form: { grant_type: 'client_credentials', scope: SCOPES.join(' ') },
      }),
    );
    return new TenantOfDrill(installation, slug, token);
  }

  backendUrl(path: string): string {
    return this.installation.backendUrl + path;
  }

  /** Calls the backend. Throws if the call is refused. */
  backend<T>(path: string, call: Call): Promise<Answer<T>> {
    return answered(this.installation.backend<T>(path, { token: this.token, ...call }));
  }

  /** Calls the control plane. Throws if the call is refused. */
  controlPlane<T>(path: string, call: Call): Promise<Answer<T>> {
    return answered(this.installation.controlPlane<T>(path, { token: this.token, ...call }));
  }

  get policyPath(): string {
    return `/api/v1/tenants/${this.slug}/policy`;
  }

  async policy(json: object): Promise<void> {
    await this.controlPlane(this.policyPath, { method: 'PUT', json });
  }

  async policyArchive(bundle: Buffer): Promise<void> {
    const headers = { 'content-type': 'application/gzip' };
    await this.controlPlane(this.policyPath, { method: 'PUT', body: new Uint8Array(bundle), headers });
  }

  /** Cancels the tenant's queued work, and waits until none of its jobs is running. */
  async end(): Promise<void> {
    const { id } = await asked(
      this.installation.controlPlane<{ readonly id: string }>(`/api/v1/tenants/${this.slug}`, {
        token: this.installation.secrets.controlPlaneToken,
      }),
    );
    const pending = `tenant_id = $1 AND state IN ('pending', 'scheduling', 'running')`;
    await eventually(async () => {
      const jobs = await this.installation.query<{ id: string }>(`SELECT id FROM jobs.jobs WHERE ${pending}`, [id]);
      await Promise.all(jobs.map((job) => this.backend(`/v1/jobs/${job.id}/cancel`, { method: 'POST', json: {} })));
      expect(jobs).toEqual([]);
    });
  }

  async samlProvider(): Promise<void> {
    const certificates = [IDP.certificate, OTHER_IDP.certificate];
    const json = { entityId: ENTITY_ID, name: 'Noisy', certificates, audience: AUDIENCE, recipients: [RECIPIENT] };
    await this.controlPlane('/api/v1/saml-providers', { method: 'POST', json });
  }

  /** @param body a string to send as is, or a value to send as JSON. */
  send(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): FloodRequest {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const authorization = `Bearer ${this.token}`;
    return { url: this.backendUrl(path), method, headers: { authorization, ...JSON_TYPE, ...headers }, body: text };
  }

  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): FloodRequest {
    return this.send('POST', path, body, headers);
  }

  /** A sidecar call for this tenant, as a service of the installation would send it. */
  rpc(service: string, method: string, message: object): FloodRequest {
    const rpc = ALL_RPCS.find((known) => known.service === `coresdk.v1.${service}` && known.method === method);
    if (rpc === undefined) throw new Error(`There is no RPC ${service}/${method}.`);
    const headers = {
      'x-service-token': this.installation.secrets.serviceToken,
      'x-service-name': 'drill',
      'x-tenant-id': this.slug,
    };
    const body = rpc.definition.requestSerialize(message).toString('base64');
    return { url: `grpc://${this.installation.sidecarAddresses[0]}/${rpc.service}/${method}`, method, headers, body };
  }

  toControlPlane(method: string, path: string, body: string): FloodRequest {
    return { ...this.send(method, path, body), url: this.installation.controlPlaneUrl + path };
  }
}

async function answered<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`The drill could not be prepared: ${status} ${text}`);
  return answer;
}

async function asked<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await answered(answer)).body;
}
