import type { Type } from '@nestjs/common';
import { createRestSurface } from '../../src/kernel/http/rest-surface';
import { createLogger } from '../../src/kernel/telemetry/logger';

export interface TestSurface {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Opens a REST surface with only the parts that all surfaces have in common, listening on its own port. */
export async function openTestSurface(root: Type): Promise<TestSurface> {
  const surface = await createRestSurface(root, {
    name: 'test',
    logger: createLogger('silent', 'test'),
    isHttps: false,
    trustedProxies: new Set(),
    front: [],
    guards: [],
    interceptors: [],
  });
  await surface.app.listen(0, '127.0.0.1');
  return { url: await surface.app.getUrl(), close: () => surface.close() };
}
