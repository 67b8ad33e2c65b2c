/** Measures how many passwords one core verifies, with the product's parameters: `node argon2.mjs SECONDS` prints a row as JSON. */
import { hashSync, verifySync } from '@node-rs/argon2';
import { printRow } from '../lib/measure-alone.mjs';

const PASSWORD = 'correct horse battery staple';
const hash = hashSync(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

printRow(() => verifySync(hash, PASSWORD), 1, Number(process.argv[2]));
