import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import type { MaskingPort } from '../../src/modules/masking/contract/masking.port';
import type { MaskingOptions } from '../../src/modules/masking/contract/masking.types';
import { queryAs, type TestDatabase } from '../support/test-database';

/** The requirements that the masking port suite places on the adapter under test. */
export interface MaskingWorld {
  readonly masking: MaskingPort;
  readonly database: TestDatabase;
  readonly close: () => Promise<void>;
}

const NO_OPTIONS: MaskingOptions = {
  extraBlockedFields: [],
  extraPatterns: [],
  strategy: null,
  entityStrategies: {},
  fieldStrategies: {},
};

const EMAIL = 'ada@example.com';

/** The contract of {@link MaskingPort}, for any adapter. */
export function maskingPortSuite(adapter: string, open: () => Promise<MaskingWorld>): void {
  describe(`MaskingPort, ${adapter}`, () => {
    let world: MaskingWorld;
    const contextOf = (tenantId: string): CallContext => ({
      ...systemContext(newId('req'), tenantId),
      actor: { type: 'user', id: 'usr-1' },
      appId: 'app-1',
      ip: '192.0.2.7',
    });
    const a = contextOf(newId('tnt'));
    const b = contextOf(newId('tnt'));

    beforeAll(async () => {
      world = await open();
    });

    afterAll(async () => {
      await world.close();
    });

    const text = async (value: string, wish: Partial<MaskingOptions> = {}, context = a): Promise<string> =>
      (await world.masking.maskString(context, value, { ...NO_OPTIONS, ...wish })).text;
    const json = async (value: unknown, wish: Partial<MaskingOptions> = {}, context = a): Promise<unknown> =>
      JSON.parse((await world.masking.mask(context, JSON.stringify(value), { ...NO_OPTIONS, ...wish })).text);

    it('redacts by default: entities found in text, and fields by name', async () => {
      expect(await text(`Write to ${EMAIL}.`)).toBe('Write to [REDACTED].');
      expect(await text('nothing here')).toBe('nothing here');
      expect(await text('')).toBe('');
      expect(await json({ user: { password: 'x', note: `of ${EMAIL}`, n: 1 }, ok: true })).toEqual({
        user: { password: '[REDACTED]', note: 'of [REDACTED]', n: 1 },
        ok: true,
      });
    });

    it('replaces equal values with the same token within a tenant, and with a different token in other tenants', async () => {
      const wish = { strategy: 'tokenise' } as const;
      const inText = /tok_[\w-]+/.exec(await text(`Write to ${EMAIL}.`, wish))?.[0] ?? '';
      expect(inText).not.toBe('');
      expect(await json({ email: EMAIL, contact: EMAIL }, wish)).toEqual({ email: inText, contact: inText });
      expect(await json({ email: EMAIL }, wish, b)).not.toEqual({ email: inText });
      expect(await world.masking.detokenise(a, [inText])).toEqual([{ token: inText, value: EMAIL }]);
      expect(await world.masking.detokenise(b, [inText])).toEqual([{ token: inText, value: null }]);
    });

    it('applies the strategy that a call chooses for each entity and field', async () => {
      const answer = await json(
        { mail: EMAIL, card: '4111 1111 1111 1111', salary: 4200, ssn: '078-05-1120', password: 'hunter2' },
        {
          strategy: 'hash',
          entityStrategies: { EMAIL_ADDRESS: 'mask' },
          fieldStrategies: { card: 'format', ssn: 'encrypt' },
          extraBlockedFields: ['salary'],
        },
      );
      expect(answer).toEqual({
        mail: 'a***@example.com',
        card: expect.stringMatching(/^\d{4} \d{4} \d{4} \d{4}$/),
        salary: expect.stringMatching(/^hash_/),
        ssn: expect.stringMatching(/^enc_/),
        password: '[REDACTED]',
      });
      const { ssn } = answer as { readonly ssn: string };
      expect(await world.masking.detokenise(a, [ssn, 'tok_AAAA'])).toEqual([
        { token: ssn, value: '078-05-1120' },
        { token: 'tok_AAAA', value: null },
      ]);
    });

    it('refuses an unknown entity, because a mistyped name would not mask any value', async () => {
      const wish = { ...NO_OPTIONS, entityStrategies: { EMIAL_ADDRESS: 'mask' } } as const;
      await expect(world.masking.maskString(a, EMAIL, wish)).rejects.toMatchObject({ code: 'invalid_request' });
      const own = { ...NO_OPTIONS, extraPatterns: ['C-\\d'], entityStrategies: { CUSTOM: 'hash' } } as const;
      expect((await world.masking.maskString(a, 'C-1', own)).text).toMatch(/^hash_/);
    });

    it('does not mask its own tokens again', async () => {
      const wish = { strategy: 'tokenise' } as const;
      const once = await text(`${EMAIL} and 4111111111111111`, wish);
      expect(await text(once, wish)).toBe(once);
      const object = await json({ email: EMAIL }, wish);
      expect(await json(object, wish)).toEqual(object);
    });

    it('uses a call’s patterns, and refuses invalid patterns individually', async () => {
      const { text: masked, refusedPatterns } = await world.masking.maskString(a, 'ACC-123 and ACC-456', {
        ...NO_OPTIONS,
        extraPatterns: ['ACC-1\\d+', '(?=x)', 'ACC-4('],
      });
      expect(masked).toBe('[REDACTED] and ACC-456');
      expect(refusedPatterns).toEqual([
        { index: 1, reason: expect.stringContaining('Look-ahead') },
        { index: 2, reason: expect.any(String) },
      ]);
    });

    it('handles hostile values: prototype names, deep nesting, long numbers', async () => {
      const hostile = `{"__proto__":{"password":"x"},"constructor":"${EMAIL}","n":12345678901234567890,"card":4111111111111111}`;
      const { text: masked } = await world.masking.mask(a, hostile, NO_OPTIONS);
      expect(masked).toBe(
        '{"__proto__":{"password":"[REDACTED]"},"constructor":"[REDACTED]","n":12345678901234567890,"card":"[REDACTED]"}',
      );
      const deep = `${'['.repeat(5_000)}"${EMAIL}"${']'.repeat(5_000)}`;
      const { text: cut } = await world.masking.mask(a, deep, NO_OPTIONS);
      expect(cut).not.toContain(EMAIL);
      expect(JSON.parse(cut)).toBeInstanceOf(Array);
    });

    it('masks long strings and values by the same rules', async () => {
      const line = `Write to ${EMAIL} or call.\n`;
      const masked = await text(line.repeat(2_000), { strategy: 'tokenise' });
      const [token = ''] = /tok_[\w-]+/.exec(masked) ?? [];
      expect(masked).toBe(line.replace(EMAIL, token).repeat(2_000));
      expect(await world.masking.detokenise(a, [token])).toEqual([{ token, value: EMAIL }]);
      const rows = Array.from({ length: 2_000 }, (_, id) => ({ id, email: EMAIL }));
      expect(await json(rows, { strategy: 'tokenise' })).toEqual(rows.map(({ id }) => ({ id, email: token })));
    });

    it('refuses invalid JSON and excessive lengths with messages that do not repeat the input', async () => {
      for (const broken of ['', '{"a":', 'nope', `{"secret":"${EMAIL}"`, '['.repeat(50_000)]) {
        const refusal = world.masking.mask(a, broken, NO_OPTIONS);
        await expect(refusal).rejects.toMatchObject({ name: 'AppError', code: 'invalid_request' });
        await refusal.catch((error: Error) => expect(error.message).not.toContain('ada'));
      }
      const tooLong = world.masking.maskString(a, 'x'.repeat(8 * 1024 * 1024 + 1), NO_OPTIONS);
      await expect(tooLong).rejects.toMatchObject({ code: 'payload_too_large' });
    });

    it('records, under the request id, who detokenized which tokens, but never a value', async () => {
      const actor = { type: 'user', id: newId('usr') } as const;
      const context = { ...contextOf(a.tenantId ?? ''), actor, auditEventId: newId('aud') };
      const wish = { strategy: 'tokenise' } as const;
      const { email, card } = (await json({ email: EMAIL, card: '4111111111111111' }, wish)) as Record<string, string>;
      await world.masking.detokenise(context, [email ?? '', card ?? '', 'tok_unknown']);
      const [row] = await queryAs<Record<string, unknown>>(
        world.database.adminUrl,
        `SELECT tenant_id, actor_type, actor_id, app_id, ip, action, outcome, request_id, metadata
         FROM audit.events WHERE id = $1`,
        [context.auditEventId],
      );
      expect(row).toEqual({
        tenant_id: a.tenantId,
        actor_type: 'user',
        actor_id: actor.id,
        app_id: 'app-1',
        // The person's address is encrypted with the person's key.
        ip: null,
        action: 'masking.detokenise',
        outcome: 'success',
        request_id: context.requestId,
        metadata: {
          count: 3,
          unknown: 1,
          entities: { EMAIL_ADDRESS: 1, CREDIT_CARD: 1 },
          tokenIds: [expect.any(String), expect.any(String), expect.any(String)],
        },
      });
      expect(JSON.stringify(row)).not.toMatch(/ada@|4111|tok_/);
    });
  });
}
