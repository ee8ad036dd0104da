import { describe, expect, it } from 'vitest';
import { eventKey, exchangeToken, signBody } from '#core/ids.ts';
import { aBuild } from '#test/support/memory/examples.ts';
import { demandSignature } from '#use-cases/signature.ts';
import { EXCHANGE_KEY } from './harness.ts';

const { id } = aBuild('x');
const about = { build_id: id, attempt: 1 };
const body = Buffer.from(JSON.stringify({ ...about, version: 1, cloud_build_id: 'cb-1' }));
const good = signBody(eventKey(EXCHANGE_KEY, id, 1), body);

/** A check of the good message, but for what is given. */
const demand = (
  fields: { about?: typeof about; body?: Uint8Array; attributes?: Readonly<Record<string, string>> } = {},
) => {
  const message = { body: fields.body ?? body, attributes: fields.attributes ?? { signature: good } };
  return () => demandSignature(EXCHANGE_KEY, fields.about ?? about, message);
};

const refusal = expect.objectContaining({ name: 'UserError', code: 'invalid_signature' });

describe('demandSignature', () => {
  it('takes the signature of this build’s own key over these bytes, whatever else is said', () => {
    expect(demand()).not.toThrow();
    expect(demand({ attributes: { other: 'x', signature: good } })).not.toThrow();
    expect(demand({ body: new Uint8Array(body) })).not.toThrow();
  });

  it('takes no other bytes, build or attempt', () => {
    const changed = Buffer.from(body.toString().replace('cb-1', 'cb-2'));
    expect(demand({ body: changed })).toThrow(refusal);
    expect(demand({ body: Buffer.from('') })).toThrow(refusal);
    expect(demand({ about: { build_id: aBuild('y').id, attempt: 1 } })).toThrow(refusal);
    expect(demand({ about: { build_id: id, attempt: 2 } })).toThrow(refusal);
  });

  it.each(['', good.slice(1), `${good}=`, good.toLowerCase()])(
    'takes no other signature: %j',
    (signature) => {
      expect(demand({ attributes: { signature } })).toThrow(refusal);
    },
  );

  it('takes no message without a signature, or with one under another name', () => {
    expect(demand({ attributes: {} })).toThrow(refusal);
    expect(demand({ attributes: { Signature: good } })).toThrow(refusal);
  });

  it('takes no exchange token for a key: what the Build resource shows signs nothing', () => {
    const shown = signBody(exchangeToken(EXCHANGE_KEY, id, 1), body);
    expect(demand({ attributes: { signature: shown } })).toThrow(refusal);
  });

  it('shows no signature that would do', () => {
    try {
      demand({ attributes: { signature: 'bad' } })();
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain(id);
      expect(String(error)).not.toContain(good);
    }
  });
});
