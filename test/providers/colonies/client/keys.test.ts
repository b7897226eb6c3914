import fc from 'fast-check';
import { hashText, idOf, idOfPublicKey, newKey, publicKeyOf, signerOf, signText } from '../../../../src/providers/colonies/client/index.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';
import { vectors } from './vectors.ts';

const flipped = (signature: string): string => {
  const v = Number.parseInt(signature.slice(-2), 16);
  return `${signature.slice(0, -2)}${(v ^ 1).toString(16).padStart(2, '0')}`;
};

group('colonies: keys', (test) => {
  for (const vector of vectors.crypto) {
    test(`signs as the server, pycolonies and libcryptolib do: ${vector.prvkey.slice(0, 8)}…, ${JSON.stringify(vector.message_utf8).slice(0, 30)}`, () => {
      assert.is(publicKeyOf(vector.prvkey), vector.pubkey_uncompressed_hex);
      assert.is(idOf(vector.prvkey), vector.id);
      assert.is(idOfPublicKey(vector.pubkey_uncompressed_hex), vector.id);
      assert.is(hashText(vector.message_utf8), vector.sha3_256_hex);
      assert.is(signText(vector.message_utf8, vector.prvkey), vector.signature_hex);
      assert.equal(signerOf(vector.message_utf8, vector.signature_hex), { id: vector.recovered_id });
      assert.equal(signerOf(vector.message_utf8, flipped(vector.signature_hex)), { id: vector.wrong_recid_recovers_id });
    });
  }

  for (const { name, message_utf8, signature_hex, server_error, recovered_id, prvkey } of vectors.crypto_negative) {
    test(`as the server judges it: ${name}`, async () => {
      if (prvkey !== undefined) {
        const fault = await faultOf(() => idOf(prvkey));
        assert.is(fault.code, 'COLONIES_KEY');
        return;
      }
      const judged = signerOf(message_utf8 ?? '', signature_hex ?? '');
      assert.equal(judged, server_error === undefined ? { id: recovered_id } : { refused: server_error });
    });
  }

  test('any nonce will do, not only that of RFC 6979', () => {
    const { message_utf8, signature_hex, recovered_id } = vectors.crypto_interop_non_rfc6979;
    assert.equal(signerOf(message_utf8, signature_hex), { id: recovered_id });
  });

  test('hashes, and the ids of samples', () => {
    for (const { utf8, hex } of vectors.sha3_256) assert.is(hashText(utf8), hex);
    for (const { prvkey, id } of vectors.well_known_sample_identities) assert.is(idOf(prvkey), id);
    const { targetid, key, attributetype, attributeid } = vectors.derivations.attribute_id;
    assert.is(hashText(`${targetid}${key}${attributetype}`), attributeid);
  });

  test('whoever signs is found again; the digits of a signature may be upper case, v may be 4 higher, and high s is refused', () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const keys = fc.bigInt(1n, order - 1n).map((key) => key.toString(16).padStart(64, '0'));
    fc.assert(
      fc.property(keys, fc.string({ unit: 'grapheme' }), (key, text) => {
        const signature = signText(text, key);
        const id = idOf(key);
        assert.equal(signerOf(text, signature), { id });
        assert.equal(signerOf(text, signature.toUpperCase()), { id });
        const v = Number.parseInt(signature.slice(-2), 16);
        const rs = signature.slice(0, 128);
        assert.equal(signerOf(text, `${rs}0${v + 4}`), { id });
        const high = (order - BigInt(`0x${rs.slice(64)}`)).toString(16).padStart(64, '0');
        const twin = signerOf(text, `${rs.slice(0, 64)}${high}0${v ^ 1}`);
        assert.equal(twin, { refused: 'Failed verify signature: Signature s value is over half the order' });
        const other = signerOf(`${text}!`, signature);
        assert.ok(!('id' in other) || other.id !== id);
      }),
      { numRuns: 10 },
    );
  });

  test('what is no signature is refused in the words of the server, whatever it is', () => {
    const zero = '0'.repeat(64);
    const n = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
    const reason = (signature: string): string => {
      const judged = signerOf('hello', signature);
      return 'refused' in judged ? judged.refused : judged.id;
    };
    const failed = 'Failed to recover public key: invalid signature: ';
    assert.is(reason(`${zero}${'1'.padStart(64, '0')}00`), `${failed}R is 0`);
    assert.is(reason(`${n}${'1'.padStart(64, '0')}00`), `${failed}R >= group order`);
    assert.is(reason(`${'1'.padStart(64, '0')}${zero}00`), `${failed}S is 0`);
    assert.is(reason(`${'1'.padStart(64, '0')}${n}00`), `${failed}S >= group order`);
    assert.is(reason(`${'5'.padStart(64, '0')}${'1'.padStart(64, '0')}00`), `${failed}not for a valid curve point`);
    assert.is(reason(''), 'Invalid signature length');
    assert.is(reason('abc'), 'encoding/hex: odd length hex string');
    fc.assert(fc.property(fc.string(), (text) => 'refused' in signerOf('hello', text)));
  });

  test('a new key is one; a source of bytes that gives no key is asked again', () => {
    assert.match(newKey(), /^[0-9a-f]{64}$/);
    assert.is.not(newKey(), newKey());
    const tries = [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(32).fill(7)];
    assert.is(
      newKey(() => tries.shift() ?? new Uint8Array()),
      '07'.repeat(32),
    );
  });

  test('a key that is none is told without a digit of it', async () => {
    for (const wrong of [
      '',
      'abcd',
      `0x${'9'.repeat(64)}`,
      `${'secretsecret'.repeat(6).slice(0, 63)}!`,
      'f'.repeat(64),
      `${'3'.repeat(64)}\n`,
    ]) {
      const fault = await faultOf(() => signText('x', wrong));
      assert.is(fault.code, 'COLONIES_KEY');
      assert.is(fault.sent, 'no');
      assert.not(wrong.length > 4 && JSON.stringify(fault.diagnostic).includes(wrong.slice(0, 8)));
    }
  });
});
