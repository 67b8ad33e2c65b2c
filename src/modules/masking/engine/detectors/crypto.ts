import { eip55, isBase58Address, isBech32 } from '../checksums/crypto-addresses';
import { code, type Verdict } from '../detector';
import { personal } from './entity';

/** The first characters of Base58Check addresses: Bitcoin 1 and 3, its testnet m, n and 2, Litecoin L and M, Dogecoin D, Dash X, Tron T. */
const BASE58 = '[123mnLMDXT][1-9A-HJ-NP-Za-km-z]{25,34}';

function address(value: string): Verdict {
  if (/^0x/i.test(value)) return eip55(value);
  return /^(?:bc|tb|bcrt|ltc)1/i.test(value) ? isBech32(value) : isBase58Address(value);
}

export const CRYPTO = [
  personal('CRYPTO', 'Cryptocurrency address: Base58Check, Bech32 (BIP 173, 350) or Ethereum (EIP-55)', {
    words: [
      code('(?:bc|tb|bcrt|ltc)1[ac-hj-np-z02-9]{25,61}', [29, 64], 0.5),
      code('0x[\\da-f]{40}', 42, 0.5),
      { ...code(BASE58, [26, 35], 0.5), word: new RegExp(`^${BASE58}$`) },
    ],
    judge: address,
    context: ['wallet', 'btc', 'bitcoin', 'crypto', 'eth', 'ethereum'],
  }),
];
