import { namesOf, prefixOf } from '../../scripts/schematics/names.mjs';

describe('the names of a resource', () => {
  it.each([
    ['invoice', 'invoice', 'invoices'],
    ['invoices', 'invoice', 'invoices'],
    ['purchase-orders', 'purchase-order', 'purchase-orders'],
    ['policies', 'policy', 'policies'],
    ['policy', 'policy', 'policies'],
    ['day', 'day', 'days'],
    ['boxes', 'box', 'boxes'],
    ['address', 'address', 'addresses'],
    ['batch', 'batch', 'batches'],
  ])('of %s have the singular %s and the plural %s', (given, one, many) => {
    expect(namesOf(given)).toMatchObject({ one, many });
  });

  it('have the right form for each use', () => {
    expect(namesOf('purchase_order')).toMatchObject({
      oneSnake: 'purchase_order',
      manySnake: 'purchase_orders',
      manyPascal: 'PurchaseOrders',
      aOne: 'a purchase order',
    });
    expect(namesOf('invoice').aOne).toBe('an invoice');
  });

  it.each(['', 'Invoice', '1st', 'a b', '-a', 'a-', '../x', 'x'.repeat(41)])('cannot be derived from %j', (name) => {
    expect(() => namesOf(name)).toThrow('is not a valid name');
  });
});

describe('the id prefix', () => {
  it('uses consonants from the name, and differs from all other prefixes', () => {
    expect(prefixOf('invoice', new Set())).toBe('inv');
    expect(prefixOf('invoice', new Set(['inv']))).toBe('inc');
    expect(prefixOf('purchase-order', new Set())).toBe('prc');
    expect(prefixOf('io', new Set())).toMatch(/^i[a-z]{2}$/);
  });
});
