import { detect } from '../detect';
import { ENTITIES } from '../entities';
import { verdictOf } from '../verdict';

/** Numbers that authorities or standards publish as examples. */
const CHECKED: readonly (readonly [entity: string, ...values: string[]])[] = [
  ['US_NPI', '1234567893', '1234-567-893'],
  ['ABA_ROUTING_NUMBER', '111000025', '1110-0002-5'],
  ['MEDICAL_LICENSE', 'AP5836727', 'F91234563'],
  ['UK_NHS', '943 476 5919', '9434765919'],
  ['CA_SIN', '123 456 782', '123-456-782', '123456782'],
  ['AU_TFN', '876 543 210', '876543210'],
  ['AU_ABN', '51 824 753 556', '51824753556'],
  ['AU_ACN', '004 085 616', '004085616'],
  ['AU_MEDICARE', '2123 45670 1', '2123456701'],
  ['DE_TAX_ID', '86095742719', '86 095 742 719'],
  ['DE_VAT_ID', 'DE136695976', 'DE 136 695 976'],
  ['DE_ID_CARD', 'L01X00T44'],
  ['DE_PASSPORT', 'C01X00T41'],
  ['DE_SOCIAL_SECURITY', '15070649C103'],
  ['DE_HEALTH_INSURANCE', 'A000500015'],
  ['DE_LANR', '123456601'],
  ['ES_NIF', '54362315K', '54362315-K'],
  ['ES_NIE', 'X2482300W', 'X-2482300-W'],
  ['IT_FISCAL_CODE', 'RSSMRA85T10A562S', 'RCCMNL83S18D969H'],
  ['IT_VAT_CODE', '00743110157'],
  ['FI_PERSONAL_IDENTITY_CODE', '131052-308T'],
  ['SE_PERSONNUMMER', '811228-9874', '19811228-9874', '8112289874'],
  ['SE_ORGANISATIONSNUMMER', '212000-0142', '2120000142'],
  ['PL_PESEL', '44051401359'],
  ['TR_NATIONAL_ID', '10000000146'],
  ['RU_INN', '7707083893', '500100732259'],
  ['RU_SNILS', '112-233-445 95', '11223344595'],
  ['IN_AADHAAR', '2341 2341 2346', '234123412346'],
  ['IN_GSTIN', '27AAPFU0939F1ZV'],
  ['KR_BRN', '116-82-00276', '1168200276'],
  ['TW_NATIONAL_ID', 'A123456789'],
  ['CN_RESIDENT_ID', '11010519491231002X'],
  ['JP_MY_NUMBER', '1234-5678-9018', '123456789018'],
  ['SG_NRIC_FIN', 'S1234567D', 'T7572225C', 'F2346401L', 'M4332674T'],
  ['SG_UEN', '00192200M', '197401143C', 'S16FC0121D', 'T01FC6132D'],
  ['TH_TNIN', '1-2345-45678-78-1', '1234545678781'],
  ['ZA_ID_NUMBER', '7503305044089'],
  ['IMEI', '49-015420-323751-8', '49 015420 323751 8'],
  ['VIN', '1M8GDM9AXKP042788'],
];

/** Numbers without check digits. */
const FORMED: readonly (readonly [entity: string, ...values: string[]])[] = [
  ['US_SSN', '219-09-9999', '219 09 9999', '219099999'],
  ['US_ITIN', '911-70-1234', '911701234', '91170-1234'],
  ['US_PASSPORT', 'A12803456', '912803456'],
  ['US_DRIVER_LICENSE', 'H12234567', '1234567'],
  ['US_BANK_NUMBER', '945456787654'],
  ['US_MBI', '1EG4-TE5-MK73', '1eg4te5mk73'],
  ['US_CLIA', '11D2030122', '11-D-2030122'],
  ['UK_NINO', 'AB123456C', 'ab 12 34 56 c'],
  ['UK_PASSPORT', 'AB1234567'],
  ['UK_DRIVING_LICENCE', 'MORGA657054SM9IJ'],
  ['UK_POSTCODE', 'SW1A 1AA', 'm1 1ae', 'GIR 0AA'],
  ['UK_VEHICLE_REGISTRATION', 'AB51 ABC', 'A123 BCD', 'ABC 123D'],
  ['DE_TAX_NUMBER', '181/815/08155', '21/815/08150', '0581508150123'],
  ['DE_BSNR', '021234568'],
  ['DE_FUEHRERSCHEIN', 'B012345678A'],
  ['DE_HANDELSREGISTER', 'HRB 123456', 'HRA1'],
  ['DE_KFZ', 'B AB 1234', 'KA-EF 1H', 'MIL-E-123E'],
  ['DE_PLZ', '10115', '01067'],
  ['ES_PASSPORT', 'AAA123456'],
  ['IT_PASSPORT', 'AA1234567'],
  ['IT_IDENTITY_CARD', 'AA 1234567', 'CA12345AA'],
  ['IT_DRIVER_LICENSE', 'AA1234567B', 'U1H00B000C'],
  ['TR_LICENSE_PLATE', '34 ABC 1234', '06-A-123'],
  ['RU_PASSPORT', '45 08 123456'],
  ['IN_PAN', 'ACUPA7085R', 'ABCDE1234F'],
  ['IN_VOTER', 'ABC1234567'],
  ['IN_PASSPORT', 'A1234567'],
  ['IN_UPI', 'jane.doe@okhdfcbank'],
  ['IN_VEHICLE_REGISTRATION', 'MH12AB1234', '22BH1234AA'],
  ['KR_RRN', '960121-1234567', '9601211234567'],
  ['KR_FRN', '960121-5234567'],
  ['KR_DRIVER_LICENSE', '11-22-123456-78', '112212345678'],
  ['KR_PASSPORT', 'M123A4567', 'M12345678'],
  ['PH_PHILHEALTH', '12-345678901-2'],
  ['PH_UMID', '1234-1234567-1'],
  ['PH_PASSPORT', 'P1234567A'],
  ['ZA_PASSPORT', 'A12345678'],
  ['ZA_COMPANY_REGISTRATION', '2011/123456/07'],
  ['ZA_VAT_NUMBER', '4123456789'],
  ['NG_VEHICLE_REGISTRATION', 'ABC-123DE'],
];

const values = [...CHECKED, ...FORMED].flatMap(([entity, ...all]) => all.map((value) => ({ entity, value })));
const found = (text: string, entity: string): string[] =>
  detect(text, { entities: [entity], threshold: 0 }).map(({ start, end }) => text.slice(start, end));

describe('national numbers', () => {
  it.each(values)('$entity: $value is found in text', ({ entity, value }) => {
    expect(found(value, entity)).toEqual([value]);
    expect(found(`(x: ${value}, y.`, entity)).toContain(value);
    expect(found(`${value}7`, entity)).not.toContain(value);
  });

  it.each(CHECKED.flatMap(([entity, ...all]) => all.map((value) => ({ entity, value }))))(
    '$entity: the check digits of $value are valid, and invalid if one digit differs',
    ({ entity, value }) => {
      expect(verdictOf(entity, value)).toBe(true);
      const places = [...value.matchAll(/\d/g)].map(({ index }) => index);
      const others = places.map((at) => value.slice(0, at) + ((Number(value[at]) + 1) % 10) + value.slice(at + 1));
      const holding = others.filter((other) => verdictOf(entity, other) === true);
      // Some check digits are weak, and some digits are not checked (the last digit of a Medicare number, the branch of a company number).
      expect(holding.length).toBeLessThanOrEqual(entity === 'DE_LANR' || entity === 'IN_GSTIN' ? 15 : 2);
    },
  );

  it.each([
    ['US_SSN', '000-12-3456', '666-12-3456', '219-00-1234', '219-09-0000', '111-11-1111', '219-09.1234'],
    ['US_NPI', '1111111112', '3234567893'],
    ['UK_NINO', 'BG123456C', 'AB123456E', 'DA123456C'],
    ['UK_DRIVING_LICENCE', '99999657054SM9IJ', '9ORGA657054SM9IJ', 'MORGA663054SM9IJ'],
    ['UK_VEHICLE_REGISTRATION', 'AB40 ABC', 'AB01 ABC'],
    ['US_CLIA', '11D1111111'],
    ['IT_FISCAL_CODE', 'RSSMRA85B30A562S', 'RSSMRA85T72A562S', 'AEBMRA85T10A562S', 'RSSMRA85T10A000S'],
    ['FI_PERSONAL_IDENTITY_CODE', '310252-308T', '290200+1239'],
    ['ZA_ID_NUMBER', '7513305044089', '7503305044389'],
    ['VIN', '1M8GDM9A1KP042788', '1M8GDM9AXKPO42788'],
    ['IMEI', '49-015420-323751-9', '49-015420 323751 8'],
    ['IN_GSTIN', '38AAPFU0939F1ZV', '27AAPFU0939F1YV'],
    ['IN_UPI', 'jane@okhdfcbank.com', 'jane@example'],
  ])('%s: does not find %s', (entity, ...all) => {
    expect(all.filter((value) => found(value, entity).length > 0)).toEqual([]);
  });

  it('each have an example', () => {
    const tested = new Set(values.map(({ entity }) => entity));
    const untested = ENTITIES.filter(({ name, country }) => country !== undefined && !tested.has(name)).map(
      ({ name }) => name,
    );
    // A shape without a rule, and two entities whose authorities do not publish a complete example.
    expect(untested).toEqual(['NG_NIN', 'PH_TIN', 'SSN_SHAPE']);
  });
});
