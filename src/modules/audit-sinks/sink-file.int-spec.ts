import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuditRecord } from '../audit/contract/audit-query.types';
import { SinkFile, type SinkFileLimits } from './sink-file';

const LIMITS: SinkFileLimits = { fileBytes: 1_000, maxFiles: 3, minFreeBytes: 0 };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sink-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

const sinkFile = (limits: Partial<SinkFileLimits> = {}, sinkId = 'snk-1') =>
  new SinkFile(path.join(folder, 'tnt-1'), sinkId, { ...LIMITS, ...limits });

/** Returns records whose lines are `bytes` bytes long. */
const records = (from: number, count: number, bytes = 100): readonly AuditRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const sequenceId = from + index;
    const pad = 'x'.repeat(bytes - JSON.stringify({ sequenceId, pad: '' }).length - 1);
    return { sequenceId, pad } as unknown as AuditRecord;
  });

const names = async (): Promise<readonly string[]> => (await readdir(path.join(folder, 'tnt-1/snk-1'))).sort();

const sequences = async (): Promise<readonly number[]> => {
  const texts = await Promise.all(
    (await names()).map((name) => readFile(path.join(folder, 'tnt-1/snk-1', name), 'utf8')),
  );
  const lines = texts.join('').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as AuditRecord).sequenceId);
};

const upTo = (end: number): readonly number[] => Array.from({ length: end }, (_, index) => index);

describe('the files of a sink', () => {
  it('never exceed the size limit, and are named after their first record', async () => {
    expect(await sinkFile().append(records(0, 7))).toEqual({ written: 7, limit: null });
    expect(await sinkFile().append(records(7, 18))).toEqual({ written: 18, limit: null });
    expect(await names()).toEqual(['000000000000000.jsonl', '000000000000010.jsonl', '000000000000020.jsonl']);
    for (const name of await names()) {
      expect((await stat(path.join(folder, 'tnt-1/snk-1', name))).size).toBeLessThanOrEqual(LIMITS.fileBytes);
    }
    expect(await sequences()).toEqual(upTo(25));
    expect(await sinkFile().last()).toBe(24);
  });

  it('stop growing at the limit for all of the tenant’s sinks, and resume where they stopped', async () => {
    await sinkFile({}, 'snk-removed').append(records(0, 1));
    expect(await sinkFile().append(records(0, 25))).toEqual({ written: 20, limit: 'files' });
    expect(await sinkFile().append(records(20, 5))).toEqual({ written: 0, limit: 'files' });
    expect(await sequences()).toEqual(upTo(20));
    await rm(path.join(folder, 'tnt-1/snk-removed'), { recursive: true });
    expect(await sinkFile().append(records(20, 5))).toEqual({ written: 5, limit: null });
    expect(await sequences()).toEqual(upTo(25));
  });

  it('are not written to a disk with too little space', async () => {
    const cramped = sinkFile({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    expect(await cramped.append(records(0, 3))).toEqual({ written: 0, limit: 'disk' });
    expect(await sinkFile().append(records(0, 3))).toEqual({ written: 3, limit: null });
  });

  it('accept a record that is longer than the size limit', async () => {
    expect(await sinkFile().append([...records(0, 1), ...records(1, 1, 5_000), ...records(2, 1)])).toMatchObject({
      written: 3,
    });
    expect(await sequences()).toEqual([0, 1, 2]);
  });
});
