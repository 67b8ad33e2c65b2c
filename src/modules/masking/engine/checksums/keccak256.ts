const RATE_BYTES = 136;
const MASK = 0xffff_ffff_ffff_ffffn;

/** Round constants by the linear feedback shift register of FIPS 202 §3.2.5. */
const ROUND_CONSTANTS: readonly bigint[] = roundConstants();
/** Offsets of rotation along the walk of FIPS 202 §3.2.2: 1, 3, 6, 10, … */
const ROTATIONS: readonly bigint[] = Array.from({ length: 24 }, (_, step) =>
  BigInt((((step + 1) * (step + 2)) / 2) % 64),
);

/**
 * Keccak-256 as Ethereum has it: FIPS 202 with the padding of the original submission, so not SHA3-256. For short inputs
 * such as an address; slow for long ones.
 * @param bytes at most 135.
 */
export function keccak256(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= RATE_BYTES) throw new RangeError('Only one block is hashed.');
  const block = new Uint8Array(RATE_BYTES);
  block.set(bytes);
  block[bytes.length] = 1;
  block[RATE_BYTES - 1] = (block[RATE_BYTES - 1] ?? 0) | 0x80;
  const state = new BigUint64Array(25);
  state.set(new BigUint64Array(block.buffer));
  for (const constant of ROUND_CONSTANTS) round(state, constant);
  return new Uint8Array(state.buffer.slice(0, 32));
}

const at = (lanes: BigUint64Array, index: number): bigint => lanes[index] ?? 0n;
const rotate = (lane: bigint, by: bigint): bigint => ((lane << by) | (lane >> (64n - by))) & MASK;

function round(state: BigUint64Array, constant: bigint): void {
  const columns = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ at(state, x + y), 0n));
  for (let x = 0; x < 5; x++) {
    const change = (columns[(x + 4) % 5] ?? 0n) ^ rotate(columns[(x + 1) % 5] ?? 0n, 1n);
    for (let y = 0; y < 25; y += 5) state[x + y] = at(state, x + y) ^ change;
  }
  let [x, y] = [1, 0];
  let lane = at(state, 1);
  for (const rotation of ROTATIONS) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    const next = at(state, x + 5 * y);
    state[x + 5 * y] = rotate(lane, rotation);
    lane = next;
  }
  for (let row = 0; row < 25; row += 5) {
    const lanes = [0, 1, 2, 3, 4].map((column) => at(state, row + column));
    for (let column = 0; column < 5; column++) {
      const next = lanes[(column + 1) % 5] ?? 0n;
      state[row + column] = (lanes[column] ?? 0n) ^ (~next & MASK & (lanes[(column + 2) % 5] ?? 0n));
    }
  }
  state[0] = at(state, 0) ^ constant;
}

function roundConstants(): bigint[] {
  let register = 1;
  const nextBit = (): boolean => {
    const bit = (register & 1) === 1;
    register <<= 1;
    if (register & 0x100) register ^= 0x171;
    return bit;
  };
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let power = 0; power < 7; power++) {
      if (nextBit()) constant |= 1n << BigInt(2 ** power - 1);
    }
    return constant;
  });
}
