import { once } from 'node:events';
import type { StreamableFile } from '@nestjs/common';
import { systemContext } from '../../../kernel/context/call-context';
import type { AuditQueryPort } from '../contract/audit-query.port';
import { exportStream } from './export-stream';

const port = { list: () => Promise.resolve({ records: [], next: 1 }) } as unknown as AuditQueryPort;

const exportOf = (tenantId: string): Promise<StreamableFile> =>
  exportStream(port, systemContext('req-1', tenantId), { format: 'csv' });

async function end(file: StreamableFile | undefined): Promise<void> {
  const stream = file?.getStream();
  if (!stream) return;
  const closed = once(stream, 'close');
  stream.destroy();
  await closed;
}

it('two exports of a log can run at the same time, without limiting exports of other logs', async () => {
  const [first, second] = await Promise.all([exportOf('tnt-a'), exportOf('tnt-a')]);
  await expect(exportOf('tnt-a')).rejects.toMatchObject({ code: 'rate_limited' });
  const other = await exportOf('tnt-b');
  await end(first);
  const next = await exportOf('tnt-a');
  await Promise.all([second, other, next].map(end));
});

it('concurrent export requests are counted too', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => exportOf('tnt-c')));
  const given = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(given).toHaveLength(2);
  await Promise.all(given.map(end));
});
