import type {
  GetSecretValueCommandOutput,
  SecretsManagerClient,
  SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import {
  notThere,
  provided,
  type ProvidedSecret,
  ProviderFault,
  type SecretPlace,
  type SecretProvider,
} from './secret-provider';

export interface AwsOptions {
  readonly region: string;
  readonly endpoint: string | null;
  /** The prefix of the tenant's slug; empty or ending in `/`. */
  readonly prefix: string;
  readonly timeoutMs: number;
  /** For tests; if omitted, the SDK's own credential chain is used. */
  readonly credentials?: NonNullable<SecretsManagerClientConfig['credentials']>;
}

/** Names and versions in AWS Secrets Manager: letters, digits and `/_+=.@-`. */
const NAME = /^[\w/+=.@-]{1,512}$/;
const STAGES = new Set(['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING']);

/** AWS's error names for a wrong reference and for missing access, for which a retry does not help. */
const ABSENT = new Set(['ResourceNotFoundException']);
const REFUSED = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
]);

/** AWS Secrets Manager (GetSecretValue). Loads the SDK on first use. Does not cache values. */
export class AwsProvider implements SecretProvider {
  readonly name = 'aws';
  private client: Promise<SecretsManagerClient> | null = null;

  constructor(private readonly options: AwsOptions) {}

  async read({ tenantSlug, path, version }: SecretPlace): Promise<ProvidedSecret> {
    if (!NAME.test(path)) throw notThere();
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    this.client ??= connect(this.options);
    const client = await this.client;
    const request = { SecretId: `${this.options.prefix}${tenantSlug}/${path}`, ...versionOf(version) };
    let answer: GetSecretValueCommandOutput;
    try {
      const abortSignal = AbortSignal.timeout(this.options.timeoutMs);
      answer = await client.send(new GetSecretValueCommand(request), { abortSignal });
    } catch (error) {
      throw faultOf(error);
    }
    const { SecretString: text, SecretBinary: bytes, VersionId: id = '' } = answer;
    if (text !== undefined) return provided(Buffer.from(text), id);
    if (bytes === undefined) throw notThere();
    return provided(Buffer.from(bytes), id);
  }
}

async function connect({ region, endpoint, timeoutMs, credentials }: AwsOptions): Promise<SecretsManagerClient> {
  const { SecretsManagerClient: Client } = await import('@aws-sdk/client-secrets-manager');
  return new Client({
    region,
    maxAttempts: 2,
    requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs },
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

function versionOf(version: string): { readonly VersionId?: string; readonly VersionStage?: string } {
  if (version === '') return {};
  return STAGES.has(version) ? { VersionStage: version } : { VersionId: version };
}

function faultOf(error: unknown): ProviderFault {
  const name = error instanceof Error ? error.name : '';
  if (ABSENT.has(name)) return notThere(error);
  if (REFUSED.has(name)) {
    return new ProviderFault('internal', 'AWS Secrets Manager refused access to this secret.', { cause: error });
  }
  return new ProviderFault('unavailable', 'AWS Secrets Manager does not respond.', { cause: error });
}
