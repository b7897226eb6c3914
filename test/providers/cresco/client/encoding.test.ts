import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  compressData,
  compressJson,
  compressParam,
  decodeData,
  decompressData,
  decompressJson,
  decompressParam,
  encodeData,
} from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { told } from './fault.ts';
import { vectors } from './vectors.ts';

const inside = (gz: string): string => gunzipSync(Buffer.from(gz, 'base64')).toString('hex');

group('encodings of the Cresco wire', (test) => {
  test('hold what those of the Python client hold', () => {
    for (const { name, input, output } of vectors.compress_param) assert.is(inside(compressParam(input)), inside(output), name);
    const { compress_data, encode_data } = vectors;
    assert.is(inside(compressData(Buffer.from(compress_data.bytes_hex, 'hex'))), inside(compress_data.output));
    assert.is(encodeData(Buffer.from(encode_data.bytes_hex, 'hex')), encode_data.output);
  });

  test('are read whoever wrote them: Java, Python at any time, several gzip members', () => {
    for (const { name, input, output } of vectors.decompress_param) assert.is(decompressParam(input), output, name);
  });

  test('give back what was put in', async () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decompressParam(compressParam(text)) === text));
    fc.assert(fc.property(fc.jsonValue(), (value) => JSON.stringify(decompressJson(compressJson(value))) === JSON.stringify(value)));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        assert.equal([...decodeData(encodeData(bytes))], [...bytes]);
        assert.equal([...(await decompressData(compressData(bytes)))], [...bytes]);
      }),
    );
  });

  test('have no line breaks, which the server would refuse', () => {
    assert.not.match(compressParam('x'.repeat(1) + Math.PI.toString().repeat(400)), /\s/);
  });

  test('that are none are an answer that cannot be read', async () => {
    for (const { input } of vectors.decompress_param_errors) assert.is(await told(() => decompressParam(input)), 'CRESCO_ANSWER maybe');
    assert.is(await told(() => decompressJson(compressParam('no json'))), 'CRESCO_ANSWER maybe');
    assert.is(await told(decompressData('aGVsbG8=')), 'CRESCO_ANSWER maybe');
    assert.is(await told(() => decodeData('a*b=')), 'CRESCO_ANSWER maybe');
  });

  test('that stand for gigabytes are not unzipped', async () => {
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member)).toString('base64');
    assert.is(await told(() => decompressParam(bomb)), 'CRESCO_ANSWER maybe');
  });
});
