import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { Installation } from '../support/installation';
import { runSchemathesis } from '../support/schemathesis';

export interface FuzzFigures {
  readonly operations: number;
  readonly requests: number;
  /** Failures such as `ST202 backend GET /oauth/authorize`. */
  readonly failures: readonly string[];
}

/**
 * Runs a public tester against every operation of both OpenAPI documents, for half of the time each, with valid and invalid input.
 * Compares the responses with the documents.
 */
export async function fuzzApi(seconds: number): Promise<FuzzFigures> {
  const installation = await Installation.start({
    layout: 'all',
    environment: { LIMIT_PER_ADDRESS: '0', LIMIT_PER_CLIENT: '0' },
  });
  try {
    const scopes = [...PLATFORM_SCOPES.keys()];
    const app = await installation.register(await installation.adminToken(), {
      declared_scopes: scopes,
      default_scopes: scopes,
    });
    const surfaces = [
      ['backend', installation.backendUrl, await installation.token(app.client_id, app.client_secret)],
      ['control-plane', installation.controlPlaneUrl, await installation.adminToken()],
    ] as const;
    let [operations, requests] = [0, 0];
    const failures: string[] = [];
    for (const [surface, url, token] of surfaces) {
      const document = `${url}/openapi.json`;
      const report = await runSchemathesis(document, token, seconds / surfaces.length, installation.folder);
      if (report.stop_reason === 'server_unavailable') {
        throw new Error(`The ${surface} stopped responding:\n${installation.logs()}`);
      }
      operations += report.operations.tested;
      requests += report.test_cases.generated;
      for (const { code, operations: failed } of report.failures) {
        failures.push(...failed.map((operation) => `${code} ${surface} ${operation}`));
      }
    }
    return { operations, requests, failures: failures.sort() };
  } finally {
    await installation.remove();
  }
}
