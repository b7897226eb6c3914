import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import JSZip from 'jszip';
import { Fault } from '../../../../src/core/diagnostic.ts';
import { readJar, readJarFile } from '../../../../src/providers/cresco/client/index.ts';
import { assert, group } from '../../../kit/group.ts';
import { told } from './fault.ts';
import { faultOf } from '../../../kit/fault.ts';
import { vectors } from './vectors.ts';

const bytesOf = (name: string): Buffer => Buffer.from(vectors.jar[name]?.jar_base64 ?? '', 'base64');
const jarWith = (manifest: string | Buffer): Promise<Buffer> =>
  new JSZip().file('META-INF/MANIFEST.MF', manifest).generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });

group('the JAR of a Cresco plugin', (test) => {
  test('has the name, version and digests that the Python client finds', () => {
    for (const name of ['widget', 'lf']) {
      const { pluginName, version, md5, sha256 } = readJar(bytesOf(name));
      const vector = vectors.jar[name];
      const three = vector?.get_jar_info_gen3;
      assert.equal({ pluginname: pluginName, version, md5 }, vector?.get_jar_info_gen2.result);
      assert.equal([md5, sha256], [vector?.md5, vector?.sha256]);
      // The newest client says md5 and means SHA-256.
      if (three !== undefined) assert.is(sha256, three.result.md5);
    }
  });

  test('is read as the server reads it where the Python client does not', () => {
    assert.is(readJar(bytesOf('singleton')).pluginName, 'io.example.widget');
    assert.is(readJar(bytesOf('folded')).pluginName, 'io.example.averyveryveryverylongpluginnamethatgoespastthelimit');
    assert.is(readJar(bytesOf('colon')).pluginName, 'io.example.a: b');
  });

  test('may break a line in the middle of a character, and go on in sections that are not looked at', async () => {
    const manifest = Buffer.concat([
      Buffer.from('bundle-symbolicname: io.exampl'),
      Buffer.from([0xc3]),
      Buffer.from('\r\n '),
      Buffer.from([0xa9]),
      Buffer.from('\r\nBundle-Version: 1\r\n\r\nName: x\r\nBundle-Version: 2\r\n'),
    ]);
    const { pluginName, version } = readJar(await jarWith(manifest));
    assert.equal([pluginName, version], ['io.examplé', '1']);
  });

  test('that is none says what is missing', async () => {
    const words: readonly (readonly [bytes: Uint8Array, detail: RegExp])[] = [
      [Buffer.from('no zip at all'), /no ZIP file/],
      [new Uint8Array(), /no ZIP file/],
      [bytesOf('widget').subarray(0, 200), /no ZIP file/],
      [await new JSZip().file('x', 'y').generateAsync({ type: 'nodebuffer' }), /has no META-INF/],
      [bytesOf('nover'), /no Bundle-Version/],
      [await jarWith('Bundle-Version: 1\n'), /no Bundle-SymbolicName/],
      [await jarWith('Bundle-Version: 1\nBundle-SymbolicName: ;singleton:=true\n'), /no Bundle-SymbolicName/],
    ];
    for (const [bytes, detail] of words) {
      const fault = await faultOf(() => readJar(bytes));
      assert.is(fault.code, 'CRESCO_JAR');
      assert.match(fault.diagnostic.detail ?? '', detail);
    }
    assert.is(await told(readJarFile('/no/such/file.jar')), 'CRESCO_JAR no');
  });

  test('is not unzipped beyond some megabytes, whatever it says of its size', async () => {
    const bomb = await jarWith(Buffer.alloc(12 * 1024 * 1024, 'a'));
    assert.ok(bomb.length < 1024 * 1024);
    assert.match((await faultOf(() => readJar(bomb))).diagnostic.detail ?? '', /larger than 4 MiB/);
    // The size of an entry stands 24 bytes behind the start of its central record.
    bomb.writeUInt32LE(100, bomb.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
    assert.match((await faultOf(() => readJar(bomb))).diagnostic.detail ?? '', /larger than 4 MiB/);
  });

  test('that was cut or changed anywhere is refused, and nothing else happens', () => {
    const whole = bytesOf('widget');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const broken = cut ? whole.subarray(0, at) : Buffer.from(whole).fill(byte, at, at + 1);
        try {
          assert.is(readJar(broken).bytes, broken);
        } catch (error) {
          assert.is(error instanceof Fault && error.code, 'CRESCO_JAR');
        }
      }),
    );
  });

  test('can come from a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'jar-')), 'widget.jar');
    writeFileSync(path, bytesOf('widget'));
    assert.is((await readJarFile(path)).pluginName, 'io.example.widget');
  });
});
