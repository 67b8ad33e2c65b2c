import { BulkReferences } from './bulk/bulk-references';
import { readBulk } from './bulk/bulk-request';
import { DIALECTS } from './dialect';
import { memberChanges, memberIds, membersApart } from './group-mapping';
import { PATCH_URN, readPatch } from './patch/patch-request';
import { groupModel } from './schema/resource-model';

const BULK_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const members = (count: number) => Array.from({ length: count }, (_, index) => ({ value: `usr-${index}` }));

/** Runs a generator to completion. Returns its value and the number of steps. */
function done<T>(work: Generator<undefined, T, undefined>): { readonly value: T; readonly steps: number } {
  for (let steps = 1; ; steps += 1) {
    const step = work.next();
    if (step.done === true) return { value: step.value, steps };
  }
}

describe('a large SCIM request', () => {
  it('is read one thousand members at a time, without duplicates', () => {
    const sent = [...members(2_500), ...members(100)];
    const { value, steps } = done(memberIds(sent, DIALECTS.rfc));
    expect([value.length, value[0], value.at(-1), steps]).toEqual([2_500, 'usr-0', 'usr-2499', 3]);
    expect(done(memberIds(members(1_000), DIALECTS.rfc)).steps).toBe(1);
    expect(done(memberIds(undefined, DIALECTS.rfc)).value).toEqual([]);
    expect(() => done(memberIds([...members(1_500), { type: 'User' }], DIALECTS.rfc))).toThrow(
      'A member must have a "value"',
    );
    expect(() => done(memberIds(members(100_001), DIALECTS.rfc))).toThrow('at most 100000 values');
    expect(() => done(memberIds('usr-1', DIALECTS.rfc))).toThrow();
  });

  it('is read one thousand members at a time in a PATCH', () => {
    const operations = [
      { op: 'add', path: 'members', value: members(1_500) },
      { op: 'remove', path: 'members', value: members(1_200) },
    ];
    const read = readPatch(groupModel(), { schemas: [PATCH_URN], Operations: operations }, DIALECTS.entra);
    const { value, steps } = done(memberChanges(read, DIALECTS.entra));
    expect(value.map((change) => [change.op, 'ids' in change ? change.ids.length : 0])).toEqual([
      ['add', 1_500],
      ['remove', 1_200],
    ]);
    expect(steps).toBe(3);
  });

  it('is split into its members and the rest, whatever the case of the attribute name', () => {
    const body = { displayName: 'G', Members: members(2), schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] };
    const { rest, members: apart } = membersApart(groupModel(), body);
    expect(rest).toEqual({ displayName: 'G', schemas: body.schemas });
    expect(apart).toBe(body.Members);
    expect(membersApart(groupModel(), 'no object')).toEqual({ members: undefined, rest: 'no object' });
  });

  it('is read one bulk operation at a time, and so are its references', () => {
    const operations = Array.from({ length: 50 }, (_, index) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: `b${index}`,
      data: { displayName: `G${index}`, members: [{ value: `bulkId:b${index + 1}` }] },
    }));
    const request = done(readBulk({ schemas: [BULK_URN], Operations: operations }, false));
    expect([request.value.operations.length, request.steps]).toEqual([50, 51]);
    const references = done(BulkReferences.of(request.value.operations));
    expect(references.steps).toBe(51);
    // The last operation refers to an unknown operation.
    const known = request.value.operations.filter((operation) => references.value.areKnown(operation));
    expect(known.map(({ bulkId }) => bulkId)).toEqual(['b49']);
  });
});
