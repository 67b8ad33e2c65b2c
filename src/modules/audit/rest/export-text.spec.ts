import type { AuditRecord } from '../contract/audit-query.types';
import { EXPORT_TEXT } from './export-text';

const record: AuditRecord = {
  id: 'aud-1',
  sequenceId: 12,
  tenantId: 'tnt-1',
  appId: null,
  actorType: 'user',
  actorId: 'usr-1',
  action: 'project.create',
  resourceType: 'project',
  resourceId: 'prj-1',
  outcome: 'success',
  reason: '',
  requestId: 'req-1',
  ip: '192.0.2.1',
  policyRevision: null,
  metadata: { name: 'a, "b"' },
  personal: null,
  erased: false,
  ts: '2026-11-27T00:00:00.000Z',
  previousHash: 'aa',
  recordHash: 'bb',
};

describe('an export', () => {
  it('as CSV has a header and rows as in RFC 4180', () => {
    const { head, line } = EXPORT_TEXT.csv;
    expect(head).toMatch(/^sequenceId,id,ts,.*,recordHash\r\n$/);
    expect(line(record)).toBe(
      '12,aud-1,2026-11-27T00:00:00.000Z,tnt-1,,user,usr-1,project.create,project,prj-1,success,,req-1,192.0.2.1,,' +
        '"{""name"":""a, \\""b\\""""}",,aa,bb\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1'])(
    'as CSV does not contain spreadsheet formulas: %j',
    (text) => {
      const row = EXPORT_TEXT.csv.line({ ...record, resourceId: text });
      expect(row).toMatch(/,("')|,'/);
      expect(row).not.toContain(`,${text}`);
    },
  );

  it('as JSON Lines has one record per line', () => {
    const text = EXPORT_TEXT.jsonl.line({ ...record, reason: 'two\nlines' });
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toEqual({ ...record, reason: 'two\nlines' });
  });

  it('as CloudEvents has the members that version 1.0 requires, with the record as its data', () => {
    expect(JSON.parse(EXPORT_TEXT.cloudevents.line(record))).toEqual({
      specversion: '1.0',
      id: 'aud-1',
      source: '/audit/tnt-1',
      type: 'coresdk.audit.project.create',
      subject: 'project/prj-1',
      time: '2026-11-27T00:00:00.000Z',
      datacontenttype: 'application/json',
      sequence: '000000000000012',
      data: record,
    });
  });
});
