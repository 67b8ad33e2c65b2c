import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { RegoSet, SetBuilder } from '../values/set.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { ArgumentType, Builtin } from './builtin.js';
import { containsIp, firstOf, formatCidr, lastOf, mergeCidrs, parseCidr, tryParseCidr, type Cidr } from './net/cidr.js';
import { formatIp, parseIp, type IpAddress } from './net/ip-address.js';
import { textOf } from './operands.js';

const STEPS_PER_PARSED_CIDR = 8;
const BYTES_PER_ADDRESS = 160;
const CIDR_COLLECTION: ArgumentType = ['string', 'array', 'set', 'object'];

/** `net.*`, as in OPA's `topdown/cidr.go` and `net.go`. */
export const NET_CIDR: readonly Builtin[] = [
  {
    name: 'net.cidr_contains',
    args: [['string'], ['string']],
    result: ['boolean'],
    call: ([cidr, part], { budget }) => contains(cidr ?? null, part ?? null, budget),
  },
  {
    name: 'net.cidr_contains_matches',
    args: [CIDR_COLLECTION, CIDR_COLLECTION],
    result: ['set'],
    call: ([cidrs, parts], { budget }) => containsMatches(cidrs ?? null, parts ?? null, budget),
  },
  {
    name: 'net.cidr_intersects',
    args: [['string'], ['string']],
    result: ['boolean'],
    call: ([left, right]) => intersect(parseCidr(textOf(left)), parseCidr(textOf(right))),
  },
  {
    name: 'net.cidr_merge',
    args: [['array', 'set']],
    result: ['set'],
    call: ([networks], { budget }) => merge(networks ?? null, budget),
  },
  {
    name: 'net.cidr_expand',
    args: [['string']],
    result: ['set'],
    call: ([cidr], { budget }) => expand(parseCidr(textOf(cidr)), budget),
  },
  {
    name: 'net.cidr_is_valid',
    args: ['any'],
    result: ['boolean'],
    call: ([cidr]) => typeof cidr === 'string' && tryParseCidr(cidr) !== undefined,
  },
  {
    name: 'net.lookup_ip_addr',
    args: [['string']],
    result: ['set'],
    nondeterministic: true,
    call: ([name], { allowedHosts }) => lookUp(textOf(name), allowedHosts),
  },
];

/** Returns whether the networks overlap. Two networks are disjoint unless one contains the other. */
function intersect(a: Cidr, b: Cidr): boolean {
  return containsIp(a, firstOf(b)) || containsIp(b, firstOf(a));
}

function stringOf(value: Value): string {
  if (typeof value !== 'string') {
    throw new BuiltinError('eval_type_error', `operand 1 must be string but got ${typeNameOf(value)}`);
  }
  return value;
}

/** Returns whether the first operand contains the second, which is an address or a network. */
function contains(cidr: Value, part: Value, budget: Budget): boolean {
  budget.step(STEPS_PER_PARSED_CIDR);
  const network = parseCidr(stringOf(cidr));
  const text = stringOf(part);
  const ip = parseIp(text);
  if (ip !== undefined) {
    return containsIp(network, ip);
  }
  const inner = tryParseCidr(text);
  if (inner === undefined) {
    throw fail(`not a valid textual representation of an IP address or CIDR: ${text}`);
  }
  return containsIp(network, firstOf(inner)) && containsIp(network, lastOf(inner));
}

/** A network from a collection, with the name that identifies it in the result: its index, its key, or the network itself. */
type NamedCidr = readonly [cidr: Value, name: Value];

function containsMatches(cidrs: Value, parts: Value, budget: Budget): Value {
  const result = new SetBuilder();
  for (const [cidr, cidrName] of namedCidrs(1, cidrs)) {
    for (const [part, partName] of namedCidrs(2, parts)) {
      if (contains(cidr, part, budget)) {
        budget.allocate(BYTES_PER_ADDRESS);
        result.add([cidrName, partName]);
      }
    }
  }
  return result.build();
}

function* namedCidrs(operand: number, collection: Value): Generator<NamedCidr> {
  if (typeof collection === 'string') {
    yield [collection, collection];
    return;
  }
  for (const [name, element] of elementsOf(collection)) {
    yield [cidrOfElement(operand, element), name];
  }
}

function elementsOf(collection: Value): Iterable<readonly [Value, Value]> {
  if (typeof collection !== 'object' || collection === null) {
    return [];
  }
  if (isArray(collection)) {
    return collection.entries();
  }
  switch (collection.kind) {
    case 'object':
      return collection.entries();
    case 'set':
      return collection.sorted().map((element) => [element, element] as const);
    case 'number':
      return [];
  }
}

/** Uses the first element of a tuple. */
function cidrOfElement(operand: number, element: Value): Value {
  const cidr = isArray(element) ? element[0] : element;
  if (cidr === undefined || (!isArray(element) && typeof element !== 'string')) {
    throw fail(`operand ${operand}: element must be string or non-empty array`);
  }
  return cidr;
}

function merge(networks: Value, budget: Budget): Value {
  const cidrs: Cidr[] = [];
  for (const [, element] of elementsOf(networks)) {
    budget.step(STEPS_PER_PARSED_CIDR);
    cidrs.push(networkOf(element));
  }
  // Sorting and merging n networks takes about log n comparisons per network.
  budget.step(cidrs.length * STEPS_PER_PARSED_CIDR);
  const merged = mergeCidrs(cidrs, budget);
  budget.allocate(merged.length * BYTES_PER_ADDRESS);
  return RegoSet.of(merged.map(formatCidr));
}

function networkOf(element: Value): Cidr {
  if (typeof element !== 'string') {
    throw fail('element must be string');
  }
  const ip = parseIp(element);
  if (ip === undefined) {
    return parseCidr(element);
  }
  if (ip.bits === 128) {
    throw fail('IPv6 invalid: needs prefix length');
  }
  return { address: ip, prefixLength: classPrefixLength(ip) };
}

/**
 * Returns the prefix length of the historic class A, B or C (Go `IP.DefaultMask`), which OPA applies to an address without a prefix length.
 */
function classPrefixLength({ value }: IpAddress): number {
  const firstByte = value >> 24n;
  return firstByte < 0x80n ? 8 : firstByte < 0xc0n ? 16 : 24;
}

/** Returns every address of the network. For a large network, the limits stop the evaluation. */
function expand(cidr: Cidr, budget: Budget): Value {
  const addresses = new SetBuilder();
  const { bits } = cidr.address;
  const last = lastOf(cidr).value;
  for (let { value } = firstOf(cidr); value <= last; value++) {
    budget.step(STEPS_PER_PARSED_CIDR);
    budget.allocate(BYTES_PER_ADDRESS);
    addresses.add(formatIp({ bits, value }));
  }
  return addresses.build();
}

/**
 * An IP address resolves to itself. Names are never resolved: policies run synchronously and without network access. If the host is not
 * allowed, the error says so.
 */
function lookUp(name: string, allowedHosts: readonly string[]): Value {
  const ip = parseIp(name);
  if (ip !== undefined) {
    return RegoSet.of([formatIp(ip)]);
  }
  if (!allowedHosts.includes(name)) {
    throw fail(`unallowed host: ${name}`);
  }
  throw fail(
    `${name} cannot be looked up: policies are evaluated without network access; pass the address in the input or the data`,
  );
}

function fail(message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', message);
}
