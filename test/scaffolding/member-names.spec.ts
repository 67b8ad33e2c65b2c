import { assertMemberNames } from '../../scripts/schematics/member-names.mjs';
import { namesOf } from '../../scripts/schematics/names.mjs';

const check = (name: string) => () => {
  assertMemberNames([{ name: 'title' }, { name }], namesOf('invoices'));
};

describe('the name of a member', () => {
  it.each(['number', 'dueDate', 'days', 'newOrder', 'colour'])('can be %s', (name) => {
    expect(check(name)).not.toThrow();
  });

  it.each([
    ['id', 'every resource has id, version,'],
    ['createdAt', 'every resource has id, version,'],
    ['limit', 'every list has the query parameters limit, cursor, sort and include.'],
    ['day', 'the generated code uses the names'],
    ['z', 'the generated code uses the names'],
    ['listQuery', 'the generated code uses the names'],
    ['row', 'the generated code uses the names'],
    ['module', 'the generated code uses the names'],
    ['invoice', 'invoicePatch, invoiceQuery and newInvoice.'],
    ['newInvoice', 'invoicePatch, invoiceQuery and newInvoice.'],
    ['order', 'it is a reserved word'],
  ])('cannot be %s, and the message contains the reason', (name, reason) => {
    expect(check(name)).toThrow(`"${name}" cannot be a member of an invoice: `);
    expect(check(name)).toThrow(reason);
    expect(check(name)).toThrow('Choose another name.');
  });
});
