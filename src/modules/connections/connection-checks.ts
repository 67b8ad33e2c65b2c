import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import type { ConnectionCheck } from './contract/connections.types';
import type { StoredConnection } from './domain/stored-connection';
import { UpstreamConfigurations } from './upstream/upstream-configurations';
import { UpstreamFault } from './upstream/upstream-fault';

type Problem = ConnectionCheck['problems'][number];

/** Reads a provider's metadata now, and reports what keeps people from signing in or makes it less safe. */
@Injectable()
export class ConnectionChecks {
  constructor(private readonly configurations: UpstreamConfigurations) {}

  async check(connection: StoredConnection): Promise<ConnectionCheck> {
    const problems = [...ownProblems(connection), ...(await this.metadataProblems(connection))];
    return { ok: problems.every(({ severity }) => severity !== 'error'), problems };
  }

  private async metadataProblems(connection: StoredConnection): Promise<readonly Problem[]> {
    try {
      const metadata = (await this.configurations.fresh(connection)).serverMetadata();
      if (connection.type === 'oauth') return [];
      const problems: Problem[] = [];
      if (!metadata.supportsPKCE()) {
        const message = 'The metadata does not announce PKCE with S256. It is sent anyway.';
        problems.push({ code: 'no_pkce', severity: 'warning', message });
      }
      if (metadata.authorization_response_iss_parameter_supported !== true) {
        const message = 'The metadata does not announce the parameter "iss" (RFC 9207), which protects against mix-up.';
        problems.push({ code: 'no_issuer_parameter', severity: 'warning', message });
      }
      return problems;
    } catch (error) {
      if (error instanceof UpstreamFault) {
        const code = error.reason === 'unreachable' ? 'unreachable' : 'invalid_metadata';
        return [{ code, severity: 'error', message: error.message }];
      }
      if (error instanceof AppError) throw error;
      throw new AppError('internal', 'The connection could not be checked.', { cause: error });
    }
  }
}

function ownProblems({ secret }: StoredConnection): readonly Problem[] {
  if (secret !== null) return [];
  const message = 'The connection has no client secret. PKCE alone protects the code.';
  return [{ code: 'no_secret', severity: 'warning', message }];
}
