import { randomBytes } from 'node:crypto';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { TraceCollector } from '../support/trace-collector';

describe('tracing', () => {
  let collector: TraceCollector;
  let installation: Installation;

  beforeAll(async () => {
    collector = await TraceCollector.start();
    installation = await Installation.start({
      layout: 'split',
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
  });

  afterAll(async () => {
    await installation.remove();
    await collector.stop();
  });

  it("propagates the caller's traceparent across backend, control plane and sidecar", async () => {
    const admin = await installation.adminToken();
    const app = await installation.register(admin);
    const token = await installation.token(app.client_id, app.client_secret);
    const traceId = randomBytes(16).toString('hex');
    const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };

    expect((await installation.backend('/v1/projects', { token, headers })).status).toBe(200);
    expect((await installation.backend('/v1/oauth/apps', { token: admin, headers })).status).toBe(200);

    await eventually(() => {
      const names = collector.spans
        .filter((span) => span.traceId === traceId)
        .map(({ service, name }) => `${service} ${name}`);
      expect(names).toEqual(
        expect.arrayContaining([
          'coresdk-backend GET /v1/projects',
          'coresdk-backend ProjectsPublicController.listProjects',
          'coresdk-sidecar grpc.cpod.internal.v1.AuthInternalService/Admit',
          'coresdk-control-plane GET /api/v1/apps',
        ]),
      );
      expect(names.some((name) => name.startsWith('coresdk-sidecar pg.query'))).toBe(true);
    });
  });
});
