import type { Secret } from '../../../kernel/config/secret';
import type { SecretsConfig } from '../secrets.config';
import { AwsProvider } from './aws.provider';
import { EnvProvider } from './env.provider';
import { FileProvider } from './file.provider';
import type { SecretProvider } from './secret-provider';
import { vaultHeaders, VaultProvider } from './vault.provider';
import { VaultToken } from './vault-token';

/**
 * Returns the providers that the operator enabled.
 * @param environment the variables whose names start with the prefix, with the prefix removed.
 */
export function configuredProviders(
  config: SecretsConfig,
  environment: ReadonlyMap<string, Secret>,
): readonly SecretProvider[] {
  const providers: SecretProvider[] = [];
  if (config.SECRETS_ENV_PREFIX !== null) providers.push(new EnvProvider(environment));
  if (config.SECRETS_FILE_DIR !== null) providers.push(new FileProvider(config.SECRETS_FILE_DIR));
  const vault = vaultProvider(config);
  if (vault) providers.push(vault);
  const { SECRETS_AWS_REGION: region, SECRETS_AWS_ENDPOINT: endpoint, SECRETS_AWS_PREFIX: prefix } = config;
  if (region !== null) {
    providers.push(new AwsProvider({ region, endpoint, prefix, timeoutMs: config.SECRETS_PROVIDER_TIMEOUT_MS }));
  }
  return providers;
}

function vaultProvider(config: SecretsConfig): VaultProvider | null {
  const { CORESDK_VAULT_ADDR: address, SECRETS_PROVIDER_TIMEOUT_MS: timeoutMs } = config;
  const { CORESDK_VAULT_NAMESPACE: namespace, CORESDK_VAULT_MOUNT: mount, CORESDK_VAULT_PREFIX: prefix } = config;
  const { CORESDK_VAULT_TOKEN: token, CORESDK_VAULT_ROLE_ID: roleId, CORESDK_VAULT_SECRET_ID: secretId } = config;
  if (address === null) return null;
  const options = { address, namespace, mount, prefix, timeoutMs };
  if (token !== null) return new VaultProvider(options, new VaultToken(token));
  if (roleId === null || secretId === null) throw new Error('Vault has neither a token nor an AppRole.');
  const loginUrl = new URL(`${address}/v1/auth/approle/login`);
  const headers = vaultHeaders(namespace);
  return new VaultProvider(options, new VaultToken({ loginUrl, roleId, secretId, headers, timeoutMs }));
}
